// The valley: its ground, the paths up to now, the ball and the two arrows of its next step.
import { arrow, bands, dot, dots, grid, label, line, phrase, plus, rect } from "../../../demos/demo.js";
import { look, own, rivals, sampled, told } from "./runs.js";
import { SHADES } from "./rates.js";

export function drawValley({ program, text, now, views: { valley } }) {
  const { box, x, y, ground, marks } = valley;
  const right = box.left + box.width - 8;
  const samples = grid((a, b) => program.ravine_value(a, b, now.condition), x, y, 12);
  const top = Math.max(...samples.values);
  const levels = Array.from({ length: SHADES }, (_, i) => top * ((i + 1) / (SHADES + 1)) ** 2); // even on a parabola
  ground.replaceChildren(rect(box, { class: `shade-${SHADES}` }), ...bands(samples, levels));
  marks.replaceChildren(
    plus([x(0), y(0)]),
    label(right, box.top + 18, `↕ ${phrase(text.across, { condition: now.condition })}`, { "text-anchor": "end" }),
    label(right, box.top + 35, `↔ ${text.along}`, { "text-anchor": "end" }),
  );
}

const placed = ({ x, y }, states) => states.map((s) => [x(s.x), y(s.y)]);
const path = ({ now, views: { valley } }, run, upTo = now.now) =>
  placed(valley, sampled(run.last, valley.box.width, upTo).map((step) => run.states[step]));

/** The start, the names, and the ways to the end, once they may be seen. */
export function drawPaths(scene) {
  const { demo, text, now, views: { valley } } = scene;
  const { box, x, y, paths, names } = valley;
  const shown = [...rivals(scene), own(scene)];
  paths.replaceChildren(...(demo.untold() ? [] : shown.map((one) => line(path(scene, one.run, one.run.last), `${one.look} faint`))));
  names.replaceChildren(...shown.toReversed().map((one, row) =>
    label(box.left + 8, box.top + box.height - 10 - 17 * row, demo.untold() ? one.words : told(scene, one), { class: `colored ${one.look}` })));
  scene.start.place(x(now.x), y(now.y), phrase(text.point, { x: now.x, y: now.y }));
}

/** Every ball where it is now. */
export function drawBalls(scene) {
  const { now, runs, views: { valley } } = scene;
  const mine = path(scene, runs.present);
  valley.moving.replaceChildren(
    ...rivals(scene).flatMap((one) => {
      const way = path(scene, one.run);
      return [line(way, `${one.look} beside`), dot(way.at(-1), 5, one.look)];
    }),
    line(mine, look(scene)),
    dots(mine, look(scene)),
    ...nextStep(scene, runs.present.states[now.now]),
  );
}

/** The ball, what it carries on with, and the push of the gradient. */
function nextStep(scene, { x, y, vx, vy }) {
  const { program, text, now, views: { valley } } = scene;
  const { carry_x, carry_y, push_x, push_y } = program.arrows(x, y, vx, vy, now.lr, now.momentum, now.condition);
  const ahead = now.method === "nesterov"; // PyTorch stores its look-ahead point: the ball is one carry behind
  const ball = ahead ? { x: x - carry_x, y: y - carry_y } : { x, y };
  const middle = { x: ball.x + carry_x, y: ball.y + carry_y };
  const tip = { x: middle.x + push_x, y: middle.y + push_y };
  const [from, between, to] = placed(valley, [ball, middle, tip]);
  return [
    ...shaft(scene, from, between, "carry", ahead ? text.look_ahead : text.velocity),
    ...shaft(scene, between, to, "push", text.gradient),
    dot(from, 7, look(scene)),
  ];
}

function shaft({ heads, views: { valley: { box } } }, from, to, name, words) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  if (!(Math.hypot(dx, dy) > 9)) return [];
  const family = name === "carry" ? "momentum" : "plain";
  const reach = name === "carry" ? 0.7 : 0.95;
  const [left, base] = [from[0] + dx * reach + 10, from[1] + dy * reach + 4];
  const inside = left > 0 && left < box.width - 90 && base > box.top + 12 && base < box.top + box.height - 60;
  return [arrow(from, to, family, heads[name]), ...(inside ? [label(left, base, words, { class: `colored ${family}` })] : [])];
}
