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
const STRAIGHT = 0.01; // off the middle of a line: less than a tenth of a pixel

/** Which edge follows each, in the order in which they are found. */
function crossings({ columns, rows, values }, level, wall) {
  const width = columns + 2 * wall;
  const height = rows + 2 * wall;
  const low = new Uint8Array(width * height);
  const lows = new Uint16Array(height);
  for (let r = 0; r < rows; r += 1) {
    for (let c = 0; c < columns; c += 1) {
      if (!(values[r * columns + c] <= level)) continue;
      low[(r + wall) * width + c + wall] = 1;
      lows[r + wall] += 1;
    }
  }
  const next = new Int32Array(2 * low.length).fill(-1);
  const entered = new Uint8Array(2 * low.length);
  const found = [];
  for (let r = 0; r + 1 < height; r += 1) {
    if ((lows[r] + lows[r + 1]) % (2 * width) === 0) continue; // all high, or all low
    for (let k = r * width; k + 1 < (r + 1) * width; k += 1) {
      const corners = low[k + width] + 2 * low[k + width + 1] + 4 * low[k + 1] + 8 * low[k];
      if (corners % 15 === 0) continue;
      const turns = TURNS[corners];
      const edges = [2 * k, 2 * (k + 1) + 1, 2 * (k + width), 2 * k + 1]; // top right bottom left
      for (let n = 0; n < turns.length; n += 2) {
        const edge = edges[turns[n]];
        found.push(edge);
        entered[next[edge] = edges[turns[n + 1]]] = 1;
      }
    }
  }
  return { next, entered, found, width };
}

/** Where the level crosses an edge: the function is asked again until it is straight, four times at most. */
function crossed({ columns, rows, left, top, values, at }, level, wall, width) {
  const within = (i, j) => i >= 0 && j >= 0 && i < columns && j < rows;
  return (edge) => {
    const down = edge & 1;
    const k = edge >> 1;
    const i = (k % width) - wall;
    const j = Math.floor(k / width) - wall;
    const m = i + 1 - down;
    const n = j + down;
    if (!within(i, j)) return [left[m], top[n]];
    if (!within(m, n)) return [left[i], top[j]];
    const dx = left[m] - left[i];
    const dy = top[n] - top[j];
    let a = 0;
    let b = 1;
    let atA = values[j * columns + i];
    let atB = values[n * columns + m];
    let straight = false;
    for (let halved = 0; halved < 4 && !straight; halved += 1) {
      const half = (a + b) / 2;
      const value = at(left[i] + half * dx, top[j] + half * dy);
      straight = Math.abs(2 * value - atA - atB) <= STRAIGHT * Math.abs(atB - atA);
      if (value <= level === atA <= level) {
        a = half;
        atA = value;
      } else {
        b = half;
        atB = value;
      }
    }
    let part = (level - atA) / (atB - atA);
    part = a + (part >= 0 && part <= 1 ? part : 0.5) * (b - a);
    return [left[i] + part * dx, top[j] + part * dy];
  };
}

function chains(samples, level, wall) {
  const { next, entered, found, width } = crossings(samples, level, wall);
  const point = crossed(samples, level, wall, width);
  const made = [];
  const follow = (start) => {
    const first = point(start);
    const chain = [first];
    for (let edge = start; next[edge] >= 0; ) {
      const onward = next[edge];
      next[edge] = -1;
      edge = onward;
      chain.push(edge === start ? first : point(edge));
    }
    made.push(chain);
  };
  for (const edge of found) if (!entered[edge]) follow(edge);
  for (const edge of found) if (next[edge] >= 0) follow(edge);
  return made;
}

export const contour = (samples, level) => chains(samples, level, 0);
export const lines = (samples, level) => contour(samples, level).map(path).join("");
export const rings = (samples, level) => chains(samples, level, 1);
export const filled = (all) => all.map((ring) => `${path(ring)}Z`).join("");
export const region = (samples, level) => filled(rings(samples, level));
export const bands = (samples, levels) =>
  levels.map((level, shade) => node("path", { d: region(samples, level), class: `demo-band shade-${shade}` })).reverse();
