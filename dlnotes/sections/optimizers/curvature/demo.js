// The terrain with the path and the model's contours; a cut through both along the present step.
const { mount, linear, axes, grid, lines, region, path, label, format, phrase, node } = globalThis.dlnotesDemo;

const VIEWS = {
  saddle: { x: [-1.7, 1.7], y: [-1.55, 1.55], start: { x: 0.2, y: 0.4 }, lr: 0.1 },
  ravine: { x: [-1.3, 1.3], y: [-0.6, 0.6], start: { x: 1, y: 0.4 }, lr: 0.0198 },
  rosenbrock: { x: [-1.9, 1.9], y: [-1, 3], start: { x: -1.2, y: 1 }, lr: 0.001 },
  himmelblau: { x: [-5.5, 5.5], y: [-5.2, 5.2], start: { x: 0.6, y: -0.4 }, lr: 0.01 },
};
const STOPS = [0, 0.1, 0.2, 0.5, 0.8, 1, 1.2, 1.5, 2, 2.5, 3, 4, 6, 10, 20, 30, 50, 100];
const SHADES = 9;
const SOON = 60; // steps within which the map of starts asks for an end
const RINGS = [0.25, 1, 2.25, 4, 6.25, 9];
const REACH = [-0.7, 1.7]; // of the cut, in steps

const line = (points, name) => node("path", { d: path(points), class: `demo-line ${name}` });
const frame = ({ left, top, width, height }, attributes) => node("rect", { x: left, y: top, width, height, ...attributes });

