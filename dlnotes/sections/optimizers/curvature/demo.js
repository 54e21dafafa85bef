// The terrain with the path and the model's contours; a cut through both along the present step.
import {
  across, arrow, bands, cross, dot, dots, grid, label, line, linear, lines, mount, node,
  phrase, plus, rect, upward,
} from "../../../demos/demo.js";
import { drawCut, drawWaiting } from "./cut.js";
import { bend, descent, matrix, newton, travel } from "./runs.js";
import { chart, stop } from "./starts.js";

const VIEWS = {
  saddle: { x: [-1.7, 1.7], y: [-1.55, 1.55], start: { x: 0.2, y: 0.4 }, lr: 0.1 },
  ravine: { x: [-1.3, 1.3], y: [-0.6, 0.6], start: { x: 1, y: 0.4 }, lr: 0.0198 },
  rosenbrock: { x: [-1.9, 1.9], y: [-1, 3], start: { x: -1.2, y: 1 }, lr: 0.001 },
  himmelblau: { x: [-5.5, 5.5], y: [-5.2, 5.2], start: { x: 0.6, y: -0.4 }, lr: 0.01 },
};
const SHADES = 9;
const RINGS = [0.25, 1, 2.25, 4, 6.25, 9];
const LAYERS = ["ground", "marks", "paths", "moving", "names", "legend", "front"];

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { land: demo.view(LAYERS), cut: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, runs: {} };
  scene.hatch = demo.hatch();
  scene.head = demo.arrow("curvature");
  controls(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, now, runs } = scene;
  const change = (name) => (value) => set(scene, { [name]: value, now: 0 });
  demo.clock({ rate: () => Math.max(1, runs.newton.last / 8), last: () => runs.newton.last, show: () => moment(scene, true) });
  for (const name of ["damping", "lr"]) demo.slider({ name, change: change(name) });
  demo.choice({ name: "terrain", change: (name) => set(scene, { ...onward(name), now: 0 }) });
  demo.choice({ name: "rule", change: change("rule") });
  demo.toggle({ name: "also_plain", change: change("also_plain") });
  demo.presets(presets(), (setting) => set(scene, setting));
  demo.question({
    answer: () => (runs.newton.kind === "minimum" ? (runs.newton.points.at(-1).y > 0 ? "upper" : "lower") : "middle"),
    reached: () => now.now >= runs.newton.last,
    because: () => ({ steps: runs.newton.last, deeper: depth(scene, "newton") - depth(scene, "plain") }),
  });
  demo.probe(scene.views.land, (px, py) => read(scene, px, py));
  scene.tell = demo.readouts(["steps", "plain_steps", "now", "low", "high", "promised", "got"], ["now", "low", "high"]);
  scene.start = startHandle(scene);
}

function depth(scene, name) {
  const { x, y } = scene.runs[name].points.at(-1);
  return Number(bend(scene, x, y).value.toPrecision(3));
}

/** What is known of a place: its height, and later where a run from there ends. */
function read(scene, px, py) {
  const { demo, program, text, views: { land } } = scene;
  const [x, y] = [land.x.invert(px), land.y.invert(py)];
  if (demo.untold()) return phrase(text.here, { value: Number(bend(scene, x, y).value.toPrecision(3)) });
  return phrase(text.from_here, { told: told(scene, "newton", travel(scene, newton, { x, y }, program.LIMIT)) });
}

const onward = (terrain) => ({ terrain, lr: VIEWS[terrain].lr, ...VIEWS[terrain].start });

function presets() {
  const newton = { rule: "signed", damping: 0 };
  return {
    to_saddle: { ...onward("saddle"), ...newton, now: 4 },
    too_little: { ...onward("saddle"), ...newton, y: 0.2, damping: 0.5, now: 2 },
    enough: { ...onward("saddle"), ...newton, damping: 3, now: 1 },
    flipped: { ...onward("saddle"), ...newton, rule: "absolute", now: 0 },
    one_step: { ...onward("ravine"), ...newton, now: 0 },
    bend: { ...onward("rosenbrock"), ...newton, now: 1 },
    hills: { ...onward("himmelblau"), ...newton, now: 1 },
  };
}

function startHandle(scene) {
  const { demo, views: { land } } = scene;
  const rounded = (scale, place) => Number(scale.clamp(scale.invert(place)).toFixed(3));
  return demo.handle({
    name: "start",
    parent: land.front,
    panel: land,
    move: (px, py) => set(scene, { x: rounded(land.x, px), y: rounded(land.y, py), now: 0 }),
  });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, now, runs, views: { land } } = scene;
  const moved = "terrain" in changed && changed.terrain !== land.terrain;
  Object.assign(now, changed);
  demo.reflect();
  again(scene, "newton", newton, [now.rule, now.damping]);
  again(scene, "plain", descent, [now.lr]);
  now.now = Math.min(now.now, runs.newton.last);
  if (moved) drawGround(scene);
  drawStarts(scene);
  drawPaths(scene);
  moment(scene);
}

