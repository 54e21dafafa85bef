// One sequence of gradients for two coordinates, and what three rules make of it.
import {
  across, axes, between, dot, dots, format, label, line, linear, log, mount, node, phrase, power, upward,
} from "../../../demos/demo.js";
import { abreast, stacked } from "./places.js";

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
  const bars = demo.view(["marks", "paths", "names"]);
  const scene = { demo, program, text, now, top, bars, panels, times, runs: {} };
  controls(scene);
  handles(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: 60, first: 1, last: () => program.STEPS, show: () => moment(scene) });
  for (const name of ["every", "lr", "decay"]) demo.slider({ name, change: change(name) });
  demo.choice({ name: "view", change: change("view") });
  demo.presets(presets(), (setting) => set(scene, { ...setting, now: program.STEPS }));
  demo.question({
    reached: () => scene.now.now === program.STEPS,
    answer: () => `times_${Math.round(ratio(scene, "adagrad", "rate"))}`,
    because: () => Object.fromEntries(RULES.map((rule) => [rule, ratio(scene, rule, "rate")])),
  });
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
    const { node: grip, place } = demo.handle({ name, parent: top.front, panel: top, step: 4, radius: 7, way: "y", move });
    if (i !== 1) grip.classList.remove("unused"); // the arrows of one handle say it for its line
    return { name, which, grip, place, step: Math.min(program.AT[which] + i * program.HALF, program.STEPS) };
  });
  scene.time = scene.clock.handle(top.front, (px) => top.x.invert(px));
  for (const rule of RULES) demo.probe(scene.panels[rule], (px) => probed(scene, rule, px));
}

