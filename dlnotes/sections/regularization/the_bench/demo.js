// Remedies in rows, by their gain over none; the gains as data sets are added; and one remedy's doses.
import { across, axes, between, dot, format, label, line, linear, mount, phrase, rect, upward } from "../../../demos/demo.js";

const LAYERS = ["ground", "paths", "moving", "names", "words", "front"];
const NEAR = 1e-9; // means closer than this are one
const SPANS = { // of gains, and of accuracies
  noisy: { gain: [-0.1, 0.16], ticks: [-0.1, -0.05, 0, 0.05, 0.1, 0.15], right: [0.5, 0.9], marks: [0.5, 0.6, 0.7, 0.8, 0.9] },
  clean: { gain: [-0.06, 0.05], ticks: [-0.05, -0.025, 0, 0.025, 0.05], right: [0.8, 0.96], marks: [0.8, 0.85, 0.9, 0.95] },
  moved: { gain: [-0.15, 0.6], ticks: [0, 0.2, 0.4, 0.6], right: [0.1, 0.9], marks: [0.1, 0.3, 0.5, 0.7, 0.9] },
};

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { rows: demo.view(LAYERS), course: demo.view(LAYERS), doses: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, last: program.SEEDS, names: program.NAMES };
  controls(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now, last, views } = scene;
  scene.clock = demo.clock({ rate: 1.6, first: 1, last: () => last, show: () => moment(scene) });
  demo.choice({ name: "problem", change: (problem) => set(scene, { problem }) });
  demo.slider({ name: "tried", change: (tried) => set(scene, { tried }) });
  demo.button({ name: "again", press: () => set(scene, { draw: now.draw + 1 }) });
  demo.presets(
    {
      one: { draw: 3, now: 1 },
      all_right: { problem: "clean", now: last },
      away: { problem: "moved", now: last },
    },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => nearest(program.GUESSES, at(scene, last).ahead),
    reached: () => now.now >= last,
    because: () => ({ ahead: at(scene, last).ahead, behind: at(scene, last).behind }),
  });
  scene.tell = demo.readouts(["now", "ahead", "behind", "best", "gain", "dose"], ["ahead", "behind", "gain", "dose"]);
  scene.time = scene.clock.handle(views.course.front, (px) => views.course.x.invert(px), { panel: views.course });
  scene.row = demo.handle({
    name: "row",
    parent: views.rows.front,
    panel: views.rows,
    shape: "ring",
    way: "y",
    step: 1,
    move: (_, py, key) => pick(scene, py, key),
  });
  demo.probe(views.rows, (px, py) => read(scene, rank(scene, py)));
}

const nearest = (guesses, ahead) =>
  Object.keys(guesses).reduce((best, name) => (Math.abs(guesses[name] - ahead) < Math.abs(guesses[best] - ahead) ? name : best));

/** Which row a height is in. */
const rank = ({ names, views: { rows } }, py) => between(Math.floor(((py - rows.box.top) / rows.box.height) * names.length), 0, names.length - 1);

function pick(scene, py, key) {
  const { now, names } = scene;
  const { order } = at(scene, now.now);
  const to = key ? between(order.indexOf(now.pick) + (key[1] || key[0]), 0, names.length - 1) : rank(scene, py);
  set(scene, { pick: order[to] });
}

function read(scene, place) {
  const { text, now, names } = scene;
  const run = at(scene, now.now);
  const one = run.rows[run.order[place]];
  return phrase(now.now > 1 ? text.point : text.point_one, { remedy: text.remedies[names[run.order[place]]], ...one });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  scene.demo.reflect();
  drawFrame(scene);
  moment(scene);
}

