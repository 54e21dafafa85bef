// A rate a batch: the loss against the rate with three zones; below, what training at a rate gives.
import { across, axes, cross, dot, label, line, linear, log, power, rect, upward } from "../../../demos/demo.js";

const HIGHEST = 5;
const TICKS = [1e-4, 1e-2, 1, 100];

export function drawBatches(scene, found) {
  const { program, views: { chart, way } } = scene;
  const rates = [program.RATES[0], program.RATES.at(-1)];
  chart.x = log(rates, across(chart.box));
  chart.y = linear([0, HIGHEST], upward(chart.box));
  way.x = log(rates, across(way.box));
  way.y = linear([0, 1], upward(way.box));
  drawTest(scene, found);
  drawScores(scene);
}

/** The curve up to a batch; it stops where it leaves the picture. */
function until({ program, views: { chart: { x, y } } }, losses, at) {
  const gone = losses.findIndex((loss, batch) => loss > HIGHEST && program.RATES[batch] > 0.1);
  const end = gone < 0 ? at + 1 : Math.min(at + 1, gone);
  return losses.slice(0, end).map((loss, batch) => [x(program.RATES[batch]), y(y.clamp(loss))]);
}

function drawTest(scene, found) {
  const { program, text, now, views: { chart } } = scene;
  const { box, x, y } = chart;
  const net = now.net - 1;
  const [raw, smooth] = [program.RAW[net], program.SMOOTH[net]];
  chart.ground.replaceChildren(...zones(scene));
  chart.paths.replaceChildren(line(until(scene, raw, now.now), "plain faint"));
  const curve = until(scene, smooth, now.now);
  const marks = curve.length < now.now + 1 ? [label(curve.at(-1)[0] + 8, box.top + 32, "↑", { class: "plain colored" })] : [];
  chart.moving.replaceChildren(line(curve, "plain"), dot(curve.at(-1), 5, "plain"));
  const read = Number.isFinite(found.steepest) ? readings(scene) : [];
  chart.names.replaceChildren(
    axes(box, x, y, { xLabel: text.rates, yLabel: text.test_axis, xTicks: TICKS, xFormat: power, yTicks: [0, 1, 2, 3, 4] }),
    ...zoneNames(scene), ...marks, ...read,
  );
}

/** The two limits that have been passed, and what lies between them. */
function limits({ program, now }) {
  const [falls, , above] = program.PHASES[now.net - 1];
  const [first, rate] = [program.RATES[0], program.RATES[now.now]];
  const parts = [["slow", first, falls], ["good", falls, above ?? program.RATES.at(-1)], ["wild", above ?? Infinity, program.RATES.at(-1)]];
  return parts.filter(([, from]) => from < rate).map(([name, from, to]) => [name, from, Math.min(to, rate)]);
}

const SHADES = { slow: "shade-1", good: "shade-0", wild: "shade-3" };

const zones = (scene) => limits(scene).map(([name, from, to]) => {
  const { box, x } = scene.views.chart;
  return rect({ left: x(from), top: box.top, width: x(to) - x(from), height: box.height }, { class: SHADES[name] });
});

function zoneNames(scene) {
  const { text, views: { chart: { box, x } } } = scene;
  return limits(scene).filter(([, from, to]) => x(to) - x(from) > 44).map(([name, from, to]) =>
    label((x(from) + x(to)) / 2, box.top + 14, text[name], { class: "name", "text-anchor": "middle" }));
}

/** The height of the smoothed curve at a rate. */
function heightAt({ program, now }, rate) {
  const batch = program.RATES.findIndex((each) => each >= rate * 0.999);
  return program.SMOOTH[now.net - 1][batch];
}

function readings(scene) {
  const { program, text, now, views: { chart: { x, y } } } = scene;
  const net = now.net - 1;
  const places = [
    ["steep_mark", program.STEEPEST[net], [8, -8], "start"],
    ["low_mark", program.LOWEST[net], [0, -12], "middle"],
    ["quarter_mark", program.QUARTER[net], [-8, 14], "end"],
  ];
  return places.flatMap(([name, rate, [right, down], anchor]) => {
    const at = [x(rate), y(y.clamp(heightAt(scene, rate)))];
    return [cross(at, 5, "theory"), label(at[0] + right, at[1] + down, text[name], { class: "theory colored", "text-anchor": anchor })];
  });
}

function drawScores(scene) {
  const { demo, program, text, now, views: { way } } = scene;
  const { box, x, y } = way;
  const points = program.SWEPT.map((rate, i) => [x(rate), y(program.SCORES[i])]);
  const good = program.SWEPT.filter((_, i) => program.SCORES[i] >= program.LEVEL);
  const level = y(0.1);
  const told = !demo.untold();
  way.ground.replaceChildren();
  way.paths.replaceChildren(...(told ? [line(points, "momentum"), ...points.map((point) => dot(point, 3, "momentum"))] : []));
  way.moving.replaceChildren(...(told ? [line([[x(good[0]), level], [x(good.at(-1)), level]], "momentum")] : []));
  const net = now.net - 1;
  const read = told ? [["steep_mark", program.STEEPEST[net]], ["quarter_mark", program.QUARTER[net]]] : [];
  way.names.replaceChildren(
    axes(box, x, y, { xLabel: text.rates, yLabel: text.scores_axis, xTicks: TICKS, xFormat: power, yTicks: [0, 0.5, 1] }),
    ...(told ? [label(x(good[0]) - 8, level + 4, text.band, { class: "momentum colored", "text-anchor": "end" })] : []),
    ...read.map(([, rate]) => line([[x(rate), box.top], [x(rate), box.top + box.height]], "theory dashed")),
    ...read.map(([name, rate]) => label(x(rate) - 4, y(0.4), text[name], { class: "theory colored", "text-anchor": "end" })),
  );
}

/** Where the flag stands. */
export const flagAt = ({ program, now, views: { chart: { x, y } } }) => [x(program.RATES[now.now]), y(0)];
