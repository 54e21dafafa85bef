// The length of the gradient against the step: a straight line where every step multiplies it.
import { across, axes, dot, label, line, linear, log, phrase, power, upward } from "../../../demos/demo.js";

export const onCurve = ({ run, views: { curve: { x, y } } }, step) => [x(step), y(y.clamp(run.lengths[step]))];

export function drawCurve({ demo, program, text, now, run, views: { curve } }) {
  const { box } = curve;
  const x = (curve.x = linear([0, program.STEPS[now.terrain]], across(box)));
  const y = (curve.y = log([1e-17, 1e3], upward(box)));
  const placed = run.lengths.map((length, step) => [x(step), length > 0 ? y(y.clamp(length)) : Infinity]);
  const here = placed[now.now];
  curve.paths.replaceChildren(...(demo.untold() ? [] : [line(placed, "plain faint")]));
  curve.moving.replaceChildren(
    line(placed.slice(0, now.now + 1), "plain"),
    ...(Number.isFinite(here[1]) ? [dot(here, 5, "plain")] : []),
  );
  curve.names.replaceChildren(
    ...multiplied({ demo, program, text, now, box, placed }),
    axes(box, x, y, { xLabel: text.steps, yLabel: text.curve_axis, yTicks: [1e-16, 1e-12, 1e-8, 1e-4, 1], yFormat: power }),
  );
}

/** What the straight line says, once it is told: each step multiplies by the same number. */
function multiplied({ demo, program, text, now, box, placed }) {
  const straight = now.terrain === "saddle" && now.noise === "none" && now.x === 0 && now.aside !== 0;
  if (demo.untold() || !straight) return [];
  const high = placed.at(-1)[1] < box.top + box.height / 2;
  const words = phrase(text.each, { growth: program.growth(now.lr) });
  return [label(box.left + box.width - 6, high ? box.top + box.height - 8 : box.top + 14, words, { "text-anchor": "end" })];
}
