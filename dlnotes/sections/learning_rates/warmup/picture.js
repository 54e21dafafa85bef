// The rate under its limit, the losses of all peaks, and where they stand now.
import { axes, cross, dot, label, line } from "../../../demos/demo.js";
import { alive, gone, highest, losses, placeOf, sharps } from "./runs.js";

const STEPS = [0, 4, 8, 12, 16, 20]; // looks that are named on the axis

const known = ({ demo, program, now }) => (demo.untold() ? now.now : program.LOOKS);
const stepAxis = ({ program }) => ({ xTicks: STEPS, xFormat: (look) => String(look * program.LOOK) });

/** The whole schedule, for it is set; the limit as far as the run has come. */
export function drawRates(scene) {
  const { program, text, now, rates, views: { rate: { box, x, y, paths, moving, names } } } = scene;
  const whole = Array.from(rates, (value, i) => [x((i * program.FINE) / program.LOOK), y(y.clamp(value))]);
  const limits = sharps(scene).map((sharp, look) => [x(look), y(y.clamp(program.limit(sharp))), gone(scene, sharp)]);
  const until = (last) => limits.slice(0, last + 1).filter(([, , dead]) => !dead).map(([px, py]) => [px, py]);
  const seen = until(now.now);
  paths.replaceChildren(line(until(known(scene)), "theory dashed faint"));
  moving.replaceChildren(line(whole, "plain"), line(seen, "theory dashed"), ...(seen.length ? [dot(seen.at(-1), 4, "theory")] : []));
  names.replaceChildren(
    axes(box, x, y, { ...stepAxis(scene), yLabel: text.rate_axis, yTicks: [0.001, 0.01, 0.1, 1] }),
    label(box.left + box.width, box.top - 9, text.line, { class: "theory colored", "text-anchor": "end" }),
  );
}

/** A curve up to a look; where its runs have died it ends at the top. */
function course(scene, place, last) {
  const { views: { loss: { x, y } } } = scene;
  const points = [];
  for (const [look, value] of losses(scene, place).slice(0, last + 1).entries()) {
    points.push([x(look), gone(scene, value) ? y(y.domain[1]) + 5 : y(y.clamp(value))]);
    if (gone(scene, value)) break;
  }
  return points;
}

export function drawLosses(scene) {
  const { program, text, now, views: { loss: { box, x, y, paths, moving, names } } } = scene;
  const own = placeOf(scene);
  const others = program.PEAKS.map((_, place) => place).filter((place) => place !== own);
  const faint = others.map((place) => line(course(scene, place, now.now), "plain faint"));
  paths.replaceChildren(line(course(scene, own, known(scene)), "plain faint"));
  const mine = course(scene, own, now.now);
  const end = mine.length > now.now ? dot(mine.at(-1), 5, "plain") : cross(mine.at(-1), 4, "plain");
  moving.replaceChildren(...faint, line(mine, "plain"), end);
  names.replaceChildren(axes(box, x, y, { ...stepAxis(scene), xLabel: text.steps, yLabel: text.loss_axis, yTicks: [0.1, 1, 10] }));
}

/** The present loss at every peak; hollow, where runs without warmup have ended. */
export function drawEnds(scene) {
  const { program, text, now, views: { ends: { box, x, y, ground, paths, moving, names } } } = scene;
  const last = program.LOOKS;
  const spot = (place, value) => [x(program.PEAKS[place]), gone(scene, value) ? box.top + 10 : y(y.clamp(value))];
  const plain = program.PEAKS.map((_, place) => losses(scene, place, true)[last]);
  const hollow = plain.flatMap((value, place) =>
    gone(scene, value) ? [] : [dot(spot(place, value), 6.5, "theory", { style: "fill:none;stroke:currentColor;stroke-width:1.4" })]);
  paths.replaceChildren(...(now.warm ? hollow : []));
  const own = placeOf(scene);
  moving.replaceChildren(...program.PEAKS.map((_, place) => {
    const value = losses(scene, place)[now.now];
    const at = spot(place, value);
    if (gone(scene, value)) return cross(at, 4, place === own ? "plain" : "plain beside");
    return dot(at, place === own ? 5.5 : 3.5, "plain");
  }));
  const done = now.now === last;
  const high = x(highest(scene));
  ground.replaceChildren(...(done ? [line([[high, box.top], [high, box.top + box.height]], "dotted")] : []));
  names.replaceChildren(
    axes(box, x, y, { xLabel: text.peaks, xTicks: [0.03, 0.1, 0.3], yTicks: [0.1, 1, 10] }),
    label(box.left - 4, box.top - 30, text.ends_axis),
    ...(now.warm ? [label(box.left + 6, box.top + box.height - 8, text.plain, { class: "theory colored" })] : []),
    ...(done ? counts(scene) : []),
  );
}

/** How many live at each peak, from the first that loses one. */
function counts(scene) {
  const { program, text, views: { ends: { box, x } } } = scene;
  const found = alive(scene);
  const first = found.findIndex((count) => count < program.SEEDS);
  const from = Math.max(first - 1, 0);
  return [
    label(box.left + box.width, box.top - 30, text.alive, { "text-anchor": "end" }),
    ...found.flatMap((count, place) =>
      place < from ? [] : [label(x(program.PEAKS[place]), box.top - 6, String(count), { "text-anchor": "middle" })]),
  ];
}
