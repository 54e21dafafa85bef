// Two tables of a batch, before and behind a normalization, and a track on which one picture changes.
import { between, label, line, linear, mount, phrase } from "../../../demos/demo.js";
import { drawFrames, drawTable, found } from "./tables.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const DEEP = { left: 2.5, right: 2.2 }; // the largest number that a cell shows as it is

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { left: demo.view(LAYERS), right: demo.view(LAYERS), track: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views };
  scene.clock = demo.clock({ rate: 25, last: () => program.LAST, show: () => moment(scene) });
  controls(scene);
  scene.time = scene.clock.handle(views.track.front, (px) => views.track.x.invert(px), { panel: views.track });
  for (const name of ["left", "right"]) demo.probe(views[name], (px, py) => said(scene, name, px, py));
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  demo.choice({ name: "norm", change: change("norm") });
  demo.slider({ name: "size", change: change("size") });
  demo.choice({ name: "change", change: change("change") });
  const end = { now: program.LAST };
  demo.presets(
    { neighbors: end, pair: { size: 2, ...end }, kept: { norm: "stored", ...end }, row: { norm: "layer", ...end } },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => (scene.seen.moved === scene.seen.total ? "all" : scene.seen.moved === program.UNITS ? "own" : "some"),
    reached: () => now.now >= program.LAST,
    because: () => numbers(scene),
  });
  scene.tell = demo.readouts(["now", "moved", "total", "own_shift", "others_shift"], ["moved", "own_shift", "others_shift"]);
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  scene.demo.reflect();
  drawNames(scene);
  moment(scene);
}

/** How far the picture is changed. */
function moment(scene) {
  const { program, text, now, views: { left, right, track } } = scene;
  const single = now.change === "number" ? 1 : 0;
  scene.seen = program[now.norm](program.amount(now.now), single, now.size);
  const { table, before, after, shift } = scene.seen;
  const first = program[now.norm](0, single, now.size).table;
  drawTable(scene, left, table, first, table.map((value, i) => Math.abs(value - first[i])));
  drawTable(scene, right, after, before, shift);
  scene.time.place(track.x(now.now), track.box.top + 10, phrase(text.at, { now: now.now }));
  scene.tell(numbers(scene));
  scene.demo.say(phrase(text[verdict(scene)], { ...numbers(scene), flipped: scene.seen.flipped }));
}

const numbers = ({ now, seen: { moved, total, own_shift, others_shift } }) => ({ now: now.now, moved, total, own_shift, others_shift });

function verdict({ program, now, seen }) {
  if (now.now === 0) return { stored: "still_stored", rms: "still_rms" }[now.norm] ?? "still";
  if (now.norm === "batch" && now.size === 2) return "signs";
  return seen.others_shift > program.MOVED ? "moving" : "alone";
}

function said({ demo, program, text, now, seen, views }, name, px, py) {
  const cell = found(views[name], program, px, py);
  if (!cell || cell.row >= now.size) return "";
  const at = cell.row * program.UNITS + cell.unit;
  const names = { row: cell.row + 1, unit: cell.unit + 1 };
  if (name === "left") return phrase(text.here_in, { ...names, value: seen.table[at] });
  return phrase(text.here, { ...names, from: seen.before[at], to: seen.after[at] });
}

/** The names of rows and tables, the frames of what is taken together, the ends of the track. */
function drawNames(scene) {
  const { demo, program, text, now, views: { left, right, track } } = scene;
  const rows = Array.from({ length: program.PICTURES }, (_, row) => row);
  const middle = (row) => left.y(row + 0.5) + 4;
  left.names.replaceChildren(
    label(left.box.left, left.box.top - 11, text.before),
    ...rows.map((row) => label(left.box.left - 8, middle(row), demo.narrow ? row + 1 : phrase(text.row_name, { row: row + 1 }), {
      "text-anchor": "end", opacity: row < now.size ? 1 : 0.35, ...(row === program.CHANGED ? { "font-weight": 700 } : {}),
    })),
  );
  right.names.replaceChildren(label(right.box.left, right.box.top - 11, phrase(text.after, { kind: text.kinds[now.norm] })));
  drawFrames(scene, left);
  const { box } = track;
  const height = box.top + 10;
  track.ground.replaceChildren(line([[box.left, height], [box.left + box.width, height]], "plain"));
  track.names.replaceChildren(
    label(box.left, height + 24, text.from),
    label(box.left + box.width, height + 24, text.to, { "text-anchor": "end" }),
    stood(scene, height + 24),
  );
}

/** What the marks are: above the table, and where that has no room for it, between the ends of the track. */
function stood({ demo, text, views: { right, track } }, low) {
  const [at, height, anchor] = demo.narrow
    ? [track.box.left + 0.42 * track.box.width, low, "middle"]
    : [right.box.left + right.box.width, right.box.top - 11, "end"];
  return label(at, height, `▬ ${text.stood}`, { class: "theory colored", "text-anchor": anchor });
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, views: { left, right, track } } = scene;
  const { narrow } = demo;
  const margin = narrow ? 22 : 66;
  const gap = narrow ? 22 : 48;
  const broad = (width - margin - gap - 8) / 2;
  const high = narrow ? 206 : between(height - 110, 240, 352);
  left.box = { left: margin, top: 30, width: broad, height: high };
  right.box = { ...left.box, left: margin + broad + gap };
  track.box = { left: margin + 8, top: high + 56, width: width - margin - 32, height: 24 };
  demo.size(width, high + 100);
  for (const view of [left, right, track]) demo.clip(view.box, view.clip);
  for (const [name, view] of Object.entries({ left, right })) {
    const { box } = view;
    const half = box.height / program.PICTURES / 2 - 2;
    view.x = linear([0, program.UNITS], [box.left, box.left + box.width]);
    view.y = linear([0, program.PICTURES], [box.top, box.top + box.height]);
    view.reach = linear([-DEEP[name], DEEP[name]], [half, -half]);
  }
  track.x = linear([0, program.LAST], [track.box.left, track.box.left + track.box.width]);
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
