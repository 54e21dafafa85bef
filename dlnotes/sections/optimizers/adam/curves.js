// The three views: bars of gradients, curves of memories, curves of steps; strong up to now.
import { axes, between, dot, format, label, line, linear, names, node, phrase, rect, roof, upward } from "../../../demos/demo.js";

const BARE = 0.9999; // of a number: where rounding puts it just above an axis's end, the axis still ends there
const TICKS = [1, 12, 24, 36, 48];

const zero = ({ box, y }) => node("path", { d: `M${box.left} ${y(0)}H${box.left + box.width}`, class: "demo-line goal" });

/** A curve over the steps from number 1 on. */
function curve({ x, y }, states, height, look) {
  const made = line(states.map((s, i) => [x(i), y(height(s))]).slice(1), look);
  made.dataset.curve = true;
  return made;
}

export function drawGrads({ program: { MOST }, text, now, views: { grads } }) {
  const { box, x, y, marks, paths } = grads;
  const half = (x(2) - x(1)) * 0.38;
  const bar = (grad, i) => {
    const [a, b] = [y(Math.max(grad, 0)), y(Math.min(grad, 0))];
    const box = { left: x(i + 1) - half, top: a, width: 2 * half, height: b - a };
    return rect(box, { class: "plain", fill: "currentColor", "data-bar": i + 1 });
  };
  marks.replaceChildren(axes(box, x, y, { xTicks: [], yTicks: [-MOST, 0, MOST], yLabel: text.gradient_axis }));
  paths.replaceChildren(zero(grads), ...now.grads.map(bar));
}

// ---- both memories ---------------------------------------------------------------------------
export function drawMemories({ demo, text, states, views: { memory } }) {
  const { box, x, marks } = memory;
  const high = roof(1.06 * BARE * Math.max(0.1, ...states.map((s) => Math.max(Math.abs(s.m_hat), s.root_hat))));
  const low = states.some((s) => s.m_hat < -0.02 * high) ? -high : 0;
  memory.y = linear([low, high], upward(box));
  const xTicks = demo.narrow ? { xTicks: TICKS, xLabel: text.x_axis } : { xTicks: [] };
  marks.replaceChildren(axes(box, x, memory.y, { ...xTicks, yTicks: [low, 0, high], yLabel: text.memory_axis }));
}

const MEMORIES = { m: "momentum beside dashed", root: "adaptive beside dashed", m_hat: "momentum", root_hat: "adaptive" };
const memories = (view, states, more = "") =>
  Object.entries(MEMORIES).map(([name, look]) => curve(view, states, (s) => s[name], look + more));

/** The corrected memories are named above their curves, the size below where both are near. */
function nameMemories({ text, states, now, views: { memory } }) {
  const { box, x, y, names: layer } = memory;
  const state = now.now ? states[now.now] : {};
  const place = (name) => y(state[name]);
  const under = place("root_hat") - place("m_hat") > -1 && place("root_hat") - place("m_hat") < 26;
  const all = { m_hat: ["m̂", -12], root_hat: [text.rooted, under ? 14 : -12], m: ["m", -12], root: [text.root, -12] };
  const apart = (name) => Math.abs(place(name) - place(name === "m" ? "m_hat" : "root_hat")) > 30;
  const told = Object.keys(all).filter((name) => name in state && (name.endsWith("hat") || apart(name)));
  const points = told.map((name) => ({
    at: [x(now.now), between(place(name) + all[name][1], box.top + 9, box.top + box.height - 9)],
    words: `${all[name][0]} ${format(state[name])}`,
    name: `colored ${name[0] === "m" ? "momentum" : "adaptive"}`,
  }));
  const dots = told.map((name) => dot([x(now.now), place(name)], 4, name[0] === "m" ? "momentum" : "adaptive"));
  layer.replaceChildren(...dots, ...names({ ...box, left: box.left - 4, width: box.width + 12 }, points, []));
}

