// The signal behind each layer, and what is sent back, for a setting.
import { random } from "../../../demos/demo.js";

/** The same random numbers at every setting: input, message, and the weights of each layer. */
export function drawn(program) {
  const source = random(program.SEED);
  const table = (rows) => source.uniforms(rows * program.UNITS);
  const [input, message] = [table(program.EXAMPLES), table(program.EXAMPLES)].map((draws) => Float64Array.from(program.even(draws)));
  return { input, message, weights: Array.from({ length: program.LAYERS }, () => table(program.UNITS)) };
}

/** What is seen after each of the forty layers passed: two sets of values, and a size; as far as it
 * may be told, what comes later is not computed. */
export function compute(scene) {
  const { demo, program, now } = scene;
  const key = `${now.activation} ${now.spread}`;
  if (scene.run?.key !== key) scene.run = begin(scene, key);
  const until = demo.untold() ? now.now : program.LAST;
  while (scene.run.stops.length <= until) pass(scene, scene.run);
}

function begin({ program, draws }, key) {
  const [signal, message] = [[1], [1]]; // as parts of their first sizes
  const first = { signal: program.size(draws.input), message: program.size(draws.message) };
  return { key, stops: [{ above: draws.input, below: null }], sums: [], h: draws.input, sent: draws.message, first, signal, message };
}

/** One layer more: forward, and after the last of them back. */
function pass({ program, draws, now }, run) {
  const at = run.stops.length - 1;
  const layer = program.LAST - 1 - at; // on the way back
  if (at < program.LAYERS) {
    const made = program[`forward_${now.activation}`](run.h, draws.weights[at], now.spread);
    run.sums.push(made.z);
    run.h = made.h;
    run.stops.push({ above: made.z, below: run.h });
    run.signal.push(program.ratio(program.size(run.h), run.first.signal));
  } else {
    const made = program[`back_${now.activation}`](run.sent, run.sums[layer], draws.weights[layer], now.spread);
    run.stops.push({ above: run.sent, below: made.passed });
    run.sent = made.sent;
    run.message.push(program.ratio(program.size(run.sent), run.first.message));
  }
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
