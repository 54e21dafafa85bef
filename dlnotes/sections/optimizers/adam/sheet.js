// Gradients drawn by hand: with the pointer on a sheet, or one at a time by arrow keys.
import { between, grippable, node } from "../../../demos/demo.js";

export function sheet(scene) {
  const { demo, views: { grads } } = scene;
  const made = (scene.sheet = grads.front.appendChild(node("rect", { fill: "transparent", "data-sheet": true })));
  grippable(made);
  let held = null;
  made.addEventListener("pointerdown", (event) => {
    const [px, py] = demo.local(event);
    made.setPointerCapture(event.pointerId);
    held = paint(scene, column(scene, px), px, py);
    event.preventDefault();
  });
  made.addEventListener("pointermove", (event) => {
    if (held !== null) held = paint(scene, held, ...demo.local(event));
  });
  for (const end of ["pointerup", "pointercancel"]) made.addEventListener(end, () => { held = null; });
}

const column = ({ program, views: { grads } }, px) => between(Math.round(grads.x.invert(px)), 1, program.COUNT);

function worth({ program: { MOST }, views: { grads } }, py) {
  const value = between(grads.y.invert(py), -MOST, MOST);
  return Math.abs(value) < 0.08 ? 0 : Number(value.toFixed(2));
}

/** Every gradient between two columns gets the height of the pointer. */
export function paint(scene, from, px, py) {
  const { now, clock } = scene;
  clock.pause();
  const to = column(scene, px);
  for (let k = Math.min(from, to); k <= Math.max(from, to); k += 1) now.grads[k - 1] = worth(scene, py);
  scene.change({ now: to, grads: now.grads });
  return to;
}

/** An arrow key: to the side it chooses a gradient, up and down it changes it. */
export function nudge(scene, [aside, down]) {
  const { now, clock, program: { COUNT, MOST } } = scene;
  clock.pause();
  const moved = between(Math.max(now.now, 1) + aside, 1, COUNT);
  const value = between(now.grads[moved - 1] - down * 0.1, -MOST, MOST);
  if (down) now.grads[moved - 1] = Number(value.toFixed(2));
  scene.change({ now: moved, grads: now.grads });
}
