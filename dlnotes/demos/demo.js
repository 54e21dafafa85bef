/* Shared by every demo of the book: drawing, controls, motion. No mathematics of any method.
 *
 * A demo is an ES module beside its Python file:
 *
 *   const { mount, linear, log, axes, node } = globalThis.dlnotesDemo;
 *   function build(demo) {
 *     const lr = demo.slider({ name: "lr", min: 1e-3, max: 1, log: true, change: update });
 *     const steps = demo.readout("steps");
 *     const layer = demo.layer();
 *     ...
 *     return { draw(width) { demo.size(width, 300); layer.replaceChildren(node("path", { d })); } };
 *   }
 *   export default { render: ({ model, el }) => mount(model, el, build) };
 *
 * mount(model, el, build)      root element, program, words; calls build(demo), then draw(width) at
 *                              once and on every resize; resolves to the cleanup function
 * demo.text                    the words of the reader's language (trait `text`)
 * demo.program                 the functions emitted from PyTorch (trait `program`)
 * demo.controls                the starting values (trait `controls`); change them in place: after every
 *                              gesture they go back to Python, and tests read them at root.controls
 * demo.size(width, height)     size of the picture; one unit is one pixel, so 12 is always 12 px
 * demo.layer(attributes)       a <g> in the picture; redraw it with layer.replaceChildren(...)
 * demo.clip(box)               url(#…) of a clip path for the box {left, top, width, height};
 *                              demo.clip(box, id) moves one made before
 * demo.hatch()                 url(#…) of a hatch pattern
 * demo.arrow(family)           url(#…) of an arrow head for marker-end
 * demo.slider({name, min, max, value, log, digits, steps, change})   words: text[name], text.units?.[name];
 *      `stops: [1, 2, 5]` instead of min and max for a choice among a few numbers;
 *      .mark(value, words) shows a limit on the track, and moves it when called again
 * demo.choice({name, options, value, change})   radio buttons, words: text[name], text[option]
 * demo.toggle({name, value, change, group})     check box; text[group] names those that stand together
 * demo.button({name, press})                    button
 * demo.preset({name, press})                    button in the row of presets; .press(on) marks it as set
 *      each has .value and .set(value) where it has a value; set never calls change
 * demo.handle({name, parent, move, step}) -> {place(x, y, spoken)}   drag by mouse, touch or arrow keys;
 *      move(x, y, key) gets pixels; an arrow key moves by `step` pixels, key is then its direction
 * demo.player({rate, tick, reset}) -> {pause}   run/pause, step and reset; `rate` is steps a second,
 *      a number or a function; tick(n) advances n steps and returns false at the end; with reduced
 *      motion, run goes straight to the end (tick(Infinity))
 * demo.readout(name, {digits, quiet}) -> set(value, shown?)   text[name]; data-value holds the full
 *      number; shown = "" hides it; quiet: never shown, because the status line says it
 * phrase(template, values)     fills {name} in a sentence
 * demo.say(sentence)           the status line; screen readers hear it once it rests
 * linear(domain, range), log(domain, range)    scales: s(v), s.invert(p), s.ticks(n), s.clamp(v)
 * axes(box, x, y, {xLabel, yLabel, xTicks, yTicks, xFormat, yFormat})   two spines, ticks, names
 * grid(fn, x, y, cell)         values of fn(x, y) over two scales' ranges, every `cell` pixels;
 *                              contours ask fn again where they cross, so a coarse grid is enough
 * contour(grid, level)         chains of points [[x, y], …] of the contour line
 * lines(grid, level)           its path; region(grid, level): path of the area with value <= level
 * path(points)                 "M…L…" from [[x, y], …], broken where a number is not finite
 * label(x, y, words, attributes)               text with a halo in the paper's colour
 * format(value, digits)        a number for readers; power(value): 10⁻³ for log axes
 * random(seed) -> {uniform(), normal(), order(count)}   the same numbers everywhere; seeded.py is the
 *      twin in Python; order(count) shuffles 0 to count - 1
 * node(tag, attributes, ...children), element(tag, attributes, ...children)   SVG and HTML
 */
