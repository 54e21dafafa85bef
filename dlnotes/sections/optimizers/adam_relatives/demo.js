// Reddi's game in three views: the walk, the pushes of one round, the map of settings that fail.
import {
  across, axes, format, grid, label, line, linear, lines, log, mount, node, phrase, rect, region,
  upward,
} from "../../../demos/demo.js";

const SPIKES = [1, 300]; // on the map
const REACHED = 0.5;
const LAYERS = ["ground", "marks", "paths", "names", "front"];

const family = (rule) => (rule === "sgd" ? "plain" : "adam");

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { walk: demo.view(LAYERS), pushes: demo.view(LAYERS), map: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, runs: {}, hatch: demo.hatch() };
  controls(scene);
  handles(scene);
  return { draw: (width) => layout(scene, width), set: (changed) => set(scene, changed) };
}

const rival = ({ now }) => (now.rule === "adam" ? "amsgrad" : "adam");
const best = ({ program, now }) => (program.total(now.spike, now.period) > 0 ? -1 : 1);

/** The whole game of one rule: where it stands after every step, and every push. */
function play(program, rule, { beta1, beta2, spike, period }) {
  let x = 0;
  let state = program[`${rule}_init`](0);
  const places = [0];
  const pushes = [];
  for (let step = 1; step <= program.ROUNDS * period; step += 1) {
    const grad = program.slope((step - 1) % period, spike);
    const after = program[rule](x, state, grad, program.rate(step, period), beta1, beta2);
    ({ x, state } = after);
    places.push(x);
    pushes.push(after.push);
  }
  return { places, pushes, end: x };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: 25, last: () => program.ROUNDS, show: () => moment(scene) });
  demo.choice({ name: "rule", change: change("rule") });
  for (const name of ["beta2", "spike", "period"]) demo.slider({ name, change: change(name) });
  demo.choice({ name: "beta1", change: change("beta1") });
  demo.presets(presets(program), (setting) => set(scene, setting));
  const loud = ["now", "x", "left", "right"];
  scene.tell = demo.readouts(["end", "beside_end", "drift", ...loud], loud);
}

function presets({ MEMORIES }) {
  const theorem = { rule: "adam", beta1: 0, beta2: MEMORIES[1], spike: 4, period: 3 };
  return {
    theorem,
    maximum: { ...theorem, rule: "amsgrad" },
    longer: { ...theorem, beta2: 0.5 },
    rare: { rule: "adam", beta1: 0.9, beta2: 0.99, spike: 101, period: 101 },
    closing: { ...theorem, rule: "adabound" },
    heads: { ...theorem, rule: "lion" },
  };
}

function handles(scene) {
  const { demo, views: { walk, map } } = scene;
  scene.time = scene.clock.handle(walk.front, (px) => walk.x.invert(px));
  scene.setting = demo.handle({
    name: "setting",
    parent: map.front,
    step: 4,
    move: (px, py) => {
      const [beta2, spike] = [map.x.clamp(map.x.invert(px)), map.y.clamp(map.y.invert(py))];
      set(scene, { beta2: Number(beta2.toFixed(3)), spike: Number(spike.toPrecision(3)) });
    },
  });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, program, now, runs } = scene;
  Object.assign(now, changed);
  runs.present = play(program, now.rule, now);
  runs.beside = play(program, rival(scene), now);
  demo.reflect();
  if (["rule", "beta1", "period"].some((name) => name in changed)) drawMap(scene);
  drawWalk(scene);
  moment(scene);
  speak(scene);
}

// ---- the walk --------------------------------------------------------------------------------
function drawWalk(scene) {
  const { program, text, now, runs, views: { walk } } = scene;
  const { box, x, y, marks, paths } = walk;
  const every = Math.max(1, Math.floor((program.ROUNDS * now.period) / (4 * box.width)));
  const points = ({ places }) =>
    places.flatMap((place, step) => (step % every ? [] : [[x(step / now.period), y(place)]]));
  const border = (end) =>
    line([[box.left, y(end)], [box.left + box.width, y(end)]], end === best(scene) ? "theory dashed" : "goal");
  marks.replaceChildren(
    axes(box, x, y, { xLabel: text.rounds_axis, yLabel: text.x_axis, yTicks: [-1, 0, 1] }),
    border(-1),
    border(1),
  );
  paths.replaceChildren(
    line(points(runs.beside), `${family(rival(scene))} light beside`),
    line(points(runs.present), family(now.rule)),
  );
  nameWalk(scene);
}

