// Three views of one setting: the path in the valley, the map of rates, the measured curve.
import { between, format, label, linear, mount, phrase } from "../../../demos/demo.js";
import { drawCurves, drawNow, measured } from "./curves.js";
import { drawMap, rate } from "./rates.js";
import { compute, counted, OTHER } from "./runs.js";
import { drawBalls, drawPaths, drawValley } from "./valley.js";

const LAYERS = ["ground", "marks", "paths", "moving", "names", "front"];
const ASKED = 7; // seconds in which the best run arrives while the question stands, and the others later

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { valley: demo.view(LAYERS), map: demo.view(LAYERS), curve: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, runs: {} };
  scene.hatch = demo.hatch();
  scene.heads = { carry: demo.arrow("momentum"), push: demo.arrow("plain") };
  controls(scene);
  handles(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now, runs } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({
    rate: () => Math.max(8, (demo.untold() ? runs.best : runs.present).last / ASKED),
    last: () => runs.present.last,
    show: () => { moment(scene); speak(scene, true); },
  });
  for (const name of ["lr", "momentum", "condition"]) demo.slider({ name, change: change(name) });
  demo.choice({ name: "method", change: change("method") });
  for (const name of ["also_best", "also_plain"]) demo.toggle({ name, group: "beside", change: change(name) });
  scene.other = demo.toggle({ name: "also_other", group: "beside", change: change("also_other") });
  demo.presets(presets(scene), (setting) => set(scene, setting));
  demo.question({
    answer: () => nearest(program.GUESSES, runs.best.steps),
    reached: () => now.now >= runs.best.last,
    because: () => ({ plain_steps: runs.plain.steps, best_steps: runs.best.steps }),
  });
  const loud = ["rate", "now", "distance"];
  scene.tell = demo.readouts(["steps", "diverged", "best_steps", "plain_steps", "best_rate", ...loud], loud);
}

function nearest(guesses, value) {
  const far = (name) => Math.abs(guesses[name] - value);
  return Object.keys(guesses).reduce((best, name) => (far(name) < far(best) ? name : best));
}

function presets({ demo, program }) {
  const best = () => {
    const { lr, momentum } = program.best_heavy_ball(demo.start.condition);
    return { lr, momentum, also_best: false, also_plain: true };
  };
  return {
    no_momentum: { now: 30 },
    habit: { momentum: 0.9, now: 60 },
    best: () => ({ ...best(), now: 15 }),
    too_much: () => ({ ...best(), momentum: 0.99, also_best: true, now: 90 }),
    same_nesterov: () => ({ ...best(), method: "nesterov", also_best: true, now: 10 }),
  };
}

function handles(scene) {
  const { demo, program, text, views: { valley, map, curve } } = scene;
  scene.start = demo.handle({
    name: "start",
    parent: valley.front,
    panel: valley,
    move: (px, py) => {
      const at = { x: valley.x.clamp(valley.x.invert(px)), y: valley.y.clamp(valley.y.invert(py)) };
      if (program.distance(at.x, at.y) > 0.01) set(scene, at); // a start at the bottom has nowhere to go
    },
  });
  scene.setting = demo.handle({
    name: "setting",
    parent: map.front,
    panel: map,
    shape: "diamond",
    step: 3,
    move: (px, py) => {
      const lr = Math.max(map.x.clamp(map.x.invert(px)), map.x.domain[1] / 500);
      const momentum = Math.min(map.y.clamp(map.y.invert(py)), 0.999);
      set(scene, { lr: Number(lr.toPrecision(3)), momentum: Number(momentum.toFixed(3)) });
    },
  });
  scene.time = scene.clock.handle(curve.front, (px) => curve.x.invert(px), { panel: curve });
  demo.probe(map, (px, py) => (demo.untold() ? "" : phrase(text.here, { rate: rate(scene, map.x.invert(px), map.y.invert(py)) })));
  demo.probe(curve, (px) => measured(scene, px));
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, text, now } = scene;
  const touches = (...names) => names.some((name) => name in changed);
  Object.assign(now, changed);
  compute(scene, touches);
  demo.reflect();
  scene.other.words.textContent = text[OTHER[now.method]];
  if (touches("condition")) drawValley(scene);
  if (touches("condition", "method") || scene.secret !== demo.untold()) drawMap(scene);
  scene.secret = demo.untold();
  drawPaths(scene);
  drawCurves(scene);
  drawSetting(scene);
  moment(scene);
  speak(scene);
}

