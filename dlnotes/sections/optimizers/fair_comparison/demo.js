// Three views of one sweep: scores over the learning rate, the ranking, scores over the budget.
import {
  across, axes, dot, format, label, line, linear, log, mount, node, phrase, power, rect, upward,
} from "../../../demos/demo.js";
import { LOOK, NAMES, family, kept, scored } from "./entrants.js";
import { drawRanking } from "./ranking.js";

const LAYERS = ["marks", "paths", "words", "front"];
const CLOSE = 1e-9; // what rounding may do to two equal means

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { curves: demo.view(LAYERS), ranking: demo.view(LAYERS), budget: demo.view(LAYERS) };
  const sweep = unpacked(program.SWEEP);
  const seeds = sweep.digits.sgd.test.length / program.RATES.length;
  const scene = { demo, program, text, now, views, sweep, seeds };
  controls(scene);
  handles(scene);
  scene.hatch = demo.hatch();
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

function unpacked(sweep) {
  const scaled = (numbers) => Float64Array.from(numbers, (value) => value / 100000);
  const each = (found, change) => Object.fromEntries(Object.entries(found).map(([name, part]) => [name, change(part)]));
  return each(sweep, (entrants) => each(entrants, (parts) => each(parts, scaled)));
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo } = scene;
  const change = (name, also) => (value) => set(scene, { [name]: value, ...also });
  for (const name of ["task", "setting"]) demo.choice({ name, change: change(name) });
  demo.slider({ name: "lr", change: change("lr", { setting: "same" }) });
  for (const name of ["trials", "top"]) demo.slider({ name, change: change(name, { setting: "tuned" }) });
  demo.slider({ name: "seeds", change: change("seeds") });
  scene.first = demo.slider({ name: "first", change: change("first") });
  demo.presets(presets(scene), (setting) => set(scene, setting));
  scene.tell = demo.readouts([...NAMES, "gap", "level", "runs"], ["gap", "level", "runs"]);
  ask(scene);
}

/** The budget grows from one trial to all: every entrant tunes, and the ranking follows. */
function ask(scene) {
  const { demo, now, program: { TRIALS } } = scene;
  const last = TRIALS.length - 1;
  demo.question({
    play: demo.film({ rate: 3, last, show: (at) => set(scene, { setting: "tuned", trials: TRIALS[at] }) }),
    reached: () => now.setting === "tuned" && now.trials === TRIALS[last],
    answer: () => first(compute(scene)),
    because: () => ({ ...ends(scene, compute(scene).ranked), level: compute(scene).level }),
  });
}

/** Who is ahead by more than its own range over the seeds. */
const first = ({ ranked, level }) => (level > 1 ? "nobody" : ranked[0].name);

/** The first and the last of a ranking in words; those that tie are named together. */
function ends({ text }, ranked) {
  const beside = (one) => ranked.filter(({ mean }) => Math.abs(mean - one.mean) < CLOSE).map(({ name }) => text[name]);
  const said = (one, alone, tied) => {
    const all = beside(one);
    return phrase(text[all.length > 1 ? tied : alone], { names: all.join(text.joint), score: scored(one.mean) });
  };
  const [first, last] = [ranked[0], ranked.at(-1)];
  const both = said(first, "leads", "lead") + said(last, "trails", "trail");
  return { ends: both, leader: text[first.name], best: scored(first.mean), worst: scored(last.mean) };
}

function presets({ program, seeds }) {
  const widest = { setting: "tuned", top: program.TOPS.at(-1), seeds };
  return {
    all_same: { setting: "same", lr: 0.001, seeds },
    all_own: { setting: "own", seeds },
    each_tuned: { ...widest, trials: program.TRIALS.at(-1) },
    three: { ...widest, trials: 3 },
    one_seed: { ...widest, trials: program.TRIALS.at(-1), seeds: 1 },
  };
}