function nameWalk(scene) {
  const { text, now, runs, views: { walk: { box, y, names } } } = scene;
  const [right, middle] = [box.left + box.width, box.left + box.width / 2];
  const ends = [[now.rule, runs.present.end], [rival(scene), runs.beside.end]];
  const close = Math.abs(ends[0][1] - ends[1][1]) < 0.25;
  const shift = (end) => (y(end) > box.top + box.height / 2 ? -10 : 18);
  const top = best(scene);
  names.replaceChildren(
    ...ends.map(([name, end], i) => {
      const look = { class: `colored ${family(name)}${i ? " light" : ""}`, "text-anchor": "end" };
      return label(right - (close && i ? 70 : 4), y(end) + shift(end), text[name], look);
    }),
    label(middle, y(top) + (top < 0 ? 15 : -7), text.best, { class: "colored theory" }),
    label(middle, y(-top) + (top < 0 ? -7 : 15), text.worst),
  );
}

// ---- the pushes of one round -----------------------------------------------------------------
function moment(scene) {
  const { text, now, runs: { present }, views: { walk } } = scene;
  const round = Math.max(now.now, 1);
  const mine = present.pushes.slice((round - 1) * now.period, round * now.period);
  const sums = { left: 0, right: 0 };
  for (const push of mine) sums[push < 0 ? "left" : "right"] += Math.abs(push);
  drawPushes(scene, mine, sums, round);
  const place = present.places[now.now * now.period];
  scene.time.place(walk.x(now.now), walk.y(place), `${text.time} ${now.now}, x ${format(place)}`);
  scene.tell({ now: now.now, x: place, ...sums });
}

function drawPushes(scene, mine, sums, round) {
  const { box, marks, paths } = scene.views.pushes;
  const reach = 1.12 * Math.max(sums.left, sums.right, 1);
  const x = linear([-reach, reach], across(box));
  const net = sums.right - sums.left;
  const [middle, tip] = [x(0), x(Math.min(Math.max(net, -reach), reach))];
  const level = box.top + box.height - 6;
  const back = net < 0 ? 8 : -8;
  marks.replaceChildren(line([[middle, box.top], [middle, box.top + box.height]], "goal"));
  paths.replaceChildren(
    ...bars(scene, mine, x),
    line([[middle, level], [tip, level]], "theory"),
    node("path", { d: `M${tip} ${level - 5}l${-back} 5l${back} 5Z`, class: "demo-dot theory" }),
  );
  namePushes(scene, mine, { middle, net, level, round });
}

const tall = ({ height }) => height / 2 - 22;

/** A bar per push, laid end to end on its side; the first, the spike's, in a row of its own. */
function bars({ now, views: { pushes: { box } } }, mine, x) {
  const high = tall(box);
  const edges = { left: 0, right: 0 };
  const gap = mine.length > 31 ? 0 : 1;
  return mine.map((push, i) => {
    const side = push < 0 ? "left" : "right";
    const from = edges[side];
    edges[side] += Math.abs(push);
    const [a, b] = [from, edges[side]].map((far) => x(push < 0 ? -far : far));
    const top = box.top + 14 + (i ? high + 16 : 0);
    const bar = { left: Math.min(a, b) + gap / 2, top, width: Math.max(Math.abs(b - a) - gap, 0.5), height: high };
    return rect(bar, { class: `relatives-push ${family(now.rule)}${i ? " light" : ""}`, fill: "currentColor" });
  });
}

function namePushes({ text, views: { pushes: { box, names } } }, mine, { middle, net, level, round }) {
  const high = tall(box);
  const below = box.top + box.height + 17;
  const rest = mine.slice(1).reduce((a, b) => a + b, 0);
  const opposite = (push, height, words, attributes) => {
    const side = { "text-anchor": push > 0 ? "end" : "start" };
    return label(push < 0 ? middle + 8 : middle - 8, height, words, { ...attributes, ...side });
  };
  names.replaceChildren(
    label(box.left, box.top - 9, phrase(text.pushes, { now: round }), { class: "name" }),
    opposite(mine[0], box.top + 14 + high / 2 + 4, text.by_spike),
    opposite(rest, box.top + 30 + high * 1.5 + 4, text.by_rest),
    opposite(net, level + 4, phrase(text.net, { sum: net }), { class: "colored theory" }),
    label(box.left, below, `← ${text.leftward}`),
    label(box.left + box.width, below, `${text.rightward} →`, { "text-anchor": "end" }),
  );
}

