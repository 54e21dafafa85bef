// The runs of gradient descent: which examples count in a step, and where the steps lead.
import { random } from "../../../demos/demo.js";

/** Which examples count in every step: one mask a step, and one epoch more for the step to come. */
export function deal({ EXAMPLES, EPOCHS }, batch, seed) {
  const source = random(seed);
  const masks = [];
  const counts = [0];
  for (let epoch = 0; epoch <= EPOCHS; epoch += 1) {
    const order = source.order(EXAMPLES);
    for (let first = 0; first < EXAMPLES; first += batch) {
      const rows = order.slice(first, first + batch);
      const mask = new Float64Array(EXAMPLES);
      for (const row of rows) mask[row] = 1;
      masks.push(mask);
      if (epoch < EPOCHS) counts.push(counts.at(-1) + rows.length);
    }
  }
  return { masks, counts, last: counts.length - 1, each: Math.ceil(EXAMPLES / batch) };
}

export function walk({ program, task, now }, masks) {
  const points = [Float64Array.of(now.w1, now.w2)];
  for (const mask of masks) points.push(program.step(points.at(-1), task.X, task.y, mask, now.lr));
  return { points, above: Float64Array.from(points, ([w1, w2]) => program.above(w1, w2, now.condition)) };
}

/** The height on which the last quarter of the run stays. */
export function level({ program, noisy, calm, deals: { last } }) {
  const size = program.EXAMPLES * program.EPOCHS + 1;
  const padded = ({ above }) => {
    const all = new Float64Array(size);
    all.set(above.subarray(0, last + 1));
    return all;
  };
  const mask = new Float64Array(size).fill(1, last - Math.floor(last / 4) + 1, last + 1);
  return program.floor(padded(noisy), padded(calm), mask);
}
