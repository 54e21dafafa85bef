// Four views of one list of gradients: the gradients, what is left of them, the memories, the steps.
import {
  axes, between, dot, format, label, line, linear, mount, node, phrase, random, rect, roof, upward,
} from "../../../demos/demo.js";
import { nudge, paint, sheet } from "./sheet.js";

const LOUD = ["t", "m", "v", "m_hat", "v_hat", "made", "raw", "bound"];
const ALL = ["t", "grad", "m", "v", "m_hat", "v_hat", "made", "raw", "longest", "longest_raw", "top", "bound", "quoted"];
const LAYERS = ["marks", "paths", "names", "front"];
const USUAL = { beta1: 0.9, beta2: 0.999 };
const BARE = 0.9999; // of a number: where rounding puts it just above an axis's end, the axis still ends there

function build(demo) {
  const { program, text, controls: now } = demo;
  const cursor = demo.layer();
  const views = Object.fromEntries(["grads", "left", "memory", "steps"].map((name) => [name, demo.view(LAYERS)]));
  const scene = { demo, program, text, now, views, cursor, states: [], longest: {} };
  scene.change = (changed) => set(scene, changed);
  controls(scene);
  sheet(scene);
  handles(scene);
  return { draw: (width) => layout(scene, width), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: 8, first: 1, last: () => program.COUNT, show: () => moment(scene) });
  for (const name of ["beta1", "beta2"]) demo.slider({ name, change: change(name) });
  demo.choice({ name: "before", change: change("before") });
  demo.presets(presets(program), (setting) => set(scene, setting));
  scene.tell = demo.readouts(ALL, LOUD);
}

function presets({ COUNT, MOST, growing }) {
  const filled = (make) => Array.from({ length: COUNT }, (_, i) => make(i));
  const ones = { ...USUAL, before: "silence", grads: filled(() => 1), now: 12 };
  const rising = filled((i) => growing(COUNT - 1 - i, USUAL.beta1, USUAL.beta2));
  const { normal } = random(7);
  const noise = filled(() => Number(between(normal(), -MOST, MOST).toFixed(2)));
  return {
    ones: { ...ones, before: "fresh" },
    quiet: ones,
    growing: { ...ones, grads: rising, now: COUNT },
    spike: { ...ones, before: "steady", grads: filled((i) => (i === 7 ? MOST : 0.03)), now: 30 },
    turning: { ...ones, grads: filled((i) => (i % 2 ? -1 : 1)), now: 24 },
    noise: { ...ones, before: "fresh", grads: noise, now: 36 },
  };
}

function handles(scene) {
  const { demo, now, views: { grads, steps } } = scene;
  scene.gradient = demo.handle({
    name: "gradient",
    parent: grads.front,
    move: (px, py, key) => (key ? nudge(scene, key) : paint(scene, now.now, px, py)),
  });
  scene.time = scene.clock.handle(steps.front, (px) => steps.x.invert(px), { panel: steps });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  compute(scene);
  scene.demo.reflect();
  drawGrads(scene);
  drawMemories(scene);
  drawSteps(scene);
  moment(scene);
}

function compute(scene) {
  const { program, now } = scene;
  const { beta1, beta2, before, grads } = now;
  let state = program.opened(before === "steady" ? grads[0] : 0, before === "fresh" ? 0 : program.LONG, beta1, beta2);
  scene.states = grads.map((grad) => {
    state = program.advance(grad, state.t, state.m, state.v, beta1, beta2);
    return state;
  });
  const most = (name) => Math.max(...scene.states.map((s) => Math.abs(s[name])));
  scene.longest = { made: most("made"), raw: most("raw") };
}

const zero = ({ box, y }) => node("path", { d: `M${box.left} ${y(0)}H${box.left + box.width}`, class: "demo-line goal" });
const along = ({ x, y }, states, height) => states.map((s, i) => [x(i + 1), y(height(s))]);
const bar = (left, top, right, bottom, attributes) =>
  rect({ left, top: Math.min(top, bottom), width: right - left, height: Math.abs(bottom - top) }, attributes);

function drawGrads({ program: { MOST }, text, now, views: { grads } }) {
  const { box, x, y, marks, paths } = grads;
  const half = (x(2) - x(1)) * 0.38;
  const look = { class: "plain", fill: "currentColor" };
  marks.replaceChildren(axes(box, x, y, { xTicks: [], yTicks: [-MOST, 0, MOST], yLabel: text.gradient_axis }));
  paths.replaceChildren(
    zero(grads),
    ...now.grads.map((grad, i) => bar(x(i + 1) - half, y(grad), x(i + 1) + half, y(0), { ...look, "data-bar": i + 1 })),
  );
}

