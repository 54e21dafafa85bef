// The signal through all layers, and the message back through all: each computed by the program.
import { random } from "../../../demos/demo.js";

/** The random numbers behind every weight; they stay, whatever the setting. */
export function drawn({ SEED, COUNT, DEEPEST }) {
  const source = random(SEED);
  const table = () => source.uniforms(COUNT);
  const [x, message] = [table(), table()];
  return { x, message, layers: Array.from({ length: DEEPEST }, table) };
}

/** Sizes forward, place by place, and back: `left[k]` is what is left behind k layers. */
export function compute(scene) {
  const { program, now, draws } = scene;
  const [forward, back] = [program[`layer_${now.kind}`], program[`back_${now.kind}`]];
  const more = [now.gain, Number(now.norm), Number(now.residual)];
  const signals = [program.centered(draws.x)];
  for (let l = 0; l < now.depth; l += 1) signals.push(forward(signals[l], draws.layers[l], ...more));
  let message = program.centered(draws.message);
  const sizes = [program.size(message)];
  for (let l = now.depth - 1; l >= 0; l -= 1) {
    message = back(signals[l], draws.layers[l], ...more, message);
    sizes.push(program.size(message));
  }
  const first = program.size(signals[0]);
  scene.run = {
    signal: signals.map((h) => program.part(program.size(h), first)),
    left: sizes.map((size) => program.part(size, sizes[0])),
  };
}
