// The run: where the steps lead, with the loss and the sharpness before each.
import { random } from "../../../demos/demo.js";

/** Follows the run as far as it may be told, and finds what is said of it. */
export function compute(scene) {
  const { demo, program, now } = scene;
  const key = `${now.lr} ${now.noise}`;
  if (scene.run?.key !== key) scene.run = begin(program, now, key);
  const { run } = scene;
  const until = demo.untold() ? now.now : program.STEPS;
  if (run.known > until) return;
  while (run.known <= until) step(program, now, run);
  const never = (at) => (at < 0 ? Infinity : at);
  run.crossed = never(run.sharps.findIndex((sharp) => sharp > run.limit));
  run.leap = run.losses.indexOf(Math.max(...run.losses));
  run.gone = never(run.losses.findIndex((loss) => program.gone(loss, run.losses[0]) === 1));
}

/** A run before its first step; what has not been computed is 0. */
function begin(program, { lr }, key) {
  return {
    key,
    source: random(program.SHUFFLE),
    draws: new Float64Array(program.COUNT).fill(0.5),
    w: Float64Array.from(program.W),
    v: Float64Array.from(program.V),
    known: 0, // steps so far
    points: new Float64Array((program.STEPS + 1) * program.COUNT), // the weights before each
    losses: new Float64Array(program.STEPS + 1),
    sharps: new Float64Array(program.STEPS + 1),
    limit: program.limit(lr),
  };
}

/** Keeps the weights, the loss and the sharpness before a step, and takes it. */
function step(program, { lr, noise }, run) {
  const at = run.known;
  run.known += 1;
  run.points.set(run.w, at * program.COUNT);
  if (noise) for (let i = 0; i < program.COUNT; i += 1) run.draws[i] = run.source.uniform();
  const made = program.step(run.w, run.v, run.draws, lr, noise);
  [run.losses[at], run.sharps[at]] = [made.loss, made.sharp];
}

export const share = ({ program, run }) => program.share(run.sharps.subarray(-program.LATE), run.limit);

export function outcome(scene) {
  const { program, run } = scene;
  if (Number.isFinite(run.gone)) return "lost";
  return program.near(share(scene), 1) === 1 ? "edge" : "smooth";
}

/** The weights before a step. */
export const weightsAt = ({ program: { COUNT }, run }, step) => run.points.subarray(step * COUNT, (step + 1) * COUNT);

/** Whether the loss has risen twice within the last ten steps. */
export function jumping({ run: { losses } }, now) {
  const recent = losses.subarray(Math.max(now - 10, 0), now + 1);
  return recent.filter((loss, i) => i > 0 && loss > recent[i - 1]).length >= 2;
}
