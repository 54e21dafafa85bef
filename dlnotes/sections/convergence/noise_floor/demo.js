// The loss, the sharpness beside its limit and from close up, and the net among its points.
import {
  across, axes, between, course, dot, format, label, line, linear, log, mount, phrase, upward,
} from "../../../demos/demo.js";
import { compute, jumping, outcome, share, weightsAt } from "./runs.js";

const LAYERS = ["ground", "paths", "moving", "names", "events", "front"];
const HIGHEST = 16; // sharpness at the top of its axis
const [RECENT, BESIDE] = [50, 1.2]; // steps seen from close up, and how far on each side of the limit

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { loss: demo.view(LAYERS), sharp: demo.view(LAYERS), fit: demo.view(LAYERS), near: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views };
  controls(scene);
  handles(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: 40, last: () => program.STEPS, show: () => moment(scene) });
  for (const name of ["lr", "noise"]) demo.slider({ name, change: change(name) });
  demo.presets(
    { opening: { now: program.STEPS }, half: { lr: 0.15, now: program.STEPS }, noisy: { lr: 0.15, noise: 0.1, now: program.STEPS }, triple: { lr: 0.7, now: 60 } },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => outcome(scene),
    reached: () => now.now >= program.STEPS,
    because: () => ({ crossed: scene.run.crossed, leap: scene.run.leap, share: share(scene) }),
  });
  scene.tell = demo.readouts(["now", "loss", "sharp", "limit", "crossed"], ["loss", "sharp"]);
}

function handles(scene) {
  const { demo, program, views: { loss, sharp } } = scene;
  scene.time = scene.clock.handle(loss.front, (px) => loss.x.invert(px), { panel: loss });
  scene.limit = demo.handle({
    name: "limit",
    parent: sharp.front,
    panel: sharp,
    shape: "diamond",
    way: "y",
    step: 3,
    move: (_, py) => {
      const height = between(sharp.y.invert(py), program.limit(0.8), program.limit(0.14));
      set(scene, { lr: Number(program.rate(height).toPrecision(3)) });
    },
  });
  for (const view of [loss, sharp]) demo.probe(view, (px) => seen(scene, px));
}

/** What stands at a place of the two curves, as far as it may be told. */
function seen({ demo, program, text, now, run, views: { loss } }, px) {
  const step = between(Math.round(loss.x.invert(px)), 0, program.STEPS);
  if (demo.untold() && step > now.now) return "";
  return phrase(text.here, { step, loss: run.losses[step], sharp: run.sharps[step] });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, now } = scene;
  Object.assign(now, changed);
  compute(scene);
  demo.reflect();
  drawFrame(scene);
  moment(scene);
}

/** Axes, the limit, and the curves that are still to come. */
function drawFrame(scene) {
  const { demo, text, now, run, views: { loss, sharp, fit } } = scene;
  const right = loss.box.left + loss.box.width;
  const noise = now.noise ? phrase(text.noisy_now, { noise: now.noise }) : text.noiseless;
  loss.names.replaceChildren(
    axes(loss.box, loss.x, loss.y, { yLabel: text.loss_axis, yTicks: [0.01, 0.1, 1] }),
    label(right, loss.box.top - 9, noise, { "text-anchor": "end" }),
  );
  const height = sharp.y(sharp.y.clamp(run.limit));
  const { left, top, width } = sharp.box;
  const place = Math.max(height - 8, top + 12);
  sharp.names.replaceChildren(
    axes(sharp.box, sharp.x, sharp.y, { xLabel: text.steps, yLabel: text.sharp_axis, yTicks: [0, 5, 10, 15] }),
    label(left + 8, place, phrase(text.line, { limit: run.limit }), { class: "theory colored" }),
  );
  sharp.ground.replaceChildren(line([[left, height], [left + width, height]], "theory dashed"));
  scene.limit.place(left + width + 14, height, phrase(text.line, { limit: run.limit }));
  for (const [view, values] of [[loss, run.losses], [sharp, run.sharps]]) {
    view.paths.replaceChildren(...(demo.untold() ? [] : course(view.box, points(view, values), "plain faint")));
  }
  const { x, y } = fit;
  fit.ground.replaceChildren(...scene.program.X.map((at, i) => dot([x(at), y(scene.program.Y[i])], 4, "plain hollow")));
  fit.names.replaceChildren(
    axes(fit.box, x, y, { xTicks: [-1, 0, 1], yTicks: [-1, 0, 1] }),
    label(fit.box.left - 4, fit.box.top - 9, text.fit, { class: "name" }),
  );
}

const points = ({ x, y }, values) => Array.from(values, (value, step) => [x(step), y(Math.max(value, y.domain[0]))]);

/** The step that is shown. */
function moment(scene) {
  compute(scene);
  const { program, text, now, run, views: { loss, sharp, fit } } = scene;
  const at = now.now;
  for (const [view, values] of [[loss, run.losses], [sharp, run.sharps]]) {
    const until = points(view, values.subarray(0, at + 1));
    const left = (step) => phrase(text.at, { step });
    const head = until.at(-1)[1] >= view.box.top ? [dot(until.at(-1), 5, "plain")] : [];
    view.moving.replaceChildren(...course(view.box, until, "plain", left), ...head);
  }
  drawEvents(scene);
  const heights = program.drawn(weightsAt(scene, at));
  const net = program.GRID.map((x, i) => [fit.x(x), fit.y(heights[i])]);
  fit.moving.replaceChildren(line(net, "plain"));
  drawNear(scene);
  scene.time.place(loss.x(at), loss.y(loss.y.clamp(run.losses[at] || loss.y.domain[1])), phrase(text.at, { step: at }));
  speak(scene);
}

