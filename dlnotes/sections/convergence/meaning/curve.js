// The loss on training and on fresh points, step by step, and the lanes of the three referees.
import { across, axes, course, dot, label, line, linear, log, phrase, upward } from "../../../demos/demo.js";
import { REFEREES } from "./runs.js";

const LANE = 29; // pixels from one referee to the next

export const onCurve = ({ run, views: { curve: { x, y } } }, step) => [x(step), y(y.clamp(run.losses[step]))];

export function drawCurve(scene) {
  const { demo, program, text, now, run, views: { curve } } = scene;
  const { box } = curve;
  const x = (curve.x = linear([0, program.STEPS], across(box)));
  const y = (curve.y = log([0.03, 20], upward(box)));
  const points = (values) => Array.from(values, (value, step) => [x(step), y(value)]);
  const [seen, unseen] = [points(run.losses), points(run.fresh)];
  const until = (all) => all.slice(0, now.now + 1);
  curve.paths.replaceChildren(...(demo.untold() ? [] : [...course(box, seen, "plain faint"), ...course(box, unseen, "plain faint dashed")]));
  const left = (step) => phrase(text.at, { step });
  curve.moving.replaceChildren(...course(box, until(unseen), "plain dashed"), ...course(box, until(seen), "plain", left));
  curve.names.replaceChildren(
    axes(box, x, y, { xLabel: text.steps, yLabel: text.curve_axis, yTicks: [0.1, 1, 10] }),
    ...named(scene, until(seen).at(-1), until(unseen).at(-1)),
  );
}

/** The names of the two curves, at their heads and apart; none where the curve has left. */
function named({ text, now, views: { curve: { box } } }, seen, unseen) {
  if (now.now === 0) return [];
  const late = seen[0] > box.left + box.width * 0.7;
  const way = { "text-anchor": late ? "end" : "start" };
  const at = seen[0] + (late ? -14 : 22);
  const [first, second] = seen[1] <= unseen[1] ? [-10, 18] : [18, -10];
  return [[seen, text.seen, first], [unseen, text.unseen, second]]
    .filter(([[, height]]) => height >= box.top)
    .map(([[, height], words, shift]) => label(at, Math.max(height + shift, box.top + 10), words, way));
}

/** A lane for each referee: how long it has watched, and where it called stop. */
export function drawReferees(scene) {
  const { demo, program, text, now, run, views: { curve: { box, x, lanes, below } } } = scene;
  below.replaceChildren(...REFEREES.flatMap((name, i) => {
    const height = lanes + i * LANE;
    const called = run.calls[name] <= now.now;
    const known = called || !demo.untold();
    const never = !Number.isFinite(run.calls[name]);
    const end = x(known ? Math.min(run.calls[name], program.STEPS) : now.now);
    const when = known && !never ? phrase(text.at, { step: run.calls[name] }) : known ? text.never : text.not_yet;
    return [
      line([[box.left, height], [end, height]], called ? "theory" : "plain faint"),
      dot([end, height], called ? 6 : 4, called ? "theory" : "plain hollow"),
      label(box.left + 2, height - 10, phrase(text.lane[name], { tol: now.tol, when }), { class: called ? "name" : "" }),
    ];
  }));
}
