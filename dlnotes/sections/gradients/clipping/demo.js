// A ball above a cliff; the length of its gradients with a bound to drag; the same from afar.
import { between, linear, mount, phrase } from "../../../demos/demo.js";
import { drawCurve, drawFrame } from "./curve.js";
import { drawAfar, drawGround, drawWay } from "./map.js";
import { compute, outcome } from "./runs.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const BOUNDED = ["value", "norm"];

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { map: demo.view(LAYERS), curve: demo.view(LAYERS), afar: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views };
  controls(scene);
  handles(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now } = scene;
  const change = (name) => (value) => set(scene, { [name]: value, now: demo.untold() ? 0 : now.now });
  scene.clock = demo.clock({ rate: 18, last: () => program.STEPS, show: () => moment(scene) });
  demo.choice({ name: "kind", change: change("kind") });
  demo.slider({ name: "bound", change: (bound) => limited(scene, bound) });
  demo.slider({ name: "lr", change: change("lr") });
  demo.presets(presets(program.STEPS), (setting) => {
    set(scene, setting);
    demo.open(scene.run.thrown < Infinity ? "afar" : "map");
  });
  demo.question({
    answer: () => outcome(scene),
    reached: () => now.now > scene.run.at + 4,
    because: () => ({ step: scene.run.at + 1, gradient: scene.run.lengths[scene.run.at], across: program.widths(scene.run.longest) }),
  });
  scene.tell = demo.readouts(["now", "loss", "gradient", "longest", "thrown"], ["loss", "gradient"]);
}

/** Another bound; where none was looked at, it clips by norm from now on. */
function limited(scene, bound) {
  const { demo, now } = scene;
  const kind = BOUNDED.includes(now.kind) ? now.kind : "norm";
  set(scene, { bound, kind, now: demo.untold() ? 0 : now.now });
}

const presets = (now) => ({
  by_norm: { kind: "norm", now },
  by_value: { kind: "value", bound: 0.3, now },
  by_unit: { kind: "unit", lr: 0.02, now },
  loose: { kind: "norm", bound: 30, now },
  tight: { kind: "norm", bound: 0.03, now },
  slower: { lr: 0.02, now },
});

function handles(scene) {
  const { demo, program, text, now, views: { map, curve } } = scene;
  const rounded = (scale, place) => Math.round(scale.clamp(scale.invert(place)) * 100) / 100;
  scene.start = demo.handle({
    name: "start",
    parent: map.front,
    panel: map,
    move: (px, py) => set(scene, { w: rounded(map.x, px), b: rounded(map.y, py), now: demo.untold() ? 0 : now.now }),
  });
  scene.time = scene.clock.handle(curve.front, (px) => curve.x.invert(px), { panel: curve });
  scene.limit = demo.handle({
    name: "limit",
    parent: curve.front,
    shape: "diamond",
    way: "y",
    step: 3,
    move: (_, py) => limited(scene, Number(between(curve.y.invert(py), 0.01, 1000).toPrecision(3))),
  });
  demo.probe(map, (px, py) => phrase(text.here, { loss: program.height(map.x.invert(px), map.y.invert(py)) }));
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, now } = scene;
  Object.assign(now, changed);
  const setting = JSON.stringify([now.kind, now.bound, now.lr, now.w, now.b]);
  if (setting !== scene.setting) scene.run = compute(scene);
  scene.setting = setting;
  demo.reflect();
  if (scene.hidden !== demo.untold()) sized(scene);
  moment(scene);
}

/** The step that is shown. */
function moment(scene) {
  const { text, now, views: { map } } = scene;
  drawWay(scene);
  drawAfar(scene);
  drawFrame(scene);
  const flag = drawCurve(scene);
  scene.start.place(map.x(now.w), map.y(now.b), phrase(text.place, { w: now.w, b: now.b }));
  scene.time.place(...flag, phrase(text.at, { step: now.now }));
  speak(scene);
}

function speak(scene) {
  const { demo, program, text, now, run } = scene;
  const [w, b] = run.path[now.now];
  const numbers = { now: now.now, loss: program.height(w, b), gradient: run.lengths[now.now], longest: run.longest, thrown: run.thrown };
  scene.tell(numbers, demo.untold() ? { longest: "", thrown: "" } : {});
  demo.say(phrase(text[state(scene)], { ...numbers, bound: now.bound, left: run.lefts[now.now], across: program.widths(run.longest) }));
}

function state({ program, now, run }) {
  if (now.now === 0) return "before";
  if (now.now >= run.thrown && lost(program, run.path[now.now])) return "gone";
  const [whole, left] = [run.lengths[now.now], run.lefts[now.now]];
  if (now.kind === "none" || whole === left) return "walking";
  if (now.kind === "value") return "pressed";
  return left < whole ? "shortened" : "stretched";
}

/** Off the map, and not at the bottom, which a step may reach as well. */
function lost({ ACROSS, UP, LOST, height }, [w, b]) {
  const inside = between(w, ...ACROSS) === w && between(b, ...UP) === b;
  return !inside && height(w, b) > LOST;
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, views: { map, curve, afar } } = scene;
  const narrow = demo.narrow;
  const edge = narrow ? Math.min(width - 16, 262) : Math.min(Math.round(width * 0.54), height - 20);
  map.box = { left: narrow ? (width - edge) / 2 : 4, top: 8, width: edge, height: edge };
  const below = edge + 16;
  const side = edge + 64;
  curve.box = narrow
    ? { left: 50, top: below + 30, width: width - 98, height: 206 }
    : { left: side, top: 26, width: width - side - 48, height: Math.round(edge * 0.5) - 40 };
  const next = curve.box.top + curve.box.height + 42;
  const small = narrow ? 214 : edge - next - 38;
  afar.box = { left: narrow ? (width - small) / 2 : side, top: next + 30, width: small, height: small };
  const bottom = narrow ? afar.box.top + small + 34 : edge + 20;
  scene.frame = { width, bottom, parts: [
    { name: "map", top: 0, height: below },
    { name: "curve", top: below, height: next - below },
    { name: "afar", top: next, height: bottom - next },
  ] };
  sized(scene);
  for (const view of [map, curve, afar]) demo.clip(view.box, view.clip);
  map.x = linear(program.ACROSS, [map.box.left, map.box.left + edge]);
  map.y = linear(program.UP, [map.box.top + edge, map.box.top]);
  drawGround(scene);
  set(scene, {});
}

/** How far the ball is thrown is a part of the answer, and so is the panel that shows it. */
function sized(scene) {
  const { demo, frame: { width, bottom, parts } } = scene;
  scene.hidden = demo.untold();
  demo.size(width, bottom, parts.slice(0, scene.hidden ? 2 : 3));
}

export default { render: ({ model, el }) => mount(model, el, build) };
