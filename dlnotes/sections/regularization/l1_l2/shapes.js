// The plane of two weights: the loss as ellipses, the penalty's shape, and the point of touch.
import { axes, dot, grid, label, line, lines, node, path, phrase } from "../../../demos/demo.js";

const CELL = 4; // pixels
const INNER = [0.25, 0.6]; // further ellipses, as parts of the one that touches
const TICKS = [-1, 0, 1];
const SMALL = 1e-9;

/** The samples of a function, taken anew where what it hangs on has changed, or the panel. */
function sampled(view, name, from, fn) {
  const { x, y } = view;
  const of = [...from, ...x.domain, ...x.range, ...y.domain, ...y.range].join();
  if (view[name]?.of !== of) view[name] = { of, ...grid(fn, x, y, CELL) };
  return view[name];
}

export function drawShapes(scene) {
  const { program, text, now, touching: { a, b }, all, onAxis, views: { shape } } = scene;
  const { box, x, y, ground, paths, moving, names } = shape;
  const [right, bottom] = [box.left + box.width, box.top + box.height];
  const specks = Array.from(all[0], (first, i) => `${path([[x(first), y(all[1][i])]])}h0`).join("");
  ground.replaceChildren(
    line([[box.left, y(0)], [right, y(0)]], "goal"),
    line([[x(0), box.top], [x(0), bottom]], "goal"),
    node("path", { d: specks, class: "demo-steps theory", style: "stroke-width: 3" }),
  );
  const heights = sampled(shape, "heights", [now.x, now.y, now.tilt], (px, py) => program.hill(px, py, now.x, now.y, now.tilt));
  const level = program.hill(a, b, now.x, now.y, now.tilt);
  const prices = sampled(shape, "prices", [now.mix], (px, py) => program.price(px, py, now.mix));
  const price = program.price(a, b, now.mix);
  const rings = level > SMALL ? INNER.map((part) => node("path", { d: lines(heights, part * level), class: "demo-contour" })) : [];
  paths.replaceChildren(
    ...rings,
    ...(level > SMALL ? [node("path", { d: lines(heights, level), class: "demo-line plain" })] : []),
    ...(price > SMALL ? [node("path", { d: lines(prices, price), class: "demo-line plain dashed" })] : []),
  );
  moving.replaceChildren(dot([x(a), y(b)], 6, "plain"));
  names.replaceChildren(
    axes(box, x, y, { xLabel: text.a_axis, yLabel: text.b_axis, xTicks: TICKS, yTicks: TICKS }),
    label(box.left - 6, box.top - 26, text.shapes_note),
    label(right, box.top - 9, phrase(text.corner_count, { all: program.ELLIPSES, corners: onAxis }), { "text-anchor": "end" }),
  );
  scene.bottom.place(x(now.x), y(now.y), phrase(text.spoken_bottom, { x: now.x, y: now.y }));
}
