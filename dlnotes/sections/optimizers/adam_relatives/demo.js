// Reddi's game: a walk that grows upwards, the pushes of one round, the map of settings that fail.
import { across, linear, log, mount, phrase, upward } from "../../../demos/demo.js";
import { drawMap, drifting } from "./map.js";
import { drawPushes } from "./pushes.js";
import { drawWalk, follow } from "./walk.js";

const SPIKES = [1, 300]; // on the map
const REACHED = 0.5;
const LAYERS = ["ground", "marks", "paths", "moving", "names", "front"];

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { walk: demo.view(LAYERS), pushes: demo.view(LAYERS), map: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, runs: {}, maps: new Map(), hatch: demo.hatch() };
  controls(scene);
  handles(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

const last = ({ program, now }) => program.ROUNDS[now.period];
const rival = ({ now }) => (now.rule === "adam" ? "amsgrad" : "adam");
const best = ({ program, now }) => (program.total(now.spike, now.period) > 0 ? -1 : 1);

/** The whole game of one rule: where it stands after every step, and every push. */
function play(program, rule, { beta1, beta2, spike, period }) {
  let x = 0;
  let state = program[`${rule}_init`](0);
  const places = [0];
  const pushes = [];
  for (let step = 1; step <= program.ROUNDS[period] * period; step += 1) {
    const grad = program.slope((step - 1) % period, spike);
    const after = program[rule](x, state, grad, program.rate(step, period), beta1, beta2);
    ({ x, state } = after);
    places.push(x);
    pushes.push(after.push);
  }
  return { rule, places, pushes, end: x };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: () => 8 + 0.8 * now.now, last: () => last(scene), show: () => moment(scene) });
  demo.choice({ name: "rule", change: change("rule") });
  for (const name of ["beta2", "spike", "period"]) scene[name] = demo.slider({ name, change: change(name) });
  demo.choice({ name: "beta1", change: change("beta1") });
  demo.presets(presets(program, demo.start), (setting) => set(scene, setting));
  demo.question({
    answer: () => (Math.abs(scene.runs.present.end - best(scene)) < 1 ? "best_end" : "worst_end"),
    reached: () => now.now === last(scene),
    because: () => ({ rounds: last(scene), x: scene.runs.present.end, ...sums(ofRound(scene, last(scene))) }),
  });
  scene.tell = demo.readouts(["end", "beside_end", "drift", "now", "x", "to_left", "to_right"]);
}

function presets({ ROUNDS }, { period }) {
  const long = { beta1: 0.9, beta2: 0.99, spike: 101, period: 101 };
  const end = { now: ROUNDS[period] };
  return {
    theorem: end,
    maximum: { ...end, rule: "amsgrad" },
    longer: { ...end, beta2: 0.5 },
    rare: { ...long, now: ROUNDS[long.period] },
    closing: { ...end, rule: "adabound" },
    heads: { ...end, rule: "lion" },
  };
}

function handles(scene) {
  const { demo, program, text, now, views: { walk, map } } = scene;
  scene.time = scene.clock.handle(walk.front, (px, py) => walk.y.invert(py), { panel: walk, way: "y" });
  const read = (px, py) => ({ beta2: Number(map.x.clamp(map.x.invert(px)).toFixed(3)), spike: Number(map.y.clamp(map.y.invert(py)).toPrecision(3)) });
  scene.setting = demo.handle({
    name: "setting",
    parent: map.front,
    panel: map,
    shape: "diamond",
    step: 4,
    move: (px, py) => set(scene, read(px, py)),
  });
  demo.probe(map, (px, py) => {
    if (demo.untold()) return "";
    const { beta2, spike } = read(px, py);
    const drift = drifting(program, now.rule, now.period)(now.beta1, beta2, spike, now.period);
    return phrase(text.here, { drift: Math.abs(drift), side: side(text, drift) });
  });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, program, now, runs } = scene;
  Object.assign(now, changed);
  now.now = Math.min(now.now, last(scene));
  if (scene.told === demo.untold()) return layout(scene, ...scene.size); // the map comes, or goes
  runs.present = play(program, now.rule, now);
  runs.beside = play(program, rival(scene), now);
  demo.reflect();
  scene.beta2.offer(now.rule !== "sgd");
  if (["rule", "beta1", "period"].some((name) => name in changed)) drawMap(scene);
  scene.best = best(scene);
  drawWalk(scene, last(scene));
  placeSetting(scene);
  moment(scene);
}

