// Three views of one setting: the path in the valley, the map of rates, the measured curve.
const { mount, linear, log, axes, grid, contour, lines, region, path, label, format, power, phrase, node } =
  globalThis.dlnotesDemo;

const OTHER = { heavy_ball: "nesterov", nesterov: "heavy_ball" };
const FAMILY = { plain: "plain", heavy_ball: "momentum", nesterov: "momentum light" };
const RATES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 1];
const EDGE = 1 + 1e-9; // at lr = 0 the rate is 1 up to rounding: that side is not a border
const SHADES = 9;

/** Every step of a run until it arrives, is lost, or `limit` steps are over. */
function travel(program, method, { x, y, lr, momentum, condition }) {
  const step = method === "plain"
    ? (s) => program.plain(s.x, s.y, lr, condition)
    : (s) => program[method](s.x, s.y, s.vx, s.vy, lr, momentum, condition);
  const first = program.distance(x, y);
  const states = [{ x, y, vx: 0, vy: 0 }];
  let end = 0;
  while (end === 0 && states.length <= program.LIMIT) {
    const state = step(states.at(-1));
    states.push(state);
    end = program.outcome(state.x, state.y, first);
  }
  const far = states.map((s) => program.distance(s.x, s.y) / first);
  const last = states.length - 1;
  return { states, far, last, steps: end > 0 ? last : Infinity, diverged: end < 0 ? last : Infinity };
}

/** The next round number: where an axis ends, so that it does not tremble while one drags. */
function roof(value) {
  const scale = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((n) => n * scale).find((n) => n >= value);
}

/** A few steps a pixel; an odd stride, which keeps both sides of a zigzag. */
function sampled(last, pixels) {
  const every = Math.floor(last / (3 * pixels)) | 1;
  return Array.from({ length: Math.floor(last / every) + 1 }, (_, i) => i * every);
}

const frame = ({ left, top, width, height }, attributes) =>
  node("rect", { x: left, y: top, width, height, ...attributes });
const line = (points, name) => node("path", { d: path(points), class: `demo-line ${name}` });

