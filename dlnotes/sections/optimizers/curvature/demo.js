// The terrain with the path and the model's contours; a cut through both along the present step.
import {
  across, arrow, axes, bands, cross, dot, dots, grid, label, line, linear, lines, mount,
  node, phrase, rect, region, upward,
} from "../../../demos/demo.js";

const VIEWS = {
  saddle: { x: [-1.7, 1.7], y: [-1.55, 1.55], start: { x: 0.2, y: 0.4 }, lr: 0.1 },
  ravine: { x: [-1.3, 1.3], y: [-0.6, 0.6], start: { x: 1, y: 0.4 }, lr: 0.0198 },
  rosenbrock: { x: [-1.9, 1.9], y: [-1, 3], start: { x: -1.2, y: 1 }, lr: 0.001 },
  himmelblau: { x: [-5.5, 5.5], y: [-5.2, 5.2], start: { x: 0.6, y: -0.4 }, lr: 0.01 },
};
const SHADES = 9;
const SOON = 60; // steps within which the map of starts asks for an end
const RINGS = [0.25, 1, 2.25, 4, 6.25, 9];
const REACH = [-0.7, 1.7]; // of the cut, in steps
const LAYERS = ["ground", "marks", "paths", "moving", "names", "front"];

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { land: demo.view(LAYERS), cut: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, runs: {} };
  scene.secret = now.now === 0; // the page asks where it ends: not told before the reader has seen it or chosen
  scene.hatch = demo.hatch();
  scene.head = demo.arrow("curvature");
  controls(scene);
  return { draw: (width) => layout(scene, width), set: (changed) => touch(scene, changed) };
}

// ---- what the emitted program says -----------------------------------------------------------
const bend = ({ program, now }, x, y) => program[`${now.terrain}_bend`](x, y);
const matrix = ({ program, now }, b) => program[now.rule](b.xx, b.xy, b.yy, now.damping);
const descent = ({ program, now }, b) => program.descent(b.gx, b.gy, now.lr);
function newton(scene, b) {
  const m = matrix(scene, b);
  return scene.program.newton(b.gx, b.gy, m.xx, m.xy, m.yy);
}

/** All points of a run until it settles, is lost, or `limit` steps are over. */
function travel(scene, step, { x, y }, limit) {
  const { program } = scene;
  const points = [{ x, y }];
  for (;;) {
    const p = points.at(-1);
    const b = bend(scene, p.x, p.y);
    const kind = program.KINDS[program.verdict(p.x, p.y, b.gx, b.gy, b.xx, b.xy, b.yy)];
    const last = points.length - 1;
    if (kind !== "going" || last >= limit) return { points, last, kind, steps: kind === "going" ? Infinity : last };
    const d = step(scene, b);
    points.push({ x: p.x + d.dx, y: p.y + d.dy });
  }
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, now, runs } = scene;
  const change = (name) => (value) => touch(scene, { [name]: value, now: 0 });
  demo.clock({
    rate: 1.6,
    last: () => runs.newton.last,
    show: () => (scene.secret && now.now >= runs.newton.last ? touch(scene, {}) : moment(scene)),
  });
  for (const name of ["damping", "lr"]) demo.slider({ name, change: change(name) });
  demo.choice({ name: "terrain", change: (name) => touch(scene, { ...onward(name), now: 0 }) });
  demo.choice({ name: "rule", change: change("rule") });
  demo.toggle({ name: "also_plain", change: change("also_plain") });
  demo.presets(presets(), (setting) => touch(scene, { ...setting, now: 0 }));
  scene.tell = demo.readouts(["steps", "plain_steps", "now", "low", "high", "promised", "got"], ["now", "low", "high"]);
  scene.start = startHandle(scene);
}

const onward = (terrain) => ({ terrain, lr: VIEWS[terrain].lr, ...VIEWS[terrain].start });

function presets() {
  const newton = { rule: "signed", damping: 0 };
  return {
    to_saddle: { ...onward("saddle"), ...newton },
    too_little: { ...onward("saddle"), ...newton, y: 0.2, damping: 0.5 },
    enough: { ...onward("saddle"), ...newton, damping: 3 },
    flipped: { ...onward("saddle"), ...newton, rule: "absolute" },
    one_step: { ...onward("ravine"), ...newton },
    bend: { ...onward("rosenbrock"), ...newton },
    hills: { ...onward("himmelblau"), ...newton },
  };
}

