// Three views of one sweep: scores over the learning rate, the ranking, scores over the budget.
const { mount, linear, log, axes, path, label, format, power, phrase, node } = globalThis.dlnotesDemo;

const LOOK = {
  sgd: "plain",
  momentum: "momentum",
  nesterov: "momentum light dashed",
  adagrad: "adaptive",
  adadelta: "adaptive dotted",
  rmsprop: "adaptive light dashed",
  adam: "adam",
};
const FLOORS = [0, 0.5, 0.8, 0.9, 0.95];
const family = (name) => LOOK[name].split(" ")[0];
const scored = (value) => value.toFixed(3);
const CLOSE = 1e-9; // what rounding may do to two equal means

function build(demo) {
  const { program, text, controls: now } = demo;
  const { RATES, TRIALS } = program;
  const names = Object.keys(LOOK);
  const seeds = program.SWEEP.digits.sgd.test.length / RATES.length;
  const sweep = {};
  for (const [task, entrants] of Object.entries(program.SWEEP)) {
    sweep[task] = {};
    for (const [name, parts] of Object.entries(entrants))
      sweep[task][name] = { validation: scaled(parts.validation), test: scaled(parts.test) };
  }
  const views = { curves: {}, ranking: {}, budget: {} };
  for (const view of Object.values(views)) {
    view.clip = demo.clip({ left: 0, top: 0, width: 0, height: 0 });
    view.ground = demo.layer();
    view.paths = demo.layer({ "clip-path": view.clip });
    view.words = demo.layer();
    view.front = demo.layer();
  }

  // ---- controls ------------------------------------------------------------------------------
  const choose = (name, options) =>
    demo.choice({ name, options, value: now[name], change: (value) => set({ [name]: value }) });
  const slide = (name, options, more = () => ({})) =>
    demo.slider({ name, value: now[name], change: (value) => set({ [name]: value, ...more() }), ...options });
  const controls = {
    task: choose("task", Object.keys(sweep)),
    setting: choose("setting", ["same", "own", "tuned"]),
    lr: slide("lr", { stops: RATES }, () => ({ setting: "same" })),
    trials: slide("trials", { stops: TRIALS }, () => ({ setting: "tuned" })),
    top: slide("top", { stops: program.TOPS }, () => ({ setting: "tuned" })),
    seeds: slide("seeds", { min: 1, max: seeds, steps: seeds - 1 }),
    first: slide("first", { min: 0, max: seeds - 1, steps: seeds - 1 }),
  };
  const most = TRIALS.at(-1);
  const widest = program.TOPS.at(-1);
  const presets = {
    all_same: { setting: "same", lr: 0.001, seeds },
    all_own: { setting: "own", seeds },
    each_tuned: { setting: "tuned", trials: most, top: widest, seeds },
    three: { setting: "tuned", trials: 3, top: widest, seeds },
    one_seed: { seeds: 1 },
  };
  const buttons = Object.keys(presets).map((name) => [name, demo.preset({ name, press: () => set(presets[name]) })]);
  const readouts = Object.fromEntries(
    [...names, "gap", "level", "runs"].map((name) => [name, demo.readout(name, { quiet: names.includes(name) })]),
  );
  const shared = demo.handle({
    name: "lr_line",
    parent: views.curves.front,
    radius: 6,
    move: (x, y, key) => set({ setting: "same", lr: stepped(RATES, now.lr, key) ?? nearest(RATES, views.curves.x.invert(x)) }),
  });
  const spent = demo.handle({
    name: "trials_line",
    parent: views.budget.front,
    radius: 6,
    move: (x, y, key) => set({ setting: "tuned", trials: stepped(TRIALS, now.trials, key) ?? nearest(TRIALS, views.budget.x.invert(x)) }),
  });

  // ---- from a setting to scores ----------------------------------------------------------------
  function set(changed) {
    Object.assign(now, changed);
    for (const [name, control] of Object.entries(controls)) if (control.value !== now[name]) control.set(now[name]);
    for (const [name, button] of buttons)
      button.press(Object.entries(presets[name]).every(([key, value]) => now[key] === value));
    const found = compute();
    drawCurves(found);
    drawRanking(found);
    drawBudget(found);
    speak(found);
  }

  function compute() {
    const mask = Float64Array.from({ length: seeds }, (_, seed) => ((seed - now.first + seeds) % seeds < now.seeds ? 1 : 0));
    const inside = Float64Array.from(RATES, (rate) => (rate <= now.top * 1.001 ? 1 : 0));
    const count = inside.reduce((sum, one) => sum + one);
    const trials = Math.min(now.trials, count);
    const chance = program.chance(trials, count);
    const budgets = TRIALS.filter((n) => n <= count);
    const offers = budgets.map((n) => program.chance(n, count));
    const entrants = names.map((name) => {
      const { validation, test } = sweep[now.task][name];
      const place = program.places(validation, inside);
      const curve = RATES.map((_, at) => program.summary(column(test, at), mask).mean);
      const rate = now.setting === "same" ? now.lr : program.DEFAULTS[name];
      const at = RATES.indexOf(nearest(RATES, rate));
      const scores = now.setting === "tuned" ? program.expected(test, place, chance) : column(test, at);
      return {
        name,
        curve,
        at,
        likely: now.setting === "tuned" ? program.landed(place, chance, mask) : null,
        grows: offers.map((offer) => program.summary(program.expected(test, place, offer), mask).mean),
        ...program.summary(scores, mask),
      };
    });
    const ranked = entrants.toSorted((a, b) => (Math.abs(b.mean - a.mean) < CLOSE ? 0 : b.mean - a.mean));
    const level = ranked.filter((one) => one.mean >= ranked[0].low - CLOSE).length;
    const each = now.setting === "tuned" ? trials : 1;
    return { entrants, ranked, level, trials, budgets, count, runs: each * names.length * now.seeds };
  }

  const column = (rows, at) => Float64Array.from({ length: seeds }, (_, seed) => rows[seed * RATES.length + at]);

  // ---- scores over the learning rate -----------------------------------------------------------
  function drawCurves({ entrants }) {
    const { box, x, y, ground, paths, words } = views.curves;
    const bottom = box.top + box.height;
    ground.replaceChildren(
      axes(box, x, y, { xLabel: text.lr_axis, yLabel: text[`${now.task}_axis`], xFormat: power, xTicks: [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000] }),
    );
    if (now.setting === "tuned" && now.top < widest) {
      const edge = x(now.top);
      ground.append(node("rect", { x: edge + 3, y: box.top, width: box.left + box.width - edge, height: box.height, fill: hatch }));
    }
    const drawn = entrants.map(({ name, curve }) =>
      node("path", { d: path(curve.map((score, at) => [x(RATES[at]), y(score)])), class: `demo-line ${LOOK[name]}` }));
    const marks = entrants.flatMap(({ name, curve, at, likely }) =>
      (likely ? Array.from(likely) : [...Array(at).fill(0), 1]).map((chance, i) =>
        chance > 0.004 && node("circle", { cx: x(RATES[i]), cy: y(curve[i]), r: 1.5 + 4.5 * Math.sqrt(chance), class: `demo-dot ${family(name)}` })));
    paths.replaceChildren(...drawn, ...marks.filter(Boolean));
    words.replaceChildren(...flanks(entrants));
    const on = now.setting === "same";
    if (on) words.prepend(node("path", { d: `M${x(now.lr)} ${box.top}V${bottom}`, class: "demo-line goal" }));
    shared.place(x(now.lr), bottom, format(now.lr));
  }

  /** The name of each line on its rising side, each a little higher than the one before. */
  function flanks(entrants) {
    const { box, x, y } = views.curves;
    const made = [];
    const taken = [];
    const sides = entrants.map(({ name, curve }) => {
      const high = Math.max(...curve);
      const low = Math.min(...curve.slice(0, 8));
      return { name, curve, share: (h) => curve.findIndex((score) => score >= low + h * (high - low)) };
    });
    const flat = entrants.filter(({ curve }) => Math.max(...curve) - Math.min(...curve) < 0.02);
    if (flat.length) {
      const words = flat.map(({ name }) => text[name]).join(" · ");
      made.push(label(x(0.004), y(flat[0].curve[0]) - 8, words, { class: `colored ${family(flat.at(-1).name)}` }));
    }
    const shown = box.width < 500 ? ["adam", "sgd", "adadelta"] : names; // the ranking names them all
    const order = sides.filter(({ name }) => shown.includes(name) && !flat.some((one) => one.name === name)).toSorted((a, b) => a.share(0.5) - b.share(0.5));
    order.forEach(({ name, curve, share }, i) => {
      const at = share(shown === names ? 0.92 - 0.13 * i : 0.6 - 0.2 * i);
      if (at < 0) return;
      const long = 7 * text[name].length;
      const near = x(RATES[at]) - 8 - long < box.left;
      const spot = [x(RATES[at]), y(curve[at])];
      const left = spot[0] + (near ? 8 : -8 - long);
      const hidden = taken.some(([a, b, y]) => a < left + long && left < b && Math.abs(y - spot[1]) < 15);
      if (hidden) return; // the ranking names it too
      taken.push([left, left + long, spot[1]]);
      made.push(label(spot[0] + (near ? 8 : -8), spot[1] + 4, text[name], { class: `colored ${family(name)}`, "text-anchor": near ? "start" : "end" }));
    });
    return made;
  }

  // ---- the ranking -----------------------------------------------------------------------------
  function drawRanking({ ranked }) {
    const { box, ground, paths, words } = views.ranking;
    const lowest = ranked.at(-1).low;
    const floor = FLOORS.findLast((value) => value <= lowest) ?? 0;
    const x = linear([floor, 1], [box.left, box.left + box.width]);
    const y = linear([0, ranked.length], [box.top, box.top + box.height]);
    ground.replaceChildren(
      axes(box, x, y, { yTicks: [], xTicks: [0, 1, 2, 3, 4, 5].map((i) => Number((floor + ((1 - floor) * i) / 5).toFixed(3))) }),
      label(0, box.top - 9, text.ranking, { class: "name" }),
      node("rect", { x: x(ranked[0].low), y: box.top, width: Math.max(1, x(ranked[0].high) - x(ranked[0].low)), height: box.height, class: "demo-range", fill: "var(--rule)", opacity: 0.6 }),
    );
    const rows = ranked.flatMap(({ name, mean, low, high }, i) => {
      const height = y(i + 0.5);
      return [
        node("path", { d: `M${x(low)} ${height}H${x(high)}`, class: `demo-line ${LOOK[name]}`, "stroke-width": 3 }),
        node("circle", { cx: x(mean), cy: height, r: 5, class: `demo-dot ${family(name)}`, "data-rank": name }),
      ];
    });
    paths.replaceChildren(...rows);
    words.replaceChildren(
      ...ranked.map(({ name, mean }, i) => label(box.left - 52, y(i + 0.5) + 4, text[name], { class: `colored ${family(name)}`, "text-anchor": "end" })),
      ...ranked.map(({ mean }, i) => label(box.left - 8, y(i + 0.5) + 4, scored(mean), { "text-anchor": "end" })),
    );
  }

  // ---- scores over the budget ------------------------------------------------------------------
  function drawBudget({ entrants, budgets, trials }) {
    const { box, x, y, ground, paths, words } = views.budget;
    const bottom = box.top + box.height;
    ground.replaceChildren(
      axes(box, x, y, { xLabel: text.trials_axis, yLabel: text.budget, xTicks: [1, 2, 4, 8, 16, 33], yTicks: [0, 0.25, 0.5, 0.75, 1] }),
    );
    paths.replaceChildren(...entrants.map(({ name, grows }) =>
      node("path", { d: path(budgets.map((n, i) => [x(n), y(grows[i])])), class: `demo-line ${LOOK[name]}` })));
    words.replaceChildren();
    if (now.setting === "tuned") words.append(node("path", { d: `M${x(trials)} ${box.top}V${bottom}`, class: "demo-line goal" }));
    spent.place(x(trials), bottom, String(trials));
  }

  // ---- words -----------------------------------------------------------------------------------
  function speak({ entrants, ranked, level, trials, runs }) {
    const [first, last] = [ranked[0], ranked.at(-1)];
    for (const { name, mean } of entrants) readouts[name](mean);
    readouts.gap(first.mean - last.mean, scored(first.mean - last.mean));
    readouts.level(level);
    readouts.runs(runs);
    const words = { lr: format(now.lr), trials, leader: text[first.name], best: scored(first.mean), last: text[last.name], worst: scored(last.mean), level };
    const more = now.seeds === 1 ? text.said_alone : text.said_level;
    demo.say(`${phrase(text[`said_${now.setting}`], words)}${text.between}${phrase(more, words)}`);
  }

  // ---- layout ----------------------------------------------------------------------------------
  const hatch = demo.hatch();
  function draw(width) {
    const wide = width >= 620;
    const { curves, ranking, budget } = views;
    curves.box = { left: 34, top: 24, width: width - 46, height: wide ? 230 : 210 };
    const top = curves.box.top + curves.box.height + 76;
    const half = Math.round(width * 0.46);
    ranking.box = { left: 126, top, width: (wide ? half : width) - 138, height: 196 };
    budget.box = wide
      ? { left: half + 44, top, width: width - half - 56, height: 196 }
      : { left: 34, top: top + 196 + 62, width: width - 46, height: 170 };
    demo.size(width, budget.box.top + budget.box.height + 44);
    for (const view of Object.values(views)) {
      const { left, top: high, width: across, height } = view.box;
      demo.clip({ left: left - 8, top: high - 8, width: across + 16, height: height + 12 }, view.clip);
    }
    const spread = ({ box }) => linear([0, 1], [box.top + box.height, box.top]);
    curves.x = log([RATES[0], RATES.at(-1)], [curves.box.left, curves.box.left + curves.box.width]);
    budget.x = log([1, most], [budget.box.left, budget.box.left + budget.box.width]);
    curves.y = spread(curves);
    budget.y = spread(budget);
    set({});
  }
  return { draw };
}

const scaled = (numbers) => Float64Array.from(numbers, (value) => value / 10000);
const nearest = (stops, value) =>
  stops.reduce((best, stop) => (Math.abs(Math.log(stop / value)) < Math.abs(Math.log(best / value)) ? stop : best));

/** The next stop in the direction of an arrow key, or nothing. */
function stepped(stops, value, key) {
  if (!key) return undefined;
  const at = stops.indexOf(nearest(stops, value)) + (key[0] || -key[1]);
  return stops[Math.min(Math.max(at, 0), stops.length - 1)];
}

export default { render: ({ model, el }) => mount(model, el, build) };
