// Errors of three ways to train: over what two tasks share, and over how many samples there are.
import { across, axes, between, dot, label, line, linear, log, mount, node, path, phrase, upward } from "../../../demos/demo.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const LINES = { scratch: "plain", frozen: "curvature dashed", tuned: "momentum" };
const TOP = 1.32; // of the axis of errors: none is higher

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { relation: demo.view(LAYERS), sizes: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, last: program.FEATURES };
  controls(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, text, now, last, views: { relation, sizes } } = scene;
  scene.clock = demo.clock({ rate: 1.5, last: () => last, show: () => moment(scene) });
  demo.slider({ name: "samples", change: (value) => set(scene, { samples: value }) });
  demo.presets({ sixty: { samples: 60, now: last }, many: { samples: program.SAMPLES.at(-1), now: last } }, (setting) => set(scene, setting));
  demo.question({
    answer: () => nearest(scene),
    reached: () => now.now >= last,
    because: () => numbers(scene, demo.start.samples, Math.max(harmful(scene, demo.start.samples), 0)),
  });
  scene.tell = demo.readouts(["shared", "scratch", "frozen", "tuned", "gain", "floor"], ["scratch", "frozen", "tuned"]);
  const lost = (px) => between(last - relation.x.invert(px), 0, last);
  scene.time = scene.clock.handle(relation.front, lost, { panel: relation });
  const closest = (px) => {
    const at = sizes.x.invert(between(px, sizes.box.left, sizes.box.left + sizes.box.width));
    return program.SAMPLES.reduce((best, each) => (off(each, at) < off(best, at) ? each : best));
  };
  scene.setting = demo.handle({
    name: "setting", parent: sizes.front, panel: sizes, shape: "diamond", way: "x", step: 50,
    move: (px) => set(scene, { samples: closest(px) }),
  });
  demo.probe(relation, (px) => {
    const shared = last - Math.round(lost(px));
    return last - shared > now.now ? "" : phrase(text.point, numbers(scene, now.samples, shared));
  });
  demo.probe(sizes, (px) => phrase(text.size, numbers(scene, closest(px), last - Math.round(now.now))));
}

const off = (one, other) => Math.max(one / other, other / one);

// ---- what was recorded -----------------------------------------------------------------------
const seeds = ({ program }, arm, samples, shared) => program.ERRORS[arm][program.SAMPLES.indexOf(samples)][shared];
const mean = (scene, arm, samples, shared) => scene.program.middle(seeds(scene, arm, samples, shared));

function numbers(scene, samples, shared) {
  const [scratch, frozen, tuned] = Object.keys(LINES).map((arm) => mean(scene, arm, samples, shared));
  return { samples, shared, scratch, frozen, tuned, gain: scratch - tuned, floor: scene.program.floor(shared) };
}

/** The most shared features with which fine-tuning loses; -1 where it never does. */
function harmful(scene, samples) {
  for (let shared = scene.last; shared >= 0; shared -= 1) {
    if (mean(scene, "tuned", samples, shared) > mean(scene, "scratch", samples, shared)) return shared;
  }
  return -1;
}

function nearest(scene) {
  const { GUESSES } = scene.program;
  const at = harmful(scene, scene.demo.start.samples);
  const away = (name) => Math.abs(GUESSES[name] - at);
  return Object.keys(GUESSES).reduce((best, name) => (away(name) < away(best) ? name : best));
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  scene.demo.reflect();
  drawFrame(scene);
  moment(scene);
}

function drawFrame(scene) {
  const { program, text, views: { relation, sizes } } = scene;
  const ticks = { yTicks: [0, 0.25, 0.5, 0.75, 1], yLabel: text.error };
  relation.names.replaceChildren(
    axes(relation.box, relation.x, relation.y, { xLabel: text.shared_axis, xTicks: [6, 5, 4, 3, 2, 1, 0], ...ticks }),
    ...key(relation.box, text),
  );
  sizes.names.replaceChildren(
    axes(sizes.box, sizes.x, sizes.y, { xLabel: text.samples_axis, xTicks: program.SAMPLES, ...ticks }),
    ...key(sizes.box, text),
  );
}

