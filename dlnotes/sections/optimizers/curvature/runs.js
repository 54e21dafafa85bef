// What the emitted program says: bends of the ground, steps, whole runs.
export const bend = ({ program, now }, x, y) => program[`${now.terrain}_bend`](x, y);
export const matrix = ({ program, now }, b) => program[now.rule](b.xx, b.xy, b.yy, now.damping);
export const descent = ({ program, now }, b) => program.descent(b.gx, b.gy, now.lr);
export function newton(scene, b) {
  const m = matrix(scene, b);
  return scene.program.newton(b.gx, b.gy, m.xx, m.xy, m.yy);
}

/** All points of a run until it settles, is lost, or `limit` steps are over. */
export function travel(scene, step, { x, y }, limit) {
  const { program } = scene;
  const points = [{ x, y }];
  for (;;) {
    const p = points.at(-1);
    const b = bend(scene, p.x, p.y);
    const kind = program.KINDS[program.verdict(p.x, p.y, b.gx, b.gy, b.xx, b.xy, b.yy)];
    const last = points.length - 1;
    if (kind !== "going" || last >= limit) return { points, last, kind, steps: kind === "going" ? Infinity : last };
    const d = step(scene, b);
    points.push({ x: p.x + d.dx, y: p.y + d.dy });
  }
}
