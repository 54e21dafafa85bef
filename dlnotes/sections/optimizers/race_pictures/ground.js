// The ground of the race: drawn once, turned as a picture by the handle on its rim.
import { across, bands, between, grid, label, linear, node, rect, upward } from "../../../demos/demo.js";

const QUANTILES = [0.03, 0.08, 0.15, 0.24, 0.35, 0.48, 0.62, 0.76, 0.89]; // of the area, for the bands

/** Drawn once per surface, unturned and large enough to be turned as a picture. */
export function drawTerrain({ program, now, terrain, views: { map: { box, unit } } }) {
  const [cx, cy] = program.SURFACES[now.surface].center;
  const half = Math.hypot(box.width, box.height) / 2;
  const x = linear([cx - half / unit, cx + half / unit], [-half, half]);
  const y = linear([cy - half / unit, cy + half / unit], [half, -half]);
  const samples = grid(program[`height_${now.surface}`], x, y, 10);
  const sorted = samples.values.slice().sort();
  const levels = QUANTILES.map((share) => sorted[Math.floor(share * sorted.length)]);
  const whole = { left: -half, top: -half, width: 2 * half, height: 2 * half };
  terrain.replaceChildren(rect(whole, { class: "shade-9" }), ...bands(samples, levels));
}

/** The scales of the map: the center turns with the terrain. */
export function aim({ program, now, ground, terrain, views: { map } }) {
  const { box } = map;
  const { center, reach } = program.SURFACES[now.surface];
  const middle = program.turned(...center, ground.cos, ground.sin);
  map.unit = Math.min(box.width, box.height) / (2 * reach);
  const [w, h] = [box.width / 2 / map.unit, box.height / 2 / map.unit];
  map.x = linear([middle.x - w, middle.x + w], across(box));
  map.y = linear([middle.y - h, middle.y + h], upward(box));
  const moved = `translate(${box.left + box.width / 2} ${box.top + box.height / 2})`;
  terrain.setAttribute("transform", `${moved} rotate(${-now.angle})`);
}

const middle = ({ left, top, width, height }) => [left + width / 2, top + height / 2];

const TOP = 45; // degrees at which the handle stands on the rim before anything is turned

const radius = ({ width, height }) => Math.min(width, height) / 2 - 14;

/** The angle of the terrain at which the handle stands over a pixel. */
export function turnedTo({ views: { map: { box } } }, px) {
  const along = between((px - middle(box)[0]) / radius(box), -1, 1);
  return (180 / Math.PI) * Math.acos(along) - TOP;
}

/** The rim on which the terrain is turned, and its handle. */
export function drawRim(scene) {
  const { demo, program, text, now, turn, views: { map } } = scene;
  const { box, rim } = map;
  const [cx, cy] = middle(box);
  const at = (degrees) => {
    const { cos, sin } = program.compass(degrees + TOP);
    return [cx + radius(box) * cos, cy - radius(box) * sin];
  };
  const here = (scene.rimmed = at(now.angle));
  const arc = `M${at(0).join(" ")}A${radius(box)} ${radius(box)} 0 0 0 ${at(90).join(" ")}`;
  const named = !demo.untold() && !now.angle;
  rim.replaceChildren(
    node("path", { d: arc, class: "demo-line goal" }),
    ...(named ? [label(here[0], here[1] - 18, text.turn_me, { "text-anchor": "middle" })] : []),
  );
  turn.place(...here, `${now.angle}°`);
}

export const minima = ({ program, now, ground, views: { map } }) =>
  program.SURFACES[now.surface].minima.map(([a, b]) => {
    const spot = program.turned(a, b, ground.cos, ground.sin);
    return [map.x(spot.x), map.y(spot.y)];
  });
