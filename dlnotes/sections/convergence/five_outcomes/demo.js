// Two loss curves and the fork: four knobs, four futures; beside them the points and the fit.
import { axes, between, course, dot, label, line, linear, log, mount, phrase } from "../../../demos/demo.js";
import { compute, KNOBS, runOf } from "./runs.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const APART = 15; // pixels between the names of two branches

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { curves: demo.view(LAYERS), fit: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views };
  controls(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now, views: { curves } } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: 14, last: () => program.STEPS, show: () => arrive(scene) });
  for (const name of ["degree", "lr", "points", "noise"]) demo.slider({ name, change: change(name) });
  scene.knob = demo.choice({ name: "knob", change: change("knob") });
  const last = program.STEPS;
  demo.presets(
    {
      good: { degree: 5 },
      slow: { degree: 5, lr: 0.002 },
      small: {},
      unstable: { degree: 5, lr: 0.25, noise: 0.4 },
      overfit: { degree: 9, points: 12, noise: 0.5, lr: 0.04 },
      stuck: { degree: 5, lr: 1 },
    },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => best(scene),
    reached: () => now.now >= last,
    because: () => scene.run.ends,
  });
  scene.tell = demo.readouts(["now", "train", "held", ...KNOBS]);
  scene.time = scene.clock.handle(curves.front, (px) => curves.x.invert(px), { panel: curves });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  compute(scene);
  scene.demo.reflect();
  moment(scene);
}

/** A run that has come to its end shows the branch that ended lowest. */
function arrive(scene) {
  const { program, now } = scene;
  if (now.now >= program.STEPS) set(scene, { knob: best(scene) });
  else moment(scene);
}

function moment(scene) {
  scene.knob.offer(!scene.demo.untold());
  drawCurves(scene);
  drawFit(scene);
  speak(scene);
}

const best = ({ run }) => KNOBS.toSorted((a, b) => run.ends[a] - run.ends[b])[0];

/** The stretch that the step shown lies in, and its place there. */
function present({ program, now, run }) {
  const after = now.now > program.FORK;
  return { after, part: after ? run.branches[now.knob] : run.trunk, i: after ? now.now - program.FORK : now.now };
}

/** The ends are kept back until this run has come to its last step. */
const veiled = ({ demo, program, now }) => demo.untold() || now.now < program.STEPS;

/** The curves up to now; at the end, the lowest branch stands out. */
function drawCurves(scene) {
  const { demo, program, text, now, run, views: { curves } } = scene;
  const { box, x, y } = curves;
  const until = veiled(scene) ? now.now : program.STEPS;
  const points = (values, from = 0, to = until) =>
    Array.from(values.slice(0, Math.max(0, to - from + 1)), (value, i) => [x(from + i), y(Math.max(value, y.domain[0]))]);
  const step = (from) => (i) => phrase(text.at, { step: from + i });
  const branches = KNOBS.map((name) => [name, points(run.branches[name].held, program.FORK)]);
  const others = branches.filter(([name, way]) => name !== now.knob && way.length > 1);
  const mine = run.branches[now.knob];
  const past = (values) => points(values, 0, Math.min(now.now, program.FORK));
  const since = (values) => (now.now > program.FORK ? points(values, program.FORK, now.now) : []);
  curves.paths.replaceChildren(
    ...others.flatMap(([name, way]) => course(box, way, weight(scene, name))),
  );
  curves.moving.replaceChildren(
    ...course(box, past(run.trunk.train), "plain dashed"), ...course(box, past(run.trunk.held), "plain", step(0)),
    ...course(box, since(mine.train), "plain dashed"),
    ...course(box, since(mine.held), weight(scene, now.knob), step(program.FORK)),
  );
  curves.names.replaceChildren(
    axes(box, x, y, { xLabel: text.steps, yLabel: text.loss, xTicks: [0, 30, 60, 90, 120], yTicks: [0.03, 0.1, 0.3, 1, 3] }),
    line([[x(program.FORK), box.top], [x(program.FORK), box.top + box.height]], "theory dashed faint"),
    ...named(scene, branches.filter(([, way]) => way.length > 1).map(([name, way]) => [name, way.at(-1)])),
    ...key(box, text, demo.narrow ? 88 : 0),
  );
  const { part, i } = present(scene);
  scene.time.place(x(now.now), y(y.clamp(part.held[i])), phrase(text.at, { step: now.now }));
}

/** Whether a branch stands out: the one looked at, and at the end the lowest. */
const stands = (scene, name) => name === (veiled(scene) ? scene.now.knob : best(scene));

/** How boldly a branch is drawn; the guess is told from the others. */
function weight(scene, name) {
  if (stands(scene, name)) return "plain";
  const asked = scene.run.key === runOf(scene.demo.start);
  return asked && name === scene.demo.guessed() ? "plain beside" : "plain faint";
}

/** Which line is which, at the top. */
function key({ left, width, top }, text, beyond) {
  const right = left + width + beyond;
  return [
    line([[right - 183, top - 13], [right - 167, top - 13]], "plain dashed"), label(right - 163, top - 9, text.train),
    line([[right - 84, top - 13], [right - 62, top - 13]], "plain"), label(right - 57, top - 9, text.held),
  ];
}

