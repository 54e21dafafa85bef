// A plane of batches and rates with the steps to the level in its cells; the loss of one cell.
import { across, axes, between, course, dot, format, label, line, linear, log, mount, phrase, power, rect, upward } from "../../../demos/demo.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const LOSSES = [0.0012, 9]; // of the axis: what is higher has diverged
const EDGE = 1.42; // EDGE a cell, as a factor
const SHADES = [6, 9, 13, 18, 25, 36, 50, 71, 101]; // up to so many steps

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { plane: demo.view(LAYERS), course: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, last: program.LAST };
  scene.steps = program.LOSSES.map((row) => row.map((losses) => program.first(losses)));
  scene.base = spot(scene, { batch: program.BASE[0], rate: program.BASE[1] });
  controls(scene);
  handles(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now, last } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: 30, last: () => last, show: () => moment(scene) });
  for (const name of ["batch", "rate"]) demo.slider({ name, change: change(name) });
  demo.choice({ name: "axis", change: change("axis") });
  const rates = program.RATES;
  demo.presets(
    {
      times4: { rate: rates.at(-3), now: last },
      times8: { rate: rates.at(-2), now: last },
      times16: { rate: rates.at(-1), now: last },
      little: { batch: program.BATCHES[0], now: last },
    },
    (setting) => set(scene, setting),
  );
  const ratio = () => stepsAt(scene, demo.start) / stepsAt(scene, scene.base);
  demo.question({
    answer: () => nearest(program.GUESSES, ratio()),
    reached: () => now.now >= last,
    because: () => ({ base: stepsAt(scene, scene.base), steps: stepsAt(scene, demo.start), times: Math.round(demo.start.batch * ratio() / program.BASE[0]) }),
  });
  scene.tell = demo.readouts(["now", "loss", "seen", "reached", "cost", "linear", "root"], ["loss", "seen", "reached", "cost"]);
}

const nearest = (guesses, ratio) =>
  Object.keys(guesses).reduce((best, name) => (off(guesses[name], ratio) < off(guesses[best], ratio) ? name : best));
const off = (guess, ratio) => Math.max(guess / ratio, ratio / guess);

/** The place of a batch and a rate among those that were trained. */
const spot = ({ program }, { batch, rate }) => ({ row: program.BATCHES.indexOf(batch), column: program.RATES.indexOf(rate), batch, rate });
const stepsAt = (scene, setting) => {
  const { row, column } = spot(scene, setting);
  return scene.steps[row][column];
};
const lossesAt = (scene, setting) => {
  const { row, column } = spot(scene, setting);
  return scene.program.LOSSES[row][column];
};

function handles(scene) {
  const { demo, program, text, now, last, views: { plane, course } } = scene;
  const closest = (values, value) => values.reduce((best, each) => (off(each, value) < off(best, value) ? each : best));
  scene.setting = demo.handle({
    name: "setting",
    parent: plane.front,
    panel: plane,
    shape: "diamond",
    radius: 13,
    way: "xy",
    step: 30,
    move: (px, py) => set(scene, {
      batch: closest(program.BATCHES, plane.x.invert(between(px, plane.box.left, plane.box.left + plane.box.width))),
      rate: closest(program.RATES, plane.y.invert(between(py, plane.box.top, plane.box.top + plane.box.height))),
    }),
  });
  scene.setting.node.querySelector(".grip").style.fill = "none"; // around the number of its cell
  const step = (px) => between(now.axis === "by_steps" ? course.x.invert(px) : course.x.invert(px) / now.batch, 0, last);
  scene.time = scene.clock.handle(course.front, step, { panel: course });
  demo.probe(plane, (px, py) => seen(scene, { batch: closest(program.BATCHES, plane.x.invert(px)), rate: closest(program.RATES, plane.y.invert(py)) }));
  demo.probe(course, (px) => phrase(text.at, { now: Math.round(step(px)) }));
}

