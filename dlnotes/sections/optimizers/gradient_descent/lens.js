// Under the lens: every example's own step, on the ground that the map shows as well.
import {
  across, arrow, bands, between, dot, grid, label, line, linear, lines, node, phrase,
  rect, upward,
} from "../../../demos/demo.js";

const HEIGHTS = [0.03, 0.1, 0.3, 1, 3, 10, 30, 100]; // of the shaded contours
const FINE = [0.0001, 0.0003, 0.001, 0.003, 0.01]; // further contour lines under the lens
const ROUND = [1, 1.5, 2, 3, 4, 5, 6, 8];

export function shaded({ program, now: { condition } }, { box, x, y }) {
  const samples = grid((w1, w2) => program.above(w1, w2, condition), x, y, 6);
  return { samples, drawn: [rect(box, { class: `shade-${HEIGHTS.length}` }), ...bands(samples, HEIGHTS)] };
}

export const placed = ({ x, y }, points) => points.map(([a, b]) => [x(a), y(b)]);
export function drawLens(scene) {
  const { text, views: { lens } } = scene;
  const { box, ground, moving, words } = lens;
  const steps = nextSteps(scene);
  const zoom = magnify(scene, steps);
  const unit = aim(scene, steps.here, zoom);
  words.replaceChildren(label(box.left, box.top - 9, phrase(text.pulls, { zoom: zoom ?? Infinity }), { class: "name" }));
  ground.replaceChildren();
  moving.replaceChildren();
  if (!Number.isFinite(unit)) return;
  const { samples, drawn } = shaded(scene, lens);
  ground.append(...drawn, ...FINE.map((height) => node("path", { d: lines(samples, height), class: "demo-contour" })));
  drawSteps(scene, steps);
  words.append(...tags(scene, steps), ...legend(scene));
}

/** Where each example, each batch of this epoch and the full batch would lead from here. */
function nextSteps({ program, now, task, noisy, deals, place, everything }) {
  const here = noisy.points[place];
  const step = (mask) => program.step(here, task.X, task.y, mask, now.lr);
  const epoch = Math.floor(place / deals.each) * deals.each;
  const batches = deals.masks.slice(epoch, epoch + deals.each);
  const ends = program.alone(here, task.X, task.y, now.lr);
  const tips = Array.from({ length: program.EXAMPLES }, (_, i) => [ends[2 * i], ends[2 * i + 1]]);
  const reached = batches.map(step);
  return { here, tips, reached, mask: batches[place - epoch], mine: reached[place - epoch], full: step(everything) };
}

/** A round factor at which most tips, and both arrows, find room in the lens. */
function magnify({ program, views: { map, lens: { box } } }, { here, tips, mine, full }) {
  const far = ([a, b]) => Math.max(Math.abs(a - here[0]), Math.abs(b - here[1]));
  const most = tips.map(far).toSorted((a, b) => a - b)[Math.floor(program.EXAMPLES * 0.85)];
  const needed = Math.max(most, far(mine), far(full));
  return roundBelow((Math.min(box.width, box.height) / 2 - 16) / (needed * map.unit));
}

/** The largest of 1, 1.5, 2, 3 … 8, 10, 15, 20 … that is at most `value`. */
function roundBelow(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return ROUND.map((n) => n * power).findLast((n) => n <= value * 1.0001);
}

function aim({ views: { map, lens } }, [a, b], zoom) {
  const unit = zoom * map.unit;
  const [w, h] = [lens.box.width / 2 / unit, lens.box.height / 2 / unit];
  lens.x = linear([a - w, a + w], across(lens.box));
  lens.y = linear([b - h, b + h], upward(lens.box));
  return unit;
}

function drawSteps(scene, { here, tips, reached, mask, mine, full }) {
  const { program, now, head, views: { lens } } = scene;
  const [center, batch, whole] = placed(lens, [here, mine, full]);
  const part = now.batch < program.EXAMPLES;
  lens.moving.append(
    ...(part && now.batch > 1 ? placed(lens, reached).map((to) => line([center, to], "plain faint")) : []),
    ...specks(scene, placed(lens, tips), (i) => mask[i] && part),
    ...(part ? [line([center, whole], "plain dashed"), dot(whole, 4.5, "plain hollow", { "data-tip": "full" })] : []),
    arrow(center, batch, "plain", head, { "data-tip": "batch" }),
    dot(center, 5.5, "plain"),
  );
}

/** Where each example leads: dots that are made once and then moved. */
function specks(scene, points, read) {
  const looks = [[2.6, "plain light", { "data-example": "left" }], [4, "plain", { "data-example": "read" }]];
  scene.specks ??= looks.map((look) => points.map((at) => dot(at, ...look)));
  return points.map(([cx, cy], i) => {
    const made = scene.specks[read(i) ? 1 : 0][i];
    made.setAttribute("cx", cx);
    made.setAttribute("cy", cy);
    return made;
  });
}

/** The names of the two arrows, beside their tips and away from each other. */
function tags({ program, text, now, views: { lens } }, { mine, full }) {
  const { box } = lens;
  const [batch, whole] = placed(lens, [mine, full]);
  const tag = ([a, b], words, side) => {
    const x = between(a + 10 * side, box.left + 6, box.left + box.width - 6);
    const y = between(b + 4, box.top + 16, box.top + box.height - 8);
    return label(x, y, words, { "text-anchor": side > 0 ? "start" : "end", class: "wide" });
  };
  if (now.batch === program.EXAMPLES) return [tag(batch, text.full_batch, 1)];
  const side = batch[0] > whole[0] ? 1 : -1;
  return [tag(whole, text.full_batch, -side), tag(batch, text.this_batch, side)];
}

function legend({ program, text, now, views: { lens: { box } } }) {
  if (now.batch === program.EXAMPLES) return [];
  const base = box.top + box.height;
  return [dot([box.left + 14, base - 14], 4, "plain"), label(box.left + 24, base - 10, text.in_batch)];
}
