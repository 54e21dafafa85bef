// Three views of one setting: the path in the valley, the map of rates, the measured curve.
import {
  across, arrow, axes, bands, dot, dots, format, grid, label, line, linear, log, mount, phrase,
  plus, power, rect, roof, upward,
} from "../../../demos/demo.js";
import { drawMap, rate, SHADES, tuned } from "./rates.js";

const OTHER = { heavy_ball: "nesterov", nesterov: "heavy_ball" };
const FAMILY = { plain: "plain", heavy_ball: "momentum", nesterov: "momentum light" };
const LAYERS = ["ground", "marks", "paths", "moving", "names", "front"];

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { valley: demo.view(LAYERS), map: demo.view(LAYERS), curve: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, runs: {} };
  scene.hatch = demo.hatch();
  scene.heads = { carry: demo.arrow("momentum"), push: demo.arrow("plain") };
  controls(scene);
  handles(scene);
  return { draw: (width) => layout(scene, width), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, runs } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({
    rate: () => Math.max(8, runs.present.last / 12),
    last: () => runs.present.last,
    show: () => moment(scene),
  });
  for (const name of ["lr", "momentum", "condition"]) demo.slider({ name, change: change(name) });
  demo.choice({ name: "method", change: change("method") });
  demo.toggle({ name: "also_plain", group: "beside", change: change("also_plain") });
  scene.other = demo.toggle({ name: "also_other", group: "beside", change: change("also_other") });
  demo.presets(presets(scene), (setting) => set(scene, setting));
  const loud = ["rate", "best_rate", "now", "distance"];
  scene.tell = demo.readouts(["steps", "diverged", "best_steps", "plain_steps", ...loud], loud);
}

function presets(scene) {
  const here = ({ now: { condition, x, y } }) => ({ condition, x, y });
  const plain = (momentum) => ({ ...here(scene), lr: tuned(scene, "plain").lr, momentum });
  const best = () => {
    const { lr, momentum } = tuned(scene, "heavy_ball");
    return { ...here(scene), lr, momentum };
  };
  return {
    no_momentum: () => plain(0),
    habit: () => plain(0.9),
    best,
    too_much: () => ({ ...best(), momentum: 0.99 }),
    same_nesterov: () => ({ ...best(), method: "nesterov" }),
  };
}

function handles(scene) {
  const { demo, program, views: { valley, map, curve } } = scene;
  scene.start = demo.handle({
    name: "start",
    parent: valley.front,
    move: (px, py) => {
      const at = { x: valley.x.clamp(valley.x.invert(px)), y: valley.y.clamp(valley.y.invert(py)) };
      if (program.distance(at.x, at.y) > 0.01) set(scene, at); // a start at the bottom has nowhere to go
    },
  });
  scene.setting = demo.handle({
    name: "setting",
    parent: map.front,
    step: 3,
    move: (px, py) => {
      const lr = Math.max(map.x.clamp(map.x.invert(px)), map.x.domain[1] / 500);
      const momentum = Math.min(map.y.clamp(map.y.invert(py)), 0.999);
      set(scene, { lr: Number(lr.toPrecision(3)), momentum: Number(momentum.toFixed(3)) });
    },
  });
  scene.time = scene.clock.handle(curve.front, (px) => curve.x.invert(px));
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, text, now } = scene;
  const touches = (...names) => names.some((name) => name in changed);
  Object.assign(now, changed);
  compute(scene, touches("condition", "method", "x", "y"));
  demo.reflect();
  scene.other.words.textContent = text[OTHER[now.method]];
  if (touches("condition")) drawValley(scene);
  if (touches("condition", "method")) drawMap(scene);
  drawPaths(scene);
  drawCurves(scene);
  moment(scene);
  speak(scene);
}

function compute(scene, rivalsToo) {
  const { program, now, runs } = scene;
  const race = (method, at) => travel(program, method, { ...now, ...at });
  runs.present = race(now.method);
  now.now = Math.min(now.now, runs.present.last);
  if (!rivalsToo) return;
  scene.best = tuned(scene, now.method);
  runs.best = race(now.method, scene.best);
  runs.plain = race("plain", tuned(scene, "plain"));
  runs.other = race(OTHER[now.method], tuned(scene, OTHER[now.method]));
}

/** Every step of a run until it arrives, is lost, or `limit` steps are over. */
function travel(program, method, { x, y, lr, momentum, condition }) {
  const step = method === "plain"
    ? (s) => program.plain(s.x, s.y, lr, condition)
    : (s) => program[method](s.x, s.y, s.vx, s.vy, lr, momentum, condition);
  const first = program.distance(x, y);
  const states = [{ x, y, vx: 0, vy: 0 }];
  let end = 0;
  while (end === 0 && states.length <= program.LIMIT) {
    const state = step(states.at(-1));
    states.push(state);
    end = program.outcome(state.x, state.y, first);
  }
  const far = states.map((s) => program.distance(s.x, s.y) / first);
  const last = states.length - 1;
  return { states, far, last, steps: end > 0 ? last : Infinity, diverged: end < 0 ? last : Infinity };
}

