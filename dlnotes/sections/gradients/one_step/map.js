// The loss from above: shades of height, the arrow of this step, the way that was taken.
import { arrow, axes, bands, dot, dots, grid, label, line, rect } from "../../../demos/demo.js";

const SHADES = 9;

export function drawMap({ program, text, now, views: { map } }) {
  const { box, x, y, ground, names } = map;
  const samples = grid(program[now.terrain], x, y, 7);
  const low = samples.values.reduce((a, b) => Math.min(a, b));
  const high = samples.values.reduce((a, b) => Math.max(a, b));
  const part = (shade) => ((shade + 1) / (SHADES + 1)) ** 3; // finer near the bottom
  const levels = Array.from({ length: SHADES }, (_, shade) => low + (high - low) * part(shade));
  ground.replaceChildren(rect(box, { class: `shade-${SHADES}` }), ...bands(samples, levels));
  const [across, up] = text.names[now.terrain];
  names.replaceChildren(
    axes(box, x, y, { xLabel: across, xTicks: [-1, 0, 1, 2].filter((tick) => tick <= x.domain[1]), yTicks: [-1, 0, 1] }),
    label(box.left - 4, box.top - 9, `${text.map}: ${up} ↑`, { class: "name" }),
  );
}

/** Where the steps have led; the arrow as far as this one has been walked. */
export function drawWay({ now, path, seen, head, views: { map } }) {
  const { x, y, paths, moving } = map;
  const placed = path.slice(0, seen.step + 1).map(([a, b]) => [x(a), y(b)]);
  const here = [x(seen.at[0]), y(seen.at[1])];
  paths.replaceChildren(line(placed, "plain"), dots(placed, "plain"));
  const away = Math.hypot(here[0] - placed.at(-1)[0], here[1] - placed.at(-1)[1]) > 9 && now.now > 0;
  moving.replaceChildren(...(away ? [arrow(placed.at(-1), here, "momentum", head)] : []), dot(here, 5, "plain"));
}