function drawMemories({ text, states, views: { memory } }) {
  const { box, x, marks, paths } = memory;
  const high = roof(1.06 * BARE * Math.max(0.1, ...states.map((s) => Math.max(Math.abs(s.m_hat), s.root_hat))));
  const low = states.some((s) => s.m_hat < -0.02 * high) ? -high : 0;
  memory.y = linear([low, high], upward(box));
  const curve = (name, look) => line(along(memory, states, (s) => s[name]), look);
  marks.replaceChildren(axes(box, x, memory.y, { xTicks: [], yTicks: [low, 0, high], yLabel: text.memory_axis }));
  paths.replaceChildren(
    zero(memory),
    curve("m", "momentum beside dashed"),
    curve("root", "adaptive beside dashed"),
    curve("m_hat", "momentum"),
    curve("root_hat", "adaptive"),
  );
}

function drawSteps(scene) {
  const { program, text, now, states, longest, views: { steps } } = scene;
  const { box, x, marks } = steps;
  const bounds = limits(program, now);
  const reach = now.before === "silence" && bounds.bound < 40 ? bounds.bound : 0;
  const high = roof(1.06 * BARE * Math.max(longest.made, longest.raw, bounds.quoted, reach));
  const down = states.some((s) => s.made < -0.02);
  const y = (steps.y = linear([down ? -high : 0, high], upward(box)));
  const ticks = { yTicks: y.ticks(down ? 5 : 4), xTicks: [1, 12, 24, 36, 48] };
  marks.replaceChildren(axes(box, x, y, { xLabel: text.x_axis, yLabel: text.step_axis, ...ticks }));
  drawStepCurves(scene, bounds, down ? [1, -1] : [1]);
  nameBounds(scene, bounds, high);
}

const limits = (program, { beta1, beta2 }) => ({
  quoted: program.quoted_bound(beta1, beta2),
  bound: program.step_bound(beta1, beta2),
  ceiling: (state) => program.ceiling(state.t, beta1, beta2),
});

function drawStepCurves({ states, views: { steps } }, { quoted, ceiling }, sides) {
  const { box, y, paths } = steps;
  const level = (value) => [[box.left, y(value)], [box.left + box.width, y(value)]];
  const curve = (look, height) => line(along(steps, states, height), look);
  paths.replaceChildren(
    zero(steps),
    ...sides.map((sign) => line(level(sign * quoted), "theory beside dotted")),
    ...sides.map((sign) => curve("theory beside dashed", (s) => sign * ceiling(s))),
    curve("adam beside dashed", (s) => s.raw),
    curve("adam", (s) => s.made),
  );
}

function nameBounds(scene, { quoted, ceiling }, high) {
  const { text, states, views: { steps: { box, y } } } = scene;
  const edge = box.left + box.width - 4;
  const top = ceiling(states.at(-1));
  const name = (height, words) => label(edge, y(height) - 5, words, { class: "theory colored", "text-anchor": "end" });
  const paper = name(quoted, phrase(text.paper, { quoted }));
  scene.bounds = top <= high ? [paper, name(top, `${text.limit} ${format(top)}`)] : [paper];
}

// ---- the present step ------------------------------------------------------------------------
function moment(scene) {
  const { text, now, states, cursor, views: { grads, steps } } = scene;
  const state = states[now.now - 1];
  const grad = now.grads[now.now - 1];
  const at = grads.x(now.now);
  const d = `M${at} ${grads.box.top}V${steps.box.top + steps.box.height}`;
  cursor.replaceChildren(node("path", { d, class: "demo-line faint" }));
  for (const each of grads.paths.querySelectorAll("[data-bar]")) {
    each.setAttribute("fill-opacity", Number(each.dataset.bar) <= now.now ? 0.75 : 0.2);
  }
  scene.gradient.place(at, grads.y(grad), phrase(text.value, { step: now.now, grad }));
  drawLeft(scene);
  nameMemories(scene, state, at);
  nameSteps(scene, state, at);
  scene.time.place(at, steps.y(state.made), phrase(text.at, { step: now.now, made: state.made }));
  speak(scene, state, grad);
}

