// Three views of one run: the loss over both weights, each example's own step, the measured curve.
import {
  across, axes, between, dot, dots, format, label, line, linear, log, mount, node, phrase, plus,
  power, rect, upward,
} from "../../../demos/demo.js";
import { drawLens, placed, shaded } from "./lens.js";
import { deal, level, walk } from "./runs.js";

const LAYERS = ["ground", "paths", "moving", "words", "front"];

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { map: demo.view(LAYERS), lens: demo.view(LAYERS), curve: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, head: demo.arrow("plain") };
  scene.everything = new Float64Array(program.EXAMPLES).fill(1);
  scene.place = 0; // the step at which the run is shown
  controls(scene);
  handles(scene);
  return { draw: (width) => layout(scene, width) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.player = demo.player({
    rate: () => (2 * program.EXAMPLES) / now.batch,
    tick: (count) => {
      go(scene, scene.place === scene.deals.last ? 0 : scene.place + count);
      return scene.place < scene.deals.last;
    },
    reset: () => go(scene, 0),
  });
  scene.lr = demo.slider({ name: "lr", change: change("lr") });
  for (const name of ["batch", "condition"]) demo.slider({ name, change: change(name) });
  demo.choice({ name: "axis", change: change("axis") });
  demo.button({ name: "shuffle", press: () => set(scene, { shuffle: now.shuffle + 1 }) });
  demo.presets(presets(scene), (setting) => set(scene, { axis: "examples", ...setting }), ["read"]);
  const loud = ["limit", "floor"];
  scene.tell = demo.readouts(["read", "epochs", "steps", "above", "full", ...loud, "diverged"], loud);
}

function presets({ program, now: { lr, condition, w1, w2 } }) {
  const usual = { lr, condition, w1, w2, batch: program.EXAMPLES };
  const read = program.EXAMPLES * program.EPOCHS;
  const limit = Number((program.limit(condition) * 1.06).toPrecision(3));
  return {
    full_batch: usual,
    one_example: { ...usual, batch: 1 },
    batch_of_8: { ...usual, batch: 8 },
    too_large: { ...usual, lr: limit, read },
    narrow: { ...usual, condition: 100, lr: 0.0185, read },
  };
}

function handles(scene) {
  const { demo, views: { map, curve } } = scene;
  const rounded = (scale, place) => Math.round(scale.clamp(scale.invert(place)) * 1000) / 1000;
  scene.start = demo.handle({
    name: "start",
    parent: map.front,
    move: (px, py) => set(scene, { w1: rounded(map.x, px), w2: rounded(map.y, py) }),
  });
  scene.time = demo.handle({
    name: "time",
    parent: curve.front,
    radius: 6,
    move: (px, py, key) => {
      scene.player.pause();
      go(scene, key ? scene.place + (key[0] || -key[1]) : nearest(scene, curve.x.invert(px)));
    },
  });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, program, now } = scene;
  if ("read" in changed) scene.player.pause();
  Object.assign(now, changed);
  compute(scene, changed);
  demo.reflect();
  scene.lr.mark(program.limit(now.condition), "2/λ");
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
  if ("batch" in changed || "shuffle" in changed || !scene.deals) scene.deals = deal(program, now.batch, now.shuffle);
  const { masks, counts, last } = scene.deals;
  const noisy = (scene.noisy = walk(scene, masks.slice(0, last))); // the run with the present batch size
  scene.calm = walk(scene, Array(Math.max(last, program.EPOCHS)).fill(scene.everything)); // with the full batch
  const diverged = noisy.above.findIndex((height) => program.lost(height, noisy.above[0]));
  noisy.diverged = diverged < 0 ? Infinity : diverged;
  noisy.floor = diverged < 0 ? level(scene) : Infinity;
  scene.place = counts.findLastIndex((count) => count <= now.read);
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
    label(box.left + box.width - 8, box.top + box.height - 9, text.first_weight, { "text-anchor": "end" }),
    label(box.left + 8, box.top + 18, text.second_weight),
  );
}

function drawStart({ text, now, noisy, start, views: { map } }) {
  map.paths.replaceChildren(line(placed(map, noisy.points), "plain faint"));
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
  if (![width, height].every(Number.isFinite)) return [];
  return [rect({ left, top, width, height }, { class: "demo-line plain faint" })];
}

