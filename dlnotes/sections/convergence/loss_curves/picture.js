// The curve, its moving average, the loss on all data; and the evidence: two windows, or the bar,
// and below them each deviation of the newer window beside the next one.
import { dot, dots, label, line, phrase, rect } from "../../../demos/demo.js";

export function drawCurve(scene) {
  const { demo, program, now, losses, view: { x, y, paths, moving } } = scene;
  const at = (value, step) => [x(step), y(y.clamp(value))];
  const points = Array.from(losses, at);
  const until = points.slice(0, now.now + 1);
  const thin = now.window > 1 ? "plain faint" : "plain";
  paths.replaceChildren(...(demo.untold() ? [] : [line(points, "plain faint")]));
  const smooth = now.window > 1 ? [line(Array.from(until, (_, step) => at(program.mean(losses, step, now.window), step)), "plain")] : [];
  moving.replaceChildren(line(until, thin), ...smooth, ...onAll(scene, at), dot(until.at(-1), 4.5, "plain"));
}

/** The loss on all data, where it is asked for and known. */
function onAll({ program, text, now, view: { box } }, at) {
  if (!now.all || now.curve === "drawn") return [];
  const known = program.RUNS[now.curve].full.slice(0, Math.floor(now.now / program.LOOK) + 1);
  const points = known.map((value, i) => at(value, i * program.LOOK));
  const [px, py] = points.at(-1);
  const late = px > box.left + box.width / 2;
  return [
    line(points, "theory"),
    label(px + (late ? -8 : 8), py + 20, text.on_all, { "text-anchor": late ? "end" : "start" }),
  ];
}

export function drawEvidence(scene) {
  const { demo, seen, program, view: { ground } } = scene;
  if (demo.phase() === "asked") return ground.replaceChildren();
  const gone = program.SHAPES[seen.shape] === "runaway";
  ground.replaceChildren(...(gone ? bar(scene) : seen.shape < 0 ? [] : windows(scene)));
}

/** The bar, and where most losses rose above it. */
function bar({ text, seen, view: { box, x, y } }) {
  const height = y(y.clamp(seen.bar));
  const from = x(seen.since);
  return [
    rect({ left: from, top: box.top, width: box.left + box.width - from, height: height - box.top }, { class: "shade-7", opacity: 0.55 }),
    line([[box.left, height], [box.left + box.width, height]], "theory dashed"),
    label(box.left + box.width - 6, height + 16, text.bar, { "text-anchor": "end" }),
  ];
}

/** Two stretches and their means. */
function windows({ text, now, seen, view: { box, x, y } }) {
  const last = now.now;
  const middle = last - seen.window;
  return [
    [middle - seen.window, middle, seen.before, text.older],
    [middle, last, seen.level, text.newer],
  ].flatMap(([from, to, mean, words], i) => {
    const [left, width] = [x(from), x(to) - x(from)];
    const height = y(y.clamp(mean));
    return [
      rect({ left, top: box.top, width, height: box.height }, { class: i ? "shade-7" : "shade-8", opacity: 0.55 }),
      line([[left, height], [left + width, height]], "theory"),
      ...(width > 44 ? [label(left + width / 2, box.top + 15, words, { "text-anchor": "middle" })] : []),
    ];
  });
}

const SIDES = { narrow: 52, wide: 64 }; // pixels of the square below the curve

/** The echo as a picture: across, how far a loss lies from its mean; upwards, how far the next one. */
export function drawEcho(scene) {
  const { demo, program, text, seen, view: { box, echo } } = scene;
  const shown = demo.phase() !== "asked" && seen.shape >= 0 && program.SHAPES[seen.shape] !== "runaway";
  echo.replaceChildren(...(shown ? square(scene, [box.left + box.width * 0.5 + 24, box.top + box.height + 62], text) : []));
}

function square({ demo, now, seen, losses }, [cx, cy], text) {
  const first = now.now - seen.window + 1;
  const off = Array.from(losses.subarray(first, now.now + 1), (loss) => loss - seen.level);
  const most = Math.max(...off.map(Math.abs), 1e-12);
  const reach = SIDES[demo.narrow ? "narrow" : "wide"] / 2;
  const place = (value) => (value / most) * (reach - 3);
  const pairs = off.slice(1).map((next, i) => [cx + place(off[i]), cy - place(next)]);
  const cloud = dots(pairs, "plain");
  cloud.style.strokeWidth = 2.5;
  return [
    line([[cx - reach, cy], [cx + reach, cy]], "plain faint"),
    line([[cx, cy - reach], [cx, cy + reach]], "plain faint"),
    cloud,
    label(cx + reach + 6, cy - 8, phrase(text.echo_is, { echo: Math.round(seen.echo * 100) / 100 })),
    label(cx + reach + 6, cy + 9, text.pair_now),
    label(cx + reach + 6, cy + 26, text.pair_next),
  ];
}
