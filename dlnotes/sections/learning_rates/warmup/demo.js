// A climb that the reader stretches: the rate beside its limit, the losses, and who lives.
import { across, between, linear, log, mount, phrase, upward } from "../../../demos/demo.js";
import { drawEnds, drawLosses, drawRates } from "./picture.js";
import { gone, highest, losses, numbers, placeOf, schedule } from "./runs.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const [LOWEST, STEEPEST] = [0.001, 1]; // ends of the axis of rates
const LOSSES = [0.015, 10];

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { rate: demo.view(LAYERS), loss: demo.view(LAYERS), ends: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views };
  controls(scene);
  handles(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now } = scene;
  const last = program.LOOKS;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: 5, last: () => last, show: () => moment(scene) });
  demo.choice({ name: "init", change: change("init") });
  for (const name of ["warm", "peak"]) demo.slider({ name, change: change(name) });
  demo.presets(
    {
      none: { warm: 0, now: last },
      short: { warm: 20, now: last },
      idle: { init: "glorot", peak: program.PEAKS[4], now: last },
    },
    (setting) => set(scene, setting),
  );
  question(scene);
  scene.tell = demo.readouts(["now", "rate", "sharp", "limit", "loss", "highest"], ["sharp", "highest"]);
}

function question({ demo, program, now }) {
  const at = { program, now: demo.start };
  const high = () => highest(at);
  const plain = () => highest({ program, now: { ...demo.start, warm: 0 } });
  demo.question({
    answer: () => {
      const ratio = program.times(high(), plain());
      if (ratio < program.TWICE) return "same";
      return ratio < program.MANY ? "double" : "six";
    },
    reached: () => now.now >= program.LOOKS,
    because: () => {
      const along = program.SHARP[demo.start.init][program.LENGTHS.indexOf(demo.start.warm)][placeOf(at)];
      return { high: high(), plain: plain(), peak: demo.start.peak, before: along[0], after: Math.min(...along) };
    },
  });
}

function handles(scene) {
  const { demo, program, now, text, views: { rate, loss, ends } } = scene;
  scene.time = scene.clock.handle(loss.front, (px) => loss.x.invert(px), { panel: loss });
  const nearest = (stops, value, far) =>
    stops.reduce((best, stop) => (far(stop, value) < far(best, value) ? stop : best), stops[0]);
  const next = (stops, value, by) => stops[between(stops.indexOf(value) + by, 0, stops.length - 1)];
  scene.climb = demo.handle({
    name: "climb",
    parent: rate.front,
    panel: rate,
    shape: "diamond",
    move: (px, py, key) => {
      if (key) {
        const [right, down] = key.map((part) => between(part, -99, 99));
        return set(scene, { warm: next(program.LENGTHS, now.warm, right), peak: next(program.PEAKS, now.peak, -down) });
      }
      const pixels = (axis) => (stop, value) => Math.abs(axis(stop) - value);
      const step = loss.x;
      return set(scene, {
        warm: nearest(program.LENGTHS, px, (stop) => pixels((value) => step(value / program.LOOK))(stop, px)),
        peak: nearest(program.PEAKS, py, (stop) => pixels((value) => rate.y(value))(stop, py)),
      });
    },
  });
  demo.probe(ends, (px) => seen(scene, nearest(program.PEAKS, px, (peak) => Math.abs(ends.x(peak) - px)), text));
}

/** What stands above a peak. */
function seen(scene, peak, text) {
  const found = losses(scene, scene.program.PEAKS.indexOf(peak))[scene.now.now];
  return gone(scene, found) ? "" : phrase(text.here, { peak, loss: found });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, now } = scene;
  Object.assign(now, changed);
  scene.rates = Float64Array.from(schedule(scene));
  demo.reflect();
  drawRates(scene);
  moment(scene);
}

/** The look that is shown. */
function moment(scene) {
  const { program, text, now, views: { rate, loss } } = scene;
  const found = numbers(scene);
  drawLosses(scene);
  drawEnds(scene);
  drawRates(scene);
  const place = [rate.x(now.warm / program.LOOK), rate.y(rate.y.clamp(now.peak))];
  scene.climb.place(...place, phrase(text.set, { warm: now.warm, peak: now.peak }));
  scene.time.place(loss.x(now.now), loss.box.top + loss.box.height, phrase(text.at, { step: now.now * program.LOOK }));
  speak(scene, found);
}

function speak(scene, found) {
  const { demo, text, now } = scene;
  const hidden = Object.keys(found).filter((name) => !Number.isFinite(found[name]) || (["sharp", "loss"].includes(name) && gone(scene, found[name])));
  scene.tell(found, Object.fromEntries(hidden.map((name) => [name, ""])));
  demo.say(phrase(text[state(scene, found)], { ...found, peak: now.peak }));
}

function state(scene, found) {
  const { program, now } = scene;
  const dead = gone(scene, found.loss);
  if (now.now === 0) return "before";
  if (now.now === program.LOOKS) return dead ? "ended_dead" : "ended";
  if (dead) return "dead";
  return found.rate > found.limit ? "over" : "under";
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, views: { rate, loss, ends } } = scene;
  const narrow = demo.narrow;
  const broad = narrow ? width : Math.round(width * 0.56);
  const [first, second] = narrow ? [118, 96] : [between(height * 0.38, 130, 175), between(height * 0.36, 120, 165)].map(Math.round);
  rate.box = { left: 48, top: 26, width: broad - 66, height: first };
  loss.box = { left: 48, top: first + 72, width: broad - 66, height: second };
  const bottom = loss.box.top + second + 44;
  ends.box = narrow
    ? { left: 44, top: bottom + 44, width: width - 58, height: 200 }
    : { left: broad + 44, top: 50, width: width - broad - 58, height: bottom - 94 };
  demo.size(width, narrow ? bottom + 300 : bottom, [
    { name: "curve", top: 0, height: bottom },
    { name: "ends", top: narrow ? bottom : 0, height: narrow ? 300 : bottom },
  ]);
  for (const { box, clip } of [rate, loss, ends]) demo.clip({ ...box, left: box.left - 6, top: box.top - 6, width: box.width + 12, height: box.height + 12 }, clip);
  rate.x = loss.x = linear([0, program.LOOKS], across(loss.box));
  rate.y = log([LOWEST, STEEPEST], upward(rate.box));
  loss.y = log(LOSSES, upward(loss.box));
  ends.x = log([program.PEAKS[0] * 0.8, program.PEAKS.at(-1) * 1.25], across(ends.box));
  ends.y = log(LOSSES, upward(ends.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
