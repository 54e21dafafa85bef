// The runs: every net of a color at every step so far. What is computed is emitted.
import { random } from "../../../demos/demo.js";

const kept = new Map(); // what was computed before the lever, by color and net

/** The losses of all lines up to `until`, computed as far as they are asked for. */
export function follow(scene, until) {
  const { program, now } = scene;
  const key = JSON.stringify([now.color, now.lr, now.pull]);
  if (scene.key !== key) {
    scene.key = key;
    scene.lines = program.COLORS[now.color].map((name) => begin(scene, name));
  }
  for (const line of scene.lines) advance(scene, line, until);
  return scene.lines;
}

/** A line at the lever: what lies before it does not depend on where it is pulled to. */
function begin(scene, name) {
  const { program, now } = scene;
  const net = program.NETS[name];
  const key = `${now.color} ${name}`;
  if (!kept.has(key)) kept.set(key, { net, losses: [], params: start(program, net), before: [] });
  const past = kept.get(key);
  while (past.before.length <= now.pull) {
    past.before.push(copied(past.params));
    step(scene, past, program.BASES[now.color]);
  }
  const params = net.fresh ? start(program, net) : copied(past.before[now.pull]);
  return { name, net, losses: past.losses.slice(0, now.pull), params };
}

function advance(scene, line, until) {
  while (line.losses.length <= until) step(scene, line, scene.now.lr);
}

/** Adds the loss, and moves the parameters. */
function step(scene, { net, losses, params }, rate) {
  const { program } = scene;
  const X = net.offset ? program.FAR : program.NEAR;
  const { loss } = program[net.body](params, X, program.KINDS, weights(scene, net, losses.length), rate);
  losses.push(loss);
}

const copied = (params) => Object.fromEntries(Object.entries(params).map(([name, values]) => [name, Float64Array.from(values)]));
const start = (program, net) => copied(program.BEGIN[net.body]);

/** Which points a step looks at: a 1 for each of them. */
function weights(scene, { batch }, at) {
  const { program } = scene;
  const all = program.CLASSES.length;
  scene.drawn ??= {};
  if (batch === all) return (scene.drawn.all ??= new Float64Array(all).fill(1));
  const mine = (scene.drawn[batch] ??= { source: random(program.SHUFFLE), list: [] });
  while (mine.list.length <= at) {
    const one = new Float64Array(all);
    for (const point of mine.source.order(all).slice(0, batch)) one[point] = 1;
    mine.list.push(one);
  }
  return mine.list[at];
}

/** The program with its data as it takes them. */
export function loaded(program) {
  const NEAR = Float64Array.from(program.POINTS);
  return { ...program, NEAR, FAR: Float64Array.from(program.moved(NEAR)), KINDS: Float64Array.from(program.CLASSES) };
}

export const cured = ({ program }, lines, at) => lines.filter(({ losses }) => losses[at] < program.CURED).length;
