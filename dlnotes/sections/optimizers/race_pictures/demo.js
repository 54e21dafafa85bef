// The race in three views: the terrain, a look inside one rule, and the lanes with their clock.
const { mount, linear, log, grid, path, label, format, phrase, node } = globalThis.dlnotesDemo;
const { dot, rect, plus, cross, arrow, bands, names, across, upward } = globalThis.dlnotesDemo;

const FAMILY = {
  sgd: "plain", momentum: "momentum", nesterov: "momentum dashed", adagrad: "adaptive",
  adadelta: "adaptive dashed", rmsprop: "adaptive dotted", adam: "adam", adamax: "adam light",
  nadam: "adam dashed", amsgrad: "adam dotted", lion: "adam light dashed",
};
const FRESH = 90; // the step shown when a new race is set up
const QUANTILES = [0.03, 0.08, 0.15, 0.24, 0.35, 0.48, 0.62, 0.76, 0.89]; // of the area, for the bands
const TICKS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000];
const LAYERS = ["ground", "paths", "moving", "names", "front"];
const hue = (rule) => FAMILY[rule].split(" ")[0];
const colored = (rule) => ({ class: `colored ${hue(rule)}` });

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { map: demo.view(LAYERS), inside: demo.view(LAYERS), lanes: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, runs: [], last: program.LIMIT, rules: Object.keys(program.RULES) };
  scene.terrain = views.map.ground.appendChild(node("g"));
  const families = ["plain", "momentum", "adaptive", "adam", "theory"];
  scene.heads = Object.fromEntries(families.map((family) => [family, demo.arrow(family)]));
  controls(scene);
  readouts(scene);
  handles(scene);
  return { draw: (width) => layout(scene, width) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now, rules } = scene;
  const change = (name, also) => (value) => set(scene, { [name]: value, ...also });
  const listed = (field) => inField(scene, now.inspect, field);
  scene.clock = demo.clock({
    rate: () => Math.max(15, now.now / 2),
    last: () => scene.last,
    show: () => moment(scene),
  });
  demo.slider({ name: "lr", min: 1e-4, max: 10, log: true, steps: 500, change: change("lr", { tuning: "same" }) });
  demo.slider({ name: "angle", min: 0, max: 90, steps: 90, change: change("angle") });
  demo.choice({ name: "surface", options: Object.keys(program.SURFACES), change: (name) => set(scene, fresh(scene, name)) });
  demo.choice({ name: "tuning", options: ["same", "best"], change: change("tuning") });
  demo.choice({
    name: "field",
    options: ["seven", "all", "one"],
    change: (field) => set(scene, { field, inspect: listed(field) ? now.inspect : "adam" }),
  });
  demo.choice({ name: "inspect", options: rules, change: (rule) => choose(scene, rule) });
  demo.presets(presets(scene), (setting) => {
    scene.clock.pause();
    set(scene, setting);
  }, ["now"]);
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
  scene.time = scene.clock.handle(lanes.front, (px) => lanes.x.invert(px) - 1, leap);
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

/** The learning rate of the grid with the fewest steps; the reader's own where none arrives. */
function tune(scene, rule) {
  const { program, now } = scene;
  let best = { lr: now.lr, steps: Infinity };
  for (const lr of program.GRID) {
    const { steps } = travel(scene, rule, lr, Math.min(program.LIMIT, best.steps - 1));
    if (steps < best.steps) best = { lr, steps };
  }
  return best.lr;
}

/** The steps of one run: where it was, and how it ended; given up when not there at `until`. */
function travel({ program, ground: { slope, far, from, cos, sin } }, rule, lr, until, whole = false) {
  const move = program[`move_${rule}`];
  let { x, y } = from;
  let [a, b] = [program.RULES[rule], program.RULES[rule]];
  const first = far(x, y, cos, sin);
  const [xs, ys] = [[], []];
  let [since, steps, lost] = [-1, Infinity, Infinity];
  for (let n = 0; ; n += 1) {
    const end = program.outcome(far(x, y, cos, sin), first);
    if (end < 0) {
      lost = n;
      break;
    }
    if (whole) {
      xs.push(x);
      ys.push(y);
    }
    if (end === 0) since = -1;
    else if (since < 0) since = n;
    if (since >= 0 && since <= until && n - since >= program.HOLD) steps = Math.min(steps, since);
    const late = since < 0 && n >= until;
    if (whole ? n >= until + program.HOLD : late || steps < Infinity) break;
    const down = slope(x, y, cos, sin);
    const [p, q] = [move(down.x, a, lr), move(down.y, b, lr)];
    x += p.delta;
    y += q.delta;
    a = p.state;
    b = q.state;
  }
  return { rule, lr, xs, ys, last: xs.length - 1, steps, lost };
}

