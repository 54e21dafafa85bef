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
  if (!kept.has(key)) kept.set(key, { net, losses: [], params: [start(program, net)] });
  const past = kept.get(key);
  while (past.losses.length < now.pull) {
    past.params.push(step(program, past, program.BASES[now.color], weights(scene, net, past.losses.length)));
  }
  const at = net.fresh ? start(program, net) : past.params[now.pull];
  return { name, net, losses: past.losses.slice(0, now.pull), params: [at] };
}

function advance(scene, line, until) {
  const { program, now } = scene;
  while (line.losses.length <= until) {
    line.params = [step(program, line, now.lr, weights(scene, line.net, line.losses.length))];
  }
}

/** Adds the loss, and gives the parameters after the step. */
function step(program, line, rate, weight) {
  const { net, losses, params } = line;
  const X = net.offset ? program.FAR : program.NEAR;
  const made = program[net.body](params.at(-1), X, program.KINDS, weight, rate);
  losses.push(made.loss);
  return made.params;
}

const start = (program, net) =>
  Object.fromEntries(Object.entries(program.BEGIN[net.body]).map(([name, values]) => [name, Float64Array.from(values)]));

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
