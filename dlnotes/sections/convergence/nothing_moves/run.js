// The run: from a setting to the net at every step. What is computed is emitted.

export const SWITCHES = ["shuffled", "raw", "equal", "dead"];

/** The switches that are on, the riddle's with them. */
function faults({ program: { RIDDLES }, now }) {
  const hidden = now.riddle ? RIDDLES[(now.riddle - 1) % RIDDLES.length] : undefined;
  return Object.fromEntries(SWITCHES.map((name) => [name, now[name] || name === hidden]).concat([["slow", hidden === "slow"]]));
}

export const hiddenFault = ({ program: { RIDDLES }, now }) => RIDDLES[(now.riddle - 1) % RIDDLES.length];

/** Trains anew where the setting is another. */
export function compute(scene) {
  const { program, now } = scene;
  const { now: _, ...setting } = now;
  const key = JSON.stringify(setting);
  if (scene.key === key) return;
  scene.key = key;
  const on = faults(scene);
  const plain = Float64Array.from(program.POINTS);
  const X = on.raw ? program.undivided(plain) : plain;
  const y = Float64Array.from(on.shuffled ? program.DEALT : program.CLASSES);
  scene.data = { X, y };
  scene.path = trained(program, begun(program, on), X, y, on.slow ? program.slowed(now.lr) : now.lr);
}

function begun(program, on) {
  const params = Object.fromEntries(
    Object.entries(program.BEGIN[on.equal ? "equal" : "usual"]).map(([name, values]) => [name, Float64Array.from(values)]),
  );
  if (on.dead) params["layers.0.bias"] = Float64Array.from(program.ASLEEP);
  return params;
}

/** Parameters and loss before each step, and after the last. */
function trained(program, params, X, y, lr) {
  let states = Object.fromEntries(Object.keys(params).map((name) => [name, { t: 0 }]));
  const path = [];
  while (path.length <= program.STEPS) {
    const next = program.step(params, states, X, y, lr);
    path.push({ params, loss: next.loss });
    ({ params, states } = next);
  }
  return path;
}

/** What the net does at the step that is shown. */
export function inside({ program, path, data: { X, y }, now }) {
  const { params, loss } = path[now.now];
  const counts = program.active(params, X);
  const hits = program.hits(params, X, y);
  const total = (values) => values.reduce((sum, value) => sum + value, 0);
  return { loss, counts, hits, alive: counts.filter((count) => count > 0).length, right: total(hits) };
}
