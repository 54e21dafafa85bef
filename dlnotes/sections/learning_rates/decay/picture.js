// The rates, the losses up to the present step, and the ranking of the moment.
import { axes, between, dot, label, line, names, power, format, rect } from "../../../demos/demo.js";
import { lossAt, rateAt } from "./runs.js";

const DASHES = { constant: "", halving: "10 4", exponential: "6 3 1.5 3", inverse: "1.5 3.5", linear: "4 3", drawn: "" };
const PLACES = { constant: 0.8, halving: 0.2, exponential: 0.3, inverse: 0.03, linear: 0.6, drawn: 0.45 };
const ASIDE = [0, -0.1, 0.1, 0.2, 0.3, 0.4, -0.2, -0.3]; // where else a name may stand
const CHARACTER = 8; // pixels, about

/** A lane's line: dashed in its own way; the reader's is the bold one in another color. */
function traced(points, name, strong) {
  const made = line(points, name === "drawn" ? "momentum" : "plain");
  made.style.strokeDasharray = DASHES[name];
  made.style.strokeWidth = strong ? 2.6 : 1.5;
  return made;
}

/** The lanes that are seen: the drawn one only where one may draw. */
const lanes = ({ demo, program }) => program.LANES.filter((name) => name !== "drawn" || !demo.untold());

export function drawRates(scene) {
  const { program, text, views: { rate: { box, x, y, ground, paths, names } } } = scene;
  const steps = Array.from({ length: program.STEPS + 1 }, (_, step) => step);
  paths.replaceChildren(...lanes(scene).map((name) => {
    const i = program.LANES.indexOf(name);
    return traced(steps.map((step) => [x(step), y(rateAt(scene, step)[i])]), name, name === "drawn");
  }));
  const limit = y(2);
  const near = limit > box.top; // else it is far above all that is drawn
  ground.replaceChildren(...(near ? [line([[box.left, limit], [box.left + box.width, limit]], "theory dashed")] : []));
  names.replaceChildren(
    axes(box, x, y, { yLabel: text.rate_axis }),
    ...(near ? [label(box.left + box.width, box.top - 9, text.limit, { class: "theory colored", "text-anchor": "end" })] : []),
    ...rateNames(scene),
  );
}

/** Names beside the curves, lowest first, each where its curve is by itself. */
function rateNames(scene) {
  const { program, text, views: { rate: { x, y } } } = scene;
  const taken = [];
  return lanes(scene).map((name) => {
    const width = text[name].length * CHARACTER + 8;
    const spots = ASIDE.map((aside) => {
      const step = Math.round(between(PLACES[name] + aside, 0.02, 0.82) * program.STEPS);
      return [x(step) + 6, y(y.clamp(rateAt(scene, step)[program.LANES.indexOf(name)])) - 5, width];
    });
    const free = ([left, height]) => taken.every((other) => left + width < other[0] || other[0] + other[2] < left || Math.abs(height - other[1]) > 14);
    const spot = spots.find(free) ?? spots[0];
    taken.push(spot);
    return label(spot[0], spot[1], text[name], { class: name === "drawn" ? "momentum colored" : "" });
  });
}

export function drawLosses(scene) {
  const { demo, program, text, now, views: { loss: { box, x, y, paths, moving, names: words } } } = scene;
  const known = demo.untold() ? now.now : program.STEPS;
  const leading = now.now > 0 ? first(scene) : "";
  const all = lanes(scene).map((name) => ({ name, i: program.LANES.indexOf(name) }));
  const upto = (i, last) => inside(scene, i, last);
  paths.replaceChildren(...(known > now.now ? all.map(({ name, i }) => faint(traced(upto(i, known), name, false))) : []));
  moving.replaceChildren(...all.flatMap(({ name, i }) => {
    const points = upto(i, now.now);
    const strong = name === "drawn" || name === leading;
    return [traced(points, name, strong), mark(scene, points, name, strong)];
  }));
  const seen = all.filter(({ i }) => upto(i, now.now).length > now.now);
  const own = (name) => name === "drawn" || name === leading; // these have room first
  const ends = [...seen.filter(({ name }) => own(name)), ...seen.filter(({ name }) => !own(name))].map(({ name, i }) => ({ at: upto(i, now.now).at(-1), words: text[name], name: name === "drawn" ? "momentum colored" : "" }));
  words.replaceChildren(
    axes(box, x, y, { xLabel: text.steps, yLabel: text.loss_axis, yFormat: power, yTicks: decades(scene) }),
    ...(now.now > 20 ? names(box, ends, []) : []),
  );
}

/** Where a curve is now; an arrow where it has left the picture. */
function mark({ now, views: { loss: { box } } }, points, name, strong) {
  const family = name === "drawn" ? "momentum" : "plain";
  const [px, py] = points.at(-1);
  if (points.length > now.now) return dot([px, py], strong ? 4.5 : 3, family);
  const up = py < box.top + box.height / 2;
  return label(px + 3, up ? py + 14 : py - 5, up ? "↑" : "↓", { class: `${family} colored` });
}

function faint(path) {
  path.classList.add("faint");
  return path;
}

/** A curve up to a step; where it leaves the picture it stops. */
function inside({ program, run, views: { loss: { x, y } } }, i, last) {
  const points = [];
  for (let step = 0; step <= last; step += 1) {
    const value = run.losses[step * program.LANES.length + i];
    points.push([x(step), y(y.clamp(value))]);
    if (!(value > y.domain[0] && value < y.domain[1])) break;
  }
  return points;
}

function decades({ bowl }) {
  const ticks = [1];
  while (ticks.at(-1) > bowl.low * 1.5) ticks.push(ticks.at(-1) / 10);
  return ticks.length > 5 ? ticks.filter((_, i) => i % 2 === 0) : ticks;
}

/** The lowest of those that are seen. */
function first(scene) {
  const found = lossAt(scene, scene.now.now);
  const seen = lanes(scene);
  return seen.reduce((low, name) => (at(scene, found, name) < at(scene, found, low) ? name : low), seen[0]);
}

const at = ({ program }, found, name) => found[program.LANES.indexOf(name)];

const ROW = 36;

export function drawRanks(scene) {
  const { text, now, views: { loss, table: { box, moving, names } } } = scene;
  const found = lossAt(scene, now.now);
  const order = lanes(scene).sort((a, b) => at(scene, found, a) - at(scene, found, b));
  const [bottom, top] = loss.ends;
  moving.replaceChildren(...order.map((name, i) => {
    const share = (bottom - loss.y(loss.y.clamp(at(scene, found, name)))) / (bottom - top);
    const bar = { left: box.left, top: box.top + 20 + i * ROW, width: 2 + share * (box.width - 4), height: 9 };
    return rect(bar, { class: name === "drawn" ? "shade-3 momentum" : "shade-7", fill: "currentColor", opacity: i === 0 && now.now ? 0.9 : 0.45 });
  }));
  names.replaceChildren(
    label(box.left, box.top - 9, text.ranks, { class: "name" }),
    ...order.flatMap((name, i) => rank(scene, name, at(scene, found, name), box.top + 14 + i * ROW)),
  );
}

function rank({ text, views: { table: { box } } }, name, value, height) {
  const sample = traced([[box.left, height - 4], [box.left + 26, height - 4]], name, name === "drawn");
  return [
    sample,
    label(box.left + 33, height, text[name]),
    label(box.left + box.width, height, format(value), { "text-anchor": "end" }),
  ];
}