/** What a cell says. */
function seen(scene, at) {
  const { demo, program, text, last } = scene;
  if (demo.untold()) return phrase(text.here, at);
  const steps = stepsAt(scene, at);
  if (steps > last) return phrase(text.never, { ...at, last });
  return phrase(text.cell, { ...at, steps, cost: program.read(steps, at.batch) });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  scales(scene);
  scene.demo.reflect();
  drawPlane(scene);
  drawFrame(scene);
  moment(scene);
}

/** The plane with its numbers, once they may be told. */
function drawPlane(scene) {
  const { demo, program, text, now, base, views: { plane } } = scene;
  const { box, x, y } = plane;
  const told = !demo.untold();
  const [wide, high] = [box.width / program.BATCHES.length, box.height / program.RATES.length];
  const cell = (row, column) => ({
    left: x(program.BATCHES[row]) - wide / 2 + 1, top: y(program.RATES[column]) - high / 2 + 1, width: wide - 2, height: high - 2,
  });
  const cells = program.BATCHES.flatMap((_, row) => program.RATES.map((_, column) => [row, column]));
  plane.ground.replaceChildren(...cells.map(([row, column]) => rect(cell(row, column), { class: told ? shade(scene, row, column) : "shade-0" })));
  plane.paths.replaceChildren(...(told ? rules(scene) : []));
  plane.names.replaceChildren(
    axes(box, x, y, { xLabel: text.batches, yLabel: text.rates, xTicks: program.BATCHES, yTicks: program.RATES.filter((_, i) => i % 2 === 1), yFormat: format }),
    ...(told ? cells.map(([row, column]) => number(scene, row, column)) : []),
    ...(told ? key([box.left + box.width - 150, box.top - 13], 80, [["theory", text.linear_line], ["theory dotted", text.root_line]]) : []),
  );
  const own = rect(cell(base.row, base.column), { fill: "none", stroke: "currentColor", "stroke-width": 1.5, "stroke-dasharray": "4 3" });
  plane.moving.replaceChildren(own);
  scene.setting.place(x(now.batch), y(now.rate), phrase(text.here, { batch: now.batch, rate: now.rate }));
}

/** Few steps are dark. */
function shade({ steps, last }, row, column) {
  const found = steps[row][column];
  return found > last ? "shade-0" : `shade-${9 - SHADES.findIndex((most) => found <= most)}`;
}

function number({ program, steps, last, views: { plane: { x, y } } }, row, column) {
  const found = steps[row][column];
  return label(x(program.BATCHES[row]), y(program.RATES[column]) + 4, found > last ? "–" : format(found), { "text-anchor": "middle" });
}

/** Where the two rules lead from the batch and the rate of the question. */
function rules({ program, views: { plane: { x, y } } }) {
  const [batch, rate] = program.BASE;
  const ends = [program.BATCHES[0], program.BATCHES.at(-1)];
  return [["linear", "theory"], ["root", "theory dotted"]].map(([rule, name]) =>
    line(ends.map((new_) => [x(new_), y(program[rule](rate, batch, new_))]), name));
}

function drawFrame(scene) {
  const { program, text, now, base, last, views: { course } } = scene;
  const { box, x, y } = course;
  const steps = now.axis === "by_steps";
  course.names.replaceChildren(
    axes(box, x, y, {
      xLabel: steps ? text.steps_axis : text.examples_axis, yLabel: text.losses,
      xTicks: steps ? [0, 25, 50, 75, 100] : [10, 100, 1000, 10000], yTicks: [0.01, 0.1, 1],
      xFormat: steps ? format : power, yFormat: format,
    }),
    ...key([box.left + box.width - 160, box.top + 12], 0, [["plain dashed", text.base_run], ["plain", text.own_run]]),
  );
  const flat = line([[box.left, y(program.LEVEL)], [box.left + box.width, y(program.LEVEL)]], "theory dotted");
  const until = Math.min(stepsAt(scene, base), last);
  const end = [place(scene, until, base.batch), y(program.LEVEL)];
  course.ground.replaceChildren(flat, ...way(scene, lossesAt(scene, base), base.batch, until, "plain dashed"), dot(end, 4, "plain"),
    label(box.left + box.width - 4, y(program.LEVEL) - 6, format(program.LEVEL), { class: "theory colored", "text-anchor": "end" }),
    label(end[0] + 6, end[1] + 16, format(steps ? until : program.read(until, base.batch))));
}

