// What a curve looks like up to a step. What is compared is emitted.

/** The losses of the curve of a setting. */
export function losses(program, { curve, drawn }) {
  if (curve === "drawn") return Float64Array.from(program.drawn(Float64Array.from(drawn)));
  return Float64Array.from(program.RUNS[curve].losses);
}

/** Shape and evidence; a shape of -1 where it is too early. */
export function read(program, all, now) {
  const { SHAPES, SHORTEST, TOL } = program;
  const [bar, first] = program.runaway(all, now);
  const gone = first <= now;
  const [window, before, level, change, swing, echo] = program.seen(all, now);
  const early = now + 1 < SHORTEST + SHORTEST;
  const measured = early ? { before: Infinity, level: Infinity, change: Infinity, swing: Infinity, echo: Infinity } : { before, level, change, swing, echo };
  const calm = swing > TOL ? "bounce" : "plateau";
  const settled = program.falls(change, swing, window) ? "slide" : calm;
  const shape = gone ? "runaway" : settled;
  return { ...measured, window, bar, since: gone ? first : Infinity, shape: early && !gone ? -1 : SHAPES.indexOf(shape) };
}
