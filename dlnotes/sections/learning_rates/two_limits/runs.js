// The run: where the steps lead, with loss, sharpness and place before each.

/** Computes the run and all that is said of it. */
export function compute(scene) {
  const { program, now } = scene;
  const { STEPS, BEFORE, CALM, SHARP } = program;
  const raised = program.rate(now.times, SHARP);
  const [start, axis, w, v] = [program.START, program.V, program.FIRST, program.V].map((values) => Float64Array.from(values));
  const [losses, sharps, places] = [0, 0, 0].map(() => new Float64Array(STEPS + 1).fill(NaN));
  const points = new Float64Array((STEPS + 1) * w.length);
  for (let step = 0; step <= STEPS; step += 1) {
    points.set(w, step * w.length);
    places[step] = program.along(w, start, axis);
    ({ loss: losses[step], size: sharps[step] } = program.step(w, v, step < BEFORE ? CALM : raised));
    if (step > BEFORE && program.gone(losses[step], losses[BEFORE]) === 1) break;
  }
  scene.run = { start, axis, points, losses, sharps, places, raised, ...events(program, losses) };
}

/** When it has left its valley, and when it has flown off; Infinity for never. */
function events(program, losses) {
  const first = losses[program.BEFORE];
  const since = (test) => {
    const found = losses.findIndex((loss, step) => step > program.BEFORE && test(loss, first) === 1);
    return found < 0 ? Infinity : found;
  };
  return { left: since(program.left), gone: since(program.gone) };
}

/** The weights before a step. */
export const weightsAt = ({ points, start: { length } }, step) => points.subarray(step * length, (step + 1) * length);

export function outcome({ run }) {
  if (Number.isFinite(run.gone)) return "lost";
  return Number.isFinite(run.left) ? "moves" : "stays";
}

/** The rate in use at a step, and what it allows. */
export function rateAt({ program, run }, step) {
  const lr = step < program.BEFORE ? program.CALM : run.raised;
  return { lr, allowed: program.limit(lr) };
}

/** The last hop and the next, from one side to the other; nothing where there is none to be seen. */
export function hops({ run: { places } }, at) {
  const [before, here, after] = [at - 1, at, at + 1].map((step) => places[step]);
  const last = Math.abs(here - before);
  return (here - before) * (after - here) < 0 && last > 0.02 ? { last, next: Math.abs(after - here) } : null;
}
