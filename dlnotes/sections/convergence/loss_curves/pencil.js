// The pencil: drawn by mouse or finger, moved by keys; what lies between two places is straight.
import { between, label, phrase } from "../../../demos/demo.js";

const STEP = 6; // pixels up or down at a key
const TOUCH = 6; // pixels within which it touches the curve

export function pencil(scene, set) {
  const { demo, program, text, now, view } = scene;
  let fresh = true; // put down anew: nothing is drawn on the way there
  let brought = null; // where it is on its way from its rest to the curve
  demo.picture.addEventListener("pointerdown", () => { fresh = true; }, true);
  const words = view.front.appendChild(label(0, 0, text.rest));
  const active = () => now.curve === "drawn";
  const knotOf = (step) => Math.round(step / program.GAP);
  const under = (px) => between(knotOf(view.x.invert(px)), 0, now.drawn.length - 1);
  const bottom = () => view.box.top + view.box.height;
  const lying = () => [view.box.left + 14, bottom() + 60];
  const put = (from, knot, level) => set({ curve: "drawn", drawn: stroke(now.drawn, from, knot, level), now: knot * program.GAP });
  const handle = demo.handle({
    name: "pencil",
    parent: view.front,
    panel: { get box() { return active() && !demo.untold() ? view.box : undefined; } },
    shape: "diamond",
    step: STEP,
    move: (px, py, key) => {
      if (key) return byKey(key);
      if ((brought || !active()) && !touches(px, py)) return;
      const from = fresh ? undefined : knotOf(now.now);
      [fresh, brought] = [false, null];
      put(from, under(px), levelAt(view.y, py));
    },
  });

  /** Up, down and onwards it draws; backwards it only goes, so that what is drawn stays. */
  function byKey([right, down]) {
    const from = knotOf(now.now);
    const knot = between(from + right, 0, now.drawn.length - 1);
    if (knot < from) set({ curve: "drawn", now: knot * program.GAP });
    else put(from, knot, raised(view.y, now.drawn[from], down));
  }

  /** Whether it has come to the curve; else it is only carried there. */
  function touches(px, py) {
    const height = view.y(view.y.clamp(now.drawn[under(px)]));
    const before = (brought ?? lying())[1];
    if (Math.abs(py - height) < TOUCH || before > height !== py > height) return true;
    brought = [px, py];
    if (!active()) set({ curve: "drawn" });
    handle.place(px, py);
    return false;
  }

  /** Let go on the way there, it is put down where it is, or lies on the curve. */
  const letGo = () => {
    if (!brought) return;
    const [px, py] = brought;
    brought = null;
    if (py > bottom()) rest();
    else put(undefined, under(px), levelAt(view.y, py));
  };
  for (const end of ["pointerup", "pointercancel"]) demo.picture.addEventListener(end, letGo);

  /** Where it lies: on the curve where one draws, else beside it. */
  function rest() {
    const { x, y } = view;
    const knot = knotOf(now.now);
    const level = now.drawn[knot];
    const at = active() ? [x(knot * program.GAP), y(y.clamp(level))] : lying();
    handle.node.style.display = demo.untold() ? "none" : "";
    words.style.display = demo.untold() || active() ? "none" : "";
    words.setAttribute("x", lying()[0] + 24);
    words.setAttribute("y", lying()[1] + 4);
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