const ended = ({ now }, run) => Math.min(now.now, run.last);
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
  scene.start.place(x(from.x), y(from.y), phrase(text.point, { x: format(from.x), y: format(from.y) }));
}

const minima = ({ program, now, ground, views: { map } }) =>
  program.SURFACES[now.surface].minima.map(([a, b]) => {
    const spot = program.turned(a, b, ground.cos, ground.sin);
    return [map.x(spot.x), map.y(spot.y)];
  });

// ---- the lanes -------------------------------------------------------------------------------
const rank = (run) => (Number.isFinite(run.steps) ? run.steps : Number.isFinite(run.lost) ? 2e9 - run.lost : 1e9);

function told({ program, text }, run) {
  if (Number.isFinite(run.steps)) return phrase(text.steps_at, { steps: format(run.steps) });
  return Number.isFinite(run.lost) ? text.lost : phrase(text.never, { limit: format(program.LIMIT) });
}

function drawLanes(scene) {
  const { demo, text, runs, last, views: { lanes } } = scene;
  const { box, gap, edge } = lanes;
  demo.size(edge + 2, box.top + runs.length * gap + 40);
  lanes.x = log([1, last + 1], across(box)); // step n stands at n + 1, so that 0 has a place
  lanes.names.replaceChildren(
    ...rule(scene),
    ...runs.toSorted((a, b) => rank(a) - rank(b)).flatMap((run, row) => lane(scene, run, row)),
    label(edge, box.top - 8, text.tuning, { "text-anchor": "end" }),
  );
}

function rule({ text, runs, last, views: { lanes: { box, gap, x } } }) {
  const high = runs.length * gap;
  const ticks = TICKS.filter((n) => n <= last && (box.width > 340 || /^10*$/.test(n)));
  return [
    ...ticks.flatMap((n) => [
      node("path", { d: `M${x(n + 1)} ${box.top}v${high}`, class: "demo-contour" }),
      label(x(n + 1), box.top + high + 16, format(n), { "text-anchor": "middle" }),
    ]),
    label(box.left + box.width, box.top + high + 33, text.step_axis, { "text-anchor": "end" }),
  ];
}

function lane(scene, run, row) {
  const { text, now, views: { lanes: { box, gap, edge } } } = scene;
  run.row = box.top + (row + 0.5) * gap;
  const height = run.row + 4;
  const name = label(box.left - 10, height, text[run.rule], { ...colored(run.rule), "text-anchor": "end" });
  if (run.rule === now.inspect) name.setAttribute("style", "font-weight: 700");
  name.style.cursor = "pointer";
  name.addEventListener("click", () => choose(scene, run.rule));
  const done = label(box.left + box.width + 10, height, told(scene, run), colored(run.rule));
  return [name, done, label(edge, height, format(run.lr), { "text-anchor": "end" })];
}

function drawClock(scene) {
  const { now, runs, views: { lanes } } = scene;
  const { box, gap, x, moving } = lanes;
  const here = x(now.now + 1);
  moving.replaceChildren(
    ...runs.flatMap((run) => progress(scene, run)),
    node("path", { d: `M${here} ${box.top - 10}v${runs.length * gap + 10}`, class: "demo-line" }),
  );
  scene.time.place(here, box.top - 12, String(now.now));
}

/** A lane up to its end and up to now; a dot where the run arrives, a cross where it is lost. */
function progress({ now, last, views: { lanes: { box, x } } }, { rule, row, steps, lost }) {
  const stop = Math.min(steps, lost, last);
  const line = (to, more) =>
    node("path", { d: path([[box.left, row], [to, row]]), class: `demo-line ${FAMILY[rule]} ${more}` });
  const arrived = () => dot([x(steps + 1), row], 4.5, `${now.now >= steps ? "" : "hollow"} ${hue(rule)}`);
  const gone = () => cross([x(stop + 1), row], 4, hue(rule));
  const mark = Number.isFinite(steps) ? [arrived()] : Number.isFinite(lost) ? [gone()] : [];
  return [line(x(stop + 1), "faint"), line(x(Math.min(now.now, stop) + 1), ""), ...mark];
}

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

