// The runs of the race: every step of a rule, its best learning rate, what it holds.

/** The learning rate of the grid with the fewest steps; the reader's own where none arrives. */
export function tune(scene, rule) {
  const { program, now } = scene;
  const key = [rule, now.surface, now.x, now.y, now.angle].join();
  scene.known ??= new Map();
  const known = scene.known.get(key);
  if (known) return known;
  scene.tuned ??= {}; // what was best a moment ago is a good bound, and changes no answer
  const bound = rule in scene.tuned ? travel(scene, rule, scene.tuned[rule], program.LIMIT).steps : Infinity;
  let best = { lr: now.lr, steps: Infinity };
  for (const lr of program.GRID) {
    const { steps } = travel(scene, rule, lr, Math.min(program.LIMIT, best.steps - 1, bound));
    if (steps < best.steps) best = { lr, steps };
  }
  if (best.steps < Infinity) {
    scene.tuned[rule] = best.lr;
    scene.known.set(key, best.lr);
  }
  return best.lr;
}

/** The steps of one run: where it was, and how it ended; given up when not there at `until`. */
export function travel({ program, ground: { slope, far, from, cos, sin } }, rule, lr, until, whole = false) {
  const move = program[`move_${rule}`];
  let { x, y } = from;
  let [a, b] = [program.RULES[rule], program.RULES[rule]];
  const first = far(x, y, cos, sin);
  const [xs, ys] = [[], []];
  let [since, steps, lost] = [-1, Infinity, Infinity];
  for (let n = 0; ; n += 1) {
    const end = program.outcome(far(x, y, cos, sin), first);
    if (end < 0) {
      lost = n;
      break;
    }
    if (whole) {
      xs.push(x);
      ys.push(y);
    }
    if (end === 0) since = -1;
    else if (since < 0) since = n;
    if (since >= 0 && since <= until && n - since >= program.HOLD) steps = Math.min(steps, since);
    const late = since < 0 && n >= until;
    if (whole ? n >= until + program.HOLD : late || steps < Infinity) break;
    const down = slope(x, y, cos, sin);
    const [p, q] = [move(down.x, a, lr), move(down.y, b, lr)];
    x += p.delta;
    y += q.delta;
    a = p.state;
    b = q.state;
  }
  return { rule, lr, xs, ys, last: xs.length - 1, steps, lost };
}

export const ended = ({ now }, run) => Math.min(now.now, run.last);

/** What a rule has stored for both axes after `n` steps of its run. */
export function replayed({ program, ground: { slope, cos, sin } }, run, n) {
  const move = program[`move_${run.rule}`];
  let [a, b] = [program.RULES[run.rule], program.RULES[run.rule]];
  for (let k = 0; k < n; k += 1) {
    const down = slope(run.xs[k], run.ys[k], cos, sin);
    a = move(down.x, a, run.lr).state;
    b = move(down.y, b, run.lr).state;
  }
  return [a, b];
}
