// The small net: an image, two layers of units, a probability; units can be clicked on and off.
import { between, cross, format, label, node, phrase, rect } from "../../../demos/demo.js";

const SIDE = 8; // pixels of an image, each way
const HEAVIEST = 6; // pixels, of a line
const TOP = 2.5; // what a unit puts out that is drawn as full

/** Where everything lies in a box. */
export function places({ left, top, width, height }, units) {
  const cell = Math.floor(between(width / 3.6, 64, 96) / SIDE);
  const gap = height / units;
  const rest = width - cell * SIDE - 34;
  const [one, two] = [0.36, 0.72].map((part) => left + cell * SIDE + 14 + part * rest - 10);
  const column = (x) => Array.from({ length: units }, (_, i) => [x, top + (i + 0.5) * gap]);
  const middle = top + height / 2;
  return {
    cell,
    image: [left, middle - (cell * SIDE) / 2],
    first: column(one),
    second: column(two),
    out: [left + width - 20, middle],
    radius: between(gap / 2 - 3, 6, 10),
  };
}

export function drawNet(scene) {
  const { program, text, now, run, places: at, keep } = scene;
  const first = program.FIRST[now.image % program.FIRST.length];
  const early = now.place === "earlier";
  const on = { first: early ? keep : undefined, second: early ? undefined : keep };
  const lives = (layer, i) => !on[layer] || on[layer][i] > 0;
  return [
    ...image(scene),
    ...first.flatMap((value, i) => (lives("first", i) && value > 0 ? [fan(scene, at.first[i], i)] : [])),
    ...run.second.flatMap((_, i) => (lives("second", i) ? [push(scene, i)] : [])),
    ...first.flatMap((value, i) => unit(scene, at.first[i], value, lives("first", i), early ? i : undefined)),
    ...run.second.flatMap((value, i) => unit(scene, at.second[i], value, lives("second", i), early ? undefined : i)),
    node("circle", { cx: at.out[0], cy: at.out[1], r: 16, class: "demo-dot hollow plain" }),
    label(at.out[0], at.out[1] + 4, text.eight, { "text-anchor": "middle", "font-weight": "bold" }),
    label(at.out[0] + 16, at.out[1] + 34, format(run.shown, 2), { "text-anchor": "end" }),
  ];
}

function image(scene) {
  const { program, now, places } = scene;
  const which = now.image % program.IMAGES.length;
  if (scene.inked?.which !== which || scene.inked.places !== places) scene.inked = { which, places, drawn: inked(program.IMAGES[which], places) };
  return scene.inked.drawn;
}

function inked(pixels, { cell, image: [left, top] }) {
  const frame = rect({ left, top, width: cell * SIDE, height: cell * SIDE }, { class: "demo-line plain faint" });
  return [frame, ...pixels.flatMap((ink, i) => (ink > 0
    ? [rect({ left: left + (i % SIDE) * cell, top: top + Math.floor(i / SIDE) * cell, width: cell, height: cell }, { class: "plain", fill: "currentColor", opacity: ink })]
    : []))];
}

/** All lines from a unit of the first layer, as one faint path. */
function fan({ places: { first, second } }, [x, y]) {
  return node("path", { d: second.map(([tx, ty]) => `M${x} ${y}L${tx} ${ty}`).join(""), class: "demo-line plain faint", style: "stroke-width: 0.5" });
}

/** What a unit of the second layer pushes the score by: as broad as it is strong. */
function push({ run, places: { second, out } }, i) {
  const strength = run.pushes[i];
  const broad = between(Math.abs(strength), 0.4, HEAVIEST);
  return node("path", { d: `M${second[i]}L${[out[0] - 16, out[1]]}`, class: `demo-line ${strength < 0 ? "adaptive dashed" : "plain"}`, style: `stroke-width: ${broad}; opacity: 0.75` });
}

/** A unit: the fuller, the more it puts out; crossed where it is off; one that may be switched is a button. */
function unit(scene, [x, y], value, lives, which) {
  const { places: { radius }, text } = scene;
  const fill = node("circle", { cx: x, cy: y, r: radius - 2, class: "plain", fill: "currentColor", opacity: lives ? between(value / TOP, 0, 1) : 0 });
  const ring = node("circle", { cx: x, cy: y, r: radius, class: `demo-line plain ${lives ? "" : "faint"}`, style: "fill: var(--sheet)" });
  const marks = [ring, fill, ...(lives ? [] : [cross([x, y], radius / 2, "adaptive")])];
  if (which === undefined) return marks;
  const reach = node("circle", { cx: x, cy: y, r: 13, fill: "transparent" });
  const words = phrase(text.unit, { unit: which + 1 });
  return [node("g", { "data-pressed": which, role: "button", tabindex: 0, "aria-pressed": String(lives), "aria-label": words, style: "cursor: pointer" }, ...marks, reach)];
}
