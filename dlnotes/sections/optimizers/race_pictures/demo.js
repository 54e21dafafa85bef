// The race in three views: the terrain, a look inside one rule, and the lanes with their clock.
import {
  across, bands, dot, grid, label, linear, mount, names, node, phrase, plus, rect, upward,
} from "../../../demos/demo.js";
import { FAMILY, hue } from "./families.js";
import { lookInside } from "./inside.js";
import { drawClock, drawLanes } from "./lanes.js";
import { ended, travel, tune } from "./runs.js";

const FRESH = 90; // the step shown when a new race is set up
const QUANTILES = [0.03, 0.08, 0.15, 0.24, 0.35, 0.48, 0.62, 0.76, 0.89]; // of the area, for the bands
const LAYERS = ["ground", "paths", "moving", "names", "front"];

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { map: demo.view(LAYERS), inside: demo.view(LAYERS), lanes: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, runs: [], last: program.LIMIT, rules: Object.keys(program.RULES) };
  scene.terrain = views.map.ground.appendChild(node("g"));
  const families = ["plain", "momentum", "adaptive", "adam", "theory"];
  scene.heads = Object.fromEntries(families.map((family) => [family, demo.arrow(family)]));
  scene.choose = (rule) => choose(scene, rule);
  controls(scene);
  readouts(scene);
  handles(scene);
  return { draw: (width) => layout(scene, width), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, now } = scene;
  const change = (name, also) => (value) => set(scene, { [name]: value, ...also });
  const listed = (field) => inField(scene, now.inspect, field);
  scene.clock = demo.clock({
    rate: () => Math.max(15, now.now / 2),
    last: () => scene.last,
    show: () => moment(scene),
  });
  demo.slider({ name: "lr", change: change("lr", { tuning: "same" }) });
  demo.slider({ name: "angle", change: change("angle") });
  demo.choice({ name: "surface", change: (name) => set(scene, fresh(scene, name)) });
  demo.choice({ name: "tuning", change: change("tuning") });
  demo.choice({
    name: "field",
    change: (field) => set(scene, { field, inspect: listed(field) ? now.inspect : "adam" }),
  });
  demo.choice({ name: "inspect", change: scene.choose });
  demo.presets(presets(scene), (setting) => set(scene, setting));
}

const inField = ({ program }, rule, field) => field !== "seven" || program.SEVEN.includes(rule);
const choose = (scene, inspect) =>
  set(scene, { inspect, field: inField(scene, inspect, scene.now.field) ? scene.now.field : "all" });

/** A surface with its own start, some way into the race. */
function fresh({ program }, surface) {
  const [x, y] = program.SURFACES[surface].start;
  return { surface, x, y, now: FRESH };
}

function presets(scene) {
  const on = (surface) => ({ ...fresh(scene, surface), tuning: "best", angle: 0 });
  return {
    famous: { ...on("saddle"), tuning: "same", lr: 0.01 },
    each: on("saddle"),
    contours: on("beale"),
    straight: { ...on("ravine"), inspect: "adagrad", now: 2 },
    quarter: { ...on("ravine"), angle: 45, inspect: "adagrad" },
    ridge: { ...on("saddle"), y: 0 },
  };
}

function readouts(scene) {
  const { demo, program, rules } = scene;
  const ofRules = rules.flatMap((rule) => [`steps_${rule}`, `lr_${rule}`]);
  const ofRows = program.ROWS.flatMap((row) => [`${row}_x`, `${row}_y`]);
  scene.tell = demo.readouts(["now", "swerve", ...ofRules, ...ofRows]);
}

function handles(scene) {
  const { demo, program, now, views: { map, lanes } } = scene;
  const kept = (value, from, size) => Math.min(Math.max(value, from + 4), from + size - 4);
  scene.start = demo.handle({
    name: "start",
    parent: map.front,
    move: (px, py) => {
      const { x, y, box } = map;
      const { far, cos, sin } = scene.ground;
      const at = [x.invert(kept(px, box.left, box.width)), y.invert(kept(py, box.top, box.height))];
      const spot = program.back(...at, cos, sin);
      const edge = program.SURFACES[now.surface].reach / 50; // a start at a minimum has nowhere to go
      if (far(...at, cos, sin) > edge) set(scene, { x: spot.x, y: spot.y });
    },
  });
  const leap = () => Math.max(5, Math.round(now.now / 5));
  scene.time = scene.clock.handle(lanes.front, (px) => lanes.x.invert(px) - 1, { leap });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  scene.demo.reflect();
  race(scene);
  aim(scene);
  if ("surface" in changed || !scene.terrain.firstChild) drawTerrain(scene);
  drawPaths(scene);
  drawLanes(scene);
  moment(scene);
  speak(scene);
}

