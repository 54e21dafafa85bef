// The lanes of the race: who arrived when, and the clock.
import { across, cross, dot, format, label, log, node, path, phrase } from "../../../demos/demo.js";
import { colored, FAMILY, hue } from "./families.js";

const TICKS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

const rank = (run) => (Number.isFinite(run.steps) ? run.steps : Number.isFinite(run.lost) ? 2e9 - run.lost : 1e9);

function told({ demo, program, text, now }, run) {
  if (demo.untold() && now.now < run.steps) return "";
  if (Number.isFinite(run.steps)) return format(run.steps);
  return Number.isFinite(run.lost) ? text.lost : phrase(text.never, { limit: program.LIMIT });
}

export function drawLanes(scene) {
  const { demo, text, runs, last, views: { lanes } } = scene;
  const { box, edge } = lanes;
  lanes.gap = Math.min(30, lanes.room / runs.length);
  const ranked = demo.untold() ? runs : runs.toSorted((a, b) => rank(a) - rank(b));
  lanes.x = log([1, last + 1], across(box)); // step n stands at n + 1, so that 0 has a place
  lanes.names.replaceChildren(
    ...rule(scene),
    ...ranked.flatMap((run, row) => lane(scene, run, row)),
    label(edge - 54, box.top - 12, text.arrives, { "text-anchor": "end" }),
    label(edge, box.top - 12, text.rate_of, { "text-anchor": "end" }),
  );
}

/** The ruled steps and their names, drawn anew where the lanes or their length change. */
function rule({ text, runs, last, views: { lanes } }) {
  const { box, gap, x } = lanes;
  const of = [last, runs.length, box.left, box.top, box.width, gap].join();
  if (lanes.ruled?.of === of) return lanes.ruled.drawn;
  const high = runs.length * gap;
  const ticks = TICKS.filter((n) => n <= last && (box.width > 340 || /^10*$/.test(n)));
  const drawn = [
    ...ticks.flatMap((n) => [
      node("path", { d: `M${x(n + 1)} ${box.top}v${high}`, class: "demo-contour" }),
      label(x(n + 1), box.top + high + 16, format(n), { "text-anchor": "middle" }),
    ]),
    label(box.left + box.width, box.top + high + 33, text.step_axis, { "text-anchor": "end" }),
  ];
  lanes.ruled = { of, drawn };
  return drawn;
}

function lane(scene, run, row) {
  const { text, now, views: { lanes: { box, gap, edge } } } = scene;
  run.row = box.top + (row + 0.5) * gap;
  const height = run.row + 4;
  const style = `cursor: pointer${run.rule === now.inspect ? "; font-weight: 700" : ""}`;
  const name = label(box.left - 10, height, text[run.rule], { ...colored(run.rule), "text-anchor": "end", style });
  name.addEventListener("click", () => scene.choose(run.rule));
  run.told = label(edge - 54, height, told(scene, run), { ...colored(run.rule), "text-anchor": "end" });
  return [name, run.told, label(edge, height, format(run.lr), { "text-anchor": "end" })];
}

export function drawClock(scene) {
  const { demo, now, runs, views: { lanes } } = scene;
  const { box, gap, x, moving } = lanes;
  const here = x(now.now + 1);
  if (demo.untold()) for (const run of runs) run.told.textContent = told(scene, run);
  moving.replaceChildren(
    ...runs.flatMap((run) => progress(scene, run)),
    node("path", { d: `M${here} ${box.top - 10}v${runs.length * gap + 10}`, class: "demo-line" }),
  );
  scene.time.place(here, box.top - 12, String(now.now));
}

/** A lane up to its end and up to now; a dot where the run arrives, a cross where it is lost. */
function progress({ demo, now, last, views: { lanes: { box, x } } }, { rule, row, steps, lost }) {
  const stop = Math.min(steps, lost, last);
  const line = (to, more) =>
    node("path", { d: path([[box.left, row], [to, row]]), class: `demo-line ${FAMILY[rule]} ${more}` });
  const arrived = () => dot([x(steps + 1), row], 4.5, `${now.now >= steps ? "" : "hollow"} ${hue(rule)}`);
  const gone = () => cross([x(stop + 1), row], 4, hue(rule));
  const mark = Number.isFinite(steps) ? [arrived()] : Number.isFinite(lost) ? [gone()] : [];
  if (demo.untold()) return [line(x(Math.min(now.now, stop) + 1), ""), ...(now.now >= stop ? mark : [])];
  return [line(x(stop + 1), "faint"), line(x(Math.min(now.now, stop) + 1), ""), ...mark];
}
