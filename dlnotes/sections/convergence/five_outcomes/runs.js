// The run and its four branches. What they compute is emitted.
import { random } from "../../../demos/demo.js";

export const KNOBS = ["longer", "bigger", "data", "lower"];

/** What decides a run, as a key. */
export const runOf = ({ degree, lr, points, noise }) => [degree, lr, points, noise].join();

/** Points for the noise, then the trunk up to the fork and a branch for every knob. */
export function compute(scene) {
  const { program, now } = scene;
  scene.fixed ??= drawn(program);
  if (scene.data?.noise !== now.noise) scene.data = heights(program, scene.fixed, now.noise);
  const key = runOf(now);
  if (scene.run?.key === key) return;
  const setting = { degree: now.degree, points: now.points, lr: now.lr };
  const trunk = stretch(scene, setting, new Float64Array(program.TERMS), 0, program.FORK);
  const from = trunk.thetas.at(-1);
  const branch = (change) => stretch(scene, { ...setting, ...change }, from, program.FORK, program.STEPS);
  const branches = {
    longer: branch({}),
    bigger: branch({ degree: program.bigger(now.degree) }),
    data: branch({ points: program.more(now.points) }),
    lower: branch({ lr: program.lower(now.lr) }),
  };
  const ends = Object.fromEntries(KNOBS.map((name) => [name, program.end(branches[name].held.slice(-program.LATE))]));
  scene.run = { key, trunk, branches, ends };
}

/** Places, rows of terms, and draws; the same at every setting. */
function drawn(program) {
  const source = random(program.SEED);
  const part = (count) => {
    const pairs = Array.from({ length: count }, () => [source.uniform(), source.uniform()]);
    const x = pairs.map(([place]) => 2 * place - 1);
    const rows = new Float64Array(count * program.TERMS);
    x.forEach((at, i) => rows.set(program.terms(at), i * program.TERMS));
    return { x, rows, draws: pairs.map(([, draw]) => draw) };
  };
  const [pool, held] = [part(program.POOL), part(program.HELD)];
  const picks = Array.from({ length: program.STEPS }, () => Array.from({ length: program.BATCH }, () => source.uniform()));
  const grid = Array.from({ length: 81 }, (_, i) => (i - 40) / 40).map((at) => [at, program.terms(at)]);
  return { pool, held, picks, grid };
}

function heights(program, { pool, held, picks, grid }, noise) {
  const filled = ({ x, rows, draws }) => ({ x, rows, y: Float64Array.from(x, (at, i) => program.target(at, draws[i], noise)) });
  return { noise, picks, grid, pool: filled(pool), held: filled(held) };
}

function stretch({ program, data }, { degree, points, lr }, start, first, last) {
  const { TERMS, BATCH } = program;
  const [mask, share] = [program.kept(degree), program.share(points)];
  const [rows, y] = [new Float64Array(BATCH * TERMS), new Float64Array(BATCH)];
  const thetas = [start];
  for (let t = first; t < last; t += 1) {
    data.picks[t].forEach((draw, i) => {
      const row = Math.floor(draw * points);
      rows.set(data.pool.rows.subarray(row * TERMS, (row + 1) * TERMS), i * TERMS);
      y[i] = data.pool.y[row];
    });
    thetas.push(program.step(thetas.at(-1), rows, y, mask, lr));
  }
  return {
    points,
    thetas,
    train: Float64Array.from(thetas, (theta) => program.train_loss(theta, data.pool.rows, data.pool.y, share)),
    held: Float64Array.from(thetas, (theta) => program.held_loss(theta, data.held.rows, data.held.y)),
  };
}