function race(scene) {
  const { program, now, rules, tell } = scene;
  const { cos, sin } = program.compass(now.angle);
  const from = program.turned(now.x, now.y, cos, sin);
  scene.ground = { cos, sin, from, slope: program[`slope_${now.surface}`], far: program[`far_${now.surface}`] };
  const field = { seven: program.SEVEN, all: rules, one: [now.inspect] }[now.field];
  scene.runs = field.map((rule) => {
    const lr = now.tuning === "best" ? tune(scene, rule) : now.lr;
    return travel(scene, rule, lr, program.LIMIT, true);
  });
  const latest = Math.max(...scene.runs.map((run) => run.steps));
  scene.last = Number.isFinite(latest) ? Math.max(100, latest + program.HOLD) : program.LIMIT;
  now.now = Math.min(now.now, scene.last);
  for (const rule of rules) {
    const { steps, lr } = scene.runs.find((run) => run.rule === rule) ?? { steps: Infinity, lr: Infinity };
    tell({ [`steps_${rule}`]: steps, [`lr_${rule}`]: lr });
  }
}

const chosenLast = ({ runs, now }) => runs.toSorted((a, b) => (a.rule === now.inspect) - (b.rule === now.inspect));

// ---- the terrain -----------------------------------------------------------------------------
/** Drawn once per surface, unturned and large enough to be turned as a picture. */
function drawTerrain({ program, now, terrain, views: { map: { box, unit } } }) {
  const [cx, cy] = program.SURFACES[now.surface].center;
  const half = Math.hypot(box.width, box.height) / 2;
  const x = linear([cx - half / unit, cx + half / unit], [-half, half]);
  const y = linear([cy - half / unit, cy + half / unit], [half, -half]);
  const samples = grid(program[`height_${now.surface}`], x, y, 6);
  const sorted = samples.values.slice().sort();
  const levels = QUANTILES.map((share) => sorted[Math.floor(share * sorted.length)]);
  const whole = { left: -half, top: -half, width: 2 * half, height: 2 * half };
  terrain.replaceChildren(rect(whole, { class: "shade-9" }), ...bands(samples, levels));
}

/** The scales of the map: the center turns with the terrain. */
function aim({ program, now, ground, terrain, views: { map } }) {
  const { box } = map;
  const { center, reach } = program.SURFACES[now.surface];
  const middle = program.turned(...center, ground.cos, ground.sin);
  map.unit = Math.min(box.width, box.height) / (2 * reach);
  const [w, h] = [box.width / 2 / map.unit, box.height / 2 / map.unit];
  map.x = linear([middle.x - w, middle.x + w], across(box));
  map.y = linear([middle.y - h, middle.y + h], upward(box));
  const moved = `translate(${box.left + box.width / 2} ${box.top + box.height / 2})`;
  terrain.setAttribute("transform", `${moved} rotate(${-now.angle})`);
}

/** The line of a run as text, and where in it each step ends: a prefix is the way so far. */
function traced({ x, y }, run, upTo) {
  let [d, px, py] = ["", Infinity, Infinity];
  const ends = [];
  for (let n = 0; n <= Math.min(run.last, upTo); n += 1) {
    const [qx, qy] = [x(run.xs[n]), y(run.ys[n])];
    if (Math.abs(qx - px) + Math.abs(qy - py) > 0.8) {
      if (Math.abs(qx) < 1e5 && Math.abs(qy) < 1e5) d += `${d ? "L" : "M"}${qx.toFixed(1)} ${qy.toFixed(1)}`;
      [px, py] = [qx, qy];
    }
    ends.push(d.length);
  }
  return { d, ends };
}

