// The runs that are compared: the reader's setting, and others, each at its best.
import { phrase } from "../../../demos/demo.js";
import { tuned } from "./rates.js";

export const OTHER = { heavy_ball: "nesterov", nesterov: "heavy_ball" };
const FAMILY = { plain: "plain", heavy_ball: "momentum", nesterov: "momentum light" };

/** The reader's run, and those beside it as far as something has changed for them. */
export function compute(scene, touches) {
  const { program, now, runs } = scene;
  const race = (method, at) => travel(program, method, { ...now, ...at });
  runs.present = race(now.method);
  now.now = Math.min(now.now, runs.present.last);
  const ground = touches("condition", "x", "y");
  if (ground) runs.plain = race("plain", tuned(scene, "plain"));
  if (now.also_other) runs.other = race(OTHER[now.method], tuned(scene, OTHER[now.method]));
  if (!ground && !touches("method")) return;
  scene.best = tuned(scene, now.method);
  runs.best = race(now.method, scene.best);
}

/** Every step of a run until it arrives, is lost, or `limit` steps are over. */
function travel(program, method, { x, y, lr, momentum, condition }) {
  const step = method === "plain"
    ? (s) => program.plain(s.x, s.y, lr, condition)
    : (s) => program[method](s.x, s.y, s.vx, s.vy, lr, momentum, condition);
  const first = program.distance(x, y);
  const states = [{ x, y, vx: 0, vy: 0 }];
  let end = 0;
  while (end === 0 && states.length <= program.LIMIT) {
    const state = step(states.at(-1));
    states.push(state);
    end = program.outcome(state.x, state.y, first);
  }
  const far = states.map((s) => program.distance(s.x, s.y) / first);
  const last = states.length - 1;
  return { states, far, last, steps: end > 0 ? last : Infinity, diverged: end < 0 ? last : Infinity };
}

/** A few steps a pixel of a run up to now; an odd stride, which keeps both sides of a zigzag. */
export function sampled(last, pixels, now = last) {
  const every = Math.floor(last / (3 * pixels)) | 1;
  const end = Math.min(now, last);
  const steps = Array.from({ length: Math.floor(end / every) + 1 }, (_, i) => i * every);
  return end % every ? [...steps, end] : steps;
}

export const look = ({ now }) => (now.momentum === 0 ? "plain" : FAMILY[now.method]);

/** The runs beside the reader's own: words, look, steps. */
export const rivals = ({ text, now, runs }) => [
  ...(now.also_best ? [{ words: text.best, look: FAMILY[now.method], run: runs.best }] : []),
  ...(now.also_plain ? [{ words: text.plain, look: "plain", run: runs.plain }] : []),
  ...(now.also_other ? [{ words: text[OTHER[now.method]], look: FAMILY[OTHER[now.method]], run: runs.other }] : []),
];

export const own = (scene) => ({
  words: scene.now.momentum === 0 ? scene.text.no_momentum : scene.text[scene.now.method],
  look: look(scene),
  run: scene.runs.present,
});

export function told({ program, text }, { words, run: { steps, diverged } }) {
  const kind = Number.isFinite(steps) ? "needs" : Number.isFinite(diverged) ? "leaves" : "stays";
  return phrase(text[kind], { name: words, steps, limit: program.LIMIT });
}

/** How a run ends, in as few words as stand beside a dot. */
export function counted({ program, text }, { steps, diverged }) {
  if (Number.isFinite(steps)) return phrase(text.count, { steps });
  return Number.isFinite(diverged) ? text.diverges : phrase(text.endless, { limit: program.LIMIT });
}
