// Points and three lines; beside them the three intercepts over the steps.
import { across, axes, between, dot, dots, format, label, line, linear, mount, phrase, upward } from "../../../demos/demo.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const LOW = -45; // of the axis of heights
const HIGH = 175;
const LOOK = { gd: "plain", penalty: "adam dashed", adamw: "adam" };
const ROUTES = Object.keys(LOOK);
const COLUMNS = [0, 0.28, 0.68]; // of the key, of its width
const NAMES = ["hundred", "ninety", "half", "ten"];

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { fit: demo.view(LAYERS), walk: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views };
  controls(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, text, now, views: { fit, walk } } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: () => 15 + now.now / 2, last: () => program.STEPS, show: () => moment(scene) });
  for (const name of ["alpha", "lr"]) demo.slider({ name, change: change(name) });
  demo.toggle({ name: "spared", change: change("spared") });
  const end = { now: program.STEPS };
  demo.presets({
    spare: { ...end, spared: true },
    weak: { ...end, alpha: 0.008 },
    low: { ...end, level: 8 },
    slow: { ...end, lr: 0.3 },
  }, (setting) => set(scene, setting));
  demo.question({
    answer: () => nearest(scene),
    reached: () => now.now >= program.STEPS,
    because: () => numbers(scene, program.STEPS),
  });
  scene.tell = demo.readouts(["now", ...ROUTES, ...ROUTES.map((route) => `${route}_slope`)], ROUTES);
  scene.time = scene.clock.handle(walk.front, (px) => walk.x.invert(px), { panel: walk });
  scene.level = demo.handle({
    name: "level",
    parent: fit.front,
    panel: fit,
    shape: "diamond",
    way: "y",
    step: 4,
    move: (_, py) => set(scene, { level: between(Math.round(fit.y.invert(py)), 0, program.HIGHEST) }),
  });
  demo.probe(walk, (px) => {
    const step = between(Math.round(walk.x.invert(px)), 0, program.STEPS);
    if (demo.untold() && step > now.now) return "";
    return phrase(text.seen, numbers(scene, step));
  });
}

function nearest({ program, runs }) {
  const end = runs.adamw[program.STEPS].level;
  const far = program.HEIGHTS.map((height) => Math.abs(height - end));
  return NAMES[far.indexOf(Math.min(...far))];
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, now } = scene;
  Object.assign(now, changed);
  const key = [now.alpha, now.lr, now.level, now.spared].join();
  if (key !== scene.key) {
    scene.runs = Object.fromEntries(ROUTES.map((route) => [route, run(scene, route)]));
    scene.key = key;
  }
  demo.reflect();
  drawFrame(scene);
  moment(scene);
}

/** Slope and intercept of a route after every step. */
function run(scene, route) {
  const { program, now: { alpha, level, spared } } = scene;
  const slopes = one(scene, route, program.TILT, program.BEND, alpha);
  return one(scene, route, level, 1, spared ? 0 : alpha).map((height, step) => ({ level: height, slope: slopes[step] }));
}

function one({ program, now: { lr } }, route, bottom, bend, decay) {
  let after = { param: 0, state: program[`${route}_init`](0) };
  const found = [0];
  for (let step = 0; step < program.STEPS; step += 1) {
    after = program[route](after.param, after.state, bottom, bend, lr, decay);
    found.push(after.param);
  }
  return found;
}

function numbers({ runs }, step) {
  const parts = ROUTES.flatMap((route) => [[route, runs[route][step].level], [`${route}_slope`, runs[route][step].slope]]);
  return { now: step, ...Object.fromEntries(parts) };
}

/** Axes and points; once the question is answered, all that is still to come and where it rests. */
function drawFrame(scene) {
  const { demo, program, text, now, views: { fit, walk } } = scene;
  const told = !demo.untold();
  const ticks = [0, 50, 100, 150];
  fit.names.replaceChildren(
    axes(fit.box, fit.x, fit.y, { xTicks: [-1, 0, 1], yTicks: ticks, xLabel: text.x_axis }),
    ...key(scene, fit.box),
  );
  const heights = program.heights(now.level);
  fit.ground.replaceChildren(dots(Array.from(heights, (height, i) => [fit.x(program.PLACES[i]), fit.y(height)]), "plain points"));
  walk.names.replaceChildren(
    axes(walk.box, walk.x, walk.y, { xTicks: [0, 100, 200, 300], yTicks: ticks, xLabel: text.step_axis }),
    ...(demo.narrow ? key(scene, walk.box) : [label(walk.box.left, walk.box.top - 10, text.walk_name, { class: "name" })]),
    ...(told ? rests(scene) : []),
  );
  walk.paths.replaceChildren(...(told ? [...restLines(scene), ...ROUTES.map((route) => way(scene, route, program.STEPS, " faint"))] : []));
}