/** What the answer speaks of, as far as it has come: where the line is crossed, where the loss leaps. */
function drawEvents({ program, text, now, run, views: { loss, sharp } }) {
  const { crossed, leap, gone } = run;
  const soon = leap > crossed && leap - crossed < 60; // after the crossing there is no room for words
  const mark = (view, step, value, rise, before) => {
    const at = [view.x(step), view.y(value)];
    return [dot(at, 4, "theory"), label(at[0] + (before ? -9 : 9), at[1] + rise, phrase(text.at, { step }), { class: "theory colored", "text-anchor": before ? "end" : "start" })];
  };
  const leaps = !now.noise && Number.isFinite(crossed) && leap > crossed && leap <= now.now && !Number.isFinite(gone);
  loss.events.replaceChildren(...(leaps ? mark(loss, leap, run.losses[leap], 0, leap > program.STEPS - program.LATE) : []));
  sharp.events.replaceChildren(...(crossed > 0 && crossed <= now.now && !Number.isFinite(gone) ? mark(sharp, crossed, run.limit, 21, soon) : []));
}

/** The last steps from close up, a dot each: whether the sharpness zigzags about the limit; an arrow where it is beyond. */
function drawNear({ text, now: { now }, run, views: { near } }) {
  const { box, ground, moving, names } = near;
  const first = Math.max(0, now - RECENT);
  const x = linear([first, first + RECENT], across(box));
  const y = linear([run.limit - BESIDE, run.limit + BESIDE], upward(box));
  const recent = Array.from(run.sharps.subarray(first, now + 1), (sharp, i) => [x(first + i), y(sharp)]);
  const seen = recent.filter(([, height]) => height > box.top && height < box.top + box.height);
  ground.replaceChildren(line([[box.left, y(run.limit)], [box.left + box.width, y(run.limit)]], "theory dashed"));
  moving.replaceChildren(line(recent, "plain beside"), ...seen.map((at) => dot(at, 2.2, "plain")));
  const off = run.sharps[now] - run.limit;
  const beyond = Math.abs(off) > BESIDE ? `${off > 0 ? "↑" : "↓"} ${text.sharp} ${format(run.sharps[now])}` : "";
  names.replaceChildren(
    axes(box, x, y, { xLabel: text.steps, yLabel: text.recent, xTicks: x.ticks(4), yTicks: y.ticks(3) }),
    label(box.left + box.width - 6, off > 0 ? box.top + 14 : box.top + box.height - 8, beyond, { "text-anchor": "end" }),
  );
}

function speak(scene) {
  const { demo, text, now, run } = scene;
  const at = now.now;
  const crossed = run.crossed <= at ? run.crossed : Infinity;
  const numbers = { now: at, loss: run.losses[at], sharp: run.sharps[at], limit: run.limit, crossed };
  scene.tell(numbers, Number.isFinite(crossed) ? {} : { crossed: "" });
  demo.say(phrase(text[verdict(scene)], numbers));
}

function verdict(scene) {
  const { program, now, run } = scene;
  if (now.now === 0) return "before";
  if (run.gone <= now.now) return "gone";
  const jumps = jumping(scene, now.now);
  if (run.crossed > now.now) return jumps ? "shaking" : "below";
  if (jumps) return "bouncing";
  if (program.near(run.sharps[now.now], run.limit) === 1) return "near";
  return run.sharps[now.now] > run.limit ? "over" : "below";
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, views: { loss, sharp, fit, near } } = scene;
  const narrow = demo.narrow;
  const broad = narrow ? width : Math.round(width * 0.62);
  const [first, second] = narrow ? [74, 92] : [between(height * 0.36, 120, 160), between(height * 0.4, 130, 180)].map(Math.round);
  loss.box = { left: 44, top: 24, width: broad - 68, height: first };
  sharp.box = { left: 44, top: first + 76, width: broad - 68, height: second };
  const bottom = sharp.box.top + second + (narrow ? 40 : 46);
  const beside = narrow ? { left: 34, width: width - 48 } : { left: broad + 34, width: width - broad - 50 };
  fit.box = { ...beside, top: narrow ? bottom + 24 : loss.box.top, height: first };
  near.box = { ...beside, top: narrow ? bottom + first + 76 : sharp.box.top, height: second };
  demo.size(width, bottom, [
    { name: "curve", top: 0, height: bottom },
    { name: "inside", top: bottom, height: bottom },
  ]);
  for (const view of [loss, sharp, fit, near]) demo.clip(view.box, view.clip);
  loss.x = sharp.x = linear([0, program.STEPS], across(loss.box));
  loss.y = log([0.004, 12], upward(loss.box));
  sharp.y = linear([0, HIGHEST], upward(sharp.box));
  fit.x = linear([-1.08, 1.08], across(fit.box));
  fit.y = linear([-1.6, 1.6], upward(fit.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
