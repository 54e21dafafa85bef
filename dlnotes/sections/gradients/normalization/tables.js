// A table of numbers as bars in cells; what has moved is filled, where it stood is a thin line.
import { line, linear, node, rect } from "../../../demos/demo.js";

const INSET = 3;
const SHADE = linear([0, 1], [2, 7]); // of a cell, by how far its number has moved

/** Draws the numbers `values` of a table; `from` are those it began with, `shift` how far each has moved. */
export function drawTable({ program, now }, view, values, from, shift) {
  const { x, y, reach, moving, paths } = view;
  const broad = x(1) - x(0);
  const [cells, bars] = [[], []];
  for (let row = 0; row < now.size; row += 1) {
    for (let unit = 0; unit < program.UNITS; unit += 1) {
      const at = row * program.UNITS + unit;
      const [left, middle] = [x(unit), y(row + 0.5)];
      const moved = shift[at] > program.MOVED;
      const [top, stood] = [middle + reach(reach.clamp(values[at])), middle + reach(reach.clamp(from[at]))];
      const cell = { left: left + INSET, top: y(row) + 1, width: broad - 2 * INSET, height: y(1) - y(0) - 2 };
      cells.push(rect(cell, { class: moved ? `shade-${Math.round(SHADE(SHADE.clamp(shift[at])))}` : "shade-1" }));
      bars.push(line([[left + broad / 4, middle], [left + (3 * broad) / 4, middle]], "plain faint"));
      const bar = { left: left + broad / 3, top: Math.min(middle, top), width: broad / 3, height: Math.max(Math.abs(top - middle), 0.5) };
      bars.push(rect(bar, { class: "plain", fill: "currentColor" }));
      if (moved) bars.push(line([[left + broad / 5, stood], [left + (4 * broad) / 5, stood]], "theory"));
    }
  }
  paths.replaceChildren(...cells);
  moving.replaceChildren(...bars);
}

/** Frames around the numbers that are taken together: columns, rows, or none. */
export function drawFrames({ program, now }, { x, y, ground }) {
  const frame = (left, right, top, bottom) =>
    node("rect", { x: x(left) + 1, y: y(top), width: x(right) - x(left) - 2, height: y(bottom) - y(top), rx: 4, class: "demo-line plain" });
  const each = (count, make) => Array.from({ length: count }, (_, i) => make(i));
  if (now.norm === "stored") ground.replaceChildren();
  else if (now.norm === "batch") ground.replaceChildren(...each(program.UNITS, (unit) => frame(unit, unit + 1, 0, now.size)));
  else ground.replaceChildren(...each(now.size, (row) => frame(0, program.UNITS, row, row + 1)));
}

/** The cell at a pixel. */
export function found({ x, y, box }, program, px, py) {
  const [unit, row] = [Math.floor(x.invert(px)), Math.floor(y.invert(py))];
  const inside = unit >= 0 && unit < program.UNITS && row >= 0 && row < program.PICTURES && py <= box.top + box.height;
  return inside ? { unit, row } : null;
}
