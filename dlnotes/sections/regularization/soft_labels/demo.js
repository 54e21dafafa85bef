// A label as bars, what the model says of it, and the way of loss and score gap to where they stop.
import { across, axes, between, course, dot, format, label, line, linear, mount, phrase, rect, upward } from "../../../demos/demo.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const TOP = 8; // of the axis of loss and gap
const GUESSES = { zero: 0, tenth: 0.1, half: 0.5, chance: 2.3 };
const REST = 0.005; // so close to the floor the loss counts as being there

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { bars: demo.view(LAYERS), runs: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views };
  controls(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, text, now, views: { bars, runs } } = scene;
  const end = { now: program.STEPS };
  scene.clock = demo.clock({ rate: () => 5 + now.now / 2, last: () => program.STEPS, show: () => moment(scene) });
  for (const name of ["smoothing", "classes"]) demo.slider({ name, change: (value) => set(scene, { [name]: value }) });
  demo.presets({
    hard: { ...end, smoothing: 0 },
    more_soft: { ...end, smoothing: 0.4 },
    two: { ...end, classes: 2 },
  }, (setting) => set(scene, setting));
  demo.question({
    answer: () => nearest(scene.run.floor),
    reached: () => now.now >= program.STEPS,
    because: () => ({ floor: scene.run.floor, stop: scene.run.stop }),
  });
  scene.tell = demo.readouts(["now", "hit", "gap", "loss", "floor", "stop"], ["hit", "gap", "loss", "floor", "stop"]);
  scene.soften = demo.handle({
    name: "soften",
    parent: bars.front,
    panel: bars,
    shape: "diamond",
    way: "y",
    step: 4,
    move: (_, py) => set(scene, { smoothing: softer(scene, py) }),
  });
  scene.time = scene.clock.handle(runs.front, (px) => runs.x.invert(px), { panel: runs });
  demo.probe(runs, (px) => {
    const step = between(Math.round(runs.x.invert(px)), 0, program.STEPS);
    if (demo.untold() && step > now.now) return "";
    return phrase(text.point, { step, loss: scene.run.losses[step], gap: scene.run.gaps[step] });
  });
}

const nearest = (value) => {
  const away = (name) => Math.abs(GUESSES[name] - value);
  return Object.keys(GUESSES).sort((one, other) => away(one) - away(other))[0];
};

/** How much is taken of the label where its bar is pulled to a height. */
function softer({ program, now, views: { bars } }, py) {
  return between(Number(program.softness(bars.y.invert(py), now.classes).toFixed(2)), 0, 1);
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  compute(scene);
  scene.demo.reflect();
  drawFrame(scene);
  moment(scene);
}

/** The whole run from equal scores. */
function compute(scene) {
  const { program, now } = scene;
  const label = [now.classes, now.smoothing];
  const key = label.join();
  if (scene.run?.key === key) return;
  const gaps = [0];
  for (let step = 0; step < program.STEPS; step += 1) gaps.push(program.step(gaps[step], ...label));
  scene.run = {
    key, gaps,
    losses: gaps.map((gap) => program.loss(gap, ...label)),
    floor: program.floor(...label),
    stop: program.stop(...label),
    shares: { right: program.right_share(...label), other: program.other_share(...label) },
  };
}

/** Axes, the label's outlines, and where the lines will stop, as far as that may be told. */
function drawFrame(scene) {
  const { demo, text, run, now, views: { bars, runs } } = scene;
  const right = now.classes >> 1;
  const outlines = boxes(scene, (i) => (i === right ? run.shares.right : run.shares.other));
  bars.ground.replaceChildren(...outlines.map((box) => rect(box, { class: "theory", fill: "none", stroke: "currentColor", "stroke-width": 1.6 })));
  const { left, width, top, height } = bars.box;
  const tall = outlines[right];
  bars.names.replaceChildren(
    axes(bars.box, linear([0, 1], across(bars.box)), bars.y, { xTicks: [], yTicks: [0, 0.5, 1] }),
    label(left - 4, top - 9, text.bars, { class: "name" }),
    label(tall.left + tall.width / 2, top + height + 16, text.true_class, { "text-anchor": "middle" }),
    ...key({ left: left + width - 150, top: top - 13 }, [["theory", text.label], ["plain", text.said]], 75),
  );
  const level = (value, name) => (value <= TOP ? [line([[runs.box.left, runs.y(value)], [runs.box.left + runs.box.width, runs.y(value)]], `${name} dashed`)] : []);
  runs.ground.replaceChildren(...(demo.untold() ? [] : [...level(run.floor, "theory"), ...level(run.stop, "theory")]));
  runs.paths.replaceChildren(...(demo.untold() ? [] : lines(scene, run.gaps.length - 1, " faint")));
  runs.names.replaceChildren(
    axes(runs.box, runs.x, runs.y, { xLabel: text.steps, xTicks: [0, 25, 50, 75, 100], yTicks: [0, 2, 4, 6, 8] }),
    ...key({ left: runs.box.left, top: runs.box.top - 13 }, [["plain", text.loss], ["momentum dotted", text.gap]], 110),
    ...(demo.untold() ? [] : [["floor", 0.4], ["stop", 0.8]].flatMap(([name, along]) => rest(scene, name, along))),
  );
  scene.soften.place(tall.left + tall.width / 2, bars.y(run.shares.right), phrase(text.share, { share: run.shares.right }));
}

