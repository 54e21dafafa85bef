// The valley from above, the way to its bottom, and the dial: the arrow and where it has pointed.
import { arrow, bands, between, dot, grid, label, line, names, node, path, rect } from "../../../demos/demo.js";

const SHADES = 9;
const ASIDE = 12; // pixels from an arrow to its name
const [LEAST, LONG] = [44, 78]; // pixels: how long the arrow is drawn, whatever a step is; less near an edge

export function drawGround(scene) {
  const { text, views: { map } } = scene;
  const { box, x, y, ground } = map;
  const samples = grid(scene.height, x, y, 6);
  const most = samples.values.reduce((a, b) => Math.max(a, b));
  const levels = Array.from({ length: SHADES }, (_, shade) => (most * (shade + 0.3) * (shade + 0.3)) / (SHADES * SHADES));
  ground.replaceChildren(rect(box, { class: `shade-${SHADES}` }), ...bands(samples, levels));
  map.names.replaceChildren(
    dot([x(0), y(0)], 4, "plain"),
    label(x(0) - 9, y(0) + 4, text.bottom, { "text-anchor": "end" }),
  );
}

/** The arrow now, the lowest so far; once it is told, the gradient as well. */
export function drawDial(scene) {
  const { demo, text, now, dial, heads, views: { map } } = scene;
  const { x, y, paths, moving, box } = map;
  const at = (scene.at = [x(now.x), y(now.y)]);
  const room = between(Math.min(at[1] - box.top, box.top + box.height - at[1]) - 2, LEAST, LONG) / LONG;
  const end = ([right, up], long) => [at[0] + room * long * right, at[1] - room * long * up];
  const rim = dial.map((way) => end(way, LONG));
  scene.tip = (turn) => rim[turn];
  paths.replaceChildren(
    line([at, [x(0), y(0)]], "plain dashed"),
    node("path", { d: `${path(rim)}Z`, class: "demo-line faint plain" }),
    line(rim.slice(0, scene.until + 1), "plain"),
  );
  const found = !demo.untold() && now.now === scene.lowest;
  const marks = [arrow(at, end(dial[now.now], LONG - 12), "plain", heads.plain, found ? { style: "stroke-width: 4" } : {}), landing(scene)];
  const said = [];
  const best = dial[demo.untold() ? scene.so_far : scene.lowest];
  if (!demo.untold() || now.now > 0) {
    marks.unshift(line([at, end(best, LONG)], "plain light"), dot(end(best, LONG), 5, "plain light"));
    if (found || best !== dial[now.now]) said.push({ at: end(best, LONG + (found ? 26 : 15)), words: demo.untold() ? text.so_far : text.best, name: "plain light" });
  }
  if (!demo.untold() && scene.length > 0) {
    const uphill = scene.ways[scene.uphill];
    marks.unshift(arrow(at, end(uphill, LONG * 0.8), "theory", heads.theory));
    marks.push(uphillName(uphill, end, at[0] > box.left + 0.6 * box.width ? -1 : 1, text.up));
  }
  moving.replaceChildren(...marks, ...names(box, said, []));
}

/** Its name beside a steep arrow, on the side that has room, and below a flat one. */
function uphillName(uphill, end, side, words) {
  const [right, up] = uphill;
  const look = { class: "theory colored" };
  if (Math.abs(up) < Math.abs(right)) {
    const [px, py] = end(uphill, LONG * 0.65);
    return label(px, py + 20, words, { ...look, "text-anchor": "middle" });
  }
  const [px, py] = end(uphill, LONG * 0.55);
  return label(px + ASIDE * side, py + 4, words, { ...look, "text-anchor": side > 0 ? "start" : "end" });
}

/** Where the step itself ends, true to scale: seen once it is long enough. */
function landing({ program, now, dial, views: { map: { x, y } } }) {
  const [right, up] = program.landed(Float64Array.of(now.x, now.y), Float64Array.from(dial[now.now]), now.size);
  return dot([x(right), y(up)], 4, "plain hollow");
}
