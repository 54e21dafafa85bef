// The run: where the ball goes, how long its gradients are, and what is left of each. All is emitted.

export function compute({ program, now }) {
  const kept = program[`kept_${now.kind}`];
  const path = [Float64Array.of(now.w, now.b)];
  const [lengths, lefts, steps] = [[], [], []];
  for (let step = 0; step <= program.STEPS; step += 1) {
    const place = path[step];
    const slope = Float64Array.from(program.slope(place));
    const left = Float64Array.from(kept(slope, now.bound));
    lengths.push(program.size(slope));
    lefts.push(program.size(left));
    if (step === program.STEPS) break;
    path.push(Float64Array.from(program.moved(place, left, now.lr)));
    steps.push(program.length(path[step + 1], place));
  }
  const first = steps.findIndex((long) => long > program.FAR);
  const longest = steps.reduce((a, b) => Math.max(a, b));
  return { path, lengths, lefts, longest, at: steps.indexOf(longest), thrown: first < 0 ? Infinity : first + 1 };
}

/** How many widths of the map a length is: the names of the guesses. */
export function outcome({ program, run }) {
  const across = program.widths(run.longest);
  if (across > 10) return "dozens";
  return across > 0.4 ? "one" : "tenth";
}
