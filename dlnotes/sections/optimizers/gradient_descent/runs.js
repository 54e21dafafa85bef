// The runs of gradient descent: which examples count in a step, and where the steps lead.
import { line, node, random } from "../../../demos/demo.js";

const CROWD = 300; // a run of more steps is drawn as a band
const PIECE = 24; // steps of it that are taken together

/** Which examples count in every step; of each batch size once, until the deck is shuffled anew. */
export function dealt(scene, batch) {
  const { program, now } = scene;
  if (scene.deck?.seed !== now.shuffle) scene.deck = { seed: now.shuffle, deals: {} };
  return (scene.deck.deals[batch] ??= deal(program, batch, now.shuffle));
}

/** One mask a step, and one epoch more for the step to come. */
function deal({ EXAMPLES, EPOCHS }, batch, seed) {
  const source = random(seed);
  const each = Math.ceil(EXAMPLES / batch); // steps an epoch
  const paper = new Float64Array((EPOCHS + 1) * each * EXAMPLES); // all masks in one piece: many small ones are slow
  const masks = Array.from({ length: (EPOCHS + 1) * each }, (_, i) => paper.subarray(i * EXAMPLES, (i + 1) * EXAMPLES));
  const counts = [0];
  for (let epoch = 0; epoch <= EPOCHS; epoch += 1) {
    source.order(EXAMPLES).forEach((row, i) => { masks[epoch * each + Math.floor(i / batch)][row] = 1; });
  }
  for (let step = 1; step <= EPOCHS * each; step += 1) {
    counts.push(Math.floor(step / each) * EXAMPLES + (step % each) * batch);
  }
  return { masks, counts, last: EPOCHS * each, each };
}

function walk({ program, task, now }, masks) {
  const points = [Float64Array.of(now.w1, now.w2)];
  for (const mask of masks) points.push(program.step(points.at(-1), task.X, task.y, mask, now.lr));
  return { points, above: Float64Array.from(points, (at) => program.above(at[0], at[1], now.condition)) };
}

/** The run with a batch size, walked once as long as nothing else changes. */
export function walked(scene, batch) {
  const { masks, last } = dealt(scene, batch);
  return (scene.walks[batch] ??= batch === scene.program.EXAMPLES ? part(scene.calm, last) : walk(scene, masks.slice(0, last)));
}

const part = ({ points, above }, last) => ({ points: points.slice(0, last + 1), above: above.slice(0, last + 1) });

/** The run with the full batch, of so many steps at least. */
export const calmed = (scene, steps) =>
  scene.calm?.points.length > steps ? scene.calm : walk(scene, Array(steps).fill(scene.everything));

/** The mean height of a run over its last quarter, 5 epochs: its last point alone is luck. */
export function lately({ above }) {
  const last = above.length - 1;
  const quarter = Array.from(above.slice(last - Math.floor(last / 4) + 1));
  return quarter.reduce((sum, height) => sum + height, 0) / quarter.length;
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

/** A run as a line; one of very many steps as the band that it fills, and the middle of it. */
export function strand({ deals: { last } }, points, look) {
  if (last <= CROWD) return [line(points, look)];
  const inner = Array.from({ length: Math.ceil(points.length / PIECE) }, (_, i) => points.slice(i * PIECE, (i + 1) * PIECE));
  const pieces = [points.slice(0, 1), ...inner, points.slice(-1)].map((piece) => {
    const heights = piece.map(([, y]) => y).filter(Number.isFinite).toSorted((a, b) => a - b);
    return { x: piece[Math.floor(piece.length / 2)][0], heights };
  }).filter(({ heights }) => heights.length);
  const edge = (share) => pieces.map(({ x, heights }) => [x, heights[Math.floor(share * (heights.length - 1))]]);
  const around = [...edge(0), ...edge(1).toReversed()].map((at) => at.map((part) => part.toFixed(1)).join(" ")).join("L");
  return [node("path", { d: `M${around}Z`, class: "plain", fill: "currentColor", "fill-opacity": 0.16, "data-band": true }), line(edge(0.5), look)];
}
