// The length of the gradient against the step, on a log axis, and what is left of it.
import { across, axes, dot, label, line, linear, log, phrase, upward } from "../../../demos/demo.js";

const clamped = ({ x, y }, values) => values.map((value, step) => [x(step), y(y.clamp(value || y.domain[0]))]);

export function drawFrame(scene) {
  const { program, text, now, views: { curve } } = scene;
  const { box } = curve;
  curve.x = linear([0, program.STEPS], across(box));
  curve.y = log([1e-3, 1e4], upward(box));
  curve.names.replaceChildren(
    axes(box, curve.x, curve.y, { xLabel: text.steps, yLabel: text.curve_axis, yTicks: [0.001, 0.1, 10, 1000] }),
  );
  const bounded = now.kind === "value" || now.kind === "norm";
  const height = curve.y(now.bound);
  curve.ground.replaceChildren(
    ...(bounded ? [line([[box.left, height], [box.left + box.width, height]], "theory dashed"),
      label(box.left + box.width - 24, height - 8, phrase(text.line, { bound: now.bound }), { class: "theory colored", "text-anchor": "end" })] : []),
  );
  scene.limit.place(box.left + box.width - 12, height, phrase(text.line, { bound: now.bound }));
}

export function drawCurve(scene) {
  const { demo, now, run, views: { curve } } = scene;
  const [whole, left] = [clamped(curve, run.lengths), clamped(curve, run.lefts)];
  const until = (points) => points.slice(0, now.now + 1);
  curve.paths.replaceChildren(...(demo.untold() ? [] : [line(whole, "plain faint")]));
  curve.moving.replaceChildren(
    line(until(whole), "plain"),
    ...(now.kind === "none" ? [] : [line(until(left), "theory")]),
    dot(whole[now.now], 5, "plain"),
  );
  return whole[now.now];
}