// ---- the map of settings ---------------------------------------------------------------------
function drawMap(scene) {
  const { program, now, hatch, views: { map } } = scene;
  const { box, x, y } = map;
  const drift = (beta2, spike) => program[`${now.rule}_drift`](now.beta1, beta2, spike, now.period);
  const towards = (beta2, spike) => program[`${now.rule}_sound`](beta2, spike, now.period, now.beta1);
  const samples = grid(towards, x, y, 6);
  const still = grid(drift, x, y, 6); // the border between left and right
  const wrong = samples.values.some((value) => value < 0);
  map.ground.replaceChildren(
    rect(box, { class: "shade-2" }),
    ...(wrong ? [
      node("path", { d: region(samples, 0), fill: hatch }),
      node("path", { d: lines(still, 0), class: `demo-line ${family(now.rule)}` }),
    ] : []),
  );
  nameMap(scene, samples, wrong);
}

function nameMap({ text, now, views: { map: { box, x, y, marks } } }, samples, wrong) {
  const rest = now.period - 1;
  const right = box.left + box.width;
  const title = phrase(text.map, { name: text[now.rule], beta1: now.beta1, period: now.period });
  const fooled = ([px, py]) => label(px, py + 4, text.fooled, { "text-anchor": "middle", class: "strong" });
  marks.replaceChildren(
    axes(box, x, y, { xLabel: text.beta2_axis, xTicks: [0, 0.25, 0.5, 0.75, 1] }),
    line([[box.left, y(rest)], [right, y(rest)]], "theory dashed"),
    label(right - 4, y(rest) + 15, phrase(text.balance, { rest }), { class: "colored theory", "text-anchor": "end" }),
    label(box.left, box.top - 9, title, { class: "name" }),
    label(box.left - 30, box.top + box.height + 34, `↑ ${text.spike_axis}`),
    wrong
      ? node("g", {}, ...spot(samples, box).map(fooled))
      : label(box.left + box.width / 2, box.top + 24, text.none, { "text-anchor": "middle" }),
  );
}

/** The middle of what is wrong, where the word stands. */
function spot({ values, columns, left, top }, box) {
  const found = [];
  values.forEach((value, i) => value < 0 && found.push([left[i % columns], top[Math.floor(i / columns)]]));
  if (found.length < 40) return [];
  const mean = [0, 1].map((k) => found.reduce((sum, point) => sum + point[k], 0) / found.length);
  const far = ([a, b]) => Math.hypot(a - mean[0], b - mean[1]);
  const [px, py] = found.reduce((a, b) => (far(b) < far(a) ? b : a));
  return [[Math.max(px, box.left + 22), py]];
}

function speak(scene) {
  const { demo, program, text, now, runs, views: { map: { x, y } } } = scene;
  const { beta1, beta2, spike, period } = now;
  const drift = program[`${now.rule}_drift`](beta1, beta2, spike, period);
  const { end } = runs.present;
  scene.tell({ end, beside_end: runs.beside.end, drift });
  const spoken = phrase(text.point, { beta2, spike });
  scene.setting.place(x(x.clamp(beta2)), y(y.clamp(spike)), spoken);
  const towards = end * best(scene);
  const verdict = towards > REACHED ? "told_right" : towards < -REACHED ? "told_wrong" : "told_slow";
  const side = text[drift < 0 ? "leftward" : "rightward"];
  const words = { name: text[now.rule], side, end, drift: Math.abs(drift), rounds: program.ROUNDS };
  demo.say(phrase(text[verdict], words));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width) {
  const { demo, program, now, views } = scene;
  const { walk, pushes, map } = views;
  const wide = width >= 620;
  walk.box = { left: 34, top: 24, width: width - 44, height: wide ? 190 : 170 };
  const second = walk.box.top + walk.box.height + 74;
  const room = wide ? Math.round((width - 80) * 0.46) : width - 10;
  pushes.box = { left: 0, top: second, width: room, height: wide ? 190 : 150 };
  map.box = wide
    ? { left: room + 60, top: second, width: width - room - 70, height: 190 }
    : { left: 34, top: second + pushes.box.height + 66, width: width - 44, height: 190 };
  demo.size(width, map.box.top + map.box.height + 40);
  for (const view of Object.values(views)) demo.clip(view.box, view.clip);
  walk.x = linear([0, program.ROUNDS], across(walk.box));
  walk.y = linear([-1.35, 1.35], upward(walk.box));
  map.x = linear([0, 0.999], across(map.box));
  map.y = log(SPIKES, upward(map.box));
  set(scene, { rule: now.rule });
}

export default { render: ({ model, el }) => mount(model, el, build) };
