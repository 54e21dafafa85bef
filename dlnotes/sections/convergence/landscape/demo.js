// A ball on a terrain that turns; the terrain from above; the length of the gradient, step by step.
import { between, linear, mount, phrase } from "../../../demos/demo.js";
import { drawCurve, onCurve } from "./curve.js";
import { drawPlan, drawTrack } from "./plan.js";
import { drawBall, drawRelief, turnable } from "./relief.js";
import { compute } from "./runs.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const SIDE = 1.3; // the terrain reaches from -SIDE to SIDE both ways

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { relief: demo.view(["ground", "moving", "names", "front"]), plan: demo.view(LAYERS), curve: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, side: SIDE };
  controls(scene);
  handles(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now } = scene;
  const change = (name) => (value) => set(scene, { [name]: value, now: 0 });
  const last = () => scene.run.path.length - 1;
  scene.clock = demo.clock({ rate: () => between(last() / 8, 10, 60), last, show: () => moment(scene) });
  for (const name of ["noise", "terrain"]) demo.choice({ name, change: change(name) });
  for (const name of ["aside", "lr"]) demo.slider({ name, change: change(name) });
  scene.seed = demo.button({ name: "seed", press: () => set(scene, { seed: now.seed + 1, now: 0 }) });
  demo.presets(presets(program.STEPS), (setting) => set(scene, setting));
  demo.question({
    answer: () => answer(scene.run.left),
    reached: () => now.now >= last(),
    because: () => ({ left: scene.run.left, growth: program.growth(now.lr) }),
  });
  scene.tell = demo.readouts(["now", "height", "length", "low", "high", "left"], ["low", "high"]);
}

function answer(left) {
  if (!Number.isFinite(left)) return "never";
  return left < 50 ? "few" : "hundreds";
}

function presets({ saddle, bowl }) {
  return {
    hair: { now: saddle },
    exact: { aside: 0, now: saddle },
    shaken: { aside: 0, noise: "all", now: saddle },
    sideways: { aside: 0, noise: "stable", now: saddle },
    in_bowl: { terrain: "bowl", x: 1, aside: 0.1, now: bowl },
    in_pit: { terrain: "pits", x: 0.7, aside: 0.1, now: bowl },
  };
}

function handles(scene) {
  const { demo, program, text, now, views: { plan, curve } } = scene;
  const rounded = (scale, place) => Math.round(scale.clamp(scale.invert(place)) * 100) / 100;
  scene.start = demo.handle({
    name: "start",
    parent: plan.front,
    panel: plan,
    move: (px, py, key) => {
      const aside = key ? next(program.ASIDE, now.aside, -key[1]) : rounded(plan.y, py);
      set(scene, { x: key && !key[0] ? now.x : rounded(plan.x, px), aside, now: 0 });
    },
  });
  scene.time = scene.clock.handle(curve.front, (px) => curve.x.invert(px), { panel: curve });
  turnable(scene, (changed) => set(scene, changed));
  demo.probe(plan, (px, py) => phrase(text.here, { height: scene.height(plan.x.invert(px), plan.y.invert(py)) }));
}

/** By keys the start goes from stop to stop of its slider, to both sides; a hundred-millionth is one, too. */
function next(stops, value, steps) {
  if (!steps) return value;
  const both = [...stops.slice(1).reverse().map((stop) => -stop), ...stops];
  const away = both.map((stop) => Math.abs(stop - value));
  return both[between(away.indexOf(Math.min(...away)) + steps, 0, both.length - 1)];
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, program, now } = scene;
  const other = scene.stale || ("terrain" in changed && changed.terrain !== scene.terrain);
  const turned = Object.keys(changed).length > 0 && Object.keys(changed).every((name) => name === "turn" || name === "tilt");
  Object.assign(now, changed);
  scene.terrain = now.terrain;
  scene.height = program[now.terrain];
  if (!turned) scene.run = compute(scene);
  now.now = Math.min(now.now, scene.run.path.length - 1);
  demo.reflect();
  scene.seed.disabled = now.noise === "none";
  if (other) drawPlan(scene);
  drawRelief(scene, other);
  scene.stale = false;
  moment(scene);
}

/** The step that is shown. */
function moment(scene) {
  drawBall(scene);
  drawTrack(scene);
  drawCurve(scene);
  const { text, now, views: { plan } } = scene;
  const inside = [plan.x.clamp(now.x), plan.y.clamp(now.aside)];
  scene.start.place(plan.x(inside[0]), plan.y(inside[1]), phrase(text.place, { x: now.x, aside: now.aside }));
  scene.time.place(...onCurve(scene, now.now), phrase(text.at, { step: now.now }));
  speak(scene);
}

function speak(scene) {
  const { demo, program, text, now, run } = scene;
  const [across, along] = run.path[now.now];
  const [low, high] = program[`bends_${now.terrain}`](run.path[now.now]);
  const numbers = { now: now.now, height: scene.height(across, along), length: run.lengths[now.now], low, high, left: run.left };
  const plane = now.terrain === "saddle";
  scene.tell(numbers, { left: demo.untold() || !plane ? "" : undefined });
  const kind = text.kind[low > 0 ? "up" : high < 0 ? "down" : "both"];
  demo.say(phrase(text[state(scene, across, along)], { ...numbers, kind, off: Math.abs(along), aside: now.aside }));
}

function state({ now, run }, across, along) {
  if (now.terrain !== "saddle") return "lying";
  if (now.now >= run.left) return "gone";
  if (now.now === 0) return "before";
  if (along !== 0) return "creeping";
  return across === 0 ? "resting" : "held";
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, views: { relief, plan, curve } } = scene;
  const narrow = demo.narrow;
  const broad = narrow ? width : Math.round(width * 0.6);
  const high = narrow ? 150 : between(height - 254, 200, 226);
  relief.box = { left: 0, top: 0, width: broad, height: high };
  relief.band = { left: 30, top: high + 8, width: broad - 60, height: 24 };
  const below = high + (narrow ? 42 : 48);
  const edge = narrow ? 256 : Math.min(width - broad - 50, high - 34);
  plan.box = narrow
    ? { left: (width - edge) / 2, top: below + 166, width: edge, height: edge }
    : { left: width - edge - 12, top: 26, width: edge, height: edge };
  curve.box = { left: 52, top: below + 26, width: width - 52 - 20, height: narrow ? 72 : 132 };
  const bottom = curve.box.top + curve.box.height + 40;
  demo.size(width, bottom, [
    { name: "relief", top: 0, height: bottom },
    { name: "plan", top: bottom, height: bottom },
  ]);
  demo.clip(plan.box, plan.clip);
  demo.clip(curve.box, curve.clip);
  demo.clip(relief.box, relief.clip);
  plan.x = linear([-SIDE, SIDE], [plan.box.left, plan.box.left + edge]);
  plan.y = linear([-SIDE, SIDE], [plan.box.top + edge, plan.box.top]);
  scene.stale = true;
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
