// Steps and penalties on two rulers one above the other; what each keeps; and the errors.
import { across, axes, between, dot, format, label, line, linear, log, mount, node, phrase, power, rect, upward } from "../../../demos/demo.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const LOW = 0.004; // of the axis of the errors
const HIGH = 3;
const ROUND = [100, 10, 1, 0.1, 0.01, 0.001, 0.0001]; // penalties that the ruler may name

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { kept: demo.view(LAYERS), errors: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, top: program.TIMES.length - 1 };
  controls(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now, top, views: { errors } } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: 14, last: () => top, show: () => moment(scene) });
  demo.choice({ name: "truth", change: change("truth") });
  for (const name of ["factor", "lr", "noise"]) demo.slider({ name, change: change(name) });
  const end = { now: top };
  demo.presets(
    {
      half: { ...end, factor: 0.5 },
      only_steep: { ...end, truth: "steep" },
      only_flat: { ...end, truth: "flat" },
      loud: { ...end, noise: 3 },
    },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => Object.keys(program.GUESSES).reduce((best, name) => (miss(scene, name) < miss(scene, best) ? name : best)),
    reached: () => now.now >= top,
    because: () => ({ apart: scene.run.apart(top) }),
  });
  scene.tell = demo.readouts(["steps", "alpha", "apart", "stop_error", "ridge_error"], ["alpha", "apart", "stop_error", "ridge_error"]);
  const place = (px) => {
    const far = (i) => Math.abs(errors.x(program.TIMES[i]) - px);
    return program.TIMES.reduce((best, _, i) => (far(i) < far(best) ? i : best), 0);
  };
  scene.time = scene.clock.handle(errors.front, place, { panel: errors });
  demo.probe(errors, (px) => seen(scene, place(px)));
}

/** By how much a guessed penalty misses what the last step keeps. */
function miss({ program, run, top }, name) {
  return program.apart(run.stopped(top), program.penalized(program.GUESSES[name]));
}

/** The errors at a place of the rulers, as far as they may be told. */
function seen({ demo, program, text, now, run }, at) {
  if (demo.untold() && at > now.now) return "";
  const told = !demo.untold();
  const numbers = { steps: program.TIMES[at], stop: run.stop[at], alpha: run.alpha(at), ridge: run.ridge[at] };
  return phrase(told ? text.point : text.at, numbers);
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  compute(scene);
  scene.demo.reflect();
  drawFrame(scene);
  moment(scene);
}

/** The errors along both rulers, and what is kept at a place of them. */
function compute(scene) {
  const { program, now } = scene;
  const truth = program.TRUTHS[now.truth];
  const times = program.TIMES;
  const copy = (values) => Float64Array.from(values);
  const alpha = (at) => program.across(now.lr, times[at], now.factor);
  const stopped = (at) => copy(program.stopped(now.lr, times[at]));
  const penalized = (at) => copy(program.penalized(alpha(at)));
  scene.run = {
    alpha, stopped, penalized,
    apart: (at) => program.apart(stopped(at), penalized(at)),
    stop: copy(program.errors_stopped(now.lr, truth, now.noise)),
    ridge: copy(program.errors_penalized(now.lr, now.factor, truth, now.noise)),
  };
}

/** Axes and rulers; the penalties stand on theirs once they may be told. */
function drawFrame(scene) {
  const { demo, program, text, now, views: { kept, errors } } = scene;
  const told = !demo.untold();
  kept.names.replaceChildren(
    axes(kept.box, kept.x, kept.y, { xLabel: text.curvature, yLabel: text.share, xTicks: [0.001, 0.01, 0.1, 1], yTicks: [0, 0.5, 1] }),
    ...key(kept.box, text, told),
  );
  errors.names.replaceChildren(
    axes(errors.box, errors.x, errors.y, { yLabel: text.error_axis, xTicks: [1, 10, 100, 1000], yTicks: [0.01, 0.1, 1], yFormat: power }),
    label(errors.box.left + errors.box.width, errors.box.top + errors.box.height + 34, text.steps_axis, { "text-anchor": "end", class: "name" }),
    ...(told ? [...ruler(scene), ...named(scene)] : []),
  );
  errors.paths.replaceChildren(...(told ? curves(scene, scene.top, "faint") : []));
}

/** The second ruler, which slides along the first when η or the factor changes. */
function ruler({ program, text, now, views: { errors: { box, x } } }) {
  const at = box.top + box.height + 46;
  const marks = ROUND.map((alpha) => [alpha, x(program.across(now.lr, alpha, now.factor))]);
  const inside = marks.filter(([, px]) => px >= box.left - 1 && px <= box.left + box.width + 1);
  const group = node("g", { class: "demo-axes curvature" }, node("path", { d: `M${box.left} ${at}H${box.left + box.width}` }));
  for (const [alpha, px] of inside) {
    group.append(node("path", { d: `M${px} ${at}v4` }), label(px, at + 17, format(alpha), { "text-anchor": "middle" }));
  }
  return [group, label(box.left + box.width, at + 34, text.alpha_axis, { "text-anchor": "end", class: "name" })];
}

