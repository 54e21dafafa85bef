// The pencil: drawn by mouse or finger, moved by keys; what lies between two places is straight.
import { between, phrase } from "../../../demos/demo.js";

const STEP = 5; // pixels up or down at a key
const FIRST = 8; // the knot where it lies at first

export function pencil(scene, set) {
  const { demo, program, text, now, views: { rate } } = scene;
  let [at, fresh] = [FIRST, true]; // put down anew: nothing is drawn on the way there
  demo.picture.addEventListener("pointerdown", () => { fresh = true; }, true);
  const handle = demo.handle({
    name: "pencil",
    parent: rate.front,
    panel: { get box() { return demo.untold() ? undefined : rate.box; } },
    shape: "diamond",
    step: STEP,
    move: (px, py, key) => {
      const to = key ? at + key[0] : Math.round(rate.x.invert(px) / program.GAP);
      const knot = between(to, 0, now.drawn.length - 1);
      const level = key && !key[1] ? now.drawn[at] : levelAt(py);
      const drawn = stroke(now.drawn, fresh && !key ? knot : at, knot, level);
      [at, fresh] = [knot, false];
      set({ drawn, now: program.STEPS });
    },
  });
  const levelAt = (py) => between(Math.round(rate.y.clamp(rate.y.invert(py)) * 1000) / 1000, 0, program.TOP);

  /** Where it lies: on the drawn line. */
  function rest() {
    const step = at * program.GAP;
    handle.node.style.display = demo.untold() ? "none" : "";
    handle.place(rate.x(step), rate.y(rate.y.clamp(now.drawn[at])), phrase(text.point, { step, rate: now.drawn[at] }));
  }
  return { rest };
}

/** The knots after a stroke that ends at one; straight from the knot where it began. */
function stroke(knots, from, to, level) {
  const drawn = [...knots];
  const first = drawn[from];
  const count = Math.abs(to - from);
  const way = to > from ? 1 : -1;
  for (let i = 1; i < count; i += 1) drawn[from + i * way] = Math.round((first + ((level - first) / count) * i) * 1000) / 1000;
  drawn[to] = level;
  return drawn;
}