/** Which line is which, above the picture. */
function key({ left, top, width }, text) {
  const wide = Math.min((width - 34) / 3, 110);
  return Object.entries(LINES).flatMap(([arm, name], i) => {
    const at = left + 34 + i * wide;
    return [line([[at, top - 13], [at + 18, top - 13]], name), label(at + 22, top - 9, text[arm])];
  });
}

/** What the dotted line is, in the upper left corner. */
function alone({ left, top }, text) {
  return [line([[left + 10, top + 10], [left + 30, top + 10]], "theory dotted"), label(left + 36, top + 14, text.floor)];
}

/** Line, band and dots of an arm along the places of a panel. */
function drawn(scene, { x, y }, arm, places, at) {
  const height = (value) => y(Math.min(value, TOP));
  const spots = (of) => places.map((place) => [x(place), height(of(at(arm, place)))]);
  const { middle, lowest, highest } = scene.program;
  const edge = [...spots(lowest), ...spots(highest).reverse()];
  const ways = spots(middle);
  return [
    node("path", { d: `${path(edge)}Z`, class: LINES[arm].split(" ")[0], fill: "currentColor", "fill-opacity": 0.1 }),
    line(ways, LINES[arm]),
    ...ways.map((spot) => dot(spot, 3, LINES[arm].split(" ")[0])),
  ];
}

/** As many shared features as there are now. */
function moment(scene) {
  const { demo, text, now, last, program, views: { relation, sizes } } = scene;
  const shared = last - Math.round(now.now);
  const places = Array.from({ length: last - shared + 1 }, (_, i) => last - i);
  const own = numbers(scene, now.samples, shared);
  const { samples, ...told } = own;
  const arms = Object.keys(LINES);
  relation.paths.replaceChildren(
    line(places.map((place) => [relation.x(place), relation.y(program.floor(place))]), "theory dotted"),
    ...(shared < last ? alone(relation.box, text) : []),
    ...arms.flatMap((arm) => drawn(scene, relation, arm, places, (name, place) => seeds(scene, name, now.samples, place))),
  );
  sizes.paths.replaceChildren(
    ...arms.flatMap((arm) => drawn(scene, sizes, arm, program.SAMPLES, (name, place) => seeds(scene, name, place, shared))),
  );
  const spots = ({ x, y }, place) => arms.map((arm) => dot([x(place), y(Math.min(own[arm], TOP))], 5, LINES[arm].split(" ")[0]));
  relation.moving.replaceChildren(...spots(relation, shared));
  const px = sizes.x(now.samples);
  const upright = line([[px, sizes.box.top], [px, sizes.box.top + sizes.box.height]], "plain faint");
  sizes.moving.replaceChildren(upright, ...spots(sizes, now.samples));
  scene.time.place(relation.x(shared), relation.y(Math.min(own.tuned, TOP)), phrase(text.at, { shared }));
  scene.setting.place(px, sizes.box.top + 12, phrase(text.here, { samples }));
  scene.tell(told);
  demo.say(phrase(text.said, own));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, last, program, views: { relation, sizes } } = scene;
  const narrow = demo.narrow;
  const high = narrow ? 200 : between(height - 130, 200, 300);
  const second = high + 84;
  const broad = narrow ? width - 66 : Math.round(width * 0.48) - 46;
  relation.box = { left: 46, top: 32, width: broad, height: high };
  sizes.box = narrow
    ? { left: 46, top: second + 32, width: broad, height: high }
    : { left: broad + 100, top: 32, width: width - broad - 120, height: high };
  demo.size(width, second, [
    { name: "relation", top: 0, height: second },
    { name: "sizes", top: second, height: second },
  ]);
  for (const view of [relation, sizes]) {
    demo.clip(view.box, view.clip);
    view.y = linear([0, TOP], upward(view.box));
  }
  relation.x = linear([last + 0.3, -0.3], across(relation.box));
  sizes.x = log([program.SAMPLES[0] / 1.14, program.SAMPLES.at(-1) * 1.14], across(sizes.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