/** Where a line comes to rest, written on the dashes at a part of their way. */
function rest({ program, text, run, views: { runs: { x, y } } }, name, along) {
  if (run[name] > TOP) return [];
  const words = `${text[name]} ${format(run[name])}`;
  return [label(x(along * program.STEPS), y(run[name]) - 7, words, { "text-anchor": "middle", class: "colored theory" })];
}

/** The boxes of all classes at their heights. */
function boxes({ now, views: { bars: { box, y } } }, height) {
  const pitch = box.width / now.classes;
  const wide = Math.min(0.64 * pitch, 44);
  return Array.from({ length: now.classes }, (_, i) => {
    const top = y(height(i));
    return { left: box.left + (i + 0.5) * pitch - wide / 2, top, width: wide, height: y(0) - top };
  });
}

function key({ left, top }, all, wide) {
  return all.flatMap(([name, words], i) => [
    line([[left + i * wide, top], [left + i * wide + 20, top]], name),
    label(left + i * wide + 25, top + 4, words),
  ]);
}

/** Loss and gap up to a step. */
function lines({ run, views: { runs: { box, x, y } } }, until, shade = "") {
  const way = (values) => values.slice(0, until + 1).map((value, i) => [x(i), y(value)]);
  return [...course(box, way(run.losses), `plain${shade}`), ...course(box, way(run.gaps), `momentum dotted${shade}`)];
}

/** The step that is shown. */
function moment(scene) {
  const { program, text, now, run, views: { bars, runs } } = scene;
  const at = now.now;
  const said = [run.gaps[at], now.classes];
  const right = now.classes >> 1;
  const filled = boxes(scene, (i) => (i === right ? program.right_said(...said) : program.other_said(...said)));
  bars.moving.replaceChildren(...filled.map((box) => rect(box, { class: "plain", fill: "currentColor", "fill-opacity": 0.4 })));
  const spot = (values) => [runs.x(at), runs.y(runs.y.clamp(values[at]))];
  runs.moving.replaceChildren(...lines(scene, at), dot(spot(run.losses), 5, "plain"), dot(spot(run.gaps), 4, "momentum"));
  scene.time.place(...spot(run.losses), phrase(text.at, { step: at }));
  speak(scene);
}

function speak(scene) {
  const { demo, program, text, now, run, tell } = scene;
  const { floor, stop } = run;
  const numbers = {
    now: now.now,
    hit: program.right_said(run.gaps[now.now], now.classes),
    gap: run.gaps[now.now],
    loss: run.losses[now.now],
    floor, stop,
  };
  tell(numbers, demo.untold() ? { floor: "–", stop: "–" } : {});
  demo.say(phrase(text[state(scene)], numbers));
}

function state({ demo, now, run }) {
  if (demo.untold()) return "running";
  if (now.smoothing === 0) return "endless";
  return run.losses[now.now] - run.floor < REST ? "landed" : "above";
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, views: { bars, runs } } = scene;
  const narrow = demo.narrow;
  const high = narrow ? 200 : between(height - 100, 200, 300);
  const second = high + 76;
  const broad = narrow ? width - 52 : Math.round(width * 0.44) - 40;
  bars.box = { left: 36, top: 32, width: broad, height: high };
  runs.box = narrow
    ? { left: 36, top: second + 32, width: width - 52, height: high }
    : { left: broad + 92, top: 32, width: width - broad - 112, height: high };
  demo.size(width, narrow ? 2 * second + 8 : second + 8, [
    { name: "runs", top: second, height: second + 8 },
    { name: "bars", top: 0, height: second },
  ]);
  for (const view of [bars, runs]) demo.clip(view.box, view.clip);
  bars.y = linear([0, 1], upward(bars.box));
  const [from, to] = across(runs.box);
  runs.x = linear([0, program.STEPS], [from, to - 8]); // room for the last dots
  runs.y = linear([0, TOP], upward(runs.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
