// The measured curve: how far every run is from the bottom, up to now; the rest once it may be seen.
import { across, axes, label, line, linear, log, phrase, power, roof, upward } from "../../../demos/demo.js";
import { look, own, rivals, sampled } from "./runs.js";
import { rate } from "./rates.js";

export function drawCurves(scene) {
  const { demo, text, runs, views: { curve } } = scene;
  const { box, paths, names } = curve;
  const lost = Number.isFinite(runs.present.diverged);
  const x = (curve.x = linear([0, roof(1.05 * Math.max(20, runs.present.last, lost ? 0 : runs.best.last))], across(box)));
  const y = (curve.y = log([3e-7, lost ? 3e6 : 30], upward(box)));
  drawDistances(scene, lost);
  paths.replaceChildren();
  names.replaceChildren();
  if (demo.untold()) return;
  const present = rate(scene);
  const forecast = sampled(x.domain[1], box.width).map((n) => [x(n), y(scene.program.predicted(present, n))]);
  const whole = [...rivals(scene), own(scene)].map((one) => line(shown(scene, one.run, one.run.last), `${one.look} faint`));
  paths.replaceChildren(...whole, line(forecast, "theory dashed"));
  const words = `– – ${phrase(text.predicted, { rate: present })}`;
  names.replaceChildren(
    ...endNames(scene),
    label(box.left + box.width, lost ? y(1e-6) - (demo.narrow ? 2 : 10) : box.top + 12, words, { class: "theory colored", "text-anchor": "end" }),
  );
}

const shown = ({ now, views: { curve: { box, x, y } } }, { far, last }, upTo = now.now) =>
  sampled(last, box.width, upTo).map((n) => [x(n), y(far[n])]);

function drawDistances({ text, views: { curve: { box, x, y, marks } } }, lost) {
  const yTicks = lost ? [1e-6, 1e-3, 1, 1e3, 1e6] : [1e-6, 1e-4, 1e-2, 1];
  const goals = [1e-6, 1e6].filter((level) => level < y.domain[1]);
  marks.replaceChildren(
    axes(box, x, y, { xLabel: text.step_axis, yLabel: text.distance_axis, yTicks, yFormat: power }),
    ...goals.map((level) => line([[box.left, y(level)], [box.left + box.width, y(level)]], "goal")),
  );
}

/** The name of each line where it ends, or where it leaves the picture. */
function endNames(scene) {
  const { views: { curve: { box, x, y } } } = scene;
  const taken = [];
  return rivals(scene).map(({ words, look: family, run: { far, last } }) => {
    const step = Math.min(last, Math.floor(x.domain[1]));
    const early = x(step) < box.left + box.width / 2;
    let at = y(y.clamp(far[step])) - 8;
    if (at < box.top + 28) at += 24; // there the forecast has its name
    const close = ([left, height]) => Math.abs(left - x(step)) < 90 && Math.abs(height - at) < 15;
    const away = at > box.top + box.height / 2 ? -15 : 15;
    while (taken.some(close)) at += away;
    taken.push([x(step), at]);
    return label(x(step) + (early ? 8 : 0), at, words, { class: `colored ${family}`, "text-anchor": early ? "start" : "end" });
  });
}

export function drawNow(scene) {
  const { now, runs, views: { curve } } = scene;
  curve.moving.replaceChildren(
    ...rivals(scene).map((one) => line(shown(scene, one.run), `${one.look} beside`)),
    line(shown(scene, runs.present), look(scene)),
  );
  const [x, y] = [curve.x(now.now), curve.y(runs.present.far[now.now])];
  scene.time.place(x, Math.max(curve.box.top, Math.min(y, curve.box.top + curve.box.height)), String(now.now));
}

/** What the reader's run measures at a place, as far as it has come or may be seen. */
export function measured({ demo, text, now, runs, views: { curve } }, px) {
  const step = Math.round(curve.x.invert(px));
  const known = step >= 0 && step <= (demo.untold() ? now.now : runs.present.last);
  return known ? phrase(text.measured, { step, distance: runs.present.far[step] }) : "";
}
