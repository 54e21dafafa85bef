const { mount, linear, log, axes, grid, lines, region, path, label, format, power, phrase, random, node } =
  globalThis.dlnotesDemo;

const HEIGHTS = [0.03, 0.1, 0.3, 1, 3, 10, 30, 100]; // of the shaded contours
const FINE = [0.0001, 0.0003, 0.001, 0.003, 0.01]; // further contour lines under the lens
const ROUND = [1, 1.5, 2, 3, 4, 5, 6, 8];

/** The largest of 1, 1.5, 2, 3 … 8, 10, 15, 20 … that is at most `value`. */
function roundBelow(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return ROUND.map((n) => n * power).findLast((n) => n <= value * 1.0001);
}

/** Which examples count in every step: one mask a step, and one epoch more for the step to come. */
function deal({ EXAMPLES, EPOCHS }, batch, seed) {
  const source = random(seed);
  const masks = [];
  const counts = [0];
  for (let epoch = 0; epoch <= EPOCHS; epoch += 1) {
    const order = source.order(EXAMPLES);
    for (let first = 0; first < EXAMPLES; first += batch) {
      const rows = order.slice(first, first + batch);
      const mask = new Float64Array(EXAMPLES);
      for (const row of rows) mask[row] = 1;
      masks.push(mask);
      if (epoch < EPOCHS) counts.push(counts.at(-1) + rows.length);
    }
  }
  return { masks, counts, last: counts.length - 1, each: Math.ceil(EXAMPLES / batch) };
}

