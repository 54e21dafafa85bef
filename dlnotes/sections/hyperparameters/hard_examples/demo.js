// The digits of the highest loss with the labels they carry; beside them how many of those taken are wrong.
import { across, axes, between, dot, label, line, linear, mount, node, phrase, rect, upward } from "../../../demos/demo.js";

const LAYERS = ["paths", "names", "moving", "front"];
const SIDE = 8; // pixels of a digit

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { digits: demo.view(LAYERS), curve: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, ways: new Map(), places: Float64Array.from(program.PLACE) };
  const { BELL, LAST } = program;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: 2.5, last: () => LAST, show: () => moment(scene) });
  for (const name of ["taken", "share"]) demo.slider({ name, change: change(name) });
  demo.presets(
    {
      none: { share: 0, now: BELL },
      few: { share: 0.05, now: BELL },
      many: { share: 0.35, taken: 150, now: BELL },
      long: { taken: 45, now: LAST },
    },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => nearest(program, among(scene, BELL)),
    reached: () => now.now >= BELL,
    because: () => ({ among: among(scene, BELL), step: program.TIMES[BELL] }),
  });
  scene.tell = demo.readouts(["now", "among", "part", "found"], ["among", "part", "found"]);
  scene.time = scene.clock.handle(views.curve.front, (px) => views.curve.steps.invert(px), { panel: views.curve });
  demo.probe(views.curve, (px) => seen(scene, px));
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

const nearest = ({ GUESSES }, count) => Object.keys(GUESSES)
  .reduce((best, name) => (Math.abs(GUESSES[name] - count) < Math.abs(GUESSES[best] - count) ? name : best));

// ---- who stands where ------------------------------------------------------------------------
/** Rows by their loss at a moment, the largest first, and which of their labels are wrong. */
function ranked({ program, now, ways }, at) {
  const key = `${now.share},${at}`;
  if (!ways.has(key)) {
    const share = program.SHARES.indexOf(now.share);
    const losses = program.LOSSES[share][at];
    const order = losses.map((_, row) => row).sort((one, other) => losses[other] - losses[one] || one - other);
    const bad = (row) => program.LABELS[share][row] !== program.LABELS[0][row];
    ways.set(key, { order, bad: Float64Array.from(order, (row) => Number(bad(row))) });
  }
  return ways.get(key);
}

const among = (scene, at) => ranked(scene, at).bad.slice(0, scene.program.SEEN).reduce((sum, one) => sum + one, 0);
const part = (scene, at) => scene.program.wrong_part(ranked(scene, at).bad, scene.places, scene.now.taken);
const found = (scene, at) => scene.program.found_part(ranked(scene, at).bad, scene.places, scene.now.taken);

function seen(scene, px) {
  const { demo, program, text, now, views: { curve } } = scene;
  const at = between(Math.round(curve.steps.invert(px)), 0, program.LAST);
  return demo.untold() && at > now.now ? "" : phrase(text.point, { step: program.TIMES[at], part: part(scene, at) });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  scene.demo.reflect();
  drawFrame(scene);
  moment(scene);
}

function drawFrame(scene) {
  const { demo, program, text, now, views: { digits, curve } } = scene;
  const { box, steps, y } = curve;
  const shown = demo.narrow ? [0, 3, 6, 10] : [0, 2, 4, 6, 8, 10];
  curve.names.replaceChildren(
    axes(box, steps, y, { xLabel: text.steps, yLabel: phrase(text.height, { taken: now.taken }), xTicks: shown, yTicks: [0, 0.25, 0.5, 0.75, 1], xFormat: (i) => String(program.TIMES[i]) }),
    label(box.left + box.width - 36, y(now.share) - 6, text.chance, { class: "theory colored", "text-anchor": "end" }),
  );
  curve.paths.replaceChildren(
    line([[box.left, y(now.share)], [box.left + box.width, y(now.share)]], "theory dashed"),
    ...(demo.untold() ? [] : [line(way(scene, program.LAST), "adam faint")]),
  );
  digits.names.replaceChildren(label(digits.left, 14, text.worst, { class: "name" }));
}

