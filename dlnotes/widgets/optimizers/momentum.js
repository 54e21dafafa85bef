const { mount, linear, log, axes, grid, contour, lines, region, path, label, format, phrase, node } =
  globalThis.dlnotesDemo;

const OTHER = { heavy_ball: "nesterov", nesterov: "heavy_ball" };
const FAMILY = { plain: "plain", heavy_ball: "momentum", nesterov: "momentum light" };
const HEIGHTS = [1, 3, 9, 27, 81, 243].map((n) => n / 250);
const RATES = [0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 1];
const SHADES = 10;

/** Every step of a run until it arrives, is lost, or `most` steps are over. */
function travel(program, method, { x, y, lr, momentum, condition }, most) {
  const step = method === "plain"
    ? (s) => program.plain(s.x, s.y, lr, condition)
    : (s) => program[method](s.x, s.y, s.vx, s.vy, lr, momentum, condition);
  let state = { x, y, vx: 0, vy: 0 };
  const first = program.distance(x, y);
  const states = [state];
  let end = first === 0 ? 1 : 0;
  while (end === 0 && states.length <= most) {
    state = step(state);
    states.push(state);
    end = program.outcome(state.x, state.y, first);
  }
  const far = states.map((s) => program.distance(s.x, s.y) / first);
  const last = states.length - 1;
  return { states, far, last, steps: end > 0 ? last : Infinity, diverged: end < 0 ? last : Infinity };
}