/** A few steps a pixel; an odd stride, which keeps both sides of a zigzag. */
function sampled(last, pixels) {
  const every = Math.floor(last / (3 * pixels)) | 1;
  return Array.from({ length: Math.floor(last / every) + 1 }, (_, i) => i * every);
}

const rivals = ({ now, runs }) => [
  ...(now.also_plain ? [["plain", runs.plain]] : []),
  ...(now.also_other ? [[OTHER[now.method], runs.other]] : []),
];

// ---- the valley ------------------------------------------------------------------------------
function drawValley({ program, text, now, views: { valley } }) {
  const { box, x, y, ground, marks } = valley;
  const right = box.left + box.width - 8;
  const samples = grid((a, b) => program.ravine_value(a, b, now.condition), x, y, 5);
  const top = Math.max(...samples.values);
  const levels = Array.from({ length: SHADES }, (_, i) => top * ((i + 1) / (SHADES + 1)) ** 2); // even on a parabola
  ground.replaceChildren(rect(box, { class: `shade-${SHADES}` }), ...bands(samples, levels));
  marks.replaceChildren(
    plus([x(0), y(0)]),
    label(right, box.top + 18, `↕ ${phrase(text.across, { condition: now.condition })}`, { "text-anchor": "end" }),
    label(right, box.top + 35, `↔ ${text.along}`, { "text-anchor": "end" }),
  );
}

const placed = ({ x, y }, states) => states.map((s) => [x(s.x), y(s.y)]);

function drawPaths(scene) {
  const { text, now, runs, views: { valley } } = scene;
  const { box, x, y, paths, names } = valley;
  const shown = [...rivals(scene), [now.method, runs.present]];
  const seen = (run) => sampled(run.last, box.width).map((n) => run.states[n]);
  paths.replaceChildren(...shown.map(([name, run]) => line(placed(valley, seen(run)), `${FAMILY[name]} beside`)));
  names.replaceChildren(
    ...shown.toReversed().map(([name, run], row) =>
      label(box.left + 8, box.top + box.height - 10 - 17 * row, told(scene, name, run), { class: `colored ${FAMILY[name]}` })),
    label(x(now.x), y(now.y) - 15, text.start, { "text-anchor": "middle" }),
  );
  scene.start.place(x(now.x), y(now.y), phrase(text.point, { x: now.x, y: now.y }));
}

function told({ program, text }, name, run) {
  const kind = Number.isFinite(run.steps) ? "needs" : Number.isFinite(run.diverged) ? "leaves" : "stays";
  return phrase(text[kind], { name: text[name], steps: run.steps, limit: program.LIMIT });
}

// ---- the measured curve ----------------------------------------------------------------------
function drawCurves(scene) {
  const { program, text, now, runs, views: { curve } } = scene;
  const { box, paths, names } = curve;
  const lost = Number.isFinite(runs.present.diverged);
  const present = rate(scene);
  const x = (curve.x = linear([0, roof(1.05 * Math.max(20, runs.present.last, lost ? 0 : runs.best.last))], across(box)));
  const y = (curve.y = log([3e-7, lost ? 3e6 : 30], upward(box)));
  const shown = ({ far, last }) => sampled(last, box.width).map((n) => [x(n), y(far[n])]);
  const forecast = sampled(x.domain[1], box.width).map((n) => [x(n), y(program.predicted(present, n))]);
  paths.replaceChildren(
    ...rivals(scene).map(([name, run]) => line(shown(run), `${FAMILY[name]} beside`)),
    line(shown(runs.present), FAMILY[now.method]),
    line(forecast, "theory dashed"),
  );
  drawDistances(scene, lost);
  const predicted = `– – ${phrase(text.predicted, { rate: present })}`;
  names.replaceChildren(
    ...endNames(scene),
    label(box.left + box.width, lost ? y(1e-6) - 10 : box.top + 12, predicted, { class: "theory colored", "text-anchor": "end" }),
  );
}

function drawDistances({ text, views: { curve: { box, x, y, marks } } }, lost) {
  const yTicks = lost ? [1e-6, 1e-3, 1, 1e3, 1e6] : [1e-6, 1e-4, 1e-2, 1];
  const goals = [1e-6, 1e6].filter((level) => level < y.domain[1]);
  marks.replaceChildren(
    axes(box, x, y, { xLabel: text.step_axis, yLabel: text.distance_axis, yTicks, yFormat: power }),
    ...goals.map((level) => line([[box.left, y(level)], [box.left + box.width, y(level)]], "goal")),
  );
}

