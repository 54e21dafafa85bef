// The walk: where each step leads, and what is promised and kept on the way. What counts is emitted.

export function compute({ program, now }) {
  const step = program[`moved_${now.terrain}`];
  const path = [Float64Array.of(now.x, now.y)];
  while (path.length <= program.STEPS && program[now.terrain](...path.at(-1)) < program.LOST) path.push(step(path.at(-1), now.rate).slice());
  return path;
}

/** The step one is on, its place and its numbers, after so many parts of steps. */
export function measured({ program, now, path }, parts) {
  const step = Math.max(0, Math.ceil(parts / program.PARTS) - 1);
  const far = program.walked(now.rate, parts - step * program.PARTS);
  const from = path[step];
  const [promised, real, kept, length, best] = program[`measures_${now.terrain}`](from, far);
  const loss = program[`cut_${now.terrain}`](from, far);
  const at = program[`moved_${now.terrain}`](from, far).slice();
  return { step, from, at, numbers: { far, loss, promised, real, kept, length, best } };
}
