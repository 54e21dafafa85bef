// The size of the picture; on a phone one panel at a time, and words that open it; values under the pointer.
import { label } from "./drawing.js";
import { element, node } from "./elements.js";

export function panels(demo, { picture, text, row }) {
  let known = [];
  let chosen = 0;
  let size = [680, 480];
  const written = new Map();

  demo.size = (width, height, parts = []) => {
    size = [width, height];
    known = demo.narrow ? parts : [];
    for (const [target, words] of written) write(target, words);
    chosen = Math.min(chosen, Math.max(known.length - 1, 0));
    row.replaceChildren(...known.map(tab));
    row.hidden = known.length < 2;
    show();
  };

  demo.breadth = () => size[0];

  function opener(name, look) {
    const made = element("button", { type: "button", ...look }, text[name]);
    made.addEventListener("click", () => demo.open(name));
    return made;
  }
  const tab = ({ name }) => opener(name, { "data-panel": name });

  /** Words that may name a panel, {map}: where one panel is seen at a time, the name opens it. */
  demo.write = (target, words) => {
    written.set(target, words);
    write(target, words);
  };
  function write(target, words) {
    const named = (name) => (known.length > 1 ? opener(name, { "data-opens": name }) : text[name]);
    target.replaceChildren(...words.split(/\{(\w+)\}/).map((part, i) => (i % 2 ? named(part) : part)));
  }

  /** Only the rows of the chosen panel are in the picture's window. */
  function show() {
    const { top, height } = known[chosen] ?? { top: 0, height: size[1] };
    picture.setAttribute("viewBox", `0 ${top} ${size[0]} ${height}`);
    picture.classList.toggle("cropped", known.length > 1);
    [...row.children].forEach((each, index) => each.setAttribute("aria-pressed", index === chosen));
  }

  demo.open = (name) => {
    chosen = Math.max(known.findIndex((each) => each.name === name), 0);
    show();
  };

  // what gets the focus comes into view
  picture.addEventListener("focusin", ({ target }) => {
    const place = target.closest("[data-handle]")?.transform.baseVal.consolidate()?.matrix.f;
    const at = known.findIndex(({ top, height }) => place >= top && place < top + height);
    if (at >= 0) chosen = at;
    if (known.length) show();
  });

  /** What a question needs is in the first panel. */
  demo.lead = () => demo.open(known[0]?.name);

  demo.local = (event) => {
    const p = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
    return [p.x, p.y];
  };
  probes(demo, picture);
}

export const inside = ({ left, top, width, height }, [x, y]) =>
  x >= left && x <= left + width && y >= top && y <= top + height;

/** What the mouse lies on is read out beside it. */
function probes(demo, picture) {
  const all = [];
  const tag = node("g", { class: "demo-probe", "aria-hidden": "true" });
  demo.probe = (view, read) => all.push({ view, read });
  picture.addEventListener("pointerleave", () => tag.remove());
  picture.addEventListener("pointermove", (event) => {
    const at = demo.local(event);
    const found = event.pointerType === "mouse" && !event.buttons && all.find(({ view }) => view.box && inside(view.box, at));
    const words = found && found.read(...at);
    if (!words) return tag.remove();
    const { left, width } = found.view.box;
    const late = at[0] > left + width / 2;
    tag.replaceChildren(label(at[0] + (late ? -12 : 12), at[1] - 10, words, { "text-anchor": late ? "end" : "start" }));
    picture.append(tag);
  });
}