/** Two lines that can be dragged from stop to stop: the shared learning rate, the budget. */
function handles(scene) {
  const { demo, now, program, views: { curves, budget } } = scene;
  const drag = (view, name, stops, setting) =>
    demo.handle({
      name: `${name}_line`,
      parent: view.front,
      panel: view,
      shape: "diamond",
      way: "x",
      radius: 7,
      move: (px, py, key) => {
        const value = stepped(stops, now[name], key) ?? nearest(stops, view.x.invert(px));
        set(scene, { setting, [name]: value });
      },
    });
  scene.shared = drag(curves, "lr", program.RATES, "same");
  scene.spent = drag(budget, "trials", program.TRIALS, "tuned");
  for (const view of [curves, budget]) demo.probe(view, (px, py) => probed(scene, view, px, py));
}

/** The line nearest to the mouse: whose it is and how high. */
function probed(scene, view, px, py) {
  if (scene.demo.untold()) return "";
  const lines = scene.found.entrants.map(({ name, curve, grows }) => ({ name, heights: view.stops === scene.program.RATES ? curve : grows }));
  const at = view.stops.indexOf(nearest(view.stops, view.x.invert(px)));
  const away = ({ heights }) => Math.abs(view.y(heights[at]) - py);
  const { name, heights } = lines.toSorted((a, b) => away(a) - away(b))[0];
  return heights[at] === undefined ? "" : `${scene.text[name]} ${scored(heights[at])}`;
}

const nearest = (stops, value) =>
  stops.reduce((best, stop) => (Math.abs(Math.log(stop / value)) < Math.abs(Math.log(best / value)) ? stop : best));

/** The next stop in the direction of an arrow key, or nothing. */
function stepped(stops, value, key) {
  if (!key) return undefined;
  const at = stops.indexOf(nearest(stops, value)) + (key[0] || -key[1]);
  return stops[Math.min(Math.max(at, 0), stops.length - 1)];
}

// ---- from a setting to scores ----------------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  scene.demo.reflect();
  scene.first.offer(scene.now.seeds < scene.seeds);
  const found = (scene.found = compute(scene));
  drawCurves(scene, found);
  drawRanking(scene, found);
  drawBudget(scene, found);
  speak(scene, found);
}

function compute(scene) {
  const { program, now, seeds } = scene;
  const { RATES, TRIALS } = program;
  const counted = (seed) => (seed - now.first + seeds) % seeds < now.seeds;
  const mask = Float64Array.from({ length: seeds }, (_, seed) => (counted(seed) ? 1 : 0));
  const inside = Float64Array.from(RATES, (rate) => (rate <= now.top * 1.001 ? 1 : 0));
  const count = inside.reduce((sum, one) => sum + one);
  const trials = Math.min(now.trials, count);
  const budgets = TRIALS.filter((n) => n <= count);
  const chance = program.chance(trials, count);
  const offers = () => kept(scene, "offers", [count], () => budgets.map((n) => program.chance(n, count)));
  const entrants = NAMES.map((name) => scores(scene, name, { mask, inside, chance, offers }));
  const ranked = entrants.toSorted((a, b) => (Math.abs(b.mean - a.mean) < CLOSE ? 0 : b.mean - a.mean));
  const level = ranked.filter((one) => one.mean >= ranked[0].low - CLOSE).length;
  const each = now.setting === "tuned" ? trials : 1;
  return { entrants, ranked, level, trials, budgets, runs: each * NAMES.length * now.seeds };
}

/** What one entrant scores: at each rate, at its own place on the grid, at each budget. */
function scores(scene, name, { mask, inside, chance, offers }) {
  const { program, now, seeds, sweep } = scene;
  const { RATES, summary, expected } = program;
  const [{ validation, test }, tuned] = [sweep[now.task][name], now.setting === "tuned"];
  const column = (at) => Float64Array.from({ length: seeds }, (_, seed) => test[seed * RATES.length + at]);
  const counted = [mask.join(""), now.task];
  const place = kept(scene, `place ${name}`, [now.task, now.top], () => program.places(validation, inside));
  const curve = kept(scene, `curve ${name}`, counted, () => RATES.map((_, each) => summary(column(each), mask).mean));
  const at = RATES.indexOf(nearest(RATES, now.setting === "same" ? now.lr : program.DEFAULTS[name]));
  const shared = RATES.indexOf(nearest(RATES, now.lr));
  return {
    name,
    at,
    before: curve[shared],
    curve,
    likely: tuned ? program.landed(place, chance, mask) : null,
    grows: kept(scene, `grows ${name}`, [...counted, now.top], () =>
      offers().map((offer) => summary(expected(test, place, offer), mask).mean)),
    ...summary(tuned ? expected(test, place, chance) : column(at), mask),
  };
}

