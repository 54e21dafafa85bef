// The losses of a few nets, and below them the lever.
import { across, axes, between, dot, label, line, linear, log, mount, phrase, upward } from "../../../demos/demo.js";
import { cured, follow, loaded } from "./runs.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const HIGHEST = 1.5; // loss at the top of its axis
const APART = 16; // pixels from name to name
const RATES = [0.0001, 10]; // the ends of the lever

function build(demo) {
  const { text, controls: now } = demo;
  const views = { loss: demo.view(LAYERS), rate: demo.view(LAYERS) };
  const scene = { demo, program: loaded(demo.program), text, now, views };
  controls(scene);
  handles(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now } = scene;
  const { STEPS, PULL, LEVERS } = program;
  scene.clock = demo.clock({ rate: 25, last: () => STEPS, show: () => moment(scene) });
  demo.choice({ name: "color", change: (color) => { scene.clock.pause(); set(scene, { color, lr: LEVERS[color], pull: PULL, now: PULL }); } });
  demo.slider({ name: "lr", change: (lr) => set(scene, { lr, pull: moment_of_pull(scene) }) });
  demo.presets({
    raise_more: { lr: 3, now: PULL },
    drop: { color: "purple", lr: LEVERS.purple, now: PULL },
    too_hot: { color: "red", lr: LEVERS.red, now: PULL },
  }, (setting) => set(scene, setting));
  demo.question({
    answer: () => program.COUNTED[cured(scene, follow(scene, STEPS), STEPS)],
    reached: () => now.now >= STEPS,
    because: () => Object.fromEntries(follow(scene, STEPS).map(({ name, losses }) => [name, losses[STEPS].toFixed(3)])),
    play: () => { scene.clock.go(PULL); demo.play(); },
  });
  scene.tell = demo.readouts(["now", "rate", "cured", "line1", "line2", "line3", "line4"], ["rate", "cured"]);
}

/** In mid-run a lever that has not been pulled yet is pulled now; another one, where it was. */
function moment_of_pull({ demo, program, now }) {
  const midway = !demo.untold() && now.now > 0 && now.now < program.STEPS;
  const unpulled = now.now < now.pull || now.lr === program.BASES[now.color];
  return midway && unpulled ? now.now : now.pull;
}

function handles(scene) {
  const { demo, program, views: { loss, rate } } = scene;
  scene.time = scene.clock.handle(loss.front, (px) => loss.x.invert(px), { panel: loss });
  scene.lever = demo.handle({
    name: "lever",
    parent: rate.front,
    panel: rate,
    shape: "diamond",
    way: "xy",
    step: 4,
    move: (px, py) => {
      const pull = between(Math.round(rate.x.invert(px)), 0, program.STEPS);
      set(scene, { pull, lr: Number(between(rate.y.invert(py), ...RATES).toPrecision(3)) });
    },
  });
  for (const view of [loss, rate]) demo.probe(view, (px) => seen(scene, px));
}

/** What stands at a step, as far as it has been taken. */
function seen({ program, text, now, views: { loss } }, px) {
  const step = between(Math.round(loss.x.invert(px)), 0, program.STEPS);
  if (step > now.now) return "";
  return phrase(text.here, { step, rate: step <= now.pull ? program.BASES[now.color] : now.lr });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  scene.demo.reflect();
  drawLever(scene);
  moment(scene);
}

/** The learning rate over the steps, and the lever. */
function drawLever(scene) {
  const { program, text, now, views: { rate } } = scene;
  const { box, x, y } = rate;
  const [before, after] = [y(program.BASES[now.color]), y(now.lr)];
  const [pull, right] = [x(now.pull), x(program.STEPS)];
  scene.plan = [[x(0), before], [pull, before], [pull, after], [right, after]];
  rate.names.replaceChildren(
    axes(box, x, y, { xLabel: text.steps, yLabel: text.rate_axis, xTicks: [0, 40, 80, 120, 160], yTicks: [0.0001, 0.01, 1] }),
  );
  scene.lever.place(pull, after, phrase(text.pulled, { step: now.pull, rate: now.lr }));
}

/** The step that is shown: nothing after it has been computed. */
function moment(scene) {
  const { program, text, now, views: { loss, rate } } = scene;
  const lines = follow(scene, now.now);
  drawLosses(scene, lines);
  const corners = now.now > now.pull ? 3 : 1; // of the plan, that lie behind
  const here = [rate.x(now.now), scene.plan[corners][1]];
  rate.moving.replaceChildren(line([...scene.plan.slice(0, corners), here], "plain"));
  rate.ground.replaceChildren(line([here, ...scene.plan.slice(corners)], "theory dashed"));
  scene.time.place(loss.x(now.now), loss.box.top + loss.box.height, phrase(text.at, { step: now.now }));
  speak(scene, lines);
}