const way = (scene, until) => scene.program.TIMES.slice(0, until + 1).map((_, at) => [scene.views.curve.steps(at), scene.views.curve.y(part(scene, at))]);

function moment(scene) {
  const { demo, program, text, now, views: { digits, curve } } = scene;
  if (scene.open && !demo.untold()) scene.clock.pause(); // the question is answered: look before going on
  scene.open = demo.untold();
  const { order, bad } = ranked(scene, now.now);
  digits.moving.replaceChildren(...order.slice(0, program.SEEN).flatMap((row, i) => digit(scene, row, i, bad[i] === 1)));
  const told = { part: part(scene, now.now), found: found(scene, now.now), among: among(scene, now.now), step: program.TIMES[now.now], taken: now.taken };
  const spot = [curve.steps(now.now), curve.y(told.part)];
  curve.moving.replaceChildren(line(way(scene, now.now), "adam"), dot(spot, 5, "adam"));
  scene.time.place(...spot, phrase(text.point, told));
  scene.tell({ now: told.step, among: told.among, part: told.part, found: told.found }, {});
  demo.say(phrase(text[now.share === 0 ? "clean" : "said"], told));
}

/** One image with its label, framed where the label is wrong and that may be told. */
function digit({ demo, program, text, now, views: { digits } }, row, i, bad) {
  const { side, gap, columns } = digits;
  const left = digits.left + (i % columns) * (side + gap);
  const top = digits.top + Math.floor(i / columns) * (side + 26);
  const marked = bad && !demo.untold();
  const [given, right] = [program.LABELS[program.SHARES.indexOf(now.share)][row], program.LABELS[0][row]];
  return [
    ...ink(program.IMAGES[row], left, top, side / SIDE),
    rect({ left, top, width: side, height: side }, { class: `demo-line ${marked ? "adam" : "plain beside"}`, fill: "none" }),
    label(left + side / 2, top + side + 15, phrase(marked ? text.mislabeled : text.labeled, { given, right }), { "text-anchor": "middle", class: marked ? "adam colored" : "" }),
  ];
}

/** What is written in an image: all pixels of one gray in one path. */
function ink(image, left, top, pixel) {
  const grays = {};
  Array.from(image).forEach((letter, at) => {
    const level = letter.charCodeAt(0) - 97;
    grays[level] ??= "";
    grays[level] += `M${left + (at % SIDE) * pixel} ${top + Math.floor(at / SIDE) * pixel}h${pixel}v${pixel}h${-pixel}Z`;
  });
  delete grays[0];
  return Object.entries(grays).map(([level, d]) =>
    node("path", { d, class: "plain", fill: "currentColor", "fill-opacity": level / 16, "shape-rendering": "crispEdges" }));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, views: { digits, curve } } = scene;
  const narrow = demo.narrow;
  const columns = 4;
  const gap = narrow ? 6 : 12;
  const wide = narrow ? width - 24 : Math.round(width * 0.46) - 20;
  const rows = program.SEEN / columns;
  const side = Math.min((wide - gap * (columns - 1)) / columns, (narrow ? 204 : between(height - 70, 200, 330) - 26 * rows) / rows);
  const whole = narrow ? Math.max(26 + rows * (side + 26) + 8, 250) : 26 + rows * (side + 26) + 14;
  const broad = columns * side + gap * (columns - 1);
  Object.assign(digits, { left: narrow ? Math.round((width - broad) / 2) : 12, top: 26, side, gap, columns });
  digits.box = { left: digits.left - 12, top: 0, width: broad + 24, height: whole };
  curve.box = narrow
    ? { left: 46, top: whole + 30, width: width - 66, height: whole - 92 }
    : { left: broad + 76, top: 30, width: width - broad - 98, height: whole - 86 };
  demo.size(width, narrow ? 2 * whole : whole, [
    { name: "images", top: 0, height: whole },
    { name: "curve", top: narrow ? whole : 0, height: whole },
  ]);
  for (const view of [digits, curve]) demo.clip(view.box, view.clip);
  curve.steps = linear([-0.25, program.LAST + 0.25], across(curve.box));
  curve.y = linear([-0.04, 1.04], upward(curve.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
