// All four ways at a setting: losses at every step, one run with its noise, and the weights.
import { random } from "../../../demos/demo.js";

let chance; // the noise of the single run, drawn once: its seed is always the same

export function compute({ program, now }) {
  const { BOWLS, BETAS, PLANS } = program;
  const bowl = BOWLS[`${now.narrow} ${now.noise}`];
  const tuned = { free: bowl.free[BETAS.indexOf(now.beta)], peak: bowl.peaks[PLANS.indexOf(now.plan)] };
  return { bowl, losses: raced(program, now, bowl, tuned), single: bounced(program, now, bowl) };
}

const jumps = (program, now, step) => (now.jump && step === program.JUMP ? 1 : 0);

function raced(program, now, bowl, { free, peak }) {
  const { STEPS, LANES } = program;
  const lanes = LANES.length;
  const losses = new Float64Array((STEPS + 1) * lanes);
  const all = () => Float64Array.from(LANES.flatMap(() => bowl.squares));
  const [zz, zx, xx] = [all(), all(), all()];
  losses.set(program.loss(xx, bowl.curvatures));
  for (let step = 1; step <= STEPS; step += 1) {
    const rates = program.rates(step, now.lr, free, peak, now.plan);
    const weights = program.weights(step, now.window);
    program.step(zz, zx, xx, rates, weights, now.beta, bowl.curvatures, bowl.squares, now.noise, jumps(program, now, step));
    losses.set(program.loss(xx, bowl.curvatures), step * lanes);
  }
  return losses;
}

/** One run of the first way, with noise drawn for it. */
function bounced(program, now, bowl) {
  const heights = new Float64Array(program.STEPS + 1);
  const each = bowl.squares.length;
  chance ??= random(program.SEED).uniforms(program.STEPS * each);
  let z = program.begin(bowl.squares);
  heights[0] = program.height(z, bowl.curvatures);
  for (let step = 1; step <= program.STEPS; step += 1) {
    const draws = chance.subarray((step - 1) * each, step * each);
    z = program.bounce(z, draws, now.lr, bowl.curvatures, bowl.squares, now.noise, jumps(program, now, step));
    heights[step] = program.height(z, bowl.curvatures);
  }
  return heights;
}

/** The loss of every way at a step. */
export function lossAt({ program, run }, step) {
  const lanes = program.LANES.length;
  return run.losses.subarray(step * lanes, (step + 1) * lanes);
}

/** Numbers of the ways, lowest loss first. */
export const ranked = (found) => Array.from(found.keys()).sort((a, b) => found[a] - found[b]);
