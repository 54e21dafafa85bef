// The map of rates: how fast each setting converges, and where theory puts the best.
import {
  across, axes, dot, filled, format, grid, label, line, linear, lines, node, phrase, rect, rings, upward,
} from "../../../demos/demo.js";

const RATES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 1];
const EDGE = 1 + 1e-9; // at lr = 0 the rate is 1 up to rounding: that side is not a border
export const SHADES = 9;

export const tuned = ({ program, now }, method) => program[`best_${method}`](now.condition);
export const rate = ({ program, now }, lr = now.lr, momentum = now.momentum) =>
  program[`${now.method}_rate`](lr, momentum, now.condition);

/** The axes of the map; the rest only once one may know where the best place is. */
export function drawMap(scene) {
  const { demo, program, text, now, best, views: { map } } = scene;
  const { box, ground, marks } = map;
  const x = (map.x = linear([0, program.widest_lr(now.condition)], across(box)));
  const y = (map.y = linear([0, 1], upward(box)));
  const frame = axes(box, x, y, { xLabel: text.lr_axis, yLabel: text.momentum_axis });
  ground.replaceChildren();
  marks.replaceChildren(frame);
  if (demo.untold()) return;
  const [found, condition] = [program[`${now.method}_rate`], now.condition];
  const samples = grid((lr, momentum) => found(lr, momentum, condition), x, y, demo.narrow ? 9 : 6);
  const levels = RATES.filter((level) => level > best.rate + 1e-3);
  const borders = levels.map((level) => rings(samples, level === 1 ? EDGE : level));
  const spot = [x(best.lr), y(best.momentum)];
  ground.replaceChildren(rect(box, { fill: scene.hatch }), ...areas(borders));
  marks.replaceChildren(
    frame,
    node("path", { d: lines(samples, EDGE), class: "demo-line" }),
    ...levelNames(levels.slice(0, -1), borders, spot, box),
    label(box.left + box.width - 6, box.top + box.height - 36, text.diverges, { "text-anchor": "end" }),
    ...swinging(scene),
    ...optimum(scene, spot),
  );
}

/** Where runs converge at each rate, the shades spread over the levels that occur. */
const areas = (borders) =>
  borders.map((border, i) => {
    const shade = Math.round((SHADES * i) / Math.max(1, borders.length - 1));
    return node("path", { d: filled(border), class: `demo-band shade-${shade}` });
  }).reverse();

/** Where the roots become complex along the valley and across it: between the lines all swings. */
function swinging({ program, text, now, views: { map: { box, x, y } } }) {
  if (now.method !== "heavy_ball") return [];
  const rows = Array.from({ length: 161 }, (_, i) => ({ momentum: i / 160, ...program.swing(i / 160, now.condition) }));
  const inside = (side) => rows.filter((row) => row[side] <= x.domain[1]);
  const edge = (side) => line(inside(side).map((row) => [x(row[side]), y(row.momentum)]), "theory dotted");
  const at = 0.77; // below the usual 0.9, whose diamond would hide the words
  const high = program.swing(at, now.condition);
  const middle = (x(high.begins) + x(high.ends)) / 2;
  const words = label(middle, y(at) + 4, text.swings, { class: "theory colored", "text-anchor": "middle" });
  return [edge("begins"), edge("ends"), ...(middle < box.left + box.width ? [words] : [])];
}

function optimum({ text, best, views: { map: { box } } }, [x, y]) {
  const words = phrase(text.optimum, { rate: best.rate });
  return [
    dot([x, y], 5.5, "theory"),
    label(box.left + box.width, box.top - 9, words, { class: "theory colored", "text-anchor": "end" }),
  ];
}

/** Names of contour lines where they cross the way from the best point to the left edge. */
function levelNames(levels, borders, [bx, by], { left, top, height }) {
  const slope = (top + 0.75 * height - by) / (bx - left);
  const off = (px, py) =>
    px > bx || py <= top || py >= top + height ? Infinity : Math.abs(py - by - slope * (bx - px));
  const made = [];
  let before = bx;
  levels.forEach((level, i) => {
    let nearest = Infinity;
    let [px, py] = [Infinity, 0];
    for (const ring of borders[i]) {
      for (const point of ring) {
        const far = off(point[0], point[1]);
        if (far >= nearest) continue;
        nearest = far;
        [px, py] = point;
      }
    }
    if (!(before - px > 30 && px - left > 14)) return;
    made.push(label(px, py + 4, format(level), { "text-anchor": "middle" }));
    before = px;
  });
  return made;
}
