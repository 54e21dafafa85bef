// One sequence of gradients for two coordinates, and what three rules make of it.
import {
  across, axes, dot, dots, format, label, line, linear, log, mount, node, phrase, power, upward,
} from "../../../demos/demo.js";

const RULES = ["adagrad", "rmsprop", "adadelta"];
const PAIR = ["a", "b"];
const PARTS = ["start", "middle", "end"];
const HANDLES = PAIR.flatMap((which) => PARTS.map((part, i) => ({ name: `${which}_${part}`, which, i })));
const NUMBERS = { rate: "rate", step_length: "length", distance: "distance" };
const SIZES = [1e-3, 1e2]; // of the gradients one can choose
const LOOK = { a: "", b: "light dashed" };

function build(demo) {
  const { program, text, controls: now } = demo;
  const top = demo.view(["marks", "words", "names", "front"]);
  const panels = Object.fromEntries(RULES.map((rule) => [rule, demo.view(["marks", "paths", "names"])]));
  const times = Array.from({ length: program.STEPS }, (_, i) => i + 1);
  const scene = { demo, program, text, now, top, panels, times, runs: {} };
  controls(scene);
  handles(scene);
  return { draw: (width) => layout(scene, width), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: 60, first: 1, last: () => program.STEPS, show: () => moment(scene) });
  for (const name of ["every", "lr", "decay"]) demo.slider({ name, change: change(name) });
  demo.choice({ name: "view", change: change("view") });
  demo.presets(presets(), (setting) => set(scene, setting));
  scene.tell = demo.readouts(["now", ...RULES.flatMap((rule) => [...PAIR, "ratio"].map((what) => `${rule}_${what}`))]);
}

function presets() {
  const sizes = { a: 0, b: 1 };
  const shape = (...ends) => Object.fromEntries(HANDLES.map(({ name, which, i }) => [name, ends[sizes[which]][i]]));
  return {
    rare: { ...shape([1, 1, 1], [1, 1, 1]), every: 25 },
    apart: { ...shape([10, 10, 10], [0.1, 0.1, 0.1]), every: 1 },
    wall: { ...shape([10, 0.1, 0.1], [0.1, 0.1, 0.1]), every: 1 },
    fading: { ...shape([1, 0.03, 0.001], [1, 1, 1]), every: 1 },
  };
}

function handles(scene) {
  const { demo, program, top } = scene;
  scene.handles = HANDLES.map(({ name, which, i }) => {
    const move = (_, py) => set(scene, { [name]: Number(top.y.clamp(top.y.invert(py)).toPrecision(2)) });
    const { place } = demo.handle({ name, parent: top.front, step: 4, radius: 7, move });
    return { name, which, place, step: Math.min(program.AT[which] + i * program.HALF, program.STEPS) };
  });
  scene.time = scene.clock.handle(top.front, (px) => top.x.invert(px));
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  compute(scene);
  scene.demo.reflect();
  drawGradients(scene);
  drawPanels(scene);
  moment(scene);
}

function compute({ program, now, times, runs }) {
  for (const which of PAIR) {
    const ends = PARTS.map((part) => now[`${which}_${part}`]);
    const gap = which === "a" ? 1 : now.every;
    const grads = times.map((t) => program.gradient(t, program.AT[which], ...ends, gap));
    runs[which] = { grads };
    for (const rule of RULES) runs[which][rule] = walk(program[rule], grads, now);
  }
}

function walk(rule, grads, { lr, decay }) {
  const seen = { rate: [], length: [], distance: [] };
  let [v, u, far, met] = [0, 0, 0, false];
  for (const grad of grads) {
    const step = rule(grad, v, u, lr, decay);
    ({ v, u } = step);
    met ||= grad !== 0;
    far += step.length;
    seen.rate.push(met ? step.rate : Infinity);
    seen.length.push(step.length);
    seen.distance.push(far);
  }
  return seen;
}

const shown = ({ now, runs }, which, rule) => runs[which][rule][NUMBERS[now.view]];
const turns = ({ times, runs }, which) => times.filter((t) => runs[which].grads[t - 1] !== 0);
const visible = (value) => value > 0 && Number.isFinite(value);

// ---- the gradients ---------------------------------------------------------------------------
function drawGradients(scene) {
  const { text, now, runs, top } = scene;
  const { box, x, y, marks, words } = top;
  const points = (which) => turns(scene, which).map((t) => [x(t), y(runs[which].grads[t - 1])]);
  const yTicks = [1e-3, 1e-2, 0.1, 1, 10, 100];
  const names = { xLabel: text.step_axis, yLabel: text.gradient_axis };
  marks.replaceChildren(axes(box, x, y, { ...names, yFormat: power, yTicks }));
  words.replaceChildren(
    line(points("a"), "plain"),
    ...(now.every > 1 ? stems(box, points("b")) : [line(points("b"), `plain ${LOOK.b}`)]),
  );
  for (const { name, which, step, place } of scene.handles) {
    const [px, py] = [x(step), y(now[name])];
    place(px, py, phrase(text.size, { step, size: now[name] }));
    words.append(label(px, py + (which === "a" ? -13 : 22), which.toUpperCase(), { "text-anchor": "middle" }));
  }
}

function stems(box, points) {
  const bottom = (box.top + box.height).toFixed(1);
  const d = points.map(([px, py]) => `M${px.toFixed(1)} ${bottom}V${py.toFixed(1)}`).join("");
  return [node("path", { d, class: "demo-line plain faint" }), dots(points, "plain light")];
}