function drawPaths(scene) {
  const { text, runs, last, ground: { from }, views: { map } } = scene;
  const { x, y } = map;
  for (const run of runs) run.trace = traced(map, run, last);
  map.paths.replaceChildren(
    ...chosenLast(scene).map(({ rule, trace }) => node("path", { d: trace.d, class: `demo-line faint ${FAMILY[rule]}` })),
  );
  map.names.replaceChildren(
    ...minima(scene).map(plus),
    label(x(from.x), y(from.y) + 24, text.start, { "text-anchor": "middle" }),
  );
  scene.start.place(x(from.x), y(from.y), phrase(text.point, { x: from.x, y: from.y }));
}

const minima = ({ program, now, ground, views: { map } }) =>
  program.SURFACES[now.surface].minima.map(([a, b]) => {
    const spot = program.turned(a, b, ground.cos, ground.sin);
    return [map.x(spot.x), map.y(spot.y)];
  });

// ---- the present step ------------------------------------------------------------------------
function moment(scene) {
  const { text, now, views: { map } } = scene;
  const { x, y, moving, box } = map;
  const order = chosenLast(scene);
  const points = order.map((run) => {
    const n = ended(scene, run);
    return { rule: run.rule, at: [x(run.xs[n]), y(run.ys[n])], words: text[run.rule], name: `colored ${hue(run.rule)}` };
  });
  const arrows = lookInside(scene);
  moving.replaceChildren(
    ...order.map((run) => node("path", { d: run.trace.d.slice(0, run.trace.ends[ended(scene, run)]), class: `demo-line ${FAMILY[run.rule]}` })),
    ...points.map(({ rule, at }) => dot(at, rule === now.inspect ? 7 : 5, hue(rule))),
    ...arrows,
    ...names(box, points.toReversed(), arrows),
  );
  drawClock(scene);
  scene.tell({ now: now.now });
}

// ---- the sentence below ----------------------------------------------------------------------
function speak({ demo, program, text, now, runs }) {
  const there = runs.filter((run) => Number.isFinite(run.steps)).sort((a, b) => a.steps - b.steps);
  const gone = runs.filter((run) => Number.isFinite(run.lost) && !Number.isFinite(run.steps));
  const late = runs.filter((run) => !there.includes(run) && !gone.includes(run));
  const listed = (some) => some.map((run) => text[run.rule]).join(text.joint);
  const say = (name, run) => phrase(text[name], { name: text[run.rule], steps: run.steps });
  const parts = [];
  if (there.length === 1) parts.push(say("alone_arrives", there[0]));
  if (there.length > 1) parts.push(say("leads", there[0]));
  if (there.length > 1 && !late.length && !gone.length) parts.push(say("trails", there.at(-1)));
  if (!there.length) parts.push(text.nobody);
  if (late.length && there.length) parts.push(phrase(text.late, { names: listed(late), limit: program.LIMIT }));
  if (gone.length) parts.push(phrase(text.gone, { names: listed(gone) }));
  demo.say(phrase(text[`setting_${now.tuning}`], { lr: now.lr }) + parts.join(text.comma) + text.end);
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width) {
  const { demo, rules, views: { map, inside, lanes } } = scene;
  const wide = width >= 620;
  const table = 20 + 22 * 7 + 72; // the longest: AMSGrad
  const high = wide ? 380 : Math.round(width * 0.9);
  map.box = { left: 0, top: 0, width: wide ? Math.round(width * 0.6) : width, height: high };
  inside.box = wide
    ? { left: map.box.width + 28, top: 4, width: width - map.box.width - 30, height: 380 }
    : { left: 2, top: high + 14, width: width - 4, height: table };
  const top = (wide ? 380 : high + 14 + table) + 42;
  lanes.gap = 23;
  lanes.edge = width - 2;
  lanes.box = { left: 90, top, width: width - 90 - (wide ? 190 : 152), height: lanes.gap * rules.length };
  demo.clip(map.box, map.clip);
  demo.clip(inside.box, inside.clip);
  demo.clip({ left: 0, top: top - 12, width, height: lanes.gap * rules.length + 30 }, lanes.clip);
  scene.terrain.replaceChildren();
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