/** How much of every gradient up to now is left in each memory: dark is all, blank is nothing. */
function drawLeft({ program, text, now, views: { left: { box, x, names } } }) {
  const half = (x(2) - x(1)) * 0.47;
  const row = (name, beta, words, top) => [
    bar(box.left, top, box.left + box.width, top + 8, { class: "demo-line goal", "stroke-dasharray": "none" }),
    ...now.grads.slice(0, now.now).map((_, i) => {
      const kept = program.kept(now.now - 1 - i, beta).toFixed(3);
      const look = { class: name, fill: "currentColor", "fill-opacity": kept };
      return bar(x(i + 1) - half, top, x(i + 1) + half, top + 8, look);
    }),
    label(box.left, top - 3, words, { class: `colored ${name}` }),
  ];
  names.replaceChildren(
    ...row("momentum", now.beta1, text.left_m, box.top),
    ...row("adaptive", now.beta2, text.left_v, box.top + 24),
  );
}

const early = ({ box }, at) => at < box.left + box.width - 50;

/** Words beside a point of the present step, kept inside the view. */
function beside({ box, y }, at, value, words, name, shift) {
  const right = early({ box }, at);
  const height = between(y(value) + shift, box.top + 10, box.top + box.height - 3);
  return label(at + (right ? 8 : -8), height, words, { class: `colored ${name}`, "text-anchor": right ? "start" : "end" });
}

function nameMemories({ text, views: { memory } }, { m_hat, root_hat }, at) {
  const heights = [memory.y(m_hat), memory.y(root_hat)];
  const near = Math.abs(heights[0] - heights[1]) < 20;
  const above = m_hat >= root_hat;
  memory.names.replaceChildren(
    dot([at, heights[0]], 4, "momentum"),
    dot([at, heights[1]], 4, "adaptive"),
    beside(memory, at, m_hat, `m̂ ${format(m_hat)}`, "momentum", near && !above ? 16 : -7),
    beside(memory, at, root_hat, `${text.rooted} ${format(root_hat)}`, "adaptive", near && above ? 16 : -7),
  );
}

function nameSteps({ text, bounds, views: { steps } }, { made, raw }, at) {
  const apart = Math.abs(raw - made) > 0.05;
  const higher = raw > made;
  const crowded = !early(steps, at) && !apart; // the names of the bounds stand at the right edge
  const corrected = `${apart ? `${text.corrected} ` : ""}${format(made)}`;
  const uncorrected = `${text.uncorrected} ${format(raw)}`;
  steps.names.replaceChildren(
    ...bounds,
    beside(steps, at, made, corrected, "adam", crowded || (apart && higher) ? 18 : -8),
    ...(apart ? [beside(steps, at, raw, uncorrected, "adam", higher ? -8 : 16)] : []),
  );
}

function speak(scene, state, grad) {
  const { demo, program, text, now, longest } = scene;
  const { t, m, v, m_hat, v_hat, made, raw } = state;
  const { quoted, bound, ceiling } = limits(program, now);
  const seen = { t, grad, m, v, m_hat, v_hat, made, raw };
  const numbers = { ...seen, longest: longest.made, longest_raw: longest.raw, top: ceiling(state), bound, quoted };
  scene.tell(numbers);
  demo.say(phrase(text[verdict(numbers)], { ...numbers, step: now.now, root: state.root_hat }));
}

function verdict({ v, made, raw, quoted, bound }) {
  const size = Math.abs(made);
  if (v === 0) return "still";
  if (!Number.isFinite(bound)) return "endless";
  if (size > quoted * 1.0001) return "over";
  if (Math.abs(raw - made) < 0.005 * size) return "plain";
  return Math.abs(raw) > 1.5 * size && Math.abs(raw) > 1 ? "raw_over" : "both";
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width) {
  const { demo, program: { COUNT, MOST }, views } = scene;
  const left = 40;
  const room = width - left - 12;
  const x = linear([0.5, COUNT + 0.5], [left, left + room]);
  const heights = { grads: [24, 112], left: [160, 34], memory: [228, 112], steps: [376, 168] };
  demo.size(width, 584);
  for (const [name, [top, height]] of Object.entries(heights)) {
    const view = views[name];
    view.box = { left, top, width: room, height };
    view.x = x;
    view.y = linear([-MOST * 1.08, MOST * 1.08], upward(view.box));
    demo.clip(view.box, view.clip);
  }
  const { top, height } = views.grads.box;
  for (const [name, value] of Object.entries({ x: left, y: top, width: room, height })) scene.sheet.setAttribute(name, value);
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
