// Rows of a board: a knob each, its five notches placed by accuracy; beside it how the net learns.
import {
  across, axes, between, dot, format, label, line, linear, mount, phrase, upward,
} from "../../../demos/demo.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { board: demo.view(LAYERS), course: demo.view(LAYERS) };
  const knobs = Object.keys(program.KNOBS);
  const scene = { demo, program, text, now, views, knobs, last: knobs.length };
  controls(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, text, now, knobs, last, views: { board, course } } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: 3, first: 1, last: () => last, show: () => set(scene, {}) });
  demo.choice({ name: "task", change: change("task") });
  demo.slider({ name: "notch", change: change("notch") });
  demo.presets(
    {
      late: { task: "digits", now: last, notch: 5 },
      free: { task: "digits", now: knobs.indexOf("weight_decay") + 1, notch: 1 },
      short: { task: "spirals", now: 1, notch: 1 },
    },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => nearest(scene),
    reached: () => now.now >= last,
    because: () => because(scene),
  });
  scene.tell = demo.readouts(["now", "score", "lost", "worst", "ruined"], ["score", "worst", "ruined"]);
  const row = (px, py) => board.y.invert(py);
  scene.time = scene.clock.handle(board.front, row, { panel: board, way: "y", shape: "diamond", leap: () => -1 });
  demo.probe(course, (px) => seen(scene, px));
}

const scores = ({ program, now }, knob) => program.BOARD[now.task].turned[knob];
const best = ({ program, now }) => program.BOARD[now.task].score;
const worth = (scene, knob) => scene.program.worst(best(scene), scores(scene, knob));

/** How many of the knobs turned so far can ruin the net alone. */
const ruined = (scene, turned) => scene.knobs.slice(0, turned).filter((_, i) => Math.min(...scores(scene, i)) < scene.program.RUIN).length;

function nearest(scene) {
  const { program, last } = scene;
  const far = (name) => Math.abs(program.GUESSES[name] - ruined(scene, last));
  return Object.keys(program.GUESSES).reduce((best, name) => (far(name) < far(best) ? name : best));
}

/** The knobs that can, in the order of the board. */
function because(scene) {
  const { text, knobs } = scene;
  const which = knobs.filter((_, i) => Math.min(...scores(scene, i)) < scene.program.RUIN).map((name) => text[name]);
  return { best: best(scene), which: which.join(text.comma) };
}

/** What a notch stands for, in the reader's words where it is a word. */
const value = ({ program, text }, name, notch) => text.values[program.KNOBS[name][notch]] ?? format(Number(program.KNOBS[name][notch]));

/** The accuracy on the way, under the pointer. */
function seen({ program, text, now, views: { course } }, px) {
  const look = between(Math.round(course.x.invert(px) * program.LOOKS), 1, program.LOOKS) - 1;
  const part = (100 * (look + 1)) / program.LOOKS;
  return phrase(text.point, { part, score: program.BOARD[now.task].course[now.now - 1][now.notch - 1][look] });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  scene.demo.reflect();
  drawBoard(scene);
  drawCourse(scene);
  speak(scene);
}

/** The knobs turned so far, or all of them once it is told. */
function drawBoard(scene) {
  const { demo, program, text, now, knobs, last, views: { board } } = scene;
  const { box, x, y } = board;
  const shown = demo.untold() ? now.now : last;
  const here = best(scene);
  const upright = (at, name) => line([[x(at), box.top], [x(at), box.top + box.height]], name);
  board.ground.replaceChildren(upright(here, "theory dashed"), upright(program.RUIN, "theory dotted"));
  board.names.replaceChildren(
    axes(box, x, y, { xLabel: text.accuracy, xTicks: [0, 0.2, 0.4, 0.6, 0.8, 1], yTicks: [] }),
    ...knobs.map((name, i) => label(box.left - 10, y(i + 1) + 4, text[name], { "text-anchor": "end", class: i + 1 === now.now ? "name strong" : "name" })),
    label(Math.min(x(here), box.left + box.width - 24), box.top - 9, text.good, { "text-anchor": "middle", class: "theory" }),
    label(x(program.RUIN), box.top - 9, format(program.RUIN), { "text-anchor": "middle", class: "theory" }),
  );
  board.moving.replaceChildren(...knobs.slice(0, shown).flatMap((_, i) => knob(scene, i)));
  const where = scores(scene, now.now - 1)[now.notch - 1];
  scene.time.place(x(where), y(now.now), text[knobs[now.now - 1]]);
}

