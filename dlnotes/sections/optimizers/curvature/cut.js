// A cut through the ground and the model, along the present step.
import { across, axes, cross, dot, label, line, linear, upward } from "../../../demos/demo.js";
import { bend } from "./runs.js";

const REACH = [-0.7, 1.7]; // in steps

/** Ground and model over the way of the step, 0 its start and 1 its end. */
export function drawCut(scene, { here, d, model }) {
  const { text, views: { land: { relief }, cut } } = scene;
  const { box, marks, paths } = cut;
  const ground = (t) => bend(scene, here.x + t * d.dx, here.y + t * d.dy).value;
  const parabola = (t) => model(t * d.dx, t * d.dy);
  const heights = [-0.2, 0, 0.5, 1, 1.2].flatMap((t) => [ground(t), parabola(t)]).filter(Number.isFinite);
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  const room = Math.max(high - low, relief / 120);
  const x = linear(REACH, across(box));
  const y = linear([low - 0.25 * room, high + 0.35 * room], upward(box));
  const ts = Array.from({ length: 97 }, (_, i) => REACH[0] + ((REACH[1] - REACH[0]) * i) / 96);
  const curve = (f) => ts.map((t) => [x(t), y(f(t))]);
  marks.replaceChildren(axes(box, x, y, { xLabel: text.along, yLabel: text.loss, xTicks: [0, 1] }));
  paths.replaceChildren(line(curve(ground), "plain"), line(curve(parabola), "curvature dashed"));
  nameCut(scene, { x, y, ground, parabola });
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
