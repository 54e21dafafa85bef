// The race in three views: the terrain, a look inside one rule, and the lanes with their clock.
import { between, dot, label, mount, names, node, phrase, plus, tenth } from "../../../demos/demo.js";
import { FAMILY, hue } from "./families.js";
import { aim, drawRim, drawTerrain, minima, turnedTo } from "./ground.js";
import { lookInside } from "./inside.js";
import { drawClock, drawLanes } from "./lanes.js";
import { ended, onward, travel, tune } from "./runs.js";

const FRESH = 90; // the step shown when a new race is set up
const LAYERS = ["ground", "paths", "rim", "moving", "names", "front"];

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
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, now } = scene;
  const change = (name, also) => (value) => set(scene, { [name]: value, ...also });
  const listed = (field) => inField(scene, now.inspect, field);
  scene.clock = demo.clock({
    rate: () => Math.max(15, now.now / 2),
    last: () => scene.last,
    show: () => moment(scene, true),
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
  const steps = (rule) => scene.runs.find((run) => run.rule === rule).steps;
  demo.question({
    answer: () => (steps("sgd") < steps("adam") ? "sgd" : "adam"),
    reached: () => now.now >= Math.max(steps("sgd"), steps("adam")),
    because: () => ({ sgd: steps("sgd"), adam: steps("adam") }),
  });
}

const inField = ({ program }, rule, field) => field !== "seven" || program.SEVEN.includes(rule);
const choose = (scene, inspect) =>
  set(Object.assign(scene, { looked: true }), { inspect, field: inField(scene, inspect, scene.now.field) ? scene.now.field : "all" });

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
    ridge: { ...on("saddle"), y: 0, tuning: "same", lr: 0.01 },
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
    panel: map,
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
  scene.time = scene.clock.handle(lanes.front, (px) => lanes.x.invert(px) - 1, { panel: lanes, leap });
  scene.turn = demo.handle({
    name: "turn",
    parent: map.front,
    shape: "diamond",
    way: "x",
    move: (px, py, key) => {
      const aimed = key ? now.angle - key[0] - key[1] : turnedTo(scene, px);
      set(scene, { angle: Math.round(between(aimed, 0, 90)) });
    },
  });
  map.moving.addEventListener("click", ({ target }) => {
    const ball = target.closest("[data-pressed]");
    if (ball) choose(scene, ball.dataset.pressed);
  });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  scene.demo.reflect();
  race(scene);
  aim(scene);
  if ("surface" in changed || !scene.terrain.firstChild) drawTerrain(scene);
  drawPaths(scene);
  drawRim(scene);
  drawLanes(scene);
  moment(scene);
}

function race(scene) {
  const { program, now, rules, tell } = scene;
  const { cos, sin } = program.compass(now.angle);
  const from = program.turned(now.x, now.y, cos, sin);
  scene.ground = { cos, sin, from, slope: program[`slope_${now.surface}`], far: program[`far_${now.surface}`] };
  const field = { seven: program.SEVEN, all: rules, one: [now.inspect] }[now.field];
  scene.runs = field.map((rule) => {
    const lr = now.tuning === "best" ? tune(scene, rule) : now.lr;
    return travel(scene, rule, lr);
  });
  const latest = Math.max(...scene.runs.map((run) => run.steps));
  scene.last = Number.isFinite(latest) ? Math.max(100, latest + program.HOLD) : program.LIMIT;
  for (const run of scene.runs) onward(scene, run, scene.last);
  now.now = Math.min(now.now, scene.last);
  for (const rule of rules) {
    const { steps, lr } = scene.runs.find((run) => run.rule === rule) ?? { steps: Infinity, lr: Infinity };
    tell({ [`steps_${rule}`]: steps, [`lr_${rule}`]: lr });
  }
}

const chosenLast = ({ runs, now }) => runs.toSorted((a, b) => (a.rule === now.inspect) - (b.rule === now.inspect));

// ---- the paths ----------------------------------------------------------------------------------
/** The line of a run as text, and where in it each step ends: a prefix is the way so far. */
function traced({ x, y }, run, upTo) {
  let [d, px, py, ox, oy] = ["", Infinity, Infinity, Infinity, Infinity];
  const ends = [];
  for (let n = 0; n <= Math.min(run.last, upTo); n += 1) {
    const qx = x(run.xs[n]);
    const qy = y(run.ys[n]);
    if (Math.abs(qx - px) + Math.abs(qy - py) > 0.8) {
      const back = Math.abs(qx - ox) + Math.abs(qy - oy) < 0.8; // to and fro is drawn already
      if (!back && Math.abs(qx) < 1e5 && Math.abs(qy) < 1e5) d += `${d ? "L" : "M"}${tenth(qx)} ${tenth(qy)}`;
      ox = px;
      oy = py;
      px = qx;
      py = qy;
    }
    ends.push(d.length);
  }
  return { d, ends };
}