/** A row: how far the accuracies of five notches lie apart. */
function knob(scene, i) {
  const { program, now, views: { board: { x, y } } } = scene;
  const row = scores(scene, i);
  const chosen = program.BOARD[now.task].best[i];
  const name = i + 1 === now.now ? "adam" : "plain";
  return [
    line([[x(Math.min(...row)), y(i + 1)], [x(Math.max(...row)), y(i + 1)]], name),
    ...row.map((score, notch) => dot([x(score), y(i + 1)], notch === chosen ? 5 : 3.5, notch === chosen ? `${name} hollow` : name)),
  ];
}

/** How the net learns at every notch of the knob that is turned. */
function drawCourse(scene) {
  const { program, text, now, knobs, views: { course } } = scene;
  const { box, x, y } = course;
  const name = knobs[now.now - 1];
  const way = (values) => Array.from(values, (v, look) => [x((look + 1) / program.LOOKS), y(v)]);
  const board = program.BOARD[now.task];
  const rows = board.course[now.now - 1];
  course.paths.replaceChildren(
    ...rows.map((values, notch) => line(way(values), notch === now.notch - 1 ? "adam" : notch === board.best[now.now - 1] ? "theory dashed" : "plain faint")),
  );
  const ends = rows.map((values, notch) => ({ at: [x(1), y(values.at(-1))], words: value(scene, name, notch), name: notch === now.notch - 1 ? "adam" : "plain" }));
  course.names.replaceChildren(
    axes(box, x, y, { xLabel: text.part, yLabel: phrase(text.learning, { knob: text[name] }), xTicks: [0, 0.5, 1], yTicks: [0, 0.2, 0.4, 0.6, 0.8, 1] }),
    ...spread(ends).map(({ at, words, name: shade }) => label(at[0] + 6, at[1] + 4, words, { class: shade === "adam" ? "adam colored" : shade })),
  );
}

/** Names at the ends of their lines, moved apart where they would lie on each other. */
function spread(ends) {
  const order = [...ends].sort((one, other) => one.at[1] - other.at[1]);
  const room = 14;
  order.forEach((end, i) => { if (i) end.at[1] = Math.max(end.at[1], order[i - 1].at[1] + room); });
  return ends;
}

function speak(scene) {
  const { demo, program, text, now, knobs, tell } = scene;
  const i = now.now - 1;
  const score = scores(scene, i)[now.notch - 1];
  const numbers = { now: now.now, score, lost: program.lost(best(scene), score), worst: worth(scene, i), ruined: ruined(scene, now.now) };
  tell(numbers);
  const said = { ...numbers, best: best(scene), knob: text[knobs[i]], value: value(scene, knobs[i], now.notch - 1) };
  demo.say(phrase(text.turned, said));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, last, views: { board, course } } = scene;
  const narrow = demo.narrow;
  const high = narrow ? 226 : between(height - 120, 230, 320);
  const second = high + 84;
  const names = narrow ? 84 : 100;
  const broad = narrow ? width - names - 16 : Math.round(width * 0.5) - names;
  board.box = { left: names, top: 32, width: broad, height: high };
  course.box = narrow
    ? { left: 40, top: second + 32, width: width - 122, height: high }
    : { left: names + broad + 56, top: 32, width: width - broad - names - 140, height: high };
  demo.size(width, second, [
    { name: "board", top: 0, height: second },
    { name: "course", top: second, height: second },
  ]);
  for (const view of [board, course]) demo.clip(view.box, view.clip);
  board.x = linear([0, 1.02], across(board.box));
  board.y = linear([0.4, last + 0.6], [board.box.top, board.box.top + high]);
  course.x = linear([0, 1], across(course.box));
  course.y = linear([0, 1.02], upward(course.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