// ---- loss against what was read --------------------------------------------------------------
function drawCurves(scene) {
  const { program: { EXAMPLES, EPOCHS }, text, now, noisy, deals, views: { curve } } = scene;
  const { box } = curve;
  const highest = Math.max(...noisy.above.filter((height) => height < 1e4), noisy.above[0]);
  const examples = now.axis === "examples";
  const x = (curve.x = linear([0, examples ? EXAMPLES * EPOCHS : deals.last], across(box)));
  const y = (curve.y = log([1e-4, 10 ** Math.ceil(Math.log10(highest))], upward(box)));
  const xLabel = examples ? text.examples_axis : text.updates;
  const xTicks = examples ? [0, 5, 10, 15, 20].map((epoch) => epoch * EXAMPLES) : undefined;
  const [calm, floor] = [drawCalm(scene), drawFloor(scene)];
  curve.paths.replaceChildren(line(seen(scene, noisy.above), "plain faint"), ...calm.drawn, ...floor.drawn);
  curve.words.replaceChildren(
    axes(box, x, y, { xLabel, yLabel: text.above_axis, yFormat: power, xTicks }),
    ...calm.named,
    ...floor.named,
  );
}

const seen = (scene, above) => {
  const { x, y } = scene.views.curve;
  return Array.from(above, (height, step) => [x(alongAxis(scene, step)), y(height)]);
};

/** The run with the full batch, where the present one is another. */
function drawCalm({ program: { EXAMPLES, EPOCHS }, text, now, calm, deals, views: { curve: { box, x, y } } }) {
  if (now.batch === EXAMPLES) return { drawn: [], named: [] };
  const examples = now.axis === "examples";
  const heights = calm.above.subarray(0, (examples ? EPOCHS : deals.last) + 1);
  const shown = Array.from(heights, (height, k) => [x(examples ? k * EXAMPLES : k), y(height)]);
  const [px, py] = shown.findLast(([, b]) => b > box.top && b < box.top + box.height - 4) ?? shown[0];
  const right = px > box.left + box.width * 0.6;
  const [dx, dy] = right ? [0, -10] : [8, -2];
  return {
    drawn: [line(shown, "plain beside dashed"), ...(examples ? shown.map((at) => dot(at, 2.5, "plain hollow")) : [])],
    named: [label(px + dx, py + dy, text.full_batch, { "text-anchor": right ? "end" : "start" })],
  };
}

/** The height that the run does not come below. */
function drawFloor({ text, noisy: { floor }, views: { curve: { box, x, y } } }) {
  if (!Number.isFinite(floor)) return { drawn: [], named: [] };
  const [right, height] = [box.left + box.width, y(floor)];
  const look = { class: "theory colored", "text-anchor": "end", style: "stroke-width: 7px" };
  const below = Math.min(height + 26, box.top + box.height - 8);
  return {
    drawn: [node("path", { d: `M${x(x.domain[1] * 0.6)} ${height}H${right}`, class: "demo-line theory dashed" })],
    named: [label(right, below, `${text.floor} ${format(floor)}`, look)],
  };
}

// ---- the present step ------------------------------------------------------------------------
function moment(scene) {
  const { program, noisy, deals, place, views: { curve: { box, moving } } } = scene;
  drawLens(scene);
  drawHead(scene);
  const taken = seen(scene, noisy.above.subarray(0, place + 1));
  moving.replaceChildren(line(taken, "plain"));
  if (deals.last <= 3 * program.EPOCHS) moving.append(dots(taken, "plain"));
  const [left, top] = taken.at(-1);
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
  const hidden = Object.entries(numbers).filter(([, value]) => !Number.isFinite(value));
  scene.tell(numbers, Object.fromEntries(hidden.map(([name]) => [name, ""])));
  const count = (kind, n) => phrase(text.count[kind][n === 1 ? 0 : 1], { n });
  demo.say(phrase(text[verdict(scene, numbers)], {
    ...numbers,
    epochs: count("epoch", Number(run.epochs.toPrecision(3))),
    steps: count("step", place),
    full_steps: count("step", full),
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
function layout(scene, width) {
  const { demo, now, views } = scene;
  const { map, lens, curve } = views;
  const wide = width >= 620;
  const title = 22;
  const broad = wide ? Math.round(width * 0.6) : width;
  const high = Math.round(broad * (wide ? 0.66 : 0.7));
  map.box = { left: 0, top: title, width: broad, height: high };
  lens.box = wide
    ? { left: broad + 20, top: title, width: width - broad - 20, height: high }
    : { left: 0, top: high + 2 * title + 12, width, height: 230 };
  const top = lens.box.top + lens.box.height + title + 18;
  curve.box = { left: 40, top, width: width - 52, height: wide ? 200 : 190 };
  demo.size(width, top + curve.box.height + 40);
  for (const view of Object.values(views)) demo.clip(view.box, view.clip);
  map.unit = broad / 4.4;
  const half = high / 2 / map.unit;
  map.x = linear([-1.9, 2.5], [0, broad]);
  map.y = linear([1.15 - half, 1.15 + half], [title + high, title]);
  set(scene, { condition: now.condition });
}

export default { render: ({ model, el }) => mount(model, el, build) };
