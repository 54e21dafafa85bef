// Thinned nets vote on an image, one after the other; beside them the net that is thinned.
import { axes, between, dot, dots, label, line, linear, mount, phrase, random } from "../../../demos/demo.js";
import { drawNet, places } from "./net.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const KEY = [0, 0.24, 0.66]; // where its parts begin
const GUESSES = { same: 0.95, lower: 0.8, torn: 0.65 };

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { net: demo.view(LAYERS), votes: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, last: program.NETS };
  controls(scene);
  units(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, now, last, views: { votes } } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: () => (now.now < 15 ? 5 : 120), last: () => last, show: () => moment(scene) });
  demo.slider({ name: "p", change: change("p") });
  demo.choice({ name: "place", change: change("place") });
  demo.toggle({ name: "scaled", change: change("scaled") });
  demo.button({ name: "next", press: () => byHand(scene, next(scene)) });
  demo.button({ name: "again", press: () => set(scene, { draw: now.draw + 1 }) });
  demo.button({ name: "other", press: () => set(scene, { image: now.image + 1 }) });
  demo.presets(
    {
      before: { place: "earlier", p: 0.8, now: last },
      unscaled: { scaled: false, now: last },
      many: { p: 0.8, now: last },
      few: { p: 0.1, now: last },
    },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => nearest(scene.run.means.at(-1)),
    reached: () => now.now >= last,
    because: () => ({ mean: scene.run.means.at(-1), geometric: scene.run.geometric.at(-1), whole: scene.run.whole }),
  });
  scene.tell = demo.readouts(["now", "shown", "mean", "geometric", "whole"], ["mean", "geometric", "whole"]);
  scene.time = scene.clock.handle(votes.front, (px) => votes.x.invert(px), { panel: votes });
  demo.probe(votes, (px) => seen(scene, px));
}

const nearest = (mean) =>
  Object.keys(GUESSES).sort((a, b) => Math.abs(GUESSES[a] - mean) - Math.abs(GUESSES[b] - mean))[0];

/** A unit is switched by a click, or by Enter or the space bar. */
function units(scene) {
  const { views: { net } } = scene;
  const flip = (event) => {
    const unit = event.target.closest("[data-pressed]");
    if (!unit) return;
    event.preventDefault();
    const which = Number(unit.dataset.pressed);
    byHand(scene, bits(scene) ^ (1 << which));
    net.moving.querySelector(`[data-pressed="${which}"]`)?.focus({ preventScroll: true });
  };
  net.moving.addEventListener("click", flip);
  net.moving.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") flip(event);
  });
}

/** The net that is shown, as units that are off; switching one leaves it standing still. */
const bits = ({ keep }) => Array.from(keep).reduce((sum, on, i) => sum + (on > 0 ? 0 : 1 << i), 0);

function byHand(scene, off) {
  scene.demo.pause();
  set(scene, { off, now: 0 });
}

/** The units that are off, and the next one; when none is left, all are on again. */
function next(scene) {
  const on = Array.from(scene.keep).findIndex((each) => each > 0);
  return on < 0 ? 0 : bits(scene) | (1 << on);
}

/** What a thinned net said, as far as it may be told. */
function seen({ demo, text, now, run, last, views: { votes } }, px) {
  const count = between(Math.round(votes.x.invert(px)), 1, last);
  if (demo.untold() && count > now.now) return "";
  return phrase(text.point, { count, vote: run.votes[count - 1], mean: run.means[count - 1], geometric: run.geometric[count - 1] });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  compute(scene);
  scene.demo.reflect();
  drawFrame(scene);
  moment(scene);
}

/** Every vote and both means after each of them. */
function compute(scene) {
  const { program, now, last } = scene;
  const key = [now.p, now.place, now.scaled, now.image, now.draw].join();
  if (scene.run?.key === key) return;
  if (scene.chance?.draw !== now.draw) {
    const source = random(now.draw + 1);
    scene.chance = { draw: now.draw, drawn: source.uniforms(last * program.UNITS) };
  }
  const first = Float64Array.from(program.FIRST[now.image % program.FIRST.length]);
  const keep = program.kept(scene.chance.drawn, now.p);
  const scores = program[`${now.place}_scores`](first, keep, program.times(now.p, now.scaled ? 1 : 0));
  const votes = program.chances(scores);
  scene.run = {
    key, first, keep, votes,
    means: program.averages(votes),
    geometric: program.geometrics(scores),
    whole: program.chance(program.by_hand_last(first, new Float64Array(program.UNITS).fill(1))),
  };
}