// ---- scores over the learning rate -----------------------------------------------------------
function drawCurves(scene, { entrants }) {
  const { demo, program, now, views: { curves } } = scene;
  const { box, x, y, paths, words } = curves;
  const { RATES } = program;
  const told = demo.untold() ? [] : entrants;
  drawRates(scene);
  const known = [box, ...told.map(({ curve }) => curve)];
  const lines = kept(scene, "lines", known, () =>
    told.map(({ name, curve }) => line(curve.map((score, at) => [x(RATES[at]), y(score)]), LOOK[name])));
  paths.replaceChildren(...lines, ...entrants.flatMap((entrant) => landings(scene, entrant)));
  words.replaceChildren(...kept(scene, "named", known, () => [...flatNames(scene, told), ...flanks(scene, told)]));
  if (now.setting === "same") words.prepend(goal(x(now.lr), box));
  scene.shared.place(x(now.lr), box.top + box.height, format(now.lr));
}

const goal = (at, { top, height }) => node("path", { d: `M${at} ${top}V${top + height}`, class: "demo-line goal" });

function drawRates(scene) {
  const { program, text, now, hatch, views: { curves: { box, x, y, marks } } } = scene;
  const ticks = { xFormat: power, xTicks: [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000] };
  marks.replaceChildren(kept(scene, "rates", [box, now.task], () =>
    axes(box, x, y, { xLabel: text.lr_axis, yLabel: text[`${now.task}_axis`], ...ticks })));
  if (now.setting !== "tuned" || now.top >= program.TOPS.at(-1)) return;
  const edge = x(now.top);
  marks.append(rect({ ...box, left: edge + 3, width: box.left + box.width - edge }, { fill: hatch }));
}

/** Dots where tuning may land, each as large as its chance. */
function landings({ program, views: { curves: { x, y } } }, { name, curve, at, likely }) {
  const chances = likely ? Array.from(likely) : [...Array(at).fill(0), 1];
  const drawn = (chance, i) => dot([x(program.RATES[i]), y(curve[i])], 1.5 + 4.5 * Math.sqrt(chance), family(name));
  return chances.flatMap((chance, i) => (chance > 0.004 ? [drawn(chance, i)] : []));
}

const flat = ({ curve }) => Math.max(...curve) - Math.min(...curve) < 0.02;

/** One name for all lines that lie flat. */
function flatNames({ text, views: { curves: { x, y } } }, entrants) {
  const level = entrants.filter(flat);
  if (!level.length) return [];
  const words = level.map(({ name }) => text[name]).join(" · ");
  return [label(x(0.004), y(level[0].curve[0]) - 8, words, { class: `colored ${family(level.at(-1).name)}` })];
}

/** The name of each line on its rising side, each a little higher than the one before. */
function flanks({ program, text, views: { curves: { box, x, y } } }, entrants) {
  const narrow = box.width < 500;
  const shown = narrow ? ["adam", "sgd", "adadelta"] : NAMES; // the ranking names them all
  const rising = entrants.filter((one) => shown.includes(one.name) && !flat(one));
  const taken = [];
  return rising.toSorted((a, b) => reached(a, 0.5) - reached(b, 0.5)).flatMap((one, i) => {
    const at = reached(one, narrow ? 0.6 - 0.2 * i : 0.92 - 0.13 * i);
    if (at < 0) return [];
    const [px, py] = [x(program.RATES[at]), y(one.curve[at])];
    const long = 7 * text[one.name].length;
    const near = px - 8 - long < box.left;
    const left = px + (near ? 8 : -8 - long);
    const hidden = taken.some(([a, b, height]) => a < left + long && left < b && Math.abs(height - py) < 15);
    if (hidden) return []; // the ranking names it too
    taken.push([left, left + long, py]);
    const side = { class: `colored ${family(one.name)}`, "text-anchor": near ? "start" : "end" };
    return [label(px + (near ? 8 : -8), py + 4, text[one.name], side)];
  });
}

