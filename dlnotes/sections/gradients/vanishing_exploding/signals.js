// The signal through all layers, and the message back through all: each computed by the program.
import { random } from "../../../demos/demo.js";

/** The random numbers behind every weight; they stay, whatever the setting. */
export function drawn({ SEED, COUNT, DEEPEST }) {
  const source = random(SEED);
  const table = () => source.uniforms(COUNT);
  const [x, message] = [table(), table()];
  return { x, message, layers: Array.from({ length: DEEPEST }, table) };
}

/** Sizes forward, place by place, and back: `left[k]` is what is left behind k layers. The message
 * comes as far as it may be told; what comes later is not computed. */
export function compute(scene) {
  const { demo, program, now, draws, run } = scene;
  const back = program[`back_${now.kind}`];
  const until = demo.untold() ? now.now : now.depth;
  while (run.left.length <= until) {
    const layer = now.depth - run.left.length;
    run.message = back(run.signals[layer], draws.layers[layer], ...switches(now), run.message);
    run.left.push(program.part(program.size(run.message), run.sent));
  }
}

/** Another net: the signal all the way, the message before its first layer. */
export function begin(scene) {
  const { program, now, draws } = scene;
  const forward = program[`layer_${now.kind}`];
  const signals = [program.centered(draws.x)];
  for (let l = 0; l < now.depth; l += 1) signals.push(forward(signals[l], draws.layers[l], ...switches(now)));
  const message = program.centered(draws.message);
  const [first, sent] = [signals[0], message].map(program.size);
  scene.run = { signals, signal: signals.map((h) => program.part(program.size(h), first)), message, sent, left: [program.part(sent, sent)] };
}

const switches = ({ gain, norm, residual }) => [gain, Number(norm), Number(residual)];
