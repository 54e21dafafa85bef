// Reddi's game in three views: the walk, the pushes of one round, the map of settings that fail.
const { mount, linear, log, axes, grid, region, lines, path, label, format, phrase, node } = globalThis.dlnotesDemo;

const RULES = ["adam", "amsgrad", "adamax", "adabound", "lion", "sgd"];
const SPIKES = [1, 300];
const PERIODS = [3, 4, 6, 11, 31, 101];
const REACHED = 0.5;

const family = (rule) => (rule === "sgd" ? "plain" : "adam");
const line = (points, name) => node("path", { d: path(points), class: `demo-line ${name}` });
const rect = ({ left, top, width, height }, attributes) => node("rect", { x: left, y: top, width, height, ...attributes });

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

function build(demo) {
  const { program, text, controls: now } = demo;
  const { ROUNDS, MEMORIES } = program;
  const runs = {};
  const views = { walk: {}, pushes: {}, map: {} };
  for (const view of Object.values(views)) {
    view.clip = demo.clip({ left: 0, top: 0, width: 0, height: 0 });
    view.ground = demo.layer({ "clip-path": view.clip });
    view.marks = demo.layer();
    view.paths = demo.layer({ "clip-path": view.clip });
    view.names = demo.layer();
    view.front = demo.layer();
  }
  const hatch = demo.hatch();
  const rival = () => (now.rule === "adam" ? "amsgrad" : "adam");
  const numbers = () => [now.beta1, now.beta2, now.spike, now.period];

  // ---- controls --------------------------------------------------------------------------------
  const player = demo.player({
    rate: 25,
    tick: (rounds) => {
      if (now.now >= ROUNDS && rounds !== 1) now.now = 0;
      now.now = Math.min(now.now + rounds, ROUNDS);
      moment();
      return now.now < ROUNDS;
    },
    reset: () => {
      now.now = 0;
      moment();
    },
  });
  const rule = demo.choice({ name: "rule", options: RULES, value: now.rule, change: (value) => set({ rule: value }) });
  const slide = (name, options) =>
    demo.slider({ name, value: now[name], change: (value) => set({ [name]: value }), ...options });
  const sliders = {
    beta2: slide("beta2", { stops: MEMORIES }),
    spike: slide("spike", { min: SPIKES[0], max: SPIKES[1], log: true, steps: 300 }),
    period: slide("period", { stops: PERIODS }),
  };
  const direction = demo.choice({ name: "beta1", options: ["0", "0.5", "0.9", "0.99"], value: String(now.beta1), change: (value) => set({ beta1: Number(value) }) });
  const theorem = { rule: "adam", beta1: 0, beta2: MEMORIES[1], spike: 4, period: 3 };
  const presets = {
    theorem,
    maximum: { ...theorem, rule: "amsgrad" },
    longer: { ...theorem, beta2: 0.5 },
    rare: { rule: "adam", beta1: 0.9, beta2: 0.99, spike: 101, period: 101 },
    closing: { ...theorem, rule: "adabound" },
    heads: { ...theorem, rule: "lion" },
  };
  const buttons = Object.entries(presets).map(([name, setting]) => [setting, demo.preset({ name, press: () => set(setting) })]);
  const quiet = ["end", "beside_end", "drift"];
  const readouts = Object.fromEntries(
    [...quiet, "now", "x", "left", "right"].map((name) => [name, demo.readout(name, { quiet: quiet.includes(name) })]),
  );
  const time = demo.handle({
    name: "time",
    parent: views.walk.front,
    radius: 6,
    move: (px, py, key) => {
      player.pause();
      const round = key ? now.now + (key[0] || -key[1]) : Math.round(views.walk.x.invert(px));
      now.now = Math.min(Math.max(round, 0), ROUNDS);
      moment();
    },
  });
  const setting = demo.handle({
    name: "setting",
    parent: views.map.front,
    step: 4,
    move: (px, py) => {
      const { x, y } = views.map;
      set({
        beta2: Number(x.clamp(x.invert(px)).toFixed(3)),
        spike: Number(y.clamp(y.invert(py)).toPrecision(3)),
      });
    },
  });

  // ---- from a setting to what is seen ----------------------------------------------------------
  function set(changed) {
    Object.assign(now, changed);
    runs.present = play(program, now.rule, now);
    runs.beside = play(program, rival(), now);
    for (const [name, slider] of Object.entries(sliders)) if (slider.value !== now[name]) slider.set(now[name]);
    if (rule.value !== now.rule) rule.set(now.rule);
    if (Number(direction.value) !== now.beta1) direction.set(String(now.beta1));
    for (const [wanted, button] of buttons) {
      button.press(Object.entries(wanted).every(([key, value]) => now[key] === value));
    }
    if (["rule", "beta1", "period"].some((name) => name in changed)) drawMap();
    drawWalk();
    moment();
    speak();
  }
  const best = () => (program.total(now.spike, now.period) > 0 ? -1 : 1);

  // ---- the walk --------------------------------------------------------------------------------
  function drawWalk() {
    const { box, x, y, marks, paths, names } = views.walk;
    const right = box.left + box.width;
    const every = Math.max(1, Math.floor((ROUNDS * now.period) / (4 * box.width)));
    const points = ({ places }) => places.flatMap((place, step) => (step % every ? [] : [[x(step / now.period), y(place)]]));
    marks.replaceChildren(
      axes(box, x, y, { xLabel: text.rounds_axis, yLabel: text.x_axis, yTicks: [-1, 0, 1] }),
      ...[-1, 1].map((end) => line([[box.left, y(end)], [right, y(end)]], end === best() ? "theory dashed" : "goal")),
    );
    paths.replaceChildren(
      line(points(runs.beside), `${family(rival())} light beside`),
      line(points(runs.present), family(now.rule)),
    );
    const shift = (end) => (y(end) > box.top + box.height / 2 ? -10 : 18);
    const ends = [now.rule, rival()].map((name, i) => ({ name, end: (i ? runs.beside : runs.present).end }));
    const close = Math.abs(ends[0].end - ends[1].end) < 0.25;
    names.replaceChildren(
      ...ends.map(({ name, end }, i) =>
        label(right - (close && i ? 70 : 4), y(end) + shift(end), text[name], { class: `colored ${family(name)}${i ? " light" : ""}`, "text-anchor": "end" })),
      label(box.left + box.width / 2, y(best()) + (best() < 0 ? 15 : -7), text.best, { class: "colored theory" }),
      label(box.left + box.width / 2, y(-best()) + (best() < 0 ? -7 : 15), text.worst),
    );
  }

  // ---- the pushes of one round -----------------------------------------------------------------
  function moment() {
    const { walk } = views;
    const { places, pushes } = runs.present;
    const round = Math.max(now.now, 1);
    const mine = pushes.slice((round - 1) * now.period, round * now.period);
    const sums = { left: 0, right: 0 };
    for (const push of mine) sums[push < 0 ? "left" : "right"] += Math.abs(push);
    drawPushes(mine, sums, round);
    const place = places[now.now * now.period];
    time.place(walk.x(now.now), walk.y(place), `${text.time} ${now.now}, x ${format(place)}`);
    readouts.now(now.now);
    readouts.x(place);
    readouts.left(sums.left);
    readouts.right(sums.right);
  }

  function drawPushes(mine, sums, round) {
    const { box, marks, paths, names } = views.pushes;
    const reach = 1.12 * Math.max(sums.left, sums.right, 1);
    const x = linear([-reach, reach], [box.left, box.left + box.width]);
    const middle = x(0);
    const high = box.height / 2 - 22;
    const edges = { left: 0, right: 0 };
    const bars = mine.map((push, i) => {
      const side = push < 0 ? "left" : "right";
      const from = edges[side];
      edges[side] += Math.abs(push);
      const [a, b] = [from, edges[side]].map((far) => x(push < 0 ? -far : far));
      const top = box.top + 14 + (i ? high + 16 : 0);
      const gap = mine.length > 31 ? 0 : 1;
      return rect({ left: Math.min(a, b) + gap / 2, top, width: Math.max(Math.abs(b - a) - gap, 0.5), height: high }, { class: `relatives-push ${family(now.rule)}${i ? " light" : ""}`, fill: "currentColor" });
    });
    const net = sums.right - sums.left;
    const tip = x(Math.min(Math.max(net, -reach), reach));
    const level = box.top + box.height - 6;
    marks.replaceChildren(line([[middle, box.top], [middle, box.top + box.height]], "goal"));
    paths.replaceChildren(
      ...bars,
      line([[middle, level], [tip, level]], "theory"),
      node("path", { d: `M${tip} ${level - 5}l${net < 0 ? -8 : 8} 5l${net < 0 ? 8 : -8} 5Z`, class: "demo-dot theory" }),
    );
    const beside = (sum) => (sum > 0 ? middle + 8 : middle - 8);
    const side = (push) => ({ "text-anchor": push > 0 ? "end" : "start" });
    const rest = sums.right + sums.left - Math.abs(mine[0]) ? mine.slice(1).reduce((a, b) => a + b, 0) : 0;
    names.replaceChildren(
      label(box.left, box.top - 9, phrase(text.pushes, { now: round }), { class: "name" }),
      label(beside(-mine[0]), box.top + 14 + high / 2 + 4, text.by_spike, side(mine[0])),
      label(beside(-rest), box.top + 30 + high * 1.5 + 4, text.by_rest, side(rest)),
      label(beside(-net), level + 4, phrase(text.net, { sum: format(net) }), { class: "colored theory", ...side(net) }),
      label(box.left, box.top + box.height + 17, `← ${text.leftward}`),
      label(box.left + box.width, box.top + box.height + 17, `${text.rightward} →`, { "text-anchor": "end" }),
    );
  }

  // ---- the map of settings ---------------------------------------------------------------------
  function drawMap() {
    const { box, x, y, ground, marks } = views.map;
    const drift = (beta2, spike) => program[`${now.rule}_drift`](now.beta1, beta2, spike, now.period);
    const towards = (beta2, spike) => program[`${now.rule}_sound`](beta2, spike, now.period, now.beta1);
    const samples = grid(towards, x, y, 6);
    const still = grid(drift, x, y, 6); // the border between left and right
    const wrong = samples.values.some((value) => value < 0);
    ground.replaceChildren(
      rect(box, { class: "shade-2" }),
      ...(wrong ? [
        node("path", { d: region(samples, 0), fill: hatch }),
        node("path", { d: lines(still, 0), class: `demo-line ${family(now.rule)}` }),
      ] : []),
    );
    const rest = now.period - 1;
    marks.replaceChildren(
      axes(box, x, y, { xLabel: text.beta2_axis, xTicks: [0, 0.25, 0.5, 0.75, 1] }),
      line([[box.left, y(rest)], [box.left + box.width, y(rest)]], "theory dashed"),
      label(box.left + box.width - 4, y(rest) + 15, phrase(text.balance, { rest }), { class: "colored theory", "text-anchor": "end" }),
      label(box.left, box.top - 9, phrase(text.map, { name: text[now.rule], beta1: now.beta1, period: now.period }), { class: "name" }),
      label(box.left - 30, box.top + box.height + 34, `↑ ${text.spike_axis}`),
      wrong
        ? node("g", {}, ...spot(samples).map(([px, py]) => label(px, py + 4, text.fooled, { "text-anchor": "middle", class: "strong" })))
        : label(box.left + box.width / 2, box.top + 24, text.none, { "text-anchor": "middle" }),
    );
  }

  /** The middle of what is wrong, where the word stands. */
  function spot({ values, columns, left, top }) {
    const found = [];
    values.forEach((value, i) => value < 0 && found.push([left[i % columns], top[Math.floor(i / columns)]]));
    if (found.length < 40) return [];
    const mean = [0, 1].map((k) => found.reduce((sum, point) => sum + point[k], 0) / found.length);
    const far = ([a, b]) => Math.hypot(a - mean[0], b - mean[1]);
    const { box } = views.map;
    const [px, py] = found.reduce((a, b) => (far(b) < far(a) ? b : a));
    return [[Math.max(px, box.left + 22), py]];
  }

  function speak() {
    const shown = { end: runs.present.end, beside_end: runs.beside.end, drift: program[`${now.rule}_drift`](...numbers()) };
    for (const [name, value] of Object.entries(shown)) readouts[name](value);
    const { x, y } = views.map;
    setting.place(x(x.clamp(now.beta2)), y(y.clamp(now.spike)), phrase(text.point, { beta2: format(now.beta2), spike: format(now.spike) }));
    const towards = shown.end * best();
    const verdict = towards > REACHED ? "told_right" : towards < -REACHED ? "told_wrong" : "told_slow";
    demo.say(phrase(text[verdict], { name: text[now.rule], end: format(shown.end), drift: format(Math.abs(shown.drift)), side: text[shown.drift < 0 ? "leftward" : "rightward"], rounds: ROUNDS }));
  }

  // ---- layout ----------------------------------------------------------------------------------
  function draw(width) {
    const wide = width >= 620;
    const { walk, pushes, map } = views;
    walk.box = { left: 34, top: 24, width: width - 44, height: wide ? 190 : 170 };
    const second = walk.box.top + walk.box.height + 74;
    const room = wide ? Math.round((width - 80) * 0.46) : width - 10;
    pushes.box = { left: 0, top: second, width: room, height: wide ? 190 : 150 };
    map.box = wide
      ? { left: room + 60, top: second, width: width - room - 70, height: 190 }
      : { left: 34, top: second + pushes.box.height + 66, width: width - 44, height: 190 };
    demo.size(width, map.box.top + map.box.height + 40);
    for (const view of Object.values(views)) demo.clip(view.box, view.clip);
    walk.x = linear([0, ROUNDS], [walk.box.left, walk.box.left + walk.box.width]);
    walk.y = linear([-1.35, 1.35], [walk.box.top + walk.box.height, walk.box.top]);
    map.x = linear([0, 0.999], [map.box.left, map.box.left + map.box.width]);
    map.y = log(SPIKES, [map.box.top + map.box.height, map.box.top]);
    set({ rule: now.rule });
  }
  return { draw };
}

export default { render: ({ model, el }) => mount(model, el, build) };