/** The first rate at which a curve has risen by a share of its height. */
function reached({ curve }, share) {
  const high = Math.max(...curve);
  const low = Math.min(...curve.slice(0, 8));
  return curve.findIndex((score) => score >= low + share * (high - low));
}

// ---- scores over the budget ------------------------------------------------------------------
function drawBudget(scene, { entrants, budgets, trials }) {
  const { demo, text, now, views: { budget: { box, x, y, marks, paths, words } } } = scene;
  const spent = demo.untold() ? (now.setting === "tuned" ? trials : 0) : Infinity;
  const shown = budgets.filter((n) => n <= spent);
  const ticks = { xTicks: [1, 2, 4, 8, 16, 33], yTicks: [0, 0.25, 0.5, 0.75, 1] };
  marks.replaceChildren(axes(box, x, y, { xLabel: text.trials_axis, yLabel: text.budget, ...ticks }));
  paths.replaceChildren(...kept(scene, "grown", [box, shown.length, ...entrants.map(({ grows }) => grows)], () =>
    entrants.map(({ name, grows }) => line(shown.map((n, i) => [x(n), y(grows[i])]), LOOK[name]))));
  words.replaceChildren(...(now.setting === "tuned" ? [goal(x(trials), box)] : []));
  scene.spent.place(x(trials), box.top + box.height, String(trials));
}

// ---- words -----------------------------------------------------------------------------------
function speak(scene, { entrants, ranked, level, trials, runs }) {
  const { demo, text, now } = scene;
  const gap = ranked[0].mean - ranked.at(-1).mean;
  const means = Object.fromEntries(entrants.map(({ name, mean }) => [name, mean]));
  scene.tell({ ...means, gap, level, runs }, { gap: scored(gap) });
  const words = { lr: now.lr, trials, level, ...ends(scene, ranked) };
  const more = now.seeds === 1 ? text.said_alone : text.said_level;
  demo.say(`${phrase(text[`said_${now.setting}`], words)}${text.between}${phrase(more, words)}`);
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, views } = scene;
  const { curves, ranking, budget } = views;
  const half = Math.round(width * 0.5);
  const [rows, low] = [demo.narrow ? 180 : 168, demo.narrow ? 170 : height - 24 - 62 - 168 - 24 - 40];
  ranking.box = { left: 126, top: 24, width: (demo.narrow ? width : half) - 138, height: rows };
  const under = 24 + rows + 62;
  curves.box = { left: 34, top: under, width: width - 46, height: low };
  budget.box = demo.narrow
    ? { left: 34, top: under + low + 70, width: width - 46, height: 170 }
    : { left: half + 44, top: 24, width: width - half - 56, height: rows };
  const bottom = under + low + 42;
  const rest = budget.box.top - 24;
  demo.size(width, demo.narrow ? rest + 170 + 24 + 42 : bottom, [
    { name: "ranking_tab", top: 0, height: 24 + rows + 36 },
    { name: "curves_tab", top: under - 24, height: low + 66 },
    { name: "budget_tab", top: rest, height: 170 + 66 },
  ]);
  for (const { box, clip } of Object.values(views)) {
    demo.clip({ left: box.left - 8, top: box.top - 8, width: box.width + 16, height: box.height + 12 }, clip);
  }
  Object.assign(curves, { x: log([program.RATES[0], program.RATES.at(-1)], across(curves.box)), stops: program.RATES });
  Object.assign(budget, { x: log([1, program.TRIALS.at(-1)], across(budget.box)), stops: program.TRIALS });
  for (const view of [curves, budget]) view.y = linear([0, 1], upward(view.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