function placeSetting({ text, now: { beta2, spike }, setting, views: { map: { x, y } } }) {
  setting.place(x(x.clamp(beta2)), y(y.clamp(spike)), phrase(text.point, { beta2, spike }));
}

/** The pushes of a round; before the first, none. */
const ofRound = ({ now: { period }, runs: { present } }, round) =>
  round ? present.pushes.slice((round - 1) * period, round * period) : [];

function sums(pushes) {
  const made = { left: 0, right: 0 };
  for (const push of pushes) made[push < 0 ? "left" : "right"] += Math.abs(push);
  return made;
}

// ---- the present round -----------------------------------------------------------------------
function moment(scene) {
  const { program, now } = scene;
  const pushes = ofRound(scene, now.now);
  const pulls = Array.from({ length: now.period }, (_, place) => -program.slope(place, now.spike));
  drawPushes(scene, pushes.length ? pushes : pulls, sums(pushes.length ? pushes : pulls));
  follow(scene);
  speak(scene, sums(pushes));
}

const side = (text, drift) => text[drift < 0 ? "leftward" : "rightward"];

function speak(scene, { left, right }) {
  const { demo, program, text, now, runs } = scene;
  const { beta1, beta2, spike, period } = now;
  const drift = drifting(program, now.rule, period)(beta1, beta2, spike, period);
  const x = runs.present.places[now.now * period];
  const { end } = runs.present;
  scene.tell({ end, beside_end: runs.beside.end, drift, now: now.now, x, to_left: left, to_right: right });
  const words = { name: text[now.rule], side: side(text, drift), end, drift: Math.abs(drift), rounds: last(scene), now: now.now, x, left, right };
  demo.say(phrase(text[verdict(scene, end)], words));
}

function verdict(scene, end) {
  const { now } = scene;
  if (now.now === 0) return "begin";
  if (now.now < last(scene)) return "going";
  const towards = end * best(scene);
  if (towards > REACHED) return "told_right";
  return towards < -REACHED ? "told_wrong" : "told_slow";
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, now, views } = scene;
  const { walk, pushes, map } = views;
  scene.size = [width, height];
  scene.told = !demo.untold();
  const [top, left] = [44, 44];
  const column = demo.narrow || !scene.told ? width : Math.round(width / 2);
  const [high, low] = demo.narrow ? [130, 72] : [242, 92];
  walk.box = { left, top, width: column - left - 12, height: high };
  pushes.box = { ...walk.box, top: top + high + (demo.narrow ? 60 : 68), height: low };
  const bottom = pushes.box.top + low + 24;
  map.box = demo.narrow
    ? { left, top: bottom + 26, width: width - left - 12, height: bottom - 26 - 44 }
    : { left: width / 2 + left, top, width: width / 2 - left - 12, height: bottom - top - 44 };
  demo.size(width, demo.narrow ? 2 * bottom : bottom, [
    { name: "game", top: 0, height: bottom },
    { name: "settings", top: bottom, height: bottom },
  ]);
  for (const view of Object.values(views)) demo.clip(view.box, view.clip);
  walk.x = linear([-1.25, 1.25], across(walk.box));
  map.x = linear([0, 0.999], across(map.box));
  map.y = log(SPIKES, upward(map.box));
  scene.setting.node.style.display = scene.told ? "" : "none";
  set(scene, { rule: now.rule });
}

export default { render: ({ model, el }) => mount(model, el, build) };
