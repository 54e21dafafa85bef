// One batch and where it puts an image; beside it the image's value in every batch drawn so far.
import { across, axes, between, dot, dots, label, line, linear, mount, phrase, random, upward } from "../../../demos/demo.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const REACH = 3.4; // of the axis, in standard deviations
const SMALL = 1e-9; // a scatter that is none

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { batch: demo.view(LAYERS), values: demo.view(LAYERS) };
  const orders = Array.from({ length: program.BATCHES }, (_, batch) => random(batch).order(program.COUNT - 1));
  const scene = { demo, program, text, now, views, orders };
  controls(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now, views: { batch, values } } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: 25, last: () => program.BATCHES, show: () => moment(scene) });
  for (const name of ["first", "second"]) demo.slider({ name, change: change(name) });
  demo.choice({ name: "people", change: change("people") });
  const end = { now: program.BATCHES };
  demo.presets(
    {
      double: { ...end, second: 16 },
      pair: { ...end, first: 2, second: 4 },
      everyone: { ...end, first: 32, second: program.COUNT },
      center: { ...end, sample: 300 },
      far: { ...end, sample: 594 },
      real: { ...end, people: "unit", sample: 400 },
    },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => answer(scene),
    reached: () => now.now >= program.BATCHES,
    because: () => spreads(scene, program.BATCHES),
  });
  scene.tell = demo.readouts(["now", "image", "value", "before", "after"], ["before", "after"]);
  scene.time = scene.clock.handle(values.front, (px) => values.x.invert(px), { panel: values });
  scene.image = demo.handle({
    name: "image",
    parent: batch.front,
    panel: batch,
    shape: "diamond",
    way: "y",
    step: 4,
    move: (_, py) => set(scene, { sample: nearest(scene, batch.y.invert(py)) }),
  });
  demo.probe(values, (px) => seen(scene, px));
}

function answer(scene) {
  const { before, after } = spreads(scene, scene.program.BATCHES);
  const part = scene.program.ratio(after, before);
  return part > 0.75 ? "same" : part > 0.375 ? "half" : "quarter";
}

/** The scatter of both halves up to a number of batches. */
function spreads({ program, run }, until) {
  const { HALF } = program;
  return { before: program.spread(run.value, 0, Math.min(until, HALF)), after: program.spread(run.value, HALF, Math.max(until, HALF)) };
}

/** The image whose value is closest. */
function nearest({ program, now }, value) {
  const values = program.POPULATIONS[now.people];
  const far = values.map((one) => Math.abs(one - value));
  return far.indexOf(Math.min(...far));
}

const sizeOf = ({ program, now }, batch) => (batch < program.HALF ? now.first : now.second);

function seen(scene, px) {
  const { demo, program, text, now, run, views: { values } } = scene;
  const batch = between(Math.round(values.x.invert(px)), 1, program.BATCHES);
  if (demo.untold() && batch > now.now) return "";
  return phrase(text.point, { batch, size: sizeOf(scene, batch - 1), value: run.value[batch - 1] });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  compute(scene);
  scene.demo.reflect();
  drawFrame(scene);
  moment(scene);
}

/** Every batch: its members, its statistics, and what becomes of the image. */
function compute(scene) {
  const { program, now } = scene;
  const key = [now.first, now.second, now.sample, now.people].join();
  if (scene.run?.key === key) return;
  const image = program.POPULATIONS[now.people][now.sample];
  scene.run = { key, image, ...program.normalized(members(scene), now.first, now.second) };
}

/** Who stands in every batch, a row each, whatever the sizes: the image, and all others in their order. */
function members(scene) {
  const { program, now, orders } = scene;
  const key = [now.sample, now.people].join();
  if (scene.members?.key === key) return scene.members.table;
  const values = program.POPULATIONS[now.people];
  const others = values.filter((_, rank) => rank !== now.sample);
  const table = new Float64Array(orders.length * values.length);
  orders.forEach((order, batch) => {
    const from = batch * values.length;
    table[from] = values[now.sample];
    for (let i = 0; i < order.length; i++) table[from + 1 + i] = others[order[i]];
  });
  scene.members = { key, table };
  return table;
}

