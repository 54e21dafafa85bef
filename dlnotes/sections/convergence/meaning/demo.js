// A line and its misses, the loss over both parameters, the curve, and three referees below it.
import { axes, between, dot, label, line, linear, mount, phrase } from "../../../demos/demo.js";
import { drawCurve, drawReferees, onCurve } from "./curve.js";
import { drawMap, drawWay } from "./surface.js";
import { compute, REFEREES } from "./runs.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { points: demo.view(LAYERS), map: demo.view(LAYERS), curve: demo.view(["below", ...LAYERS]) };
  const scene = { demo, program, text, now, views };
  controls(scene);
  handles(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: 20, last: () => program.STEPS, show: () => moment(scene) });
  scene.lr = demo.slider({ name: "lr", change: change("lr") });
  demo.slider({ name: "tol", change: change("tol") });
  demo.button({ name: "sample", press: () => set(scene, { sample: now.sample + 1 }) });
  const last = program.STEPS;
  const limit = Number(program.limit(Float64Array.from(program.POINTS[0])).toPrecision(4));
  demo.presets(
    { three: { now: last }, bounce: { lr: limit, now: last }, tiny: { lr: 0.005, now: last }, redrawn: { sample: 1, now: last } },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => REFEREES.toSorted((a, b) => scene.run.calls[a] - scene.run.calls[b])[0],
    reached: () => now.now >= program.STEPS,
    because: () => scene.run.calls,
  });
  scene.tell = demo.readouts(["now", "loss", "fresh", "norm", ...REFEREES]);
}

function handles(scene) {
  const { demo, program, text, views: { map, curve } } = scene;
  const rounded = (scale, place) => Math.round(scale.clamp(scale.invert(place)) * 1000) / 1000;
  scene.start = demo.handle({
    name: "start",
    parent: map.front,
    panel: map,
    move: (px, py) => set(scene, { b: rounded(map.x, px), w: rounded(map.y, py) }),
  });
  scene.time = scene.clock.handle(curve.front, (px) => curve.x.invert(px), { panel: curve });
  demo.probe(map, (px, py) => phrase(text.here, { loss: program.height(map.x.invert(px), map.y.invert(py), scene.data.x, scene.data.y) }));
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, now } = scene;
  Object.assign(now, changed);
  const sampled = compute(scene);
  demo.reflect();
  scene.lr.mark(scene.limit, scene.text.limit);
  if (sampled || scene.stale) drawMap(scene);
  scene.stale = false;
  drawFrame(scene);
  moment(scene);
}

/** The step that is shown. */
function moment(scene) {
  drawLine(scene);
  drawWay(scene);
  drawCurve(scene);
  drawReferees(scene);
  const { text, now, views: { map } } = scene;
  scene.start.place(map.x(now.b), map.y(now.w), phrase(text.place, { b: now.b, w: now.w }));
  scene.time.place(...onCurve(scene, now.now), phrase(text.at, { step: now.now }));
  speak(scene);
}

/** The axes of the points; none of it moves. */
function drawFrame({ text, views: { points: { box, x, y, names } } }) {
  const [right, height] = [box.left + box.width, box.top - 13];
  names.replaceChildren(
    axes(box, x, y, { xTicks: [0, 1, 2, 3, 4], yTicks: [0, 1, 2, 3] }),
    label(box.left - 4, height + 4, text.points, { class: "name" }),
    dot([right - 118, height], 5, "plain"), label(right - 108, height + 4, text.seen),
    dot([right - 46, height], 4.5, "plain hollow"), label(right - 36, height + 4, text.unseen),
  );
}

/** The line now, what it misses by, and the points. */
function drawLine({ program, text, now, data, run, views: { points: { x, y, moving } } }) {
  const here = run.path[now.now];
  const ends = x.domain.map((end) => [x(end), y(program.level(here, end))]);
  const place = (xs, ys, i) => [x(xs[i]), y(ys[i])];
  const [freshX, freshY] = program.FRESH;
  const misses = Array.from(data.x, (at, i) => line([place(data.x, data.y, i), [x(at), y(program.level(here, at))]], "theory dashed"));
  const seen = Array.from(data.x, (_, i) => dot(place(data.x, data.y, i), 5.5, "plain"));
  const unseen = freshX.map((_, i) => dot(place(freshX, freshY, i), 4.5, "plain hollow"));
  moving.replaceChildren(...misses, line(ends, "plain"), ...unseen, ...seen);
}

function speak(scene) {
  const { demo, text, now, run, limit } = scene;
  const at = now.now;
  const numbers = { now: at, loss: run.losses[at], fresh: run.fresh[at], norm: run.norms[at], ...run.calls };
  const later = REFEREES.filter((name) => !(run.calls[name] <= at) && demo.untold());
  scene.tell(numbers, Object.fromEntries(later.map((name) => [name, ""])));
  const count = REFEREES.filter((name) => run.calls[name] <= at).length;
  demo.say(phrase(text[verdict(scene, count)], { ...numbers, count, limit }));
}

function verdict({ program, now: { now }, run }, count) {
  if (now === 0) return "before";
  if (!(run.losses[now] < program.LOST * run.losses[0])) return "lost";
  if (run.calls.settled <= now && run.norms[now] > program.LONG) return "bouncing";
  return count === 3 ? "all" : "walking";
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, views: { points, map, curve } } = scene;
  const narrow = demo.narrow;
  const high = narrow ? 138 : between(height - 356, 150, 210);
  const broad = narrow ? width - 40 : Math.round(width * 0.5) - 46;
  points.box = { left: 26, top: 26, width: broad, height: high };
  const second = high + (narrow ? 80 : 88); // of the curve, and on a phone of the referees, who are what is asked
  const tall = narrow ? 200 : 126;
  curve.lanes = second + (narrow ? 0 : tall + 60);
  const bottom = curve.lanes + 66;
  curve.box = { left: 44, top: narrow ? bottom + 30 : second, width: width - 44 - 16, height: tall };
  map.box = narrow
    ? { left: 36, top: 2 * bottom + 26, width: width - 50, height: bottom - 52 }
    : { left: broad + 84, top: 26, width: width - broad - 100, height: high };
  const parts = ["points", "curve", "map"];
  demo.size(width, bottom, parts.map((name, i) => ({ name, top: i * bottom, height: bottom })));
  for (const view of [points, map, curve]) demo.clip(view.box, view.clip);
  points.x = linear([-0.3, 4.3], [points.box.left, points.box.left + broad]);
  points.y = linear([-0.7, 4.3], [points.box.top + high, points.box.top]);
  map.x = linear([-1, 2.5], [map.box.left, map.box.left + map.box.width]);
  map.y = linear([-0.4, 1.6], [map.box.top + map.box.height, map.box.top]);
  scene.stale = true;
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
