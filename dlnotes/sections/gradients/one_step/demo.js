// One step along the arrow: the loss from above, the cut along the arrow, and what the parameters say.
import { between, linear, mount, phrase } from "../../../demos/demo.js";
import { drawCut } from "./cut.js";
import { drawMap, drawWay } from "./map.js";
import { drawSide } from "./side.js";
import { compute, measured } from "./runs.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const LIFT = 3; // pixels that a handle on an axis stands above it, clear of the numbers below
const VIEW = { line: [[-1.5, 3], [-1, 2]], wells: [[-2, 2], [-1.2, 1.2]] };

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { map: demo.view(LAYERS), cut: demo.view(LAYERS), side: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, head: demo.arrow("momentum") };
  controls(scene);
  handles(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now } = scene;
  const { PARTS } = program;
  scene.clock = demo.clock({
    rate: () => (now.now < PARTS ? 16 : 80),
    last: () => PARTS * (scene.path.length - 1),
    show: () => play(scene),
  });
  demo.slider({ name: "rate", change: (rate) => tried(scene, { rate }) });
  demo.choice({
    name: "terrain",
    change: (terrain) => set(scene, { terrain, x: program.HOME[terrain][0], y: program.HOME[terrain][1], now: 0 }),
  });
  demo.presets(presets(program), (setting) => {
    set(scene, setting);
    demo.open(setting.now > PARTS || setting.terrain === "wells" ? "map" : "cut");
  });
  const middle = now.now;
  demo.question({
    answer: () => answer(scene),
    reached: () => now.now >= PARTS,
    because: () => measured(scene, PARTS).numbers,
    play: demo.film({ rate: 6, last: PARTS - middle, show: (parts) => scene.clock.go(middle + parts) }),
  });
  scene.tell = demo.readouts(["far", "loss", "promised", "real", "kept", "length", "best"], ["length", "best"]);
}

function answer(scene) {
  const [half, whole] = [scene.program.PARTS / 2, scene.program.PARTS].map((now) => measured(scene, now).numbers.real);
  if (Math.abs(whole) < 1e-9) return "nothing";
  if (whole < 0) return "higher";
  return whole < 0.75 * half ? "half" : "same";
}

function presets({ PARTS, STEPS, HOME: { wells: [x, y] } }) {
  const all = PARTS * STEPS;
  return {
    hand: { rate: 0.1, now: PARTS },
    doubled: { now: PARTS },
    zigzag: { rate: 0.147, x: -1, y: 1.5, now: all },
    right_well: { terrain: "wells", rate: 0.03, x, y, now: all },
    jump: { terrain: "wells", rate: 0.15, x, y, now: PARTS },
  };
}

function handles(scene) {
  const { demo, program, text, now, views: { map, cut } } = scene;
  const rounded = (scale, place) => Math.round(scale.clamp(scale.invert(place)) * 100) / 100;
  scene.start = demo.handle({
    name: "start",
    parent: map.front,
    panel: map,
    move: (px, py) => tried(scene, { x: rounded(map.x, px), y: rounded(map.y, py) }),
  });
  scene.far = demo.handle({
    name: "rate",
    parent: cut.front,
    panel: cut,
    shape: "diamond",
    way: "x",
    move: (px) => tried(scene, { rate: Number(between(cut.x.invert(px), 0.005, 0.4).toPrecision(3)) }),
  });
  demo.probe(map, (px, py) => phrase(text.here, { height: program[now.terrain](map.x.invert(px), map.y.invert(py)) }));
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, program, now } = scene;
  Object.assign(now, changed);
  const other = scene.stale || now.terrain !== scene.terrain;
  scene.terrain = now.terrain;
  scene.path = compute(scene);
  now.now = Math.min(now.now, program.PARTS * (scene.path.length - 1));
  demo.reflect();
  if (other) turn(scene);
  scene.stale = false;
  moment(scene);
}

/** A step from elsewhere, or of another length, shows its end; while the question stands, nothing is walked. */
const tried = (scene, changed) => set(scene, { ...changed, now: scene.demo.untold() ? 0 : scene.program.PARTS });

/** A run without a guess rests where it is told. */
function play(scene) {
  const { demo } = scene;
  const asked = demo.untold();
  moment(scene);
  if (asked && !demo.untold()) demo.pause();
}

/** Another terrain: its axes, its shades. */
function turn(scene) {
  const { now, views: { map } } = scene;
  const [x, y] = VIEW[now.terrain];
  map.x = linear(x, [map.box.left, map.box.left + map.box.width]);
  map.y = linear(y, [map.box.top + map.box.height, map.box.top]);
  drawMap(scene);
}

/** The part of a step that is shown. */
function moment(scene) {
  scene.seen = measured(scene, scene.now.now);
  drawWay(scene);
  drawCut(scene);
  drawSide(scene);
  const { text, now, seen, views: { map, cut } } = scene;
  const [first, second] = text.names[now.terrain];
  scene.start.place(map.x(map.x.clamp(now.x)), map.y(map.y.clamp(now.y)), phrase(text.place, { x: now.x, y: now.y, first, second }));
  scene.far.place(cut.x(cut.x.clamp(now.rate)), cut.box.top + cut.box.height - LIFT, phrase(text.set, { rate: now.rate }));
  speak(scene, seen);
}

function speak({ demo, program, text, now, tell }, { step, numbers }) {
  tell(numbers, { best: demo.untold() || !Number.isFinite(numbers.best) ? "" : undefined });
  const words = text[state(numbers, now, program)];
  demo.say(phrase(words, { ...numbers, step: step + 1, up: -numbers.real, percent: Math.round(100 * numbers.kept) }));
}

function state({ loss, promised, real }, { now }, { LOST }) {
  if (now === 0) return "before";
  if (!(loss < LOST)) return "lost";
  if (promised < 1e-4) return "rests";
  if (Math.abs(real) < 1e-9) return "flat";
  return real > 0 ? "falls" : "rises";
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, views: { map, cut, side } } = scene;
  const narrow = demo.narrow;
  const broad = narrow ? width - 56 : Math.round(width * 0.5) - 60;
  const high = narrow ? 196 : between(height - 76, 300, 400);
  cut.box = { left: 46, top: 26, width: broad, height: high };
  const right = narrow ? 36 : broad + 104;
  const rest = width - right - 14;
  const upper = narrow ? high : Math.round((high - 66) * 0.58);
  const second = narrow ? high + 84 : 0;
  map.box = { left: right, top: second + 26, width: rest, height: upper };
  const third = second + upper + (narrow ? 84 : 66);
  side.box = { left: right, top: third + 26, width: rest, height: narrow ? high : high - upper - 66 };
  const bottom = narrow ? third + second : high + 70;
  demo.size(width, bottom, narrow
    ? [{ name: "cut", top: 0, height: second }, { name: "map", top: second, height: third - second }, { name: "side", top: third, height: bottom - third }]
    : []);
  for (const view of [map, cut, side]) demo.clip(view.box, view.clip);
  scene.stale = true;
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
