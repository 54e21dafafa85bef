// An epoch a rate: how far the loss fell at each, and the loss from epoch to epoch.
import { across, axes, dot, format, label, line, linear, log, rect, upward } from "../../../demos/demo.js";
import { ends, falls, winner } from "./runs.js";

const TALLEST = 3.4;

export function drawEpochs(scene, found) {
  const { program, views: { chart, way } } = scene;
  const { LADDER } = program;
  const edge = LADDER[1] / LADDER[0];
  chart.x = log([LADDER[0] / edge, LADDER.at(-1) * edge], across(chart.box));
  chart.y = linear([0, TALLEST], upward(chart.box));
  way.x = linear([-0.4, program.EPOCHS + 0.4], across(way.box));
  way.y = linear([0, TALLEST], upward(way.box));
  bars(scene, found);
  drawWay(scene, found);
}

/** Half the width of a bar. */
const half = ({ program: { LADDER }, views: { chart: { x } } }) => (x(LADDER[1]) - x(LADDER[0])) * 0.34;

const bar = (scene, place, fall, attributes) => {
  const { program, views: { chart: { x, y } } } = scene;
  const [middle, top, wide] = [x(program.LADDER[place]), y(y.clamp(fall)), half(scene)];
  return rect({ left: middle - wide, top, width: 2 * wide, height: y(0) - top }, attributes);
};

function bars(scene, found) {
  const { program, text, now, views: { chart } } = scene;
  const { box, x, y } = chart;
  const seen = program.ORDERS[now.way].slice(0, now.now);
  const solid = seen.map((place) =>
    bar(scene, place, found.found[place], { class: "demo-dot plain", opacity: place === found.place ? 1 : 0.4 }));
  const hollow = now.way === "rising" ? [] : outlines(scene);
  chart.ground.replaceChildren();
  chart.paths.replaceChildren(...hollow);
  chart.moving.replaceChildren(...solid);
  const words = found.place < 0 ? [] : [named(scene, found.place, found.found[found.place], "plain colored")];
  const rising = falls(scene, "rising");
  const first = winner(scene, rising, program.EPOCHS, "rising");
  const hidden = seen.includes(first) && found.found[first] > rising[first];
  const apart = now.way !== "rising" && !hidden;
  if (apart) words.push(named(scene, first, rising[first], "theory colored"));
  if (now.way !== "rising") words.push(label(x(program.LADDER[0]) - half(scene), box.top + 14, text.hollow, { class: "theory colored" }));
  chart.names.replaceChildren(
    axes(box, x, y, { xLabel: text.rates, yLabel: text.falls_axis, xTicks: [0.001, 0.01, 0.1, 1], yTicks: [0, 1, 2, 3] }),
    ...words,
  );
}

function named({ program, views: { chart: { x, y } } }, place, fall, name) {
  return label(x(program.LADDER[place]), y(y.clamp(fall)) - 6, format(program.LADDER[place]), { class: name, "text-anchor": "middle" });
}

function outlines(scene) {
  const rising = falls(scene, "rising");
  return Array.from(rising, (fall, place) => bar(scene, place, fall, { class: "demo-line theory" }));
}

function drawWay(scene, found) {
  const { demo, program, text, now, views: { way } } = scene;
  const { box, x, y } = way;
  const drop = (epoch) => {
    const [before, after] = ends(scene, epoch);
    return line([[x(epoch), y(y.clamp(before))], [x(epoch + 1), y(y.clamp(after))]], `plain${program.ORDERS[now.way][epoch] === found.place ? "" : " beside"}`);
  };
  const taken = Array.from({ length: now.now }, (_, epoch) => drop(epoch));
  const rising = program.LOSSES.rising[now.net - 1].map((loss, epoch) => [x(epoch), y(loss)]);
  way.ground.replaceChildren();
  way.paths.replaceChildren(...(now.way === "rising" && demo.untold() ? [] : [line(rising, "theory faint")]));
  way.moving.replaceChildren(...taken, dot([x(now.now), y(y.clamp(found.loss))], 5, "plain"));
  way.names.replaceChildren(axes(box, x, y, { xLabel: text.epochs, yLabel: text.loss_axis, xTicks: [0, 3, 6, 9, 12], yTicks: [0, 1, 2, 3] }));
}

/** Where the flag stands. */
export const flag = ({ now, views: { way: { x, y } } }) => [x(now.now), y(0)];
