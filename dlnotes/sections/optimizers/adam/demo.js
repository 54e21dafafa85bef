// Three views of one list of gradients: the gradients, the memories of them, the steps; and a score.
import { between, label, linear, mount, phrase, random, upward } from "../../../demos/demo.js";
import { drawGrads, drawMemories, drawSteps, follow } from "./curves.js";
import { nudge, paint, sheet } from "./sheet.js";

const LOUD = ["t", "m", "v"];
const ALL = [...LOUD, "grad", "m_hat", "v_hat", "made", "raw", "longest", "longest_raw", "top", "bound", "quoted"];
const LAYERS = ["marks", "paths", "moving", "names", "scored", "front"];
const BEATEN = 1.0001; // times the paper's bound: more than a rounding error

function build(demo) {
  const { program, text, controls: now } = demo;
  const cursor = demo.layer();
  const views = Object.fromEntries(["grads", "memory", "steps"].map((name) => [name, demo.view(LAYERS)]));
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
  scene.clock = demo.clock({ rate: 10, last: () => program.COUNT, show: () => moment(scene) });
  demo.choice({ name: "before", change: change("before") });
  for (const name of ["beta1", "beta2"]) demo.slider({ name, change: change(name) });
  demo.presets(presets(program, demo.start), (setting) => set(scene, setting));
  demo.question({
    answer: () => nearest(program.FACTORS, scene.longest.raw),
    reached: () => scene.now.now === program.COUNT,
    because: () => ({ first: scene.states[1].raw, peak: scene.peak, longest: scene.longest.raw }),
  });
  scene.tell = demo.readouts(ALL, LOUD);
}

function nearest(factors, value) {
  const far = (name) => Math.abs(factors[name] - value);
  return Object.keys(factors).reduce((best, name) => (far(name) < far(best) ? name : best));
}

function presets({ COUNT, MOST, growing }, { beta1, beta2 }) {
  const filled = (make) => Array.from({ length: COUNT }, (_, i) => make(i));
  const rising = filled((i) => growing(COUNT - 1 - i, beta1, beta2));
  const { normal } = random(7);
  const noise = filled(() => Number(between(normal(), -MOST, MOST).toFixed(2)));
  return {
    yours: { before: "silence", grads: filled(() => 0) },
    ones: { now: 12 },
    quiet: { before: "silence", now: 12 },
    growing: { before: "silence", grads: rising, now: COUNT },
    spike: { before: "steady", grads: filled((i) => (i === 7 ? MOST : 0.03)), now: 30 },
    turning: { before: "silence", grads: filled((i) => (i % 2 ? -1 : 1)), now: 24 },
    noise: { grads: noise, now: 36 },
  };
}

function handles(scene) {
  const { demo, text, now, views: { grads, memory, steps } } = scene;
  scene.gradient = demo.handle({
    name: "gradient",
    parent: grads.front,
    panel: grads,
    shape: "diamond",
    move: (px, py, key) => (key ? nudge(scene, key) : paint(scene, Math.max(now.now, 1), px, py)),
  });
  scene.time = scene.clock.handle(steps.front, (px) => steps.x.invert(px), { panel: steps });
  const read = (words) => (px) => {
    const step = Math.round(steps.x.invert(px));
    const state = seen(scene)[step];
    return step && state && phrase(text[words], { step, ...state });
  };
  demo.probe(memory, read("read"));
  demo.probe(steps, read("at"));
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  compute(scene);
  scene.demo.reflect();
  drawGrads(scene);
  drawMemories(scene);
  moment(scene);
}

