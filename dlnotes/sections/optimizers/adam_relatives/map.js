// The map of settings: where a rule walks to the worst end.
import { axes, grid, label, line, lines, node, phrase, rect, region } from "../../../demos/demo.js";
import { family } from "./walk.js";

const CELL = 14; // pixels; borders are found between the samples

export function drawMap(scene) {
  const { demo, text, now, hatch, views: { map } } = scene;
  const { box } = map;
  if (demo.untold()) {
    map.ground.replaceChildren();
    const wait = label(box.left + box.width / 2, box.top + box.height / 2, text.later, { "text-anchor": "middle" });
    return map.marks.replaceChildren(...(demo.narrow ? [wait] : []));
  }
  const { wrong, ...drawn } = known(scene);
  map.ground.replaceChildren(
    rect(box, { class: "shade-2" }),
    ...(wrong ? [
      node("path", { d: drawn.region, fill: hatch }),
      node("path", { d: drawn.border, class: `demo-line ${family(now.rule)}` }), // between left and right
    ] : []),
  );
  nameMap(scene, drawn.samples, wrong);
}

/** How far a rule moves in a round, in the long run. */
export const drifting = (program, rule, period) => program[`${rule}_${period > program.SHORT ? "drift" : "short"}`];

/** What is wrong at a rule, a memory of direction and a length of rounds: found once. */
function known(scene) {
  const { now, maps, views: { map: { box } } } = scene;
  const name = [now.rule, now.beta1, now.period, box.left, box.top, box.width, box.height].join(" ");
  if (!maps.has(name)) maps.set(name, found(scene));
  return maps.get(name);
}

function found({ program, now: { rule, beta1, period }, views: { map: { x, y } } }) {
  const asked = new Map(); // both contours ask at the same places
  const move = drifting(program, rule, period);
  const drift = (beta2, spike) => {
    const name = `${beta2} ${spike}`;
    if (!asked.has(name)) asked.set(name, move(beta1, beta2, spike, period));
    return asked.get(name);
  };
  const still = grid(drift, x, y, CELL);
  const sound = (moved, py) => program.sound(moved, y.invert(py), period);
  const values = still.values.map((moved, i) => sound(moved, still.top[Math.floor(i / still.columns)]));
  const samples = { ...still, values, at: (px, py) => sound(still.at(px, py), py) };
  const wrong = values.some((value) => value < 0);
  return { samples, wrong, region: wrong && region(samples, 0), border: wrong && lines(still, 0) };
}

function nameMap({ text, now, views: { map: { box, x, y, marks } } }, samples, wrong) {
  const rest = now.period - 1;
  const right = box.left + box.width;
  const title = phrase(text.map, { name: text[now.rule], beta1: now.beta1, period: now.period });
  const fooled = ([px, py]) => label(px, py + 4, text.fooled, { "text-anchor": "middle", class: "strong" });
  marks.replaceChildren(
    axes(box, x, y, { xLabel: text.beta2_axis, xTicks: [0, 0.25, 0.5, 0.75, 1] }),
    line([[box.left, y(rest)], [right, y(rest)]], "theory dashed"),
    label(right - 4, y(rest) + 15, phrase(text.balance, { rest }), { class: "colored theory", "text-anchor": "end" }),
    label(box.left - 30, box.top - 9, title, { class: "name" }),
    label(box.left - 30, box.top + box.height + 34, `↑ ${text.spike_axis}`),
    wrong
      ? node("g", {}, ...spot(samples, box).map(fooled))
      : label(box.left + box.width / 2, box.top + 24, text.none, { "text-anchor": "middle" }),
  );
}

/** The middle of what is wrong, where the word stands. */
function spot({ values, columns, left, top }, box) {
  const found = [];
  values.forEach((value, i) => value < 0 && found.push([left[i % columns], top[Math.floor(i / columns)]]));
  if (found.length < 12) return [];
  const mean = [0, 1].map((k) => found.reduce((sum, point) => sum + point[k], 0) / found.length);
  const far = ([a, b]) => Math.hypot(a - mean[0], b - mean[1]);
  const [px, py] = found.reduce((a, b) => (far(b) < far(a) ? b : a));
  return [[Math.max(px, box.left + 22), py]];
}
