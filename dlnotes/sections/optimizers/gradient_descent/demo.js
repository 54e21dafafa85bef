// Three views of one run: the loss over both weights, each example's own step, the measured curve.
import {
  across, axes, between, dot, dots, format, label, line, linear, log, mount, node, phrase,
  plus, power, rect, upward,
} from "../../../demos/demo.js";
import { drawLens, placed, shaded } from "./lens.js";
import { calmed, dealt, lately, level, strand, walked } from "./runs.js";

const LONG = 5.5; // seconds of a run
const LAYERS = ["ground", "paths", "moving", "words", "names", "front"];

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { map: demo.view(LAYERS), lens: demo.view(LAYERS), curve: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, head: demo.arrow("plain") };
  scene.everything = new Float64Array(program.EXAMPLES).fill(1);
  scene.place = 0; // the step at which the run is shown
  controls(scene);
  handles(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({
    rate: () => scene.deals.last / LONG,
    last: () => scene.deals.last,
    at: () => scene.place,
    to: (step) => go(scene, step),
  });
  scene.lr = demo.slider({ name: "lr", change: change("lr") });
  for (const name of ["batch", "condition"]) demo.slider({ name, change: change(name) });
  demo.choice({ name: "axis", change: change("axis") });
  demo.button({ name: "shuffle", press: () => set(scene, { shuffle: now.shuffle + 1 }) });
  demo.presets(presets(scene), (setting) => set(scene, setting));
  demo.question({
    answer: () => scene.rivals.toSorted((a, b) => lately(a) - lately(b))[0].name,
    reached: () => scene.place === scene.deals.last,
    because: () => Object.fromEntries(scene.rivals.map((run) => [run.name, lately(run)])),
  });
  const loud = ["limit", "floor"];
  scene.tell = demo.readouts(["read", "epochs", "steps", "above", "full", ...loud, "diverged"], loud);
}

function presets({ program, now: { condition } }) {
  const [soon, read] = [3, program.EPOCHS].map((epochs) => epochs * program.EXAMPLES);
  const limit = Number((program.limit(condition) * 1.06).toPrecision(3));
  return {
    full_batch: { batch: program.EXAMPLES, read: soon },
    one_example: { batch: 1, read: soon },
    batch_of_8: { batch: 8, read: soon },
    too_large: { batch: program.EXAMPLES, lr: limit, read },
    narrow: { batch: program.EXAMPLES, condition: 100, lr: 0.0185, read },
  };
}

function handles(scene) {
  const { demo, program, text, now, views: { map, curve } } = scene;
  const rounded = (scale, place) => Math.round(scale.clamp(scale.invert(place)) * 1000) / 1000;
  scene.start = demo.handle({
    name: "start",
    parent: map.front,
    panel: map,
    move: (px, py) => set(scene, { w1: rounded(map.x, px), w2: rounded(map.y, py) }),
  });
  scene.time = scene.clock.handle(curve.front, (px) => nearest(scene, curve.x.invert(px)), { panel: curve });
  demo.probe(map, (px, py) => {
    const [x, y] = [map.x.invert(px), map.y.invert(py)];
    return phrase(text.here, { above: Number(program.above(x, y, now.condition).toPrecision(3)) });
  });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, program, now } = scene;
  Object.assign(now, changed);
  compute(scene, changed);
  demo.reflect();
  scene.lr.mark(program.limit(now.condition), scene.text.top);
  if ("condition" in changed) drawMap(scene);
  drawStart(scene);
  drawCurves(scene);
  moment(scene);
}

function go(scene, step) {
  const { now, deals } = scene;
  scene.place = between(step, 0, deals.last);
  now.read = deals.counts[scene.place];
  moment(scene);
}

function compute(scene, changed) {
  const { program, now } = scene;
  if ("condition" in changed || !scene.task) scene.task = program.data(now.condition);
  scene.deals = dealt(scene, now.batch);
  const anew = !scene.rivals || Object.keys(changed).some((name) => !["batch", "axis", "read"].includes(name));
  if (anew) Object.assign(scene, { walks: {}, calm: undefined });
  const { counts, last } = scene.deals;
  scene.calm = calmed(scene, Math.max(last, program.EPOCHS)); // with the full batch
  const noisy = (scene.noisy = walked(scene, now.batch)); // the run with the present batch size
  if (anew) scene.rivals = rivals(scene);
  const diverged = noisy.above.findIndex((height) => program.lost(height, noisy.above[0]));
  noisy.diverged = diverged < 0 ? Infinity : diverged;
  noisy.floor = diverged < 0 ? level(scene) : Infinity;
  scene.place = counts.findLastIndex((count) => count <= now.read);
}

/** The runs that are compared: one example a step, a batch, and all of them. */
function rivals(scene) {
  const all = { one_example: 1, batch_of_8: 8, full_batch: scene.program.EXAMPLES };
  return Object.entries(all).map(([name, batch]) => ({ name, batch, deals: dealt(scene, batch), ...walked(scene, batch) }));
}

