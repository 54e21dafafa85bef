// A loss curve up to the present step, what it looks like, and a pencil to draw one with.
import { axes, between, label, linear, log, mount, phrase, roof } from "../../../demos/demo.js";
import { drawCurve, drawEcho, drawEvidence } from "./picture.js";
import { pencil } from "./pencil.js";
import { losses, read } from "./reading.js";

const LAYERS = ["ground", "paths", "moving", "names", "echo", "front"];
const ROOM = 3; // of loss, where one draws and the axis is not logarithmic
const NUMBERS = ["now", "loss", "mean", "full", "shape", "level", "change", "swing", "echo", "since"];

function build(demo) {
  const { program, text, controls: now } = demo;
  const scene = { demo, program, text, now, view: demo.view(LAYERS) };
  const last = program.STEPS;
  scene.clock = demo.clock({ rate: 45, last: () => last, show: () => moment(scene) });
  controls(scene);
  question(scene);
  scene.time = scene.clock.handle(scene.view.front, (px) => scene.view.x.invert(px), { panel: timePanel(scene) });
  scene.pencil = pencil(scene, (changed) => set(scene, changed));
  demo.probe(scene.view, (px) => (demo.untold() ? "" : place(scene, between(Math.round(scene.view.x.invert(px)), 0, last))));
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  const now = program.STEPS;
  demo.choice({ name: "curve", change: change("curve") });
  demo.slider({ name: "window", change: change("window") });
  for (const name of ["log", "all"]) demo.toggle({ name, change: change(name), group: "axes" });
  demo.presets(
    {
      came: { now },
      stayed: { curve: "gone", now },
      again: { curve: "back", now },
      smooth: { curve: "even", now },
      slow: { curve: "tiny", log: false, now },
      batches: { curve: "noisy", all: true, window: 40, log: false, now },
      both: { curve: "sway", all: true, window: 40, log: false, now },
    },
    (setting) => set(scene, setting),
  );
  scene.tell = demo.readouts(NUMBERS);
}

function question({ demo, program, now }) {
  const asked = losses(program, demo.start);
  const leap = demo.start.now;
  const low = Math.min(...asked.subarray(0, leap));
  const end = asked.at(-1);
  demo.question({
    answer: () => (end < low ? "down" : end > asked[leap] ? "away" : "up"),
    reached: () => now.now >= program.STEPS,
    because: () => ({ top: asked[leap], end, low }),
  });
}

/** The whole panel is the target of the time, but of the pencil where one draws. */
const timePanel = (scene) => ({
  get box() {
    const { box } = scene.view;
    return scene.now.curve === "drawn" ? { ...box, top: box.top + box.height - 14, height: 34 } : box;
  },
});

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, program, now } = scene;
  Object.assign(now, changed);
  scene.losses = losses(program, now);
  demo.reflect();
  moment(scene);
}

/** The step up to which the curve is known. */
function moment(scene) {
  const { demo, program, text, now, view } = scene;
  scene.seen = read(program, scene.losses, now.now);
  scale(scene);
  drawFrame(scene);
  drawEvidence(scene);
  drawCurve(scene);
  drawEcho(scene);
  const { box, x } = view;
  scene.time.place(x(now.now), box.top + box.height, phrase(text.at, { step: now.now }));
  scene.pencil.rest();
  tell(scene);
  demo.say(sentence(scene));
}

/** The height: fixed where it is logarithmic, else as high as what may be seen; room to draw. */
function scale({ demo, program, now, losses: all, view }) {
  const [low, high] = program.ENDS;
  const { box } = view;
  const ends = [box.top + box.height, box.top];
  if (now.log) {
    view.y = log([low, high], ends);
    return;
  }
  const known = demo.untold() ? all.subarray(0, now.now + 1) : all;
  view.y = linear([0, roof(Math.max(...known, now.curve === "drawn" ? ROOM : 0.1))], ends);
}

function drawFrame({ program, text, now, losses: all, view: { box, x, y, names } }) {
  const { lr, batch_size: batch } = program.RUNS[now.curve] ?? {};
  const about = lr ? phrase(text.about, { lr, batch }) : phrase(text.by_hand, { step: now.now, loss: all[now.now] });
  names.replaceChildren(
    axes(box, x, y, { xLabel: text.steps, yLabel: now.log ? text.axis_log : text.axis }),
    label(box.left + box.width, box.top - 9, about, { "text-anchor": "end" }),
  );
}

function tell({ program, now, losses: all, seen, tell: show }) {
  const full = now.curve === "drawn" ? Infinity : program.RUNS[now.curve].full[Math.floor(now.now / program.LOOK)];
  const { level, change, swing, echo, shape, since } = seen;
  show({ now: now.now, loss: all[now.now], mean: program.mean(all, now.now, now.window), full, shape, level, change, swing, echo, since });
}

function sentence({ demo, program, text, now: { now }, losses: all, seen }) {
  if (demo.phase() === "asked") return phrase(text.so_far, { now, loss: all[now], low: Math.min(...all.subarray(0, now + 1)) });
  if (seen.shape < 0) return phrase(text.early, { now });
  const percent = Math.round(Math.abs(seen.change) * 1000) / 10;
  const change = phrase(seen.change < 0 ? text.less : text.more_by, { part: percent });
  const swing = `${Math.round(seen.swing * 1000) / 10}%`;
  const echo = Math.round(seen.echo * 100) / 100;
  return phrase(text.says[program.SHAPES[seen.shape]], { ...seen, change, swing, echo });
}

const place = ({ text, losses: all }, step) => phrase(text.point, { step, loss: all[step] });

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, view } = scene;
  const high = demo.narrow ? 200 : between(height - 154, 200, 326);
  view.box = { left: 46, top: 28, width: width - 62, height: high };
  demo.size(width, high + 126);
  demo.clip(view.box, view.clip);
  view.x = linear([0, program.STEPS], [view.box.left, view.box.left + view.box.width]);
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
