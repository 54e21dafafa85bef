// Every curve up to now, with a cross where it was cut off; beside it, how many still train.
import { across, axes, between, cross, dot, label, line, linear, log, mount, phrase, rect, upward } from "../../../demos/demo.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const KEYS = [42, 112, 192]; // pixels from the axis, after its name

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { curves: demo.view(LAYERS), budget: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, last: program.UNITS };
  controls(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, now, last, views: { curves, budget } } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: 5, last: () => last, show: () => moment(scene) });
  demo.choice({ name: "task", change: change("task") });
  for (const name of ["first", "factor"]) demo.slider({ name, change: change(name) });
  demo.presets(
    {
      late: { first: 9, now: last },
      once: { first: 3, factor: 27, now: last },
      half: { factor: 2, now: last },
      slow: { task: "warmup", now: last },
    },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => outcome(scene.run),
    reached: () => now.now >= last,
    because: () => ({ found: scene.run.found, best: scene.run.best, spent: scene.run.spent[last] }),
  });
  scene.tell = demo.readouts(["now", "left", "spent", "lead", "found", "best", "lost"], ["left", "spent", "found", "best"]);
  const unit = (px) => between(Math.round(curves.x.invert(px)), 1, last);
  scene.cut = demo.handle({
    name: "cut", parent: curves.front, panel: curves, step: 16, shape: "diamond", way: "x",
    move: (px, py, key) => set(scene, { first: key ? between(now.first + key[0], 1, last) : unit(px) }),
  });
  scene.time = scene.clock.handle(budget.front, (px) => budget.x.invert(px), { panel: budget });
  demo.probe(budget, (px) => seen(scene, between(Math.round(budget.x.invert(px)), 0, last)));
}

const outcome = ({ stages, winner }) => {
  const out = stages.findIndex(({ living }) => !living[winner]);
  return out < 0 ? "stays" : ["one", "two", "three"][out];
};

/** How many train there, as far as time has come. */
function seen({ text, now, run }, unit) {
  return unit > now.now ? "" : phrase(text.point, { unit, left: run.left[unit], spent: run.spent[unit] });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  compute(scene);
  scene.demo.reflect();
  drawFrame(scene);
  moment(scene);
}

/** The cuts, and at every unit of time who is still there and what has been spent. */
function compute(scene) {
  const { program, now, last } = scene;
  const key = [now.task, now.first, now.factor].join();
  if (scene.run?.key === key) return;
  const errors = program.CURVES[now.task];
  const everybody = new Float64Array(program.DRAWN).fill(1);
  const stages = [];
  let [living, count] = [everybody, program.DRAWN];
  for (let unit = now.first; unit < last; unit = program.next_cut(unit, now.factor)) {
    count = program.number_left(count, now.factor);
    living = Float64Array.from(program.after_cut(errors[unit], living, count));
    stages.push({ unit, living, count });
  }
  const at = errors.map((_, unit) => stages.findLast((stage) => stage.unit <= unit) ?? { living: everybody, count: program.DRAWN });
  let sum = 0;
  const spent = at.map((_, unit) => program.all_of_it((sum += unit ? at[unit - 1].count : 0)));
  scene.run = {
    key, errors, stages, at, spent,
    left: at.map((stage) => stage.count),
    lead: errors.map((error, unit) => program.lowest(error, at[unit].living)),
    leader: errors.map((error, unit) => program.leader(error, at[unit].living)),
    winner: program.leader(errors[last], everybody),
    found: program.lowest(errors[last], at[last].living),
    best: program.lowest(errors[last], everybody),
  };
  scene.run.lost = scene.run.found - scene.run.best;
}

