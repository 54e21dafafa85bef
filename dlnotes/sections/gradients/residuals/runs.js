// The run: the signal forward through the blocks, and the message back, a size a place.
import { random } from "../../../demos/demo.js";

/** Input, message and weights as numbers between 0 and 1, the same at every setting. */
function drawn({ program }) {
  const source = random(program.SEED);
  const numbers = source.uniforms;
  const signal = program.EXAMPLES * program.UNITS;
  const [x, message] = [numbers(signal), numbers(signal)];
  const weights = Array.from({ length: program.MOST }, () => numbers(program.UNITS * program.UNITS));
  return { x: program.sized(x), message: program.sized(message), weights };
}

/** Computes scene.run: what stands at each place, and the signal at the end. */
export function compute(scene) {
  const { program, now } = scene;
  scene.drawn ??= drawn(scene);
  const { x, message, weights } = scene.drawn;
  const skip = now.skip ? 1 : 0;
  const middle = now.mirror ? Math.floor(now.depth / 2) : -1;
  const relu = now.act === "relu";
  const [block, back] = relu ? [program.relu_block, program.relu_back] : [program.sigmoid_block, program.sigmoid_back];
  const signals = [x];
  for (let place = 0; place < now.depth; place += 1) {
    const h = signals[place];
    signals.push(place === middle ? program.mirror_block(h, skip) : block(h, weights[place], skip, now.scale));
  }
  const places = [program.parts(message, message, 1)];
  let sent = message;
  for (let place = now.depth - 1; place >= 0; place -= 1) {
    // through a branch of -h a message goes as a signal does
    sent = place === middle ? program.mirror_block(sent, skip) : back(signals[place], weights[place], sent, skip, now.scale);
    places.unshift(program.parts(message, sent, skip));
  }
  scene.run = { places, middle, signal: program.size(signals[now.depth]) };
}