function probed(scene, rule, px) {
  const { demo, program, text, now, panels } = scene;
  const step = between(Math.round(panels[rule].x.invert(px)), 1, program.STEPS);
  if (demo.untold() && step > now.now) return "";
  const [a, b] = PAIR.map((which) => shown(scene, which, rule)[step - 1]);
  return phrase(text.probed, { step, a, b: Number.isFinite(b) ? b : "–" });
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
  let [v, d, far, met] = [0, 0, 0, false];
  for (const grad of grads) {
    const step = rule(grad, v, d, lr, decay);
    ({ v, d } = step);
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
/** Of some steps those that may be shown: while a question is open, none after the present. */
const seen = ({ demo, now }, steps) => (demo.untold() ? steps.filter((t) => t <= now.now) : steps);
const visible = (value) => value > 0 && Number.isFinite(value);

// ---- the gradients ---------------------------------------------------------------------------
function drawGradients(scene) {
  const { demo, text, now, runs, top } = scene;
  const { box, x, y, marks, words } = top;
  const points = (which) => turns(scene, which).map((t) => [x(t), y(runs[which].grads[t - 1])]);
  const yTicks = demo.narrow ? [1e-3, 1, 100] : [1e-3, 1e-2, 0.1, 1, 10, 100];
  const names = { xLabel: text.step_axis, yLabel: text.gradient_axis };
  marks.replaceChildren(axes(box, x, y, { ...names, yFormat: power, yTicks }));
  words.replaceChildren(
    line(points("a"), "plain"),
    ...(now.every > 1 ? stems(box, points("b")) : [line(points("b"), `plain ${LOOK.b}`)]),
  );
  for (const { name, which, step, grip, place } of scene.handles) {
    const [px, py] = [x(step), y(now[name])];
    place(px, py, phrase(text.size, { step, size: now[name] }));
    grip.style.display = demo.untold() ? "none" : "";
    if (!demo.untold()) words.append(letter(scene, which, px, py));
  }
  if (demo.untold()) words.append(...PAIR.map((which) => initial(points(which), which)));
}

/** The letter of a handle: above or below it, on a phone, where rows are close, beside it. */
function letter({ demo, top: { box } }, which, px, py) {
  const place = demo.narrow ? [px + (px > box.left + box.width - 30 ? -15 : 15), py + 4] : [px, py + (which === "a" ? -22 : 31)];
  return label(...place, which.toUpperCase(), { "text-anchor": "middle" });
}

/** The name of a row of gradients, at its first. */
const initial = ([[px, py]], which) => label(px, py - 9, which.toUpperCase(), { "text-anchor": "middle", class: "name" });

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
  const usual = now.view === "rate" ? [1e-3, 1] : []; // the axis stays, so that a learning rate moves its line
  const domain = decades([...all, constant, ...usual]);
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
      ...(scene.demo.untold() ? [] : PAIR.flatMap((which) => curves(scene, which, rule))),
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
  const points = seen(scene, times).map((t) => [x(t), values[t - 1] > 0 ? y(values[t - 1]) : Infinity]);
  const rarely = which === "b" && now.every > 1;
  const met = () => seen(scene, turns(scene, "b")).map((t) => points[t - 1]).filter(([, py]) => Number.isFinite(py));
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
  drawRatios(scene, ratios);
  top.names.replaceChildren(cursor(top, now.now));
  scene.time.place(top.x(now.now), top.box.top + top.box.height, String(now.now));
  const met = Number.isFinite(ratio(scene, "adagrad", "rate"));
  const first = turns(scene, "b")[0];
  demo.say(phrase(text[met ? "compared" : "unseen"], { now: now.now, first, what: text[now.view], ...ratios }));
}

/** How many times A's number, of the kind that is shown, B has now. */
function ratio({ now, runs }, rule, view = now.view) {
  const [a, b] = PAIR.map((which) => runs[which][rule][NUMBERS[view]][now.now - 1]);
  return b / a;
}

const cursor = ({ box, x }, step) =>
  node("path", { d: `M${x(step)} ${box.top}V${box.top + box.height}`, class: "demo-line faint" });

function drawNow(scene, rule, values) {
  const { demo, text, now, panels } = scene;
  const panel = panels[rule];
  const { box, x, y, names } = panel;
  const mark = (which, at) => dot(at, 4.5, `adaptive ${which === "b" ? "hollow" : ""}`);
  const column = (i) => box.left + 5 + (i * box.width) / 2;
  const number = (value) => (Number.isFinite(value) ? format(value) : "–");
  names.replaceChildren(
    ...(demo.untold() ? PAIR.flatMap((which) => curves(scene, which, rule)) : []),
    cursor(panel, now.now),
    ...PAIR.flatMap((which, i) => (visible(values[i]) ? [mark(which, [x(now.now), y(values[i])])] : [])),
    label(box.left, box.top - 30, text[rule], { class: "adaptive colored" }),
    ...PAIR.flatMap((which, i) => [
      mark(which, [column(i), box.top - 14]),
      label(column(i) + 9, box.top - 10, `${which.toUpperCase()} ${number(values[i])}`),
    ]),
  );
}

/** A bar a rule, of these ratios. */
function drawRatios({ text, now, bars }, ratios) {
  const { box, x, marks, paths, names } = bars;
  const rows = RULES.map((rule, i) => ({ rule, at: box.top + ((i + 0.5) * box.height) / RULES.length, value: ratios[rule] }));
  const edge = (value) => x(x.clamp(value));
  marks.replaceChildren(
    axes(box, x, linear([0, 1], upward(box)), { xTicks: [0.01, 0.1, 1, 10, 100], yTicks: [] }),
    label(box.left - 70, box.top - 9, phrase(text.ratios, { what: text[now.view] }), { class: "name" }),
    line([[x(1), box.top], [x(1), box.top + box.height]], "goal"),
  );
  paths.replaceChildren(
    ...rows.filter(({ value }) => Number.isFinite(value)).map(({ at, value }) =>
      node("path", { d: `M${x(1)} ${at}H${edge(value)}`, class: "demo-line adaptive", style: "stroke-width: 12; stroke-linecap: butt" })),
  );
  names.replaceChildren(
    ...rows.map(({ rule, at }) => label(box.left - 8, at + 4, text[rule], { "text-anchor": "end", class: "adaptive colored" })),
    ...rows.map(({ at, value }) => label(edge(Number.isFinite(value) ? Math.max(value, 1) : 1) + 6, at + 4, Number.isFinite(value) ? format(value) : "–")),
  );
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, top, bars, panels } = scene;
  const left = 36;
  const high = demo.narrow ? 64 : 130;
  const broad = demo.narrow ? width - left - 14 : Math.round(width * 0.54);
  top.box = { left, top: 24, width: broad, height: high };
  top.x = linear([-8, program.STEPS + 4], across(top.box));
  top.y = log(SIZES, upward(top.box));
  const places = demo.narrow ? stacked(left, width) : abreast(scene, { left, width, height });
  bars.box = places.bars;
  bars.x = log([1e-2, 1e2], across(bars.box));
  demo.clip(bars.box, bars.clip);
  RULES.forEach((rule, i) => {
    const box = (panels[rule].box = places.rules[i]);
    demo.clip({ ...box, top: box.top - 2 }, panels[rule].clip);
  });
  demo.size(width, places.bottom, places.tabs);
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