function key({ text }, { left, top, width }) {
  return ROUTES.flatMap((route, i) => {
    const from = left + COLUMNS[i] * width;
    return [
      line([[from, top - 13], [from + 20, top - 13]], LOOK[route]),
      label(from + 25, top - 9, text[`${route}_short`]),
    ];
  });
}

/** Where a penalty and a fence hold the intercept. */
function resting({ program, now: { alpha, level, spared } }) {
  const decay = spared ? 0 : alpha;
  return [program.shrunk(level, 1, decay), program.fenced(level, decay)];
}

function restLines(scene) {
  const { views: { walk: { box, y } } } = scene;
  return resting(scene).map((height) => line([[box.left, y(height)], [box.left + box.width, y(height)]], "theory dashed"));
}

function rests(scene) {
  const { text, now, views: { walk: { box, y } } } = scene;
  const [soft, hard] = resting(scene);
  const right = box.left + box.width - 4;
  const close = Math.abs(y(soft) - y(hard)) < 34;
  const name = (words, height, below) => label(right, y(height) + (below ? 17 : -8), words, { "text-anchor": "end", class: "colored theory" });
  const first = name(phrase(text.soft, { height: soft }), soft, close && soft < hard);
  if (soft === hard) return [name(phrase(text.none, { height: soft }), soft, false)];
  const words = hard === now.level ? text.bottom : text.hard;
  return [first, name(phrase(words, { height: hard }), hard, close && hard < soft)];
}

function way({ runs, views: { walk: { x, y } } }, route, until, shade = "") {
  return line(runs[route].slice(0, until + 1).map(({ level }, step) => [x(step), y(between(level, -1000, 1000))]), LOOK[route] + shade);
}

/** The step that is shown. */
function moment(scene) {
  const { demo, text, now, runs, time, level, tell, views: { fit, walk } } = scene;
  const at = now.now;
  fit.moving.replaceChildren(...ROUTES.map((route) => {
    const { level: height, slope } = runs[route][at];
    return line([[fit.x(-1), fit.y(height - slope)], [fit.x(1), fit.y(height + slope)]], `${LOOK[route]} fit`);
  }));
  walk.moving.replaceChildren(
    ...ROUTES.map((route) => way(scene, route, at)),
    ...ROUTES.map((route) => dot([walk.x(at), walk.y(walk.y.clamp(runs[route][at].level))], 4, route === "penalty" ? "adam hollow" : LOOK[route])),
  );
  time.place(walk.x(at), walk.box.top + walk.box.height, phrase(text.at, { now: at }));
  level.place(fit.x(1.13), fit.y(now.level), format(now.level));
  const seen = numbers(scene, at);
  tell(seen, {});
  demo.say(phrase(text[at === 0 ? "begin" : "seen"], seen));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, views: { fit, walk } } = scene;
  const narrow = demo.narrow;
  const high = narrow ? 200 : between(height - 110, 220, 300);
  const second = high + 86;
  const broad = narrow ? width - 56 : Math.round(width * 0.48) - 44;
  fit.box = { left: 40, top: 34, width: broad, height: high };
  walk.box = narrow
    ? { left: 40, top: second + 34, width: broad, height: high }
    : { left: broad + 92, top: 34, width: width - broad - 108, height: high };
  demo.size(width, narrow ? second * 2 : second, [
    { name: "lines", top: 0, height: second },
    { name: "intercepts", top: second, height: second },
  ]);
  for (const view of [fit, walk]) {
    demo.clip(view.box, view.clip);
    view.y = linear([LOW, HIGH], upward(view.box));
  }
  fit.x = linear([-1.08, 1.2], across(fit.box));
  const [from, to] = across(walk.box);
  walk.x = linear([0, program.STEPS], [from, to - 8]); // room for the last dots
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
