// Signals sent back as a histogram over powers of 2: what a format keeps, what becomes 0, what overflows.
import { across, axes, between, format, label, line, linear, mount, phrase, rect, roof, upward } from "../../../demos/demo.js";
import { compute, seen } from "./runs.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const SIDE = 54; // width of the columns for 0 and infinity
const LIFT = 3; // pixels that the handle stands above its axis, clear of the numbers below
const AXIS = 46; // room for the numbers of the axis between them

function build(demo) {
  const { program, text, controls: now } = demo;
  const scene = { demo, program, text, now, view: demo.view(LAYERS) };
  const again = () => (demo.untold() ? 0 : now.now);
  const change = (name) => (value) => set(scene, { [name]: value, now: again() });
  scene.clock = demo.clock({ rate: 5, last: () => program.PARTS, show: () => moment(scene) });
  demo.slider({ name: "power", change: change("power") });
  demo.slider({ name: "count", change: change("count") });
  demo.choice({ name: "form", change: change("form") });
  const end = program.PARTS;
  demo.presets(
    { scaled: { power: 12, now: end }, far: { power: 40, now: end }, brain: { form: "bf16", now: end }, alone: { count: 7, now: end } },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => answer(seen(scene, end)),
    reached: () => now.now >= end,
    because: () => seen(scene, end),
  });
  scene.tell = demo.readouts(["now", "zero", "few", "over", "error"], ["zero", "few", "over"]);
  scene.scale = demo.handle({
    name: "scale",
    parent: scene.view.front,
    panel: scene.view,
    shape: "diamond",
    way: "x",
    move: (px, _, key) => {
      const power = key ? now.power + key[0] : Math.round(scene.view.x.invert(px) - scene.home);
      set(scene, { power: between(power, 0, 44), now: again() });
    },
  });
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

function answer({ zero }) {
  if (zero < 3) return "none";
  if (zero < 20) return "tenth";
  return zero < 70 ? "fifths" : "all";
}

function set(scene, changed) {
  const { demo, now } = scene;
  Object.assign(now, changed);
  compute(scene);
  demo.reflect();
  drawFrame(scene);
  moment(scene);
}

const power2 = (value) => (value === 0 ? "1" : `2${String(value).replace("-", "⁻").replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit])}`);

/** Axes, and once the answer is told, how far the format reaches. */
function drawFrame(scene) {
  const { demo, program, text, now, view } = scene;
  const { box, x, y } = view;
  const bottom = box.top + box.height;
  const ends = [
    ["floor", program.FLOOR[now.form], "end"],
    ["ceiling", program.CEILING[now.form], "end"],
  ].filter(([, at]) => at > program.LEFT && at < program.RIGHT);
  const full = [Math.max(program.LOWEST[now.form], program.LEFT), Math.min(program.CEILING[now.form], program.RIGHT)];
  const told = !demo.untold();
  view.ground.replaceChildren(
    ...(told ? [rect({ left: x(full[0]), top: box.top, width: x(full[1]) - x(full[0]), height: box.height }, { class: "curvature", fill: "currentColor", opacity: 0.1 })] : []),
    ...(told ? ends.map(([, at]) => line([[x(at), box.top], [x(at), bottom]], "theory dashed")) : []),
  );
  const xTicks = demo.narrow ? [-40, -20, 0] : [-40, -30, -20, -10, 0, 10];
  view.names.replaceChildren(
    axes(box, x, y, { xLabel: text.x_axis, yLabel: text.y_axis, xTicks, xFormat: power2 }),
    ...(told ? [label((x(full[0]) + x(full[1])) / 2, box.top + 14, text.full, { class: "curvature colored", "text-anchor": "middle" })] : []),
    ...(told && !demo.narrow && ends.length > 1 ? [label((x(full[0]) + x(program.FLOOR[now.form])) / 2, box.top + 14, text.ragged, { class: "theory colored", "text-anchor": "middle" })] : []),
    ...(told ? ends.map(([name, at, anchor]) => label(x(at) - 5, box.top + 34, demo.narrow ? power2(at) : `${text[name]} ${power2(at)}`, { class: "theory colored", "text-anchor": anchor })) : []),
    ...columns(scene).map(({ left, name, family }) => label(left + SIDE / 2, bottom + 18, text[name], { class: `${family} colored`, "text-anchor": "middle" })),
  );
}