function build(demo) {
  const { program, text, controls: now } = demo;
  const runs = {};
  let best;

  const views = { valley: {}, map: {}, curve: {} };
  for (const view of Object.values(views)) {
    view.clip = demo.clip({ left: 0, top: 0, width: 0, height: 0 });
    view.ground = demo.layer({ "clip-path": view.clip });
    view.marks = demo.layer();
    view.paths = demo.layer({ "clip-path": view.clip });
    view.moving = demo.layer({ "clip-path": view.clip });
    view.names = demo.layer();
    view.front = demo.layer();
  }
  const hatch = demo.hatch();
  const heads = { carry: demo.arrow("momentum"), push: demo.arrow("plain") };
  const tuned = (name) => program[`best_${name}`](now.condition);
  const rate = (lr = now.lr, momentum = now.momentum) => program[`${now.method}_rate`](lr, momentum, now.condition);

  // ---- controls ------------------------------------------------------------------------------
  const player = demo.player({
    rate: () => Math.max(8, runs.present.last / 12),
    tick: (steps) => {
      const { last } = runs.present;
      if (now.now >= last && steps !== 1) now.now = 0;
      now.now = Math.min(now.now + steps, last);
      moment();
      return now.now < last;
    },
    reset: () => {
      now.now = 0;
      moment();
    },
  });
  const slide = (name, options) =>
    demo.slider({ name, value: now[name], change: (value) => set({ [name]: value }), ...options });
  const sliders = {
    lr: slide("lr", { min: 1e-4, max: 4, log: true, steps: 1000 }),
    momentum: slide("momentum", { min: 0, max: 0.999, steps: 999 }),
    condition: slide("condition", { min: 2, max: 1000, log: true, steps: 300 }),
  };
  const method = demo.choice({ name: "method", options: Object.keys(OTHER), value: now.method, change: (value) => set({ method: value }) });
  const beside = (name) =>
    demo.toggle({ name, value: now[name], group: "beside", change: (value) => set({ [name]: value }) });
  beside("also_plain");
  const other = beside("also_other");

  const presets = {
    no_momentum: () => ({ method: "heavy_ball", lr: tuned("plain").lr, momentum: 0 }),
    habit: () => ({ method: "heavy_ball", lr: tuned("plain").lr, momentum: 0.9 }),
    best: () => ({ method: "heavy_ball", lr: tuned("heavy_ball").lr, momentum: tuned("heavy_ball").momentum }),
    too_much: () => ({ method: "heavy_ball", lr: tuned("heavy_ball").lr, momentum: 0.99 }),
    same_nesterov: () => ({ ...presets.best(), method: "nesterov" }),
  };
  const buttons = Object.keys(presets).map((name) => [name, demo.preset({ name, press: () => set(presets[name]()) })]);
  const quiet = ["steps", "diverged", "best_steps", "plain_steps"];
  const readouts = Object.fromEntries(
    [...quiet, "rate", "best_rate", "now", "distance"].map((name) => [name, demo.readout(name, { quiet: quiet.includes(name) })]),
  );

  const start = demo.handle({
    name: "start",
    parent: views.valley.front,
    move: (px, py) => {
      const { x, y } = views.valley;
      const at = { x: x.clamp(x.invert(px)), y: y.clamp(y.invert(py)) };
      if (program.distance(at.x, at.y) > 0.01) set(at); // a start at the bottom has nowhere to go
    },
  });
  const setting = demo.handle({
    name: "setting",
    parent: views.map.front,
    step: 3,
    move: (px, py) => {
      const { x, y } = views.map;
      const lr = Math.max(x.clamp(x.invert(px)), x.domain[1] / 500);
      const momentum = Math.min(y.clamp(y.invert(py)), 0.999);
      set({ lr: Number(lr.toPrecision(3)), momentum: Number(momentum.toFixed(3)) });
    },
  });
  const time = demo.handle({
    name: "time",
    parent: views.curve.front,
    radius: 6,
    move: (px, py, key) => {
      player.pause();
      const step = key ? now.now + (key[0] || -key[1]) : Math.round(views.curve.x.invert(px));
      now.now = Math.min(Math.max(step, 0), runs.present.last);
      moment();
    },
  });

  // ---- from a setting to what is seen ----------------------------------------------------------
  function set(changed) {
    Object.assign(now, changed);
    const rival = ["condition", "method", "x", "y"].some((name) => name in changed);
    if (rival || !best) best = tuned(now.method);
    compute(rival);
    for (const [name, slider] of Object.entries(sliders)) if (slider.value !== now[name]) slider.set(now[name]);
    if (method.value !== now.method) method.set(now.method);
    other.words.textContent = text[OTHER[now.method]];
    for (const [name, button] of buttons) {
      button.press(Object.entries(presets[name]()).every(([key, value]) => now[key] === value));
    }
    if ("condition" in changed) drawValley();
    if ("condition" in changed || "method" in changed) drawMap();
    drawPaths();
    drawCurves();
    moment();
    speak();
  }

  function compute(rival) {
    const race = (name, at) => travel(program, name, { ...now, ...at });
    runs.present = race(now.method);
    now.now = Math.min(now.now, runs.present.last);
    if (!rival) return;
    runs.best = race(now.method, best);
    runs.plain = race("plain", tuned("plain"));
    runs.other = race(OTHER[now.method], tuned(OTHER[now.method]));
  }
  const rivals = () => [
    ...(now.also_plain ? [["plain", runs.plain]] : []),
    ...(now.also_other ? [[OTHER[now.method], runs.other]] : []),
  ];

  // ---- the valley ------------------------------------------------------------------------------
  function drawValley() {
    const { box, x, y, ground, marks } = views.valley;
    const samples = grid((a, b) => program.ravine_value(a, b, now.condition), x, y, 5);
    const top = Math.max(...samples.values);
    ground.replaceChildren(frame(box, { class: `shade-${SHADES}` }));
    for (let shade = SHADES - 1; shade >= 0; shade -= 1) {
      const level = top * ((shade + 1) / (SHADES + 1)) ** 2; // evenly spaced on a parabola
      ground.append(node("path", { d: region(samples, level), class: `demo-band shade-${shade}` }));
    }
    marks.replaceChildren(
      node("path", { d: `M${x(0) - 5} ${y(0)}h10m-5 -5v10`, class: "demo-line" }),
      label(box.left + box.width - 8, box.top + 18, `↕ ${phrase(text.across, { condition: format(now.condition) })}`, { "text-anchor": "end" }),
      label(box.left + box.width - 8, box.top + 35, `↔ ${text.along}`, { "text-anchor": "end" }),
    );
  }

  const placed = (states) => states.map((s) => [views.valley.x(s.x), views.valley.y(s.y)]);

  function drawPaths() {
    const { box, x, y, paths, names } = views.valley;
    const shown = [...rivals(), [now.method, runs.present]];
    paths.replaceChildren(
      ...shown.map(([name, run]) => line(placed(sampled(run.last, box.width).map((n) => run.states[n])), `${FAMILY[name]} beside`)),
    );
    names.replaceChildren(
      ...shown.toReversed().map(([name, run], row) =>
        label(box.left + 8, box.top + box.height - 10 - 17 * row, told(name, run), { class: `colored ${FAMILY[name]}` })),
      label(x(now.x), y(now.y) - 15, text.start, { "text-anchor": "middle" }),
    );
    start.place(x(now.x), y(now.y), phrase(text.point, { x: format(now.x), y: format(now.y) }));
  }

  function told(name, run) {
    const kind = Number.isFinite(run.steps) ? "needs" : Number.isFinite(run.diverged) ? "leaves" : "stays";
    return phrase(text[kind], { name: text[name], steps: format(run.steps), limit: format(program.LIMIT) });
  }

  // ---- the map of rates ------------------------------------------------------------------------
  function drawMap() {
    const view = views.map;
    const { box, ground, marks } = view;
    const x = (view.x = linear([0, program.widest_lr(now.condition)], [box.left, box.left + box.width]));
    const y = (view.y = linear([0, 1], [box.top + box.height, box.top]));
    const samples = grid(rate, x, y, 5);
    const levels = RATES.filter((level) => level > best.rate + 1e-3);
    ground.replaceChildren(frame(box, { fill: hatch }));
    levels.toReversed().forEach((level, i) => {
      const shade = Math.round((SHADES * (levels.length - 1 - i)) / Math.max(1, levels.length - 1));
      ground.append(node("path", { d: region(samples, level === 1 ? EDGE : level), class: `demo-band shade-${shade}` }));
    });
    const spot = [x(best.lr), y(best.momentum)];
    marks.replaceChildren(
      axes(box, x, y, { xLabel: text.lr_axis, yLabel: text.momentum_axis }),
      node("path", { d: lines(samples, EDGE), class: "demo-line" }),
      ...levelNames(samples, levels.slice(0, -1), spot, box),
      label(box.left + box.width - 6, box.top + box.height - 9, text.diverges, { "text-anchor": "end" }),
      node("path", { d: `M${spot[0]} ${spot[1] - 8}l8 8l-8 8l-8 -8Z`, class: "demo-dot theory" }),
      label(box.left + box.width, box.top - 9, phrase(text.optimum, { rate: format(best.rate) }), { class: "theory colored", "text-anchor": "end" }),
    );
  }

  /** Names of contour lines where they cross the way from the best point to the left edge. */
  function levelNames(samples, levels, [bx, by], box) {
    const slope = (box.top + 0.75 * box.height - by) / (bx - box.left);
    const off = ([px, py]) => (px > bx ? Infinity : Math.abs(py - by - slope * (bx - px)));
    const made = [];
    let before = bx;
    for (const level of levels) {
      const [px, py] = contour(samples, level).flat().reduce((a, b) => (off(b) < off(a) ? b : a), [Infinity, 0]);
      if (!(before - px > 30 && px - box.left > 14)) continue;
      made.push(label(px, py + 4, format(level), { "text-anchor": "middle" }));
      before = px;
    }
    return made;
  }

  // ---- the measured curve ----------------------------------------------------------------------
  function drawCurves() {
    const view = views.curve;
    const { box, marks, paths, names } = view;
    const lost = Number.isFinite(runs.present.diverged);
    const right = box.left + box.width;
    const x = (view.x = linear([0, roof(1.05 * Math.max(20, runs.present.last, lost ? 0 : runs.best.last))], [box.left, right]));
    const y = (view.y = log([3e-7, lost ? 3e6 : 30], [box.top + box.height, box.top]));
    const curve = ({ far, last }) => sampled(last, box.width).map((n) => [x(n), y(far[n])]);
    const present = rate();
    const forecast = sampled(x.domain[1], box.width).map((n) => [x(n), y(program.predicted(present, n))]);
    paths.replaceChildren(
      ...rivals().map(([name, run]) => line(curve(run), `${FAMILY[name]} beside`)),
      line(curve(runs.present), FAMILY[now.method]),
      line(forecast, "theory dashed"),
    );
    const yTicks = lost ? [1e-6, 1e-3, 1, 1e3, 1e6] : [1e-6, 1e-4, 1e-2, 1];
    marks.replaceChildren(
      axes(box, x, y, { xLabel: text.step_axis, yLabel: text.distance_axis, yTicks, yFormat: power }),
      ...[1e-6, 1e6].filter((level) => level < y.domain[1]).map((level) => line([[box.left, y(level)], [right, y(level)]], "goal")),
    );
    names.replaceChildren(
      ...endNames(view),
      label(right, lost ? y(1e-6) - 10 : box.top + 12, `– – ${phrase(text.predicted, { rate: format(present) })}`, { class: "theory colored", "text-anchor": "end" }),
    );
  }

  /** The name of each line where it ends, or where it leaves the picture. */
  function endNames({ box, x, y }) {
    return rivals().map(([name, { far, last }]) => {
      const step = Math.min(last, Math.floor(x.domain[1]));
      const early = x(step) < box.left + box.width / 2;
      return label(x(step) + (early ? 8 : 0), y(y.clamp(far[step])) - 8, text[name], {
        class: `colored ${FAMILY[name]}`,
        "text-anchor": early ? "start" : "end",
      });
    });
  }

  // ---- the present step ------------------------------------------------------------------------
  function moment() {
    const { x, y, moving } = views.valley;
    const { states, far } = runs.present;
    const state = states[now.now];
    const arrow = program.arrows(state.x, state.y, state.vx, state.vy, now.lr, now.momentum, now.condition);
    // PyTorch stores Nesterov's look-ahead point: the ball stands one carry behind it
    const ahead = now.method === "nesterov";
    const ball = ahead ? { x: state.x - arrow.carry_x, y: state.y - arrow.carry_y } : state;
    const middle = { x: ball.x + arrow.carry_x, y: ball.y + arrow.carry_y };
    const tip = { x: middle.x + arrow.push_x, y: middle.y + arrow.push_y };
    const travelled = placed(states.slice(0, now.now + 1));
    const at = ({ x: a, y: b }) => [x(a), y(b)];
    moving.replaceChildren(
      line(travelled, FAMILY[now.method]),
      node("path", { d: travelled.map(([a, b]) => `${path([[a, b]])}h0`).join(""), class: `demo-steps ${FAMILY[now.method]}` }),
      ...shaft(at(ball), at(middle), "carry", ahead ? text.look_ahead : text.velocity),
      ...shaft(at(middle), at(tip), "push", text.gradient),
      node("circle", { cx: x(ball.x), cy: y(ball.y), r: 7, class: `demo-dot ${FAMILY[now.method]}` }),
    );
    time.place(views.curve.x(now.now), views.curve.y(far[now.now]), String(now.now));
    readouts.now(now.now);
    readouts.distance(far[now.now]);
  }

  function shaft(from, to, name, words) {
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    if (!(Math.hypot(dx, dy) > 9)) return [];
    const family = name === "carry" ? "momentum" : "plain";
    const reach = name === "carry" ? 0.7 : 0.95;
    return [
      node("path", { d: path([from, to]), class: `demo-line demo-arrow ${family}`, "marker-end": heads[name] }),
      label(from[0] + dx * reach + 10, from[1] + dy * reach + 4, words, { class: `colored ${family}` }),
    ];
  }

  function speak() {
    const { steps, diverged } = runs.present;
    const numbers = { steps, diverged, best_steps: runs.best.steps, plain_steps: runs.plain.steps, rate: rate(), best_rate: best.rate };
    for (const [name, value] of Object.entries(numbers)) readouts[name](value);
    const { x, y } = views.map;
    setting.place(x(x.clamp(now.lr)), y(now.momentum), `${text.lr} ${format(now.lr)}, ${text.momentum} ${format(now.momentum)}`);
    const words = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, format(value)]));
    demo.say(phrase(text[verdict(numbers)], { ...words, name: text[now.method], limit: format(program.LIMIT) }));
  }

  function verdict({ steps, diverged, best_steps, rate: present }) {
    if (Number.isFinite(diverged)) return "lost";
    if (!Number.isFinite(steps)) return present < 1 ? "slow" : "leaving";
    if (now.lr === best.lr && now.momentum === best.momentum) return "optimal";
    return steps < best_steps ? "ahead" : "arrived";
  }

  // ---- layout ----------------------------------------------------------------------------------
  function draw(width) {
    const wide = width >= 620;
    const { valley, map, curve } = views;
    const high = wide ? Math.round(width * 0.34) : 200;
    const second = high + 42;
    const room = wide ? Math.round((width - 112) * 0.45) : width - 48;
    valley.box = { left: 0, top: 0, width, height: high };
    map.box = { left: 34, top: second, width: room, height: 214 };
    curve.box = wide
      ? { left: room + 90, top: second, width: width - room - 104, height: 214 }
      : { left: 34, top: second + 214 + 74, width: width - 48, height: 190 };
    demo.size(width, curve.box.top + curve.box.height + 40);
    for (const view of Object.values(views)) demo.clip(view.box, view.clip);
    const unit = width / 1.6; // one scale for both directions: right angles stay right
    valley.x = linear([-1.15, 0.45], [0, width]);
    valley.y = linear([-high / 2 / unit, high / 2 / unit], [high, 0]);
    set({ condition: now.condition });
  }
  return { draw };
}

export default { render: ({ model, el }) => mount(model, el, build) };
