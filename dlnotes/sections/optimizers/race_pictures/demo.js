// The race in three views: the terrain, a look inside one rule, and the lanes with their clock.
const { mount, linear, log, grid, region, path, label, format, phrase, node } = globalThis.dlnotesDemo;

const FAMILY = {
  sgd: "plain", momentum: "momentum", nesterov: "momentum dashed", adagrad: "adaptive",
  adadelta: "adaptive dashed", rmsprop: "adaptive dotted", adam: "adam", adamax: "adam light",
  nadam: "adam dashed", amsgrad: "adam dotted", lion: "adam light dashed",
};
const FRESH = 90; // the step shown when a new race is set up
const QUANTILES = [0.03, 0.08, 0.15, 0.24, 0.35, 0.48, 0.62, 0.76, 0.89]; // of the area, for the bands
const hue = (rule) => FAMILY[rule].split(" ")[0];

/** The steps of one run: where it was, and how it ended; given up when not there at `until`. */
function travel(program, rule, lr, { slope, far, from, cos, sin }, until, whole = false) {
  const move = program[`move_${rule}`];
  let { x, y } = from;
  let [a, b] = [program.RULES[rule], program.RULES[rule]];
  const first = far(x, y, cos, sin);
  const [xs, ys] = [[], []];
  let [since, steps, lost] = [-1, Infinity, Infinity];
  for (let n = 0; ; n += 1) {
    const end = program.outcome(far(x, y, cos, sin), first);
    if (end < 0) {
      lost = n;
      break;
    }
    if (whole) {
      xs.push(x);
      ys.push(y);
    }
    if (end === 0) since = -1;
    else if (since < 0) since = n;
    if (since >= 0 && since <= until && n - since >= program.HOLD) steps = Math.min(steps, since);
    const late = since < 0 && n >= until;
    if (whole ? n >= until + program.HOLD : late || steps < Infinity) break;
    const down = slope(x, y, cos, sin);
    const [p, q] = [move(down.x, a, lr), move(down.y, b, lr)];
    x += p.delta;
    y += q.delta;
    a = p.state;
    b = q.state;
  }
  return { rule, lr, xs, ys, last: xs.length - 1, steps, lost };
}

/** The learning rate of the grid with the fewest steps; `fallback` where none arrives. */
function tune(program, rule, ground, fallback) {
  let best = { lr: fallback, steps: Infinity };
  for (const lr of program.GRID) {
    const { steps } = travel(program, rule, lr, ground, Math.min(program.LIMIT, best.steps - 1));
    if (steps < best.steps) best = { lr, steps };
  }
  return best.lr;
}