/** The name of each line where it ends, or where it leaves the picture. */
function endNames(scene) {
  const { text, views: { curve: { box, x, y } } } = scene;
  return rivals(scene).map(([name, { far, last }]) => {
    const step = Math.min(last, Math.floor(x.domain[1]));
    const early = x(step) < box.left + box.width / 2;
    return label(x(step) + (early ? 8 : 0), y(y.clamp(far[step])) - 8, text[name], {
      class: `colored ${FAMILY[name]}`,
      "text-anchor": early ? "start" : "end",
    });
  });
}

// ---- the present step ------------------------------------------------------------------------
function moment(scene) {
  const { now, runs, tell, views: { valley, curve } } = scene;
  const { states, far } = runs.present;
  const travelled = placed(valley, states.slice(0, now.now + 1));
  valley.moving.replaceChildren(
    line(travelled, FAMILY[now.method]),
    dots(travelled, FAMILY[now.method]),
    ...nextStep(scene, states[now.now]),
  );
  scene.time.place(curve.x(now.now), curve.y(far[now.now]), String(now.now));
  tell({ now: now.now, distance: far[now.now] });
}

/** The ball, what it carries on with, and the push of the gradient. */
function nextStep(scene, { x, y, vx, vy }) {
  const { program, text, now, views: { valley } } = scene;
  const { carry_x, carry_y, push_x, push_y } = program.arrows(x, y, vx, vy, now.lr, now.momentum, now.condition);
  const ahead = now.method === "nesterov"; // PyTorch stores its look-ahead point: the ball is one carry behind
  const ball = ahead ? { x: x - carry_x, y: y - carry_y } : { x, y };
  const middle = { x: ball.x + carry_x, y: ball.y + carry_y };
  const tip = { x: middle.x + push_x, y: middle.y + push_y };
  const [from, between, to] = placed(valley, [ball, middle, tip]);
  return [
    ...shaft(scene, from, between, "carry", ahead ? text.look_ahead : text.velocity),
    ...shaft(scene, between, to, "push", text.gradient),
    dot(from, 7, FAMILY[now.method]),
  ];
}

function shaft({ heads }, from, to, name, words) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  if (!(Math.hypot(dx, dy) > 9)) return [];
  const family = name === "carry" ? "momentum" : "plain";
  const reach = name === "carry" ? 0.7 : 0.95;
  const words_at = [from[0] + dx * reach + 10, from[1] + dy * reach + 4];
  return [arrow(from, to, family, heads[name]), label(...words_at, words, { class: `colored ${family}` })];
}

function speak(scene) {
  const { demo, program, text, now, best, runs, views: { map } } = scene;
  const { steps, diverged } = runs.present;
  const rates = { rate: rate(scene), best_rate: best.rate };
  const numbers = { steps, diverged, best_steps: runs.best.steps, plain_steps: runs.plain.steps, ...rates };
  const spoken = `${text.lr} ${format(now.lr)}, ${text.momentum} ${format(now.momentum)}`;
  scene.tell(numbers);
  scene.setting.place(map.x(map.x.clamp(now.lr)), map.y(now.momentum), spoken);
  demo.say(phrase(text[verdict(scene, numbers)], { ...numbers, name: text[now.method], limit: program.LIMIT }));
}

function verdict({ now, best }, { steps, diverged, best_steps, rate: present }) {
  if (Number.isFinite(diverged)) return "lost";
  if (!Number.isFinite(steps)) return present < 1 ? "slow" : "leaving";
  if (now.lr === best.lr && now.momentum === best.momentum) return "optimal";
  return steps < best_steps ? "ahead" : "arrived";
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width) {
  const { demo, now, views } = scene;
  const { valley, map, curve } = views;
  const wide = width >= 620;
  const high = wide ? Math.round(width * 0.34) : 200;
  const second = high + 42;
  const room = wide ? Math.round((width - 112) * 0.45) : width - 48;
  valley.box = { left: 0, top: 0, width, height: high };
  map.box = { left: 34, top: second, width: room, height: 214 };
  curve.box = wide
    ? { left: room + 90, top: second, width: width - room - 104, height: 214 }
    : { left: 34, top: second + 214 + 74, width: width - 48, height: 190 };
  demo.size(width, curve.box.top + curve.box.height + 40);
  for (const view of Object.values(views)) demo.clip(view.box, view.clip);
  const unit = width / 1.6; // one scale for both directions: right angles stay right
  valley.x = linear([-1.15, 0.45], [0, width]);
  valley.y = linear([-high / 2 / unit, high / 2 / unit], [high, 0]);
  set(scene, { condition: now.condition });
}

export default { render: ({ model, el }) => mount(model, el, build) };