const alongAxis = ({ now, deals }, step) => (now.axis === "examples" ? deals.counts[step] : step);
const fullSteps = ({ program, now, deals, place }) =>
  now.axis === "examples" ? Math.floor(deals.counts[place] / program.EXAMPLES) : place;

/** The step nearest to a value on the axis. */
function nearest({ now, deals: { counts, last } }, value) {
  if (now.axis !== "examples") return Math.round(value);
  const after = counts.findIndex((count) => count >= value);
  if (after < 1) return after < 0 ? last : 0;
  return value - counts[after - 1] < counts[after] - value ? after - 1 : after;
}

// ---- the loss over both weights --------------------------------------------------------------
function drawMap(scene) {
  const { text, views: { map } } = scene;
  const { box, x, y, ground, words } = map;
  ground.replaceChildren(...shaded(scene, map).drawn, plus([x(1), y(1)]));
  words.replaceChildren(
    label(box.left, box.top - 9, text.map, { class: "name" }),
    label(box.left + box.width - 8, box.top + box.height - 9, `${text.first_weight} →`, { "text-anchor": "end" }),
    label(box.left + 8, box.top + box.height - 9, `↑ ${text.second_weight}`),
  );
}

function drawStart({ demo, text, now, noisy, start, views: { map } }) {
  map.paths.replaceChildren(...(demo.untold() ? [] : [line(placed(map, noisy.points), "plain faint")]));
  start.place(map.x(now.w1), map.y(now.w2), phrase(text.point, { x: now.w1, y: now.w2 }));
}

function drawHead(scene) {
  const { program, now, noisy, calm, deals, place, views: { map } } = scene;
  const taken = placed(map, noisy.points.slice(0, place + 1));
  const ghost = placed(map, calm.points.slice(0, fullSteps(scene) + 1));
  map.moving.replaceChildren(
    ...(now.batch < program.EXAMPLES
      ? [line(ghost, "plain beside dashed"), ...ghost.slice(-30).map((at) => dot(at, 3, "plain hollow"))]
      : []),
    line(taken, "plain"),
    ...(deals.last < 300 ? [dots(taken, "plain")] : []),
    dot(taken.at(-1), 5.5, "plain"),
    ...underLens(scene),
  );
}

/** The part of the map that the lens shows. */
function underLens({ views: { map: { x, y }, lens } }) {
  const [left, top] = [x(lens.x.domain[0]), y(lens.y.domain[1])];
  const [width, height] = [x(lens.x.domain[1]) - left, y(lens.y.domain[0]) - top];
  if (![width, height].every(Number.isFinite) || width > x.range[1] / 2) return [];
  return [rect({ left, top, width, height }, { class: "demo-line plain faint" })];
}

// ---- loss against what was read --------------------------------------------------------------
function drawCurves(scene) {
  const { demo, program: { EXAMPLES, EPOCHS }, text, now, noisy, deals, views: { curve } } = scene;
  const { box } = curve;
  const highest = Math.max(...noisy.above.filter((height) => height < 1e4), noisy.above[0]);
  const examples = now.axis === "examples";
  const x = (curve.x = linear([0, examples ? EXAMPLES * EPOCHS : deals.last], across(box)));
  const y = (curve.y = log([1e-4, 10 ** Math.ceil(Math.log10(3 * highest))], upward(box)));
  const xLabel = examples ? text.examples_axis : text.updates;
  const xTicks = examples ? [0, 5, 10, 15, 20].map((epoch) => epoch * EXAMPLES) : undefined;
  const floor = drawFloor(scene);
  curve.paths.replaceChildren(...(demo.untold() ? [] : [...strand(scene, seen(scene, scene), "plain faint"), ...floor.drawn]));
  curve.words.replaceChildren(
    axes(box, x, y, { xLabel, yLabel: text.above_axis, yFormat: power, xTicks }),
    ...(demo.untold() ? [] : floor.named),
  );
}

/** The heights of a run, as far as the axis goes and as far as it is played. */
function seen({ now, views: { curve: { x, y } } }, { deals, noisy, above = noisy.above }, played = Infinity) {
  const points = [];
  for (let step = 0; step < above.length; step += 1) {
    const place = now.axis === "examples" ? deals.counts[step] : step;
    if (place > played) break;
    points.push([x(place), y(above[step])]);
  }
  return points;
}