function compute(scene) {
  const { program, now } = scene;
  const { beta1, beta2, before, grads } = now;
  const states = [program.opened(before === "steady" ? grads[0] : 0, before === "fresh" ? 0 : program.LONG, beta1, beta2)];
  for (const grad of grads) {
    const { t, m, v } = states.at(-1);
    states.push(program.advance(grad, t, m, v, beta1, beta2));
  }
  const most = (name) => Math.max(...states.map((s) => Math.abs(s[name])));
  scene.states = states;
  scene.longest = { made: most("made"), raw: most("raw") };
  scene.peak = states.findIndex((s) => Math.abs(s.raw) === scene.longest.raw);
  scene.quoted = program.quoted_bound(beta1, beta2);
  scene.bound = program.step_bound(beta1, beta2);
  scene.tops = states.map((s) => program.latest(s.t, beta1, beta2));
  scene.beaten = scene.longest.made > BEATEN * scene.quoted;
}

/** What may be seen: all steps, or those up to now; the state before the first is number 0. */
const seen = ({ demo, states, now }) => (demo.untold() ? states.slice(0, now.now + 1) : states);

// ---- the present step ------------------------------------------------------------------------
function moment(scene) {
  drawSteps(scene);
  follow(scene);
  drawScore(scene);
  speak(scene);
}

/** The longest step so far, large, and whether it beats the paper. */
function drawScore({ demo, text, now, longest, quoted, bound, beaten, views: { steps } }) {
  if (demo.untold()) return steps.scored.replaceChildren();
  const { left, top, width } = steps.box;
  const won = Number.isFinite(bound) ? "won" : "unlimited";
  const dare = beaten ? won : now.before !== "fresh" && bound > BEATEN * quoted ? "dare" : undefined;
  const put = (height, words, look) => label(left + width, top - height, words, { "text-anchor": "end", ...look });
  const score = put(26, phrase(text.score, { longest: longest.made.toFixed(2) }), { class: "adam colored score", style: "font-size: 18px; font-weight: 600" });
  const under = dare ? [put(9, phrase(text[dare], { quoted, bound }), { class: beaten ? "theory colored" : "" })] : [];
  steps.scored.replaceChildren(score, ...under);
}

function speak(scene, state = scene.states[scene.now.now]) {
  const { demo, text, now, longest, quoted, bound, tops } = scene;
  const { t, m, v, m_hat, v_hat, made, raw, root_hat } = state;
  const grad = now.now ? now.grads[now.now - 1] : 0;
  const present = { t, grad, m, v, m_hat, v_hat, made, raw };
  const numbers = { ...present, longest: longest.made, longest_raw: longest.raw, top: tops[now.now], bound, quoted };
  scene.tell(numbers);
  const words = now.now ? verdict(numbers) : "begin";
  demo.say(phrase(text[words], { ...numbers, step: now.now, root: root_hat, before: text[now.before] }));
}

function verdict({ v, made, raw, quoted, bound }) {
  const size = Math.abs(made);
  if (v === 0) return "still";
  if (!Number.isFinite(bound)) return "endless";
  if (size > quoted * BEATEN) return "over";
  if (Math.abs(raw - made) < 0.005 * size) return "plain";
  return Math.abs(raw) > 1.5 * size && Math.abs(raw) > 1 ? "raw_over" : "both";
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width) {
  const { demo, program: { COUNT, MOST }, views } = scene;
  const left = 40;
  const room = width - left - 12;
  const heights = demo.narrow
    ? { grads: [22, 66], steps: [146, 134], memory: [344, 250] }
    : { grads: [22, 84], memory: [134, 112], steps: [304, 134] };
  demo.size(width, demo.narrow ? 640 : 476, [
    { name: "steps", top: 0, height: 320 },
    { name: "memory", top: 320, height: 320 },
  ]);
  for (const [name, [top, height]] of Object.entries(heights)) {
    const view = views[name];
    view.box = { left, top, width: room, height };
    view.x = linear([0.5, COUNT + 0.5], [left, left + room]);
    view.y = linear([-MOST * 1.08, MOST * 1.08], upward(view.box));
    demo.clip(view.box, view.clip);
  }
  const { top, height } = views.grads.box;
  for (const [name, value] of Object.entries({ x: left, y: top, width: room, height })) scene.sheet.setAttribute(name, value);
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