/** A run anew, where anything has changed for it. */
function again(scene, name, step, rest) {
  const { program, now, runs } = scene;
  const from = [now.terrain, now.x, now.y, ...rest].join();
  if (runs[name]?.from !== from) runs[name] = { from, ...travel(scene, step, now, program.LIMIT) };
}

// ---- the terrain -----------------------------------------------------------------------------
function drawGround(scene) {
  const { now, views: { land } } = scene;
  const { box } = land;
  const x = linear(VIEWS[now.terrain].x, across(box));
  const y = linear(VIEWS[now.terrain].y, upward(box));
  const samples = grid((a, b) => bend(scene, a, b).value, x, y, 5);
  const sorted = [...samples.values].sort((a, b) => a - b);
  const share = (shade) => sorted[Math.floor(((sorted.length - 1) * (shade + 1)) / (SHADES + 1))]; // equal areas
  const levels = Array.from({ length: SHADES }, (_, shade) => share(shade));
  Object.assign(land, { x, y, samples, terrain: now.terrain, relief: sorted.at(-1) - sorted[0] });
  land.bands = node("g", {}, rect(box, { class: `shade-${SHADES}` }), ...bands(samples, levels));
}

/** Hatched: starts from which Newton's method reaches no hollow. Not told before it is asked. */
function drawStarts(scene) {
  const { demo, program, text, hatch, now, views: { land } } = scene;
  const { box, bands: ground } = land;
  const hide = () => {
    land.ground.replaceChildren(ground);
    land.legend.replaceChildren();
  };
  if (demo.untold()) {
    stop(scene);
    return hide();
  }
  const wait = setTimeout(hide); // a map of another setting is not left standing
  const follow = (start) => travel(scene, newton, start, program.LIMIT);
  chart(scene, follow, ({ border, seen }) => {
    clearTimeout(wait);
    const of = [now.terrain, now.rule, now.damping].join();
    land.ground.replaceChildren(ground, node("path", { d: border, fill: hatch, "data-starts": of }));
    const words = phrase(text.hatched, { limit: program.LIMIT });
    land.legend.replaceChildren(...(seen ? [label(box.left + 8, box.top + 18, words)] : []));
  });
}

const placed = ({ x, y }, points) => points.map((p) => [x(p.x), y(p.y)]);

function drawPaths(scene) {
  const { demo, program, text, now, runs, views: { land } } = scene;
  const { box, x, y, paths, names } = land;
  const all = [["newton", "curvature"], ...(now.also_plain ? [["plain", "plain"]] : [])];
  const shown = demo.untold() ? [] : all;
  paths.replaceChildren(
    ...shown.toReversed().map(([name, family]) => line(placed(land, runs[name].points), `${family} beside`)),
  );
  const bottom = box.top + box.height - 10;
  names.replaceChildren(
    ...shown.map(([name, family], row) =>
      label(box.left + 8, bottom - 17 * row, told(scene, name, runs[name]), { class: `colored ${family}` })),
  );
  const hollows = program.HOLLOWS[now.terrain].map(([a, b]) => [x(a), y(b)]);
  land.marks.replaceChildren(
    ...hollows.map(plus),
    ...hollows.map(([px, py]) => label(px + 10, py + 4, text.hollow)),
  );
  scene.start.place(x(now.x), y(now.y), phrase(text.point, { x: now.x, y: now.y }));
}

function told({ program, text }, name, { kind, steps, last }) {
  return phrase(text[`told_${kind}`], { name: text[name], steps: Math.min(steps, last), limit: program.LIMIT });
}

// ---- the present step ------------------------------------------------------------------------
/** Where a run is, and what its model says there; before a guess that would tell. */
function moment(scene, walking) {
  const { demo, program, now, views: { land } } = scene;
  const step = taken(scene, now.now);
  const { here, d, promised, b } = step;
  const there = { x: here.x + d.dx, y: here.y + d.dy };
  const got = b.value - bend(scene, there.x, there.y).value;
  const hidden = demo.untold() && now.now === 0;
  drawModel(scene, { ...step, there, level: b.value - promised, depth: Math.abs(promised) });
  if (hidden) drawWaiting(scene);
  else drawCut(scene, over(scene) ? { ...taken(scene, 0), words: scene.text.along_first } : step);
  land.moving.style.visibility = hidden ? "hidden" : "";
  speak(scene, { ...program.curvatures(b.xx, b.xy, b.yy), promised, got }, walking);
}

/** A step of the run with the model that it followed. */
function taken(scene, step) {
  const { program, runs } = scene;
  const here = runs.newton.points[step];
  const b = bend(scene, here.x, here.y);
  const m = matrix(scene, b);
  const d = program.newton(b.gx, b.gy, m.xx, m.xy, m.yy);
  const model = (dx, dy) => program.height(b.value, b.gx, b.gy, m.xx, m.xy, m.yy, dx, dy);
  return { here, d, model, promised: b.value - model(d.dx, d.dy), b };
}

/** Whether the ground is flat underfoot: then there is no next step. */
const over = ({ now, runs: { newton: { last, kind } } }) => now.now >= last && kind !== "going" && kind !== "lost";