/** What so many data sets say: every remedy's dose, gain and interval, and the order. */
function at(scene, count) {
  const { program, now, names } = scene;
  const key = [now.problem, now.tried, now.draw].join();
  if (scene.runs?.key !== key) scene.runs = { key };
  if (scene.runs[count]) return scene.runs[count];
  const turn = program.ORDERS[now.draw % program.ORDERS.length];
  const ordered = (values) => Float64Array.from(turn, (seed) => values[seed]);
  const none = ordered(program.TEST[now.problem].none[0]);
  const rows = names.map((name) => {
    const validation = program.VALIDATION[now.problem][name].map((values) => program.mean(ordered(values), count));
    const tests = program.TEST[now.problem][name].map(ordered);
    const place = chosen(validation, now.tried);
    const gains = tests[place].map((value, i) => value - none[i]);
    const gain = program.mean(gains, count);
    const wide = count > 1 ? program.reach(gains, count, program.REACH[count]) : Infinity;
    const test = tests.map((values) => program.mean(values, count));
    return { validation, test, place, gain, low: gain - wide, high: gain + wide };
  });
  const order = names.map((_, i) => i).sort((a, b) => rows[b].gain - rows[a].gain || a - b);
  const found = {
    rows, order,
    none: program.mean(none, count),
    ahead: rows.filter(({ low }) => low > 0).length,
    behind: rows.filter(({ high }) => high < 0).length,
  };
  return (scene.runs[count] = found);
}

/** Whether a dose is one of those tried, in the middle of all. */
const open = (place, all, tried) => 2 * Math.abs(place - (all - 1) / 2) < tried;

/** The place of the best dose among those tried. */
function chosen(validation, tried) {
  const mine = validation.map((value, place) => (open(place, validation.length, tried) ? value : -Infinity));
  const best = Math.max(...mine);
  return mine.findIndex((value) => value >= best - NEAR);
}

function drawFrame({ demo, program, text, now, last, views: { rows, course, doses } }) {
  const span = SPANS[now.problem];
  rows.x = linear(span.gain, across(rows.box));
  course.y = linear(span.gain, upward(course.box));
  doses.y = linear(span.right, upward(doses.box));
  rows.ground.replaceChildren(line([[rows.x(0), rows.box.top], [rows.x(0), rows.box.top + rows.box.height]], "theory dashed"));
  rows.names.replaceChildren(
    axes(rows.box, rows.x, linear([0, 1], upward(rows.box)), { xLabel: text.gained, xTicks: span.ticks, yTicks: [] }),
    label(demo.narrow ? 4 : rows.box.left - rows.room, rows.box.top - 10, text.rows, { class: "name" }),
  );
  course.ground.replaceChildren(line([[course.box.left, course.y(0)], [course.box.left + course.box.width, course.y(0)]], "theory dashed"));
  course.names.replaceChildren(
    axes(course.box, course.x, course.y, { xLabel: text.counted, yLabel: text.course, xTicks: Array.from({ length: last }, (_, i) => i + 1), yTicks: span.ticks }),
  );
}

/** As many data sets as have been run. */
function moment(scene) {
  const { demo, text, now, names, views: { rows, course, doses } } = scene;
  const run = at(scene, now.now);
  const high = rows.box.height / names.length;
  const middle = (place) => rows.box.top + (place + 0.5) * high;
  const x = (value) => rows.x(rows.x.clamp(value));
  rows.moving.replaceChildren(
    ...run.order.flatMap((i, place) => {
      const { gain, low, high: up } = run.rows[i];
      const family = low > 0 ? "curvature" : up < 0 ? "adaptive" : "plain";
      const sure = now.now > 1;
      const bar = sure ? [line([[x(low), middle(place)], [x(up), middle(place)]], family)] : [];
      return [...bar, dot([x(gain), middle(place)], 4, sure && family !== "plain" ? family : `${family} hollow`)];
    }),
  );
  rows.paths.replaceChildren(rect({ left: rows.box.left, top: middle(run.order.indexOf(now.pick)) - high / 2, width: rows.box.width, height: high }, { class: "plain", fill: "currentColor", "fill-opacity": 0.1 }));
  rows.words.replaceChildren(
    ...run.order.map((i, place) => label(rows.box.left - 8, middle(place) + 4, text.remedies[names[i]], { "text-anchor": "end", class: i === now.pick ? "momentum" : "" })),
  );
  scene.row.place(rows.box.left + 10, middle(run.order.indexOf(now.pick)), text.remedies[names[now.pick]]);
  drawCourse(scene, course);
  drawDoses(scene, doses, run);
  speak(scene, run);
}