/** Which bar and which line is which. */
function key({ left, top, width }, text, told) {
  const marks = told ? [["plain", text.stop], ["curvature", text.ridge]] : [["plain", text.stop]];
  const from = left + width - 88 * marks.length;
  return marks.flatMap(([name, words], i) => [
    rect({ left: from + 88 * i, top: top - 18, width: 12, height: 10 }, { class: name, fill: "currentColor", "fill-opacity": name === "plain" ? 0.85 : 0.45 }),
    label(from + 88 * i + 17, top - 9, words),
  ]);
}

/** Each line by its name: the higher one above it, the lower one below, on the side the line leaves free. */
function named({ program, text, run, views: { errors: { x, y } } }) {
  const at = Math.round(0.4 * program.TIMES.length);
  const height = (values, i) => y(y.clamp(values[i]));
  const falls = height(run.stop, at + 2) > height(run.stop, at - 2);
  const [left, right] = [{ "text-anchor": "end" }, { "text-anchor": "start" }];
  const px = x(program.TIMES[at]);
  return [["stop", "ridge", "plain"], ["ridge", "stop", "curvature"]].map(([own, other, family]) => {
    const above = height(run[own], at) < height(run[other], at) || (own === "ridge" && run.stop[at] === run.ridge[at]);
    return label(px, height(run[own], at) + (above ? -10 : 20), text[own], { class: `colored ${family}`, ...(above === falls ? right : left) });
  });
}

function curves(scene, until, shade = "") {
  const { demo, program, run, views: { errors: { x, y } } } = scene;
  const way = (values, name) => line(Array.from(values.slice(0, until + 1), (value, i) => [x(program.TIMES[i]), y(y.clamp(value))]), `${name} ${shade}`);
  return [way(run.stop, "plain"), ...(demo.untold() ? [] : [way(run.ridge, "curvature dashed")])];
}

/** The place that is shown. */
function moment(scene) {
  const { demo, program, text, now, run, views: { kept, errors } } = scene;
  const at = now.now;
  const untold = demo.untold();
  const bars = [["plain", run.stopped(at), -1, 0.85]];
  if (!untold) bars.push(["curvature", run.penalized(at), 0, 0.45]);
  kept.moving.replaceChildren(...bars.flatMap(([name, shares, side, solid]) => Array.from(shares, (share, i) => bar(kept, program.CURVATURE[i], share, side, { class: name, fill: "currentColor", "fill-opacity": solid }))));
  const [px, py] = [errors.x(program.TIMES[at]), errors.y(errors.y.clamp(run.stop[at]))];
  const other = untold ? [] : [dot([px, errors.y(errors.y.clamp(run.ridge[at]))], 4, "curvature hollow")];
  errors.moving.replaceChildren(...curves(scene, at), ...other, dot([px, py], 4, "plain"));
  scene.time.place(px, py, phrase(text.at, { steps: program.TIMES[at] }));
  speak(scene, untold);
}

function bar({ box, x, y }, curvature, share, side, attributes) {
  const wide = box.width / 22;
  const height = y(0) - y(share);
  return rect({ left: x(curvature) + side * wide, top: y(share), width: wide - 1, height }, attributes);
}

function speak({ demo, program, text, now, run, tell }, untold) {
  const at = now.now;
  const kept = run.stopped(at);
  const numbers = { steps: program.TIMES[at], alpha: run.alpha(at), apart: run.apart(at), stop_error: run.stop[at], ridge_error: run.ridge[at] };
  tell(numbers, untold ? { alpha: "–", apart: "–", ridge_error: "–" } : {});
  const said = { ...numbers, first: kept[0], last: kept.at(-1), stop: run.stop[at], ridge: run.ridge[at] };
  demo.say(phrase(untold ? text.running : text.told, said));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, views: { kept, errors } } = scene;
  const narrow = demo.narrow;
  const high = narrow ? 200 : between(height - 150, 190, 280);
  const second = high + 120;
  const broad = narrow ? width - 60 : Math.round(width * 0.46) - 44;
  kept.box = { left: 40, top: 30, width: broad, height: high };
  errors.box = narrow
    ? { left: 46, top: second + 30, width: width - 66, height: high }
    : { left: broad + 98, top: 30, width: width - broad - 118, height: high };
  demo.size(width, second, [
    { name: "kept", top: 0, height: second },
    { name: "errors", top: second, height: second },
  ]);
  for (const view of [kept, errors]) demo.clip(view.box, view.clip);
  kept.x = log([0.0006, 1.7], across(kept.box));
  kept.y = linear([0, 1.02], upward(kept.box));
  errors.x = log([0.9, program.LAST + 150], across(errors.box));
  errors.y = log([LOW, HIGH], upward(errors.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
