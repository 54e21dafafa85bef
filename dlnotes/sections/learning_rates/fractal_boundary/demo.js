// Two planes of learning rates, trained point by point in the page, and a zoom into their borders.
import { across, axes, between, format, label, line, linear, mount, node, phrase, power, rect, upward } from "../../../demos/demo.js";
import { recorded, remembered, survey, worker } from "./survey.js";

const LAYERS = ["ground", "paths", "names", "front"];
const SIDES = ["left", "right"];
const TICKS = [-2, 0, 2];

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { left: demo.view(LAYERS), right: demo.view(LAYERS), depth: demo.view(["axis", "names", "front"]) };
  const scene = { demo, program, text, now, views, known: new Map(), worker: worker(demo) };
  controls(scene);
  question(scene);
  place(scene);
  scene.time = scene.clock.handle(views.depth.front, (px) => views.depth.x.invert(px), { panel: views.depth });
  recorded(scene, { left: demo.start.net, right: "last" });
  for (const side of SIDES) demo.probe(views[side], (px, py) => seen(scene, side, px, py));
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  const rate = () => (seenEnough(scene) ? 0.8 : 0); // a picture is seen before the next
  scene.clock = demo.clock({ rate, last: () => program.DEPTH, show: () => set(scene, {}) });
  demo.choice({ name: "net", change: change("net") });
  for (const name of ["steps", "seed"]) demo.slider({ name, change: change(name) });
  const last = program.DEPTH;
  demo.presets(
    {
      dive: { now: last },
      linear_dive: { net: "linear", now: last },
      few: { steps: 25, now: last },
      quiet: { now: last, first: -1.5, second: 3 },
    },
    (setting) => set(scene, setting),
  );
  scene.tell = demo.readouts(["now", "steps", "seed", "width", "lr_in", "lr_out"], ["width", "lr_in", "lr_out"]);
}

/** Fine enough to be looked at; a run does not wait for the last points. */
const seenEnough = ({ views }) => SIDES.every((side) => [1, 2].includes(views[side].picture.stride));

function question({ demo, program, now }) {
  const { left, right } = program.DIMENSIONS;
  const straight = { left: left <= program.ROUGH, right: right <= program.ROUGH };
  demo.question({
    answer: () => {
      if (straight.left === straight.right) return straight.left ? "both" : "neither";
      return straight.left ? "two" : "single";
    },
    reached: () => now.now >= program.DEPTH,
    because: () => ({ left, right }),
  });
}

/** The mark that the zoom aims at; while it is held the picture keeps still. */
function place(scene) {
  const { demo, program, views: { left } } = scene;
  scene.place = demo.handle({
    name: "place",
    parent: left.front,
    panel: left,
    shape: "diamond",
    step: 4,
    move: (px, py) => {
      const at = (value) => between(value, program.LOW, program.HIGH);
      set(scene, { first: at(left.y.invert(py)), second: at(left.x.invert(px)) });
    },
  });
  demo.picture.addEventListener("pointerdown", () => { scene.held = true; });
  for (const end of ["pointerup", "pointercancel"]) {
    demo.picture.addEventListener(end, () => {
      if (scene.held) demo.pause();
      scene.held = false;
      set(scene, {});
    });
  }
}

const kindOf = (side, { net }) => (side === "left" ? net : "last");

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, program, now, views } = scene;
  Object.assign(now, changed);
  demo.reflect();
  if (!scene.held) look(scene);
  scene.tell({ now: now.now, steps: now.steps, seed: now.seed, width: program.wide(now.now), lr_in: program.rate(now.first), lr_out: program.rate(now.second) });
  const aimed = now.now === 0 || scene.held;
  const { box, x, y } = views.left;
  const [px, py] = aimed ? [x(now.second), y(now.first)] : [box.left + box.width / 2, box.top + box.height / 2];
  scene.place.place(px, py, phrase(scene.text.aim, rates(scene, now.first, now.second)));
  marks(scene);
  const strip = views.depth.box;
  views.depth.names.replaceChildren(
    label(strip.left - 8, strip.top - 3, scene.text.zooms),
    label(strip.left + strip.width + 8, strip.top - 3, phrase(scene.text.nets, { seed: now.seed, steps: now.steps }), { "text-anchor": "end" }),
  );
  scene.time.place(views.depth.x(now.now), views.depth.box.top + views.depth.box.height, phrase(scene.text.at, { now: now.now }));
  speak(scene);
}

const rates = ({ program }, first, second) => ({ first: program.rate(first), second: program.rate(second) });

/** Finds the pictures of the setting, and begins to train what they still lack. */
function look(scene) {
  const { program, now, views } = scene;
  scene.width = program.wide(now.now);
  const sides = SIDES.map((side) => ({ side, kind: kindOf(side, now), picture: remembered(scene, kindOf(side, now)) }));
  for (const { side, picture } of sides) Object.assign(views[side], { picture });
  for (const side of SIDES) draw(scene, side);
  if (sides.every(({ picture }) => picture.done)) return scene.worker.stop();
  scene.worker.begin(survey(scene, sides, (done) => {
    if (done) return draw(scene, done.side);
    for (const side of SIDES) draw(scene, side);
    speak(scene);
  }));
}

