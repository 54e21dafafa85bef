// The loss, the sharpness beside its limit, and the valley cut open under the ball.
import {
  across, axes, between, dot, label, line, linear, log, mount, phrase, upward,
} from "../../../demos/demo.js";
import { compute, hops, outcome, rateAt, weightsAt } from "./runs.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const HIGHEST = 24; // sharpness at the top of its axis
const LOSSES = [0.003, 30];
const WALL = 10; // loss at the top of the cut

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { loss: demo.view(LAYERS), sharp: demo.view(LAYERS), cut: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views };
  controls(scene);
  handles(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now } = scene;
  const rate = () => (hops(scene, now.now) || hops(scene, now.now + 1) ? 5 : 60);
  scene.clock = demo.clock({ rate, last: () => last(scene), show: () => moment(scene) });
  scene.times = demo.slider({ name: "times", change: (times) => set(scene, { times }) });
  demo.presets(
    {
      below: { times: 0.9, now: program.STEPS },
      leap: { times: 1.5, now: program.STEPS },
      triple: { times: 3, now: 34 },
    },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => outcome(scene),
    reached: () => now.now >= last(scene),
    because: () => told(scene),
  });
  scene.tell = demo.readouts(["now", "loss", "sharp", "lr", "allowed"], ["lr", "allowed"]);
}

const last = ({ program, run }) => Math.min(run.gone, program.STEPS);

/** What the verdict says of a run that has been seen to its end. */
function told({ program, run: { losses, sharps, raised } }) {
  const first = losses[program.BEFORE];
  const end = losses.length - 1;
  return {
    peak: Math.round(Math.max(...losses) / first),
    end: losses[end] / first,
    before: sharps[program.BEFORE],
    after: sharps[end],
    limit: program.limit(raised),
  };
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
      const times = between(program.multiple(sharp.y.invert(py), program.SHARP), program.LOW, program.HIGH);
      set(scene, { times: Number(times.toPrecision(3)) });
    },
  });
  for (const view of [loss, sharp]) demo.probe(view, (px) => seen(scene, px));
}

/** What stands at a place of the two curves, as far as it may be told. */
function seen({ demo, program, text, now, run, views: { loss } }, px) {
  const step = between(Math.round(loss.x.invert(px)), 0, program.STEPS);
  if ((demo.untold() && step > now.now) || !Number.isFinite(run.losses[step])) return "";
  return phrase(text.here, { step, loss: run.losses[step], sharp: run.sharps[step] });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, now } = scene;
  const before = scene.run && now.times;
  Object.assign(now, changed);
  if (before !== now.times) compute(scene);
  demo.reflect();
  drawFrame(scene);
  moment(scene);
}

/** Axes, the limit, and the curves that are still to come. */
function drawFrame(scene) {
  const { demo, program, text, run, views: { loss, sharp, cut } } = scene;
  const allowed = program.limit(run.raised);
  const right = sharp.box.left + sharp.box.width;
  loss.names.replaceChildren(
    axes(loss.box, loss.x, loss.y, { yLabel: text.loss_axis, yTicks: [0.01, 0.1, 1, 10] }),
    label(right, loss.box.top - 9, text.pulled, { "text-anchor": "end" }),
  );
  loss.ground.replaceChildren(pull(scene, loss));
  const height = sharp.y(allowed);
  sharp.names.replaceChildren(
    axes(sharp.box, sharp.x, sharp.y, { xLabel: text.steps, yLabel: text.sharp_axis, yTicks: [0, 10, 20] }),
    label(right - 4, height - 8, phrase(text.line, { limit: allowed }), { class: "theory colored", "text-anchor": "end" }),
  );
  sharp.ground.replaceChildren(pull(scene, sharp), line([[sharp.x(program.BEFORE), height], [right, height]], "theory dashed"));
  scene.limit.place(right + 14, height, phrase(text.line, { limit: allowed }));
  for (const [view, values] of [[loss, run.losses], [sharp, run.sharps]]) {
    view.paths.replaceChildren(...(demo.untold() ? [] : [line(points(view, values), "plain faint")]));
  }
  cut.names.replaceChildren(
    axes(cut.box, cut.x, cut.y, { xLabel: text.cut_axis, xTicks: [-2, -1, 0, 1, 2], yTicks: [0, 5, 10] }),
    label(cut.box.left - 4, cut.box.top - 9, text.cut, { class: "name" }),
  );
}

