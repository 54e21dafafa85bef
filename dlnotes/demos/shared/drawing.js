// Paths, labels and axes.
import { node } from "./elements.js";
import { format } from "./numbers.js";

export const rounded = (v) => Math.round(v * 100) / 100;

const TENTHS = ["", ".1", ".2", ".3", ".4", ".5", ".6", ".7", ".8", ".9"];

/** A pixel to its tenth, from whole numbers: three times as fast as from a fraction. */
export function tenth(v) {
  const all = Math.round(Math.abs(v) * 10);
  const whole = Math.floor(all / 10);
  return (v < 0 && all ? "-" : "") + whole + TENTHS[all - 10 * whole];
}

export function path(points) {
  let d = "";
  let pen = "M";
  for (let i = 0; i < points.length; i += 1) {
    const x = points[i][0];
    const y = points[i][1];
    if (!(Math.abs(x) < 1e6 && Math.abs(y) < 1e6)) pen = "M";
    else {
      d += `${pen}${tenth(x)} ${tenth(y)}`;
      pen = "L";
    }
  }
  return d;
}

export function label(x, y, words, attributes = {}) {
  const look = `demo-label ${attributes.class ?? ""}`;
  return node("text", { ...attributes, x: rounded(x), y: rounded(y), class: look }, words);
}

const known = new WeakMap(); // box -> the axes drawn for it last, and what they say

/** The axes of a box; those that say the same as before are the same element. */
export function axes(box, x, y, { xLabel, yLabel, xTicks, yTicks, xFormat = format, yFormat = format } = {}) {
  const bottom = box.top + box.height;
  const words = [];
  let d = `M${box.left} ${box.top}V${bottom}H${box.left + box.width}`;
  for (const v of new Set(xTicks ?? x.ticks(Math.max(2, box.width / 70)))) {
    d += `M${rounded(x(v))} ${bottom}v4`;
    words.push([x(v), bottom + 17, xFormat(v), { "text-anchor": "middle" }]);
  }
  for (const v of new Set(yTicks ?? y.ticks(Math.max(2, box.height / 45)))) {
    d += `M${box.left} ${rounded(y(v))}h-4`;
    words.push([box.left - 7, y(v) + 4, yFormat(v), { "text-anchor": "end" }]);
  }
  if (xLabel) words.push([box.left + box.width, bottom + 34, xLabel, { "text-anchor": "end", class: "name" }]);
  if (yLabel) words.push([box.left - 4, box.top - 9, yLabel, { class: "name" }]);
  const said = d + JSON.stringify(words);
  if (known.get(box)?.said !== said) {
    const labels = words.map((each) => label(...each));
    known.set(box, { said, group: node("g", { class: "demo-axes" }, node("path", { d }), ...labels) });
  }
  return known.get(box).group;
}