/** Which line is which: names side by side, or one below the other. */
function key([left, top], apart, lines) {
  return lines.flatMap(([name, words], i) => {
    const [px, py] = apart ? [left + i * apart, top] : [left, top + 18 * i];
    return [line([[px, py], [px + 18, py]], name), label(px + 22, py + 4, words)];
  });
}

const place = ({ now, program, views: { course: { x } } }, step, batch) =>
  x(now.axis === "by_steps" ? step : x.clamp(program.read(step, batch)));

function way(scene, losses, batch, until, name) {
  const { now, views: { course: { box, y } } } = scene;
  const points = losses.slice(0, until + 1).map((loss, step) => [place(scene, step, batch), y(loss)]);
  return course(box, now.axis === "by_steps" ? points : points.slice(1), name); // a log axis has no 0
}

/** The run as far as it has come. */
function moment(scene) {
  const { text, now, views: { course } } = scene;
  const at = Math.round(now.now);
  const losses = lossesAt(scene, now);
  const end = [place(scene, at, now.batch), course.y(course.y.clamp(losses[at]))];
  course.moving.replaceChildren(...way(scene, losses, now.batch, at, "plain"), ...(losses[at] < LOSSES[1] ? [dot(end, 5, "plain")] : []));
  scene.time.place(...end, phrase(text.at, { now: at }));
  speak(scene, at, losses[at]);
}

function speak(scene, at, loss) {
  const { demo, program, text, now, last, tell } = scene;
  const steps = stepsAt(scene, now);
  const never = steps > last;
  const numbers = {
    now: at, loss, seen: program.read(at, now.batch),
    reached: never ? Infinity : steps, cost: never ? Infinity : program.read(steps, now.batch),
    linear: program.linear(program.BASE[1], program.BASE[0], now.batch),
    root: program.root(program.BASE[1], program.BASE[0], now.batch),
  };
  const open = demo.untold() && at < steps;
  const high = loss >= program.HIGHEST ? { loss: `≥ ${format(loss)}` } : {}; // no higher loss was kept
  tell(numbers, { ...high, ...(open || never ? { reached: "–", cost: "–" } : {}) });
  const said = { ...numbers, ...high, batch: now.batch, rate: now.rate, last };
  demo.say(phrase(at < Math.min(steps, last) || open ? text.running : never ? text.failed : text.ended, said));
}

// ---- layout ----------------------------------------------------------------------------------
function scales({ program, now, last, views: { plane, course } }) {
  plane.x = log([program.BATCHES[0] / EDGE, program.BATCHES.at(-1) * EDGE], across(plane.box));
  plane.y = log([program.RATES[0] / EDGE, program.RATES.at(-1) * EDGE], upward(plane.box));
  course.x = now.axis === "by_steps" ? linear([0, last], across(course.box)) : log([8, 60000], across(course.box));
  course.y = log(LOSSES, upward(course.box));
}

function layout(scene, width, height) {
  const { demo, views: { plane, course } } = scene;
  const narrow = demo.narrow;
  const high = narrow ? 220 : between(height - 130, 200, 300);
  const second = high + 84;
  const broad = narrow ? width - 66 : Math.round(width * 0.48) - 46;
  plane.box = { left: 46, top: 32, width: broad, height: high };
  course.box = narrow
    ? { left: 46, top: second + 32, width: broad, height: high }
    : { left: broad + 100, top: 32, width: width - broad - 120, height: high };
  demo.size(width, second, [
    { name: "plane", top: 0, height: second },
    { name: "course", top: second, height: second },
  ]);
  for (const view of [plane, course]) demo.clip(view.box, view.clip);
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