function startHandle(scene) {
  const { demo, views: { land } } = scene;
  const rounded = (scale, place) => Number(scale.clamp(scale.invert(place)).toFixed(3));
  return demo.handle({
    name: "start",
    parent: land.front,
    move: (px, py) => touch(scene, { x: rounded(land.x, px), y: rounded(land.y, py), now: 0 }),
  });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function touch(scene, changed) {
  const first = scene.secret;
  scene.secret = false;
  if (first) drawStarts(scene);
  set(scene, changed);
}

function set(scene, changed) {
  const { demo, program, now, runs, views: { land } } = scene;
  const moved = "terrain" in changed && changed.terrain !== land.terrain;
  Object.assign(now, changed);
  demo.reflect();
  runs.newton = travel(scene, newton, now, program.LIMIT);
  runs.plain = travel(scene, descent, now, program.LIMIT);
  now.now = Math.min(now.now, runs.newton.last);
  if (moved) drawGround(scene);
  if (moved || "rule" in changed || "damping" in changed) drawStarts(scene);
  drawPaths(scene);
  moment(scene);
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

/** Hatched: starts from which Newton's method reaches no hollow. */
function drawStarts(scene) {
  const { demo, secret, hatch, views: { land } } = scene;
  const { x, y } = land;
  if (secret) return land.ground.replaceChildren(land.bands);
  const missed = (a, b) => (travel(scene, newton, { x: a, y: b }, SOON).kind === "minimum" ? 1 : 0);
  const samples = grid(missed, x, y, 7);
  land.missed = samples.values.filter((v) => v === 0).length > samples.values.length / 50; // more than a line
  land.ground.replaceChildren(land.bands, node("path", { d: region(samples, 0.5), fill: hatch, "data-starts": true }));
  demo.clip(land.box, land.clip);
}

const placed = ({ x, y }, points) => points.map((p) => [x(p.x), y(p.y)]);

function drawPaths(scene) {
  const { text, now, runs, secret, views: { land } } = scene;
  const { box, x, y, paths, names } = land;
  const all = [["newton", "curvature"], ...(now.also_plain ? [["plain", "plain"]] : [])];
  const shown = secret ? [] : all;
  paths.replaceChildren(
    ...shown.toReversed().map(([name, family]) => line(placed(land, runs[name].points), `${family} beside`)),
  );
  const bottom = box.top + box.height - 10;
  names.replaceChildren(
    ...shown.map(([name, family], row) =>
      label(box.left + 8, bottom - 17 * row, told(scene, name), { class: `colored ${family}` })),
    ...(land.missed && !secret ? [label(box.left + 8, box.top + 18, text.hatched)] : []),
  );
  scene.start.place(x(now.x), y(now.y), phrase(text.point, { x: now.x, y: now.y }));
}

function told({ program, text, runs }, name) {
  const { kind, steps, last } = runs[name];
  return phrase(text[`told_${kind}`], { name: text[name], steps: Math.min(steps, last), limit: program.LIMIT });
}

// ---- the present step ------------------------------------------------------------------------
function moment(scene) {
  const { program, now, runs } = scene;
  const here = runs.newton.points[now.now];
  const b = bend(scene, here.x, here.y);
  const m = matrix(scene, b);
  const d = program.newton(b.gx, b.gy, m.xx, m.xy, m.yy);
  const model = (dx, dy) => program.height(b.value, b.gx, b.gy, m.xx, m.xy, m.yy, dx, dy);
  const there = { x: here.x + d.dx, y: here.y + d.dy };
  const promised = b.value - model(d.dx, d.dy);
  const got = b.value - bend(scene, there.x, there.y).value;
  drawModel(scene, { here, there, model, level: b.value - promised, depth: Math.abs(promised) });
  drawCut(scene, { here, d, model });
  speak(scene, { ...program.curvatures(b.xx, b.xy, b.yy), promised, got });
}

function drawModel(scene, step) {
  const { now, runs, head, views: { land } } = scene;
  const [from, to] = placed(land, [step.here, step.there]);
  const travelled = placed(land, runs.newton.points.slice(0, now.now + 1));
  const far = Math.hypot(to[0] - from[0], to[1] - from[1]) > 12;
  land.moving.replaceChildren(
    ...rings(land, step),
    line(travelled, "curvature"),
    dots(travelled, "curvature"),
    ...(far ? [arrow(from, to, "curvature", head)] : []),
    cross(to, 6, "curvature"),
    ...stepNames(scene, from, to),
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

function stepNames({ text, now, views: { land: { box, x, y } } }, from, to) {
  const right = to[0] < box.left + 0.6 * box.width;
  const up = to[1] < from[1];
  const flat = { class: "colored curvature", "text-anchor": right ? "start" : "end" };
  return [
    label(to[0] + (right ? 11 : -11), to[1] + (up ? -11 : 20), text.flat_here, flat),
    dot(from, 6, "curvature"),
    label(x(now.x), y(now.y) + (up ? 26 : -15), text.start, { "text-anchor": "middle" }),
  ];
}

/** Ground and model over the way of the step, 0 its start and 1 its end. */
function drawCut(scene, { here, d, model }) {
  const { text, views: { land: { relief }, cut } } = scene;
  const { box, marks, paths } = cut;
  const ground = (t) => bend(scene, here.x + t * d.dx, here.y + t * d.dy).value;
  const parabola = (t) => model(t * d.dx, t * d.dy);
  const heights = [-0.2, 0, 0.5, 1, 1.2].flatMap((t) => [ground(t), parabola(t)]).filter(Number.isFinite);
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  const room = Math.max(high - low, relief / 120);
  const x = linear(REACH, across(box));
  const y = linear([low - 0.25 * room, high + 0.35 * room], upward(box));
  const ts = Array.from({ length: 97 }, (_, i) => REACH[0] + ((REACH[1] - REACH[0]) * i) / 96);
  const curve = (f) => ts.map((t) => [x(t), y(f(t))]);
  marks.replaceChildren(axes(box, x, y, { xLabel: text.along, yLabel: text.loss, xTicks: [0, 1] }));
  paths.replaceChildren(line(curve(ground), "plain"), line(curve(parabola), "curvature dashed"));
  nameCut(scene, { x, y, ground, parabola });
}

function nameCut({ text, views: { cut: { names } } }, { x, y, ground, parabola }) {
  const [gy, my] = [y(ground(1)), y(parabola(1))];
  const apart = Math.abs(gy - my) < 16 ? 16 * (gy < my ? -1 : 1) - (gy - my) : 0;
  const beside = (height, shift) => [x(1) + 12, y(y.clamp(height)) + 4 + shift];
  names.replaceChildren(
    dot([x(0), y(ground(0))], 5, "curvature"),
    dot([x(1), gy], 5, "plain hollow"),
    cross([x(1), my], 5, "curvature"),
    label(...beside(parabola(1), -apart / 2), text.model, { class: "colored curvature" }),
    label(...beside(ground(1), apart / 2), text.ground, { class: "colored plain" }),
  );
}

function speak(scene, numbers) {
  const { demo, program, text, now, runs, secret } = scene;
  const { kind, steps, last } = runs.newton;
  scene.tell({ ...numbers, steps, plain_steps: runs.plain.steps, now: now.now });
  const done = now.now >= last && kind !== "going" && kind !== "lost";
  const step = done ? "arrived" : numbers.promised < 0 ? "up" : numbers.got < 0 ? "worse" : "down";
  const then = phrase(text[step], numbers);
  if (secret) return demo.say(then);
  demo.say(phrase(text[`say_${kind}`], { steps: Math.min(steps, last), limit: program.LIMIT, then }));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width) {
  const { demo, now, views } = scene;
  const { land, cut } = views;
  const wide = width >= 620;
  const high = wide ? Math.min(380, Math.round(width * 0.46)) : 290;
  const half = wide ? Math.round(width * 0.57) : width;
  land.box = { left: 0, top: 0, width: half, height: high };
  cut.box = wide
    ? { left: half + 58, top: 28, width: width - half - 70, height: high - 72 }
    : { left: 44, top: high + 40, width: width - 58, height: 190 };
  demo.size(width, wide ? high + 4 : cut.box.top + 190 + 42);
  for (const view of Object.values(views)) demo.clip(view.box, view.clip);
  land.terrain = undefined;
  set(scene, { terrain: now.terrain });
}

export default { render: ({ model, el }) => mount(model, el, build) };
