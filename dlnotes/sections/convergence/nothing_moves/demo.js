// The loss beside its baselines; below it the hidden units and the points.
import { axes, between, course, dot, label, line, linear, mount, phrase, plus, rect, roof, upward } from "../../../demos/demo.js";
import { compute, hiddenFault, inside, SWITCHES } from "./run.js";
import { questioned } from "./riddles.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const HEIGHTS = { usual: [0, 2], wild: [0, 4], close: [0.8, 1.3] }; // of the loss; what is beyond is cut off

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { curve: demo.view(LAYERS), bars: demo.view(LAYERS), points: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views };
  controls(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now, views: { curve } } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  const rate = () => (now.now < 6 ? 3 : 30); // what decides happens in the first steps
  scene.clock = demo.clock({ rate, last: () => program.STEPS, show: () => moment(scene) });
  demo.slider({ name: "lr", change: change("lr") });
  for (const name of SWITCHES) demo.toggle({ name, change: change(name) });
  questioned(scene, (setting) => set(scene, setting));
  const shown = { riddle: 0, now: program.STEPS };
  demo.presets({
    sound: shown,
    try_shuffled: { ...shown, shuffled: true },
    try_raw: { ...shown, raw: true },
    try_equal: { ...shown, equal: true },
    try_dead: { ...shown, dead: true },
    try_slow: { ...shown, lr: 3e-4 },
    try_fast: { ...shown, lr: 10 },
  }, (setting) => set(scene, setting));
  scene.tell = demo.readouts(["now", "loss", "alive", "hits"]);
  scene.time = scene.clock.handle(curve.front, (px) => curve.x.invert(px), { panel: curve });
}

const secret = ({ demo }) => demo.phase() === "asked";

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  compute(scene);
  scene.demo.reflect();
  moment(scene);
}

/** The step that is shown. */
function moment(scene) {
  scene.net = inside(scene);
  drawCurve(scene);
  drawBars(scene);
  drawPoints(scene);
  speak(scene);
}

function drawCurve(scene) {
  const { demo, program, text, now, path, views: { curve } } = scene;
  const { box, x } = curve;
  const y = (curve.y = linear(heights(scene), upward(box)));
  const placed = path.map(({ loss }, step) => [x(step), y(loss)]);
  const taken = placed.slice(0, now.now + 1);
  const right = box.left + box.width;
  const level = (kind, shift) => {
    const height = y(program.BASELINES[kind]);
    const words = phrase(text[kind], { value: program.BASELINES[kind].toFixed(4) });
    return [line([[box.left, height], [right, height]], "theory dashed"), label(box.left + 0.35 * box.width, height + shift, words, { class: "theory colored" })];
  };
  const low = y.domain[1] > HEIGHTS.wild[1]; // both lines lie at the foot
  const beneath = (taken[program.STEPS / 2]?.[1] ?? 0) - y(program.BASELINES.prior); // the curve below the lower one
  const free = beneath > 4 && beneath < 26 ? 33 : 17;
  curve.ground.replaceChildren(...level("uniform", low ? -22 : -7), ...level("prior", low ? -7 : free));
  curve.paths.replaceChildren(...(demo.untold() ? [] : course(box, placed, "plain faint")));
  curve.moving.replaceChildren(...course(box, taken, "plain", (step) => phrase(text.at, { step })));
  curve.names.replaceChildren(
    axes(box, x, y, { xLabel: text.steps, yLabel: text.loss, yTicks: y.ticks(4) }),
    label(right - 2, box.top + 12, setting(scene), { "text-anchor": "end" }),
  );
  scene.time.place(x(now.now), box.top + box.height, phrase(text.at, { step: now.now }));
}

/** The first riddle turns on two close lines; a run that stays high is seen as well. */
function heights({ demo, now, path }) {
  const asked = now.riddle === 1 && now.lr === demo.start.lr && !SWITCHES.some((name) => now[name]);
  if (asked) return HEIGHTS.close;
  const end = path.at(-1).loss;
  if (demo.untold() || !(end > HEIGHTS.usual[1])) return HEIGHTS.usual;
  return end > HEIGHTS.wild[1] && Number.isFinite(end) ? [0, roof(end)] : HEIGHTS.wild;
}

/** What is broken, as far as it may be told. */
function setting({ demo, text, now }) {
  const riddle = now.riddle ? [phrase(text.number, { riddle: now.riddle })] : [];
  const broken = SWITCHES.filter((name) => now[name]).map((name) => text[name]);
  return [...riddle, ...broken].join(" + ") || (now.lr === demo.start.lr ? text.sound : phrase(text.untouched, { lr: now.lr }));
}

