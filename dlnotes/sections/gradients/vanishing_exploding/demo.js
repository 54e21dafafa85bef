// The gain console: a bar for the signal behind each layer, and one for the message back there.
import { across, axes, between, label, line, linear, log, mount, node, phrase, power, rect, upward } from "../../../demos/demo.js";
import { begin, compute, drawn } from "./signals.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const SETTINGS = ["depth", "gain", "kind", "norm", "residual"];
const ANSWERS = ["trillionth", "millionth", "thousandth", "tenth"];
const ROOM = [-15, 5]; // decades of the axes, at least, with room for the flag; deeper or higher in steps of 16

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { forward: demo.view(LAYERS), back: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, draws: drawn(program) };
  controls(scene);
  handles(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: () => Math.max(4, now.depth / 5), last: () => now.depth, show: () => moment(scene) });
  const full = () => !demo.untold() && now.now >= now.depth; // and stays so in another net
  demo.slider({ name: "depth", change: (depth) => set(scene, { depth, now: full() ? depth : now.now }) });
  demo.slider({ name: "gain", change: change("gain") });
  demo.choice({ name: "kind", change: change("kind") });
  for (const name of ["norm", "residual"]) demo.toggle({ name, change: change(name), group: "switches" });
  demo.presets(
    {
      wide: { gain: 16, now: 20 },
      tanh_one: { kind: "tanh", now: 20 },
      he: { kind: "relu", gain: 1.41, depth: 50, now: 50 },
    },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => ANSWERS[program.nearest(scene.run.left.at(-1))],
    reached: () => now.now >= now.depth,
    because: () => ({ left: scene.run.left.at(-1), factor: factor(scene, now.depth) }),
  });
  scene.tell = demo.readouts(["now", "signal", "left", "factor"], ["left", "factor"]);
}

function handles(scene) {
  const { demo, now, views: { forward, back } } = scene;
  const crossed = (px, key) => (key ? now.now - (key[0] || key[1]) : Math.round(now.depth - back.x.invert(px)));
  scene.time = demo.handle({
    name: "time",
    parent: back.front,
    panel: back,
    shape: "flag",
    way: "x",
    move: (px, _, key) => { // to the left: the message runs from the output to the input
      scene.clock.pause();
      scene.clock.go(crossed(px, key));
    },
  });
  for (const view of [forward, back]) demo.probe(view, (px) => seen(scene, px));
}

/** What stands behind a layer, as far as the message has come. */
function seen({ text, now, run, views: { back } }, px) {
  const layer = between(Math.round(back.x.invert(px)), 0, now.depth);
  const words = now.depth - layer <= now.now ? text.here : text.here_forward;
  return phrase(words, { layer, forward: run.signal[layer], backward: run.left[now.depth - layer] });
}

const factor = ({ program, run }, layers) => (layers ? program.factor(run.left[layers], layers) : Infinity);

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, now } = scene;
  const before = scene.setting;
  Object.assign(now, changed);
  now.now = Math.min(now.now, now.depth);
  scene.setting = SETTINGS.map((name) => now[name]).join();
  if (before !== scene.setting) begin(scene);
  compute(scene);
  demo.reflect();
  drawFrame(scene);
  moment(scene);
}

/** The decades an axis shows: enough for all values, in few steps so that it keeps still. */
function decades(values) {
  const reach = values.filter((value) => value > 0 && Number.isFinite(value)).map(Math.log10);
  const [low, high] = [Math.min(...reach), Math.max(...reach)];
  const beyond = (far) => 16 * Math.ceil(Math.max(far, 0) / 16);
  return [ROOM[0] - beyond(ROOM[0] - low), ROOM[1] + beyond(high - ROOM[1])].map((p) => 10 ** p);
}

