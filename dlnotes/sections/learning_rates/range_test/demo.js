// Twelve epochs at twelve rates in several orders; then two hundred batches, each at its own rate.
import { between, mount, phrase } from "../../../demos/demo.js";
import { drawBatches, flagAt } from "./batches.js";
import { drawEpochs, flag } from "./epochs.js";
import { last, numbers } from "./runs.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { chart: demo.view(LAYERS), way: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, timeline: { front: demo.layer() } };
  controls(scene);
  handles(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now } = scene;
  const whole = (way) => last({ program, now: { way } });
  const rate = () => (now.way === "batches" ? 50 : 2.5);
  scene.clock = demo.clock({ rate, last: () => last(scene), show: () => moment(scene) });
  demo.choice({ name: "way", change: (way) => set(scene, { way, now: demo.untold() ? 0 : whole(way) }) });
  demo.slider({ name: "net", change: (net) => set(scene, { net }) });
  demo.presets(
    { alone: { way: "fresh", now: whole("fresh") }, astray: { way: "batches", net: 7, now: whole("batches") } },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => outcome(scene),
    reached: () => now.now >= program.EPOCHS,
    because: () => ({ fall: numbers({ ...scene, now: { ...now, now: program.EPOCHS } }).fall, rest: program.EPOCHS - 1 }),
  });
  scene.tell = demo.readouts(["now", "rate", "loss", "winner", "fall", "steepest"], ["loss", "winner"]);
}

/** The rate with the largest fall, as the guesses call it. */
function outcome({ program, now, ...scene }) {
  const found = (way) => numbers({ ...scene, program, now: { ...now, way, now: program.EPOCHS } }).winner;
  if (found("falling") === found("rising")) return "same";
  return found("falling") === program.LADDER.at(-1) ? "first" : "middle";
}

function handles(scene) {
  const { demo, program, now, text, views: { chart, way } } = scene;
  const step = (px) => {
    if (now.way !== "batches") return between(way.x.invert(px), 0, program.EPOCHS);
    const rate = chart.x.clamp(chart.x.invert(px));
    const batch = program.RATES.findIndex((each) => each >= rate * 0.999);
    return batch < 0 ? last(scene) : batch;
  };
  scene.time = scene.clock.handle(scene.timeline.front, step, { panel: scene.timeline });
  demo.probe(chart, (px) => phrase(text.here, { rate: chart.x.clamp(chart.x.invert(px)) }));
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, now, views: { chart, way } } = scene;
  Object.assign(now, changed);
  now.now = Math.min(now.now, last(scene));
  scene.timeline.box = now.way === "batches" ? chart.box : way.box;
  demo.reflect();
  moment(scene);
}

/** The epoch or the batch that is shown. */
function moment(scene) {
  const { text, now } = scene;
  const found = numbers(scene);
  const batches = now.way === "batches";
  (batches ? drawBatches : drawEpochs)(scene, found);
  const place = (batches ? flagAt : flag)(scene);
  scene.time.place(...place, phrase(batches ? text.at_batch : text.at, { now: now.now }));
  speak(scene, found);
}

function speak(scene, found) {
  const { demo, text } = scene;
  const hidden = Object.entries(found).filter(([, value]) => !(value < scene.program.HIGHEST)).map(([name]) => [name, ""]);
  const told = ["now", "rate", "loss", "winner", "fall", "steepest"].map((name) => [name, found[name]]);
  scene.tell(Object.fromEntries(told), Object.fromEntries(hidden));
  demo.say(phrase(text[state(scene, found)], found));
}

function state(scene, found) {
  const { program, now } = scene;
  if (now.way !== "batches") {
    if (now.now === 0) return now.way === "fresh" ? "before_fresh" : "before";
    return now.now < program.EPOCHS ? "passed" : "done";
  }
  const [falls] = program.PHASES[now.net - 1];
  if (now.now === last(scene)) return "tested";
  if (found.rate <= falls) return "slowly";
  return found.rate <= program.LOWEST[now.net - 1] ? "falling_now" : "rising_now";
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, views: { chart, way } } = scene;
  const narrow = demo.narrow;
  const [above, below] = narrow ? [190, 150] : [height * 0.46, height * 0.24].map(Math.round);
  const next = above + 70;
  chart.box = { left: 40, top: 26, width: width - 60, height: above };
  way.box = { left: 40, top: next + 26, width: width - 60, height: below };
  const bottom = way.box.top + below + 42;
  demo.size(width, bottom, [
    { name: "chart", top: 0, height: next },
    { name: "below", top: next, height: bottom - next },
  ]);
  for (const view of [chart, way]) demo.clip(view.box, view.clip);
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
