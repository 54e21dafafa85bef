// The length of the gradient against the step, on a log axis, and what is left of it.
import { across, axes, dot, label, line, linear, log, node, phrase, upward } from "../../../demos/demo.js";

const [LOWEST, CALM, HIGHEST] = [1e-3, 100, 1e4]; // the axis goes to CALM until something longer may be seen
const ASIDE = 26; // the bound is dragged beside the plot

export function drawFrame(scene) {
  const { demo, program, text, now, run, views: { curve } } = scene;
  const { box } = curve;
  const calm = demo.untold() && run.lengths.slice(0, now.now + 1).every((length) => length <= CALM);
  curve.x = linear([0, program.STEPS], across(box));
  curve.y = log([LOWEST, calm ? CALM : HIGHEST], upward(box));
  curve.names.replaceChildren(
    axes(box, curve.x, curve.y, { xLabel: text.steps, yLabel: text.curve_axis, yTicks: [0.001, 0.1, 10, ...(calm ? [] : [1000])] }),
    ...limit(scene),
  );
}

/** The bound as a line to its handle; where nothing heeds it, faint and said to be unused. */
function limit({ text, now, limit, views: { curve: { box, y } } }) {
  const bounded = now.kind === "value" || now.kind === "norm";
  const [height, right] = [y(y.clamp(now.bound)), box.left + box.width];
  limit.place(right + ASIDE, height, phrase(text.line, { bound: now.bound }));
  return [
    line([[box.left, height], [right + ASIDE - 9, height]], `theory dashed ${bounded ? "" : "faint"}`),
    label(right - 4, height + (now.kind === "value" ? 16 : -8), phrase(text[bounded ? "line" : "unused"], { bound: now.bound }), { class: "theory colored", "text-anchor": "end" }),
  ];
}

export function drawCurve({ demo, now, run, views: { curve } }) {
  const { x, y, paths, moving } = curve;
  const until = (values) => values.slice(0, now.now + 1);
  const length = run.lengths[now.now];
  const at = [x(now.now), y(y.clamp(length || LOWEST))];
  paths.replaceChildren(...(demo.untold() ? [] : trail(curve, run.lengths, "plain faint")));
  moving.replaceChildren(
    ...trail(curve, until(run.lengths), "plain"),
    ...(now.kind === "none" ? [] : trail(curve, until(run.lefts), "theory")),
    ...(length < LOWEST ? [] : [dot(at, 5, "plain")]),
  );
  return at;
}

/** A line; where it leaves the plot below for good, it ends with an arrow. */
function trail({ x, y, box }, values, name) {
  const last = values.findLastIndex((value) => value >= LOWEST);
  const points = values.slice(0, last + 1).map((value, step) => [x(step), y(y.clamp(value || LOWEST))]);
  if (last === values.length - 1) return [line(points, name)];
  const [left, floor] = [x(last + 1), box.top + box.height];
  return [
    line([...points, [left, floor]], name),
    node("path", { d: `M${left} ${floor - 16}V${floor - 1}m-4 -5l4 5l4 -5`, class: `demo-line ${name}` }),
  ];
}
