// A cut through the ground and the model, along the present step.
import { across, axes, cross, dot, label, line, linear, upward } from "../../../demos/demo.js";
import { bend } from "./runs.js";

const REACH = [-0.5, 1.5]; // in steps
const ROOM = 4; // beyond so many times what the step itself spans, a curve leaves the panel

/** Ground and model over the way of the step, 0 its start and 1 its end. */
export function drawCut(scene, { here, d, model, words = scene.text.along }) {
  const { views: { land: { relief }, cut } } = scene;
  const { box, marks, paths } = cut;
  const ground = (t) => bend(scene, here.x + t * d.dx, here.y + t * d.dy).value;
  const parabola = (t) => model(t * d.dx, t * d.dy);
  const ts = Array.from({ length: 97 }, (_, i) => REACH[0] + ((REACH[1] - REACH[0]) * i) / 96);
  const heights = [ground, parabola].map((f) => ts.map(f));
  const [low, high] = span([ground, parabola].flatMap((f) => [0, 0.25, 0.5, 0.75, 1].map(f)));
  const room = Math.max(high - low, relief / 120);
  const [least, most] = span(heights.flat());
  const x = linear(REACH, across(box));
  const y = linear([Math.max(least, low - ROOM * room) - 0.1 * room, Math.min(most, high + ROOM * room) + 0.1 * room], upward(box));
  const within = ([, py]) => py >= box.top && py <= box.top + box.height;
  const [below, guessed] = heights.map((all) => all.map((height, i) => [x(ts[i]), y(height)]).filter(within));
  marks.replaceChildren(axes(box, x, y, { xLabel: words, yLabel: scene.text.loss, xTicks: [0, 1] }));
  paths.replaceChildren(line(below, "plain"), line(guessed, "curvature dashed"));
  nameCut(scene, { x, y, ground, parabola });
}

/** Before the first step there is no way to cut along: the panel says what it will show. */
export function drawWaiting({ text, views: { cut: { box, marks, paths, names } } }) {
  const heights = linear([0, 1], upward(box));
  const look = { xLabel: text.along, yLabel: text.loss, xTicks: [0, 1], yTicks: [] };
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  marks.replaceChildren(axes(box, linear(REACH, across(box)), heights, look));
  paths.replaceChildren();
  names.replaceChildren(...text.later.split("\n").map((words, row) => label(x, y + 20 * row, words, { "text-anchor": "middle" })));
}

/** The lowest and the highest of some heights. */
function span(all) {
  const heights = all.filter(Number.isFinite);
  return [Math.min(...heights), Math.max(...heights)];
}

function nameCut({ text, views: { cut: { names } } }, { x, y, ground, parabola }) {
  const [gy, my] = [y(ground(1)), y(parabola(1))];
  const apart = Math.abs(gy - my) < 16 ? 16 * (gy < my ? -1 : 1) - (gy - my) : 0;
  const beside = (height, shift) => [x(1) + 12, y(y.clamp(height)) + 4 + shift];
  names.replaceChildren(
    dot([x(0), y(ground(0))], 5, "curvature"),
    dot([x(1), gy], 5, "plain hollow"),
    cross([x(1), my], 5, "curvature"),
    label(...beside(parabola(1), -apart / 2), text.model, { class: "colored curvature" }),
    label(...beside(ground(1), apart / 2), text.ground, { class: "colored plain" }),
  );
}
