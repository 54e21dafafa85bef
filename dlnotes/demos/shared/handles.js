// Handles in the picture: dragged by mouse and finger, moved by keys, called by a press in their panel.
import { rounded } from "./drawing.js";
import { node } from "./elements.js";
import { inside } from "./panels.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const FAR = { PageUp: 10, PageDown: -10, Home: -Infinity, End: Infinity };
const SHAPES = {
  ring: (r) => `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`, // a start
  diamond: (r) => `M0 ${-r - 1}L${r + 1} 0L0 ${r + 1}L${-r - 1} 0Z`, // a setting
  flag: (r) => `M-1 0V${-2.4 * r}H${1.8 * r}L${1.1 * r} ${-1.7 * r}L${1.8 * r} ${-r}H1V0A2 2 0 1 1 -1 0Z`, // a time
};
const WAYS = {
  x: { left: "M-15 -4l-4 4l4 4", right: "M15 -4l4 4l-4 4" },
  y: { up: "M-4 -15l4 -4l4 4", down: "M-4 15l4 4l4 -4" },
};
const [FAR_SIDE, BROAD] = [19, 15]; // pixels to the tips of the arrows and the top of a flag; its breadth
const TAP = 8; // pixels within which a finger has only touched

/** A finger on it moves it and not the page: browsers heed `touch-action` on whole pictures only. */
export const grippable = (target) =>
  target.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });

/** Steps of a key to the right and down, undefined for other keys. */
function stride(event, way) {
  const arrow = ARROWS[event.key];
  const many = event.shiftKey ? 5 : 1;
  if (arrow) return arrow.map((part) => (part ? part * many : 0));
  const far = FAR[event.key];
  if (far === undefined) return undefined;
  return way === "y" ? [0, -far] : [far, 0];
}

export function handles(demo, { picture, text }) {
  const all = [];
  demo.handle = ({ name, parent = picture, panel, move, step = 6, radius = 8, shape = "ring", way = "xy" }) => {
    const hints = [...way].flatMap((each) => Object.entries(WAYS[each])).map(([to, d]) => [to, node("path", { d, class: "way" })]);
    const mark = node("path", { d: SHAPES[shape](radius), class: "grip" });
    const grip = node("g", { class: `demo-handle unused ${shape} ${name}`, tabindex: 0, role: "slider", "aria-label": text[name], "data-handle": name },
      node("circle", { r: 22, class: "reach" }), ...hints.map(([, hint]) => hint), mark);
    parent.append(grip);
    grippable(grip);
    let here = [0, 0];
    let held = null;
    const moved = (x, y, key) => {
      grip.classList.remove("unused");
      move(x, y, key);
    };
    const hold = (event, [x, y]) => {
      held = [here[0] - x, here[1] - y]; // keep hold of the point that was gripped
      grip.setPointerCapture(event.pointerId);
      grip.focus({ preventScroll: true });
      event.preventDefault();
    };
    grip.addEventListener("pointerdown", (event) => hold(event, demo.local(event)));
    grip.addEventListener("pointermove", (event) => {
      if (!held) return;
      const [x, y] = demo.local(event);
      moved(x + held[0], y + held[1]);
    });
    for (const end of ["pointerup", "pointercancel"]) grip.addEventListener(end, () => { held = null; });
    grip.addEventListener("keydown", (event) => {
      const key = stride(event, way);
      if (!key) return;
      event.preventDefault();
      moved(...key.map((part, axis) => here[axis] + (part ? part * step : 0)), key);
    });
    const place = (x, y, spoken) => {
      here = [x, y];
      grip.setAttribute("transform", `translate(${rounded(x)} ${rounded(y)})`);
      reach(grip, panel?.box, way === "y" ? y : x, way);
      if (panel?.box) keepInside(panel.box, demo.breadth(), here, hints, shape === "flag" && mark);
      if (spoken) grip.setAttribute("aria-valuetext", spoken);
    };
    const take = (event, at) => {
      moved(...at);
      hold(event, at);
    };
    all.push({ panel, moved, take, far: ([x, y]) => Math.hypot(...[way === "y" ? 0 : x - here[0], way === "x" ? 0 : y - here[1]]) });
    return { node: grip, place };
  };
  presses(demo, picture, all);
}

function reach(grip, box, now, way) {
  grip.setAttribute("aria-valuenow", rounded(now));
  if (!box) return;
  const [low, size] = way === "y" ? [box.top, box.height] : [box.left, box.width];
  grip.setAttribute("aria-valuemin", rounded(low));
  grip.setAttribute("aria-valuemax", rounded(low + size));
}

/** At the end of its way no arrow leads out; a flag hangs below the top, and turns at the picture's edge. */
function keepInside({ left, top, width, height }, edge, [x, y], hints, flag) {
  const out = { left: x - left, right: left + width - x, up: y - top, down: top + height - y };
  for (const [to, hint] of hints) hint.classList.toggle("out", out[to] < FAR_SIDE);
  const hangs = out.up < FAR_SIDE && out.down > 2 * FAR_SIDE;
  if (flag) flag.setAttribute("transform", `scale(${x + BROAD > edge ? -1 : 1} ${hangs ? -1 : 1})`);
}

/** A press anywhere in a panel calls its nearest handle: by mouse at once, by finger with a tap. */
function presses(demo, picture, all) {
  const nearest = (at) =>
    all.filter(({ panel }) => panel?.box && inside(panel.box, at)).sort((a, b) => a.far(at) - b.far(at))[0];
  let touched = null;
  picture.addEventListener("pointerdown", (event) => {
    touched = null;
    if (event.defaultPrevented || event.button || event.target.closest(".demo-handle, [data-pressed]")) return;
    const at = demo.local(event);
    if (event.pointerType === "touch") touched = at;
    else nearest(at)?.take(event, at);
  });
  picture.addEventListener("pointerup", (event) => {
    if (!touched || event.pointerType !== "touch") return;
    const at = demo.local(event);
    if (Math.hypot(at[0] - touched[0], at[1] - touched[1]) < TAP) nearest(at)?.moved(...at);
    touched = null;
  });
}