/** Axes, the line of size 1, and the bars forward. */
function drawFrame(scene) {
  const { demo, text, now, run, views } = scene;
  const { forward, back } = views;
  const told = demo.untold() ? [1] : run.left;
  const domain = decades([...run.signal, ...told]);
  const half = 0.6; // beside the outermost bars
  for (const view of [forward, back]) {
    view.x = linear([-half, now.depth + half], across(view.box));
    view.y = log(domain, upward(view.box));
    const { left, width } = view.box;
    view.ground.replaceChildren(line([[left, view.y(1)], [left + width, view.y(1)]], "goal"));
  }
  const every = now.depth > 25 ? 10 : now.depth > 8 ? 5 : 1;
  const ticks = multiples(every, 0, now.depth);
  for (const [view, name] of [[forward, text.forward], [back, text.backward]]) {
    view.names.replaceChildren(
      axes(view.box, view.x, view.y, { yLabel: name, xTicks: ticks, yTicks: powers(domain), yFormat: power }),
      ...ends(view, text),
    );
  }
  forward.paths.replaceChildren(bars(forward, run.signal.map((value, layer) => [layer, value]), { class: "plain", opacity: 0.45 }));
}

const multiples = (gap, low, high) =>
  Array.from({ length: Math.floor(high / gap) - Math.ceil(low / gap) + 1 }, (_, i) => gap * (Math.ceil(low / gap) + i));

/** About five powers of ten, 1 among them. */
function powers(domain) {
  const [low, high] = domain.map((end) => Math.round(Math.log10(end)));
  const gap = [4, 8, 16, 32, 64, 128].find((each) => high - low <= 5 * each) ?? 256;
  return multiples(gap, low, Math.min(high, 300)).map((exponent) => Number(`1e${exponent}`));
}

function ends({ box }, text) {
  const { left, top, width, height, ends } = box;
  const words = [[0, text.input, "start"], [0.5, text.layer, "middle"], [1, text.output, "end"]];
  return ends ? words.map(([part, said, anchor]) => label(left + part * width, top + height + 33, said, { "text-anchor": anchor })) : [];
}

function bars({ box, x, y }, values, look) {
  const width = Math.max(2, (x(1) - x(0)) * 0.66);
  const bottom = box.top + box.height;
  const group = node("g", look);
  for (const [layer, value] of values) {
    const top = y(y.clamp(value));
    group.append(rect({ left: x(layer) - width / 2, top, width, height: Math.max(bottom - top, 0) }, { fill: "currentColor" }));
  }
  return group;
}

/** How far the message has come. */
function moment(scene) {
  compute(scene);
  const { text, now, run, views: { back } } = scene;
  const come = run.left.slice(0, now.now + 1).map((value, crossed) => [now.depth - crossed, value]);
  const [layer, value] = come.at(-1);
  back.moving.replaceChildren(bars(back, come, { class: "momentum" }));
  scene.time.place(back.x(layer), back.y(back.y.clamp(value)), phrase(text.at, { layer }));
  speak(scene);
}

function speak(scene) {
  const { demo, program, text, now, run } = scene;
  const numbers = { now: now.now, signal: run.signal.at(-1), left: run.left[now.now], factor: factor(scene, now.now) };
  scene.tell(numbers, now.now ? {} : { factor: "" });
  const courses = ["fading", "steady", "growing"];
  demo.say(phrase(now.now ? text[courses[program.course(numbers.factor)]] : text.before, numbers));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, views: { forward, back } } = scene;
  const [first, second] = demo.narrow ? [80, 120] : [between(height * 0.27, 90, 130), between(height * 0.42, 130, 200)].map(Math.round);
  forward.box = { left: 48, top: 26, width: width - 64, height: first };
  back.box = { left: 48, top: first + 78, width: width - 64, height: second, ends: true };
  const bottom = back.box.top + second + 44;
  demo.size(width, bottom, [{ name: "backward", top: 0, height: bottom }]);
  for (const view of [forward, back]) demo.clip(view.box, view.clip);
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