/** What the chosen rule holds now; gives the two arrows of its next step for the map. */
function lookInside(scene) {
  const { program, text, runs, now, ground: { slope, cos, sin }, views: { map } } = scene;
  const run = runs.find(({ rule }) => rule === now.inspect);
  const n = ended(scene, run);
  const look = program[`look_${run.rule}`];
  const [a, b] = replayed(scene, run, n);
  const down = slope(run.xs[n], run.ys[n], cos, sin);
  const seen = { x: look(down.x, a, run.lr), y: look(down.y, b, run.lr) };
  const swerve = program.swerve(seen.x.delta, seen.y.delta, down.x, down.y);
  for (const row of program.ROWS) {
    scene.tell({ [`${row}_x`]: seen.x[row] ?? Infinity, [`${row}_y`]: seen.y[row] ?? Infinity });
  }
  scene.tell({ swerve });
  drawTable(scene, run, n, seen, swerve);
  const from = [map.x(run.xs[n]), map.y(run.ys[n])];
  const [steepest, step] = [[-down.x, down.y], [seen.x.delta, -seen.y.delta]];
  const higher = step[1] * Math.hypot(...steepest) < steepest[1] * Math.hypot(...step); // whose words go above
  return [
    ...pointer(scene, from, steepest, "theory", text.steepest, higher),
    ...pointer(scene, from, step, hue(run.rule), text.its_step, !higher),
  ];
}

/** What a rule has stored for both axes after `n` steps of its run. */
function replayed({ program, ground: { slope, cos, sin } }, run, n) {
  const move = program[`move_${run.rule}`];
  let [a, b] = [program.RULES[run.rule], program.RULES[run.rule]];
  for (let k = 0; k < n; k += 1) {
    const down = slope(run.xs[k], run.ys[k], cos, sin);
    a = move(down.x, a, run.lr).state;
    b = move(down.y, b, run.lr).state;
  }
  return [a, b];
}

function pointer({ heads }, [x, y], [dx, dy], family, words, below) {
  const size = Math.hypot(dx, dy);
  if (!(size > 1e-9)) return [];
  const left = dx < 0;
  const to = [x + (46 * dx) / size, y + (46 * dy) / size];
  const look = { class: `colored ${family}`, "text-anchor": left ? "end" : "start" };
  return [arrow([x, y], to, family, heads[family]), label(to[0] + (left ? -5 : 5), to[1] + (below ? 13 : -4), words, look)];
}

function drawTable({ program, text, views: { inside: { box, names: table } } }, run, n, seen, turn) {
  const { left, top } = box;
  const [one, two] = [left + box.width - 78, left + box.width];
  const end = (at, height, words) => label(at, height, words, { "text-anchor": "end" });
  const border = (height) => node("path", { d: `M${left} ${height}H${two}`, class: "demo-contour" });
  const title = phrase(text.inside, { name: text[run.rule], now: format(n) });
  const rows = program.ROWS.filter((row) => row in seen.x);
  const bottom = top + 52 + 22 * rows.length;
  const strong = (row) => (row === "rate" || row === "delta" ? colored(run.rule) : { class: "" });
  table.replaceChildren(
    label(left, top + 14, title, { ...colored(run.rule), style: "font-weight: 700" }),
    end(one, top + 38, text.first_axis),
    end(two, top + 38, text.second_axis),
    border(top + 45),
    ...rows.flatMap((row, k) => {
      const at = top + 64 + 22 * k;
      return [label(left, at, text[row], strong(row)), end(one, at, format(seen.x[row])), end(two, at, format(seen.y[row]))];
    }),
    border(bottom),
    label(left, bottom + 20, phrase(text.off, { angle: format(turn) })),
  );
}

// ---- the sentence below ----------------------------------------------------------------------
function speak({ demo, program, text, now, runs }) {
  const there = runs.filter((run) => Number.isFinite(run.steps)).sort((a, b) => a.steps - b.steps);
  const gone = runs.filter((run) => Number.isFinite(run.lost) && !Number.isFinite(run.steps));
  const late = runs.filter((run) => !there.includes(run) && !gone.includes(run));
  const listed = (some) => some.map((run) => text[run.rule]).join(text.joint);
  const say = (name, run) => phrase(text[name], { name: text[run.rule], steps: format(run.steps) });
  const parts = [];
  if (there.length === 1) parts.push(say("alone_arrives", there[0]));
  if (there.length > 1) parts.push(say("leads", there[0]));
  if (there.length > 1 && !late.length && !gone.length) parts.push(say("trails", there.at(-1)));
  if (!there.length) parts.push(text.nobody);
  if (late.length && there.length) parts.push(phrase(text.late, { names: listed(late), limit: format(program.LIMIT) }));
  if (gone.length) parts.push(phrase(text.gone, { names: listed(gone) }));
  demo.say(phrase(text[`setting_${now.tuning}`], { lr: format(now.lr) }) + parts.join(text.comma) + text.end);
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
