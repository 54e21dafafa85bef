// What demos put on a picture: lines, dots, arrows, and names that find room beside their points.
import { label, path } from "./drawing.js";
import { node } from "./elements.js";

export const line = (points, name) => node("path", { d: path(points), class: `demo-line ${name}` });
export const dots = (points, name) =>
  node("path", { d: points.map((point) => path([point])).filter(Boolean).map((start) => `${start}h0`).join(""), class: `demo-steps ${name}` });
export const dot = ([cx, cy], r, name, attributes) =>
  node("circle", { cx, cy, r, class: `demo-dot ${name}`, ...attributes });
export const rect = ({ left, top, width, height }, attributes) =>
  node("rect", { x: left, y: top, width, height, ...attributes });
export const plus = ([x, y]) => node("path", { d: `M${x - 5} ${y}h10m-5 -5v10`, class: "demo-line" });
export function cross([x, y], size, name) {
  const whole = 2 * size;
  return node("path", { d: `M${x - size} ${y - size}l${whole} ${whole}m0 ${-whole}l${-whole} ${whole}`, class: `demo-line ${name}` });
}
export const arrow = (from, to, family, head, attributes) =>
  node("path", { d: path([from, to]), class: `demo-line demo-arrow ${family}`, "marker-end": head, ...attributes });

/** A curve as far as it lies in its box: where it leaves at the top for good, an arrow and words(step);
 * where it leaps out and comes back, the head of an arrow above the highest point. */
export function course(box, points, name, words) {
  const last = points.findLastIndex(([, y]) => y >= box.top);
  if (last < 0) return [];
  const inside = points.slice(0, last + 1);
  const [out, height] = inside.reduce((best, point) => (point[1] < best[1] ? point : best));
  const leap = words && height < box.top ? [node("path", { d: `M${Math.max(out, box.left + 5) - 4} ${box.top + 6}l4 -5l4 5`, class: `demo-line ${name}` })] : [];
  if (last === points.length - 1) return [line(points, name), ...leap];
  const at = crossing(box.top, points[last], points[last + 1]);
  const way = [line([...inside, [at, box.top]], name), ...leap];
  if (!words) return way;
  const late = at > box.left + 0.7 * box.width;
  return [
    ...way,
    node("path", { d: `M${at} ${box.top + 16}V${box.top + 1}m-4 5l4 -5l4 5`, class: `demo-line ${name}` }),
    label(at + (late ? -9 : 9), box.top + 13, words(last + 1), { "text-anchor": late ? "end" : "start" }),
  ];
}

/** Where the way from one point to the next crosses a height; a number that is none lies above it. */
const crossing = (top, [x, y], [nextX, nextY]) =>
  Number.isFinite(nextY) ? x + ((nextX - x) * (y - top)) / (y - nextY) : nextX;

/** About how wide words are: a Chinese character is wider than a letter. */
const breadth = (words) => 4 + Array.from(words).reduce((sum, sign) => sum + (sign > "\u2e7f" ? 12.5 : 7), 0);

function occupied(words) {
  const [width, at] = [breadth(words.textContent), Number(words.getAttribute("x"))];
  const before = { end: 1, middle: 0.5 }[words.getAttribute("text-anchor")] ?? 0;
  return [at - before * width, Number(words.getAttribute("y")) - 13, width];
}

export function names(box, points, marks) {
  const [right, bottom] = [box.left + box.width, box.top + box.height];
  const taken = [
    ...points.map(({ at }) => [at[0] - 5, at[1] - 9, 10]),
    ...marks.filter((part) => part.tagName === "text").map(occupied),
  ];
  const clear = (from, height, width) =>
    from > box.left && from + width < right &&
    !taken.some((other) => from < other[0] + other[2] && other[0] < from + width && Math.abs(height - other[1]) < 15);
  return points.flatMap(({ at: [px, py], words, name }) => {
    const width = breadth(words);
    const inside = px > box.left && px < right && py > box.top + 8 && py < bottom - 8;
    const from = [px + 9, px - 9 - width].find((place) => clear(place, py - 9, width));
    if (!inside || from === undefined) return [];
    taken.push([from, py - 9, width]);
    const after = from > px;
    return [label(after ? px + 10 : px - 10, py + 4, words, { class: name, "text-anchor": after ? "start" : "end" })];
  });
}
