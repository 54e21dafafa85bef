// The loss over intercept and slope, its lowest place, and the way that the steps have gone.
import { axes, bands, dot, dots, grid, label, line, rect } from "../../../demos/demo.js";

const HEIGHTS = [0.35, 0.5, 0.8, 1.5, 3, 6, 12, 25]; // of the shaded contours

export function drawMap({ program, text, data, views: { map } }) {
  const { box, x, y, ground, names } = map;
  const samples = grid((b, w) => program.height(b, w, data.x, data.y), x, y, 6);
  ground.replaceChildren(rect(box, { class: `shade-${HEIGHTS.length}` }), ...bands(samples, HEIGHTS));
  names.replaceChildren(
    axes(box, x, y, { xTicks: [-1, 0, 1, 2], yTicks: [0, 0.5, 1, 1.5] }),
    label(box.left - 4, box.top - 9, text.map, { class: "name" }),
    label(box.left + box.width - 8, box.top + box.height - 9, text.intercept, { "text-anchor": "end" }),
    label(box.left + 8, box.top + 18, text.slope),
  );
}

export function drawWay({ demo, now, run, views: { map: { x, y, paths, moving } } }) {
  const placed = run.path.map(([b, w]) => [x(b), y(w)]);
  const taken = placed.slice(0, now.now + 1);
  paths.replaceChildren(...(demo.untold() ? [] : [line(placed, "plain faint")]));
  moving.replaceChildren(line(taken, "plain"), dots(taken, "plain"), dot(taken.at(-1), 5.5, "plain"));
}
