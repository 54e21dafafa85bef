// The plans, the losses up to the bell, and the row of whoever is lowest.
import { axes, dot, label, line, power, rect } from "../../../demos/demo.js";
import { rateAt } from "./runs.js";

const DASHES = { constant: "1.5 3.5", cosine: "6 3", cycles: "" };
const SPACED = 5; // steps between two points of a plan
const TICKS = [0, 500, 1000, 1500, 2000];

/** A lane's line, dashed in its own way; the one that rises again has a color besides. */
function traced(points, name) {
  const made = line(points, family(name));
  made.style.strokeDasharray = DASHES[name];
  made.style.strokeWidth = name === "cycles" ? 2.2 : 1.6;
  return made;
}

const family = (name) => (name === "cycles" ? "momentum" : "plain");

export function drawRates(scene) {
  const { demo, program, text, views: { rate: { box, x, y, paths, names } } } = scene;
  const steps = Array.from({ length: program.STEPS / SPACED + 1 }, (_, i) => i * SPACED);
  const plan = (name) => steps.map((step) => [x(step), y(rateAt(scene, name, Math.min(step, program.STEPS - 1)))]);
  paths.replaceChildren(...program.LANES.map((name) => traced(plan(name), name)));
  names.replaceChildren(
    axes(box, x, y, { xTicks: demo.narrow ? [] : TICKS, yTicks: [0, 0.08, 0.16] }),
    label(box.left - 4, 17, text.rate_axis, { class: "name" }),
    ...samples(scene),
  );
}

export function drawLosses(scene, look) {
  const { demo, program, text, known, found, views: { loss: { box, x, y, paths, moving, names } } } = scene;
  const upto = (name, last) => found[name].slice(0, last + 1).map((value, at) => [x(at * program.EVERY), y(y.clamp(value))]);
  const faint = known > look ? program.LANES.map((name) => traced(upto(name, known), name)) : [];
  for (const made of faint) made.classList.add("faint");
  paths.replaceChildren(...faint);
  moving.replaceChildren(
    ...program.LANES.flatMap((name) => {
      const points = upto(name, look);
      return [traced(points, name), dot(points.at(-1), 4, family(name))];
    }),
  );
  names.replaceChildren(axes(box, x, y, { yLabel: text.loss_axis, xTicks: demo.narrow ? [] : TICKS, yTicks: [1, 0.1, 0.01, 0.001], yFormat: power }));
}

/** Three rows; where a lane is lowest, its row is filled. */
export function drawBell(scene, look) {
  const { program, text, known, won, views: { bell: { box, ground, moving, names }, loss: { x } } } = scene;
  const high = box.height / program.LANES.length;
  const top = (place) => box.top + place * high;
  const half = (x(program.EVERY) - x(0)) / 2;
  const cells = stretches(won, known).map(([place, from, to]) => {
    const left = x(from * program.EVERY) - half;
    const cell = { left, top: top(place) + 3, width: x(to * program.EVERY) + half - left, height: high - 5 };
    return rect(cell, { class: family(program.LANES[place]), fill: "currentColor", opacity: 0.75 });
  });
  moving.replaceChildren(...cells);
  ground.replaceChildren(line([[x(look * program.EVERY), box.top], [x(look * program.EVERY), box.top + box.height]], "theory dashed"));
  names.replaceChildren(
    axes(box, x, undefined, { xLabel: text.steps, yLabel: text.bell_axis, xTicks: TICKS, yTicks: [] }),
    ...program.LANES.flatMap((name, place) => [
      label(box.left - 8, top(place) + high / 2 + 4, text[name], { "text-anchor": "end", class: name === "cycles" ? "momentum colored" : "" }),
    ]),
  );
}

/** Stretches of looks that one lane wins: [place, first, last]. */
function stretches(won, known) {
  const found = [];
  for (let look = 1; look <= known; look += 1) {
    const last = found.at(-1);
    if (last && last[0] === won[look]) last[2] = look;
    else found.push([won[look], look, look]);
  }
  return found;
}

/** A piece of each line above the plans, with its name. */
function samples({ demo, program, text, views: { rate: { box } } }) {
  const step = demo.narrow ? box.width / 3 : 130;
  const first = box.left + box.width - program.LANES.length * step;
  return program.LANES.flatMap((name, i) => {
    const [left, height] = [first + i * step, box.top - 13];
    return [
      traced([[left, height], [left + 22, height]], name),
      label(left + 27, height + 4, text[name], { class: name === "cycles" ? "momentum colored" : "" }),
    ];
  });
}
