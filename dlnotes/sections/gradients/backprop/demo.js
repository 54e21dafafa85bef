// A small graph: numbers flow forward, messages flow back, and a weight that is used twice adds up.
import { between, format, line, mount, phrase } from "../../../demos/demo.js";
import { EDGES, NODES, TURN, drawEdges, drawNodes, ends, placed, signed, tracks } from "./graph.js";
import { pulses } from "./pulses.js";

const MADE = ["z1", "h1", "z2", "r", "f"]; // in the order of the program's values

function build(demo) {
  const { program, text, controls: now } = demo;
  const scene = { demo, program, text, now, view: demo.view(["edges", "tracks", "nodes", "moving", "front"]) };
  scene.pulse = pulses(scene.view.moving);
  controls(scene);
  handles(scene);
  return { draw: (width) => layout(scene, width), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now } = scene;
  scene.clock = demo.clock({ rate: 1.6, last: () => program.LAST, show: () => show(scene) });
  demo.choice({ name: "act", change: (act) => set(scene, { act }) });
  demo.slider({ name: "nudge", change: (nudge) => set(scene, { nudge }) });
  demo.presets(presets(program.LAST), (setting) => set(scene, setting));
  demo.question({
    answer: () => ({ 3: "one", 6: "sum", 9: "product" })[Math.round(scene.nudged)],
    reached: () => now.now >= program.LAST,
    because: () => ({ late: scene.messages[3], early: scene.messages[0], total: scene.messages[8], rise: scene.rise }),
  });
  scene.tell = demo.readouts(["now", "f", "by_x", "by_w", "by_y", "nudged"], ["f", "by_w", "nudged"]);
}

const presets = (last) => ({
  both: { now: last },
  closed: { x: -2, now: last },
  squashed: { act: "tanh", y: 1, now: last },
  met: { y: 4.5, now: last },
});

function handles(scene) {
  const { demo, view } = scene;
  scene.panels = { x: {}, w: {}, y: {} };
  scene.grips = Object.fromEntries(Object.keys(scene.panels).map((name) => [name, demo.handle({
    name,
    parent: view.front,
    panel: scene.panels[name],
    shape: "diamond",
    way: "x",
    move: (px, _, key) => {
      const { scale } = scene.tracks[name];
      const to = key ? scene.now[name] + key[0] / 10 : scale.invert(px);
      set(scene, { [name]: Math.round(between(to, ...scene.program.ENDS[name]) * 10) / 10 });
    },
  })]));
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, program, now } = scene;
  Object.assign(now, changed);
  const { x, w, y, act } = now;
  const made = program[`values_${act}`](x, w, y);
  scene.values = { x, w, y, ...Object.fromEntries(MADE.map((name, k) => [name, made[k]])) };
  scene.slopes = program[`slopes_${act}`](x, w, y);
  scene.messages = program.messages(scene.slopes);
  scene.rise = program[`rise_${act}`](x, w, y, now.nudge);
  scene.nudged = program[`ratio_${act}`](x, w, y, now.nudge);
  scene.before = undefined;
  demo.reflect();
  show(scene);
}

function show(scene) {
  const { now, view, place, pulse } = scene;
  view.edges.replaceChildren(...drawEdges(scene));
  view.nodes.replaceChildren(...drawNodes({ ...scene, rise: told(scene) ? scene.rise : undefined }));
  for (const [name, grip] of Object.entries(scene.grips)) {
    const { scale, top } = scene.tracks[name];
    grip.place(scale(scale.clamp(now[name])), top, format(now[name]));
  }
  if (now.now === scene.before + 1) pulse(flowing(now.now).map(([edge, back]) => (back ? ends(place, edge).reverse() : ends(place, edge))));
  scene.before = now.now;
  speak(scene);
}

const told = ({ demo, program, now }) => now.now >= program.LAST && !demo.untold();

/** The edges along which something flows at a step, and whether it flows back. */
const flowing = (step) =>
  EDGES.flatMap((edge) => {
    const { made, sends } = NODES[edge[0]];
    return step === made ? [[edge, false]] : step === sends ? [[edge, true]] : [];
  });

// ---- words -----------------------------------------------------------------------------------
function speak(scene) {
  const { demo, now, values, messages, nudged } = scene;
  const numbers = { now: now.now, f: values.f, by_x: messages[1], by_w: messages[8], by_y: messages[6], nudged };
  const seen = told(scene);
  scene.tell(numbers, { f: now.now >= NODES.f.made ? undefined : "–", by_w: seen ? undefined : "–", nudged: seen ? undefined : "–" });
  demo.say(sentence(scene));
}

function sentence({ text, now, values, messages }) {
  if (now.now === 0) return phrase(text.before, now);
  const key = Object.keys(NODES).find((name) => now.now === NODES[name].made || now.now === NODES[name].sends);
  if (now.now === TURN) return text.turn;
  if (now.now < TURN) return phrase(text.forward, { name: NODES[key].name, value: values[key] });
  const own = key === "f" ? 1 : messages[EDGES.findIndex(([, parent]) => parent === key)];
  const sum = { late: messages[3], early: messages[0], added: signed(messages[0]), total: messages[8] };
  const more = { z2: text.waits, z1: text.adds }[key];
  return phrase(text.sends, { name: NODES[key].name, message: own }) + (more ? phrase(more, sum) : "");
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width) {
  const { demo, program, view } = scene;
  scene.place = { ...placed(width, demo.narrow), narrow: demo.narrow };
  scene.tracks = tracks(scene.place, program.ENDS, demo.narrow);
  for (const [name, { box }] of Object.entries(scene.tracks)) scene.panels[name].box = box;
  view.tracks.replaceChildren(...Object.values(scene.tracks).map(({ box, top }) => line([[box.left + 8, top], [box.left + box.width - 8, top]], "goal")));
  demo.size(width, scene.place.height, [{ name: "title", top: 0, height: scene.place.height }]);
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
