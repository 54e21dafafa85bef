// The ranking: a row an entrant, with its mean and its range over seeds.
import { across, axes, dot, label, linear, node, rect } from "../../../demos/demo.js";
import { LOOK, NAMES, family, scored } from "./entrants.js";

const FLOORS = [0, 0.5, 0.8, 0.9, 0.95];
const RIM = 0.03; // of the axis beyond its ends, so that a whole mark fits on them

export function drawRanking(scene, { ranked }) {
  const { demo, text, views: { ranking: { box, marks } } } = scene;
  const lowest = demo.untold() ? 0 : Math.min(...ranked.map(({ low }) => low)); // one axis while it plays
  const floor = FLOORS.findLast((value) => value <= lowest) ?? 0;
  const rim = (1 - floor) * RIM;
  const x = linear([floor - rim, 1 + rim], across(box));
  const y = linear([0, ranked.length], [box.top, box.top + box.height]);
  const xTicks = [0, 1, 2, 3, 4, 5].map((i) => Number((floor + ((1 - floor) * i) / 5).toFixed(3)));
  const leading = { ...box, left: x(ranked[0].low), width: Math.max(1, x(ranked[0].high) - x(ranked[0].low)) };
  marks.replaceChildren(
    axes(box, x, y, { yTicks: [], xTicks }),
    label(0, box.top - 9, text.ranking, { class: "name" }),
    rect(leading, { class: "demo-range", fill: "var(--rule)", opacity: 0.6 }),
  );
  drawRows(scene, ranked, x, y);
}

/** A row each, which slides to its new place; where it stood with one rate for all stays as a ring. */
function drawRows(scene, ranked, x, y) {
  const { text, views: { ranking: { box, words } } } = scene;
  scene.rows ??= Object.fromEntries(NAMES.map((name) => [name, words.appendChild(node("g", { class: "demo-row" }))]));
  ranked.forEach((one, i) => {
    const row = scene.rows[one.name];
    const written = (at, said, look) => label(at, 4, said, { ...look, "text-anchor": "end" });
    row.style.transform = `translateY(${y(i + 0.5)}px)`;
    row.replaceChildren(
      ...(one.before < x.domain[0] ? [] : [dot([x(one.before), 0], 4, `${family(one.name)} hollow`)]),
      ...interval(one, x),
      written(box.left - 52, text[one.name], { class: `colored ${family(one.name)}` }),
      written(box.left - 8, scored(one.mean)),
    );
  });
}

const interval = ({ name, mean, low, high }, x) => [
  node("path", { d: `M${x(low)} 0H${x(high)}`, class: `demo-line ${LOOK[name]}`, "stroke-width": 3 }),
  dot([x(mean), 0], 5, family(name), { "data-rank": name }),
];