globalThis.dlnotesDemo ??= (() => {
  const SVG = "http://www.w3.org/2000/svg";
  let serial = 0;

  function fill(made, attributes = {}, children = []) {
    for (const [key, value] of Object.entries(attributes)) {
      if (value === undefined || value === false) continue;
      made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...children);
    return made;
  }
  const node = (tag, attributes, ...children) =>
    fill(document.createElementNS(SVG, tag), attributes, children);
  const element = (tag, attributes, ...children) =>
    fill(document.createElement(tag), attributes, children);

  // ---- numbers -------------------------------------------------------------------------------
  const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
  const raised = (power) => [...String(power)].map((c) => RAISED[c]).join("");

  function format(value, digits = 3) {
    if (Number.isNaN(value)) return "–";
    if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
    const size = Math.abs(value);
    let shown;
    if (size !== 0 && (size < 1e-4 || size >= 1e6)) {
      const [head, power] = size.toExponential(digits - 1).split("e");
      const factor = String(Number(head));
      shown = (factor === "1" ? "" : `${factor}×`) + `10${raised(Number(power))}`;
    } else {
      const whole = size >= 1 ? Math.floor(Math.log10(size)) + 1 : 1;
      shown = String(Number(size.toPrecision(Math.max(digits, whole))));
      if (Number(shown) >= 10000) shown = shown.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
    }
    return (value < 0 ? "−" : "") + shown;
  }

  const power = (value) => (value === 1 ? "1" : `10${raised(Math.round(Math.log10(value)))}`);
  const phrase = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  function random(seed) {
    let state = seed >>> 0; // mulberry32
    const uniform = () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
    const normal = () =>
      Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    const order = (count) => {
      const numbers = Array.from({ length: count }, (_, i) => i);
      for (let last = count - 1; last > 0; last -= 1) {
        const other = Math.floor(uniform() * (last + 1));
        [numbers[last], numbers[other]] = [numbers[other], numbers[last]];
      }
      return numbers;
    };
    return { uniform, normal, order };
  }

  // ---- scales --------------------------------------------------------------------------------
  function scale([d0, d1], [r0, r1], ticks, into, back) {
    const [a, b] = [into(d0), into(d1)];
    const s = (value) => r0 + ((into(value) - a) / (b - a)) * (r1 - r0);
    s.invert = (place) => back(a + ((place - r0) / (r1 - r0)) * (b - a));
    s.clamp = (value) => Math.min(Math.max(value, Math.min(d0, d1)), Math.max(d0, d1));
    s.ticks = (count = 5) => ticks(d0, d1, count);
    return Object.assign(s, { domain: [d0, d1], range: [r0, r1] });
  }
  function linearTicks(low, high, count) {
    const rough = (high - low) / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    const width = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough * 0.999);
    const first = Math.ceil(low / width - 1e-9);
    const last = Math.floor(high / width + 1e-9);
    return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * width).toPrecision(12)));
  }
  function logTicks(low, high, count) {
    const first = Math.ceil(Math.log10(low) - 1e-9);
    const last = Math.floor(Math.log10(high) + 1e-9);
    const every = Math.max(1, Math.ceil((last - first + 1) / (count + 1)));
    const powers = [];
    for (let p = last; p >= first; p -= every) powers.unshift(Number(`1e${p}`));
    return powers;
  }
  const same = (v) => v;
  function among(stops) {
    const gap = (stop, value) => Math.abs(stop - value);
    const s = (value) => stops.indexOf(stops.reduce((best, stop) => (gap(stop, value) < gap(best, value) ? stop : best)));
    return Object.assign(s, { invert: (place) => stops[place], clamp: same });
  }
  const linear = (domain, range) => scale(domain, range, linearTicks, same, same);
  const log = (domain, range) => scale(domain, range, logTicks, Math.log, Math.exp);

  // ---- drawing -------------------------------------------------------------------------------
  const number = (v) => Math.round(v * 100) / 100;

  function path(points) {
    let d = "";
    let pen = "M";
    for (const [x, y] of points) {
      if (!(Math.abs(x) < 1e6 && Math.abs(y) < 1e6)) pen = "M";
      else {
        d += `${pen}${number(x)} ${number(y)}`;
        pen = "L";
      }
    }
    return d;
  }

  const label = (x, y, words, attributes = {}) => {
    const { class: name = "", ...rest } = attributes;
    const made = node("text", { x: number(x), y: number(y), class: `demo-label ${name}`, ...rest });
    made.textContent = words;
    return made;
  };

  function axes(box, x, y, { xLabel, yLabel, xTicks, yTicks, xFormat = format, yFormat = format } = {}) {
    const bottom = box.top + box.height;
    const group = node("g", { class: "demo-axes" });
    group.append(node("path", { d: `M${box.left} ${box.top}V${bottom}H${box.left + box.width}` }));
    for (const v of xTicks ?? x.ticks(Math.max(2, box.width / 70))) {
      group.append(
        node("path", { d: `M${number(x(v))} ${bottom}v4` }),
        label(x(v), bottom + 17, xFormat(v), { "text-anchor": "middle" }),
      );
    }
    for (const v of yTicks ?? y.ticks(Math.max(2, box.height / 45))) {
      group.append(
        node("path", { d: `M${box.left} ${number(y(v))}h-4` }),
        label(box.left - 7, y(v) + 4, yFormat(v), { "text-anchor": "end" }),
      );
    }
    if (xLabel) group.append(label(box.left + box.width, bottom + 34, xLabel, { "text-anchor": "end", class: "name" }));
    if (yLabel) group.append(label(box.left - 4, box.top - 9, yLabel, { class: "name" }));
    return group;
  }

  // ---- contours: marching squares on a grid of samples -----------------------------------------
  function grid(fn, x, y, cell = 4) {
    const columns = Math.max(2, Math.round(Math.abs(x.range[1] - x.range[0]) / cell)) + 1;
    const rows = Math.max(2, Math.round(Math.abs(y.range[1] - y.range[0]) / cell)) + 1;
    const places = (s, n) => Float64Array.from({ length: n }, (_, i) => s.range[0] + ((s.range[1] - s.range[0]) * i) / (n - 1));
    const [left, top] = [places(x, columns), places(y, rows)];
    const [xs, ys] = [left.map(x.invert), top.map(y.invert)];
    const values = new Float64Array(columns * rows);
    for (let r = 0; r < rows; r += 1)
      for (let c = 0; c < columns; c += 1) values[r * columns + c] = fn(xs[c], ys[r]);
    return { columns, rows, left, top, values, at: (px, py) => fn(x.invert(px), y.invert(py)) };
  }

  // The border of {value <= level} as chains of crossed grid edges. `closed` walls the grid with
  // infinity, so that every chain is a ring. Edge 2k runs right from sample k, edge 2k + 1 down.
  const TURNS = [[], [3, 2], [2, 1], [3, 1], [1, 0], [3, 0, 1, 2], [2, 0], [3, 0], [0, 3], [0, 2], [0, 1, 2, 3], [0, 1], [1, 3], [1, 2], [2, 3], []];

  function crossings(samples, level, wall) {
    const { columns, rows, values } = samples;
    const width = columns + 2 * wall;
    const next = new Map();
    const entered = new Set();
    const low = (j) => {
      const flags = new Uint8Array(width);
      const row = (j - wall) * columns;
      if (j >= wall && j < rows + wall)
        for (let i = 0; i < columns; i += 1) flags[i + wall] = values[row + i] <= level ? 1 : 0;
      return flags;
    };
    let above = low(0);
    for (let j = 0; j + 1 < rows + 2 * wall; j += 1) {
      const below = low(j + 1);
      for (let i = 0; i + 1 < width; i += 1) {
        const turns = TURNS[below[i] + 2 * below[i + 1] + 4 * above[i + 1] + 8 * above[i]];
        if (!turns.length) continue;
        const k = j * width + i;
        const edges = [2 * k, 2 * (k + 1) + 1, 2 * (k + width), 2 * k + 1]; // top right bottom left
        for (let n = 0; n < turns.length; n += 2) {
          next.set(edges[turns[n]], edges[turns[n + 1]]);
          entered.add(edges[turns[n + 1]]);
        }
      }
      above = below;
    }
    return { next, entered, width };
  }

  function chains(samples, level, wall) {
    const { columns, rows, left, top, values, at } = samples;
    const { next, entered, width } = crossings(samples, level, wall);
    const sample = (i, j) =>
      i < 0 || j < 0 || i >= columns || j >= rows ? null : { x: left[i], y: top[j], low: values[j * columns + i] <= level };
    const point = (edge) => {
      const k = edge >> 1;
      const [i, j] = [(k % width) - wall, Math.floor(k / width) - wall];
      let a = sample(i, j);
      let b = edge & 1 ? sample(i, j + 1) : sample(i + 1, j);
      if (!a || !b) return a ? [a.x, a.y] : [b.x, b.y];
      for (let n = 0; n < 6; n += 1) {
        const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
        middle.low = at(middle.x, middle.y) <= level;
        if (middle.low === a.low) a = middle;
        else b = middle;
      }
      return [(a.x + b.x) / 2, (a.y + b.y) / 2];
    };
    const found = [];
    const follow = (start) => {
      const chain = [start];
      for (let edge = start; next.has(edge); ) {
        const onward = next.get(edge);
        next.delete(edge);
        edge = onward;
        chain.push(edge);
      }
      found.push(chain.map(point));
    };
    for (const edge of [...next.keys()]) if (!entered.has(edge)) follow(edge);
    for (const edge of [...next.keys()]) if (next.has(edge)) follow(edge);
    return found;
  }
  const contour = (samples, level) => chains(samples, level, 0);
  const lines = (samples, level) => contour(samples, level).map(path).join("");
  const region = (samples, level) => chains(samples, level, 1).map((ring) => `${path(ring)}Z`).join("");

  // ---- controls ------------------------------------------------------------------------------
  function controls(demo, { text, rows }) {
    const unit = (name) => text.units?.[name] ?? "";

    demo.slider = ({ name, min, max, stops, value, log: logarithmic, digits = 3, steps = stops ? stops.length - 1 : 400, change }) => {
      const places = stops ? among(stops) : (logarithmic ? log : linear)([min, max], [0, steps]);
      const input = element("input", { type: "range", min: 0, max: steps, step: 1, id: `dlnotes-${++serial}`, "data-control": name });
      const shown = element("span", { class: "demo-value" });
      const control = { input, value };
      control.set = (wanted) => {
        control.value = wanted;
        input.value = places(places.clamp(wanted));
        input.dataset.value = wanted;
        shown.textContent = format(wanted, digits) + unit(name);
        input.setAttribute("aria-valuetext", shown.textContent);
      };
      input.addEventListener("input", () => {
        const exact = places.invert(Number(input.value));
        control.set(places.clamp(Number(exact.toPrecision(digits))));
        change(control.value);
      });
      const named = element("label", { for: input.id }, text[name]);
      const frame = element("div", { class: "demo-control" }, named, shown, input);
      rows.controls.append(frame);
      let tick;
      control.mark = (limit, words) => {
        tick ??= frame.appendChild(element("span", { class: "demo-mark", "aria-hidden": "true" }));
        tick.textContent = words;
        tick.dataset.value = limit;
        tick.style.setProperty("--at", places(limit) / steps);
        tick.hidden = places.clamp(limit) !== limit;
      };
      control.set(value);
      return control;
    };

    demo.choice = ({ name, options, value, change }) => {
      const set = element("fieldset", { class: "demo-choice" }, element("legend", {}, text[name]));
      const group = `dlnotes-${++serial}`;
      const control = { value };
      const inputs = options.map((option) => {
        const input = element("input", { type: "radio", name: group, value: option, "data-control": name });
        input.addEventListener("change", () => {
          control.value = option;
          change(option);
        });
        set.append(element("label", {}, input, element("span", {}, text[option])));
        return input;
      });
      control.set = (wanted) => {
        control.value = wanted;
        for (const input of inputs) input.checked = input.value === wanted;
      };
      rows.controls.append(set);
      control.set(value);
      return control;
    };

    const groups = {};
    const together = (group) => {
      if (!group) return rows.controls;
      groups[group] ??= rows.controls.appendChild(
        element("fieldset", { class: "demo-choice" }, element("legend", {}, text[group])),
      );
      return groups[group];
    };

    demo.toggle = ({ name, value, change, group }) => {
      const input = element("input", { type: "checkbox", "data-control": name });
      const control = { input, value, set: (on) => { control.value = input.checked = on; } };
      input.addEventListener("change", () => {
        control.value = input.checked;
        change(control.value);
      });
      control.words = element("span", {}, text[name]);
      together(group).append(element("label", { class: "demo-toggle" }, input, control.words));
      control.set(value);
      return control;
    };

    const press = (row) => ({ name, press: act }) => {
      const made = element("button", { type: "button", "data-control": name }, text[name]);
      made.addEventListener("click", () => act());
      row.append(made);
      made.press = (on) => made.setAttribute("aria-pressed", on);
      return made;
    };
    demo.button = press(rows.buttons);
    demo.preset = press(rows.presets);

    demo.readout = (name, { digits = 3, quiet = false } = {}) => {
      const output = element("output", { "data-readout": name, "aria-live": "off" });
      const entry = element("div", { hidden: quiet }, element("span", {}, text[name]), output);
      rows.readouts.append(entry);
      return (value, shown = format(value, digits) + unit(name)) => {
        output.dataset.value = value;
        output.textContent = shown;
        entry.hidden = quiet || shown === "";
      };
    };
  }

  // ---- direct manipulation and motion ----------------------------------------------------------
  const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  function handles(demo, { picture, text }) {
    demo.handle = ({ name, parent = picture, move, step = 6, radius = 8 }) => {
      const grip = node("g", { class: `demo-handle ${name}`, tabindex: 0, role: "slider", "aria-label": text[name], "data-handle": name },
        node("circle", { r: 22, class: "reach" }), node("circle", { r: radius, class: "grip" }));
      parent.append(grip);
      let here = [0, 0];
      let held = null;
      const local = (event) => {
        const p = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
        return [p.x, p.y];
      };
      grip.addEventListener("pointerdown", (event) => {
        const [x, y] = local(event);
        held = [here[0] - x, here[1] - y]; // keep hold of the point that was gripped
        grip.setPointerCapture(event.pointerId);
        grip.focus({ preventScroll: true });
        event.preventDefault();
      });
      grip.addEventListener("pointermove", (event) => {
        if (!held) return;
        const [x, y] = local(event);
        move(x + held[0], y + held[1]);
      });
      for (const end of ["pointerup", "pointercancel"]) grip.addEventListener(end, () => { held = null; });
      grip.addEventListener("keydown", (event) => {
        const key = KEYS[event.key];
        if (!key) return;
        event.preventDefault();
        const far = step * (event.shiftKey ? 5 : 1);
        move(here[0] + key[0] * far, here[1] + key[1] * far, key);
      });
      const place = (x, y, spoken) => {
        here = [x, y];
        grip.setAttribute("transform", `translate(${number(x)} ${number(y)})`);
        grip.setAttribute("aria-valuenow", number(x));
        if (spoken) grip.setAttribute("aria-valuetext", spoken);
      };
      return { node: grip, place };
    };

    demo.player = ({ rate = 20, tick, reset }) => {
      const still = matchMedia("(prefers-reduced-motion: reduce)");
      let frame = 0;
      let owed = 0;
      let before = 0;
      const run = demo.button({ name: "run", press: () => (frame ? pause() : go()) });
      demo.button({ name: "step", press: () => { pause(); tick(1); } });
      demo.button({ name: "reset", press: () => { pause(); reset(); } });
      const show = () => { run.textContent = frame ? text.pause : text.run; };
      function pause() {
        cancelAnimationFrame(frame);
        frame = 0;
        show();
      }
      function advance(now) {
        owed += (Math.min(now - before, 100) / 1000) * (typeof rate === "function" ? rate() : rate);
        before = now;
        const whole = Math.floor(owed);
        owed -= whole;
        if (whole && tick(whole) === false) pause();
        else frame = requestAnimationFrame(advance);
      }
      function go() {
        if (still.matches) return void tick(Infinity);
        before = performance.now();
        owed = 1;
        frame = requestAnimationFrame(advance);
        show();
      }
      demo.cleanups.push(() => cancelAnimationFrame(frame));
      return { pause };
    };
  }

  // ---- the frame around a demo -----------------------------------------------------------------
  function definitions(demo, picture) {
    const defs = node("defs");
    picture.append(defs);
    const add = (made) => {
      defs.append(made);
      return `url(#${made.id})`;
    };
    const shapes = new Map();
    demo.clip = (box, made) => {
      const url = made ?? add(node("clipPath", { id: `dlnotes-${++serial}` }, node("rect")));
      const shape = shapes.get(url) ?? defs.lastChild.firstChild;
      shapes.set(url, shape);
      fill(shape, { x: box.left, y: box.top, width: box.width, height: box.height });
      return url;
    };
    demo.hatch = () =>
      add(node("pattern", { id: `dlnotes-${++serial}`, width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
        node("path", { d: "M0 0V7", class: "demo-hatch" })));
    demo.arrow = (family) =>
      add(node("marker", { id: `dlnotes-${++serial}`, class: `demo-head ${family}`, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse", orient: "auto" },
        node("path", { d: "M0 0L8 4L0 8Z" })));
  }

  async function load(source) {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    try {
      return await import(url);
    } finally {
      URL.revokeObjectURL(url);
    }
  }

  async function mount(model, el, build) {
    const language = model.get("language");
    const text = model.get("text")[language];
    const picture = node("svg", { "data-picture": true, role: "group", "aria-label": text.picture });
    const status = element("p", { class: "demo-status", "data-status": true });
    const spoken = element("p", { class: "demo-spoken", role: "status", "aria-live": "polite" });
    const rows = {};
    for (const name of ["readouts", "controls", "buttons", "presets"]) rows[name] = element("div", { class: `demo-${name}` });
    const root = element("div", { class: "dlnotes dlnotes-demo", lang: language, role: "group", "aria-label": text.title },
      element("p", { class: "demo-try" }, text.try), picture, status, spoken, rows.readouts,
      element("div", { class: "demo-actions" }, rows.buttons, rows.presets), rows.controls);
    const demo = { text, root, picture, cleanups: [], controls: { ...model.get("controls") } };
    demo.program = await load(model.get("program"));
    demo.size = (width, height) => picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    demo.layer = (attributes) => picture.appendChild(node("g", attributes));
    let rest = 0;
    demo.say = (sentence) => {
      status.textContent = sentence;
      clearTimeout(rest);
      rest = setTimeout(() => { spoken.textContent = sentence; }, 700);
    };
    definitions(demo, picture);
    controls(demo, { text, rows });
    handles(demo, { picture, text });
    el.replaceChildren(root);
    const scene = build(demo);
    const keep = () => {
      model.set("controls", { ...demo.controls });
      model.save_changes();
    };
    for (const done of ["change", "click", "pointerup", "keyup"]) root.addEventListener(done, keep);
    root.controls = demo.controls;
    let width = 0;
    const fit = () => {
      const now = Math.round(root.clientWidth) || 720;
      if (now === width) return;
      width = now;
      scene.draw(width);
    };
    fit();
    const watch = new ResizeObserver(fit);
    watch.observe(root);
    root.dataset.ready = "1";
    return () => {
      clearTimeout(rest);
      watch.disconnect();
      for (const cleanup of demo.cleanups) cleanup();
      root.remove();
    };
  }

  return { mount, node, element, linear, log, axes, grid, contour, lines, region, path, label, format, power, phrase, random };
})();
/* dlnotes: end of shared */
