// One layer: its sums and what the activation lets through; twenty of them: how large it still is.
import {
  across, axes, between, dot, label, line, linear, log, mount, phrase, power, rect, upward,
} from "../../../demos/demo.js";
import { compute, drawn, numbers } from "./signals.js";

const LAYERS = ["ground", "paths", "moving", "names", "ends", "front"]; // the ends lie on the edge of the box
const ROOM = [-10, 3]; // decades of the axis, at least; lower or higher in steps of 8
const TURN = 14; // pixels beyond the last layer at which a drag turns round
const TALLEST = 0.2; // share of the values at the top of a histogram

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { above: demo.view(LAYERS), below: demo.view(LAYERS), sizes: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, draws: drawn(program) };
  controls(scene);
  handles(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: 6, last: () => program.LAST, show: () => moment(scene) });
  demo.choice({ name: "activation", change: change("activation") });
  demo.slider({ name: "spread", change: change("spread") });
  const whole = program.LAST;
  demo.presets(
    {
      first: { now: 1 },
      glorot: { spread: 1, now: whole },
      he: { spread: 2, now: whole },
      tanh_glorot: { activation: "tanh", spread: 1, now: whole },
      sigmoid_he: { activation: "sigmoid", spread: 2, now: whole },
    },
    (setting) => {
      set(scene, setting);
      demo.open(setting.now === 1 ? "layer" : "sizes");
    },
  );
  demo.root.addEventListener("click", ({ target }) => {
    if (target.dataset.opens !== "layer") return;
    demo.pause();
    scene.clock.go(1); // half of the values are cut on the way forward
  });
  demo.question({
    answer: () => ["hardly", "some", "much"][program.outcome(scene.run.message.at(-1))],
    reached: () => now.now >= program.LAST,
    because: () => ({ left: scene.run.message.at(-1) }),
  });
  scene.tell = demo.readouts(["now", "signal", "message", "factor"], ["signal", "message"]);
}

function handles(scene) {
  const { demo, program, now, views: { sizes } } = scene;
  const passed = (px) => { // out at the right end and in again is the other way
    const { left, width } = sizes.box;
    const out = px > left + width + TURN;
    if (!scene.out && now.now !== program.LAYERS) scene.back = now.now > program.LAYERS;
    if (out && !scene.out) scene.back = !scene.back;
    scene.out = out;
    const place = between(Math.round(sizes.x.invert(px)), 0, program.LAYERS);
    return scene.back ? program.LAST - place : place;
  };
  scene.time = scene.clock.handle(sizes.front, passed, { panel: sizes });
  demo.probe(sizes, (px) => seen(scene, px));
}