/** The names of the branches beside their heads, pushed apart; at the end joined to what counts as the end. */
function named(scene, branches) {
  const { text, run, views: { curves: { box, y } } } = scene;
  const over = !veiled(scene);
  const end = (name) => Math.max(y(y.clamp(run.ends[name] || y.domain[1])), box.top);
  const placed = branches
    .map(([name, [x, head]]) => ({ name, at: [x, over ? end(name) : head] }))
    .sort((a, b) => a.at[1] - b.at[1]);
  let lowest = box.top - APART;
  const heights = placed.map(({ at }) => (lowest = Math.max(at[1], lowest + APART, box.top)));
  const excess = Math.max(0, lowest - (box.top + box.height - 6));
  return placed.flatMap(({ name, at }, i) => {
    const height = heights[i] - excess;
    const joined = over ? [line([at, [at[0] + 21, height]], "plain faint"), dot(at, 3.5, "plain")] : [];
    return [...joined, label(at[0] + 24, height + 4, text[name], { class: stands(scene, name) ? "name" : "" })];
  });
}

/** The points; once it may be told, the polynomial now. */
function drawFit(scene) {
  const { demo, program, text, now, run, data, views: { fit } } = scene;
  const { box, x, y, ground, moving, names } = fit;
  const used = now.now > program.FORK ? run.branches[now.knob].points : now.points;
  const place = (part) => (i) => [x(part.x[i]), y(y.clamp(part.y[i]))];
  const count = (n) => Array.from({ length: n }, (_, i) => i);
  ground.replaceChildren(
    ...count(program.HELD).filter((i) => i % 2 === 0).map((i) => dot(place(data.held)(i), 3, "plain hollow")),
    ...count(used).map((i) => dot(place(data.pool)(i), used > 48 ? 2 : 3.5, "plain")),
  );
  const { part, i: at } = present(scene);
  const [theta, lost] = [part.thetas[at], part.train[at] > program.LOST];
  const way = data.grid.map(([place, row]) => [x(place), y(program.level(theta, row))]);
  moving.replaceChildren(...(demo.untold() || lost ? [] : [line(way, "theory")]));
  names.replaceChildren(
    axes(box, x, y, { xTicks: [-1, 0, 1], yTicks: [-1, 0, 1] }),
    label(box.left - 4, box.top - 9, `${text.fit}${whose(scene)}`, { class: "name" }),
    dot([box.left + 8, box.top + box.height + 30], 3.5, "plain"), label(box.left + 16, box.top + box.height + 34, text.point),
    dot([box.left + 88, box.top + box.height + 30], 3, "plain hollow"), label(box.left + 96, box.top + box.height + 34, text.out),
  );
}

/** Which branch the fit is of, once it may be told. */
function whose({ demo, program, text, now }) {
  if (demo.untold()) return ` · ${text.hidden}`;
  return now.now > program.FORK ? ` · ${text[now.knob]}` : "";
}

function speak(scene) {
  const { demo, program, text, now, run } = scene;
  const { after, part, i } = present(scene);
  const numbers = { now: now.now, train: part.train[i], held: part.held[i], ...run.ends };
  scene.tell(numbers, veiled(scene) ? Object.fromEntries(KNOBS.map((name) => [name, ""])) : {});
  const low = run.ends[best(scene)];
  const level = best(scene) !== "longer" && program.helps(low, run.ends.longer) === 0;
  const told = part.train[i] > program.LOST ? "lost" : veiled(scene) ? (after ? "forked" : "before") : level ? "none" : best(scene) === "longer" ? "onward" : "ended";
  demo.say(phrase(text[told], { ...numbers, name: text[now.knob], best: text[best(scene)], outcome: text[`is_${best(scene)}`], low }));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, views: { curves, fit } } = scene;
  const narrow = demo.narrow;
  const high = narrow ? 198 : between(height - 90, 200, 300);
  const names = narrow ? 108 : 104;
  const broad = narrow ? width - 46 - names : Math.round(width * 0.68) - 46 - names;
  curves.box = { left: 46, top: 32, width: broad, height: high };
  const second = high + 84;
  fit.box = narrow
    ? { left: 36, top: second + 32, width: width - 56, height: high }
    : { left: broad + names + 80, top: 32, width: width - broad - names - 96, height: high };
  demo.size(width, second, [
    { name: "curves", top: 0, height: second },
    { name: "fit", top: second, height: second },
  ]);
  for (const view of [curves, fit]) demo.clip(view.box, view.clip);
  curves.x = linear([0, scene.program.STEPS], [curves.box.left, curves.box.left + broad]);
  curves.y = log([0.02, 6], [curves.box.top + high, curves.box.top]);
  fit.x = linear([-1.05, 1.05], [fit.box.left, fit.box.left + fit.box.width]);
  fit.y = linear([-2.4, 2.4], [fit.box.top + high, fit.box.top]);
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
