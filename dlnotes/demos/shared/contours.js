// Contour lines: marching squares on a grid of samples.
import { path } from "./drawing.js";
import { node } from "./elements.js";

export function grid(fn, x, y, cell = 4) {
  const columns = Math.max(2, Math.round(Math.abs(x.range[1] - x.range[0]) / cell)) + 1;
  const rows = Math.max(2, Math.round(Math.abs(y.range[1] - y.range[0]) / cell)) + 1;
  const places = (s, n) => Float64Array.from({ length: n }, (_, i) => s.range[0] + ((s.range[1] - s.range[0]) * i) / (n - 1));
  const [left, top] = [places(x, columns), places(y, rows)];
  const [xs, ys] = [left.map(x.invert), top.map(y.invert)];
  const values = new Float64Array(columns * rows);
  for (let r = 0; r < rows; r += 1)
    for (let c = 0; c < columns; c += 1) values[r * columns + c] = fn(xs[c], ys[r]);
  return { columns, rows, left, top, values, at: (px, py) => fn(x.invert(px), y.invert(py)) };
}

// The border of {value <= level} as chains of crossed grid edges. `wall` 1 puts infinity around the
// grid, so that every chain is a ring. Edge 2k runs right from sample k, edge 2k + 1 down.
const TURNS = [[], [3, 2], [2, 1], [3, 1], [1, 0], [3, 0, 1, 2], [2, 0], [3, 0], [0, 3], [0, 2], [0, 1, 2, 3], [0, 1], [1, 3], [1, 2], [2, 3], []];

function crossings(samples, level, wall) {
  const { columns, rows, values } = samples;
  const width = columns + 2 * wall;
  const next = new Map();
  const entered = new Set();
  const low = (j) => {
    const flags = new Uint8Array(width);
    const row = (j - wall) * columns;
    if (j >= wall && j < rows + wall)
      for (let i = 0; i < columns; i += 1) flags[i + wall] = values[row + i] <= level ? 1 : 0;
    return flags;
  };
  let above = low(0);
  for (let j = 0; j + 1 < rows + 2 * wall; j += 1) {
    const below = low(j + 1);
    for (let i = 0; i + 1 < width; i += 1) {
      const turns = TURNS[below[i] + 2 * below[i + 1] + 4 * above[i + 1] + 8 * above[i]];
      if (!turns.length) continue;
      const k = j * width + i;
      const edges = [2 * k, 2 * (k + 1) + 1, 2 * (k + width), 2 * k + 1]; // top right bottom left
      for (let n = 0; n < turns.length; n += 2) {
        next.set(edges[turns[n]], edges[turns[n + 1]]);
        entered.add(edges[turns[n + 1]]);
      }
    }
    above = below;
  }
  return { next, entered, width };
}

/** Where the level crosses an edge of the grid: the function is asked again, six times halved. */
function crossed(samples, level, wall, width) {
  const { columns, rows, left, top, values, at } = samples;
  const sample = (i, j) =>
    i < 0 || j < 0 || i >= columns || j >= rows ? null : { x: left[i], y: top[j], low: values[j * columns + i] <= level };
  return (edge) => {
    const k = edge >> 1;
    const [i, j] = [(k % width) - wall, Math.floor(k / width) - wall];
    let a = sample(i, j);
    let b = edge & 1 ? sample(i, j + 1) : sample(i + 1, j);
    if (!a || !b) return a ? [a.x, a.y] : [b.x, b.y];
    for (let n = 0; n < 6; n += 1) {
      const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
      middle.low = at(middle.x, middle.y) <= level;
      if (middle.low === a.low) a = middle;
      else b = middle;
    }
    return [(a.x + b.x) / 2, (a.y + b.y) / 2];
  };
}

function chains(samples, level, wall) {
  const { next, entered, width } = crossings(samples, level, wall);
  const point = crossed(samples, level, wall, width);
  const found = [];
  const follow = (start) => {
    const chain = [start];
    for (let edge = start; next.has(edge); ) {
      const onward = next.get(edge);
      next.delete(edge);
      edge = onward;
      chain.push(edge);
    }
    found.push(chain.map(point));
  };
  for (const edge of [...next.keys()]) if (!entered.has(edge)) follow(edge);
  for (const edge of [...next.keys()]) if (next.has(edge)) follow(edge);
  return found;
}

export const contour = (samples, level) => chains(samples, level, 0);
export const lines = (samples, level) => contour(samples, level).map(path).join("");
export const region = (samples, level) => chains(samples, level, 1).map((ring) => `${path(ring)}Z`).join("");
export const bands = (samples, levels) =>
  levels.map((level, shade) => node("path", { d: region(samples, level), class: `demo-band shade-${shade}` })).reverse();
