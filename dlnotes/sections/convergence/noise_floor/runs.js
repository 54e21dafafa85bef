// The run: where the steps lead, with the loss and the sharpness before each.
import { random } from "../../../demos/demo.js";

/** Computes the run and all that is said of it. */
export function compute(scene) {
  const { program, now } = scene;
  const source = random(program.SHUFFLE);
  const points = [];
  let [w, v] = [Float64Array.from(program.W), Float64Array.from(program.V)];
  const [losses, sharps] = [new Float64Array(program.STEPS + 1), new Float64Array(program.STEPS + 1)];
  const draws = new Float64Array(program.COUNT).fill(0.5);
  for (let step = 0; step <= program.STEPS; step += 1) {
    if (now.noise) for (let i = 0; i < program.COUNT; i += 1) draws[i] = source.uniform();
    const made = program.step(w, v, draws, now.lr, now.noise);
    points.push(w);
    [losses[step], sharps[step]] = [made.loss, made.sharp];
    [w, v] = [Float64Array.from(made.w), Float64Array.from(made.v)];
  }
  const limit = program.limit(now.lr);
  const never = (step) => (step < 0 ? Infinity : step);
  scene.run = {
    points, losses, sharps, limit,
    crossed: never(sharps.findIndex((sharp) => sharp > limit)),
    leap: losses.indexOf(Math.max(...losses)),
    gone: never(losses.findIndex((loss) => program.gone(loss, losses[0]) === 1)),
  };
}

export const share = ({ program, run }) => program.share(run.sharps.subarray(-program.LATE), run.limit);

export function outcome(scene) {
  const { program, run } = scene;
  if (Number.isFinite(run.gone)) return "lost";
  return program.near(share(scene), 1) === 1 ? "edge" : "smooth";
}

/** Whether the loss has risen twice within the last ten steps. */
export function jumping({ run: { losses } }, now) {
  const recent = losses.subarray(Math.max(now - 10, 0), now + 1);
  return recent.filter((loss, i) => i > 0 && loss > recent[i - 1]).length >= 2;
}
