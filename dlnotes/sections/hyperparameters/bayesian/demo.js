// Losses of the rates that were tried, what is believed elsewhere, and what one more trial is worth.
import { axes, between, dot, label, line, linear, log, mount, path, phrase, node } from "../../../demos/demo.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const TICKS = [0.001, 0.01, 0.1, 1];

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { curve: demo.view(LAYERS), value: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, last: program.LAST, count: program.PLACES.length };
  controls(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now, last, count, views: { curve, value } } = scene;
  const change = (name) => (chosen) => set(scene, { [name]: chosen });
  scene.clock = demo.clock({ rate: 1.2, last: () => last, show: () => set(scene, {}) });
  for (const name of ["length", "decay"]) demo.slider({ name, change: change(name) });
  demo.toggle({ name: "shown", change: change("shown") });
  demo.button({ name: "here", press: () => here(scene) });
  demo.presets(
    {
      short: { length: 0.03, now: last },
      long: { length: 1, now: last },
      less: { decay: 0.001, now: last },
      more_decay: { decay: 0.3, now: last },
    },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => nearest(found(scene) ?? count / 2),
    reached: () => now.now >= (found(scene) ?? last),
    because: () => {
      const first = found(scene) ?? last;
      const { losses, curve: all } = scene.alone;
      return { now: first, best: Math.min(...losses.slice(0, first + program.FIRST.length)), lowest: Math.min(...all) };
    },
  });
  scene.tell = demo.readouts(["now", "best", "alone", "believed", "unsure", "worth", "most", "gap"], ["best", "alone", "worth", "most"]);
  const place = (px) => between(Math.round(curve.place.invert(px)), 0, count - 1);
  scene.diamond = demo.handle({
    name: "place", parent: curve.front, panel: curve, shape: "diamond", way: "x",
    move: (px, py, key) => set(scene, { x: between(key ? now.x + key[0] : place(px), 0, count - 1) }),
  });
  demo.probe(curve, (px) => seen(scene, place(px)));
  demo.probe(value, (px) => seen(scene, place(px)));
}

/** The guess that is nearest to a number of trials, as a factor. */
const nearest = (trials) => Object.entries({ three: 3, seven: 7, fifteen: 15, thirty: 30 })
  .sort(([, a], [, b]) => Math.max(a, trials) / Math.min(a, trials) - Math.max(b, trials) / Math.min(b, trials))[0][0];

/** How far above the lowest loss the best of a track is, after some trials. */
function gap({ program, now }, { losses }, trials) {
  const best = Math.min(...losses.slice(0, trials + program.FIRST.length));
  return best / program.LOWEST[program.DECAYS.indexOf(now.decay)] - 1;
}

/** After how many trials the process alone is near the lowest loss; undefined where it is not. */
function found(scene) {
  const trials = Array.from({ length: scene.last + 1 }, (_, i) => i);
  return trials.find((each) => gap(scene, scene.alone, each) <= scene.program.NEAR);
}

/** A trial of the reader's own, after all that were made; after the last one it begins anew. */
function here(scene) {
  const { program, now, last } = scene;
  scene.clock.pause();
  const again = now.now >= last;
  const made = again ? [] : scene.run.places.slice(program.FIRST.length);
  set(scene, { mine: encoded(scene, [...made, now.x]), now: again ? 1 : now.now + 1 });
}

const encoded = ({ count }, places) => places.reduceRight((number, place) => number * (count + 1) + place + 1, 0);

function decoded({ count }, number) {
  const places = [];
  for (let rest = number; rest > 0; rest = Math.floor(rest / (count + 1))) places.push((rest % (count + 1)) - 1);
  return places;
}

/** What is believed of a place. */
function seen({ program, text, run }, at) {
  return phrase(text.point, { rate: program.VALUES[at], here: run.mean[at], unsure: run.std[at], worth: run.worth[at] });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  const { now, last } = scene;
  scene.alone = track(scene, [], last);
  scene.run = now.mine || now.now < last ? track(scene, decoded(scene, now.mine), now.now) : scene.alone;
  scene.demo.reflect();
  drawFrame(scene);
  moment(scene);
}

/** Trial after trial: the reader's own first, then what the process picks. */
function track({ program, now, count }, mine, trials) {
  const curve = program.CURVES[program.DECAYS.indexOf(now.decay)];
  const given = [...program.FIRST, ...mine];
  const taken = new Float64Array(count);
  const [places, losses] = [[], []];
  const mean = new Float64Array(count).fill(program.MEAN);
  const cov = program.prior(Float64Array.from(program.PLACES), now.length);
  const valued = () => {
    const std = program.spread(cov);
    return { mean, std, worth: program.worth(mean, std, Math.min(...losses)) };
  };
  for (let trial = 0; trial < program.FIRST.length + trials; trial++) {
    const place = trial < given.length ? given[trial] : program.proposed(valued().worth, taken);
    const hit = new Float64Array(count);
    hit[place] = 1;
    program.conditioned(mean, cov, hit, curve[place]);
    taken[place] += 1;
    places.push(place);
    losses.push(curve[place]);
  }
  return { places, losses, curve, ...valued() };
}

