// The useless weights as dots at their heights, and how many of them are 0 over the steps.
import { axes, dots, label, line, path, node, phrase } from "../../../demos/demo.js";

export const EDGE = 0.1; // of a weight, at the edge of its strip
const ROW = 15; // pixels from a name to the next
const TAIL = 1; // steps that a weight is seen to come from

/** One route: every useless weight at this step, with the way it came. */
export function drawWeights(scene, kind) {
  const { program, text, now, run, views } = scene;
  const { box, x, y, ground, moving, names } = views[kind];
  const { weights, zeros } = run[kind];
  const place = (step) => Array.from(weights[step].subarray(program.USEFUL), (value, i) => [x(i + 1), y(y.clamp(value))]);
  const here = place(now.now);
  const before = place(Math.max(now.now - TAIL, 0));
  const exact = (_, i) => weights[now.now][i + program.USEFUL] === 0;
  ground.replaceChildren(line([[box.left, y(0)], [box.left + box.width, y(0)]], "goal"));
  const ways = here.map((end, i) => path([before[i], end])).join("");
  moving.replaceChildren(
    node("path", { d: ways, class: "demo-line plain faint" }),
    dots(here.filter((point, i) => !exact(point, i)), "plain light"),
    ...here.filter(exact).map(([px, py]) => node("path", { d: `M${px - 3.5} ${py - 3.5}h7v7h-7Z`, class: "demo-dot plain" })),
  );
  const name = kind === "hops" ? text.hop_name : text.stop_name;
  names.replaceChildren(
    label(box.left, box.top - 8, phrase(name, { [kind]: zeros[now.now] }), { class: "strong" }),
    ...["0", `${EDGE}`, `−${EDGE}`].map((words, i) => label(box.left - 6, y([0, EDGE, -EDGE][i]) + 4, words, { "text-anchor": "end" })),
  );
  if (kind === "hops") names.append(label(box.left, box.top - 26, phrase(text.weights, { edge: EDGE })));
}

/** How many are 0 exactly, up to this step; all of it once the question is answered. */
export function drawCounts(scene) {
  const { demo, program, text, now, run, views: { count } } = scene;
  const { box, x, y, paths, moving, names } = count;
  const points = (kind, last) => run[kind].zeros.slice(0, last + 1).map((value, step) => [x(step), y(value)]);
  paths.replaceChildren(...(demo.untold() ? [] : [
    line(points("hops", program.STEPS), "plain dashed faint"),
    line(points("stops", program.STEPS), "plain faint"),
  ]));
  moving.replaceChildren(line(points("hops", now.now), "plain dashed"), line(points("stops", now.now), "plain"));
  const right = box.left + box.width;
  names.replaceChildren(
    axes(box, x, y, { xLabel: text.steps, xTicks: [0, 40, 80, 120], yTicks: [0, program.USELESS] }),
    label(box.left, box.top - 8, text.count_axis, { class: "strong" }),
    ...(demo.untold() ? [] : ["hops", "stops"].map((kind) => {
      const height = y(run[kind].zeros[program.STEPS]);
      const words = kind === "hops" ? text.hop_short : text.stop_short;
      const low = y(0) - height < 2 * ROW; // both names stand above where both lines are low
      const away = kind === "hops" ? -7 : low ? -7 - ROW : ROW;
      return label(right - 4, height + away, words, { "text-anchor": "end" });
    })),
  );
}
