// One sequence of gradients for two coordinates, and what three rules make of it.
const { mount, linear, log, axes, path, label, format, power, phrase, node } = globalThis.dlnotesDemo;

const RULES = ["adagrad", "rmsprop", "adadelta"];
const PAIR = ["a", "b"];
const PARTS = ["start", "middle", "end"];
const NUMBERS = { rate: "rate", step_length: "length", distance: "distance" };
const SIZES = [1e-3, 1e2]; // of the gradients one can choose
const LOOK = { a: "", b: "light dashed" };

const line = (points, name) => node("path", { d: path(points), class: `demo-line ${name}` });
const dots = (points, name) =>
  node("path", { d: points.map((point) => `${path([point])}h0`).join(""), class: `demo-steps ${name}` });

/** Whole powers of ten around all numbers that a log axis can show. */
function decades(values) {
  const shown = values.filter((value) => value > 0 && Number.isFinite(value));
  if (!shown.length) return [1e-3, 1];
  const [low, high] = [Math.min(...shown), Math.max(...shown)].map(Math.log10);
  const first = Math.floor(low + 1e-6);
  return [Number(`1e${first}`), Number(`1e${Math.max(Math.ceil(high - 1e-6), first + 1)}`)];
}

function build(demo) {
  const { program, text, controls: now } = demo;
  const { STEPS, HALF, AT } = program;
  const times = Array.from({ length: STEPS }, (_, i) => i + 1);
  const runs = {};
  const top = { marks: demo.layer(), lines: demo.layer(), moving: demo.layer(), front: demo.layer() };
  const panels = Object.fromEntries(RULES.map((rule) => {
    const panel = { clip: demo.clip({ left: 0, top: 0, width: 0, height: 0 }), marks: demo.layer() };
    panel.lines = demo.layer({ "clip-path": panel.clip });
    panel.moving = demo.layer();
    return [rule, panel];
  }));

  // ---- controls ------------------------------------------------------------------------------
  const player = demo.player({
    rate: 60,
    tick: (steps) => {
      if (now.now >= STEPS && steps !== 1) now.now = 1;
      now.now = Math.min(now.now + steps, STEPS);
      moment();
      return now.now < STEPS;
    },
    reset: () => {
      now.now = 1;
      moment();
    },
  });
  const slide = (name, options) =>
    demo.slider({ name, value: now[name], change: (value) => set({ [name]: value }), ...options });
  const sliders = {
    every: slide("every", { stops: [1, 2, 5, 10, 25, 50, 100] }),
    lr: slide("lr", { min: 1e-3, max: 1, log: true, steps: 300 }),
    decay: slide("decay", { min: 0.5, max: 0.999, steps: 499 }),
  };
  const view = demo.choice({ name: "view", options: Object.keys(NUMBERS), value: now.view, change: (value) => set({ view: value }) });

  const flat = (a, b) => ({
    ...Object.fromEntries(PARTS.map((part, i) => [`a_${part}`, a[i]])),
    ...Object.fromEntries(PARTS.map((part, i) => [`b_${part}`, b[i]])),
  });
  const presets = {
    rare: { ...flat([1, 1, 1], [1, 1, 1]), every: 25 },
    apart: { ...flat([10, 10, 10], [0.1, 0.1, 0.1]), every: 1 },
    wall: { ...flat([10, 0.1, 0.1], [0.1, 0.1, 0.1]), every: 1 },
    fading: { ...flat([1, 0.03, 0.001], [1, 1, 1]), every: 1 },
  };
  const buttons = Object.entries(presets).map(([name, setting]) => [setting, demo.preset({ name, press: () => set(setting) })]);
  const readouts = Object.fromEntries(
    ["now", ...RULES.flatMap((rule) => [...PAIR, "ratio"].map((what) => `${rule}_${what}`))].map((name) => [name, demo.readout(name, { quiet: true })]),
  );

  const handles = Object.fromEntries(PAIR.flatMap((which) => PARTS.map((part, i) => {
    const name = `${which}_${part}`;
    const handle = demo.handle({
      name,
      parent: top.front,
      step: 4,
      radius: 7,
      move: (_, py) => set({ [name]: Number(top.y.clamp(top.y.invert(py)).toPrecision(2)) }),
    });
    return [name, { ...handle, which, step: Math.min(AT[which] + i * HALF, STEPS) }];
  })));
  const time = demo.handle({
    name: "time",
    parent: top.front,
    radius: 6,
    move: (px, py, key) => {
      player.pause();
      const step = key ? now.now + (key[0] || -key[1]) : Math.round(top.x.invert(px));
      now.now = Math.min(Math.max(step, 1), STEPS);
      moment();
    },
  });

  // ---- from a setting to what is seen ----------------------------------------------------------
  function set(changed) {
    Object.assign(now, changed);
    compute();
    for (const [name, slider] of Object.entries(sliders)) if (slider.value !== now[name]) slider.set(now[name]);
    if (view.value !== now.view) view.set(now.view);
    for (const [setting, button] of buttons) {
      button.press(Object.entries(setting).every(([name, value]) => now[name] === value));
    }
    drawGradients();
    drawPanels();
    moment();
  }

  function compute() {
    for (const which of PAIR) {
      const ends = PARTS.map((part) => now[`${which}_${part}`]);
      const gap = which === "a" ? 1 : now.every;
      runs[which] = { grads: times.map((t) => program.gradient(t, AT[which], ...ends, gap)) };
      for (const rule of RULES) runs[which][rule] = walk(rule, runs[which].grads);
    }
  }

  function walk(rule, grads) {
    const seen = { rate: [], length: [], distance: [] };
    let [v, u, far, met] = [0, 0, 0, false];
    for (const grad of grads) {
      const step = program[rule](grad, v, u, now.lr, now.decay);
      ({ v, u } = step);
      met ||= grad !== 0;
      far += step.length;
      seen.rate.push(met ? step.rate : Infinity);
      seen.length.push(step.length);
      seen.distance.push(far);
    }
    return seen;
  }
  const shown = (which, rule) => runs[which][rule][NUMBERS[now.view]];
  const turns = (which) => times.filter((t) => runs[which].grads[t - 1] !== 0);

  // ---- the gradients ---------------------------------------------------------------------------
  function drawGradients() {
    const { box, x, y } = top;
    const points = (which) => turns(which).map((t) => [x(t), y(runs[which].grads[t - 1])]);
    const stems = points("b").map(([px, py]) => `M${px.toFixed(1)} ${(box.top + box.height).toFixed(1)}V${py.toFixed(1)}`).join("");
    top.marks.replaceChildren(axes(box, x, y, { xLabel: text.step_axis, yLabel: text.gradient_axis, yFormat: power, yTicks: [1e-3, 1e-2, 0.1, 1, 10, 100] }));
    top.lines.replaceChildren(
      line(points("a"), "plain"),
      ...(now.every > 1
        ? [node("path", { d: stems, class: "demo-line plain faint" }), dots(points("b"), "plain light")]
        : [line(points("b"), `plain ${LOOK.b}`)]),
    );
    for (const [name, handle] of Object.entries(handles)) {
      const size = now[name];
      handle.place(x(handle.step), y(size), phrase(text.size, { step: handle.step, size: format(size) }));
      top.lines.append(label(x(handle.step), y(size) + (handle.which === "a" ? -13 : 22), handle.which.toUpperCase(), { "text-anchor": "middle" }));
    }
  }

  // ---- what the rules make of them -------------------------------------------------------------
  function drawPanels() {
    const all = RULES.flatMap((rule) => PAIR.flatMap((which) => shown(which, rule)));
    const constant = now.view === "rate" ? now.lr : NaN;
    const domain = decades([...all, constant]);
    const ticks = log(domain, [0, 1]).ticks(4);
    RULES.forEach((rule, i) => {
      const panel = panels[rule];
      const { box } = panel;
      const right = box.left + box.width;
      const x = (panel.x = linear([0, STEPS], [box.left, right]));
      const y = (panel.y = log(domain, [box.top + box.height, box.top]));
      const first = i === 0 || box.left === panels[RULES[0]].box.left;
      panel.marks.replaceChildren(
        axes(box, x, y, { xTicks: [0, 200, 400], yTicks: ticks, yFormat: first ? power : () => "", xLabel: i === RULES.length - 1 ? text.step_axis : undefined }),
      );
      const drawn = [];
      if (constant) {
        drawn.push(line([[box.left, y(constant)], [right, y(constant)]], "goal"));
        if (i === 0) drawn.push(label(right - 8, y(constant) - 5, text.constant, { "text-anchor": "end", class: "muted" }));
      }
      for (const which of PAIR) {
        const values = shown(which, rule);
        const points = times.map((t) => [x(t), values[t - 1] > 0 ? y(values[t - 1]) : Infinity]);
        const rarely = which === "b" && now.every > 1;
        if (now.view !== "step_length" || !rarely) drawn.push(line(points, `adaptive ${LOOK[which]}`));
        if (rarely) drawn.push(dots(turns("b").map((t) => points[t - 1]).filter(([, py]) => Number.isFinite(py)), "adaptive light"));
      }
      if (i === 0) panel.marks.append(label(box.left, box.top - 52, phrase(text.on_log, { what: text[now.view] })));
      panel.lines.replaceChildren(...drawn);
    });
  }

  // ---- the present step ------------------------------------------------------------------------
  function moment() {
    const at = now.now - 1;
    const ratios = {};
    const across = (x, box) => node("path", { d: `M${x(now.now)} ${box.top}V${box.top + box.height}`, class: "demo-line faint" });
    readouts.now(now.now);
    for (const rule of RULES) {
      const { box, x, y, moving } = panels[rule];
      const values = PAIR.map((which) => shown(which, rule)[at]);
      PAIR.forEach((which, i) => readouts[`${rule}_${which}`](values[i]));
      ratios[rule] = runs.b[rule].rate[at] / runs.a[rule].rate[at];
      readouts[`${rule}_ratio`](ratios[rule]);
      const column = (i) => box.left + 5 + (i * box.width) / 2;
      const visible = (value) => value > 0 && Number.isFinite(value);
      const dot = (which, cx, cy) => node("circle", { cx, cy, r: 4.5, class: `demo-dot adaptive ${which === "b" ? "hollow" : ""}` });
      moving.replaceChildren(
        across(x, box),
        ...PAIR.filter((_, i) => visible(values[i])).map((which) => dot(which, x(now.now), y(shown(which, rule)[at]))),
        label(box.left, box.top - 30, text[rule], { class: "adaptive colored" }),
        ...PAIR.flatMap((which, i) => [
          dot(which, column(i), box.top - 14),
          label(column(i) + 9, box.top - 10, `${which.toUpperCase()} ${Number.isFinite(values[i]) ? format(values[i]) : "–"}`),
        ]),
      );
    }
    top.moving.replaceChildren(across(top.x, top.box));
    time.place(top.x(now.now), top.box.top + top.box.height, String(now.now));
    const told = Object.fromEntries(RULES.map((rule) => [rule, format(ratios[rule])]));
    demo.say(phrase(text[Number.isFinite(ratios.adagrad) ? "compared" : "unseen"], { now: now.now, ...told }));
  }

  // ---- layout ----------------------------------------------------------------------------------
  function draw(width) {
    const wide = width >= 620;
    const left = 36;
    top.box = { left, top: 24, width: width - left - 14, height: wide ? 150 : 140 };
    top.x = linear([-8, STEPS + 4], [left, left + top.box.width]);
    top.y = log(SIZES, [top.box.top + top.box.height, top.box.top]);
    const below = top.box.top + top.box.height + 108;
    const gap = 26;
    RULES.forEach((rule, i) => {
      const share = Math.floor((width - left - 14 - 2 * gap) / 3);
      panels[rule].box = wide
        ? { left: left + i * (share + gap), top: below, width: share, height: 170 }
        : { left, top: below + i * 188, width: width - left - 14, height: 110 };
      demo.clip({ ...panels[rule].box, top: panels[rule].box.top - 2 }, panels[rule].clip);
    });
    const last = panels[RULES[2]].box;
    demo.size(width, last.top + last.height + 42);
    set({});
  }
  return { draw };
}

export default { render: ({ model, el }) => mount(model, el, build) };