function drawPaths(scene) {
  const { demo, text, runs, last, ground: { from }, views: { map } } = scene;
  const { x, y } = map;
  for (const run of runs) run.trace = traced(map, run, last);
  map.paths.replaceChildren(
    ...(demo.untold() ? [] : chosenLast(scene)).map(({ rule, trace }) => node("path", { d: trace.d, class: `demo-line faint ${FAMILY[rule]}` })),
  );
  scene.begin = label(x(from.x), y(from.y) + 34, text.start, { "text-anchor": "middle" });
  map.names.replaceChildren(...minima(scene).map(plus), scene.begin);
  scene.start.place(x(from.x), y(from.y), phrase(text.point, { x: from.x, y: from.y }));
}

// ---- the present step ------------------------------------------------------------------------
function moment(scene, walking) {
  const { demo, text, now, last, views: { map } } = scene;
  const { x, y, moving, box } = map;
  const order = chosenLast(scene);
  const points = order.map((run) => {
    const n = ended(scene, run);
    return { rule: run.rule, at: [x(run.xs[n]), y(run.ys[n])], words: text[run.rule], name: `colored ${hue(run.rule)}` };
  });
  const arrows = lookInside(scene);
  moving.replaceChildren(
    ...order.map((run) => node("path", { d: run.trace.d.slice(0, run.trace.ends[ended(scene, run)]), class: `demo-line ${FAMILY[run.rule]}` })),
    ...points.flatMap(({ rule, at }) => [
      dot(at, rule === now.inspect ? 7 : 5, hue(rule), { "data-pressed": rule }),
      node("circle", { cx: at[0], cy: at[1], r: 12, fill: "transparent", "data-pressed": rule, style: "cursor: pointer" }),
    ]),
    ...arrows,
    ...(now.now ? names(box, points.toReversed(), [...arrows, scene.begin, ...occupied(scene)]) : []),
  );
  drawClock(scene);
  scene.tell({ now: now.now });
  if (demo.untold() || (walking && now.now && now.now < last)) speakNow(scene);
  else speak(scene);
}

/** Where the handles stand with their arrows and words: no name goes there. */
const occupied = ({ ground: { from }, rimmed, views: { map: { x, y, rim } } }) =>
  [...rim.children, ...[[x(from.x), y(from.y)], rimmed].map(([px, py]) => label(px, py + 4, "‹ ◯ ›", { "text-anchor": "middle" }))];

// ---- the sentence below ----------------------------------------------------------------------
/** Who is there by now, and nothing of those who will be. */
function speakNow({ demo, text, now, runs }) {
  const there = runs.filter((run) => run.steps <= now.now).toSorted((a, b) => a.steps - b.steps);
  const names = there.map((run) => text[run.rule]).join(text.joint);
  const part = !now.now ? "before" : there.length ? "arrived" : "none_yet";
  demo.say(phrase(text[part], { now: now.now, names }));
}

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
function layout(scene, width, height) {
  const { demo, views: { map, inside, lanes } } = scene;
  const { narrow } = demo;
  const [broad, high] = narrow ? [width, 320] : [Math.round(width * 0.52), Math.min(360, height - 116)];
  const table = narrow ? high : 96; // on a phone all panels are equally high
  map.box = { left: 0, top: 0, width: broad, height: high };
  // on a phone the race comes first, below it who arrives
  const [first, second, third] = narrow ? [high + 4, 0, 2 * high + 8] : [0, 0, high + 12];
  map.box.top = second;
  inside.box = { left: 2, top: narrow ? third + 4 : third, width: width - 4, height: table };
  const [left, top] = narrow ? [92, first + 36] : [broad + 90, 36];
  lanes.room = high - (narrow ? 78 : 84);
  lanes.edge = width - 2;
  lanes.box = { left, top, width: width - left - 118, height: lanes.room };
  for (const view of [map, inside]) demo.clip(view.box, view.clip);
  demo.clip({ left: 0, top: top - 12, width, height: lanes.room + 30 }, lanes.clip);
  const panels = ["map", "lanes", "look"].map((name, k) => ({ name, top: k * (high + 4), height: high }));
  demo.size(width, narrow ? 3 * high + 8 : high + 12 + table, panels);
  scene.terrain.replaceChildren();
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