/** The reader's setting on the map, and the steps that it takes. */
function drawSetting(scene) {
  const { demo, text, now, runs, views: { map } } = scene;
  const { box, x, y, names } = map;
  const [px, py] = [x(x.clamp(now.lr)), y(now.momentum)];
  const side = px > box.left + box.width * 0.6 ? -1 : 1;
  const words = demo.untold() ? "" : counted(scene, runs.present);
  names.replaceChildren(label(px + 16 * side, Math.max(py - 14, box.top + 12), words, { "text-anchor": side > 0 ? "start" : "end", class: "name" }));
  scene.setting.place(px, py, `${text.lr} ${format(now.lr)}, ${text.momentum} ${format(now.momentum)}`);
}

// ---- the present step ------------------------------------------------------------------------
function moment(scene) {
  const { now, runs, tell } = scene;
  drawBalls(scene);
  drawNow(scene);
  tell({ now: now.now, distance: runs.present.far[now.now] });
}

/** Of the whole run, or while one goes through it, of the present step. */
function speak(scene, walking) {
  const { demo, program, text, now, best, runs } = scene;
  const { steps, diverged } = runs.present;
  const numbers = { steps, diverged, best_steps: runs.best.steps, plain_steps: runs.plain.steps, rate: rate(scene), best_rate: best.rate };
  scene.tell(numbers);
  const far = { now: now.now, distance: runs.present.far[now.now], best_distance: runs.best.far[between(now.now, 0, runs.best.last)] };
  const underway = walking && !demo.untold() && now.now < runs.present.last;
  demo.say(phrase(text[underway ? "underway" : verdict(scene, numbers)], { ...numbers, ...far, name: text[now.method], limit: program.LIMIT }));
}

function verdict({ demo, now, best }, { steps, diverged, best_steps, plain_steps, rate: present }) {
  if (demo.untold()) return now.now === 0 ? "before" : "between";
  if (Number.isFinite(diverged)) return "lost";
  if (!Number.isFinite(steps)) return present < 1 ? "slow" : "leaving";
  if (now.lr === best.lr && now.momentum === best.momentum) return "optimal";
  if (now.momentum === 0 && steps === plain_steps) return "unaided";
  return steps < best_steps ? "ahead" : "arrived";
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, now, views } = scene;
  const { valley, map, curve } = views;
  const high = demo.narrow ? 150 : height - 262;
  const second = high + 42;
  const room = demo.narrow ? width - 48 : Math.round((width - 112) * 0.42);
  valley.box = { left: 0, top: 0, width, height: high };
  curve.box = demo.narrow
    ? { left: 34, top: second, width: width - 54, height: 96 }
    : { left: room + 90, top: second, width: width - room - 110, height: 180 };
  const first = second + curve.box.height + 40;
  map.box = { left: 34, top: demo.narrow ? first + 24 : second, width: room, height: demo.narrow ? 264 : 180 };
  demo.size(width, first, [
    { name: "valley", top: 0, height: first },
    { name: "map", top: first, height: 328 },
  ]);
  for (const view of Object.values(views)) demo.clip(view.box, view.clip);
  const unit = width / 1.6; // one scale for both directions: right angles stay right
  valley.x = linear([-1.15, 0.45], [0, width]);
  valley.y = linear([-high / 2 / unit, high / 2 / unit], [high, 0]);
  set(scene, { condition: now.condition });
}

export default { render: ({ model, el }) => mount(model, el, build) };