/** The other runs up to now, each with its name at its head. */
function drawRivals(scene) {
  const { text, now, rivals: all, place, views: { curve } } = scene;
  const { box } = curve;
  const others = all.filter(({ batch }) => batch !== now.batch);
  const own = { words: phrase(text.size, { batch: now.batch }), points: seen(scene, scene, alongAxis(scene, place)) };
  const runs = others.map((run) => ({ ...run, words: text[run.name], points: seen(scene, run, alongAxis(scene, place)) }));
  const looks = { one_example: "dotted", batch_of_8: "", full_batch: "dashed" };
  curve.moving.replaceChildren(...runs.flatMap((run) => strand(run, run.points, `plain beside ${looks[run.name]}`)), ...strand(scene, own.points, "plain"));
  for (const { points } of [own, ...runs]) if (points.length <= 60) curve.moving.append(dots(points, "plain"));
  curve.names.replaceChildren(...(place ? heads(box, [own, ...runs]) : []));
  return own.points.at(-1);
}

/** The name of each run to the right of its head, one below the other where heads are close. */
function heads({ top, height }, runs) {
  const level = ({ points }) => between(points.at(-1)[1] || top, top, top + height);
  const all = runs.toSorted((a, b) => level(a) - level(b));
  const lowest = top + height - 14; // clear of the axis
  return all.map((run, i) => {
    const crowd = all.slice(0, i + 1).map((each, k) => level(each) + 15 * (i - k));
    const at = Math.min(Math.max(...crowd), lowest - 15 * (all.length - 1 - i));
    return label(run.points.at(-1)[0] + 22, at + 4, run.words);
  });
}

/** The height that the run does not come below. */
function drawFloor({ text, noisy: { floor }, views: { curve: { box, x, y } } }) {
  if (!Number.isFinite(floor)) return { drawn: [], named: [] };
  const [right, height] = [box.left + box.width, y(floor)];
  const look = { class: "theory colored", "text-anchor": "end", style: "stroke-width: 7px" };
  const below = Math.min(height + 26, box.top + box.height - 8);
  return {
    drawn: [node("path", { d: `M${x(x.domain[1] * 0.6)} ${height}H${right}`, class: "demo-line theory dashed" })],
    named: [label(right - 22, below, `${text.floor} ${format(floor)}`, look)],
  };
}

// ---- the present step ------------------------------------------------------------------------
function moment(scene) {
  const { place, views: { curve: { box } } } = scene;
  drawLens(scene);
  drawHead(scene);
  const [left, top] = drawRivals(scene);
  const height = Number.isFinite(top) ? between(top, box.top, box.top + box.height) : box.top;
  scene.time.place(left, height, `${alongAxis(scene, place)}`);
  speak(scene);
}

function speak(scene) {
  const { demo, program, text, now, noisy, calm, deals, place } = scene;
  const { above, diverged, floor } = noisy;
  const [read, full] = [deals.counts[place], fullSteps(scene)];
  const run = { read, epochs: read / program.EXAMPLES, steps: place, above: above[place], full: calm.above[full] };
  const numbers = { ...run, limit: program.limit(now.condition), floor, diverged };
  const hidden = Object.entries(numbers).filter(([name, value]) => !Number.isFinite(value) || (name === "floor" && demo.untold()));
  scene.tell(numbers, Object.fromEntries(hidden.map(([name]) => [name, ""])));
  demo.say(phrase(text[verdict(scene, numbers)], {
    ...numbers,
    full_steps: full,
    full_read: full * program.EXAMPLES,
  }));
}

function verdict({ program, now, deals, place }, { limit, floor, diverged }) {
  const over = now.lr > limit;
  if (diverged <= place) return over ? "lost" : "lost_below";
  if (place === 0) return "before";
  if (now.batch === program.EXAMPLES) return over ? "over" : "after_full";
  if (now.axis !== "examples") return "after_steps";
  return Number.isFinite(floor) && place >= deals.last * 0.75 ? "at_floor" : "after";
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, now, views } = scene;
  const { map, lens, curve } = views;
  const title = 22;
  const [broad, high, low] = demo.narrow ? [width, 128, 100] : [Math.round(width * 0.54), height - 260, 156];
  map.box = { left: 0, top: title, width: broad, height: high };
  curve.box = { left: 40, top: high + 2 * title + 18, width: width - 40 - (demo.narrow ? 88 : 104), height: low };
  const bottom = curve.box.top + low + 40;
  lens.box = demo.narrow
    ? { left: 0, top: bottom + title, width, height: 230 }
    : { left: broad + 20, top: title, width: width - broad - 20, height: high };
  demo.size(width, bottom, [
    { name: "map", top: 0, height: bottom },
    { name: "lens", top: bottom, height: 230 + title + 8 },
  ]);
  for (const view of Object.values(views)) demo.clip(view.box, view.clip);
  map.unit = broad / 4.4;
  const half = high / 2 / map.unit;
  map.x = linear([-1.9, 2.5], [0, broad]);
  map.y = linear([1.15 - half, 1.15 + half], [title + high, title]);
  set(scene, { condition: now.condition });
}

export default { render: ({ model, el }) => mount(model, el, build) };
