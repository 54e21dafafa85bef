// Two wells with balls in them, and how many are in the deepest one.
import {
  across, axes, between, dot, format, label, line, linear, mount, phrase, upward,
} from "../../../demos/demo.js";
import { compute, deeper, outcome } from "./runs.js";

const LAYERS = ["ground", "moving", "names", "front"];
const HEIGHTS = [-3.6, 9]; // of the losses that are seen
const POINTS = 240; // of the terrain
const PILE = 6; // pixels from one ball up to the next

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { land: demo.view(LAYERS), curve: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views };
  controls(scene);
  handles(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now } = scene;
  scene.clock = demo.clock({ rate: 15, last: () => program.STEPS, show: () => moment(scene) });
  for (const name of ["lr", "floor", "narrow", "wide"]) {
    scene[name] = demo.slider({ name, change: (value) => set(scene, { [name]: value }) });
  }
  const end = { now: program.STEPS };
  demo.presets(
    {
      shallow: { ...end, floor: 1 },
      deep: { ...end, floor: -1 },
      slow: { ...end, lr: 0.05 },
      even: { ...end, narrow: 1.3, wide: 1.3 },
    },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => outcome(scene),
    reached: () => now.now >= program.STEPS,
    because: () => ({
      deepest: percent(scene.run.deepest[program.STEPS]),
      narrow: now.narrow,
      limit: program.limit(now.narrow),
    }),
  });
  scene.tell = demo.readouts(["now", "in_wide", "deepest", "limit"], ["limit"]);
}

function handles(scene) {
  const { demo, views: { land, curve } } = scene;
  scene.time = scene.clock.handle(curve.front, (px) => curve.x.invert(px), { panel: curve });
  scene.bottom = demo.handle({
    name: "floor",
    parent: land.front,
    panel: land,
    shape: "diamond",
    way: "y",
    step: 3,
    move: (_, py) => {
      const floor = between(land.y.invert(py), -3, 2);
      set(scene, { floor: Number(floor.toFixed(2)) });
    },
  });
  demo.probe(curve, (px) => seen(scene, px));
}

/** What the curve says at a place, as far as it may be told. */
function seen({ demo, program, text, now, run, views: { curve } }, px) {
  const step = between(Math.round(curve.x.invert(px)), 0, program.STEPS);
  if (demo.untold() && step > now.now) return "";
  return `${phrase(text.at, { step })}: ${format(percent(run.deepest[step]))}%`;
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, now } = scene;
  const before = scene.run && [now.lr, now.floor, now.narrow, now.wide].join();
  Object.assign(now, changed);
  if (before !== [now.lr, now.floor, now.narrow, now.wide].join()) compute(scene);
  demo.reflect();
  drawFrame(scene);
  moment(scene);
}

/** The terrain, the axes, and the curve that is still to come. */
function drawFrame(scene) {
  const { demo, program, text, now, run, views: { land, curve } } = scene;
  const height = (x) => program.terrain(x, now.floor, now.narrow, now.wide);
  const [low, high] = land.x.domain;
  const ground = Array.from({ length: POINTS + 1 }, (_, k) => low + ((high - low) * k) / POINTS);
  land.ground.replaceChildren(line(ground.map((x) => [land.x(x), land.y(height(x))]), "plain"));
  const best = deeper(scene);
  const name = best.which === "equal" ? text.same : text.here;
  land.names.replaceChildren(
    axes(land.box, land.x, land.y, { xLabel: text.place, yLabel: text.height, xTicks: [-4, -2, 0, 2, 4], yTicks: [0, 4, 8] }),
    label(land.box.left + land.box.width, land.box.top - 9, phrase(text.each, { starts: program.SHOWN }), { "text-anchor": "end" }),
    named(land, best, name),
  );
  scene.bottom.place(land.x(program.NARROW_AT), land.y(now.floor), phrase(text.bottom, { floor: now.floor }));
  curve.names.replaceChildren(
    axes(curve.box, curve.x, curve.y, { xLabel: text.steps, yLabel: text.share, yTicks: [0, 50, 100] }),
  );
  curve.ground.replaceChildren(...(demo.untold() ? [] : [line(points(scene, program.STEPS), "plain faint")]));
  scene.lr.mark(program.limit(now.narrow), "2/λ");
}

/** The word below the deepest floor; beside the handle, where there is one, and above the axis. */
function named({ x, y, box }, { at, floor, which }, name) {
  const [px, py] = [x(at), y(floor)];
  if (which !== "narrow_deeper") return label(px, py + 30, name, { "text-anchor": "middle", class: "theory colored" });
  return label(px + 16, Math.min(py + 22, box.top + box.height - 5), name, { class: "theory colored" });
}

const percent = (share) => Math.round(1000 * share) / 10;

function points({ run, views: { curve: { x, y } } }, until) {
  return run.deepest.slice(0, until + 1).map((share, step) => [x(step), y(percent(share))]);
}

/** The step that is shown. */
function moment(scene) {
  const { program, text, now, run, views: { land, curve } } = scene;
  const height = (x) => program.terrain(x, now.floor, now.narrow, now.wide);
  const piles = new Map(); // balls that lie in one place lie on one another
  const balls = Array.from(run.balls[now.now], (x) => {
    const place = Math.round(land.x(x) / PILE);
    const below = piles.get(place) ?? 0;
    piles.set(place, below + 1);
    return dot([land.x(x), land.y(height(x)) - 4 - PILE * below], 3, "momentum");
  });
  land.moving.replaceChildren(...balls);
  const until = points(scene, now.now);
  curve.moving.replaceChildren(line(until, "plain"), dot(until.at(-1), 4, "plain"));
  scene.time.place(...until.at(-1), phrase(text.at, { step: now.now }));
  speak(scene);
}

function speak(scene) {
  const { demo, program, text, now, run } = scene;
  const [wide, deepest] = [run.wide[now.now], run.deepest[now.now]];
  scene.tell({ now: now.now, in_wide: wide, deepest, limit: program.limit(now.narrow) }, {});
  const words = {
    now: now.now,
    wide: percent(wide),
    other: percent(1 - wide),
    deepest: percent(deepest),
    which: text[deeper(scene).which],
  };
  demo.say(phrase(now.now === 0 ? text.begin : text.said, words));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, views: { land, curve } } = scene;
  const narrow = demo.narrow;
  const tall = Math.round(narrow ? 230 : between(height * 0.5, 180, 225));
  const short = narrow ? 130 : Math.round(between(height * 0.26, 100, 112));
  land.box = { left: 40, top: 26, width: width - 56, height: tall };
  const below = tall + 74;
  curve.box = { left: 40, top: below + 26, width: width - 56, height: short };
  const bottom = below + short + 66;
  demo.size(width, bottom, [
    { name: "terrain", top: 0, height: below },
    { name: "curve", top: below, height: bottom - below },
  ]);
  demo.clip(land.box, land.clip);
  demo.clip({ ...curve.box, left: curve.box.left - 6, width: curve.box.width + 12 }, curve.clip);
  land.x = linear([-program.REACH - 0.4, program.REACH + 0.4], across(land.box));
  land.y = linear(HEIGHTS, upward(land.box));
  curve.x = linear([0, program.STEPS], across(curve.box));
  curve.y = linear([-4, 104], upward(curve.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
