// What a step changes, for every direction: up to now while it is asked, then all of it.
import { axes, dot, label, line } from "../../../demos/demo.js";

export function drawCurve(scene) {
  const { demo, text, now, until, changes, slopes, lowest, so_far, views: { slope_panel } } = scene;
  const { box, x, paths, moving } = slope_panel;
  slope_panel.scale(scene);
  const { y } = slope_panel;
  const placed = (values) => values.map((value, turn) => [x(turn), y(value)]);
  const told = !demo.untold();
  const best = told ? lowest : so_far;
  paths.replaceChildren(
    line([[box.left, y(0)], [box.left + box.width, y(0)]], "goal"),
    ...(told ? [line(placed(changes), "plain")] : []),
  );
  moving.replaceChildren(
    line(placed(changes).slice(0, until + 1), "plain"),
    ...(told ? [line(placed(slopes), "theory dashed")] : []),
  );
  slope_panel.ends.replaceChildren( // at 0° they lie on the edge of the box
    ...(best > 0 || told ? [dot([x(best), y(changes[best])], 5, "plain light")] : []),
    dot([x(now.now), y(changes[now.now])], 5, "plain"),
  );
  const beside = x(best) + 90 < box.left + box.width;
  const [low, high] = y.domain;
  const said = { class: "plain light", "text-anchor": beside ? "start" : "end" };
  slope_panel.names.replaceChildren(
    axes(box, x, y, { xLabel: text.turn_axis, yLabel: text.curve_axis, xTicks: [0, 90, 180, 270, 360], yTicks: [low, 0, high] }),
    ...(best > 0 || told ? [label(x(best) + (beside ? 10 : -10), y(changes[best]) + 16, told ? text.best : text.so_far, said)] : []),
    ...(told ? [label(box.left + box.width - 4, box.top + 4, text.theory, { class: "theory colored", "text-anchor": "end" })] : []),
  );
}
