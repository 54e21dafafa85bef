// Weights under the same decay: how much is left over the steps, and against the size of the noise.
import { across, between, linear, log, mount, phrase, upward } from "../../../demos/demo.js";
import { drawSizes, drawWalks, follow, KINDS } from "./curves.js";

const LAYERS = ["marks", "paths", "moving", "names", "front"];
const HEIGHTS = [-0.3, 1.65]; // of a weight
const ALIKE = 0.02;

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { walk: demo.view(LAYERS), sizes: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, runs: {} };
  controls(scene);
  handles(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: () => 20 + now.now / 3, last: () => program.STEPS, show: () => moment(scene) });
  demo.choice({ name: "rule", change: change("rule") });
  for (const name of ["weight_decay", "lr"]) demo.slider({ name, change: change(name) });
  const end = { now: program.STEPS };
  demo.presets({
    same_penalty: end,
    decoupled: { ...end, rule: "adamw" },
    meeting: { ...end, quiet: 0.9, loud: 1.1 },
    silent: { ...end, quiet: 0.001 },
    slower: { ...end, rule: "adamw", lr: 0.001 },
  }, (setting) => set(scene, setting));
  demo.question({
    reached: () => now.now === program.STEPS,
    answer: () => answer(numbers(scene, program.STEPS)),
    because: () => numbers(scene, program.STEPS),
  });
  scene.tell = demo.readouts(["now", ...KINDS.flatMap((kind) => [`${kind}_left`, `${kind}_by`])]);
}

function answer({ quiet_left: quiet, loud_left: loud }) {
  if (Math.abs(quiet - loud) < ALIKE) return "alike";
  return quiet < loud ? "quiet_more" : "loud_more";
}

function handles(scene) {
  const { demo, program, text, views: { walk, sizes } } = scene;
  scene.time = scene.clock.handle(walk.front, (px) => walk.x.invert(px), { panel: walk });
  scene.ends = Object.fromEntries(KINDS.map((name) => {
    const move = (px) => set(scene, { [name]: Number(sizes.x.clamp(sizes.x.invert(px)).toPrecision(2)) });
    return [name, demo.handle({ name, parent: sizes.front, panel: sizes, shape: "diamond", way: "x", step: 4, move })];
  }));
  demo.probe(walk, (px) => {
    const step = between(Math.round(walk.x.invert(px)), 0, program.STEPS);
    if (demo.untold() && step > scene.now.now) return "";
    return phrase(text[words(scene, step)], { now: step, ...numbers(scene, step) });
  });
  demo.probe(sizes, (px) => {
    if (demo.untold()) return "";
    const size = Number(sizes.x.clamp(sizes.x.invert(px)).toPrecision(2));
    return phrase(text.here, { size, left: computed(scene, size) });
  });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, now, runs } = scene;
  Object.assign(now, changed);
  if (scene.told === demo.untold()) return layout(scene, ...scene.size); // the second picture comes, or goes
  for (const kind of KINDS) runs[kind] = play(scene, now[kind]);
  demo.reflect();
  scene.plain = left(scene, "adamw", 1);
  drawWalks(scene);
  drawSizes(scene, (size) => computed(scene, size));
  moment(scene);
}

/** Both weights of a kind, their mean, and what divides their decay, after every step. */
function play({ program, now }, size) {
  const { rule, lr, weight_decay } = now;
  const [step, { gradient }] = [program[rule], program];
  const walks = [1, -1].map((sign) => {
    let [weight, state] = [1, program[`${rule}_init`](0)];
    const seen = [{ weight, by: 1 }];
    for (const number of program.NOISE) {
      const after = step(weight, state, gradient(sign * number, size), lr, weight_decay);
      ({ weight, state } = after);
      seen.push(after);
    }
    return seen;
  });
  const mean = (name) => walks[0].map((one, i) => program.average(one[name], walks[1][i][name]));
  return { pair: walks.map((seen) => seen.map(({ weight }) => weight)), left: mean("weight"), by: mean("by") };
}

/** What a rule leaves of 1 after every step, as the page computes it. */
function left({ program, now: { lr, weight_decay } }, rule, size) {
  const [after, last] = [program[`${rule}_left`], program.STEPS];
  const kept = [1];
  for (let step = 0; step < last; step += 1) kept.push(after(kept[step], size, lr, weight_decay));
  return kept;
}

const computed = (scene, size) => left(scene, scene.now.rule, size)[scene.program.STEPS];

function numbers({ runs }, step) {
  return Object.fromEntries(KINDS.flatMap((kind) => ["left", "by"].map((what) => [`${kind}_${what}`, runs[kind][what][step]])));
}

// ---- the present step ------------------------------------------------------------------------
const words = ({ now }, step) => (step === 0 ? "begin" : now.rule === "l2" ? "divided" : "undivided");

function moment(scene) {
  const { demo, text, now, tell, ends, program, runs, views: { sizes } } = scene;
  const present = { now: now.now, ...numbers(scene, now.now) };
  follow(scene);
  for (const kind of KINDS) {
    const height = runs[kind].left[program.STEPS];
    ends[kind].place(sizes.x(now[kind]), sizes.y(sizes.y.clamp(height)), phrase(text.spoken, { size: now[kind] }));
    ends[kind].node.style.display = scene.told ? "" : "none";
  }
  tell(present);
  demo.say(phrase(text[words(scene, now.now)], present));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, views: { walk, sizes } } = scene;
  scene.size = [width, height];
  scene.told = !demo.untold();
  const [left, top] = [44, 34];
  const high = demo.narrow ? 236 : 330;
  const bottom = top + high + 44;
  const column = demo.narrow || !scene.told ? width : Math.round(width * 0.54);
  walk.box = { left, top, width: column - left - 16, height: high };
  sizes.box = demo.narrow
    ? { ...walk.box, top: bottom + top }
    : { left: column + left, top, width: width - column - left - 16, height: high };
  if (!demo.narrow && !scene.told) sizes.box = { ...walk.box };
  demo.size(width, demo.narrow ? 2 * bottom : bottom, [
    { name: "weights", top: 0, height: bottom },
    { name: "sizes", top: bottom, height: bottom },
  ]);
  for (const view of [walk, sizes]) {
    demo.clip(view.box, view.clip);
    view.y = linear(HEIGHTS, upward(view.box));
  }
  walk.x = linear([0, program.STEPS], across(walk.box));
  sizes.x = log(program.SIZES, across(sizes.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