/** Where the rate is raised. */
function pull({ program }, { x, box }) {
  return line([[x(program.BEFORE), box.top], [x(program.BEFORE), box.top + box.height]], "dotted faint");
}

/** The curve as far as it stays in the picture; what leaves it ends at the edge. */
function points({ x, y }, values) {
  const out = values.findIndex((value) => !(value < y.domain[1]));
  const kept = out < 0 ? values : values.subarray(0, out);
  const shown = Array.from(kept, (value, step) => [x(step), y(y.clamp(value))]);
  if (out >= 0) shown.push([x(out), y(y.domain[1])]);
  return shown;
}

/** The step that is shown. */
function moment(scene) {
  const { text, now, run, views: { loss, sharp } } = scene;
  const at = Math.min(now.now, last(scene));
  for (const [view, values] of [[loss, run.losses], [sharp, run.sharps]]) {
    const until = points(view, values.subarray(0, at + 1));
    const out = until.at(-1)[1] <= view.y(view.y.domain[1]);
    const mark = out ? label(until.at(-1)[0] + 4, view.box.top + 10, "↑", {}) : dot(until.at(-1), 5, "plain");
    view.moving.replaceChildren(line(until, "plain"), mark);
  }
  drawCut(scene, at);
  const height = loss.y(loss.y.clamp(run.losses[at] || loss.y.domain[1]));
  scene.time.place(loss.x(now.now), height, phrase(text.at, { step: now.now }));
  speak(scene, at);
}

/** The terrain along the first most curved direction, under the ball, and its last hops. */
function drawCut(scene, at) {
  const { program, run, views: { cut } } = scene;
  const { x, y } = cut;
  const profile = (step) => {
    const heights = program.cut(weightsAt(run, step), run.start, run.axis);
    return program.GRID.map((place, i) => [x(place), y(Math.min(heights[i], 3 * WALL))]);
  };
  const ball = (step) => [x(run.places[step]), y(run.losses[step])];
  const hops = [];
  for (let step = Math.max(at - 3, 0); step <= at; step += 1) hops.push(ball(step));
  cut.ground.replaceChildren(line(profile(program.BEFORE), "plain faint"));
  cut.moving.replaceChildren(line(profile(at), "plain"), line(hops, "theory dashed"), dot(ball(at), 6, "plain"));
}

function speak(scene, at) {
  const { demo, text, now, run } = scene;
  const numbers = { now: now.now, loss: run.losses[at], sharp: run.sharps[at], ...rateAt(scene, now.now) };
  scene.tell(numbers, {});
  demo.say(phrase(text[verdict(scene, at)], numbers));
}

function verdict(scene, at) {
  const { program, run } = scene;
  if (at < program.BEFORE) return "calm";
  if (run.gone <= at) return "gone";
  if (at === program.BEFORE) return "pull";
  const hop = hops(scene, at);
  if (hop && hop.next > hop.last) return "hopping";
  if (run.left <= at) return "landing";
  return run.sharps[at] > program.limit(run.raised) ? "quiet" : "under";
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, views: { loss, sharp, cut } } = scene;
  const narrow = demo.narrow;
  const broad = narrow ? width : Math.round(width * 0.56);
  const [first, second] = narrow ? [100, 110] : [between(height * 0.36, 120, 160), between(height * 0.4, 130, 180)].map(Math.round);
  loss.box = { left: 44, top: 24, width: broad - 76, height: first };
  sharp.box = { left: 44, top: first + 70, width: broad - 76, height: second };
  const bottom = sharp.box.top + second + 46;
  cut.box = narrow
    ? { left: 40, top: bottom + 26, width: width - 56, height: 220 }
    : { left: broad + 34, top: 24, width: width - broad - 50, height: bottom - 70 };
  demo.size(width, bottom, [
    { name: "curve", top: 0, height: bottom },
    { name: "valley", top: bottom, height: 300 },
  ]);
  for (const { box, clip } of [loss, sharp, cut]) demo.clip({ ...box, left: box.left - 6, width: box.width + 12, height: box.height + 6 }, clip);
  loss.x = sharp.x = linear([0, program.STEPS], across(loss.box));
  loss.y = log(LOSSES, upward(loss.box));
  sharp.y = linear([0, HIGHEST], upward(sharp.box));
  cut.x = linear([-program.HALF, program.HALF], across(cut.box));
  cut.y = linear([0, WALL], upward(cut.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