function build(demo) {
  const { program, text, controls: now } = demo;
  const { EXAMPLES, EPOCHS, BATCHES } = program;
  const everything = new Float64Array(EXAMPLES).fill(1);
  let task; // features and targets
  let deals; // masks of all steps, examples read after each
  let noisy; // the run with the present batch size
  let calm; // the run with the full batch
  let place = 0; // the step at which the run is shown

  // ---- layers ----------------------------------------------------------------------------------
  const views = { map: {}, lens: {}, curve: {} };
  for (const view of Object.values(views)) {
    view.clip = demo.clip({ left: 0, top: 0, width: 0, height: 0 });
    view.ground = demo.layer({ "clip-path": view.clip });
    view.paths = demo.layer({ "clip-path": view.clip });
    view.moving = demo.layer({ "clip-path": view.clip });
    view.words = demo.layer();
    view.front = demo.layer();
  }
  const head = demo.arrow("plain");

  // ---- controls --------------------------------------------------------------------------------
  const player = demo.player({
    rate: () => (2 * EXAMPLES) / now.batch,
    tick: (count) => {
      go(place === deals.last ? 0 : place + count);
      return place < deals.last;
    },
    reset: () => go(0),
  });
  const slide = (name, options) =>
    demo.slider({ name, value: now[name], change: (value) => set({ [name]: value }), ...options });
  const sliders = {
    lr: slide("lr", { min: 1e-3, max: 2.5, log: true, steps: 600 }),
    batch: slide("batch", { stops: BATCHES }),
    condition: slide("condition", { min: 1, max: 100, log: true, steps: 200 }),
  };
  const axis = demo.choice({ name: "axis", options: ["examples", "updates"], value: now.axis, change: (value) => set({ axis: value }) });
  demo.button({ name: "shuffle", press: () => set({ shuffle: now.shuffle + 1 }) });

  const usual = { lr: now.lr, condition: now.condition, w1: now.w1, w2: now.w2 };
  const end = EXAMPLES * EPOCHS;
  const limit = (condition) => Number((program.limit(condition) * 1.06).toPrecision(3));
  const presets = {
    full_batch: () => ({ ...usual, batch: EXAMPLES }),
    one_example: () => ({ ...usual, batch: 1 }),
    batch_of_8: () => ({ ...usual, batch: 8 }),
    too_large: () => ({ ...usual, batch: EXAMPLES, lr: limit(usual.condition), read: end }),
    narrow: () => ({ ...usual, batch: EXAMPLES, condition: 100, lr: 0.0185, read: end }),
  };
  const staged = Object.entries(presets).map(([name, setting]) => {
    const button = demo.preset({ name, press: () => set({ axis: "examples", ...setting() }) });
    return () => {
      const { read, ...values } = setting();
      button.press(Object.entries(values).every(([key, value]) => now[key] === value));
    };
  });

  const readouts = Object.fromEntries(
    ["read", "epochs", "steps", "above", "full", "limit", "floor", "diverged"].map((name) => [name, demo.readout(name, { quiet: name !== "limit" && name !== "floor" })]),
  );

  const start = demo.handle({
    name: "start",
    parent: views.map.front,
    move: (px, py) => {
      const { x, y } = views.map;
      const rounded = (value) => Math.round(value * 1000) / 1000;
      set({ w1: rounded(x.clamp(x.invert(px))), w2: rounded(y.clamp(y.invert(py))) });
    },
  });
  const time = demo.handle({
    name: "time",
    parent: views.curve.front,
    radius: 6,
    move: (px, py, key) => {
      player.pause();
      if (key) go(place + key[0] - key[1]);
      else go(nearest(views.curve.x.invert(px)));
    },
  });

  // ---- runs ------------------------------------------------------------------------------------
  const height = ([w1, w2]) => program.above(w1, w2, now.condition);

  function walk(masks) {
    const points = [Float64Array.of(now.w1, now.w2)];
    for (const mask of masks) points.push(program.step(points.at(-1), task.X, task.y, mask, now.lr));
    return { points, above: Float64Array.from(points, height) };
  }

  function compute(changed) {
    if ("condition" in changed || !task) task = program.data(now.condition);
    if ("batch" in changed || "shuffle" in changed || !deals) deals = deal(program, now.batch, now.shuffle);
    noisy = walk(deals.masks.slice(0, deals.last));
    calm = walk(Array(Math.max(deals.last, EPOCHS)).fill(everything));
    noisy.diverged = noisy.above.findIndex((height) => program.lost(height, noisy.above[0]));
    if (noisy.diverged < 0) noisy.diverged = Infinity;
    noisy.floor = Number.isFinite(noisy.diverged) ? Infinity : level();
    place = deals.counts.findLastIndex((count) => count <= now.read);
  }

  function level() {
    const padded = ({ above }) => {
      const all = new Float64Array(EXAMPLES * EPOCHS + 1);
      all.set(above.subarray(0, deals.last + 1));
      return all;
    };
    const mask = new Float64Array(EXAMPLES * EPOCHS + 1);
    mask.fill(1, deals.last - Math.floor(deals.last / 4) + 1, deals.last + 1);
    return program.floor(padded(noisy), padded(calm), mask);
  }

  function set(changed) {
    if ("read" in changed) player.pause();
    Object.assign(now, changed);
    compute(changed);
    for (const [name, slider] of Object.entries(sliders)) if (slider.value !== now[name]) slider.set(now[name]);
    if (axis.value !== now.axis) axis.set(now.axis);
    for (const show of staged) show();
    sliders.lr.mark(program.limit(now.condition), "2/λ");
    if ("condition" in changed) drawMap();
    drawPaths();
    drawCurves();
    moment();
  }

  function go(step) {
    place = Math.min(Math.max(step, 0), deals.last);
    now.read = deals.counts[place];
    moment();
  }

  const alongAxis = (step) => (now.axis === "examples" ? deals.counts[step] : step);
  function nearest(value) {
    if (now.axis !== "examples") return Math.round(value);
    const after = deals.counts.findIndex((count) => count >= value);
    if (after < 1) return after < 0 ? deals.last : 0;
    return value - deals.counts[after - 1] < deals.counts[after] - value ? after - 1 : after;
  }
  const fullSteps = () => (now.axis === "examples" ? Math.floor(deals.counts[place] / EXAMPLES) : place);

  // ---- the loss over both weights --------------------------------------------------------------
  function shaded({ box, x, y }, cell) {
    const samples = grid((w1, w2) => program.above(w1, w2, now.condition), x, y, cell);
    const bands = HEIGHTS.toReversed().map((height, i) =>
      node("path", { d: region(samples, height), class: `demo-band shade-${HEIGHTS.length - 1 - i}` }),
    );
    const sheet = node("rect", { x: box.left, y: box.top, width: box.width, height: box.height, class: `shade-${HEIGHTS.length}` });
    return { samples, drawn: [sheet, ...bands] };
  }

  function drawMap() {
    const { box, x, y, ground, words } = views.map;
    ground.replaceChildren(...shaded(views.map, 6).drawn, node("path", { d: `M${x(1) - 5} ${y(1)}h10m-5 -5v10`, class: "demo-line" }));
    words.replaceChildren(
      label(box.left, box.top - 9, text.map, { class: "name" }),
      label(box.left + box.width - 8, box.top + box.height - 9, text.first_weight, { "text-anchor": "end" }),
      label(box.left + 8, box.top + 18, text.second_weight),
    );
  }

  const trace = ({ x, y }, points) => path(points.map(([a, b]) => [x(a), y(b)]));
  const dots = ({ x, y }, points) =>
    points.map(([a, b]) => [x(a), y(b)]).filter(([a, b]) => Math.abs(a) < 1e5 && Math.abs(b) < 1e5).map(([a, b]) => `M${a.toFixed(1)} ${b.toFixed(1)}h0`).join("");

  function drawPaths() {
    const view = views.map;
    view.paths.replaceChildren(
      node("path", { d: trace(view, noisy.points), class: "demo-line plain faint" }),
    );
    start.place(view.x(now.w1), view.y(now.w2), phrase(text.point, { x: format(now.w1), y: format(now.w2) }));
  }

  function drawHead() {
    const view = views.map;
    const { x, y, moving } = view;
    const taken = noisy.points.slice(0, place + 1);
    const ghost = calm.points.slice(0, fullSteps() + 1);
    const drawn = [];
    if (now.batch < EXAMPLES) {
      drawn.push(
        node("path", { d: trace(view, ghost), class: "demo-line plain beside dashed" }),
        ...ghost.slice(-30).map(([a, b]) => node("circle", { cx: x(a), cy: y(b), r: 3, class: "demo-dot plain hollow" })),
      );
    }
    drawn.push(node("path", { d: trace(view, taken), class: "demo-line plain" }));
    if (deals.last < 300) drawn.push(node("path", { d: dots(view, taken), class: "demo-steps plain" }));
    const [a, b] = noisy.points[place];
    drawn.push(node("circle", { cx: x(a), cy: y(b), r: 5.5, class: "demo-dot plain" }));
    const lens = views.lens;
    const corner = [x(lens.x.domain[0]), y(lens.y.domain[1])];
    const size = [x(lens.x.domain[1]) - corner[0], y(lens.y.domain[0]) - corner[1]];
    if (size.every(Number.isFinite)) drawn.push(node("rect", { x: corner[0], y: corner[1], width: size[0], height: size[1], class: "demo-line plain faint" }));
    moving.replaceChildren(...drawn);
  }

  // ---- under the lens: every example's own step ------------------------------------------------
  function drawLens() {
    const view = views.lens;
    const { box } = view;
    const here = noisy.points[place];
    const tips = program.alone(here, task.X, task.y, now.lr);
    const epoch = Math.floor(place / deals.each) * deals.each;
    const batches = deals.masks.slice(epoch, epoch + deals.each);
    const reached = batches.map((mask) => program.step(here, task.X, task.y, mask, now.lr));
    const mine = reached[place - epoch];
    const full = program.step(here, task.X, task.y, everything, now.lr);
    const zoom = magnify(here, tips, [mine, full]);
    const unit = zoom * views.map.unit;
    const [w, h] = [box.width / 2 / unit, box.height / 2 / unit];
    view.x = linear([here[0] - w, here[0] + w], [box.left, box.left + box.width]);
    view.y = linear([here[1] - h, here[1] + h], [box.top + box.height, box.top]);
    const { x, y } = view;
    view.words.replaceChildren(label(box.left, box.top - 9, phrase(text.pulls, { zoom: format(zoom) }), { class: "name" }));
    if (!Number.isFinite(unit)) {
      for (const layer of [view.ground, view.moving]) layer.replaceChildren();
      return;
    }
    const { samples, drawn } = shaded(view, 6);
    const fine = FINE.map((height) => node("path", { d: lines(samples, height), class: "demo-contour" }));
    view.ground.replaceChildren(...drawn, ...fine);
    const center = [x(here[0]), y(here[1])];
    const to = ([a, b]) => [x(a), y(b)];
    const ray = (point, style) => node("path", { d: path([center, to(point)]), ...style });
    const marks = [];
    const mask = batches[place - epoch];
    for (let i = 0; i < EXAMPLES; i += 1) {
      const lit = mask[i] && now.batch < EXAMPLES;
      const [a, b] = to([tips[2 * i], tips[2 * i + 1]]);
      marks.push(node("circle", { cx: a, cy: b, r: lit ? 4 : 2.6, class: lit ? "demo-dot plain" : "demo-dot plain light", "data-example": lit ? "read" : "left" }));
    }
    if (now.batch > 1 && now.batch < EXAMPLES) marks.unshift(...reached.map((point) => ray(point, { class: "demo-line plain faint" })));
    if (now.batch < EXAMPLES) {
      const [a, b] = to(full);
      marks.push(ray(full, { class: "demo-line plain dashed" }), node("circle", { cx: a, cy: b, r: 4.5, class: "demo-dot plain hollow", "data-tip": "full" }));
    }
    marks.push(ray(mine, { class: "demo-line demo-arrow plain", "marker-end": head, "data-tip": "batch" }), node("circle", { cx: center[0], cy: center[1], r: 5.5, class: "demo-dot plain" }));
    view.moving.replaceChildren(...marks);
    view.words.append(...tags(to, mine, full));
    if (now.batch < EXAMPLES) {
      const base = box.top + box.height;
      view.words.append(
        node("circle", { cx: box.left + 14, cy: base - 14, r: 4, class: "demo-dot plain" }),
        label(box.left + 24, base - 10, text.in_batch),
      );
    }
  }

  /** The names of the two arrows, beside their tips and away from each other. */
  function tags(to, mine, full) {
    const { box } = views.lens;
    const tag = (point, words, side) => {
      const [a, b] = to(point);
      const x = Math.min(Math.max(a + 10 * side, box.left + 6), box.left + box.width - 6);
      const y = Math.min(Math.max(b + 4, box.top + 16), box.top + box.height - 8);
      return label(x, y, words, { "text-anchor": side > 0 ? "start" : "end", class: "wide" });
    };
    if (now.batch === EXAMPLES) return [tag(mine, text.full_batch, 1)];
    const side = to(mine)[0] > to(full)[0] ? 1 : -1;
    return [tag(full, text.full_batch, -side), tag(mine, text.this_batch, side)];
  }

  function magnify(here, tips, others) {
    const { box } = views.lens;
    const far = Array.from({ length: EXAMPLES }, (_, i) => Math.max(Math.abs(tips[2 * i] - here[0]), Math.abs(tips[2 * i + 1] - here[1])));
    const most = far.toSorted((a, b) => a - b)[Math.floor(EXAMPLES * 0.85)];
    const needed = Math.max(most, ...others.map(([a, b]) => Math.max(Math.abs(a - here[0]), Math.abs(b - here[1]))));
    return roundBelow((Math.min(box.width, box.height) / 2 - 16) / (needed * views.map.unit));
  }

  // ---- loss against what was read --------------------------------------------------------------
  function drawCurves() {
    const { box, ground, paths, words } = views.curve;
    const highest = Math.max(...noisy.above.filter((height) => height < 1e4), noisy.above[0]);
    const examples = now.axis === "examples";
    const x = linear([0, examples ? end : deals.last], [box.left, box.left + box.width]);
    const y = log([1e-4, 10 ** Math.ceil(Math.log10(highest))], [box.top + box.height, box.top]);
    Object.assign(views.curve, { x, y });
    const drawn = [node("path", { d: path(Array.from(noisy.above, (height, k) => [x(alongAxis(k)), y(height)])), class: "demo-line plain faint" })];
    const named = [];
    if (now.batch < EXAMPLES) {
      const shown = Array.from(calm.above.subarray(0, examples ? EPOCHS + 1 : deals.last + 1), (height, k) => [x(examples ? k * EXAMPLES : k), y(height)]);
      drawn.push(node("path", { d: path(shown), class: "demo-line plain beside dashed" }));
      if (examples) drawn.push(...shown.map(([a, b]) => node("circle", { cx: a, cy: b, r: 2.5, class: "demo-dot plain hollow" })));
      const tip = shown.findLast(([, b]) => b < box.top + box.height - 4) ?? shown[0];
      const right = tip[0] > box.left + box.width * 0.6;
      named.push(label(tip[0] + (right ? 0 : 8), tip[1] - (right ? 10 : 2), text.full_batch, { "text-anchor": right ? "end" : "start" }));
    }
    if (Number.isFinite(noisy.floor)) {
      const height = y(noisy.floor);
      drawn.push(node("path", { d: `M${x(x.domain[1] * 0.6)} ${height}H${box.left + box.width}`, class: "demo-line theory dashed" }));
      named.push(label(box.left + box.width, Math.min(height + 26, box.top + box.height - 8), `${text.floor} ${format(noisy.floor)}`, { class: "theory colored", "text-anchor": "end", style: "stroke-width: 7px" }));
    }
    paths.replaceChildren(...drawn);
    ground.replaceChildren();
    words.replaceChildren(
      axes(box, x, y, {
        xLabel: examples ? text.examples_axis : text.updates,
        yLabel: text.above_axis,
        yFormat: power,
        xTicks: examples ? [0, 5, 10, 15, 20].map((epoch) => epoch * EXAMPLES) : undefined,
      }),
      ...named,
    );
  }

  // ---- the present step ------------------------------------------------------------------------
  function moment() {
    drawLens();
    drawHead();
    const { box, x, y, moving } = views.curve;
    const taken = Array.from(noisy.above.subarray(0, place + 1), (height, k) => [x(alongAxis(k)), y(height)]);
    moving.replaceChildren(node("path", { d: path(taken), class: "demo-line plain" }));
    if (deals.last <= 3 * EPOCHS) moving.append(node("path", { d: taken.map(([a, b]) => path([[a, b], [a, b]])).join(""), class: "demo-steps plain" }));
    const [left, top] = taken.at(-1);
    time.place(left, Number.isFinite(top) ? Math.min(Math.max(top, box.top), box.top + box.height) : box.top, `${alongAxis(place)}`);
    speak();
  }

  function speak() {
    const [read, full] = [deals.counts[place], calm.above[fullSteps()]];
    const top = program.limit(now.condition);
    const { above, diverged, floor } = noisy;
    const lost = Number.isFinite(diverged);
    const numbers = { read, epochs: read / EXAMPLES, steps: place, above: above[place], full, limit: top, floor, diverged };
    for (const [name, value] of Object.entries(numbers)) readouts[name](value, Number.isFinite(value) ? undefined : "");
    const spelled = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, format(value)]));
    const count = (kind, n) => phrase(text.count[kind][n === 1 ? 0 : 1], { n: format(n) });
    Object.assign(spelled, {
      epochs: count("epoch", Number((read / EXAMPLES).toPrecision(3))),
      steps: count("step", place),
      full_steps: count("step", fullSteps()),
      full_read: format(fullSteps() * EXAMPLES),
    });
    const over = now.lr > top;
    const kind =
      lost && diverged <= place ? (over ? "lost" : "lost_below")
      : place === 0 ? "before"
      : now.batch === EXAMPLES ? (over ? "over" : "after_full")
      : now.axis !== "examples" ? "after_steps"
      : Number.isFinite(floor) && place >= deals.last * 0.75 ? "at_floor"
      : "after";
    demo.say(phrase(text[kind], spelled));
  }

  // ---- layout ----------------------------------------------------------------------------------
  function draw(width) {
    const wide = width >= 620;
    const title = 22;
    const broad = wide ? Math.round(width * 0.6) : width;
    const high = Math.round(broad * (wide ? 0.66 : 0.7));
    const { map, lens, curve } = views;
    map.box = { left: 0, top: title, width: broad, height: high };
    lens.box = wide
      ? { left: broad + 20, top: title, width: width - broad - 20, height: high }
      : { left: 0, top: high + 2 * title + 12, width, height: 230 };
    const top = lens.box.top + lens.box.height + title + 18;
    curve.box = { left: 40, top, width: width - 52, height: wide ? 200 : 190 };
    demo.size(width, top + curve.box.height + 40);
    for (const view of Object.values(views)) demo.clip(view.box, view.clip);
    map.unit = broad / 4.4;
    const half = high / 2 / map.unit;
    map.x = linear([-1.9, 2.5], [0, broad]);
    map.y = linear([1.15 - half, 1.15 + half], [title + high, title]);
    set({ condition: now.condition });
  }
  return { draw };
}

export default { render: ({ model, el }) => mount(model, el, build) };