function drawFrame(scene) {
  const { demo, text, run, last, views: { curves, budget } } = scene;
  const told = !demo.untold();
  const ticks = { xLabel: text.unit, xTicks: [0, 9, 18, 27] };
  curves.names.replaceChildren(
    axes(curves.box, curves.x, curves.y, { ...ticks, yTicks: [0.1, 0.2, 0.5, 1] }),
    label(curves.box.left - 4, curves.box.top - 11, text.curves, { class: "name" }),
    ...key(curves.box, [["plain", text.training], ["adam", text.leader], ...(told ? [["curvature dashed", text.winner]] : [])]),
  );
  budget.names.replaceChildren(
    axes(budget.box, budget.x, budget.y, { ...ticks, yTicks: [0, 9, 18, 27] }),
    label(budget.box.left - 4, budget.box.top - 11, text.budget, { class: "name" }),
  );
  const cuts = run.stages.map(({ unit }) => line([[curves.x(unit), curves.box.top], [curves.x(unit), curves.box.top + curves.box.height]], "theory dotted"));
  curves.ground.replaceChildren(...cuts);
  curves.paths.replaceChildren(...(told ? [way(scene, run.winner, last, "curvature dashed")] : []));
}

/** Which line is which, above the picture. */
function key({ left, top }, lines) {
  return lines.flatMap(([name, words], i) => {
    const px = left + KEYS[i];
    return [line([[px, top - 15], [px + 16, top - 15]], name), label(px + 20, top - 11, words)];
  });
}

const spot = ({ run, views: { curves: { x, y } } }, who, unit) => [x(unit), y(y.clamp(run.errors[unit][who]))];

const way = (scene, who, until, name) =>
  line(Array.from({ length: until + 1 }, (_, unit) => spot(scene, who, unit)), name);

/** The curves up to now, and the budget up to now. */
function moment(scene) {
  const { demo, program, text, now, run, views: { curves, budget } } = scene;
  const at = now.now;
  const first = run.leader[at];
  const done = run.stages.filter(({ unit }) => unit <= at);
  const marks = Array.from({ length: program.DRAWN }, (_, who) => {
    const out = done.find(({ living }) => !living[who]);
    if (!out) return [way(scene, who, at, "plain")];
    return [way(scene, who, out.unit, "plain faint"), cross(spot(scene, who, out.unit), 3, "plain faint")];
  });
  const front = [way(scene, first, at, "adam"), dot(spot(scene, first, at), 5, "adam")];
  curves.moving.replaceChildren(...marks.flat(), ...front);
  budget.moving.replaceChildren(...bars(scene, at));
  scene.cut.place(curves.x(now.first), curves.box.top + curves.box.height - 8, phrase(text.cut_at, { first: now.first }));
  scene.time.place(budget.x(at), budget.y(run.left[at]), phrase(text.at, { now: at }));
  speak(scene, demo.untold());
}

/** One bar a unit of time, as high as the number of nets that train in it. */
function bars({ run, views: { budget: { x, y } } }, until) {
  return run.left.slice(0, until).map((left, unit) => rect(
    { left: x(unit), top: y(left), width: x(unit + 1) - x(unit), height: y(0) - y(left) },
    { class: "momentum", fill: "currentColor", "fill-opacity": 0.45 },
  ));
}

function speak({ demo, text, now, run, tell }, untold) {
  const at = now.now;
  const { found, best, lost } = run;
  const numbers = { now: at, left: run.left[at], spent: run.spent[at], lead: run.lead[at], found, best, lost };
  tell(numbers, untold ? { found: "–", best: "–", lost: "" } : {});
  demo.say(phrase(text[untold ? "running" : "ended"], numbers));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, last, views: { curves, budget } } = scene;
  const narrow = demo.narrow;
  const high = narrow ? 200 : between(height - 130, 200, 320);
  const second = high + 84;
  const broad = narrow ? width - 60 : Math.round(width * 0.58) - 40;
  curves.box = { left: 40, top: 32, width: broad, height: high };
  budget.box = narrow
    ? { left: 40, top: second + 32, width: broad, height: high }
    : { left: broad + 86, top: 32, width: width - broad - 106, height: high };
  demo.size(width, second, [
    { name: "curves", top: 0, height: second },
    { name: "budget", top: second, height: second },
  ]);
  for (const view of [curves, budget]) {
    demo.clip(view.box, view.clip);
    view.x = linear([-0.4, last + 0.4], across(view.box));
  }
  curves.y = log([0.1, 1], upward(curves.box));
  budget.y = linear([0, program.DRAWN], upward(budget.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