const roof = (value) => [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((n) => n * 10 ** Math.floor(Math.log10(value))).find((n) => n >= value);

function build(demo) {
  const { program, text, controls: now } = demo;
  const runs = {};
  let width = 720;
  let best;

  // ---- what is drawn, from the ground up -------------------------------------------------------
  const views = { valley: {}, map: {}, curve: {} };
  for (const view of Object.values(views)) {
    view.clip = demo.clip({ left: 0, top: 0, width: 0, height: 0 });
    view.ground = demo.layer({ "clip-path": view.clip });
    view.marks = demo.layer();
    view.paths = demo.layer({ "clip-path": view.clip });
    view.front = demo.layer();
  }
  const hatch = demo.hatch();
  const head = { carry: demo.arrow("momentum"), push: demo.arrow("plain") };

  // ---- controls --------------------------------------------------------------------------------
  const player = demo.player({
    rate: () => Math.max(10, run().last / 15),
    tick: (n) => {
      if (now.now >= run().last && n > 1) now.now = 0;
      now.now = Math.min(now.now + n, run().last);
      moment();
      return now.now < run().last;
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
    condition: slide("condition", { min: 1, max: 1000, log: true, steps: 300 }),
  };
  const method = demo.choice({ name: "method", options: ["heavy_ball", "nesterov"], value: now.method, change: (value) => set({ method: value }) });
  for (const name of ["also_plain", "also_other"]) demo.toggle({ name, value: now[name], change: (value) => set({ [name]: value }) });

  const tuned = (name) => program[`best_${name}`](now.condition);
  const presets = {
    no_momentum: () => ({ method: "heavy_ball", lr: tuned("plain").lr, momentum: 0 }),
    habit: () => ({ method: "heavy_ball", lr: tuned("plain").lr, momentum: 0.9 }),
    best: () => ({ method: "heavy_ball", lr: tuned("heavy_ball").lr, momentum: tuned("heavy_ball").momentum }),
    too_much: () => ({ method: "heavy_ball", lr: tuned("heavy_ball").lr, momentum: 0.99 }),
    same_nesterov: () => ({ method: "nesterov", lr: tuned("heavy_ball").lr, momentum: tuned("heavy_ball").momentum }),
  };
  for (const [name, setting] of Object.entries(presets)) demo.preset({ name, press: () => set(setting()) });

  const readouts = Object.fromEntries(
    ["steps", "diverged", "best_steps", "plain_steps", "rate", "best_rate", "now", "distance"].map((name) => [name, demo.readout(name)]),
  );

  const start = demo.handle({
    name: "start",
    parent: views.valley.front,
    move: (px, py) => {
      const { x, y } = views.valley;
      set({ x: x.clamp(x.invert(px)), y: y.clamp(y.invert(py)) });
    },
  });
  const setting = demo.handle({
    name: "setting",
    parent: views.map.front,
    step: 3,
    move: (px, py) => {
      const { x, y } = views.map;
      const lr = Math.max(x.clamp(x.invert(px)), x.domain[1] / 1000);
      set({ lr: Number(lr.toPrecision(3)), momentum: Math.round(Math.min(y.clamp(y.invert(py)), 0.999) * 1000) / 1000 });
    },
  });
  const time = demo.handle({
    name: "time",
    parent: views.curve.front,
    radius: 6,
    move: (px, py, key) => {
      player.pause();
      const step = key ? now.now + key[0] : Math.round(views.curve.x.invert(px));
      now.now = Math.min(Math.max(step, 0), run().last);
      moment();
    },
  });

  // ---- runs ------------------------------------------------------------------------------------
  const run = () => runs.present;

  function compute(changed) {
    if ("condition" in changed || "method" in changed || !best) best = tuned(now.method);
    const race = (name, setting) => travel(program, name, { ...now, ...setting }, program.LIMIT);
    runs.present = race(now.method, {});
    if (["condition", "method", "x", "y"].some((name) => name in changed) || !runs.best) {
      runs.best = race(now.method, best);
      runs.plain = race("plain", tuned("plain"));
      runs.other = race(OTHER[now.method], tuned(OTHER[now.method]));
    }
    now.now = Math.min(now.now, run().last);
  }

  function set(changed) {
    Object.assign(now, changed);
    compute(changed);
    for (const [name, slider] of Object.entries(sliders)) if (slider.value !== now[name]) slider.set(now[name]);
    if (method.value !== now.method) method.set(now.method);
    if ("condition" in changed) drawValley();
    if ("condition" in changed || "method" in changed) drawMap();
    drawPaths();
    drawCurves();
    moment();
    speak();
  }

  // ---- the valley ------------------------------------------------------------------------------
  function drawValley() {
    const { box, x, y, ground, marks } = views.valley;
    const samples = grid((a, b) => program.ravine_value(a, b, now.condition), x, y, 2);
    ground.replaceChildren(node("rect", { x: box.left, y: box.top, width: box.width, height: box.height, class: "shade-6" }));
    HEIGHTS.toReversed().forEach((height, i) =>
      ground.append(node("path", { d: region(samples, height), class: `demo-band shade-${5 - i}` })),
    );
    marks.replaceChildren(
      node("path", { d: `M${x(0) - 5} ${y(0)}h10m-5 -5v10`, class: "demo-line" }),
      label(box.left + box.width - 8, box.top + box.height - 10, text.along, { "text-anchor": "end" }),
      label(box.left + 8, box.top + 18, phrase(text.across, { condition: format(now.condition) })),
    );
  }

  const trace = (view, states) => path(states.map((s) => [view.x(s.x), view.y(s.y)]));
  const dots = (view, states) => states.map((s) => [view.x(s.x), view.y(s.y)]).filter(([a, b]) => Math.abs(a) < 1e5 && Math.abs(b) < 1e5).map(([a, b]) => `M${a.toFixed(1)} ${b.toFixed(1)}h0`).join("");

  function drawPaths() {
    const view = views.valley;
    const drawn = [];
    const beside = (name, { states }) => drawn.push(node("path", { d: trace(view, states), class: `demo-line ${FAMILY[name]} beside` }));
    if (now.also_plain) beside("plain", runs.plain);
    if (now.also_other) beside(OTHER[now.method], runs.other);
    const { states } = run();
    drawn.push(
      node("path", { d: trace(view, states), class: `demo-line ${FAMILY[now.method]}` }),
      node("path", { d: dots(view, states.slice(0, 200)), class: `demo-steps ${FAMILY[now.method]}` }),
    );
    view.paths.replaceChildren(...drawn);
    start.place(view.x(now.x), view.y(now.y), phrase(text.point, { x: format(now.x), y: format(now.y) }));
  }

  // ---- the map of rates ------------------------------------------------------------------------
  function drawMap() {
    const { box, ground, marks } = views.map;
    const x = linear([0, program.widest_lr(now.condition)], [box.left, box.left + box.width]);
    const y = linear([0, 1], [box.top + box.height, box.top]);
    Object.assign(views.map, { x, y });
    const rate = program[`${now.method}_rate`];
    const samples = grid((lr, momentum) => rate(lr, momentum, now.condition), x, y, 4);
    ground.replaceChildren(node("rect", { x: box.left, y: box.top, width: box.width, height: box.height, fill: hatch }));
    RATES.toReversed().forEach((level, i) => {
      ground.append(node("path", { d: region(samples, level), class: `demo-band shade-${SHADES - 1 - i}` }));
    });
    const names = RATES.slice(0, -1).map((level) => {
      const chain = contour(samples, level).flat();
      const spot = chain.toSorted((a, b) => a[0] - b[0])[0];
      return spot && label(spot[0], spot[1], format(level), { "text-anchor": "middle" });
    });
    marks.replaceChildren(
      axes(box, x, y, { xLabel: text.lr_axis, yLabel: text.momentum_axis }),
      node("path", { d: lines(samples, 1), class: "demo-line" }),
      ...names.filter(Boolean),
      label(box.left + box.width - 6, box.top + box.height - 8, text.diverges, { "text-anchor": "end" }),
      diamond(x(best.lr), y(best.momentum)),
      label(x(best.lr) + 9, y(best.momentum) - 8, format(best.rate), { class: "theory colored" }),
    );
  }
  const diamond = (x, y) => node("path", { d: `M${x} ${y - 7}l7 7l-7 7l-7 -7Z`, class: "demo-dot theory" });

  // ---- the measured curve ----------------------------------------------------------------------
  function drawCurves() {
    const { box, marks, paths } = views.curve;
    const lost = Number.isFinite(run().diverged);
    const longest = Math.max(20, run().last, runs.best.last);
    const x = linear([0, roof(longest * 1.05)], [box.left, box.left + box.width]);
    const y = log([5e-7, lost ? 2e6 : 20], [box.top + box.height, box.top]);
    Object.assign(views.curve, { x, y });
    const line = ({ far, last }) => path(sampled(last, box.width).map((n) => [x(n), y(far[n])]));
    const rate = program[`${now.method}_rate`](now.lr, now.momentum, now.condition);
    const forecast = sampled(Math.round(x.domain[1]), box.width).map((n) => [x(n), y(program.predicted(rate, n))]);
    const drawn = [];
    if (now.also_plain) drawn.push(node("path", { d: line(runs.plain), class: "demo-line plain beside" }));
    if (now.also_other) drawn.push(node("path", { d: line(runs.other), class: `demo-line ${FAMILY[OTHER[now.method]]} beside` }));
    drawn.push(
      node("path", { d: line(run()), class: `demo-line ${FAMILY[now.method]}` }),
      node("path", { d: path(forecast), class: "demo-line theory dashed" }),
    );
    paths.replaceChildren(...drawn);
    marks.replaceChildren(
      axes(box, x, y, { xLabel: text.step_axis, yLabel: text.distance_axis }),
      label(box.left + box.width, box.top + 14, phrase(text.predicted, { rate: format(rate) }), { class: "theory colored", "text-anchor": "end" }),
    );
  }
  function sampled(last, pixels) {
    const every = Math.max(1, Math.floor(last / (3 * pixels)));
    const chosen = [];
    for (let n = 0; n <= last; n += every) chosen.push(n);
    return chosen;
  }

  // ---- the present step ------------------------------------------------------------------------
  function moment() {
    const { x, y, moving } = views.valley;
    const state = run().states[now.now];
    const a = program.arrows(state.x, state.y, state.vx, state.vy, now.lr, now.momentum, now.condition);
    const ahead = now.method === "nesterov";
    const from = ahead ? { x: state.x - a.carry_x, y: state.y - a.carry_y } : state;
    const mid = ahead ? state : { x: state.x + a.carry_x, y: state.y + a.carry_y };
    const tip = { x: mid.x + a.push_x, y: mid.y + a.push_y };
    const shaft = (p, q, name, family) => node("path", { d: path([[x(p.x), y(p.y)], [x(q.x), y(q.y)]]), class: `demo-line demo-arrow ${family}`, "marker-end": head[name] });
    const ball = node("circle", { cx: x(from.x), cy: y(from.y), r: 7, class: `demo-dot ${FAMILY[now.method]}` });
    moving.replaceChildren(shaft(from, mid, "carry", "momentum"), shaft(mid, tip, "push", "plain"), ball);
    const { far } = run();
    time.place(views.curve.x(now.now), views.curve.y(far[now.now]), `${now.now}`);
    readouts.now(now.now);
    readouts.distance(far[now.now]);
  }

  function speak() {
    const rate = program[`${now.method}_rate`](now.lr, now.momentum, now.condition);
    const { steps, diverged } = run();
    readouts.steps(steps);
    readouts.diverged(diverged, Number.isFinite(diverged) ? format(diverged) : "");
    readouts.best_steps(runs.best.steps);
    readouts.plain_steps(runs.plain.steps);
    readouts.rate(rate);
    readouts.best_rate(best.rate);
    setting.place(views.map.x(Math.min(now.lr, views.map.x.domain[1])), views.map.y(now.momentum), `${text.lr} ${format(now.lr)}, ${text.momentum} ${format(now.momentum)}`);
    const numbers = { steps: format(steps), diverged: format(diverged), best: format(runs.best.steps), plain: format(runs.plain.steps), rate: format(rate, 4), limit: format(program.LIMIT) };
    const exact = now.lr === best.lr && now.momentum === best.momentum;
    const kind = Number.isFinite(diverged) ? "lost" : !Number.isFinite(steps) ? (rate < 1 ? "slow" : "leaving") : exact ? "optimal" : steps < runs.best.steps ? "ahead" : "arrived";
    demo.say(phrase(text[kind], numbers));
  }

  // ---- layout ----------------------------------------------------------------------------------
  views.valley.moving = demo.layer({ "clip-path": views.valley.clip });

  function draw(room) {
    width = room;
    const wide = width >= 620;
    const high = wide ? Math.round(width * 0.36) : 220;
    const second = high + 44;
    const tall = wide ? 230 : 240;
    const half = Math.round((width - 110) * 0.45);
    views.valley.box = { left: 0, top: 0, width, height: high };
    views.map.box = { left: 34, top: second, width: wide ? half : width - 42, height: tall };
    views.curve.box = wide
      ? { left: half + 94, top: second, width: width - half - 102, height: tall }
      : { left: 34, top: second + tall + 78, width: width - 42, height: 200 };
    demo.size(width, views.curve.box.top + views.curve.box.height + 40);
    for (const view of Object.values(views)) demo.clip(view.box, view.clip);
    const reach = 1.2;
    const unit = width / (2 * reach);
    views.valley.x = linear([-reach, reach], [0, width]);
    views.valley.y = linear([-high / 2 / unit, high / 2 / unit], [high, 0]);
    set({ condition: now.condition });
  }
  return { draw };
}

export default { render: ({ model, el }) => mount(model, el, build) };