function drawModel(scene, step) {
  const { demo, now, runs, head, views: { land } } = scene;
  const [from, to] = placed(land, [step.here, step.there]);
  const travelled = placed(land, runs.newton.points.slice(0, now.now + 1));
  const beside = placed(land, runs.plain.points.slice(0, now.now + 1));
  const far = Math.hypot(to[0] - from[0], to[1] - from[1]) > 12;
  const next = [cross(to, 6, "curvature"), ...stepNames(scene, from, to)];
  land.moving.replaceChildren(
    ...(over(scene) ? [] : rings(land, step)),
    ...(demo.untold() && now.also_plain ? [line(beside, "plain beside")] : []),
    line(travelled, "curvature"),
    dots(travelled, "curvature"),
    ...(far ? [arrow(from, to, "curvature", head)] : []),
    ...(over(scene) ? [dot(from, 6, "curvature"), startName(scene, placed(land, [now])[0], false)] : next),
  );
}

/** Contours of the model around its own flat point. */
function rings({ x, y, relief }, { here, model, level, depth }) {
  const samples = grid((a, c) => model(a - here.x, c - here.y), x, y, 10);
  const unit = Math.max(depth, relief / 120); // where the step is over, still something to see
  const levels = RINGS.flatMap((ring) => [level + ring * unit, level - ring * unit]);
  const look = { class: "demo-line curvature faint", "data-ring": true };
  return levels.map((each) => node("path", { d: lines(samples, each), ...look }));
}

function stepNames(scene, from, to) {
  const { program, text, now, views: { land } } = scene;
  const { box } = land;
  const right = to[0] < box.left + 0.6 * box.width;
  const sides = to[1] < from[1] ? [-11, 20] : [20, -11];
  const hollows = placed(land, program.HOLLOWS[now.terrain].map(([x, y]) => ({ x, y })));
  const free = (dy) => hollows.every(([px, py]) => Math.abs(to[1] + dy - py - 4) > 14 || Math.abs(to[0] - px) > 160);
  const flat = { class: "colored curvature", "text-anchor": right ? "start" : "end" };
  const start = placed(land, [now])[0];
  const named = [to[0] + (right ? 11 : -11), to[1] + (sides.find(free) ?? sides[0])];
  const crowded = Math.abs(named[1] - start[1] - 4) < 16 && Math.abs(named[0] - start[0]) < 170;
  return [
    label(...named, text.flat_here, flat),
    dot(from, 6, "curvature"),
    ...(crowded ? [] : [startName(scene, start, to[0] > start[0])]),
  ];
}

/** Beside the ring, on the side where the step does not go, as far as there is room. */
function startName({ text, views: { land: { box } } }, [px, py], left) {
  const before = px > box.left + box.width - 75 || (left && px > box.left + 75);
  return label(px + (before ? -26 : 26), py + 4, text.start, { "text-anchor": before ? "end" : "start" });
}

/** Whether all curvature on the way is positive: then its absolute value is the same. */
const upright = (scene) =>
  scene.runs.newton.points.every(({ x, y }) => {
    const b = bend(scene, x, y);
    return scene.program.curvatures(b.xx, b.xy, b.yy).low > 0;
  });

function speak(scene, numbers, walking) {
  const { demo, program, text, now, runs } = scene;
  const { kind, steps, last } = runs.newton;
  const hidden = demo.untold() ? { steps: "", plain_steps: "" } : {};
  scene.tell({ ...numbers, steps, plain_steps: runs.plain.steps, now: now.now }, hidden);
  if (demo.untold() && now.now === 0) return demo.say(text.before);
  const done = over(scene);
  const step = done ? "arrived" : numbers.promised < 0 ? "up" : numbers.got < 0 ? "worse" : "down";
  const alike = now.rule === "absolute" && !done && upright(scene);
  const then = alike ? text.alike : phrase(text[step], numbers);
  if (demo.untold() || (walking && !done)) return demo.say(phrase(text.at, { now: now.now, then }));
  demo.say(phrase(text[`say_${kind}`], { steps: Math.min(steps, last), limit: program.LIMIT, then }));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, now, views } = scene;
  const { land, cut } = views;
  const high = demo.narrow ? 290 : Math.min(400, height - 60);
  const broad = demo.narrow ? width : Math.round(width * 0.58);
  land.box = { left: 0, top: 0, width: broad, height: high };
  cut.box = demo.narrow
    ? { left: 44, top: high + 36, width: width - 58, height: high - 70 }
    : { left: broad + 58, top: 28, width: width - broad - 70, height: high - 72 };
  const bottom = demo.narrow ? 2 * high + 8 : high + 4;
  demo.size(width, bottom, [
    { name: "land", top: 0, height: high },
    { name: "cut", top: high + 8, height: high },
  ]);
  for (const view of Object.values(views)) demo.clip(view.box, view.clip);
  land.terrain = undefined;
  set(scene, { terrain: now.terrain });
}

export default { render: ({ model, el }) => mount(model, el, build) };