/** A bar a hidden unit: on how many of the points it is on. */
function drawBars(scene) {
  const { text, net, data, views: { bars: { box, moving, names } } } = scene;
  const y = linear([0, data.y.length], upward(box));
  const pitch = box.width / net.counts.length;
  const bottom = box.top + box.height;
  const bar = (count, i) => rect({ left: box.left + (i + 0.18) * pitch, top: y(count) - 2, width: 0.64 * pitch, height: bottom - y(count) + 2 }, { class: "plain", style: "fill: currentColor; opacity: 0.55" });
  moving.replaceChildren(...(secret(scene) ? [] : Array.from(net.counts, bar)));
  names.replaceChildren(
    axes(box, linear([0, 1], [box.left, box.left + box.width]), y, { xTicks: [], yTicks: [0, 20, 40, 60] }),
    label(box.left - 4, box.top - 9, text.bars, { class: "name" }),
    ...veil(scene, box),
  );
}

function veil(scene, box) {
  const words = scene.text.hidden;
  return secret(scene) ? [label(box.left + box.width / 2, box.top + box.height / 2 + 4, words, { "text-anchor": "middle" })] : [];
}

/** The points, with a mark for each class, faint where the net is wrong. */
function drawPoints(scene) {
  const { text, net, data: { X, y }, views: { points } } = scene;
  const { box, moving, names } = points;
  const [x, up] = [0, 1].map((axis) => {
    const values = Array.from(y, (_, i) => X[2 * i + axis]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const room = (high - low) / 12;
    return linear([low - room, high + room], axis ? upward(box) : [box.left, box.left + box.width]);
  });
  const marks = [(at) => dot(at, 3.5, "plain"), (at) => dot(at, 3.5, "plain hollow"), (at) => plus(at)];
  const drawn = Array.from(y, (kind, i) => {
    const mark = marks[kind]([x(X[2 * i]), up(X[2 * i + 1])]);
    mark.style.opacity = net.hits[i] ? 1 : 0.3;
    return mark;
  });
  moving.replaceChildren(...(secret(scene) ? [] : drawn));
  const ticks = (scale) => (secret(scene) ? [] : scale.ticks(3));
  names.replaceChildren(
    axes(box, x, up, { xTicks: ticks(x), yTicks: ticks(up) }),
    label(box.left - 4, box.top - 9, text.points, { class: "name" }),
    ...veil(scene, box),
  );
}

function speak(scene) {
  const { demo, program, text, now, net } = scene;
  const told = secret(scene) ? { alive: "", hits: "" } : {};
  const numbers = { now: now.now, loss: net.loss, alive: net.alive, hits: net.right };
  scene.tell(numbers, told);
  const words = phrase(text[verdict(scene)], { ...numbers, loss: Number.isFinite(net.loss) ? net.loss.toFixed(4) : net.loss });
  const solved = now.riddle && now.now === program.STEPS && demo.phase() === "free";
  demo.say(words + (solved ? phrase(text.solved, { fault: text[hiddenFault(scene)] }) : ""));
}

function verdict(scene) {
  const { program: { ALMOST, BASELINES }, now, net, path } = scene;
  if (secret(scene)) return "asked";
  if (now.now === 0) return "before";
  if (net.alive === 0) return "asleep";
  if (!(net.loss <= 1.2 * BASELINES.uniform)) return still(path, net, ALMOST) ? "still" : "wild";
  return still(path, net, ALMOST) ? "still" : "learning";
}

const still = (path, net, part) => Math.abs(net.loss - path[0].loss) < part * path[0].loss;

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, views: { curve, bars, points } } = scene;
  const narrow = demo.narrow;
  const high = narrow ? 206 : between(height - 270, 170, 230);
  curve.box = { left: 36, top: 26, width: width - 36 - 14, height: high };
  const middle = high + 26 + 44;
  const lower = { top: middle + 34, height: narrow ? 216 : between(height - middle - 64, 100, 150) };
  const half = Math.round(width * 0.5);
  bars.box = { left: 36, ...lower, width: half - 56 };
  points.box = { left: half + 34, ...lower, width: width - half - 48 };
  const bottom = lower.top + lower.height + 26;
  demo.size(width, bottom, [
    { name: "curve", top: 0, height: middle },
    { name: "inside", top: middle, height: bottom - middle },
  ]);
  for (const view of [curve, bars, points]) demo.clip(view.box, view.clip);
  curve.x = linear([0, program.STEPS], [curve.box.left, curve.box.left + curve.box.width]);
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
