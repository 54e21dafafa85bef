// The run: where the ball goes, and when it has left the saddle. What moves it is emitted.
import { random } from "../../../demos/demo.js";

export function compute({ program, now }) {
  const step = program[`step_${now.terrain}`];
  const along = Float64Array.from(program.ALONG[now.noise]);
  const source = random(now.seed);
  const off = ([, y]) => now.terrain === "saddle" && Math.abs(y) >= program.REACH;
  const path = [Float64Array.of(now.x, now.aside)];
  while (path.length <= program.STEPS[now.terrain] && !off(path.at(-1))) {
    const draws = Float64Array.of(source.uniform(), source.uniform());
    path.push(step(path.at(-1), program.kick(draws, along), now.lr));
  }
  const length = program[`length_${now.terrain}`];
  return { path, lengths: path.map((place) => length(place)), left: off(path.at(-1)) ? path.length - 1 : Infinity };
}
