// The race at a setting: rates and losses of every lane at every step.
export function compute({ program, now }) {
  const { STEPS, LANES, BOWLS } = program;
  const bowl = BOWLS[`${now.narrow} ${now.noise}`];
  return { bowl, ...raced(program, bowl, now, STEPS, LANES.length) };
}

function raced(program, bowl, { drawn, noise }, steps, lanes) {
  const rates = Float64Array.from(program.rates(bowl.peaks, drawn));
  const losses = new Float64Array((steps + 1) * lanes);
  let squares = Float64Array.from(bowl.squares);
  losses.set(program.loss(squares, bowl.curvatures));
  for (let step = 0; step < steps; step += 1) {
    const now = rates.subarray(step * lanes, (step + 1) * lanes);
    squares = Float64Array.from(program.step(squares, now, bowl.curvatures, noise));
    losses.set(program.loss(squares, bowl.curvatures), (step + 1) * lanes);
  }
  return { rates, losses };
}

const row = (values, lanes, step) => values.subarray(step * lanes, (step + 1) * lanes);

/** The loss of every lane before a step, or after the last. */
export const lossAt = ({ program, run }, step) => row(run.losses, program.LANES.length, step);

/** The rate of every lane at a step; after the last it is the last one's. */
export const rateAt = ({ program, run }, step) => row(run.rates, program.LANES.length, Math.min(step, program.STEPS - 1));

/** Which of the named schedules is lowest; the drawn one, which comes last, is none of them. */
export function leader(found) {
  const named = found.slice(0, -1);
  return named.indexOf(Math.min(...named));
}

/** The drawing times the factor at which it ends lowest. */
export function tuned({ program, now, bowl }) {
  const { STEPS, LANES, FACTORS } = program;
  let [best, low] = [now.drawn, Infinity];
  for (const factor of FACTORS) {
    const knots = Array.from(program.scaled(now.drawn, factor), (rate) => Number(rate.toPrecision(3)));
    const end = raced(program, bowl, { ...now, drawn: knots }, STEPS, LANES.length).losses.at(-1);
    if (end < low) [best, low] = [knots, end];
  }
  return best;
}
