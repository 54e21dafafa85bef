// Where a thousand starts are before every step, and how many of them in which well.

/** Computes the run of a setting. */
export function compute(scene) {
  const { program, now } = scene;
  const { STARTS, STEPS, SHOWN } = program;
  const [wide, deepest, balls] = [[], [], []];
  const x = Float64Array.from(STARTS);
  for (let step = 0; step <= STEPS; step += 1) {
    balls.push(Float64Array.from({ length: STARTS.length / SHOWN }, (_, k) => x[k * SHOWN + (SHOWN >> 1)]));
    const share = program.step(x, now.lr, now.floor, now.narrow, now.wide).wide;
    wide.push(share);
    deepest.push(program.in_deepest(share, now.floor));
  }
  scene.run = { wide, deepest, balls };
}

export function outcome({ program, run }) {
  const share = run.deepest[program.STEPS];
  if (share > program.ALL) return "all";
  return share < program.NONE ? "none" : "third";
}

/** Which of the two is deeper: a name of the words, and the places of the deepest floor. */
export function deeper({ program, now }) {
  if (now.floor > 0) return { which: "wide_deeper", at: program.WIDE_AT, floor: 0 };
  if (now.floor < 0) return { which: "narrow_deeper", at: program.NARROW_AT, floor: now.floor };
  return { which: "equal", at: program.WIDE_AT, floor: 0 };
}