/** One picture, as far as it is known. */
function draw(scene, side) {
  const { program, text, now, views } = scene;
  const view = views[side];
  const { box, picture: { center, inside, stride } } = view;
  const half = scene.width / 2;
  view.x = linear([center.second - half, center.second + half], across(box));
  view.y = linear([center.first - half, center.first + half], upward(box));
  if (stride) view.paths.replaceChildren(node("path", { d: filled(program, box, inside, stride), class: "plain", fill: "currentColor", "fill-opacity": 0.62, "shape-rendering": "crispEdges" }));
  else if (view.paths.firstChild) view.paths.firstChild.setAttribute("fill-opacity", 0.12);
  const named = side === "right" ? text.one : text[`two_${now.net}`];
  view.names.replaceChildren(
    label(box.left, box.top - 9, named, { class: "name" }),
    ...(now.now ? enlarged(scene, view) : plane(scene, side)),
  );
}

/** The points that converge, as bars along each row. */
function filled(program, box, inside, stride) {
  const side = program.SIDE + 1;
  const cell = box.width / program.SIDE;
  const px = (part) => Math.round(part * cell * 10) / 10;
  let d = "";
  for (let row = 0; row < side; row += stride) {
    const top = px(program.SIDE - row - stride / 2) + box.top;
    for (let column = 0; column < side; column += stride) {
      if (inside[row * side + column] !== 1) continue;
      const from = column;
      while (column + stride < side && inside[row * side + column + stride] === 1) column += stride;
      d += `M${px(from - stride / 2) + box.left} ${top}h${px(column - from + stride)}v${px(stride)}h${-px(column - from + stride)}z`;
    }
  }
  return d;
}

/** Axes of the whole plane. */
function plane({ text, program, views }, side) {
  const { box, x, y } = views[side];
  const tick = (value) => power(program.rate(value));
  const words = { xLabel: text.axis_second, ...(side === "left" ? { yTicks: TICKS } : { yTicks: [] }) };
  const upright = side === "left" ? [label(box.left + 5, box.top + 15, text.axis_first)] : [];
  return [axes(box, x, y, { ...words, xTicks: TICKS, xFormat: tick, yFormat: tick }), ...upright];
}

/** Frame, width and roughness of a picture from close up. */
function enlarged({ demo, text, width }, { box, picture: { done, found, count, dimension } }) {
  const below = box.top + box.height;
  const bare = done && (!found || count === 0);
  const told = done && !demo.untold() ? phrase(text.measured, { dimension: dimension.toFixed(2) }) : "";
  return [
    rect(box, { fill: "none", stroke: "currentColor", "stroke-opacity": 0.4 }),
    label(box.left, below + 17, phrase(text.across, { width })),
    label(box.left, below + 34, bare ? text.nothing : told, { class: "name" }),
  ];
}

/** Where the zoom leads: along the diagonal to the nearest border. */
function marks({ now, views }) {
  for (const side of SIDES) {
    const { ground, front, x, y, box } = views[side];
    if (now.now) {
      ground.replaceChildren();
      if (side === "right") front.replaceChildren();
      continue;
    }
    const [px, py] = [x(now.second), y(now.first)];
    const far = box.width;
    ground.replaceChildren();
    const diagonal = line([[px - far, py + far], [px + far, py - far]], "theory dashed");
    diagonal.setAttribute("clip-path", views[side].paths.getAttribute("clip-path"));
    if (side === "right") front.replaceChildren(diagonal);
    else ground.replaceChildren(diagonal);
  }
}

function speak({ demo, text, now, width, views, program }) {
  const pictures = SIDES.map((side) => views[side].picture);
  const [left, right] = pictures.map(({ done, found, count, dimension }) => (done && found && count ? format(Number(dimension.toFixed(2))) : text.nothing));
  const nets = 2 * (program.SIDE + 1) ** 2;
  const numbers = { now: now.now, steps: now.steps, width, nets, left, right };
  if (now.now === 0) return demo.say(phrase(text.whole, numbers));
  if (!pictures.every(({ done }) => done)) return demo.say(phrase(text.computing, numbers));
  return demo.say(phrase(demo.untold() ? text.asked : text.told, numbers));
}

/** The rates under the pointer, and what becomes of the net there. */
function seen({ program, text, views, ...scene }, side, px, py) {
  const { x, y, box, picture: { inside, done } } = views[side];
  if (!done || !x) return "";
  const [row, column] = [1 - (py - box.top) / box.height, (px - box.left) / box.width].map((part) => Math.round(part * program.SIDE));
  const outcome = text[inside[row * (program.SIDE + 1) + column] ? "converges" : "diverges"];
  return phrase(text.here, { ...rates({ program, ...scene }, y.invert(py), x.invert(px)), outcome });
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, views: { left, right, depth } } = scene;
  const [margin, gap] = demo.narrow ? [36, 10] : [44, 34];
  const size = Math.floor(Math.min((width - margin - gap - 14) / 2, height - 150));
  left.box = { left: margin, top: 26, width: size, height: size };
  right.box = { left: margin + size + gap, top: 26, width: size, height: size };
  depth.box = { left: margin + 8, top: size + 84, width: 2 * size + gap - 16, height: 22 };
  depth.x = linear([0, program.DEPTH], across(depth.box));
  const ticks = Array.from({ length: program.DEPTH + 1 }, (_, i) => i);
  const flat = linear([0, 1], upward(depth.box));
  depth.axis.replaceChildren(axes(depth.box, depth.x, flat, { xTicks: ticks, yTicks: [] }));
  demo.size(width, size + 130);
  for (const view of [left, right]) demo.clip(view.box, view.clip);
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