function drawFrame(scene) {
  const { demo, text, now, run, views: { curve, value } } = scene;
  curve.names.replaceChildren(
    axes(curve.box, curve.x, curve.y, { yLabel: text.loss, xTicks: TICKS, yTicks: [0.5, 1, 1.5, 2] }),
    label(curve.box.left + 44, curve.box.top - 9, text.curve, { class: "name" }),
  );
  value.names.replaceChildren(
    axes(value.box, value.x, value.y, { xLabel: text.rate, xTicks: TICKS, yTicks: [] }),
    label(value.box.left, value.box.top - 9, text.value, { class: "name" }),
  );
  const truth = Array.from(run.curve, (loss, i) => [curve.place(i), curve.y(curve.y.clamp(loss))]);
  const open = !demo.untold() && now.shown;
  curve.paths.replaceChildren(...(open ? [line(truth, "theory dashed")] : []));
}

/** Beliefs, trials and worth after the trials so far. */
function moment(scene) {
  const { demo, program, text, now, run, views: { curve, value } } = scene;
  const [low, high] = [-2, 2].map((width) => edge(scene, width));
  const middle = edge(scene, 0);
  curve.ground.replaceChildren(node("path", { d: `${path([...low, ...high.reverse()])}Z`, class: "momentum", fill: "currentColor", "fill-opacity": 0.14 }));
  const trials = run.places.map((place, i) => [curve.place(place), curve.y(curve.y.clamp(run.losses[i]))]);
  const own = decoded(scene, now.mine).length + program.FIRST.length;
  const mark = (i) => (i < program.FIRST.length ? "plain" : i < own ? "plain hollow" : "momentum");
  curve.moving.replaceChildren(
    line(middle, "momentum"),
    ...trials.map((at, i) => dot(at, 5, mark(i))),
  );
  const worth = Array.from(run.worth, (each, i) => [value.place(i), value.y(each)]);
  const px = curve.place(now.x);
  const vertical = ({ box }) => line([[px, box.top], [px, box.top + box.height]], "plain faint");
  value.y = worthScale(scene);
  value.moving.replaceChildren(
    vertical(value),
    line(worth.map(([at], i) => [at, value.y(run.worth[i])]), "adam"),
    dot([px, value.y(run.worth[now.x])], 4, "plain"),
    dot([value.place(argmax(run.worth)), value.y(Math.max(...run.worth))], 5, "adam hollow"),
  );
  curve.front.querySelector(".looked")?.remove();
  const looked = vertical(curve);
  looked.classList.add("looked");
  curve.front.prepend(looked);
  scene.diamond.place(px, curve.box.top + curve.box.height - 12, phrase(text.at, { rate: program.VALUES[now.x] }));
  speak(scene);
}

const argmax = (values) => values.reduce((best, each, i) => (each > values[best] ? i : best), 0);

/** Mean and so many spreads, along the axis. */
function edge({ run, views: { curve } }, width) {
  return Array.from(run.mean, (mean, i) => [curve.place(i), curve.y(curve.y.clamp(mean + width * run.std[i]))]);
}

/** The worth of the best place reaches four fifths up. */
function worthScale({ run, views: { value: { box } } }) {
  return linear([0, Math.max(1e-6, ...run.worth) * 1.25], [box.top + box.height, box.top]);
}

function speak(scene) {
  const { demo, program, text, now, run, tell, last } = scene;
  const told = !demo.untold();
  const alone = scene.alone.losses.slice(0, now.now + program.FIRST.length);
  const numbers = {
    now: now.now, best: Math.min(...run.losses), alone: Math.min(...alone),
    believed: run.mean[now.x], unsure: run.std[now.x], worth: run.worth[now.x], most: Math.max(...run.worth),
    gap: gap(scene, run, now.now),
  };
  tell(numbers);
  const ended = told && (now.mine > 0 || now.now >= last);
  demo.say(phrase(text[ended ? "ended" : "running"], { ...numbers, rate: program.VALUES[now.x] }));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, count, views: { curve, value } } = scene;
  const narrow = demo.narrow;
  const high = narrow ? 210 : between(height - 300, 150, 220);
  const low = narrow ? 210 : 100;
  const broad = width - 60;
  curve.box = { left: 44, top: 32, width: broad, height: high };
  const second = high + 64;
  value.box = { left: 44, top: second + 30, width: broad, height: low };
  demo.size(width, second + low + 76, [
    { name: "curve", top: 0, height: second },
    { name: "value", top: second, height: low + 76 },
  ]);
  const ends = [program.VALUES[0], program.VALUES[count - 1]];
  for (const view of [curve, value]) {
    demo.clip(view.box, view.clip);
    const sides = [view.box.left + 8, view.box.left + broad - 8]; // no dot is cut at the edge
    view.x = log(ends, sides);
    view.place = linear([0, count - 1], sides);
  }
  curve.y = linear([0.4, 2.5], [curve.box.top + high, curve.box.top]);
  value.y = linear([0, 1], [value.box.top + low, value.box.top]);
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
