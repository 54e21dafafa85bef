// The numbers of a setting: what is to be stored, and what is stored.

/** Computes scene.run, the largest number first. */
export function compute(scene) {
  const { program, now } = scene;
  const x = Float64Array.from(program.sizes(now.count, now.power));
  const stored = Float64Array.from(program[`stored_${now.form}`](x));
  scene.run = {
    stored,
    error: program.error(stored, x),
    middle: program.middle(x),
    before: Float64Array.from(program.places(x)),
    after: Float64Array.from(program.places(stored)),
  };
}

/** What has become of the numbers once so many parts are stored, in percent of all. */
export function seen({ program, run, now }, parts) {
  const done = Math.floor((program.COUNT * parts) / program.PARTS);
  const part = run.stored.subarray(0, done);
  const percent = (holds) => (100 * part.filter(holds).length) / program.COUNT;
  return {
    now: now.now,
    zero: percent((value) => value === 0),
    few: percent((value, i) => value > 0 && run.after[i] < program.LOWEST[now.form]),
    over: percent((value) => value === Infinity),
    error: run.error,
  };
}
