// The map of starts: hatched where a run is in no hollow even after the last step that is looked at.
import { grid, region } from "../../../demos/demo.js";

const ROWS = 35; // an odd number of gaps: no row of starts lies on the ridge of the pass
const SLICE = 3; // milliseconds of a frame
const FINER = 12000; // steps that the border may cost
const LEAST = 1 / 50; // of the area: less is a line that no reader sees

/** Follows every start to its end, a few in every frame, and gives {border, seen} to `draw`. */
export function chart(scene, follow, draw) {
  const { demo, views: { land: { x, y, box } } } = scene;
  stop(scene);
  if (!scene.charts) demo.cleanups.push(() => stop(scene));
  scene.charts ??= new Map();
  const { terrain, rule, damping } = scene.now;
  const key = [terrain, rule, damping, box.width].join();
  if (scene.charts.has(key)) return draw(scene.charts.get(key));
  const samples = grid(() => 0, x, y, box.height / ROWS);
  const { columns, left, top, values } = samples;
  let spent = 0;
  const hollow = (px, py) => {
    const { kind, last } = follow({ x: x.invert(px), y: y.invert(py) });
    spent += last;
    return kind === "minimum" ? 1 : 0;
  };
  let at = 0;
  const advance = () => {
    const until = performance.now() + SLICE;
    for (; at < values.length && performance.now() < until; at += 1)
      values[at] = hollow(left[at % columns], top[Math.floor(at / columns)]);
    if (at < values.length) scene.charting = requestAnimationFrame(advance);
    else finish();
  };
  const finish = () => {
    spent = 0;
    samples.at = (px, py) => (spent < FINER ? hollow(px, py) : nearest(samples, px, py));
    const missed = values.filter((value) => value === 0).length;
    const found = { border: region(samples, 0.5), seen: missed > values.length * LEAST };
    scene.charts.set(key, found);
    draw(found);
  };
  scene.charting = requestAnimationFrame(advance);
}

export const stop = (scene) => cancelAnimationFrame(scene.charting);

function nearest({ columns, left, top, values }, px, py) {
  const cell = left[1] - left[0];
  return values[Math.round((py - top[0]) / (top[1] - top[0])) * columns + Math.round((px - left[0]) / cell)];
}
