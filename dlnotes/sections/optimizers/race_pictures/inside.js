// A look inside the chosen rule: what it holds, and the two arrows of its next step.
import { arrow, format, label, phrase } from "../../../demos/demo.js";
import { colored, hue } from "./families.js";
import { ended, storedAt } from "./runs.js";

/** What the chosen rule holds now; gives the two arrows of its next step for the map. */
export function lookInside(scene) {
  const { demo, program, text, runs, now, ground: { slope, cos, sin }, views: { map } } = scene;
  const run = runs.find(({ rule }) => rule === now.inspect);
  const n = ended(scene, run);
  const look = program[`look_${run.rule}`];
  const [a, b] = storedAt(scene, run, n);
  const down = slope(run.xs[n], run.ys[n], cos, sin);
  const seen = { x: look(down.x, a, run.lr), y: look(down.y, b, run.lr) };
  const swerve = program.swerve(seen.x.delta, seen.y.delta, down.x, down.y);
  for (const row of program.ROWS) {
    scene.tell({ [`${row}_x`]: seen.x[row] ?? Infinity, [`${row}_y`]: seen.y[row] ?? Infinity });
  }
  scene.tell({ swerve });
  drawTable(scene, run, n, seen, swerve);
  const shown = !demo.untold() || scene.looked; // nothing is asked of it before
  scene.views.inside.names.style.visibility = shown ? "" : "hidden";
  if (demo.untold() || n >= run.steps) return []; // who is there makes no step worth an arrow
  const from = [map.x(run.xs[n]), map.y(run.ys[n])];
  const [steepest, step] = [[-down.x, down.y], [seen.x.delta, -seen.y.delta]];
  const higher = step[1] * Math.hypot(...steepest) < steepest[1] * Math.hypot(...step); // whose words go above
  return [
    ...pointer(scene, from, steepest, "theory", text.steepest, higher),
    ...pointer(scene, from, step, hue(run.rule), text.its_step, !higher),
  ];
}

/** An arrow with its words, which stand before its head where the picture ends behind it. */
function pointer({ heads, views: { map: { box } } }, [x, y], [dx, dy], family, words, below) {
  const size = Math.hypot(dx, dy);
  if (!(size > 1e-9)) return [];
  const to = [x + (46 * dx) / size, y + (46 * dy) / size];
  const far = Array.from(words).reduce((sum, sign) => sum + (sign > "\u2e80" ? 13 : 7), 8);
  const left = to[0] - far > box.left && (dx < 0 || to[0] + far > box.left + box.width);
  const look = { class: `colored ${family}`, "text-anchor": left ? "end" : "start" };
  return [arrow([x, y], to, family, heads[family]), label(to[0] + (left ? -5 : 5), to[1] + (below ? 13 : -4), words, look)];
}

/** A column of rows on a phone, else a strip: a column for everything that the rule holds. */
function drawTable(scene, run, n, seen, turn) {
  const { demo, program, text, views: { inside: { box, names: table } } } = scene;
  const rows = program.ROWS.filter((row) => row in seen.x);
  const { name, value, ends } = (demo.narrow ? column : strip)(box, rows.length);
  const end = (place, words, look) => label(...place, words, { ...look, "text-anchor": "end" });
  const strong = (row) => (row === "rate" || row === "delta" ? colored(run.rule) : { class: "" });
  const title = `${phrase(text.inside, { name: text[run.rule], now: n })}  ·  ${phrase(text.off, { angle: turn })}`;
  table.replaceChildren(
    label(box.left, box.top + 14, title, { ...colored(run.rule), style: "font-weight: 700" }),
    end(ends[0], text.first_axis),
    end(ends[1], text.second_axis),
    ...rows.flatMap((row, k) => [
      demo.narrow ? label(...name(k), text[row], strong(row)) : end(name(k), text[row], strong(row)),
      end(value(k, 0), format(seen.x[row])),
      end(value(k, 1), format(seen.y[row])),
    ]),
  );
}

function column({ left, top, width }) {
  const [one, two] = [left + width - 78, left + width];
  const height = (k) => top + 64 + 22 * k;
  return {
    name: (k) => [left, height(k)],
    value: (k, axis) => [axis ? two : one, height(k)],
    ends: [[one, top + 38], [two, top + 38]],
  };
}

function strip({ left, top, width }, count) {
  const right = (k) => left + 30 + (k + 1) * Math.min(104, (width - 30) / count);
  return {
    name: (k) => [right(k), top + 38],
    value: (k, axis) => [right(k), top + 60 + 21 * axis],
    ends: [[left + 16, top + 60], [left + 16, top + 81]],
  };
}
