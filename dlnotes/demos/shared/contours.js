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

function crossings({ columns, rows, values }, level, wall) {
  const width = columns + 2 * wall;
  const low = new Uint8Array(width * (rows + 2 * wall));
  for (let r = 0; r < rows; r += 1)
    for (let c = 0; c < columns; c += 1) low[(r + wall) * width + c + wall] = values[r * columns + c] <= level ? 1 : 0;
  const next = new Map();
  for (let k = 0; k + width + 1 < low.length; k += 1) {
    const corners = low[k + width] + 2 * low[k + width + 1] + 4 * low[k + 1] + 8 * low[k];
    if (corners % 15 === 0 || (k + 1) % width === 0) continue;
    const turns = TURNS[corners];
    const edges = [2 * k, 2 * (k + 1) + 1, 2 * (k + width), 2 * k + 1]; // top right bottom left
    for (let n = 0; n < turns.length; n += 2) next.set(edges[turns[n]], edges[turns[n + 1]]);
  }
  return { next, width };
}

/** Where the level crosses an edge of the grid: the function is asked again, four times halved, then a straight line. */
function crossed({ columns, rows, left, top, values, at }, level, wall, width) {
  const within = (i, j) => i >= 0 && j >= 0 && i < columns && j < rows;
  return (edge) => {
    const k = edge >> 1;
    const [i, j] = [(k % width) - wall, Math.floor(k / width) - wall];
    const down = edge & 1;
    const [m, n] = [i + 1 - down, j + down];
    if (!within(i, j)) return [left[m], top[n]];
    if (!within(m, n)) return [left[i], top[j]];
    const place = (part) => (down ? [left[i], top[j] + part * (top[n] - top[j])] : [left[i] + part * (left[m] - left[i]), top[j]]);
    let [a, b, atA, atB] = [0, 1, values[j * columns + i], values[n * columns + m]];
    for (let halved = 0; halved < 4; halved += 1) {
      const half = (a + b) / 2;
      const value = at(...place(half));
      if (value <= level === atA <= level) [a, atA] = [half, value];
      else [b, atB] = [half, value];
    }
    const part = (level - atA) / (atB - atA);
    return place(a + (part >= 0 && part <= 1 ? part : 0.5) * (b - a));
  };
}

function chains(samples, level, wall) {
  const { next, width } = crossings(samples, level, wall);
  const point = crossed(samples, level, wall, width);
  const found = [];
  const follow = (start) => {
    const chain = [point(start)];
    for (let edge = start; next.has(edge); ) {
      const onward = next.get(edge);
      next.delete(edge);
      edge = onward;
      chain.push(point(edge));
    }
    found.push(chain);
  };
  const entered = new Set(next.values());
  for (const edge of [...next.keys()]) if (!entered.has(edge)) follow(edge);
  for (const edge of [...next.keys()]) if (next.has(edge)) follow(edge);
  return found;
}

export const contour = (samples, level) => chains(samples, level, 0);
export const lines = (samples, level) => contour(samples, level).map(path).join("");
export const region = (samples, level) => chains(samples, level, 1).map((ring) => `${path(ring)}Z`).join("");
export const bands = (samples, levels) =>
  levels.map((level, shade) => node("path", { d: region(samples, level), class: `demo-band shade-${shade}` })).reverse();
