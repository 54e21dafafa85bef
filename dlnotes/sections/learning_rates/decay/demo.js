// Learning rates over the steps, the losses they lead to, the ranking, and a pencil.
import { between, linear, log, mount, phrase } from "../../../demos/demo.js";
import { pencil } from "./pencil.js";
import { drawLosses, drawRanks, drawRates } from "./picture.js";
import { compute, leader, lossAt, tuned } from "./runs.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { rate: demo.view(LAYERS), loss: demo.view(LAYERS), table: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views };
  controls(scene);
  question(scene);
  const { rate, loss } = views;
  scene.time = scene.clock.handle(loss.front, (px) => loss.x.invert(px), { panel: loss });
  scene.pencil = pencil(scene, (changed) => set(scene, changed));
  demo.probe(rate, (px, py) => phrase(text.point, { step: stepOf(scene, px), rate: rate.y.clamp(rate.y.invert(py)) }));
  demo.probe(loss, (px) => seen(scene, stepOf(scene, px)));
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

const stepOf = ({ program, views: { rate } }, px) => between(Math.round(rate.x.invert(px)), 0, program.STEPS);

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  const last = program.STEPS;
  scene.clock = demo.clock({ rate: 32, last: () => last, show: () => moment(scene) });
  demo.choice({ name: "narrow", change: change("narrow") });
  demo.slider({ name: "noise", change: change("noise") });
  const draw = (drawn) => set(scene, { drawn, now: demo.untold() ? 0 : last });
  demo.button({ name: "tune", press: () => draw(tuned(scene)) });
  demo.button({ name: "best", press: () => draw([...scene.bowl.best]) });
  demo.presets(
    {
      round: { narrow: 1, now: last },
      wider: { narrow: 10, now: last },
      quiet: { noise: 0, now: last },
      raise: { drawn: program.UP_AGAIN, now: last },
    },
    (setting) => set(scene, setting),
  );
  scene.tell = demo.readouts(["now", "leader", ...program.LANES], ["now"]);
}

function question({ demo, program, now, ...rest }) {
  const scene = { demo, program, now: demo.start, ...rest };
  const ends = () => {
    scene.run = compute(scene);
    return lossAt(scene, program.STEPS);
  };
  const end = (name) => ends()[program.LANES.indexOf(name)];
  demo.question({
    answer: () => program.LANES[leader(ends())],
    reached: () => now.now >= program.STEPS,
    because: () => ({ low: Math.min(...ends().slice(0, -1)), flat: end("constant"), slow: end("inverse") }),
  });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, now } = scene;
  Object.assign(now, changed);
  scene.run = compute(scene);
  scene.bowl = scene.run.bowl;
  demo.reflect();
  const { rate } = scene.views;
  rate.y = linear([0, scene.bowl.high], [rate.box.top + rate.box.height, rate.box.top]);
  scene.views.loss.y = log([scene.bowl.low, 2], scene.views.loss.ends);
  drawRates(scene);
  moment(scene);
}

/** The step that is shown. */
function moment(scene) {
  const { program, text, now, views: { loss } } = scene;
  drawLosses(scene);
  drawRanks(scene);
  scene.time.place(loss.x(now.now), loss.box.top + loss.box.height, phrase(text.at, { step: now.now }));
  scene.pencil.rest();
  const found = lossAt(scene, now.now);
  const numbers = { now: now.now, leader: leader(found) };
  program.LANES.forEach((name, i) => { numbers[name] = found[i]; });
  scene.tell(numbers);
  scene.demo.say(sentence(scene, found));
}

function sentence({ demo, program, text, now: { now } }, found) {
  const first = leader(found);
  const [low, own] = [found[first], found.at(-1)];
  const words = { now, low, own, leader: text[program.LANES[first]] };
  if (now === 0) return text.before;
  if (now < program.STEPS || demo.untold()) return phrase(text.running, words);
  return phrase(own < low ? text.won : text.ended, words);
}

function seen(scene, step) {
  const { demo, program, text, now } = scene;
  if (demo.untold() && step > now.now) return "";
  const found = lossAt(scene, step);
  const first = leader(found);
  return phrase(text.running, { now: step, leader: text[program.LANES[first]], low: found[first] });
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, views: { rate, loss, table } } = scene;
  const narrow = demo.narrow;
  const broad = narrow ? width : width - 216;
  const [first, second] = narrow ? [106, 96] : [between(height * 0.34, 130, 170), between(height * 0.36, 130, 180)].map(Math.round);
  rate.box = { left: 48, top: 26, width: broad - 66, height: first };
  loss.box = { left: 48, top: first + 78, width: broad - 66, height: second };
  const bottom = loss.box.top + second + 44;
  const top = narrow ? bottom : 0;
  table.box = { left: narrow ? 10 : broad + 6, top: top + 26, width: narrow ? width - 20 : 200, height: 246 };
  demo.size(width, narrow ? 2 * bottom : bottom, [
    { name: "race", top: 0, height: bottom },
    { name: "table", top, height: bottom },
  ]);
  for (const view of [rate, table]) demo.clip(view.box, view.clip);
  demo.clip({ ...loss.box, left: loss.box.left - 6, width: loss.box.width + 6 }, loss.clip);
  rate.x = loss.x = linear([0, program.STEPS], [rate.box.left, rate.box.left + rate.box.width - 8]);
  loss.ends = [loss.box.top + second, loss.box.top];
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
