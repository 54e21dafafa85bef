// Points and a sum of waves; beside them the two errors against how many waves, as far as it has come.
import { axes, between, course, dot, label, line, linear, log, mount, phrase } from "../../../demos/demo.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const LOW = 0.01; // where the axis of the errors begins
const HIGH = 1000;
const ROOM = 2.4; // of the heights, at least
const GUESSES = { 1: "one", 15: "fifteen", 50: "fifty", 200: "most" };

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { fit: demo.view(LAYERS), errors: demo.view(LAYERS) };
  const widths = program.WIDTHS;
  const scene = { demo, program, text, now, views, widths, top: widths.length - 1 };
  controls(scene);
  widened(scene, now.draw % program.NOISES.length); // so that the first picture does not wait for it
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, now, top, widths, views: { errors } } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: 6, last: () => top, show: () => moment(scene) });
  for (const name of ["noise", "alpha"]) demo.slider({ name, change: change(name) });
  demo.toggle({ name: "length", change: change("length") });
  demo.button({ name: "again", press: () => set(scene, { draw: now.draw + 1 }) });
  const edge = widths.indexOf(scene.program.POINTS);
  demo.presets(
    {
      quiet: { noise: 0, now: edge },
      long: { length: true, now: edge },
      paid: { alpha: 1e-3, now: edge },
      dear: { alpha: 10, now: top },
    },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => GUESSES[scene.run.worst],
    reached: () => now.now >= top,
    because: () => ({ top: scene.run.test[edge], end: scene.run.test[top] }),
  });
  scene.tell = demo.readouts(["width", "train", "test", "worst", "size"], ["width", "train", "test", "worst"]);
  scene.time = scene.clock.handle(errors.front, (px) => nearest(scene, px), { panel: errors });
  demo.probe(errors, (px) => seen(scene, px));
}

/** The place in the list of the width that is nearest to a place in the picture. */
function nearest({ widths, views: { errors } }, px) {
  const away = widths.map((width) => Math.abs(errors.x(width) - px));
  return away.indexOf(Math.min(...away));
}

/** What the two errors are at a width, as far as it may be told. */
function seen(scene, px) {
  const { demo, text, now, run, widths } = scene;
  const at = nearest(scene, px);
  if (demo.untold() && at > now.now) return "";
  return phrase(text.point, { width: widths[at], train: run.train[at], test: run.test[at], size: run.size[at] });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  compute(scene);
  scene.demo.reflect();
  drawFrame(scene);
  moment(scene);
}

/** What the noise makes of every width. */
function compute(scene) {
  const { program, now, widths } = scene;
  const key = [now.noise, now.alpha, now.draw].join();
  if (scene.run?.key === key) return;
  const draw = now.draw % program.NOISES.length;
  const wide = widened(scene, draw);
  const y = program.heights(program.NOISES[draw], now.noise);
  const size = program[now.alpha ? "size_paid" : "size"];
  const run = {
    key,
    y,
    curves: wide.map(([, fit]) => program.curve(fit, y)),
    train: wide.map(([, fit]) => program.train(fit, y)),
    test: wide.map(([, fit]) => program.test(fit, y, now.noise)),
    size: wide.map(([weights]) => size(weights, y)),
  };
  run.worst = widths[run.test.indexOf(Math.max(...run.test))];
  scene.run = run;
}

/** Every width, one wave more at a time; whatever the noise. Those of one draw are kept. */
function widened(scene, draw) {
  const { program, now: { alpha }, widths } = scene;
  if (scene.wide?.draw !== draw) scene.wide = { draw, at: {} };
  const known = scene.wide.at;
  if (known[alpha]) return known[alpha];
  const [frequencies, phases] = [program.FREQUENCIES[draw], program.PHASES[draw]];
  const widen = alpha ? program.widen_paid : program.widen;
  const points = program.POINTS;
  let wide = [
    new Float64Array((alpha ? points : frequencies.length) * points),
    new Float64Array((points + program.THERE.length) * points),
  ];
  known[alpha] = [];
  for (let before = 0; before < frequencies.length; before++) {
    wide = widen(...wide, frequencies[before], phases[before], alpha || before);
    if (widths.includes(before + 1)) known[alpha].push(wide);
  }
  return known[alpha];
}