/** The mask that is shown, and what its net says: by hand, or the last one drawn. */
function shown(scene) {
  const { program, now, run } = scene;
  const { UNITS } = program;
  if (now.now > 0) {
    scene.keep = run.keep.subarray((now.now - 1) * UNITS, now.now * UNITS);
    return run.votes[now.now - 1];
  }
  scene.keep = Float64Array.from({ length: UNITS }, (_, i) => ((now.off >> i) & 1 ? 0 : 1));
  return program.chance(program[`by_hand_${now.place}`](run.first, scene.keep));
}

/** What the second layer puts out in the net that is shown. */
function second({ program, now, run: { first }, keep }) {
  if (now.place === "last") return program.hidden(first);
  return program.behind(first, Float64Array.from(keep), now.now > 0 ? program.times(now.p, now.scaled ? 1 : 0) : 1);
}

function drawFrame(scene) {
  const { demo, text, run, last, views: { votes, net } } = scene;
  const { box, x, y } = votes;
  votes.names.replaceChildren(
    axes(box, x, y, { xLabel: text.count, yLabel: text.vote_axis, xTicks: [0, 250, 500, 750, 1000], yTicks: [0, 0.25, 0.5, 0.75, 1] }),
    ...key(box, [["plain", text.mean], ["momentum dashed", text.geometric], ["theory dashed", text.whole]]),
  );
  votes.ground.replaceChildren(line([[box.left, y(run.whole)], [box.left + box.width, y(run.whole)]], "theory dashed"));
  votes.paths.replaceChildren(...(demo.untold() ? [] : lines(scene, last, "faint")));
  net.names.replaceChildren(label(net.box.left, net.box.top - 9, text.net, { class: "name" }));
}

/** Which line is which, below the picture. */
function key({ left, top, width, height }, all) {
  const below = top + height + 52;
  return all.flatMap(([name, words], i) => {
    const from = left + KEY[i] * width;
    return [line([[from, below], [from + 18, below]], name), label(from + 22, below + 4, words)];
  });
}

const way = ({ x, y }, values, until) => Array.from(values.slice(0, until), (value, i) => [x(i + 1), y(value)]);

function lines({ run, views: { votes } }, until, shade = "") {
  return [line(way(votes, run.means, until), `plain ${shade}`), line(way(votes, run.geometric, until), `momentum dashed ${shade}`)];
}

/** How many have voted. */
function moment(scene) {
  const { now, run, views: { votes, net } } = scene;
  const at = now.now;
  run.shown = shown(scene);
  run.second = Array.from(second(scene));
  run.pushes = Float64Array.from(scene.program.pushes(Float64Array.from(run.second)));
  net.moving.replaceChildren(...drawNet(scene));
  const heights = way(votes, run.votes, at);
  const spot = [votes.x(at), votes.y(at ? run.means[at - 1] : run.shown)];
  const cloud = dots(heights, "plain");
  cloud.setAttribute("style", "stroke-width: 3; opacity: 0.3");
  votes.moving.replaceChildren(
    cloud,
    ...lines(scene, at),
    dot([votes.x(at), votes.y(run.shown)], 5, at ? "plain hollow" : "plain"),
  );
  scene.time.place(...spot, phrase(scene.text.at, { count: at }));
  speak(scene);
}

function speak({ demo, text, now, run, keep, tell }) {
  const at = now.now;
  const off = Array.from(keep).filter((on) => on === 0).length;
  const numbers = {
    now: at, shown: run.shown, whole: run.whole,
    mean: at ? run.means[at - 1] : run.shown,
    geometric: at ? run.geometric[at - 1] : run.shown,
  };
  tell(numbers, at ? {} : { mean: "–", geometric: "–" });
  demo.say(phrase(text[at ? "running" : off ? "by_hand" : "all_on"], { ...numbers, off }));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, last, views: { net, votes } } = scene;
  const narrow = demo.narrow;
  const high = narrow ? 230 : between(height - 120, 220, 310);
  const second = high + 96;
  const broad = narrow ? width - 40 : Math.round(width * 0.44) - 40;
  net.box = { left: 20, top: 26, width: broad, height: high };
  votes.box = narrow
    ? { left: 44, top: second + 26, width: width - 64, height: high }
    : { left: broad + 92, top: 26, width: width - broad - 112, height: high };
  demo.size(width, second, [
    { name: "votes", top: second, height: second },
    { name: "net", top: 0, height: second },
  ]);
  for (const view of [net, votes]) demo.clip(view.box, view.clip);
  scene.places = places(net.box, program.UNITS);
  votes.x = linear([0, last], [votes.box.left, votes.box.left + votes.box.width - 8]); // room for the last dots
  votes.y = linear([0, 1], [votes.box.top + high, votes.box.top]);
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
