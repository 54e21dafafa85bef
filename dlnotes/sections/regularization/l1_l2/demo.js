// 45 useless weights on two routes, how many are 0, and an ellipse that meets a penalty's shape.
import { across, between, linear, mount, phrase, upward } from "../../../demos/demo.js";
import { drawCounts, drawWeights, EDGE } from "./routes.js";
import { compute, corners, touch } from "./runs.js";
import { drawShapes } from "./shapes.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const ROOM = 1.15 * EDGE; // a strip is a little higher than its ticks
const RUN = ["strength", "mix", "lr"]; // what the two routes depend on

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { hops: demo.view(LAYERS), stops: demo.view(LAYERS), count: demo.view(LAYERS), shape: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views };
  controls(scene);
  handles(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now } = scene;
  scene.clock = demo.clock({ rate: () => 6 + now.now / 3, last: () => program.STEPS, show: () => moment(scene) });
  for (const name of ["strength", "mix", "lr", "tilt"]) {
    demo.slider({ name, change: (value) => set(scene, { [name]: value }) });
  }
  const end = { now: program.STEPS };
  demo.presets({
    weak: { ...end, strength: 0.03 },
    half: { ...end, mix: 0.5 },
    circle: { ...end, mix: 0 },
    slow: { ...end, lr: 0.02 },
  }, (setting) => set(scene, setting));
  demo.question({
    answer: () => answer(scene),
    reached: () => now.now >= program.STEPS,
    because: () => told(scene),
  });
  scene.tell = demo.readouts(["now", "hops", "stops", "first", "second", "corners"], ["hops", "stops", "corners"]);
}

function answer({ program, run: { hops, stops } }) {
  const [one, other] = [hops, stops].map(({ zeros }) => zeros[program.STEPS]);
  if (one === other) return one ? "all_both" : "neither";
  return one ? "some_all" : "none_all";
}

/** What the verdict says of the two routes at their end. */
function told({ program, run: { hops, stops } }) {
  const last = program.STEPS;
  const off = Math.max(...hops.weights[last].slice(program.USEFUL).map(Math.abs));
  return { hops: hops.zeros[last], stops: stops.zeros[last], off };
}

function handles(scene) {
  const { demo, program, views: { count, shape } } = scene;
  scene.time = scene.clock.handle(count.front, (px) => count.x.invert(px), { panel: count });
  const near = (value) => between(Number(value.toFixed(2)), -program.FAR, program.FAR);
  scene.bottom = demo.handle({
    name: "bottom",
    parent: shape.front,
    panel: shape,
    step: 5,
    move: (px, py) => set(scene, { x: near(shape.x.invert(px)), y: near(shape.y.invert(py)) }),
  });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, now } = scene;
  Object.assign(now, changed);
  const key = RUN.map((name) => now[name]).join();
  if (key !== scene.key) {
    compute(scene);
    corners(scene);
    scene.key = key;
  }
  touch(scene);
  demo.reflect();
  drawShapes(scene);
  moment(scene);
}

/** The step that is shown. */
function moment(scene) {
  const { text, now, run, views: { count } } = scene;
  for (const kind of ["hops", "stops"]) drawWeights(scene, kind);
  drawCounts(scene);
  const height = count.y(run.stops.zeros[now.now]);
  scene.time.place(count.x(now.now), height, phrase(text.at, { step: now.now }));
  speak(scene);
}

function speak({ demo, text, now, run, touching: { a, b }, onAxis, tell }) {
  const numbers = {
    now: now.now,
    hops: run.hops.zeros[now.now],
    stops: run.stops.zeros[now.now],
    first: a,
    second: b,
    corners: onAxis,
  };
  tell(numbers, {});
  const where = a === 0 && b === 0 ? "at_zero" : a === 0 || b === 0 ? "on_axis" : "inside";
  const routes = phrase(text[now.now === 0 ? "begin" : "seen"], numbers);
  demo.say(`${routes} ${phrase(text[where], numbers)}`);
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, views: { hops, stops, count, shape } } = scene;
  const narrow = demo.narrow;
  const broad = narrow ? width : Math.round(width * 0.52);
  const high = narrow ? 78 : Math.round(between(height * 0.17, 78, 92));
  hops.box = { left: 44, top: 44, width: broad - 64, height: high };
  stops.box = { ...hops.box, top: hops.box.top + high + 30 };
  count.box = { ...hops.box, top: stops.box.top + high + 32, height: narrow ? 84 : 100 };
  const bottom = count.box.top + count.box.height + 44;
  const side = narrow ? Math.min(width - 64, 300) : Math.min(width - broad - 56, bottom - 78);
  shape.box = narrow
    ? { left: 44, top: bottom + 46, width: side, height: side }
    : { left: broad + 36, top: 44, width: side, height: side };
  demo.size(width, narrow ? bottom + side + 94 : bottom, [
    { name: "routes", top: 0, height: bottom },
    { name: "shapes", top: bottom, height: side + 94 },
  ]);
  for (const view of [hops, stops, count, shape]) demo.clip(view.box, view.clip);
  for (const view of [hops, stops]) {
    view.x = linear([0, program.USELESS + 1], across(view.box));
    view.y = linear([-ROOM, ROOM], upward(view.box));
  }
  count.x = linear([0, program.STEPS], across(count.box));
  count.y = linear([-3, program.USELESS + 3], upward(count.box));
  shape.x = linear([-program.FAR, program.FAR], across(shape.box));
  shape.y = linear([-program.FAR, program.FAR], upward(shape.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