function build(demo) {
  const { program, text, controls: now } = demo;
  const { LIMIT, KINDS } = program;
  let runs = {};
  let secret = now.now === 0; // the page asks where it ends: not told before the reader has seen it or chosen

  // ---- what the emitted program says -----------------------------------------------------------
  const bend = (x, y) => program[`${now.terrain}_bend`](x, y);
  const matrix = (b) => program[now.rule](b.xx, b.xy, b.yy, now.damping);
  const newton = (b) => {
    const m = matrix(b);
    return program.newton(b.gx, b.gy, m.xx, m.xy, m.yy);
  };
  const descent = (b) => program.descent(b.gx, b.gy, now.lr);

  /** All points of a run until it settles, is lost, or `limit` steps are over. */
  function travel(step, { x, y }, limit) {
    const points = [{ x, y }];
    for (;;) {
      const p = points.at(-1);
      const b = bend(p.x, p.y);
      const kind = KINDS[program.verdict(p.x, p.y, b.gx, b.gy, b.xx, b.xy, b.yy)];
      const last = points.length - 1;
      if (kind !== "going" || last >= limit) return { points, last, kind, steps: kind === "going" ? Infinity : last };
      const d = step(b);
      points.push({ x: p.x + d.dx, y: p.y + d.dy });
    }
  }

  // ---- layers ----------------------------------------------------------------------------------
  const views = { ground: {}, cut: {} };
  for (const view of Object.values(views)) {
    view.clip = demo.clip({ left: 0, top: 0, width: 0, height: 0 });
    view.below = demo.layer({ "clip-path": view.clip });
    view.marks = demo.layer();
    view.paths = demo.layer({ "clip-path": view.clip });
    view.moving = demo.layer({ "clip-path": view.clip });
    view.names = demo.layer();
    view.front = demo.layer();
  }
  const hatch = demo.hatch();
  const head = demo.arrow("curvature");

  // ---- controls --------------------------------------------------------------------------------
  demo.player({
    rate: 1.6,
    tick: (steps) => {
      const { last } = runs.newton;
      if (now.now >= last && steps !== 1) now.now = 0;
      now.now = Math.min(now.now + steps, last);
      if (secret && now.now >= last) touch({});
      else moment();
      return now.now < last;
    },
    reset: () => {
      now.now = 0;
      moment();
    },
  });
  const change = (name) => (value) => touch({ [name]: value, now: 0 });
  const damping = demo.slider({ name: "damping", stops: STOPS, value: now.damping, change: change("damping") });
  const lr = demo.slider({ name: "lr", min: 1e-4, max: 1, log: true, value: now.lr, change: change("lr") });
  const onward = (name) => ({ terrain: name, lr: VIEWS[name].lr, ...VIEWS[name].start });
  const terrain = demo.choice({ name: "terrain", options: Object.keys(VIEWS), value: now.terrain, change: (name) => touch({ ...onward(name), now: 0 }) });
  const rule = demo.choice({ name: "rule", options: ["signed", "absolute"], value: now.rule, change: change("rule") });
  demo.toggle({ name: "also_plain", value: now.also_plain, change: change("also_plain") });

  const presets = {
    to_saddle: { ...onward("saddle"), rule: "signed", damping: 0 },
    too_little: { ...onward("saddle"), y: 0.2, rule: "signed", damping: 0.5 },
    enough: { ...onward("saddle"), rule: "signed", damping: 3 },
    flipped: { ...onward("saddle"), rule: "absolute", damping: 0 },
    one_step: { ...onward("ravine"), rule: "signed", damping: 0 },
    bend: { ...onward("rosenbrock"), rule: "signed", damping: 0 },
    hills: { ...onward("himmelblau"), rule: "signed", damping: 0 },
  };
  const buttons = Object.keys(presets).map((name) => [name, demo.preset({ name, press: () => touch({ ...presets[name], now: 0 }) })]);
  const quiet = ["steps", "plain_steps", "promised", "got"];
  const readouts = Object.fromEntries(
    ["steps", "plain_steps", "now", "low", "high", "promised", "got"].map((name) => [name, demo.readout(name, { quiet: quiet.includes(name) })]),
  );
  const start = demo.handle({
    name: "start",
    parent: views.ground.front,
    move: (px, py) => {
      const { x, y } = views.ground;
      touch({ x: Number(x.clamp(x.invert(px)).toFixed(3)), y: Number(y.clamp(y.invert(py)).toFixed(3)), now: 0 });
    },
  });

  // ---- from a setting to what is seen ----------------------------------------------------------
  function touch(changed) {
    const first = secret;
    secret = false;
    if (first) drawStarts();
    set(changed);
  }

  function set(changed) {
    const moved = "terrain" in changed && changed.terrain !== views.ground.terrain;
    const remade = moved || ["rule", "damping"].some((name) => name in changed);
    Object.assign(now, changed);
    for (const [name, control] of Object.entries({ damping, lr, terrain, rule })) if (control.value !== now[name]) control.set(now[name]);
    for (const [name, button] of buttons) button.press(Object.entries(presets[name]).every(([key, value]) => now[key] === value));
    runs = { newton: travel(newton, now, LIMIT), plain: travel(descent, now, LIMIT) };
    now.now = Math.min(now.now, runs.newton.last);
    if (moved) drawGround();
    if (remade) drawStarts();
    drawPaths();
    moment();
  }

  // ---- the terrain -----------------------------------------------------------------------------
  function drawGround() {
    const view = views.ground;
    const { box } = view;
    view.terrain = now.terrain;
    view.x = linear(VIEWS[now.terrain].x, [box.left, box.left + box.width]);
    view.y = linear(VIEWS[now.terrain].y, [box.top + box.height, box.top]);
    view.samples = grid((a, b) => bend(a, b).value, view.x, view.y, 5);
    const sorted = [...view.samples.values].sort((a, b) => a - b);
    view.relief = sorted.at(-1) - sorted[0];
    view.bands = node("g", {}, frame(box, { class: `shade-${SHADES}` }));
    for (let shade = SHADES - 1; shade >= 0; shade -= 1) {
      const level = sorted[Math.floor(((sorted.length - 1) * (shade + 1)) / (SHADES + 1))]; // equal areas
      view.bands.append(node("path", { d: region(view.samples, level), class: `demo-band shade-${shade}` }));
    }
  }

  /** Hatched: starts from which Newton's method reaches no hollow. */
  function drawStarts() {
    const { below, bands, box, x, y } = views.ground;
    if (secret) return below.replaceChildren(bands);
    const missed = (a, b) => (travel(newton, { x: a, y: b }, SOON).kind === "minimum" ? 1 : 0);
    const samples = grid(missed, x, y, 7);
    views.ground.missed = samples.values.filter((v) => v === 0).length > samples.values.length / 50; // more than a line
    below.replaceChildren(bands, node("path", { d: region(samples, 0.5), fill: hatch, "data-starts": true }));
    demo.clip(box, views.ground.clip);
  }

  const placed = (points) => points.map((p) => [views.ground.x(p.x), views.ground.y(p.y)]);
  const told = (name, { kind, steps, last }) =>
    phrase(text[`told_${kind}`], { name: text[name], steps: format(Math.min(steps, last)), limit: format(LIMIT) });

  function drawPaths() {
    const { box, x, y, paths, names } = views.ground;
    const all = [["newton", "curvature"], ...(now.also_plain ? [["plain", "plain"]] : [])];
    const shown = secret ? [] : all;
    paths.replaceChildren(...shown.toReversed().map(([name, family]) => line(placed(runs[name].points), `${family} beside`)));
    names.replaceChildren(
      ...shown.map(([name, family], row) =>
        label(box.left + 8, box.top + box.height - 10 - 17 * row, told(name, runs[name]), { class: `colored ${family}` })),
      ...(views.ground.missed && !secret ? [label(box.left + 8, box.top + 18, text.hatched)] : []),
    );
    start.place(x(now.x), y(now.y), phrase(text.point, { x: format(now.x), y: format(now.y) }));
  }

  // ---- the present step ------------------------------------------------------------------------
  function moment() {
    const here = runs.newton.points[now.now];
    const b = bend(here.x, here.y);
    const m = matrix(b);
    const d = program.newton(b.gx, b.gy, m.xx, m.xy, m.yy);
    const model = (dx, dy) => program.height(b.value, b.gx, b.gy, m.xx, m.xy, m.yy, dx, dy);
    const there = { x: here.x + d.dx, y: here.y + d.dy };
    const promised = b.value - model(d.dx, d.dy);
    const got = b.value - bend(there.x, there.y).value;
    drawModel(here, there, model, b.value - promised, Math.abs(promised));
    drawCut(here, d, model);
    speak({ ...program.curvatures(b.xx, b.xy, b.yy), promised, got });
  }

  function drawModel(here, there, model, level, depth) {
    const { x, y, moving, box } = views.ground;
    const samples = grid((a, c) => model(a - here.x, c - here.y), x, y, 10);
    const unit = Math.max(depth, views.ground.relief / 120); // where the step is over, still something to see
    const rings = RINGS.flatMap((ring) => [level + ring * unit, level - ring * unit]);
    const [from, to] = placed([here, there]);
    const travelled = placed(runs.newton.points.slice(0, now.now + 1));
    const far = Math.hypot(to[0] - from[0], to[1] - from[1]) > 12;
    const right = to[0] < box.left + 0.6 * box.width;
    const up = to[1] < from[1];
    moving.replaceChildren(
      ...rings.map((ring) => node("path", { d: lines(samples, ring), class: "demo-line curvature faint", "data-ring": true })),
      line(travelled, "curvature"),
      node("path", { d: travelled.map(([a, c]) => `${path([[a, c]])}h0`).join(""), class: "demo-steps curvature" }),
      ...(far ? [node("path", { d: path([from, to]), class: "demo-line demo-arrow curvature", "marker-end": head })] : []),
      node("path", { d: `M${to[0] - 6} ${to[1] - 6}l12 12m0 -12l-12 12`, class: "demo-line curvature" }),
      label(to[0] + (right ? 11 : -11), to[1] + (up ? -11 : 20), text.flat_here, { class: "colored curvature", "text-anchor": right ? "start" : "end" }),
      node("circle", { cx: from[0], cy: from[1], r: 6, class: "demo-dot curvature" }),
      label(x(now.x), y(now.y) + (up ? 26 : -15), text.start, { "text-anchor": "middle" }),
    );
  }

  function drawCut(here, d, model) {
    const { box, marks, paths, names } = views.cut;
    const x = linear(REACH, [box.left, box.left + box.width]);
    const ts = Array.from({ length: 97 }, (_, i) => REACH[0] + ((REACH[1] - REACH[0]) * i) / 96);
    const ground = (t) => bend(here.x + t * d.dx, here.y + t * d.dy).value;
    const parabola = (t) => model(t * d.dx, t * d.dy);
    const heights = [...[-0.2, 0, 0.5, 1, 1.2].flatMap((t) => [ground(t), parabola(t)])].filter(Number.isFinite);
    const [low, high] = [Math.min(...heights), Math.max(...heights)];
    const room = Math.max(high - low, views.ground.relief / 120);
    const y = linear([low - 0.25 * room, high + 0.35 * room], [box.top + box.height, box.top]);
    const curve = (f) => ts.map((t) => [x(t), y(f(t))]);
    const dot = (t, f, name) => node("circle", { cx: x(t), cy: y(f(t)), r: 5, class: `demo-dot ${name}` });
    marks.replaceChildren(axes(box, x, y, { xLabel: text.along, yLabel: text.loss, xTicks: [0, 1] }));
    paths.replaceChildren(line(curve(ground), "plain"), line(curve(parabola), "curvature dashed"));
    const [gx, gy] = [x(1), y(ground(1))];
    const [mx, my] = [x(1), y(parabola(1))];
    const apart = Math.abs(gy - my) < 16 ? 16 * (gy < my ? -1 : 1) - (gy - my) : 0;
    names.replaceChildren(
      dot(0, ground, "curvature"),
      dot(1, ground, "plain hollow"),
      node("path", { d: `M${mx - 5} ${my - 5}l10 10m0 -10l-10 10`, class: "demo-line curvature" }),
      label(mx + 12, y(y.clamp(parabola(1))) + 4 - apart / 2, text.model, { class: "colored curvature" }),
      label(gx + 12, y(y.clamp(ground(1))) + 4 + apart / 2, text.ground, { class: "colored plain" }),
    );
  }

  function speak(numbers) {
    const { kind, steps, last } = runs.newton;
    const values = { ...numbers, steps, plain_steps: runs.plain.steps, now: now.now };
    for (const [name, value] of Object.entries(values)) readouts[name](value);
    const words = { promised: format(numbers.promised), got: format(numbers.got) };
    const done = now.now >= last && kind !== "going" && kind !== "lost";
    const step = done ? "arrived" : numbers.promised < 0 ? "up" : numbers.got < 0 ? "worse" : "down";
    const then = phrase(text[step], words);
    if (secret) demo.say(then);
    else demo.say(phrase(text[`say_${kind}`], { steps: format(Math.min(steps, last)), limit: format(LIMIT), then }));
  }

  // ---- layout ----------------------------------------------------------------------------------
  function draw(width) {
    const wide = width >= 620;
    const high = wide ? Math.min(380, Math.round(width * 0.46)) : 290;
    const half = wide ? Math.round(width * 0.57) : width;
    views.ground.box = { left: 0, top: 0, width: half, height: high };
    views.cut.box = wide
      ? { left: half + 58, top: 28, width: width - half - 70, height: high - 72 }
      : { left: 44, top: high + 40, width: width - 58, height: 190 };
    demo.size(width, wide ? high + 4 : views.cut.box.top + 190 + 42);
    for (const view of Object.values(views)) demo.clip(view.box, view.clip);
    views.ground.terrain = undefined;
    set({ terrain: now.terrain });
  }
  return { draw };
}

export default { render: ({ model, el }) => mount(model, el, build) };
