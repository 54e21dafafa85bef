// The terrain from above, the way of the ball; the same from afar, where the map is a small square.
import { bands, dot, dots, grid, label, line, linear, rect, roof } from "../../../demos/demo.js";

const LEVELS = [0.05, 0.2, 0.4, 0.7, 1, 1.3, 1.6, 1.9, 2.15]; // losses between two shades

export function drawGround({ program, text, views: { map } }) {
  const { box, x, y, ground, names } = map;
  const samples = grid(program.height, x, y, 4);
  ground.replaceChildren(rect(box, { class: `shade-${LEVELS.length}` }), ...bands(samples, LEVELS));
  const beside = (at, up, words) => label(x(at), y(up), words, { class: "name", "text-anchor": "middle" });
  names.replaceChildren(
    beside(2.35, 0.78, text.plateau),
    beside(2.2, -1.1, text.flat),
    label(box.left + box.width - 6, box.top + box.height - 8, "w", { "text-anchor": "end" }),
    label(box.left + 6, box.top + 16, "b"),
  );
}

export function drawWay({ demo, text, now, run, views: { map } }) {
  const { x, y, paths, moving } = map;
  const placed = run.path.map(([a, b]) => [x(a), y(b)]);
  const taken = placed.slice(0, now.now + 1);
  const [low, up] = [x(0.93), y(-0.07)];
  paths.replaceChildren(
    ...(demo.untold() ? [] : [line(placed, "plain faint"), label(low, up + 20, text.low, { class: "name", "text-anchor": "middle" })]),
  );
  moving.replaceChildren(line(taken, "plain"), dots(taken, "plain"), dot(taken.at(-1), 7, "plain"));
}

export function drawAfar({ demo, program, text, now, run, views: { afar } }) {
  const { box, moving, names } = afar;
  if (demo.untold()) {
    for (const layer of [moving, names]) layer.replaceChildren();
    return;
  }
  const { ACROSS: [left, right], UP: [low, high] } = program;
  const taken = run.path.slice(0, now.now + 1);
  const reach = roof(taken.flatMap(([a, b]) => [a, b]).reduce((far, each) => Math.max(far, Math.abs(each)), right));
  const x = linear([-reach, reach], [box.left, box.left + box.width]);
  const y = linear([-reach, reach], [box.top + box.height, box.top]);
  const placed = taken.map(([a, b]) => [x(a), y(b)]);
  const [west, north] = [x(left), y(high)];
  const [east, south] = [Math.max(x(right), west + 4), Math.max(y(low), north + 4)];
  const square = [[west, north], [east, north], [east, south], [west, south], [west, north]];
  moving.replaceChildren(line(square, "theory"), line(placed, "plain"), dot(placed.at(-1), 5, "plain"));
  names.replaceChildren(
    label(box.left, box.top - 9, text.afar, { class: "name" }),
    label(box.left + box.width, box.top + box.height + 24, text.square, { class: "theory colored", "text-anchor": "end" }),
  );
}