const columns = ({ view: { box } }) => [
  { left: box.left - SIDE - AXIS, name: "lost", family: "adam", share: "zero" },
  { left: box.left + box.width + 10, name: "burst", family: "adaptive", share: "over" },
];

/** Hollow what is not stored yet, filled what is. */
function moment(scene) {
  const { demo, program, text, now, run, view } = scene;
  const { box, x, y } = view;
  const bottom = box.top + box.height;
  const done = Math.floor((program.COUNT * now.now) / program.PARTS);
  const wide = x(1) - x(0) - 1;
  const bar = (left, width, count, attributes) => rect({ left, top: y(y.clamp(count)), width, height: bottom - y(y.clamp(count)) }, attributes);
  const drawn = (counts, attributes) => [...counts].map(([at, count]) => bar(x(at), wide, count, attributes(at)));
  const hollow = { class: "plain", ...(demo.narrow ? { fill: "currentColor" } : { fill: "none", stroke: "currentColor" }) }; // a bar of 2 pixels has no inside
  const waiting = tally(run.before, done, program.COUNT);
  const kept = tally(run.after, 0, done);
  const family = (at) => (at < program.LOWEST[now.form] ? "theory" : "momentum");
  const numbers = seen(scene, now.now);
  const sides = columns(scene).flatMap(({ left, family: name, share }) => {
    const height = (box.height * numbers[share]) / 100;
    const said = height > 0 ? [label(left + SIDE / 2, bottom - height - 6, `${format(numbers[share])}%`, { class: `${name} colored`, "text-anchor": "middle" })] : [];
    return [rect({ left: left + 8, top: bottom - height, width: SIDE - 16, height }, { class: name, fill: "currentColor" }), ...said];
  });
  const floors = columns(scene).map(({ left }) => line([[left, bottom], [left + SIDE, bottom]], "plain faint"));
  view.moving.replaceChildren(
    ...drawn(tally(run.before, 0, done), () => ({ ...hollow, opacity: demo.narrow ? 0.25 : 0.45 })), // where they were
    ...drawn(kept, (at) => ({ class: family(at), fill: "currentColor" })),
    ...drawn(waiting, () => ({ ...hollow, opacity: demo.narrow ? 0.6 : 1 })),
  );
  scene.sides.replaceChildren(...floors, ...sides);
  scene.home = run.middle - now.power;
  scene.scale.place(x(x.clamp(run.middle)), bottom - LIFT, phrase(text.place, { power: now.power }));
  scene.tell(numbers, demo.untold() ? { error: "" } : {});
  demo.say(phrase(text[state(scene, numbers)], { ...numbers, values: program.COUNT, part: (100 * now.now) / program.PARTS }));
}

/** How many numbers between two ranks lie at each power of 2 in the picture. */
function tally(places, from, to) {
  const counts = new Map();
  for (let i = from; i < to; i += 1) {
    if (Number.isFinite(places[i])) counts.set(places[i], (counts.get(places[i]) ?? 0) + 1);
  }
  return counts;
}

function state({ now, program }, { zero, few, over }) {
  if (now.now === 0) return "before";
  if (now.now < program.PARTS) return "storing";
  if (over > 0) return "broken";
  if (zero > 0) return "flushed";
  return few > 0 ? "thin" : "fine";
}

function layout(scene, width, height) {
  const { demo, program, view } = scene;
  const tall = demo.narrow ? 230 : between(height - 100, 220, 330);
  view.box = { left: SIDE + AXIS + 2, top: 26, width: width - 2 * SIDE - AXIS - 16, height: tall };
  demo.size(width, tall + 90, [{ name: "picture", top: 0, height: tall + 90 }]);
  demo.clip(view.box, view.clip);
  scene.sides ??= demo.layer();
  view.x = linear([program.LEFT, program.RIGHT], across(view.box));
  view.y = linear([0, roof(program.COUNT / 2)], upward(view.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