/** What stands at a layer, as far as it may be told. */
function seen({ demo, program, text, now, run, views: { sizes } }, px) {
  const place = between(Math.round(sizes.x.invert(px)), 0, program.LAYERS);
  const until = demo.untold() ? now.now : program.LAST;
  if (place > until) return "";
  const found = { place, signal: run.signal[place], message: run.message[program.LAYERS - place] };
  return phrase(program.LAST - place > until ? text.here : text.both, found);
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

/** Enough decades for all that is told, in few steps so that the axis keeps still. */
function decades({ demo, program, run, now }) {
  const until = demo.untold() ? now.now : program.LAST;
  const told = [...run.signal.slice(0, until + 1), ...run.message.slice(0, Math.max(until - program.LAYERS, 0) + 1)];
  const reach = told.filter((size) => size > 0).map(Math.log10);
  const beyond = (far) => 8 * Math.ceil(Math.max(far, 0) / 8);
  return [ROOM[0] - beyond(ROOM[0] - Math.min(...reach)), ROOM[1] + beyond(Math.max(...reach) - ROOM[1])];
}

/** Another setting, or the end told: the axis, with a tick at 1. */
function scale(scene) {
  const { sizes } = scene.views;
  const [low, high] = decades(scene);
  const gap = high - low > 16 ? 8 : 4;
  const count = Math.floor(high / gap) - Math.ceil(low / gap) + 1;
  sizes.y = log([10 ** low, 10 ** high], upward(sizes.box));
  sizes.ticks = Array.from({ length: count }, (_, i) => Number(`1e${gap * (Math.ceil(low / gap) + i)}`));
}

const height = ({ y }, size) => y(y.clamp(size));

/** The points of the signal, or of what is sent back, up to a number of layers. */
function points({ program, views: { sizes } }, values, until, backwards) {
  const place = (i) => (backwards ? program.LAYERS - i : i);
  return values.slice(0, until + 1).map((size, i) => [sizes.x(place(i)), height(sizes, size)]);
}

function drawFrame(scene) {
  const { demo, program, text, run, views: { sizes } } = scene;
  scale(scene);
  const right = sizes.box.left + sizes.box.width;
  sizes.names.replaceChildren(
    axes(sizes.box, sizes.x, sizes.y, { xLabel: text.layers, yLabel: text.size_axis, xTicks: [0, 5, 10, 15, 20], yTicks: sizes.ticks, yFormat: power }),
    label(sizes.box.left + 8, sizes.box.top + 10, text.to_front, { class: "plain colored" }),
    label(right - 2, sizes.box.top + 10, text.to_back, { class: "momentum colored", "text-anchor": "end" }),
  );
  const one = height(sizes, 1);
  sizes.ground.replaceChildren(line([[sizes.box.left, one], [right, one]], "theory dashed"));
  const whole = (values, backwards) => line(points(scene, values, program.LAYERS, backwards), "plain faint");
  sizes.paths.replaceChildren(...(demo.untold() ? [] : [whole(run.signal, false), whole(run.message, true)]));
}

/** The layer that was passed last. */
function moment(scene) {
  compute(scene);
  const { program, text, now, run, views: { above, below, sizes } } = scene;
  const found = numbers(scene);
  const coming = now.now - program.LAYERS;
  const stop = run.stops[now.now];
  const titles = now.now === 0 ? ["input", "none"] : coming > 0 ? ["coming", "passed"] : ["before", "after"];
  histogram(scene, above, stop.above, phrase(text[titles[0]], found));
  histogram(scene, below, stop.below, text[titles[1]]);
  const forward = points(scene, run.signal, Math.min(now.now, program.LAYERS), false);
  const marks = [line(forward, "plain")];
  const ends = [dot(forward.at(-1), 4, "plain")];
  if (coming > 0) {
    const back = points(scene, run.message, coming, true);
    marks.push(line(back, "momentum dashed"));
    ends.push(dot(back.at(-1), 5, "momentum"));
  }
  sizes.moving.replaceChildren(...marks);
  sizes.ends.replaceChildren(...ends);
  const last = coming > 0 ? points(scene, run.message, coming, true).at(-1) : forward.at(-1);
  scene.time.place(...last, phrase(text.at, { now: now.now }));
  speak(scene, found);
}

function histogram({ program, text }, view, values, title) {
  const { box, x, y } = view;
  const floor = y(0);
  const shares = values ? Array.from(program.bars(values)) : [];
  view.moving.replaceChildren(
    ...shares.map((share, i) => {
      const [left, top] = [x(program.FIRSTS[i]), y(y.clamp(share))];
      return rect({ left, top, width: x(program.FIRSTS[i] + program.CELL) - left - 0.5, height: floor - top }, { class: "demo-dot plain" });
    }),
  );
  const words = [axes(box, x, y, { xLabel: text.own, xTicks: [-2, -1, 0, 1, 2], yTicks: [] }), label(box.left, box.top - 8, title, { class: "name" })];
  const none = values ? program.zeros(values) : 0;
  if (none > 0.005) words.push(label(x(0) + 14, box.top + 16, phrase(text.zero, { zeros: Math.round(100 * none) }), {}));
  view.names.replaceChildren(...words);
}

function speak(scene, found) {
  const { demo, program, text, now } = scene;
  const hidden = (name) => (Number.isFinite(found[name]) ? {} : { [name]: "" });
  const { now: passed, signal, message, factor } = found;
  scene.tell({ now: passed, signal, message, factor }, { ...hidden("message"), ...hidden("factor") });
  const saying = now.now === 0 ? "idle" : now.now > program.LAYERS ? "returning" : "going";
  demo.say(phrase(text[saying], found));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, most) {
  const { demo, program, views: { above, below, sizes } } = scene;
  const narrow = demo.narrow;
  const part = narrow ? width : Math.round(width * 0.42);
  const each = narrow ? 72 : between(Math.round(most * 0.32), 110, 150);
  above.box = { left: 16, top: 28, width: part - 32, height: each };
  below.box = { left: 16, top: each + 88, width: part - 32, height: each };
  const bottom = below.box.top + each + 42;
  sizes.box = narrow
    ? { left: 52, top: 28, width: width - 70, height: bottom - 80 }
    : { left: part + 50, top: 28, width: width - part - 70, height: bottom - 90 };
  if (narrow) for (const view of [above, below]) view.box.top += bottom;
  demo.size(width, narrow ? 2 * bottom : bottom, [
    { name: "sizes", top: 0, height: bottom },
    { name: "layer", top: bottom, height: bottom },
  ]);
  for (const view of [above, below, sizes]) demo.clip(view.box, view.clip);
  const reach = program.FIRSTS.at(-1) + program.CELL;
  for (const view of [above, below]) {
    view.x = linear([-reach, reach], across(view.box));
    view.y = linear([0, TALLEST], upward(view.box));
  }
  sizes.x = linear([0, program.LAYERS], across(sizes.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
