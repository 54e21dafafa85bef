// Handles in the picture: dragged by mouse and finger, moved by arrow keys.
import { rounded } from "./drawing.js";
import { node } from "./elements.js";

const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** A finger on it moves it and not the page: browsers heed `touch-action` on whole pictures only. */
export const grippable = (target) =>
  target.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });

export function handles(demo, { picture, text }) {
  const local = (event) => {
    const p = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
    return [p.x, p.y];
  };
  demo.handle = ({ name, parent = picture, move, step = 6, radius = 8 }) => {
    const grip = node("g", { class: `demo-handle ${name}`, tabindex: 0, role: "slider", "aria-label": text[name], "data-handle": name },
      node("circle", { r: 22, class: "reach" }), node("circle", { r: radius, class: "grip" }));
    parent.append(grip);
    grippable(grip);
    let here = [0, 0];
    let held = null;
    grip.addEventListener("pointerdown", (event) => {
      const [x, y] = local(event);
      held = [here[0] - x, here[1] - y]; // keep hold of the point that was gripped
      grip.setPointerCapture(event.pointerId);
      grip.focus({ preventScroll: true });
      event.preventDefault();
    });
    grip.addEventListener("pointermove", (event) => {
      if (!held) return;
      const [x, y] = local(event);
      move(x + held[0], y + held[1]);
    });
    for (const end of ["pointerup", "pointercancel"]) grip.addEventListener(end, () => { held = null; });
    grip.addEventListener("keydown", (event) => {
      const key = KEYS[event.key];
      if (!key) return;
      event.preventDefault();
      const far = step * (event.shiftKey ? 5 : 1);
      move(here[0] + key[0] * far, here[1] + key[1] * far, key);
    });
    const place = (x, y, spoken) => {
      here = [x, y];
      grip.setAttribute("transform", `translate(${rounded(x)} ${rounded(y)})`);
      grip.setAttribute("aria-valuenow", rounded(x));
      if (spoken) grip.setAttribute("aria-valuetext", spoken);
    };
    return { node: grip, place };
  };
}
