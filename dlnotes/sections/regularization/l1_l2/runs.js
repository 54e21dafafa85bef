// What the pictures show: both routes step by step, the point of touch, and the random ellipses.

/** Both routes from the same start. */
export function compute(scene) {
  const { program } = scene;
  scene.run = { hops: walk(scene, program.subgradient), stops: walk(scene, program.stop) };
}

function walk({ program, now: { lr, strength, mix } }, route) {
  let w = Float64Array.from(program.BEGIN);
  const weights = [w];
  const zeros = [program.zeros(w)];
  for (let step = 0; step < program.STEPS; step += 1) {
    w = route(w, lr, strength, mix);
    weights.push(w);
    zeros.push(program.zeros(w));
  }
  return { weights, zeros };
}

/** Where the penalized loss of two weights is smallest. */
export function touch(scene) {
  const { program, now: { x, y, tilt, strength, mix } } = scene;
  let [a, b] = [x, y];
  for (let sweep = 0; sweep < program.SWEEPS; sweep += 1) ({ a, b } = program.sweep(a, b, x, y, tilt, strength, mix));
  scene.touching = { a, b };
}

/** The same for every random ellipse, and how many of them lie on an axis. */
export function corners(scene) {
  const { program, now: { strength, mix } } = scene;
  const key = [strength, mix].join();
  if (scene.cornered === key) return;
  scene.cornered = key;
  const [a, b] = program.BOTTOMS.map((all) => Float64Array.from(all));
  for (let sweep = 0; sweep < program.SWEEPS; sweep += 1) program.sweep_all(a, b, strength, mix);
  scene.all = [a, b];
  scene.onAxis = program.on_an_axis(a, b);
}
