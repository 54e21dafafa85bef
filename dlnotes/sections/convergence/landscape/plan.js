// The terrain from above: shades of height, the way that the ball has gone.
import { axes, bands, dot, dots, grid, label, line, rect } from "../../../demos/demo.js";

const SHADES = 9;

export function drawPlan(scene) {
  const { text, views: { plan } } = scene;
  const { box, x, y, ground, names } = plan;
  const samples = grid(scene.height, x, y, 6);
  scene.heights = spread(samples.values);
  const [low, high] = scene.heights;
  const levels = Array.from({ length: SHADES }, (_, shade) => low + ((high - low) * (shade + 1)) / (SHADES + 1));
  ground.replaceChildren(rect(box, { class: `shade-${SHADES}` }), ...bands(samples, levels));
  names.replaceChildren(
    axes(box, x, y, { xTicks: [-1, 0, 1], yTicks: [-1, 0, 1] }),
    label(box.left - 4, box.top - 9, text.plan, { class: "name" }),
    label(box.left + box.width - 6, box.top + box.height - 8, text.across, { "text-anchor": "end" }),
    label(box.left + 6, box.top + 16, text.along),
  );
}

const spread = (values) => [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];

/** Where the ball has been; once it is told, where it will go, and from where it cannot leave. */
export function drawTrack({ demo, text, now, run, views: { plan } }) {
  const { box, x, y, paths, moving } = plan;
  const placed = run.path.map(([a, b]) => [x(a), y(b)]);
  const taken = placed.slice(0, now.now + 1);
  const ridge = now.terrain === "saddle" && now.noise !== "all" && !demo.untold();
  paths.replaceChildren(
    ...(demo.untold() ? [] : [line(placed, "plain faint")]),
    ...(ridge ? [line([[box.left, y(0)], [box.left + box.width, y(0)]], "theory dashed"), label(box.left + box.width - 6, y(0) + 16, text.stays, { "text-anchor": "end" })] : []),
  );
  moving.replaceChildren(line(taken, "plain"), dots(taken, "plain"), dot(taken.at(-1), 6, "plain"));
}