/** Axes, the value under all images, and the batches that are still to come. */
function drawFrame(scene) {
  const { demo, program, text, now, run, views: { batch, values } } = scene;
  const ticks = { yTicks: [-3, -2, -1, 0, 1, 2, 3] };
  batch.names.replaceChildren(
    axes(batch.box, batch.x, batch.y, { xTicks: [], ...ticks }),
    label(batch.box.left - 4, batch.box.top - 9, text.batch, { class: "name" }),
    ...key(batch.box.left, batch.box.top + batch.box.height + 22, "momentum", text.mean),
    ...key(batch.box.left, batch.box.top + batch.box.height + 42, "momentum dotted", text.deviation),
  );
  const middle = values.x(program.HALF);
  const { left, top, width, height } = values.box;
  const told = !demo.untold() || now.now > program.HALF;
  values.names.replaceChildren(
    axes(values.box, values.x, values.y, { xLabel: text.number, yLabel: text.axis, xTicks: [0, 50, 100, 150, 200], ...ticks }),
    label((left + middle) / 2, top + 12, phrase(text.size, { size: now.first }), { "text-anchor": "middle" }),
    ...(told ? [label((middle + left + width) / 2, top + 12, phrase(text.size, { size: now.second }), { "text-anchor": "middle" })] : []),
    ...key(left, top + height + 36, "theory dashed", text.whole),
  );
  const level = values.y(values.y.clamp(run.image));
  values.ground.replaceChildren(
    line([[left, level], [left + width, level]], "theory dashed"),
    line([[middle, top], [middle, top + height]], "plain faint"),
  );
  values.paths.replaceChildren(...(demo.untold() ? [] : [dots(points(scene, program.BATCHES), "plain faint")]));
}

/** Which line is which. */
const key = (x, y, name, words) => [line([[x, y], [x + 22, y]], name), label(x + 28, y + 4, words)];

const points = ({ run, views: { values: { x, y } } }, until) =>
  Array.from(run.value.subarray(0, until), (value, batch) => [x(batch + 1), y(y.clamp(value))]);

/** The batch that is shown, and all before it. */
function moment(scene) {
  const { program, text, now, run, views: { batch, values } } = scene;
  const at = Math.max(now.now, 1) - 1;
  const size = sizeOf(scene, at);
  const { left, width } = batch.box;
  const from = at * program.POPULATIONS[now.people].length;
  const spots = Array.from(members(scene).subarray(from + 1, from + size), (value, i) => [batch.x((i + 1) / program.COUNT * Math.max(1, program.COUNT / size)), batch.y(batch.y.clamp(value))]);
  const level = (value, name) => line([[left, batch.y(value)], [left + width, batch.y(value)]], name);
  const [below, above] = program.edges(run.mean[at], run.deviation[at]);
  batch.moving.replaceChildren(level(run.mean[at], "momentum"), level(below, "momentum dotted"), level(above, "momentum dotted"), dots(spots, "plain"));
  const shown = points(scene, now.now);
  values.moving.replaceChildren(dots(shown, "plain"), ...(now.now ? [dot(shown.at(-1), 5, "adam")] : []));
  scene.image.place(batch.x(0), batch.y(batch.y.clamp(run.image)), phrase(text.drag, { image: run.image }));
  scene.time.place(values.x(now.now), values.y(values.y.clamp(run.value[at])), phrase(text.at, { batch: now.now }));
  speak(scene, at, size);
}

function speak(scene, at, size) {
  const { demo, program, text, now, run, tell } = scene;
  const numbers = { now: now.now, image: run.image, value: run.value[at], ...spreads(scene, now.now) };
  const late = now.now > program.HALF;
  const said = {};
  for (const half of ["before", "after"]) if (numbers[half] < SMALL) said[half] = "0"; // rounding, where all 600 are in
  tell(numbers, { ...said, ...(now.now ? {} : { value: "", before: "–" }), ...(late ? {} : { after: "–" }) });
  demo.say(phrase(text[late ? "late" : now.now ? "early" : "begun"], { ...numbers, ...said, size }));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, views: { batch, values } } = scene;
  const narrow = demo.narrow;
  const high = narrow ? 210 : between(height - 100, 210, 320);
  const second = high + 78;
  const broad = narrow ? width - 52 : Math.round(width * 0.26) - 20;
  batch.box = { left: 36, top: 26, width: broad, height: high };
  values.box = narrow
    ? { left: 40, top: second + 26, width: width - 60, height: high }
    : { left: broad + 96, top: 26, width: width - broad - 116, height: high };
  demo.size(width, second, [
    { name: "values", top: second, height: second },
    { name: "batch", top: 0, height: second },
  ]);
  for (const view of [batch, values]) demo.clip(view.box, view.clip);
  batch.x = linear([-0.06, 1.04], across(batch.box));
  values.x = linear([0, program.BATCHES], across(values.box));
  batch.y = values.y = linear([-REACH, REACH], upward(batch.box));
  values.y = linear([-REACH, REACH], upward(values.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
