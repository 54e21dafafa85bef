// The length of the gradient against the step: a straight line where every step multiplies it.
import { across, axes, dot, line, linear, log, power, upward } from "../../../demos/demo.js";

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
    axes(box, x, y, { xLabel: text.steps, yLabel: text.curve_axis, yTicks: [1e-16, 1e-12, 1e-8, 1e-4, 1], yFormat: power }),
  );
}
