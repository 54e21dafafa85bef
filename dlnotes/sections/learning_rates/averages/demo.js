// Four ways through a noisy valley, the bell, and the window of the mean.
import { between, linear, log, mount, phrase } from "../../../demos/demo.js";
import { drawLosses, drawRanks, drawWeights } from "./picture.js";
import { compute, lossAt, ranked } from "./runs.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { loss: demo.view(LAYERS), count: demo.view(LAYERS), table: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views };
  controls(scene);
  question(scene);
  handles(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: 40, last: () => program.STEPS, show: () => moment(scene) });
  for (const name of ["noise", "lr", "window"]) demo.slider({ name, change: change(name) });
  for (const name of ["plan", "beta", "narrow"]) demo.choice({ name, change: change(name) });
  demo.toggle({ name: "jump", change: change("jump") });
  demo.presets(
    {
      calm: { lr: 0.3, now: program.BELL },
      faster: { lr: 1.8, window: 100, now: program.STEPS },
      loud: { noise: 0.5, beta: 0, now: program.STEPS },
      moved: { jump: true, window: 100, now: 300 },
    },
    (setting) => set(scene, setting),
  );
  scene.tell = demo.readouts(["now", "leader", ...program.LANES], ["now"]);
}

function question({ demo, program, now, ...rest }) {
  const scene = { demo, program, now: demo.start, ...rest };
  const found = () => {
    scene.run = compute(scene);
    return lossAt(scene, program.BELL);
  };
  demo.question({
    answer: () => program.LANES[ranked(found())[0]],
    reached: () => now.now >= program.BELL,
    because: () => Object.fromEntries(program.LANES.map((name, i) => [name, found()[i]])),
  });
}

function handles(scene) {
  const { demo, views: { loss, count } } = scene;
  scene.time = scene.clock.handle(loss.front, (px) => loss.x.invert(px), { panel: loss });
  scene.window = demo.handle({
    name: "counts",
    parent: count.front,
    panel: count,
    shape: "diamond",
    way: "x",
    step: 4,
    move: (px) => set(scene, { window: Number(between(count.x.invert(px), 1, 400).toPrecision(3)) }),
  });
  demo.probe(loss, (px) => seen(scene, between(Math.round(loss.x.invert(px)), 0, scene.program.STEPS)));
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, now } = scene;
  Object.assign(now, changed);
  scene.run = compute(scene);
  demo.reflect();
  const { loss } = scene.views;
  const least = Math.min(...scene.run.losses);
  loss.y = log([least < 0.001 ? 0.0001 : 0.001, 2], loss.ends);
  if (scene.open && !demo.untold()) scene.clock.pause(); // the bell has rung
  scene.open = demo.untold();
  moment(scene);
}

/** The step that is shown. */
function moment(scene) {
  const { program, text, now, views: { loss, count } } = scene;
  drawLosses(scene);
  drawWeights(scene);
  drawRanks(scene);
  scene.time.place(loss.x(now.now), loss.box.top + loss.box.height, phrase(text.at, { step: now.now }));
  scene.window.place(count.x(now.window), count.box.top + count.box.height, phrase(text.back, { window: now.window }));
  const found = lossAt(scene, now.now);
  const numbers = { now: now.now, leader: ranked(found)[0] };
  program.LANES.forEach((name, i) => { numbers[name] = found[i]; });
  scene.tell(numbers);
  scene.demo.say(now.now === 0 ? text.before : sentence(scene, now.now));
}

function sentence({ run, program, text }, step) {
  const found = lossAt({ run, program }, step);
  const [first, second] = ranked(found);
  const name = (i) => text[program.LANES[i]];
  const words = { now: step, leader: name(first), low: found[first], second: name(second), next: found[second], raw: found[0] };
  return phrase(first === 0 || second === 0 ? text.level : text.running, words);
}

function seen(scene, step) {
  if (step === 0 || (scene.demo.untold() && step > scene.now.now)) return "";
  return sentence(scene, step);
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, views: { loss, count, table } } = scene;
  const narrow = demo.narrow;
  const broad = narrow ? width : width - 216;
  const high = narrow ? 136 : between(Math.round(height * 0.52), 190, 270);
  const low = narrow ? 42 : 60;
  loss.box = { left: 48, top: narrow ? 40 : 22, width: broad - 66, height: high };
  count.box = { left: 48, top: loss.box.top + high + 66, width: broad - 66, height: low };
  const bottom = count.box.top + low + 44;
  table.box = { left: narrow ? 10 : broad + 6, top: (narrow ? bottom : 0) + 26, width: narrow ? width - 20 : 200, height: 190 };
  demo.size(width, narrow ? 2 * bottom : bottom, [
    { name: "race", top: 0, height: bottom },
    { name: "table", top: narrow ? bottom : 0, height: bottom },
  ]);
  for (const view of [count, table]) demo.clip(view.box, view.clip);
  demo.clip({ ...loss.box, left: loss.box.left - 6, width: loss.box.width + 6 }, loss.clip);
  loss.x = linear([0, program.STEPS], [loss.box.left, loss.box.left + loss.box.width - 8]);
  count.x = linear([program.STEPS, 0], [count.box.left, count.box.left + count.box.width]);
  count.y = linear([0, 1], [count.box.top + low, count.box.top]);
  loss.ends = [loss.box.top + high, loss.box.top];
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
