// The run: where the steps lead, and when each referee calls stop. What they compare is emitted.
import { random } from "../../../demos/demo.js";

export const REFEREES = ["settled", "small", "stale"];

/** Computes points, path, curves and calls; says whether the points are others than before. */
export function compute(scene) {
  const { program, now } = scene;
  const sampled = scene.data?.sample !== now.sample;
  if (sampled) scene.data = points(program, now.sample);
  const { x, y } = scene.data;
  const fresh = program.FRESH.map((part) => Float64Array.from(part));
  const path = [Float64Array.of(now.b, now.w)];
  while (path.length <= program.STEPS) path.push(program.step(path.at(-1), x, y, now.lr));
  const run = {
    path,
    losses: Float64Array.from(path, (at) => program.loss(at, x, y)),
    fresh: Float64Array.from(path, (at) => program.fresh(at, ...fresh)),
    norms: Float64Array.from(path, (at) => program.norm(at, x, y)),
  };
  scene.run = { ...run, calls: calls(program, now, run) };
  scene.limit = program.limit(x);
  return sampled;
}

function points(program, sample) {
  const [x, y] = program.POINTS.map((part) => Float64Array.from(part));
  if (sample === 0) return { sample, x, y };
  const source = random(sample);
  return { sample, x, y: program.targets(x.map(() => source.uniform()), x) };
}

function calls({ WINDOW, alike }, { tol }, { losses, fresh, norms }) {
  const never = (step) => (step < 0 ? Infinity : step);
  const recent = (step) => losses.subarray(step - WINDOW + 1, step + 1);
  return {
    settled: never(losses.findIndex((_, step) => step >= WINDOW - 1 && alike(recent(step), tol) === 1)),
    small: never(norms.findIndex((norm) => norm <= tol)),
    stale: never(patience(fresh, WINDOW)),
  };
}

/** The first step at which the best value so far is so many steps old. */
function patience(values, steps) {
  let best = 0;
  return values.findIndex((value, step) => {
    if (value < values[best]) best = step;
    return step - best >= steps;
  });
}