/** Axes, points, and the errors that are still to come. */
function drawFrame(scene) {
  const { demo, program, text, now, run, top, views: { fit, errors } } = scene;
  const told = !demo.untold();
  const reach = Math.max(ROOM, 1.06 * Math.max(...Array.from(run.y, Math.abs))); // every point is in the picture
  fit.y = linear([-reach, reach], [fit.box.top + fit.box.height, fit.box.top]);
  fit.names.replaceChildren(
    axes(fit.box, fit.x, fit.y, { xTicks: [-1, 0, 1], yTicks: [-2, -1, 0, 1, 2] }),
    label(fit.box.left - 4, fit.box.top - 9, text.fit, { class: "name" }),
    ...(told ? key(fit.box, [["theory dashed", text.truth]]) : []),
  );
  const wave = Array.from(program.THERE, (x) => [fit.x(x), fit.y(program.truth(x))]);
  fit.ground.replaceChildren(...(told ? [line(wave, "theory dashed")] : []));
  fit.front.replaceChildren(...Array.from(program.PLACES, (x, i) => dot([fit.x(x), fit.y(run.y[i])], 4, "plain")));
  const length = now.length && told ? [["momentum dotted", text.size]] : [];
  errors.names.replaceChildren(
    axes(errors.box, errors.x, errors.y, { xLabel: text.many, yLabel: text.error_axis, xTicks: [1, 2, 5, 15, 50, 200] }),
    ...key(errors.box, [["plain dashed", text.train], ["plain", text.test], ...length], errors.box.top + errors.box.height + 52),
  );
  errors.paths.replaceChildren(
    ...(told ? curves(scene, top, "faint") : []),
    ...(length.length ? way(scene, run.size, top, "momentum dotted") : []),
  );
}

/** Which line is which; in two rows where one is too narrow for them. */
function key({ left, width, top }, lines, height = top - 13) {
  const below = height > top;
  const rows = below && lines.length > 2 ? [lines.slice(0, 2), lines.slice(2)] : [lines];
  const wide = Math.min(width / rows[0].length, 160);
  const from = below ? left : left + width - wide * lines.length;
  return rows.flatMap((row, down) => row.flatMap(([name, words], i) => [
    line([[from + i * wide, height + 18 * down], [from + i * wide + 20, height + 18 * down]], name),
    label(from + i * wide + 25, height + 18 * down + 4, words),
  ]));
}

/** A line over the widths up to one; where it leaves the picture it says at which. */
function way({ text, widths, views: { errors: { box, x, y } } }, values, until, name, said) {
  const points = values.slice(0, until + 1).map((value, i) => [x(widths[i]), y(between(value, LOW / 3, 3 * HIGH))]);
  return course(box, points, name, said && ((i) => phrase(text.flies, { width: widths[i] })));
}

function curves(scene, until, shade = "") {
  const { run } = scene;
  return [...way(scene, run.train, until, `plain dashed ${shade}`), ...way(scene, run.test, until, `plain ${shade}`, !shade)];
}

/** The width that is shown. */
function moment(scene) {
  const { demo, program, text, now, run, widths, views: { fit, errors } } = scene;
  const at = now.now;
  const heights = run.curves[at];
  fit.moving.replaceChildren(line(Array.from(program.THERE, (x, i) => [fit.x(x), fit.y(between(heights[i], -40, 40))]), "adam"));
  const spot = (values) => [errors.x(widths[at]), errors.y(errors.y.clamp(values[at]))];
  const trained = run.train[at] < LOW ? [] : [dot(spot(run.train), 4, "plain hollow")]; // 0 has no place on a log axis
  errors.moving.replaceChildren(...curves(scene, at), ...trained, dot(spot(run.test), 5, "plain"));
  scene.time.place(errors.x(widths[at]), spot(run.test)[1], phrase(text.at, { width: widths[at] }));
  speak(scene, demo.untold());
}

function speak({ demo, text, now, run, widths, tell }, untold) {
  const at = now.now;
  const numbers = { width: widths[at], worst: run.worst };
  for (const name of ["train", "test", "size"]) numbers[name] = run[name][at];
  tell(numbers, untold ? { worst: "–", size: "–" } : {});
  demo.say(phrase(text[untold ? "running" : widths[at] === run.worst ? "here" : "ended"], numbers));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, views: { fit, errors } } = scene;
  const narrow = demo.narrow;
  const high = narrow ? 200 : between(height - 162, 200, 300);
  const second = high + 108;
  const broad = narrow ? width - 52 : Math.round(width * 0.42) - 40;
  fit.box = { left: 36, top: 26, width: broad, height: high };
  errors.box = narrow
    ? { left: 44, top: second + 26, width: width - 64, height: high }
    : { left: broad + 92, top: 26, width: width - broad - 112, height: high };
  demo.size(width, second, [
    { name: "errors", top: second, height: second },
    { name: "fit", top: 0, height: second },
  ]);
  for (const view of [fit, errors]) demo.clip(view.box, view.clip);
  fit.x = linear([-1.05, 1.05], [fit.box.left, fit.box.left + fit.box.width]);
  errors.x = log([1, 200], [errors.box.left, errors.box.left + errors.box.width - 8]); // room for the last dots
  errors.y = log([LOW, HIGH], [errors.box.top + high, errors.box.top]);
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
