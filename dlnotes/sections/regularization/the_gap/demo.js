// Points and a polynomial; beside them the two errors against the degree, as far as it has come.
import { axes, between, course, dot, label, line, linear, log, mount, phrase } from "../../../demos/demo.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const LOW = 0.003; // where the axis of the errors begins
const HIGH = 30;
const ROOM = 2.4; // of the heights, at least
const GUESSES = { 3: "three", 5: "five", 8: "eight", 14: "fourteen" };

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { fit: demo.view(LAYERS), errors: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, top: program.TERMS - 1 };
  controls(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, now, top, views: { errors } } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: 3, last: () => top, show: () => moment(scene) });
  for (const name of ["noise", "alpha"]) demo.slider({ name, change: change(name) });
  demo.toggle({ name: "parts", change: change("parts") });
  demo.button({ name: "again", press: () => set(scene, { draw: now.draw + 1 }) });
  demo.presets(
    {
      quiet: { noise: 0.05, now: top },
      loud: { noise: 0.8, now: top },
      cheap: { alpha: 1e-6, now: top },
      dear: { alpha: 1, now: top },
      split: { parts: true, now: top },
    },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => GUESSES[scene.run.best],
    reached: () => now.now >= top,
    because: () => ({ low: scene.run.test[scene.run.best], end: scene.run.test[top] }),
  });
  scene.tell = demo.readouts(["now", "train", "test", "best", "size", "bias", "variance"], ["train", "test", "best", "size"]);
  scene.time = scene.clock.handle(errors.front, (px) => errors.x.invert(px), { panel: errors });
  demo.probe(errors, (px) => seen(scene, px));
}

/** What the two errors are at a degree, as far as it may be told. */
function seen({ demo, text, now, run, top, views: { errors } }, px) {
  const degree = between(Math.round(errors.x.invert(px)), 0, top);
  if (demo.untold() && degree > now.now) return "";
  return phrase(text.point, { degree, train: run.train[degree], test: run.test[degree] });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  compute(scene);
  scene.demo.reflect();
  drawFrame(scene);
  moment(scene);
}

/** Every degree at once, for the points as they are; and what an average over the noise would be. */
function compute(scene) {
  const { program, now } = scene;
  const key = [now.noise, now.alpha, now.draw].join();
  if (scene.run?.key === key) return;
  if (scene.made?.alpha !== now.alpha) scene.made = { alpha: now.alpha, z: Float64Array.from(program.columns(now.alpha)) };
  const { z } = scene.made;
  const kept = (values) => Float64Array.from(values);
  const y = kept(program.heights(program.DRAWS[now.draw % program.DRAWS.length], now.noise));
  const found = kept(program.fits(z, y, now.alpha));
  const test = kept(program.test(found, now.noise));
  const still = kept(program.fits(z, program.heights(program.DRAWS[0], 0), now.alpha));
  scene.run = {
    key, y, test,
    curve: kept(program.curve(found)),
    train: kept(program.train(found, y)),
    size: kept(program.size(found)),
    bias: kept(program.test(still, 0)),
    variance: kept(program.variance(z, now.alpha, now.noise)),
    best: test.indexOf(Math.min(...test)),
  };
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
  const parts = now.parts && told ? [["curvature", text.bias], ["momentum dotted", text.variance]] : [];
  errors.names.replaceChildren(
    axes(errors.box, errors.x, errors.y, { xLabel: text.degree, yLabel: text.error_axis, xTicks: [0, 2, 4, 6, 8, 10, 12, 14] }),
    ...key(errors.box, [["plain dashed", text.train], ["plain", text.test], ...parts], errors.box.top + errors.box.height + 52),
  );
  errors.paths.replaceChildren(
    ...(told ? curves(scene, top, "faint") : []),
    ...(parts.length ? [...way(scene, run.bias, top, "curvature"), ...way(scene, run.variance, top, "momentum dotted")] : []),
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

/** A line over the degrees up to one; where it leaves the picture it says at which. */
function way({ text, views: { errors: { box, x, y } } }, values, until, name, said) {
  const points = Array.from(values.slice(0, until + 1), (value, i) => [x(i), y(Math.max(value, LOW / 3))]);
  return course(box, points, name, said && ((i) => phrase(text.flies, { degree: i })));
}

function curves(scene, until, shade = "") {
  const { run } = scene;
  return [...way(scene, run.train, until, `plain dashed ${shade}`), ...way(scene, run.test, until, `plain ${shade}`, !shade)];
}

/** The degree that is shown. */
function moment(scene) {
  const { demo, program, text, now, run, views: { fit, errors } } = scene;
  const at = now.now;
  const heights = run.curve.subarray(at * program.GRID, (at + 1) * program.GRID);
  fit.moving.replaceChildren(line(Array.from(program.THERE, (x, i) => [fit.x(x), fit.y(between(heights[i], -40, 40))]), "adam"));
  const spot = (values) => [errors.x(at), errors.y(errors.y.clamp(values[at]))];
  const trained = run.train[at] < LOW ? [] : [dot(spot(run.train), 4, "plain hollow")]; // 0 has no place on a log axis
  errors.moving.replaceChildren(...curves(scene, at), ...trained, dot(spot(run.test), 5, "plain"));
  scene.time.place(errors.x(at), spot(run.test)[1], phrase(text.at, { degree: at }));
  speak(scene, demo.untold());
}

function speak({ demo, text, now, run, tell }, untold) {
  const at = now.now;
  const numbers = { now: at, best: run.best };
  for (const name of ["train", "test", "size", "bias", "variance"]) numbers[name] = run[name][at];
  tell(numbers, untold ? { best: "–", size: "–", bias: "", variance: "" } : {});
  demo.say(phrase(text[untold ? "running" : at === run.best ? "here" : "ended"], numbers));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, top, views: { fit, errors } } = scene;
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
  errors.x = linear([0, top], [errors.box.left, errors.box.left + errors.box.width]);
  errors.y = log([LOW, HIGH], [errors.box.top + high, errors.box.top]);
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
