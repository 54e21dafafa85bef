// What the parameters say: the line among its points; or the two wells from the side.
import { axes, dot, label, line, linear } from "../../../demos/demo.js";

export function drawSide(scene) {
  const { box } = scene.views.side;
  const scales = (x, y) => [linear(x, [box.left, box.left + box.width]), linear(y, [box.top + box.height, box.top])];
  (scene.now.terrain === "line" ? drawPoints : drawWells)(scene, scales);
}

function drawPoints({ program, text, now, seen: { at }, views: { side } }, scales) {
  const [x, y] = scales([-0.3, 4.3], [-0.5, 4.2]);
  const of = (place) => x.domain.map((end) => [x(end), y(program.level(place, end))]);
  const points = program.POINTS.map(([px, py]) => [x(px), y(py)]);
  const misses = program.POINTS.map(([px], i) => line([points[i], [x(px), y(program.level(at, px))]], "theory dashed"));
  side.paths.replaceChildren(line(of(Float64Array.of(now.x, now.y)), "plain faint"));
  side.moving.replaceChildren(...misses, line(of(at), "plain"), ...points.map((point) => dot(point, 5, "plain")));
  frame(side, x, y, text.side, { xTicks: [0, 1, 2, 3, 4], yTicks: [0, 2, 4] });
}

function drawWells({ program, text, seen: { at }, views: { side } }, scales) {
  const [x, y] = scales([-2, 2], [-0.6, 4]);
  const places = Array.from({ length: 81 }, (_, i) => (i - 40) / 20);
  side.paths.replaceChildren(line(places.map((place) => [x(place), y(program.wells(place, 0))]), "plain faint"));
  side.moving.replaceChildren(dot([x(at[0]), y(program.wells(at[0], 0))], 6, "plain"));
  frame(side, x, y, text.side_wells, { xTicks: [-1, 0, 1], yTicks: [0, 2, 4] });
}

function frame({ box, names }, x, y, words, ticks) {
  names.replaceChildren(axes(box, x, y, ticks), label(box.left - 4, box.top - 9, words, { class: "name" }));
}