function drawCourse(scene, { moving, x, y }) {
  const { now, names, time, text } = scene;
  const counts = Array.from({ length: now.now }, (_, i) => i + 1);
  const way = (i, name) => line(counts.map((count) => [x(count), y(at(scene, count).rows[i].gain)]), name);
  const end = y(y.clamp(at(scene, now.now).rows[now.pick].gain));
  moving.replaceChildren(
    ...names.map((_, i) => i).filter((i) => i !== now.pick).map((i) => way(i, "plain faint")),
    way(now.pick, "momentum"),
    dot([x(now.now), end], 4, "momentum"),
  );
  time.place(x(now.now), end, phrase(text.at, { now: now.now }));
}

/** The chosen remedy's five doses: what validation and test say. */
function drawDoses({ program, text, now, names }, { box, moving, names: words, x, y }, run) {
  const name = names[now.pick];
  const own = run.rows[now.pick];
  const spot = (values, i) => [x(i + 1), y(values[i])]; // what lies below is cut off
  words.replaceChildren(
    axes(box, x, y, { xLabel: phrase(text.doses_of, { remedy: text.remedies[name] }), xTicks: [1, 2, 3, 4, 5], xFormat: (i) => format(program.DOSES[name][i - 1]), yTicks: SPANS[now.problem].marks }),
    label(box.left - 4, box.top - 9, text.doses, { class: "name" }),
    line([[box.left + box.width - 190, box.top - 13], [box.left + box.width - 172, box.top - 13]], "plain"),
    label(box.left + box.width - 168, box.top - 9, text.validation),
    line([[box.left + box.width - 96, box.top - 13], [box.left + box.width - 78, box.top - 13]], "momentum dashed"),
    label(box.left + box.width - 74, box.top - 9, text.test),
  );
  const level = y(y.clamp(run.none));
  moving.replaceChildren(
    line([[box.left, level], [box.left + box.width, level]], "theory dashed"),
    line(own.test.map((_, i) => spot(own.test, i)), "momentum dashed"),
    line(own.validation.map((_, i) => spot(own.validation, i)), "plain"),
    ...own.validation.map((_, i) => dot(spot(own.validation, i), i === own.place ? 6 : 3, open(i, own.validation.length, now.tried) ? "plain" : "plain hollow")),
    dot(spot(own.test, own.place), 5, "momentum"),
  );
}

function speak({ demo, program, text, now, names, tell }, run) {
  const own = run.rows[now.pick];
  const numbers = {
    now: now.now, ahead: run.ahead, behind: run.behind, best: run.rows[run.order[0]].gain, gain: own.gain,
    dose: program.DOSES[names[now.pick]][own.place],
  };
  tell(numbers, now.now > 1 ? {} : { ahead: "–", behind: "–" });
  const said = { ...numbers, leader: text.remedies[names[run.order[0]]] };
  demo.say(phrase(now.now > 1 ? text.told : text.told_one, said));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, last, views: { rows, course, doses } } = scene;
  const narrow = demo.narrow;
  const high = narrow ? 240 : between(height - 110, 255, 330);
  const second = high + 84;
  rows.room = narrow ? 108 : 112;
  const broad = narrow ? width - rows.room - 16 : Math.round(width * 0.54) - rows.room;
  rows.box = { left: rows.room, top: 32, width: broad, height: high };
  const beside = rows.room + broad + 62;
  const half = narrow ? high : Math.round((high - 74) / 2);
  course.box = narrow
    ? { left: 46, top: second + 32, width: width - 66, height: high }
    : { left: beside, top: 32, width: width - beside - 18, height: half };
  doses.box = narrow
    ? { left: 46, top: 2 * second + 32, width: width - 66, height: high }
    : { left: beside, top: 32 + half + 74, width: width - beside - 18, height: half };
  demo.size(width, second, [
    { name: "rows", top: 0, height: second },
    { name: "course", top: second, height: second },
    { name: "doses", top: 2 * second, height: second },
  ]);
  for (const view of [rows, course, doses]) demo.clip(view.box, view.clip);
  course.x = linear([0.7, last + 0.4], across(course.box));
  doses.x = linear([0.6, 5.4], across(doses.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