function drawLosses(scene, lines) {
  const { program, text, now, views: { loss } } = scene;
  const { box, x, y } = loss;
  const floor = y(program.GUESSING);
  const heads = lines.map((each) => ({ ...each, at: [x(now.now), y(y.clamp(each.losses[now.now]))] }));
  loss.ground.replaceChildren(line([[box.left, floor], [box.left + box.width, floor]], "theory dashed"));
  loss.moving.replaceChildren(
    ...lines.map((each) => line(way(loss, each.losses, now.now), style(scene, each))),
    ...heads.map(({ at }) => dot(at, 4, "plain")),
  );
  loss.names.replaceChildren(
    axes(box, x, y, { yLabel: text.loss_axis, xTicks: [0, 40, 80, 120, 160], yTicks: [0, 0.5, 1, 1.5] }),
    label(box.left + box.width - 4, floor + (heads.some(({ at }) => at[1] < floor - 4) ? 17 : -8), phrase(text.guessing, { value: program.GUESSING.toFixed(2) }), { class: "theory colored", "text-anchor": "end" }),
    label(box.left + box.width + 108, box.top - 9, text.shape[now.color], { "text-anchor": "end" }),
    ...lines.flatMap((each) => gone(loss, each.losses, now.now)),
    ...named(scene, heads),
  );
}

/** A line leaves the picture at its top edge, and comes back there. */
function way({ x, y }, losses, last) {
  const inside = (step) => losses[step] <= HIGHEST;
  const edge = (step, near) => (near <= last && inside(near) ? [[x(step), y(HIGHEST)]] : []);
  return Array.from({ length: last + 1 }, (_, step) => step).flatMap((step) =>
    inside(step) ? [[x(step), y(losses[step])]] : [...edge(step, step - 1), [NaN, NaN], ...edge(step, step + 1)]);
}

/** An arrow at the top where a line leaves. */
function gone({ x, box }, losses, last) {
  const out = (step) => step <= last && !(losses[step] <= HIGHEST);
  const leaves = losses.findIndex((_, step) => out(step) && !out(step - 1));
  return leaves < 0 ? [] : [label(x(leaves) + 4, box.top + 12, "↑")];
}

/** What is cured is solid; until it is told, all are alike. */
function style({ demo, program, now }, { losses }) {
  return demo.phase() === "asked" || losses[now.now] < program.CURED || now.now <= now.pull ? "plain" : "plain dashed";
}

/** The names beside the heads, pushed apart; before the guess they would tell. */
function named({ demo, text, views: { loss: { box } } }, heads) {
  const words = demo.phase() === "asked" ? [{ at: heads[0].at, said: text.count[heads.length] }] : heads.map(({ at, name }) => ({ at, said: text.names[name] }));
  const placed = words.sort((one, other) => one.at[1] - other.at[1]);
  let lowest = -Infinity;
  const heights = placed.map(({ at }) => (lowest = Math.max(at[1], lowest + APART)));
  let highest = box.top + box.height - 30; // above the flag
  for (let i = heights.length - 1; i >= 0; i -= 1) {
    heights[i] = Math.min(heights[i], highest);
    highest = heights[i] - APART;
  }
  return placed.map(({ at, said }, i) => label(at[0] + 10, heights[i] + 4, said));
}

function speak(scene, lines) {
  const { demo, program, text, now } = scene;
  const values = lines.map(({ losses }) => losses[now.now]);
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => (Number.isFinite(value) ? value.toFixed(2) : value));
  const rate = now.now <= now.pull ? program.BASES[now.color] : now.lr;
  const count = cured(scene, lines, now.now);
  const every = Object.fromEntries([0, 1, 2, 3].map((i) => [`line${i + 1}`, values[i] ?? Infinity]));
  scene.tell({ now: now.now, rate, cured: count, ...every }, {});
  const told = { now: now.now, rate, low, high, lr: now.lr, pull: now.pull, cured: count, all: lines.length };
  demo.say(phrase(text[verdict(scene, lines)], told));
}

function verdict({ demo, now }, lines) {
  if (demo.phase() === "asked" && lines.length === 4) return "asked";
  if (now.now === 0) return "before";
  if (now.now <= now.pull) return "waiting";
  return lines.length === 1 ? "single" : "going";
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, views: { loss, rate } } = scene;
  const narrow = demo.narrow;
  const high = narrow ? 150 : between(height - 212, 190, 270);
  const low = narrow ? 70 : 100;
  const broad = width - 46 - 112; // room for the names
  loss.box = { left: 46, top: 26, width: broad, height: high };
  rate.box = { left: 46, top: high + 26 + 44, width: broad, height: low };
  const bottom = rate.box.top + low + 40;
  demo.size(width, bottom, [{ name: "curve", top: 0, height: bottom }]);
  for (const { box, clip } of [loss, rate]) demo.clip({ ...box, width: box.width + 6 }, clip);
  loss.x = rate.x = linear([0, program.STEPS], across(loss.box));
  loss.y = linear([0, HIGHEST], upward(loss.box));
  rate.y = log([0.00007, 20], upward(rate.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
