// A look inside the chosen rule: what it holds, and the two arrows of its next step.
import { arrow, format, label, node, phrase } from "../../../demos/demo.js";
import { colored, hue } from "./families.js";
import { ended, replayed } from "./runs.js";

/** What the chosen rule holds now; gives the two arrows of its next step for the map. */
export function lookInside(scene) {
  const { program, text, runs, now, ground: { slope, cos, sin }, views: { map } } = scene;
  const run = runs.find(({ rule }) => rule === now.inspect);
  const n = ended(scene, run);
  const look = program[`look_${run.rule}`];
  const [a, b] = replayed(scene, run, n);
  const down = slope(run.xs[n], run.ys[n], cos, sin);
  const seen = { x: look(down.x, a, run.lr), y: look(down.y, b, run.lr) };
  const swerve = program.swerve(seen.x.delta, seen.y.delta, down.x, down.y);
  for (const row of program.ROWS) {
    scene.tell({ [`${row}_x`]: seen.x[row] ?? Infinity, [`${row}_y`]: seen.y[row] ?? Infinity });
  }
  scene.tell({ swerve });
  drawTable(scene, run, n, seen, swerve);
  const from = [map.x(run.xs[n]), map.y(run.ys[n])];
  const [steepest, step] = [[-down.x, down.y], [seen.x.delta, -seen.y.delta]];
  const higher = step[1] * Math.hypot(...steepest) < steepest[1] * Math.hypot(...step); // whose words go above
  return [
    ...pointer(scene, from, steepest, "theory", text.steepest, higher),
    ...pointer(scene, from, step, hue(run.rule), text.its_step, !higher),
  ];
}

function pointer({ heads }, [x, y], [dx, dy], family, words, below) {
  const size = Math.hypot(dx, dy);
  if (!(size > 1e-9)) return [];
  const left = dx < 0;
  const to = [x + (46 * dx) / size, y + (46 * dy) / size];
  const look = { class: `colored ${family}`, "text-anchor": left ? "end" : "start" };
  return [arrow([x, y], to, family, heads[family]), label(to[0] + (left ? -5 : 5), to[1] + (below ? 13 : -4), words, look)];
}

function drawTable({ program, text, views: { inside: { box, names: table } } }, run, n, seen, turn) {
  const { left, top } = box;
  const [one, two] = [left + box.width - 78, left + box.width];
  const end = (at, height, words) => label(at, height, words, { "text-anchor": "end" });
  const border = (height) => node("path", { d: `M${left} ${height}H${two}`, class: "demo-contour" });
  const title = phrase(text.inside, { name: text[run.rule], now: n });
  const rows = program.ROWS.filter((row) => row in seen.x);
  const bottom = top + 52 + 22 * rows.length;
  const strong = (row) => (row === "rate" || row === "delta" ? colored(run.rule) : { class: "" });
  table.replaceChildren(
    label(left, top + 14, title, { ...colored(run.rule), style: "font-weight: 700" }),
    end(one, top + 38, text.first_axis),
    end(two, top + 38, text.second_axis),
    border(top + 45),
    ...rows.flatMap((row, k) => {
      const at = top + 64 + 22 * k;
      return [label(left, at, text[row], strong(row)), end(one, at, format(seen.x[row])), end(two, at, format(seen.y[row]))];
    }),
    border(bottom),
    label(left, bottom + 20, phrase(text.off, { angle: turn })),
  );
}
