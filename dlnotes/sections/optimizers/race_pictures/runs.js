// The runs of the race: every step of a rule, its best learning rate, what it holds.

/** The learning rate of the grid with the fewest steps; the reader's own where none arrives. The
 * largest come first: they are over soon, and leave little to look for; of two alike, the smaller. */
export function tune(scene, rule) {
  const { program, now } = scene;
  const key = [rule, now.surface, now.x, now.y, now.angle].join();
  scene.known ??= new Map();
  const known = scene.known.get(key);
  if (known) return known;
  scene.tuned ??= {}; // what was best a moment ago is a good bound, and changes no answer
  const bound = rule in scene.tuned ? arrival(scene, rule, scene.tuned[rule], program.LIMIT) : Infinity;
  let best = { lr: now.lr, steps: Infinity };
  for (const lr of program.GRID.toReversed()) {
    const steps = arrival(scene, rule, lr, Math.min(program.LIMIT, best.steps, bound));
    if (steps < Infinity && steps <= best.steps) best = { lr, steps };
  }
  if (best.steps < Infinity) {
    scene.tuned[rule] = best.lr;
    scene.known.set(key, best.lr);
  }
  return best.lr;
}

/** The step at which a run arrives, to stay; Infinity when it is lost, or not there at `until`. */
function arrival({ program, ground: { slope, far, from, cos, sin } }, rule, lr, until) {
  const move = program[`move_${rule}`];
  let { x, y } = from;
  const [a, b] = begun(program, rule);
  const first = far(x, y, cos, sin);
  let since = -1;
  for (let n = 0; ; n += 1) {
    const end = program.outcome(far(x, y, cos, sin), first);
    if (end < 0) return Infinity;
    if (end === 0) since = -1;
    else if (since < 0) since = n;
    if (since >= 0 && n - since >= program.HOLD) return since;
    if (since < 0 ? n >= until : since > until) return Infinity;
    const down = slope(x, y, cos, sin);
    x += move(down.x, a, lr).delta;
    y += move(down.y, b, lr).delta;
  }
}

/** A run with every point of its way, until it has arrived, is lost, or time is up. */
export function travel(scene, rule, lr) {
  const { program, ground: { from } } = scene;
  const run = { rule, lr, states: begun(program, rule), xs: [from.x], ys: [from.y], since: -1, steps: Infinity, lost: Infinity };
  onward(scene, run, program.LIMIT + program.HOLD, true);
  return run;
}

/** Leads a run on to a step, or only until it has arrived. */
export function onward({ program, ground: { slope, far, from, cos, sin } }, run, to, arrived = false) {
  const { xs, ys, lr } = run;
  const move = program[`move_${run.rule}`];
  const first = far(from.x, from.y, cos, sin);
  const [a, b] = run.states;
  let n = xs.length - 1;
  while (n < to && run.lost === Infinity && !(arrived && run.steps < Infinity)) {
    const down = slope(xs[n], ys[n], cos, sin);
    const x = xs[n] + move(down.x, a, lr).delta;
    const y = ys[n] + move(down.y, b, lr).delta;
    const end = program.outcome(far(x, y, cos, sin), first);
    n += 1;
    if (end < 0) run.lost = n;
    else {
      xs.push(x);
      ys.push(y);
    }
    if (end <= 0) run.since = -1;
    else if (run.since < 0) run.since = n;
    if (run.since >= 0 && run.since <= program.LIMIT && n - run.since >= program.HOLD) run.steps = Math.min(run.steps, run.since);
  }
  run.last = xs.length - 1;
}

/** What a rule has stored for either axis after so many steps of its run. */
export function storedAt({ program, ground: { slope, cos, sin } }, { rule, lr, xs, ys }, steps) {
  const move = program[`move_${rule}`];
  const [a, b] = begun(program, rule);
  for (let n = 0; n < steps; n += 1) {
    const down = slope(xs[n], ys[n], cos, sin);
    move(down.x, a, lr);
    move(down.y, b, lr);
  }
  return [a, b];
}

const begun = (program, rule) => [{ ...program.RULES[rule] }, { ...program.RULES[rule] }];

export const ended = ({ now }, run) => Math.min(now.now, run.last);
