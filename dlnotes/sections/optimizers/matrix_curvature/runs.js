// The runs of the three rules on one memory, step by step, as the emitted program makes them.
export function travel(program, { exponent, rounds }) {
  const { PAIRS, STEPS } = program;
  const best = program.BEST[String(exponent)];
  const zeros = () => new Float64Array(PAIRS * PAIRS);
  const runs = { sgd: [zeros()], adam: [zeros()], muon: [zeros()] };
  let adam = { t: 0, m: zeros(), v: zeros() };
  for (let step = 0; step < STEPS; step += 1) {
    const lr = Object.fromEntries(Object.entries(best).map(([name, value]) => [name, program.rate(value, step)]));
    runs.sgd.push(program.sgd_step(runs.sgd[step], exponent, lr.sgd));
    const moved = program.adam_step(runs.adam[step], adam, exponent, lr.adam);
    adam = moved.state;
    runs.adam.push(moved.W);
    let X = program.muon_start(runs.muon[step], exponent);
    for (let round = 0; round < rounds; round += 1) X = program.newton_schulz(X);
    runs.muon.push(program.muon_step(runs.muon[step], X, lr.muon));
  }
  return runs;
}
