// Three nets, as many passes each: a row of layers that are pretrained, and the accuracies below.
import { across, axes, between, dot, label, line, linear, mount, phrase, rect, upward } from "../../../demos/demo.js";

const LAYERS = ["paths", "names", "row", "ends", "front"];
const APART = 15; // pixels between two names
const FLAG = 26; // pixels above the axis that the flag takes
const ROLES = [["random", "plain"], ["learned", "momentum"], ["rival", "adam"]];

function build(demo) {
  const { program, text, controls: now } = demo;
  const scene = { demo, program, text, now, view: demo.view(LAYERS) };
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: () => (now.free ? 6 : 12), last: () => program.WHOLE, show: () => moment(scene) });
  demo.choice({ name: "task", change: change("task") });
  demo.choice({ name: "rival", change: change("rival") });
  demo.slider({ name: "rate", change: change("rate") });
  demo.toggle({ name: "free", change: change("free") });
  demo.presets(
    {
      history: { free: true, now: program.TUNING },
      normalized: { rival: "batch", now: program.WHOLE },
      flip: { task: "few", now: program.WHOLE },
      together: { task: "few", rival: "both", now: program.WHOLE },
    },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => answer(scene),
    reached: () => now.now >= program.WHOLE,
    because: () => spoken(scene, read(scene, program.WHOLE)),
  });
  scene.tell = demo.readouts(["now", "coding", "random", "learned", "rival"]);
  scene.time = scene.clock.handle(scene.view.front, (px) => scene.view.x.invert(px), { panel: scene.view });
  demo.probe(scene.view, (px) => seen(scene, Math.round(scene.view.x.invert(px))));
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

/** Accuracies of the three after so many passes. */
function read({ program, now }, at) {
  const free = now.free ? 1 : 0;
  const found = { coding: program.coding(at, free) };
  for (const [role] of ROLES) {
    const { curve, looks, learns } = net(program, now, role);
    found[role] = program.accuracy(curve, looks, program.passes(at, learns, free));
  }
  return found;
}

/** A net's curve at the rate that is set, and when one looked. */
function net(program, now, role) {
  const name = role === "rival" ? now.rival : role;
  const long = program.LONG.includes(name);
  const curve = program.CURVES[now.task][name][program.RATES.indexOf(now.rate)];
  return { curve, looks: program.LOOKS[long ? "long" : "short"], learns: long ? 0 : 1 };
}

function answer(scene) {
  const { program } = scene;
  const end = read(scene, program.WHOLE);
  return ["random", "learned", "times", "level"][program.lead(end.random, end.learned, end.rival)];
}

/** What stands at a place, as far as the run has come. */
function seen(scene, px) {
  const { demo, program, text, now } = scene;
  const at = between(px, 0, program.WHOLE);
  return demo.untold() && at > now.now ? "" : phrase(text.point, { now: at, ...spoken(scene, read(scene, at)) });
}

/** Numbers as they are said: a net that has not begun has none. */
const spoken = ({ text }, found) =>
  Object.fromEntries(Object.entries(found).map(([name, value]) => [name, Number.isFinite(value) ? Math.round(value * 1000) / 1000 : text.waiting]));

function set(scene, changed) {
  Object.assign(scene.now, changed);
  scene.demo.reflect();
  drawFrame(scene);
  moment(scene);
}

function drawFrame({ text, now, view }) {
  const { box, x, y } = view;
  view.names.replaceChildren(axes(box, x, y, { xLabel: now.free ? text.axis_free : text.axis, yLabel: text.accuracy }));
}

/** The three curves up to now, and what is being learned. */
function moment(scene) {
  const { demo, text, now, view } = scene;
  const { box, x, y } = view;
  const found = read(scene, now.now);
  const ends = ROLES.map(([role, family]) => ({ role, family, points: curve(scene, role), value: found[role] }));
  view.paths.replaceChildren(...ends.map(({ points, family }) => line(points, family)));
  const seen = now.now > 0 ? ends.filter(({ points }) => points.length) : [];
  view.ends.replaceChildren(...seen.map(({ points, family }) => dot(points.at(-1), 4, family)), ...tags(scene, seen));
  view.row.replaceChildren(...row(scene, found.coding));
  scene.time.place(x(now.now), box.top + box.height, phrase(text.point, { now: now.now, ...spoken(scene, found) }));
  scene.tell({ now: now.now, ...found }, {});
  demo.say(sentence(scene, found));
}

/** The names beside the ends, from the top down and never closer than a line, above the flag. */
function tags({ text, now, view: { box } }, seen) {
  let free = -Infinity;
  let floor = box.top + box.height - FLAG + APART;
  return seen
    .map(({ role, family, points }) => ({ at: points.at(-1), family, words: text.tags[role === "rival" ? now.rival : role] }))
    .sort((one, other) => one.at[1] - other.at[1])
    .map(({ at: [px, py], family, words }) => {
      free = Math.max(py + 4, free + APART);
      return { px, py: free, words, family };
    })
    .reverse()
    .map(({ px, py, words, family }) => {
      floor = Math.min(py, floor - APART);
      return label(px + 9, floor, words, { class: `${family} colored` });
    });
}

function curve({ program, now, view: { x, y } }, role) {
  const free = now.free ? 1 : 0;
  const { curve: heights, looks, learns } = net(program, now, role);
  const made = program.passes(now.now, learns, free);
  const begun = learns && !now.free ? program.WHOLE - program.TUNING : 0;
  return looks.flatMap((at, i) => (at <= made ? [[x(begun + at), y(heights[i])]] : []));
}

/** The five layers of the pretrained net; the one that learns is filled. */
function row({ demo, program, text, now, view: { box } }, coding) {
  const gap = 6;
  const { left } = box;
  const width = (box.width + gap) / program.LAYERS - gap;
  const tuning = coding === 0;
  const boxes = Array.from({ length: program.LAYERS }, (_, i) => {
    const on = now.now > 0 && (tuning || coding === i + 1);
    const kept = !tuning && coding > i + 1;
    const place = { left: left + i * (width + gap), top: 22, width, height: 26 };
    return [
      rect(place, { class: "momentum", fill: "currentColor", "fill-opacity": on ? 0.4 : kept ? 0.16 : 0.05 }),
      label(place.left + width / 2, 39, phrase(text.layer, { place: i + 1 }), { "text-anchor": "middle" }),
    ];
  });
  const said = now.now === 0 ? text.coder : tuning ? text.tuning : phrase(text.learning, { place: coding });
  return [label(left, 13, said, { class: "momentum colored" }), ...boxes.flat()];
}

function sentence(scene, found) {
  const { text, now } = scene;
  if (now.now === 0) return text.fresh;
  const words = { now: now.now, ...spoken(scene, found), name: text[now.rival] };
  return phrase(found.coding > 0 ? text.codes : text.tunes, words);
}

function layout(scene, width, height) {
  const { demo, program, view } = scene;
  const tall = demo.narrow ? 194 : between(height - 150, 220, 320);
  view.box = { left: 46, top: 84, width: width - 128, height: tall };
  demo.size(width, tall + 128, [{ name: "picture", top: 0, height: tall + 128 }]);
  demo.clip(view.box, view.clip);
  view.x = linear([0, program.WHOLE], across(view.box));
  view.y = linear([0, 1], upward(view.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
