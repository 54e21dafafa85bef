// The cut along the arrow: the loss as it is, the straight line that the gradient promises.
import { across, axes, course, dot, label, line, linear, phrase, upward } from "../../../demos/demo.js";

const SAMPLES = 160;

export function drawCut({ demo, program, text, now, seen: { from, numbers }, views: { cut } }) {
  const { box } = cut;
  const [top, low, high] = program[`span_${now.terrain}`](from, now.rate);
  const x = (cut.x = linear([0, top], across(box)));
  const y = (cut.y = linear([low, high], upward(box)));
  const loss = (rate) => program[`cut_${now.terrain}`](from, rate);
  const promised = (rate) => program[`promise_${now.terrain}`](from, rate);
  const end = demo.untold() ? numbers.far : top;
  const rates = Array.from({ length: SAMPLES + 1 }, (_, i) => (end * i) / SAMPLES);
  const here = [x(numbers.far), y(numbers.loss)];
  const hoped = [x(numbers.far), y(promised(numbers.far))];
  const start = y(loss(0));
  cut.ground.replaceChildren(line([[box.left, start], [box.left + box.width, start]], "plain faint"));
  const way = rates.map((rate) => [x(rate), y(loss(rate))]);
  const beyond = here[1] < box.top ? () => phrase(text.here, { height: numbers.loss }) : undefined;
  cut.paths.replaceChildren(
    line(rates.map((rate) => [x(rate), y(promised(rate))]), "theory dashed"),
    ...course(box, way, "plain", beyond),
  );
  const fallen = numbers.far > 0 ? [line([[here[0], start], hoped], "theory dashed faint"), line([[here[0], start], here], "momentum")] : [];
  cut.moving.replaceChildren(...fallen, dot(hoped, 4, "theory hollow"), dot(here, 6, "plain"));
  cut.names.replaceChildren(
    axes(box, x, y, { xLabel: text.cut_x, yTicks: y.ticks(box.height / 36) }),
    label(box.left - 4, box.top - 9, `${text.cut}: ${text.cut_y} ↑`, { class: "name" }),
    ...named(box, here, hoped, text),
    ...(demo.untold() ? [] : measures(box, way, here, start, text)),
  );
}

/** The lowest place of the curve, and on the level of the start the place twice as far. */
function measures(box, way, here, start, text) {
  const lowest = way.reduce((low, place) => (place[1] > low[1] ? place : low));
  if (lowest === way.at(-1) || lowest === way[0]) return [];
  const twice = 2 * lowest[0] - box.left;
  const look = { "text-anchor": "middle" };
  const near = Math.abs(here[0] - lowest[0]) < 50;
  return [
    dot(lowest, 3, "plain hollow"),
    ...(near ? [] : [label(lowest[0], lowest[1] + 18, text.lowest, look)]),
    ...(twice < box.left + box.width - 4 ? [line([[twice, start - 5], [twice, start + 5]], "plain"), label(twice - 8, start - 8, text.twice, { "text-anchor": "end" })] : []),
  ];
}

/** The two lines by name, beside where one is, as long as they lie apart. */
function named(box, here, hoped, text) {
  if (hoped[1] - here[1] < 34) return [];
  const left = here[0] > box.left + box.width - 70;
  const at = { "text-anchor": left ? "end" : "start" };
  const px = here[0] + (left ? -10 : 10);
  const low = box.top + box.height - 8;
  const truth = left ? label(here[0], Math.min(here[1] + 24, low), text.truth, { "text-anchor": "middle" }) : label(px, Math.min(here[1] + 18, low), text.truth, at);
  return [label(px, Math.min(hoped[1] + 4, low), text.promise, at), truth];
}
