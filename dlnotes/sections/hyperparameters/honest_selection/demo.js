// Everybody's score in the order of the exam; beside it the best so far, and what it is worth.
import { axes, between, course, dot, label, line, linear, mount, phrase, upward } from "../../../demos/demo.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const [USUAL, ALL] = [[0.25, 0.8], [0, 1]]; // of the axes of scores
const TICKS = new Map([[USUAL, [0.3, 0.4, 0.5, 0.6, 0.7]], [ALL, [0, 0.25, 0.5, 0.75, 1]]]);

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { crowd: demo.view(LAYERS), course: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, last: program.PEOPLE };
  controls(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, now, last, views } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: 25, first: 1, last: () => last, show: () => moment(scene) });
  for (const name of ["questions", "spread"]) demo.slider({ name, change: change(name) });
  demo.button({ name: "again", press: () => set(scene, { draw: now.draw + 1 }) });
  demo.presets(
    {
      few: { questions: 25, now: last },
      many: { questions: 2500, now: last },
      skilled: { spread: 0.05, now: last },
      sure: { spread: 0.05, questions: 2500, now: last },
    },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => nearest(scene.run.best[last - 1]),
    reached: () => now.now >= last,
    because: () => ({ best: scene.run.best[last - 1], fresh: scene.run.fresh[last - 1] }),
  });
  scene.tell = demo.readouts(["now", "best", "fresh", "gap", "expected"], ["best", "fresh", "gap"]);
  scene.time = scene.clock.handle(views.course.front, (px) => views.course.x.invert(px), { panel: views.course });
  demo.probe(views.crowd, (px) => seen(scene, px));
}

const nearest = (best) => Object.entries({ half: 0.5, bit: 0.55, much: 0.63, most: 0.75 })
  .sort(([, a], [, b]) => Math.abs(a - best) - Math.abs(b - best))[0][0];

/** Who stands there, as far as the exam has come. */
function seen({ demo, text, now, run, last, views: { crowd } }, px) {
  const person = between(Math.round(crowd.x.invert(px)), 1, last);
  if (person > now.now) return "";
  const [score, worth] = [run.scores[person - 1], run.worth[person - 1]];
  return demo.untold() ? phrase(text.point, { person, score }) : phrase(text.point_worth, { person, score, worth });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  compute(scene);
  scales(scene);
  scene.demo.reflect();
  drawFrame(scene);
  moment(scene);
}

function compute(scene) {
  const { program, now } = scene;
  const key = [now.questions, now.spread, now.draw].join();
  if (scene.run?.key === key) return;
  const place = now.draw % program.OWN.length;
  const kept = (values) => Float64Array.from(values);
  const worth = kept(program.worth(program.OWN[place], now.spread));
  const scores = kept(program.scores(program.OWN[place], program.LUCK[place], now.spread, now.questions));
  const expected = kept(program.expected(program.LARGEST, now.spread, now.questions));
  const winners = [];
  scores.forEach((score, i) => winners.push(i && score <= scores[winners[i - 1]] ? winners[i - 1] : i));
  scene.run = {
    key, worth, scores, expected, winners,
    best: winners.map((i) => scores[i]),
    fresh: winners.map((i) => worth[i]),
  };
}

function drawFrame(scene) {
  const { demo, text, run, views: { crowd, course: right } } = scene;
  const told = !demo.untold();
  crowd.names.replaceChildren(
    axes(crowd.box, crowd.x, crowd.y, { xLabel: text.person, xTicks: [1, 25, 50, 75, 100], yTicks: TICKS.get(scene.heights) }),
    label(crowd.box.left - 4, crowd.box.top - 9, text.crowd, { class: "name" }),
  );
  right.names.replaceChildren(
    axes(right.box, right.x, right.y, { xLabel: text.tried, yLabel: text.score, xTicks: [1, 25, 50, 75, 100], yTicks: TICKS.get(scene.heights) }),
    ...key(right.box, [["plain", text.best], ...(told ? [["curvature dashed", text.fresh], ["theory dotted", text.theory]] : [])]),
  );
  right.paths.replaceChildren(...(told ? way(right, run.expected, run.expected.length, "theory dotted") : []));
}

/** Which line is which, in the lower right corner. */
function key({ left, top, width, height }, lines) {
  const px = left + width - 170;
  return lines.flatMap(([name, words], i) => {
    const py = top + height - 48 + 18 * i;
    return [line([[px, py], [px + 20, py]], name), label(px + 26, py + 4, words)];
  });
}

const way = ({ box, x, y }, values, until, name) =>
  course(box, Array.from(values.slice(0, until), (value, i) => [x(i + 1), y(value)]), name);

/** The exam as far as it has come. */
function moment(scene) {
  const { demo, text, now, run, views: { crowd, course: right } } = scene;
  const at = now.now;
  const winner = run.winners[at - 1];
  const told = !demo.untold();
  const spot = (values, i) => [crowd.x(i + 1), crowd.y(crowd.y.clamp(values[i]))];
  crowd.moving.replaceChildren(
    ...Array.from({ length: at }, (_, i) => dot(spot(run.scores, i), 3, i === winner ? "adam" : "plain faint")),
    dot(spot(run.scores, winner), 6, "adam"),
    ...(told ? [line([spot(run.scores, winner), spot(run.worth, winner)], "curvature dashed"), dot(spot(run.worth, winner), 5, "curvature hollow")] : []),
  );
  right.moving.replaceChildren(
    ...(told ? way(right, run.fresh, at, "curvature dashed") : []),
    ...way(right, run.best, at, "plain"),
    dot([right.x(at), right.y(right.y.clamp(run.best[at - 1]))], 5, "plain"),
  );
  scene.time.place(right.x(at), right.y(right.y.clamp(run.best[at - 1])), phrase(text.at, { now: at }));
  speak(scene, told);
}

function speak({ demo, text, now, run, tell }, told) {
  const i = now.now - 1;
  const numbers = { now: now.now, best: run.best[i], fresh: run.fresh[i], gap: run.best[i] - run.fresh[i], expected: run.expected[i] };
  tell(numbers, told ? {} : { fresh: "–", gap: "–", expected: "" });
  demo.say(phrase(text[!told ? "running" : numbers.gap > 0 ? "ended" : "honest"], numbers));
}

/** The usual heights, or all there are where somebody lies beyond. */
function scales(scene) {
  const { scores, expected } = scene.run;
  const usual = Math.min(...scores) > USUAL[0] && Math.max(...scores, ...expected) < USUAL[1];
  scene.heights = usual ? USUAL : ALL;
  for (const view of Object.values(scene.views)) view.y = linear(scene.heights, upward(view.box));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, last, views: { crowd, course: right } } = scene;
  const narrow = demo.narrow;
  const high = narrow ? 200 : between(height - 130, 200, 300);
  const second = high + 84;
  const broad = narrow ? width - 60 : Math.round(width * 0.46) - 40;
  crowd.box = { left: 40, top: 32, width: broad, height: high };
  right.box = narrow
    ? { left: 40, top: second + 32, width: broad, height: high }
    : { left: broad + 92, top: 32, width: width - broad - 112, height: high };
  demo.size(width, second, [
    { name: "crowd", top: 0, height: second },
    { name: "course", top: second, height: second },
  ]);
  for (const view of [crowd, right]) {
    demo.clip(view.box, view.clip);
    view.x = linear([-2, last + 3], [view.box.left, view.box.left + view.box.width]);
  }
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