function build(demo) {
  const { program, text, controls: now } = demo;
  const ALL = Object.keys(program.RULES);
  const views = { map: {}, inside: {}, lanes: {} };
  for (const view of Object.values(views)) {
    view.clip = demo.clip({ left: 0, top: 0, width: 0, height: 0 });
    for (const part of ["ground", "paths", "moving"]) view[part] = demo.layer({ "clip-path": view.clip });
    view.names = demo.layer();
    view.front = demo.layer();
  }
  const terrain = views.map.ground.appendChild(node("g"));
  const heads = Object.fromEntries(["plain", "momentum", "adaptive", "adam", "theory"].map((family) => [family, demo.arrow(family)]));
  let runs = [];
  let ground;
  let last = program.LIMIT;

  // ---- controls ------------------------------------------------------------------------------
  const player = demo.player({
    rate: () => Math.max(15, now.now / 2),
    tick: (steps) => {
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
  const surfaces = Object.keys(program.SURFACES);
  const place = (surface) => {
    const [x, y] = program.SURFACES[surface].start;
    return { surface, x, y, now: FRESH };
  };
  const inField = (rule, field) => field !== "seven" || program.SEVEN.includes(rule);
  const controls = {
    lr: demo.slider({ name: "lr", min: 1e-4, max: 10, log: true, steps: 500, value: now.lr, change: (lr) => set({ lr, tuning: "same" }) }),
    angle: demo.slider({ name: "angle", min: 0, max: 90, steps: 90, value: now.angle, change: (angle) => set({ angle }) }),
    surface: demo.choice({ name: "surface", options: surfaces, value: now.surface, change: (value) => set(place(value)) }),
    tuning: demo.choice({ name: "tuning", options: ["same", "best"], value: now.tuning, change: (tuning) => set({ tuning }) }),
    field: demo.choice({
      name: "field",
      options: ["seven", "all", "one"],
      value: now.field,
      change: (field) => set({ field, inspect: inField(now.inspect, field) ? now.inspect : "adam" }),
    }),
    inspect: demo.choice({ name: "inspect", options: ALL, value: now.inspect, change: choose }),
  };
  function choose(inspect) {
    set({ inspect, field: inField(inspect, now.field) ? now.field : "all" });
  }
  const presets = {
    famous: () => ({ ...place("saddle"), tuning: "same", lr: 0.01, angle: 0 }),
    each: () => ({ ...place("saddle"), tuning: "best", angle: 0 }),
    contours: () => ({ ...place("beale"), tuning: "best", angle: 0 }),
    straight: () => ({ ...place("ravine"), tuning: "best", angle: 0, inspect: "adagrad", now: 2 }),
    quarter: () => ({ ...place("ravine"), tuning: "best", angle: 45, inspect: "adagrad" }),
    ridge: () => ({ ...place("saddle"), y: 0, tuning: "best", angle: 0 }),
  };
  const buttons = Object.keys(presets).map((name) => [name, demo.preset({ name, press: () => { player.pause(); set(presets[name]()); } })]);
  const quiet = (name) => demo.readout(name, { quiet: true });
  const readouts = { now: quiet("now"), swerve: quiet("swerve") };
  for (const rule of ALL) for (const kind of ["steps", "lr"]) readouts[`${kind}_${rule}`] = quiet(`${kind}_${rule}`);
  for (const row of program.ROWS) for (const axis of "xy") readouts[`${row}_${axis}`] = quiet(`${row}_${axis}`);

  const start = demo.handle({
    name: "start",
    parent: views.map.front,
    move: (px, py) => {
      const { x, y, box } = views.map;
      const at = [Math.min(Math.max(px, box.left + 4), box.left + box.width - 4), Math.min(Math.max(py, box.top + 4), box.top + box.height - 4)];
      const spot = program.back(x.invert(at[0]), y.invert(at[1]), ground.cos, ground.sin);
      const edge = program.SURFACES[now.surface].reach / 50; // a start at a minimum has nowhere to go
      if (ground.far(x.invert(at[0]), y.invert(at[1]), ground.cos, ground.sin) > edge) set({ x: spot.x, y: spot.y });
    },
  });
  const time = demo.handle({
    name: "time",
    parent: views.lanes.front,
    radius: 6,
    move: (px, py, key) => {
      player.pause();
      const far = key ? now.now + (key[0] || -key[1] * Math.max(5, Math.round(now.now / 5))) : Math.round(views.lanes.x.invert(px)) - 1;
      now.now = Math.min(Math.max(far, 0), last);
      moment();
    },
  });

  // ---- from a setting to what is seen ----------------------------------------------------------
  function set(changed) {
    Object.assign(now, changed);
    for (const [name, control] of Object.entries(controls)) if (control.value !== now[name]) control.set(now[name]);
    for (const [name, button] of buttons) {
      const { now: _, ...wanted } = presets[name]();
      button.press(Object.entries(wanted).every(([key, value]) => now[key] === value));
    }
    race();
    aim();
    if ("surface" in changed || !terrain.firstChild) drawTerrain();
    drawPaths();
    drawLanes();
    moment();
    speak();
  }

  function race() {
    const { cos, sin } = program.compass(now.angle);
    ground = { cos, sin, slope: program[`slope_${now.surface}`], far: program[`far_${now.surface}`], from: program.turned(now.x, now.y, cos, sin) };
    const names = { seven: program.SEVEN, all: ALL, one: [now.inspect] }[now.field];
    runs = names.map((rule) => {
      const lr = now.tuning === "best" ? tune(program, rule, ground, now.lr) : now.lr;
      return travel(program, rule, lr, ground, program.LIMIT, true);
    });
    const latest = Math.max(...runs.map((run) => run.steps));
    last = Number.isFinite(latest) ? Math.max(100, latest + program.HOLD) : program.LIMIT;
    now.now = Math.min(now.now, last);
    for (const rule of ALL) {
      const run = runs.find((one) => one.rule === rule);
      readouts[`steps_${rule}`](run ? run.steps : Infinity);
      readouts[`lr_${rule}`](run ? run.lr : Infinity);
    }
  }
  const chosen = () => runs.find((run) => run.rule === now.inspect);
  const ended = (run) => Math.min(now.now, run.last);

  // ---- the terrain -----------------------------------------------------------------------------
  /** Drawn once per surface, unturned and large enough to be turned as a picture. */
  function drawTerrain() {
    const { box, unit } = views.map;
    const { center } = program.SURFACES[now.surface];
    const half = Math.hypot(box.width, box.height) / 2;
    const x = linear([center[0] - half / unit(), center[0] + half / unit()], [-half, half]);
    const y = linear([center[1] - half / unit(), center[1] + half / unit()], [half, -half]);
    const samples = grid(program[`height_${now.surface}`], x, y, 6);
    const sorted = samples.values.slice().sort();
    terrain.replaceChildren(node("rect", { x: -half, y: -half, width: 2 * half, height: 2 * half, class: "shade-9" }));
    QUANTILES.map((share, shade) => [sorted[Math.floor(share * sorted.length)], shade]).toReversed().forEach(([level, shade]) =>
      terrain.append(node("path", { d: region(samples, level), class: `demo-band shade-${shade}` })));
  }

  /** The scales of the map: the center turns with the terrain. */
  function aim() {
    const { box } = views.map;
    const { center, reach } = program.SURFACES[now.surface];
    views.map.unit = () => Math.min(box.width, box.height) / (2 * reach);
    const middle = program.turned(...center, ground.cos, ground.sin);
    const [w, h] = [box.width / 2 / views.map.unit(), box.height / 2 / views.map.unit()];
    views.map.x = linear([middle.x - w, middle.x + w], [box.left, box.left + box.width]);
    views.map.y = linear([middle.y - h, middle.y + h], [box.top + box.height, box.top]);
    terrain.setAttribute("transform", `translate(${box.left + box.width / 2} ${box.top + box.height / 2}) rotate(${-now.angle})`);
  }

  /** The line of a run as text, and where in it each step ends: a prefix is the way so far. */
  function traced(run, upTo) {
    const { x, y } = views.map;
    let [d, px, py] = ["", Infinity, Infinity];
    const ends = [];
    for (let n = 0; n <= Math.min(run.last, upTo); n += 1) {
      const [qx, qy] = [x(run.xs[n]), y(run.ys[n])];
      if (Math.abs(qx - px) + Math.abs(qy - py) > 0.8) {
        if (Math.abs(qx) < 1e5 && Math.abs(qy) < 1e5) d += `${d ? "L" : "M"}${qx.toFixed(1)} ${qy.toFixed(1)}`;
        [px, py] = [qx, qy];
      }
      ends.push(d.length);
    }
    return { d, ends };
  }

  function drawPaths() {
    const { paths, names } = views.map;
    const { x, y } = views.map;
    for (const run of runs) run.trace = traced(run, last);
    const order = runs.toSorted((a, b) => (a.rule === now.inspect) - (b.rule === now.inspect));
    paths.replaceChildren(...order.map((run) => node("path", { d: run.trace.d, class: `demo-line faint ${FAMILY[run.rule]}` })));
    const at = ground.from;
    names.replaceChildren(...minima(), label(x(at.x), y(at.y) + 24, text.start, { "text-anchor": "middle" }));
    start.place(x(at.x), y(at.y), phrase(text.point, { x: format(at.x), y: format(at.y) }));
  }

  function minima() {
    const { x, y } = views.map;
    return program.SURFACES[now.surface].minima.map(([a, b]) => {
      const spot = program.turned(a, b, ground.cos, ground.sin);
      return node("path", { d: `M${x(spot.x) - 5} ${y(spot.y)}h10m-5 -5v10`, class: "demo-line" });
    });
  }

  // ---- the lanes -------------------------------------------------------------------------------
  const rank = (run) => (Number.isFinite(run.steps) ? run.steps : Number.isFinite(run.lost) ? 2e9 - run.lost : 1e9);

  function told(run) {
    if (Number.isFinite(run.steps)) return phrase(text.steps_at, { steps: format(run.steps) });
    return Number.isFinite(run.lost) ? text.lost : phrase(text.never, { limit: format(program.LIMIT) });
  }

  function drawLanes() {
    const view = views.lanes;
    const { box, names, gap } = view;
    const right = box.left + box.width;
    demo.size(view.edge + 2, box.top + runs.length * gap + 40);
    const x = (view.x = log([1, last + 1], [box.left, right])); // step n stands at n + 1, so that 0 has a place
    const ticks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000].filter((n) => n <= last && (box.width > 340 || /^10*$/.test(n)));
    const order = runs.toSorted((a, b) => rank(a) - rank(b));
    names.replaceChildren(
      ...ticks.flatMap((n) => [
        node("path", { d: `M${x(n + 1)} ${box.top}v${order.length * gap}`, class: "demo-contour" }),
        label(x(n + 1), box.top + order.length * gap + 16, format(n), { "text-anchor": "middle" }),
      ]),
      label(right, box.top + order.length * gap + 33, text.step_axis, { "text-anchor": "end" }),
    );
    order.forEach((run, row) => {
      run.row = box.top + (row + 0.5) * gap;
      const focus = run.rule === now.inspect;
      const name = label(box.left - 10, run.row + 4, text[run.rule], { class: `colored ${hue(run.rule)}`, "text-anchor": "end" });
      if (focus) name.setAttribute("style", "font-weight: 700");
      name.style.cursor = "pointer";
      name.addEventListener("click", () => choose(run.rule));
      const done = label(right + 10, run.row + 4, told(run), { class: `colored ${hue(run.rule)}` });
      names.append(name, done, label(view.edge, run.row + 4, format(run.lr), { "text-anchor": "end" }));
    });
    names.append(label(view.edge, box.top - 8, text.tuning, { "text-anchor": "end" }));
  }

  function drawClock() {
    const view = views.lanes;
    const { box, x, moving, gap } = view;
    const here = x(now.now + 1);
    moving.replaceChildren(
      ...runs.flatMap((run) => {
        const stop = Math.min(run.steps, run.lost, last);
        const gone = x(Math.min(now.now, stop) + 1);
        const line = (from, to, more) => node("path", { d: path([[from, run.row], [to, run.row]]), class: `demo-line ${FAMILY[run.rule]} ${more}` });
        const there = Number.isFinite(run.steps) && now.now >= run.steps;
        const mark = Number.isFinite(run.steps)
          ? [node("circle", { cx: x(run.steps + 1), cy: run.row, r: 4.5, class: `demo-dot ${there ? "" : "hollow"} ${hue(run.rule)}` })]
          : Number.isFinite(run.lost)
            ? [node("path", { d: `M${x(stop + 1) - 4} ${run.row - 4}l8 8m0 -8l-8 8`, class: `demo-line ${hue(run.rule)}` })]
            : [];
        return [line(box.left, x(stop + 1), "faint"), line(box.left, gone, ""), ...mark];
      }),
      node("path", { d: `M${here} ${box.top - 10}v${runs.length * gap + 10}`, class: "demo-line" }),
    );
    time.place(here, box.top - 12, String(now.now));
  }

  // ---- the present step ------------------------------------------------------------------------
  function moment() {
    const { x, y, moving, box } = views.map;
    const order = runs.toSorted((a, b) => (a.rule === now.inspect) - (b.rule === now.inspect));
    const dots = order.map((run) => ({ run, x: x(run.xs[ended(run)]), y: y(run.ys[ended(run)]) }));
    const arrows = lookInside();
    moving.replaceChildren(
      ...order.map((run) => node("path", { d: run.trace.d.slice(0, run.trace.ends[ended(run)]), class: `demo-line ${FAMILY[run.rule]}` })),
      ...dots.map(({ run, ...at }) => node("circle", { cx: at.x, cy: at.y, r: run.rule === now.inspect ? 7 : 5, class: `demo-dot ${hue(run.rule)}` })),
      ...arrows,
      ...called(dots, arrows, box),
    );
    drawClock();
    readouts.now(now.now);
  }

  /** About how many pixels a label takes. */
  const breadth = (words) => 4 + Array.from(words).reduce((sum, sign) => sum + (sign > "\u2e7f" ? 12.5 : 7), 0);

  /** Names beside the dots, as many as find room; the chosen rule first. */
  function called(dots, arrows, box) {
    const taken = dots.map(({ x, y }) => [x - 5, y - 9, 10]); // no name lies on a dot
    for (const words of arrows.filter((part) => part.tagName === "text")) {
      const [width, at] = [breadth(words.textContent), Number(words.getAttribute("x"))];
      taken.push([words.getAttribute("text-anchor") === "end" ? at - width : at, Number(words.getAttribute("y")) - 13, width]);
    }
    const made = [];
    for (const { run, ...at } of dots.toReversed()) {
      const words = text[run.rule];
      const width = breadth(words);
      const inside = at.x > box.left && at.x < box.left + box.width && at.y > box.top + 8 && at.y < box.top + box.height - 8;
      const free = (from) =>
        from > box.left && from + width < box.left + box.width &&
        !taken.some((other) => from < other[0] + other[2] && other[0] < from + width && Math.abs(at.y - 9 - other[1]) < 15);
      const from = [at.x + 9, at.x - 9 - width].find(free);
      if (!inside || from === undefined) continue;
      taken.push([from, at.y - 9, width]);
      const right = from > at.x;
      made.push(label(right ? at.x + 10 : at.x - 10, at.y + 4, words, { class: `colored ${hue(run.rule)}`, "text-anchor": right ? "start" : "end" }));
    }
    return made;
  }

  /** What the chosen rule holds now; gives the two arrows of its next step for the map. */
  function lookInside() {
    const run = chosen();
    const n = ended(run);
    const [look, move] = [program[`look_${run.rule}`], program[`move_${run.rule}`]];
    let [a, b] = [program.RULES[run.rule], program.RULES[run.rule]];
    const { slope, cos, sin } = ground;
    for (let k = 0; k < n; k += 1) {
      const down = slope(run.xs[k], run.ys[k], cos, sin);
      a = move(down.x, a, run.lr).state;
      b = move(down.y, b, run.lr).state;
    }
    const down = slope(run.xs[n], run.ys[n], cos, sin);
    const seen = { x: look(down.x, a, run.lr), y: look(down.y, b, run.lr) };
    const turn = program.swerve(seen.x.delta, seen.y.delta, down.x, down.y);
    for (const row of program.ROWS) for (const axis of "xy") readouts[`${row}_${axis}`](seen[axis][row] ?? Infinity);
    readouts.swerve(turn);
    drawTable(run, n, seen, turn);
    const { x, y } = views.map;
    const from = [x(run.xs[n]), y(run.ys[n])];
    const [steepest, step] = [[-down.x, down.y], [seen.x.delta, -seen.y.delta]];
    const higher = step[1] * Math.hypot(...steepest) < steepest[1] * Math.hypot(...step); // whose words go above
    return [
      ...arrow(from, steepest, "theory", text.steepest, 1e-9, higher),
      ...arrow(from, step, hue(run.rule), text.its_step, 1e-9, !higher),
    ];
  }

  function arrow(from, [dx, dy], family, words, least, below) {
    const size = Math.hypot(dx, dy);
    if (!(size > least)) return [];
    const [ux, uy] = [dx / size, dy / size];
    const to = [from[0] + 46 * ux, from[1] + 46 * uy];
    return [
      node("path", { d: path([from, to]), class: `demo-line demo-arrow ${family}`, "marker-end": heads[family] }),
      label(to[0] + (ux < 0 ? -5 : 5), to[1] + (below ? 13 : -4), words, { class: `colored ${family}`, "text-anchor": ux < 0 ? "end" : "start" }),
    ];
  }

  function drawTable(run, n, seen, turn) {
    const { box, names } = views.inside;
    const [one, two] = [box.left + box.width - 78, box.left + box.width];
    const title = label(box.left, box.top + 14, phrase(text.inside, { name: text[run.rule], now: format(n) }), { class: `colored ${hue(run.rule)}` });
    title.setAttribute("style", "font-weight: 700");
    const head = (at, words) => label(at, box.top + 38, words, { "text-anchor": "end" });
    const rows = program.ROWS.filter((row) => row in seen.x);
    names.replaceChildren(
      title,
      head(one, text.first_axis),
      head(two, text.second_axis),
      node("path", { d: `M${box.left} ${box.top + 45}H${two}`, class: "demo-contour" }),
      ...rows.flatMap((row, k) => {
        const at = box.top + 64 + 22 * k;
        const cell = (place, value) => label(place, at, format(value), { "text-anchor": "end" });
        const strong = row === "rate" || row === "delta" ? `colored ${hue(run.rule)}` : "";
        return [label(box.left, at, text[row], { class: strong }), cell(one, seen.x[row]), cell(two, seen.y[row])];
      }),
      node("path", { d: `M${box.left} ${box.top + 52 + 22 * rows.length}H${two}`, class: "demo-contour" }),
      label(box.left, box.top + 72 + 22 * rows.length, phrase(text.off, { angle: format(turn) })),
    );
  }

  // ---- the sentence below ----------------------------------------------------------------------
  function speak() {
    const there = runs.filter((run) => Number.isFinite(run.steps)).sort((a, b) => a.steps - b.steps);
    const gone = runs.filter((run) => Number.isFinite(run.lost) && !Number.isFinite(run.steps));
    const late = runs.filter((run) => !there.includes(run) && !gone.includes(run));
    const names = (some) => some.map((run) => text[run.rule]).join(text.joint);
    const say = (name, run) => phrase(text[name], { name: text[run.rule], steps: format(run.steps) });
    const parts = [];
    if (there.length === 1) parts.push(say("alone_arrives", there[0]));
    if (there.length > 1) parts.push(say("leads", there[0]));
    if (there.length > 1 && !late.length && !gone.length) parts.push(say("trails", there.at(-1)));
    if (!there.length) parts.push(text.nobody);
    if (late.length && there.length) parts.push(phrase(text.late, { names: names(late), limit: format(program.LIMIT) }));
    if (gone.length) parts.push(phrase(text.gone, { names: names(gone) }));
    demo.say(phrase(text[`setting_${now.tuning}`], { lr: format(now.lr) }) + parts.join(text.comma) + text.end);
  }

  // ---- layout ----------------------------------------------------------------------------------
  function draw(width) {
    const wide = width >= 620;
    const { map, inside, lanes } = views;
    const table = 20 + 22 * 7 + 72; // the longest: AMSGrad
    map.box = wide ? { left: 0, top: 0, width: Math.round(width * 0.6), height: 380 } : { left: 0, top: 0, width, height: Math.round(width * 0.9) };
    inside.box = wide
      ? { left: map.box.width + 28, top: 4, width: width - map.box.width - 30, height: 380 }
      : { left: 2, top: map.box.height + 14, width: width - 4, height: table };
    lanes.gap = 23;
    lanes.edge = width - 2;
    const top = (wide ? 380 : map.box.height + 14 + table) + 42;
    lanes.box = { left: 90, top, width: width - 90 - (wide ? 190 : 152), height: lanes.gap * ALL.length };
    demo.clip(map.box, map.clip);
    demo.clip({ left: 0, top: top - 12, width, height: lanes.gap * ALL.length + 30 }, lanes.clip);
    demo.clip(inside.box, inside.clip);
    terrain.replaceChildren();
    set({});
  }
  return { draw };
}

export default { render: ({ model, el }) => mount(model, el, build) };
