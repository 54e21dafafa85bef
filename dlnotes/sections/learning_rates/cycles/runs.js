// What a setting shows: losses are recorded, schedules and the lowest of three are emitted.

/** Recorded losses of the three lanes, one every so many steps. */
export function lanes({ program, now }) {
  const rows = program.CYCLED[now.way === "one_cycle" ? now.way : `${now.way} ${now.count}`];
  const own = rows[program.SHOWN.indexOf(now.peak)];
  return { constant: program.PLAIN.constant, cosine: program.PLAIN.cosine, cycles: own };
}

/** The learning rate of a lane at a step. */
export function rateAt({ program, now }, name, step) {
  if (name === "constant") return program.PEAKS.constant;
  if (name === "cosine") return program.fall(step, program.PEAKS.cosine);
  if (now.way === "one_cycle") return program.once(step, now.peak);
  const length = program.LENGTHS[`${now.way} ${now.count}`];
  if (now.way === "triangles") return program.triangles(step, now.peak, length / 2);
  return program.restarts(step, now.peak, length, now.way === "doubling" ? 2 : 1);
}

/** The place of the lowest lane at every look. */
export const winners = ({ program }, found) =>
  found.constant.map((_, look) => program.lowest(Float64Array.from(program.LANES, (name) => found[name][look])));

/** At how many looks, from the first step on, a lane is lowest. */
export const count = (won, place, until) => won.slice(1, until + 1).filter((each) => each === place).length;
