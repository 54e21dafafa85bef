// Four views of one list of gradients: the gradients, what is left of them, the memories, the steps.
const { mount, linear, axes, path, label, format, phrase, random, node } = globalThis.dlnotesDemo;

const ROUND = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

/** The next round number: where an axis ends, so that it does not tremble while one draws. */
function roof(value) {
  const scale = 10 ** Math.floor(Math.log10(value));
  return ROUND.map((n) => n * scale).find((n) => n >= value * 0.9999);
}

const same = (a, b) =>
  Array.isArray(a) ? a.every((one, i) => one === b[i]) : a === b;
const line = (points, name) => node("path", { d: path(points), class: `demo-line ${name}` });
const bar = (left, top, right, bottom, attributes) =>
  node("rect", { x: left, y: Math.min(top, bottom), width: right - left, height: Math.abs(bottom - top), ...attributes });

function build(demo) {
  const { program, text, controls: now } = demo;
  const { COUNT, LONG, MOST } = program;
  now.grads = [...now.grads];
  const ticks = Array.from({ length: COUNT }, (_, i) => i + 1);
  let states = []; // after each gradient
  let longest = {};

  // ---- layers ----------------------------------------------------------------------------------
  const views = { grads: {}, left: {}, memory: {}, steps: {} };
  const cursor = demo.layer();
  for (const view of Object.values(views)) {
    view.clip = demo.clip({ left: 0, top: 0, width: 0, height: 0 });
    view.marks = demo.layer();
    view.paths = demo.layer({ "clip-path": view.clip });
    view.moving = demo.layer();
    view.front = demo.layer();
  }
  const sheet = node("rect", { fill: "transparent", "data-sheet": true });
  views.grads.front.append(sheet);

  // ---- controls --------------------------------------------------------------------------------
  const player = demo.player({
    rate: 8,
    tick: (steps) => {
      go(now.now >= COUNT && steps !== 1 ? 1 : now.now + steps);
      return now.now < COUNT;
    },
    reset: () => go(1),
  });
  const sliders = {
    beta1: demo.slider({ name: "beta1", stops: program.BETAS1, value: now.beta1, digits: 4, change: (beta1) => set({ beta1 }) }),
    beta2: demo.slider({ name: "beta2", stops: program.BETAS2, value: now.beta2, digits: 4, change: (beta2) => set({ beta2 }) }),
  };
  const before = demo.choice({ name: "before", options: ["fresh", "silence", "steady"], value: now.before, change: (value) => set({ before: value }) });

  const usual = { beta1: 0.9, beta2: 0.999 };
  const filled = (make) => ticks.map((_, i) => make(i));
  const draw = random(7);
  const noise = filled(() => Number(Math.min(Math.max(draw.normal(), -MOST), MOST).toFixed(2)));
  const presets = {
    ones: { ...usual, before: "fresh", grads: filled(() => 1), now: 12 },
    quiet: { ...usual, before: "silence", grads: filled(() => 1), now: 12 },
    growing: { ...usual, before: "silence", grads: filled((i) => program.growing(COUNT - 1 - i, usual.beta1, usual.beta2)), now: COUNT },
    spike: { ...usual, before: "steady", grads: filled((i) => (i === 7 ? MOST : 0.03)), now: 30 },
    turning: { ...usual, before: "silence", grads: filled((i) => (i % 2 ? -1 : 1)), now: 24 },
    noise: { ...usual, before: "fresh", grads: noise, now: 36 },
  };
  const staged = Object.entries(presets).map(([name, setting]) => {
    const button = demo.preset({ name, press: () => { player.pause(); set({ ...setting, grads: [...setting.grads] }); } });
    const { now: _, ...values } = setting;
    return () => button.press(Object.entries(values).every(([key, value]) => same(value, now[key])));
  });
  const loud = ["t", "m", "v", "m_hat", "v_hat", "made", "raw", "bound"];
  const readouts = Object.fromEntries(
    ["t", "grad", "m", "v", "m_hat", "v_hat", "made", "raw", "longest", "longest_raw", "top", "bound", "quoted"].map((name) => [name, demo.readout(name, { quiet: !loud.includes(name) })]),
  );

  // ---- drawing gradients -----------------------------------------------------------------------
  const place = (value, low, high) => Math.min(Math.max(value, low), high);
  const column = (px) => place(Math.round(views.grads.x.invert(px)), 1, COUNT);
  function worth(py) {
    const value = place(views.grads.y.invert(py), -MOST, MOST);
    return Math.abs(value) < 0.08 ? 0 : Number(value.toFixed(2));
  }
  /** Every gradient between two columns gets the height of the pointer. */
  function paint(from, px, py) {
    player.pause();
    const to = column(px);
    for (let k = Math.min(from, to); k <= Math.max(from, to); k += 1) now.grads[k - 1] = worth(py);
    set({ now: to, grads: now.grads });
    return to;
  }
  let held = null;
  const local = (event) => {
    const p = new DOMPoint(event.clientX, event.clientY).matrixTransform(demo.picture.getScreenCTM().inverse());
    return [p.x, p.y];
  };
  sheet.addEventListener("pointerdown", (event) => {
    const [px, py] = local(event);
    sheet.setPointerCapture(event.pointerId);
    held = paint(column(px), px, py);
    event.preventDefault();
  });
  sheet.addEventListener("pointermove", (event) => {
    if (held === null) return;
    held = paint(held, ...local(event));
  });
  for (const end of ["pointerup", "pointercancel"]) sheet.addEventListener(end, () => { held = null; });

  const gradient = demo.handle({
    name: "gradient",
    parent: views.grads.front,
    move: (px, py, key) => {
      if (!key) return void paint(now.now, px, py);
      player.pause();
      const moved = place(now.now + key[0], 1, COUNT);
      const value = place(now.grads[moved - 1] - key[1] * 0.1, -MOST, MOST);
      now.grads[moved - 1] = key[1] ? Number(value.toFixed(2)) : now.grads[moved - 1];
      set({ now: moved, grads: now.grads });
    },
  });
  const time = demo.handle({
    name: "time",
    parent: views.steps.front,
    radius: 6,
    move: (px, py, key) => {
      player.pause();
      go(key ? now.now + (key[0] || -key[1]) : Math.round(views.steps.x.invert(px)));
    },
  });

  // ---- from a setting to what is seen ----------------------------------------------------------
  function set(changed) {
    Object.assign(now, changed);
    compute();
    for (const [name, slider] of Object.entries(sliders)) if (slider.value !== now[name]) slider.set(now[name]);
    if (before.value !== now.before) before.set(now.before);
    for (const show of staged) show();
    drawGrads();
    drawMemories();
    drawSteps();
    moment();
  }

  function compute() {
    const { beta1, beta2 } = now;
    const past = now.before === "steady" ? now.grads[0] : 0;
    let state = program.opened(past, now.before === "fresh" ? 0 : LONG, beta1, beta2);
    states = now.grads.map((grad) => {
      state = program.advance(grad, state.t, state.m, state.v, beta1, beta2);
      return state;
    });
    const most = (name) => Math.max(...states.map((s) => Math.abs(s[name])));
    longest = { made: most("made"), raw: most("raw") };
  }

  function go(step) {
    now.now = place(step, 1, COUNT);
    moment();
  }

  function drawGrads() {
    const { box, x, y, marks, paths } = views.grads;
    const half = (x(2) - x(1)) * 0.38;
    marks.replaceChildren(axes(box, x, y, { xTicks: [], yTicks: [-MOST, 0, MOST], yLabel: text.gradient_axis }));
    paths.replaceChildren(
      node("path", { d: `M${box.left} ${y(0)}H${box.left + box.width}`, class: "demo-line goal" }),
      ...now.grads.map((grad, i) =>
        bar(x(i + 1) - half, y(grad), x(i + 1) + half, y(0), { class: "plain", fill: "currentColor", "data-bar": i + 1 })),
    );
  }

  function drawMemories() {
    const { box, x, marks, paths } = views.memory;
    const high = roof(1.06 * Math.max(0.1, ...states.map((s) => Math.max(Math.abs(s.m_hat), s.root_hat))));
    const low = states.some((s) => s.m_hat < -0.02 * high) ? -high : 0;
    const y = (views.memory.y = linear([low, high], [box.top + box.height, box.top]));
    const along = (name) => states.map((s, i) => [x(i + 1), y(s[name])]);
    marks.replaceChildren(axes(box, x, y, { xTicks: [], yTicks: [low, 0, high], yLabel: text.memory_axis }));
    paths.replaceChildren(
      node("path", { d: `M${box.left} ${y(0)}H${box.left + box.width}`, class: "demo-line goal" }),
      line(along("m"), "momentum beside dashed"),
      line(along("root"), "adaptive beside dashed"),
      line(along("m_hat"), "momentum"),
      line(along("root_hat"), "adaptive"),
    );
  }

  function drawSteps() {
    const view = views.steps;
    const { box, x, marks, paths } = view;
    const { beta1, beta2 } = now;
    const [quoted, bound] = [program.quoted_bound(beta1, beta2), program.step_bound(beta1, beta2)];
    const reach = now.before === "silence" && bound < 40 ? bound : 0;
    const high = roof(1.06 * Math.max(longest.made, longest.raw, quoted, reach));
    const down = states.some((s) => s.made < -0.02);
    const y = (view.y = linear([down ? -high : 0, high], [box.top + box.height, box.top]));
    const along = (name) => states.map((s, i) => [x(i + 1), y(s[name])]);
    const limit = (sign) => states.map((s, i) => [x(i + 1), y(sign * program.ceiling(s.t, beta1, beta2))]);
    const level = (value) => [[box.left, y(value)], [box.left + box.width, y(value)]];
    const sides = down ? [1, -1] : [1];
    const edge = box.left + box.width - 4;
    const top = program.ceiling(states.at(-1).t, beta1, beta2);
    marks.replaceChildren(
      axes(box, x, y, { xLabel: text.x_axis, yLabel: text.step_axis, yTicks: y.ticks(down ? 5 : 4), xTicks: [1, 12, 24, 36, 48] }),
    );
    paths.replaceChildren(
      node("path", { d: `M${box.left} ${y(0)}H${box.left + box.width}`, class: "demo-line goal" }),
      ...sides.map((sign) => line(level(sign * quoted), "theory beside dotted")),
      ...sides.map((sign) => line(limit(sign), "theory beside dashed")),
      line(along("raw"), "adam beside dashed"),
      line(along("made"), "adam"),
    );
    view.names = [
      label(edge, y(quoted) - 5, phrase(text.paper, { quoted: format(quoted) }), { class: "theory colored", "text-anchor": "end" }),
      ...(top <= high ? [label(edge, y(top) - 5, `${text.limit} ${format(top)}`, { class: "theory colored", "text-anchor": "end" })] : []),
    ];
  }

  // ---- the present step ------------------------------------------------------------------------
  function moment() {
    const state = states[now.now - 1];
    const grad = now.grads[now.now - 1];
    const { grads, memory, steps } = views;
    const at = grads.x(now.now);
    cursor.replaceChildren(node("path", { d: `M${at} ${grads.box.top}V${steps.box.top + steps.box.height}`, class: "demo-line faint" }));
    for (const rect of grads.paths.querySelectorAll("[data-bar]")) {
      rect.setAttribute("fill-opacity", Number(rect.dataset.bar) <= now.now ? 0.75 : 0.2);
    }
    gradient.place(at, grads.y(grad), phrase(text.value, { step: now.now, grad: format(grad) }));
    drawLeft();

    const early = at < memory.box.left + memory.box.width - 50;
    const beside = (view, value, words, name, dy = -7) =>
      label(at + (early ? 8 : -8), place(view.y(value) + dy, view.box.top + 10, view.box.top + view.box.height - 3), words, { class: `colored ${name}`, "text-anchor": early ? "start" : "end" });
    const above = state.m_hat >= state.root_hat;
    const near = Math.abs(memory.y(state.m_hat) - memory.y(state.root_hat)) < 20;
    memory.moving.replaceChildren(
      node("circle", { cx: at, cy: memory.y(state.m_hat), r: 4, class: "demo-dot momentum" }),
      node("circle", { cx: at, cy: memory.y(state.root_hat), r: 4, class: "demo-dot adaptive" }),
      beside(memory, state.m_hat, `m̂ ${format(state.m_hat)}`, "momentum", near && !above ? 16 : -7),
      beside(memory, state.root_hat, `${text.rooted} ${format(state.root_hat)}`, "adaptive", near && above ? 16 : -7),
    );
    const apart = Math.abs(state.raw - state.made) > 0.05;
    const higher = state.raw > state.made;
    const crowded = !early && !apart; // the names of the bounds stand at the right edge
    const shown = [beside(steps, state.made, `${apart ? `${text.corrected} ` : ""}${format(state.made)}`, "adam", crowded || (apart && higher) ? 18 : -8)];
    if (apart) shown.push(beside(steps, state.raw, `${text.uncorrected} ${format(state.raw)}`, "adam", higher ? -8 : 16));
    steps.moving.replaceChildren(...steps.names, ...shown);
    time.place(at, steps.y(state.made), phrase(text.at, { step: now.now, made: format(state.made) }));
    speak(state, grad);
  }

  /** How much of every gradient up to now is left in each memory: dark is all, blank is nothing. */
  function drawLeft() {
    const { box, x, moving } = views.left;
    const half = (x(2) - x(1)) * 0.47;
    const rows = [["momentum", now.beta1, text.left_m], ["adaptive", now.beta2, text.left_v]];
    moving.replaceChildren(
      ...rows.flatMap(([name, beta, words], row) => {
        const top = box.top + row * 24;
        const cells = ticks.slice(0, now.now).map((k) =>
          bar(x(k) - half, top, x(k) + half, top + 8, { class: name, fill: "currentColor", "fill-opacity": program.kept(now.now - k, beta).toFixed(3) }));
        return [
          bar(box.left, top, box.left + box.width, top + 8, { class: `demo-line goal`, "stroke-dasharray": "none" }),
          ...cells,
          label(box.left, top - 3, words, { class: `colored ${name}` }),
        ];
      }),
    );
  }

  function speak(state, grad) {
    const { beta1, beta2 } = now;
    const numbers = {
      t: state.t,
      grad,
      m: state.m,
      v: state.v,
      m_hat: state.m_hat,
      v_hat: state.v_hat,
      made: state.made,
      raw: state.raw,
      longest: longest.made,
      longest_raw: longest.raw,
      top: program.ceiling(state.t, beta1, beta2),
      bound: program.step_bound(beta1, beta2),
      quoted: program.quoted_bound(beta1, beta2),
    };
    for (const [name, value] of Object.entries(numbers)) readouts[name](value);
    const words = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, format(value)]));
    demo.say(phrase(text[verdict(numbers)], { ...words, step: now.now, root: format(state.root_hat) }));
  }

  function verdict({ v, made, raw, quoted, bound }) {
    const size = Math.abs(made);
    if (v === 0) return "still";
    if (!Number.isFinite(bound)) return "endless";
    if (size > quoted * 1.0001) return "over";
    if (Math.abs(raw - made) < 0.005 * size) return "plain";
    return Math.abs(raw) > 1.5 * size && Math.abs(raw) > 1 ? "raw_over" : "both";
  }

  // ---- layout ----------------------------------------------------------------------------------
  function layout(width) {
    const left = 40;
    const room = width - left - 12;
    const { grads, left: kept, memory, steps } = views;
    grads.box = { left, top: 24, width: room, height: 112 };
    kept.box = { left, top: 160, width: room, height: 34 };
    memory.box = { left, top: 228, width: room, height: 112 };
    steps.box = { left, top: 376, width: room, height: 168 };
    demo.size(width, 584);
    const x = linear([0.5, COUNT + 0.5], [left, left + room]);
    for (const view of Object.values(views)) {
      view.x = x;
      demo.clip(view.box, view.clip);
      view.y = linear([-MOST * 1.08, MOST * 1.08], [view.box.top + view.box.height, view.box.top]);
    }
    for (const [name, value] of Object.entries({ x: left, y: grads.box.top, width: room, height: grads.box.height })) sheet.setAttribute(name, value);
    set({});
  }
  return { draw: layout };
}

export default { render: ({ model, el }) => mount(model, el, build) };
