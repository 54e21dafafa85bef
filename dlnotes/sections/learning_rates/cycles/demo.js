// Three learning rates over the steps, their losses, who is lowest where, and a bell.
import { between, linear, log, mount, phrase } from "../../../demos/demo.js";
import { drawBell, drawLosses, drawRates } from "./picture.js";
import { count, lanes, rateAt, winners } from "./runs.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const LOSSES = [0.001, 2.5];
const HIGHEST = 0.19; // of the learning rates

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { rate: demo.view(LAYERS), loss: demo.view(LAYERS), bell: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views };
  controls(scene);
  question(scene);
  const { rate, loss, bell } = views;
  scene.panel = {};
  scene.time = scene.clock.handle(bell.front, (px) => loss.x.invert(px) / program.EVERY, { panel: scene.panel });
  demo.probe(rate, (px) => phrase(text.plan, { step: between(Math.round(rate.x.invert(px)), 0, program.STEPS) }));
  for (const view of [loss, bell]) demo.probe(view, (px) => seen(scene, lookAt(scene, px)));
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

const lookAt = ({ program, views: { loss } }, px) => between(Math.round(loss.x.invert(px) / program.EVERY), 0, program.LAST);

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  const now = program.LAST;
  scene.clock = demo.clock({ rate: 20, last: () => program.LAST, show: () => moment(scene) });
  demo.choice({ name: "way", change: change("way") });
  scene.count = demo.slider({ name: "count", change: change("count") });
  demo.slider({ name: "peak", change: change("peak") });
  demo.presets(
    {
      longer: { way: "doubling", count: 3, now },
      often: { count: 8, now },
      single: { way: "one_cycle", now },
      gentle: { peak: program.SHOWN[0], now },
    },
    (setting) => set(scene, setting),
  );
  scene.tell = demo.readouts(["reached", "rate", "lowest", ...program.LANES, "won"], ["reached"]);
}

function question({ demo, program, now }) {
  const last = (name) => lanes({ program, now: demo.start })[name].at(-1);
  const ends = () => program.LANES.map(last);
  demo.question({
    answer: () => program.LANES[program.lowest(Float64Array.from(ends()))],
    reached: () => now.now >= program.LAST,
    because: () => ({ low: Math.min(...ends()), own: last("cycles"), flat: last("constant") }),
  });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, now } = scene;
  Object.assign(now, changed);
  scene.found = lanes(scene);
  scene.won = winners(scene, scene.found);
  scene.count.offer(now.way !== "one_cycle");
  demo.reflect();
  drawRates(scene);
  moment(scene);
}

/** The look at which the bell rings. */
function moment(scene) {
  const { demo, program, text, now, views: { loss, bell } } = scene;
  const look = Math.round(now.now);
  scene.known = demo.untold() ? look : program.LAST;
  drawLosses(scene, look);
  drawBell(scene, look);
  const step = look * program.EVERY;
  scene.time.place(loss.x(step), bell.box.top + bell.box.height, phrase(text.at, { step }));
  const told = told_at(scene, look);
  scene.tell({ ...told, rate: rateAt(scene, "cycles", Math.min(step, program.STEPS - 1)), lowest: scene.won[look] });
  demo.say(sentence(scene, look, told));
}

function told_at({ program, found, won }, look) {
  const losses = Object.fromEntries(program.LANES.map((name) => [name, found[name][look]]));
  return { reached: look * program.EVERY, ...losses, won: count(won, program.LANES.indexOf("cycles"), look) };
}

function sentence({ demo, program, text, won }, look, told) {
  if (look === 0) return text.before;
  const name = program.LANES[won[look]];
  const words = { step: told.reached, leader: text[name], low: told[name], own: told.cycles, won: told.won, looks: look };
  return phrase(look < program.LAST || demo.untold() ? text.running : text.ended, words);
}

function seen(scene, look) {
  const { program, text, found, won, known } = scene;
  if (look > known || look === 0) return "";
  const name = program.LANES[won[look]];
  return phrase(text.here, { step: look * program.EVERY, leader: text[name], low: found[name][look] });
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, panel, views: { rate, loss, bell } } = scene;
  const narrow = demo.narrow;
  const [first, second] = narrow ? [56, 92] : [between(height * 0.2, 80, 110), between(height * 0.36, 140, 200)].map(Math.round);
  const [left, inner] = [narrow ? 62 : 74, width - (narrow ? 80 : 96)];
  const [top, gap] = narrow ? [44, 27] : [26, 46]; // on a phone the names have a line of their own, and three panels one axis
  rate.box = { left, top, width: inner, height: first };
  loss.box = { left, top: top + first + gap, width: inner, height: second };
  bell.box = { left, top: loss.box.top + second + gap, width: inner, height: narrow ? 42 : 54 };
  Object.assign(panel, { box: { ...loss.box, height: bell.box.top + bell.box.height - loss.box.top } });
  demo.size(width, bell.box.top + bell.box.height + 42);
  demo.clip(bell.box, bell.clip);
  for (const { box, clip } of [rate, loss]) demo.clip({ ...box, left: box.left - 5, top: box.top - 4, width: box.width + 10, height: box.height + 6 }, clip);
  rate.x = loss.x = linear([0, program.STEPS], [left, left + inner]);
  rate.y = linear([0, HIGHEST], [rate.box.top + first, rate.box.top]);
  loss.y = log(LOSSES, [loss.box.top + second, loss.box.top]);
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
