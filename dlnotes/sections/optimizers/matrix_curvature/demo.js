// Four panels of bars: what the first step does to every pair, and what three rules have learned.
import { across, axes, label, line, linear, mount, phrase, rect, upward } from "../../../demos/demo.js";
import { travel } from "./runs.js";

const METHODS = { sgd: "plain", adam: "adam", muon: "curvature" };
const LAYERS = ["ground", "paths", "names"];

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { values: demo.view(LAYERS) };
  for (const name of Object.keys(METHODS)) views[name] = demo.view(LAYERS);
  const scene = { demo, program, text, now, views };
  demo.clock({ rate: 3, last: () => program.STEPS, show: () => moment(scene) });
  for (const name of ["exponent", "rounds"]) demo.slider({ name, change: (value) => set(scene, { [name]: value }) });
  demo.presets(presets(program), (setting) => set(scene, setting));
  demo.question({
    answer: () => Object.keys(METHODS).toSorted((a, b) => missing(scene, a) - missing(scene, b))[0],
    reached: () => now.now >= program.STEPS,
    because: () => shown(rarest(scene, program.STEPS)),
  });
  for (const [name, view] of Object.entries(views)) demo.probe(view, (px) => read(scene, name, px));
  scene.tell = demo.readouts(["now", "rare_sgd", "rare_adam", "rare_muon", "even"]);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

function presets({ STEPS }) {
  return {
    zipf: { now: STEPS },
    level: { exponent: 0, now: STEPS },
    steep: { exponent: 3, now: STEPS },
    one_round: { rounds: 1, now: STEPS },
  };
}

function set(scene, changed) {
  const { demo, now } = scene;
  Object.assign(now, changed);
  demo.reflect();
  scene.runs = travel(scene.program, now);
  moment(scene);
}

const learned = ({ program, runs }, name, step) => program.known(runs[name][step]);
const rarest = (scene, step) =>
  Object.fromEntries(Object.keys(METHODS).map((name) => [name, learned(scene, name, step).at(-1)]));
const shown = (shares) => Object.fromEntries(Object.entries(shares).map(([name, value]) => [name, Number(value.toFixed(2))]));
const missing = (scene, name) => Math.abs(1 - rarest(scene, scene.program.STEPS)[name]);

function moment(scene) {
  const { demo, program, text, now } = scene;
  drawValues(scene);
  for (const name of Object.keys(METHODS)) drawKnown(scene, name);
  const rare = rarest(scene, now.now);
  const first = learned(scene, "muon", 1);
  scene.tell({ now: now.now, rare_sgd: rare.sgd, rare_adam: rare.adam, rare_muon: rare.muon, even: first.at(-1) / first[0] });
  const before = now.exponent === demo.start.exponent ? text.before : text.unstarted;
  demo.say(now.now === 0 ? before : phrase(text.say, { now: now.now, ...shown(rare) }));
}

/** The singular values of the first gradient, and once it is told those of Muon's first step. */
function drawValues(scene) {
  const { demo, program, text, now, views: { values: view } } = scene;
  const gradient = program.frequencies(now.exponent).map((each, _, all) => each / all[0]);
  const step = learned(scene, "muon", 1).map((each, _, all) => each / Math.max(...all));
  view.heights = { gradient, step };
  frame(scene, view, text.values);
  const told = !demo.untold() || now.now > 0;
  view.paths.replaceChildren(...bars(view, gradient, "plain"), ...(told ? outlines(view, step) : []));
  const right = view.box.left + view.box.width;
  const name = (place, words, family) => label(place, view.box.top + 10, words, { class: `${family} colored`, "text-anchor": "end" });
  view.names.replaceChildren(name(right - 48, text.gradient, "plain"), ...(told ? [name(right, text.muon, "curvature")] : []));
}

function drawKnown(scene, name) {
  const { text, now, views: { [name]: view } } = scene;
  view.heights = { [name]: learned(scene, name, now.now) };
  frame(scene, view, phrase(text.known, { name: text[name] }));
  view.paths.replaceChildren(...bars(view, view.heights[name], METHODS[name]));
  view.names.replaceChildren(...(now.now ? [rarestName(view, METHODS[name])] : []));
}

/** How much of the rarest pair is learned, over its bar. */
function rarestName({ box, y, heights }, family) {
  const value = Object.values(heights)[0].at(-1);
  const at = Math.max(y(y.clamp(value)) - 5, box.top + 10);
  const share = (value > -0.005 && value < 0 ? 0 : value).toFixed(2).replace("-", "−");
  return label(box.left + box.width, at, share, { class: `${family} colored strong`, "text-anchor": "end" });
}

function frame({ program, text }, view, title) {
  const { box } = view;
  view.x = linear([0, program.PAIRS], across(box));
  view.y = linear([0, 1.4], upward(box));
  const bottom = box.top + box.height;
  const all = [[box.left, view.y(1)], [box.left + box.width, view.y(1)]];
  view.ground.replaceChildren(line(all, "theory dashed faint"));
  const names = [
    label(box.left, bottom + 16, text.frequent, {}),
    label(box.left + box.width, bottom + 16, text.rare, { "text-anchor": "end" }),
  ];
  view.frame.replaceChildren(axes(box, view.x, view.y, { yLabel: title, xTicks: [], yTicks: [0, 0.5, 1] }), ...names);
}

/** One bar a pair; what is below 0 or beyond the panel is cut. */
function bars({ box, x, y }, heights, family) {
  const width = (box.width / heights.length) * 0.72;
  return Array.from(heights, (value, i) => {
    const top = y(y.clamp(value));
    return rect({ left: x(i + 0.14), top, width, height: box.top + box.height - top }, { class: family, fill: "currentColor", "data-bar": i + 1 });
  });
}

function outlines({ box, x, y }, heights) {
  const width = (box.width / heights.length) * 0.72;
  return Array.from(heights, (value, i) => {
    const top = y(y.clamp(value));
    return rect({ left: x(i + 0.14), top, width, height: box.top + box.height - top }, { class: "demo-line curvature" });
  });
}

/** What a bar under the mouse stands for. */
function read({ text, views }, name, px) {
  const { x, heights } = views[name];
  const rank = Math.floor(x.invert(px));
  const [all] = Object.values(heights);
  return rank in all ? phrase(text.here, { rank: rank + 1, value: Number(all[rank].toPrecision(3)) }) : "";
}

function layout(scene, width, height) {
  const { demo, views } = scene;
  const high = demo.narrow ? 292 : Math.min(430, height - 20);
  const [broad, low] = [width / 2, high / 2];
  Object.values(views).forEach((view, i) => {
    view.frame ??= view.names.parentNode.insertBefore(demo.layer(), view.names);
    const [column, row] = [i % 2, Math.floor(i / 2)];
    view.box = { left: column * broad + 34, top: row * low + 26, width: broad - 44, height: low - 54 };
    demo.clip(view.box, view.clip);
  });
  demo.size(width, high);
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
