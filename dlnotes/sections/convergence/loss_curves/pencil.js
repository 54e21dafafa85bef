// The pencil: drawn by mouse or finger, moved by keys; what lies between two places is straight.
import { between, label, phrase } from "../../../demos/demo.js";

const STEP = 6; // pixels up or down at a key

export function pencil(scene, set) {
  const { demo, program, text, now, view } = scene;
  let fresh = true; // put down anew: nothing is drawn on the way there
  demo.picture.addEventListener("pointerdown", () => { fresh = true; }, true);
  const words = view.front.appendChild(label(0, 0, text.rest));
  const active = () => now.curve === "drawn";
  const handle = demo.handle({
    name: "pencil",
    parent: view.front,
    panel: { get box() { return active() && !demo.untold() ? view.box : undefined; } },
    shape: "diamond",
    step: STEP,
    move: (px, py, key) => {
      const from = key || active() ? knotOf(now.now) : undefined;
      const knot = between(key ? from + key[0] : knotOf(view.x.invert(px)), 0, now.drawn.length - 1);
      const level = key ? raised(view.y, now.drawn[from], key[1]) : levelAt(view.y, py);
      const drawn = stroke(now.drawn, fresh && !key ? undefined : from, knot, level);
      fresh = false;
      set({ curve: "drawn", drawn, now: knot * program.GAP });
    },
  });
  const knotOf = (step) => Math.round(step / program.GAP);

  /** Where it lies: on the curve where one draws, else beside it. */
  function rest() {
    const { x, y, box } = view;
    const knot = knotOf(now.now);
    const lying = [box.left + 20, box.top + box.height + 60];
    const level = now.drawn[knot];
    const at = active() ? [x(knot * program.GAP), y(y.clamp(level))] : lying;
    handle.node.style.display = demo.untold() ? "none" : "";
    words.style.display = demo.untold() || active() ? "none" : "";
    words.setAttribute("x", lying[0] + 27);
    words.setAttribute("y", lying[1] + 4);
    handle.place(...at, phrase(text.point, { step: knot * program.GAP, loss: level }));
  }
  return { rest };
}

/** A level some steps of a key up or down, from where it is announced. */
const raised = (y, level, down) => (down ? levelAt(y, y(y.clamp(level)) + between(down, -100, 100) * STEP) : level);

const levelAt = (y, py) => Number(y.clamp(y.invert(py)).toPrecision(3));

/** The knots after a stroke that ends at one; straight from the knot where it began. */
function stroke(knots, from, to, level) {
  const drawn = [...knots];
  const start = from === undefined || from === to ? to : from;
  const first = drawn[start];
  const count = Math.abs(to - start);
  const way = to > start ? 1 : -1;
  for (let i = 1; i <= count; i += 1) drawn[start + i * way] = between(Number((first + ((level - first) / count) * i).toPrecision(3)), 0, Infinity);
  drawn[to] = level;
  return drawn;
}
