// The two pictures: weights over the steps, and what is left against the size of the noise.
import { axes, dot, format, label, line, node, phrase } from "../../../demos/demo.js";

export const KINDS = ["quiet", "loud"];
const WORDS = { quiet: "small", loud: "large" };
const LOOK = { quiet: "adam", loud: "adam dashed" };
const TICKS = [0, 0.5, 1, 1.5];
const PLACES = 40; // of the computed curve

const zero = ({ box, y }) => node("path", { d: `M${box.left} ${y(0)}H${box.left + box.width}`, class: "demo-line goal" });

export function drawWalks(scene) {
  const { demo, text, plain, views: { walk } } = scene;
  const { box, x, y, marks, paths } = walk;
  marks.replaceChildren(axes(box, x, y, { xLabel: text.step_axis, yLabel: text.left_axis, xTicks: [0, 100, 200, 300], yTicks: TICKS }));
  const expected = line(plain.map((left, step) => [x(step), y(left)]), "theory dashed");
  paths.replaceChildren(zero(walk), ...(demo.untold() ? [] : [expected, ...walks(scene, plain.length - 1, " faint")]));
}

/** Both weights of each kind, thin, and their mean, up to a step. */
function walks({ runs, views: { walk: { x, y } } }, step, more = "") {
  const points = (values) => values.slice(0, step + 1).map((value, i) => [x(i), y(value)]);
  return KINDS.flatMap((kind) => [
    ...runs[kind].pair.map((values) => line(points(values), `adam light beside${more}`)),
    line(points(runs[kind].left), `${LOOK[kind]}${more}`),
  ]);
}

export function follow(scene) {
  const { demo, text, now, runs, time, views: { walk } } = scene;
  const { box, x, y, moving, names } = walk;
  moving.replaceChildren(...walks(scene, now.now));
  const [px, right] = [x(now.now), box.left + box.width];
  const heads = KINDS.map((kind) => y(runs[kind].left[now.now]));
  const ahead = px < right - 140;
  const places = apart(heads, ahead, box);
  const name = (kind, i) => {
    const words = `${text[WORDS[kind]]} ${format(runs[kind].left[now.now])}`;
    return label(px + (ahead ? 12 : 2), places[i], words, { class: "colored strong adam", "text-anchor": ahead ? "start" : "end" });
  };
  names.replaceChildren(
    ...(demo.untold() ? [] : legend(text, box)),
    ...KINDS.map((kind, i) => dot([px, heads[i]], 5, kind === "loud" ? "adam hollow" : "adam")),
    ...KINDS.map(name),
  );
  time.place(px, box.top + box.height, phrase("{step} {now}", { step: text.time, now: now.now }));
}

/** Heights for the names of two heads: beside them, or above the lines that lead there. */
function apart([a, b], ahead, box) {
  const lack = Math.max(18 - Math.abs(a - b), 0) / 2;
  const shift = a < b ? -1 : 1;
  const close = Math.abs(a - b) < 44;
  const above = (own, other) => own + (close && own > other ? 22 : -12);
  const places = ahead ? [a + shift * lack + 4, b - shift * lack + 4] : [above(a, b + (a === b ? 1 : 0)), above(b, a)];
  return places.map((height) => Math.min(height, box.top + box.height - 12));
}

/** What the dashed line is, in the corner that curves leave free. */
function legend(text, { left, top, width }) {
  const right = left + width;
  return [
    line([[right - 122, top + 8], [right - 96, top + 8]], "theory dashed"),
    label(right - 90, top + 12, text.plain, { class: "colored theory" }),
  ];
}

export function drawSizes(scene, computed) {
  const { demo, text, views: { sizes } } = scene;
  const { box, x, y, marks, paths, names } = sizes;
  if (demo.untold()) {
    const wait = label(box.left + box.width / 2, box.top + box.height / 2, text.later, { "text-anchor": "middle" });
    paths.replaceChildren();
    names.replaceChildren();
    return marks.replaceChildren(...(demo.narrow ? [wait] : []));
  }
  const points = Array.from({ length: PLACES + 1 }, (_, i) => {
    const px = box.left + (box.width * i) / PLACES;
    return [px, y(computed(x.invert(px)))];
  });
  marks.replaceChildren(axes(box, x, y, { xLabel: text.size_axis, xTicks: [0.001, 0.01, 0.1, 1, 10, 100, 1000], yTicks: TICKS, yLabel: text.ends }));
  paths.replaceChildren(zero(sizes), line(points, "theory dashed"));
  const [px, height] = points[PLACES];
  names.replaceChildren(label(px - 4, height - 9, text.computed, { class: "colored theory", "text-anchor": "end" }));
}
