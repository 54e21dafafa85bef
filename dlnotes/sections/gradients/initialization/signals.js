// The signal behind each layer, and what is sent back, for a setting.
import { random } from "../../../demos/demo.js";

/** The same random numbers at every setting: input, message, and the weights of each layer. */
export function drawn(program) {
  const source = random(program.SEED);
  const table = (rows) => source.uniforms(rows * program.UNITS);
  const [input, message] = [table(program.EXAMPLES), table(program.EXAMPLES)].map((draws) => Float64Array.from(program.even(draws)));
  return { input, message, weights: Array.from({ length: program.LAYERS }, () => table(program.UNITS)) };
}

/** What is seen after each of the forty layers passed: two sets of values, and a size. */
export function compute({ program, draws, now }) {
  const { activation, spread } = now;
  const stops = [{ above: draws.input, below: null }];
  const signal = [program.size(draws.input)];
  const sums = [];
  let h = draws.input;
  for (const weights of draws.weights) {
    const made = program[`forward_${activation}`](h, weights, spread);
    sums.push(made.z);
    h = made.h;
    stops.push({ above: sums.at(-1), below: h });
    signal.push(program.size(h));
  }
  const message = [program.size(draws.message)];
  let sent = draws.message;
  for (let layer = program.LAYERS - 1; layer >= 0; layer -= 1) {
    const made = program[`back_${activation}`](sent, sums[layer], draws.weights[layer], spread);
    stops.push({ above: sent, below: made.passed });
    sent = made.sent;
    message.push(program.size(sent));
  }
  const shares = (sizes) => sizes.map((size) => program.ratio(size, sizes[0]));
  return { stops, signal: shares(signal), message: shares(message) };
}

/** The numbers of the layer that was passed last. */
export function numbers({ program, run, now }) {
  const going = Math.min(now.now, program.LAYERS);
  const coming = now.now - program.LAYERS;
  const sizes = coming > 0 ? run.message : run.signal;
  const at = coming > 0 ? coming : going;
  return {
    now: now.now,
    place: coming > 0 ? program.LAYERS - coming + 1 : going,
    signal: run.signal[going],
    message: coming > 0 ? run.message[coming] : Infinity,
    factor: at > 0 ? program.ratio(sizes[at], sizes[at - 1]) : Infinity,
  };
}