// ---- what the rules make of them -------------------------------------------------------------
function drawPanels(scene) {
  const { program, text, now, panels } = scene;
  const constant = now.view === "rate" ? now.lr : NaN;
  const all = RULES.flatMap((rule) => PAIR.flatMap((which) => shown(scene, which, rule)));
  const domain = decades([...all, constant]);
  const yTicks = log(domain, [0, 1]).ticks(4);
  RULES.forEach((rule, i) => {
    const panel = panels[rule];
    const { box } = panel;
    panel.x = linear([0, program.STEPS], across(box));
    panel.y = log(domain, upward(box));
    const yFormat = i === 0 || box.left === panels[RULES[0]].box.left ? power : () => "";
    const xLabel = i === RULES.length - 1 ? text.step_axis : undefined;
    panel.marks.replaceChildren(axes(box, panel.x, panel.y, { xTicks: [0, 200, 400], yTicks, yFormat, xLabel }));
    panel.paths.replaceChildren(
      ...(constant ? level(panel, constant, i === 0 && text.constant) : []),
      ...PAIR.flatMap((which) => curves(scene, which, rule)),
    );
  });
  const { box, marks } = panels[RULES[0]];
  marks.append(label(box.left, box.top - 52, phrase(text.on_log, { what: text[now.view] })));
}

/** Whole powers of ten around all numbers that a log axis can show. */
function decades(values) {
  const seen = values.filter(visible);
  if (!seen.length) return [1e-3, 1];
  const [low, high] = [Math.min(...seen), Math.max(...seen)].map(Math.log10);
  const first = Math.floor(low + 1e-6);
  return [Number(`1e${first}`), Number(`1e${Math.max(Math.ceil(high - 1e-6), first + 1)}`)];
}

/** The rate that all coordinates would have without a method; named once. */
function level({ box, y }, constant, words) {
  const right = box.left + box.width;
  const name = words ? [label(right - 8, y(constant) - 5, words, { "text-anchor": "end", class: "muted" })] : [];
  return [line([[box.left, y(constant)], [right, y(constant)]], "goal"), ...name];
}

function curves(scene, which, rule) {
  const { now, times, panels } = scene;
  const { x, y } = panels[rule];
  const values = shown(scene, which, rule);
  const points = times.map((t) => [x(t), values[t - 1] > 0 ? y(values[t - 1]) : Infinity]);
  const rarely = which === "b" && now.every > 1;
  const met = () => turns(scene, "b").map((t) => points[t - 1]).filter(([, py]) => Number.isFinite(py));
  return [
    ...(now.view === "step_length" && rarely ? [] : [line(points, `adaptive ${LOOK[which]}`)]),
    ...(rarely ? [dots(met(), "adaptive light")] : []),
  ];
}

// ---- the present step ------------------------------------------------------------------------
function moment(scene) {
  const { demo, text, now, top, tell } = scene;
  const ratios = Object.fromEntries(RULES.map((rule) => [rule, ratio(scene, rule)]));
  tell({ now: now.now });
  for (const rule of RULES) {
    const values = PAIR.map((which) => shown(scene, which, rule)[now.now - 1]);
    tell({ [`${rule}_a`]: values[0], [`${rule}_b`]: values[1], [`${rule}_ratio`]: ratios[rule] });
    drawNow(scene, rule, values);
  }
  top.names.replaceChildren(cursor(top, now.now));
  scene.time.place(top.x(now.now), top.box.top + top.box.height, String(now.now));
  demo.say(phrase(text[Number.isFinite(ratios.adagrad) ? "compared" : "unseen"], { now: now.now, ...ratios }));
}

const ratio = ({ now, runs }, rule) => runs.b[rule].rate[now.now - 1] / runs.a[rule].rate[now.now - 1];
const cursor = ({ box, x }, step) =>
  node("path", { d: `M${x(step)} ${box.top}V${box.top + box.height}`, class: "demo-line faint" });

function drawNow({ text, now, panels }, rule, values) {
  const panel = panels[rule];
  const { box, x, y, names } = panel;
  const mark = (which, at) => dot(at, 4.5, `adaptive ${which === "b" ? "hollow" : ""}`);
  const column = (i) => box.left + 5 + (i * box.width) / 2;
  const number = (value) => (Number.isFinite(value) ? format(value) : "–");
  names.replaceChildren(
    cursor(panel, now.now),
    ...PAIR.flatMap((which, i) => (visible(values[i]) ? [mark(which, [x(now.now), y(values[i])])] : [])),
    label(box.left, box.top - 30, text[rule], { class: "adaptive colored" }),
    ...PAIR.flatMap((which, i) => [
      mark(which, [column(i), box.top - 14]),
      label(column(i) + 9, box.top - 10, `${which.toUpperCase()} ${number(values[i])}`),
    ]),
  );
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width) {
  const { demo, program, top, panels } = scene;
  const wide = width >= 620;
  const left = 36;
  top.box = { left, top: 24, width: width - left - 14, height: wide ? 150 : 140 };
  top.x = linear([-8, program.STEPS + 4], across(top.box));
  top.y = log(SIZES, upward(top.box));
  const below = top.box.top + top.box.height + 108;
  const gap = 26;
  const share = Math.floor((width - left - 14 - 2 * gap) / 3);
  RULES.forEach((rule, i) => {
    const box = wide
      ? { left: left + i * (share + gap), top: below, width: share, height: 170 }
      : { left, top: below + i * 188, width: width - left - 14, height: 110 };
    panels[rule].box = box;
    demo.clip({ ...box, top: box.top - 2 }, panels[rule].clip);
  });
  const last = panels[RULES[2]].box;
  demo.size(width, last.top + last.height + 42);
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