// ---- the steps -------------------------------------------------------------------------------
export function drawSteps(scene) {
  const { demo, program: { FACTORS }, text, states, longest, quoted, beaten, bound, views: { steps } } = scene;
  const { box, x, marks } = steps;
  const known = demo.untold() ? Object.values(FACTORS) : [quoted]; // high enough for every guess: that tells nothing
  if (beaten && bound < 40) known.push(bound);
  const high = roof(1.06 * BARE * Math.max(longest.made, longest.raw, ...known));
  const down = states.some((s) => s.made < -0.02);
  const y = (steps.y = linear([down ? -high : 0, high], upward(box)));
  const ticks = { yTicks: y.ticks(down ? 5 : 4), xTicks: TICKS };
  marks.replaceChildren(axes(box, x, y, { xLabel: text.x_axis, yLabel: text.step_axis, ...ticks }));
  const sides = down ? [1, -1] : [1];
  const level = (value) => [[box.left, y(value)], [box.left + box.width, y(value)]];
  steps.paths.replaceChildren(
    zero(steps),
    ...(demo.untold() ? [] : sides.map((sign) => line(level(sign * quoted), "theory beside dotted"))),
    ...(beaten ? sides.map((sign) => curve(steps, scene.tops, (top) => sign * top, "theory beside dashed")) : []),
  );
}

const STEPS = { raw: "adam beside dashed", made: "adam" };
const walks = (view, states, more = "") =>
  Object.entries(STEPS).map(([name, look]) => curve(view, states, (s) => s[name], look + more));

function nameSteps({ demo, text, now, states, quoted, views: { steps } }) {
  const { box, x, y, names: layer } = steps;
  const { made, raw } = states[now.now];
  const [at, end] = [x(now.now), box.left + box.width];
  const apart = Math.abs(raw - made) > 0.05;
  const higher = raw > made;
  const right = at < end - (apart ? 120 : 60);
  const beside = (value, words, shift) => {
    const low = y(value) + shift > box.top + box.height - 3; // then beside the flag
    const height = Math.max(y(value) + (low ? -8 : shift), box.top + 10);
    return label(right ? at + (low ? 22 : 10) : at - 8, height, words, { class: "colored adam strong", "text-anchor": right ? "start" : "end" });
  };
  const told = now.now ? [beside(made, `${apart ? `${text.corrected} ` : ""}${format(made)}`, apart && !higher ? -8 : 18)] : [];
  if (now.now && apart) told.push(beside(raw, `${text.uncorrected} ${format(raw)}`, higher ? (right ? -8 : -16) : 16), dot([at, y(raw)], 4, "adam hollow"));
  if (!demo.untold()) { // the paper's bound has its name at its line, where the step leaves room
    const crowded = at > end - 180 && [made, raw].some((value) => Math.abs(y(value) - y(quoted)) < 36);
    const look = { class: "theory colored", "text-anchor": crowded ? "start" : "end" };
    told.push(label(crowded ? box.left + 6 : end - 4, y(quoted) - 5, phrase(text.paper, { quoted }), look));
  }
  layer.replaceChildren(...told);
}

// ---- up to now -------------------------------------------------------------------------------
export function follow(scene) {
  const { demo, text, now, states, cursor, views: { grads, memory, steps } } = scene;
  const past = states.slice(0, now.now + 1);
  const rest = demo.untold() ? [] : states;
  memory.paths.replaceChildren(zero(memory), ...memories(memory, rest, " faint"));
  memory.moving.replaceChildren(...memories(memory, past));
  steps.moving.replaceChildren(...walks(steps, rest, " faint"), ...walks(steps, past));
  const at = grads.x(Math.max(now.now, 1));
  const down = [grads, memory, steps].map(({ box }) => `M${at} ${box.top}V${box.top + box.height}`);
  cursor.replaceChildren(...(now.now ? [node("path", { d: down.join(""), class: "demo-line faint" })] : []));
  for (const bar of grads.paths.querySelectorAll("[data-bar]")) {
    bar.setAttribute("fill-opacity", Number(bar.dataset.bar) <= now.now ? 0.75 : 0.2);
  }
  const grad = now.grads[Math.max(now.now, 1) - 1];
  scene.gradient.place(at, grads.y(grad), phrase(text.value, { step: Math.max(now.now, 1), grad }));
  nameMemories(scene);
  nameSteps(scene);
  const { made } = states[now.now];
  scene.time.place(steps.x(now.now), steps.y(made), phrase(text.at, { step: now.now, made }));
}
