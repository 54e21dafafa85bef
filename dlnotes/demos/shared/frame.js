// The frame around a demo: its parts, its program, its size.
import { controls } from "./controls.js";
import { element, fill, fresh, node } from "./elements.js";
import { handles } from "./handles.js";
import { address, memory } from "./memory.js";
import { motion } from "./motion.js";
import { phrase } from "./numbers.js";
import { panels } from "./panels.js";
import { questions } from "./questions.js";
import { scenes } from "./scenes.js";

export async function mount(model, el, build) {
  const language = model.get("language");
  const text = model.get("text")[language];
  const { at_once: atOnce, guesses, apart, time, start } = model.get("frame");
  const ranges = model.get("ranges");
  const given = address(start, ranges);
  const { root, picture, rows, voice } = stage(text, language);
  const still = drawn(el);
  const demo = { text, root, picture, start, time, cleanups: [], heard: [] };
  demo.controls = structuredClone({ ...model.get("controls"), ...given.setting });
  demo.program = await load(model.get("program"));
  demo.layer = (attributes) => picture.appendChild(node("g", attributes));
  const bound = {};
  speech(demo, voice);
  definitions(demo, picture);
  panels(demo, { picture, text, row: rows.tabs });
  demo.write(rows.told.querySelector(".demo-try"), text.try);
  questions(demo, { text, guesses, apart, row: rows.asked, told: rows.told, still });
  controls(demo, { text, rows, bound, ranges, atOnce });
  scenes(demo, { bound });
  handles(demo, { picture, text });
  motion(demo, { text });
  if (!still.width) el.replaceChildren(root);
  await still.breath();
  const scene = build(demo);
  memory(demo, { model, text, row: rows.back, ranges, known: given.known });
  await still.breath();
  fit(demo, scene, still.width);
  if (still.width) el.replaceChildren(root);
  demo.set = (setting) => scene.set(setting);
  if (given.unread) voice.status.textContent = phrase(text.unread, { unread: given.unread });
  root.dataset.ready = "1";
  return () => {
    for (const cleanup of demo.cleanups) cleanup();
    root.remove();
  };
}

/** The picture drawn when the page was built, where there is one: it is seen until all is there, so that
 * the page may breathe in between, and tells how broad the picture is and what room a verdict takes. */
function drawn(el) {
  const [picture, ask, verdict] = [".demo-picture", ".demo-ask", ".demo-verdict"].map((name) => el.querySelector(name));
  const breath = () => picture && new Promise((done) => setTimeout(done));
  return { width: picture?.clientWidth, ask: ask?.textContent, room: verdict?.dataset.room, breath };
}

/** The parts of a demo; what is asked and what is told stand in one place, so that nothing moves. */
function stage(text, language) {
  const picture = node("svg", { "data-picture": true, role: "group", "aria-label": text.picture });
  const status = element("p", { class: "demo-status", "data-status": true });
  const spoken = element("p", { class: "demo-spoken", role: "status", "aria-live": "polite" });
  const rows = {};
  for (const name of ["asked", "told", "presets", "tabs", "readouts", "buttons", "controls", "hidden", "back"]) {
    rows[name] = element("div", { class: `demo-${name}` });
  }
  rows.told.append(element("p", { class: "demo-verdict", tabindex: -1 }, element("span")), element("p", { class: "demo-try" }), rows.presets);
  rows.more = element("details", { class: "demo-more", hidden: true }, element("summary", {}, text.more), rows.hidden);
  const shown = element("div", { class: "demo-picture" }, rows.tabs, picture);
  const root = element("div", { class: "dlnotes dlnotes-demo", lang: language, role: "group", "aria-label": text.title },
    element("div", { class: "demo-stage" },
      element("div", { class: "demo-question" }, rows.asked, rows.told),
      shown,
      element("div", { class: "demo-seen" }, status, spoken, rows.readouts),
      element("div", { class: "demo-rail" }, rows.buttons, rows.controls, rows.more),
      rows.back));
  // or JupyterLab takes an arrow on a slider for a command of its own
  root.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
  });
  return { root, picture, rows, voice: { status, spoken } };
}

/** The sentence on the state of things; a screen reader hears it once it rests. */
function speech(demo, { status, spoken }) {
  let rest = 0;
  let verdict = "";
  demo.say = (sentence) => {
    status.textContent = sentence;
    for (const hear of demo.heard) hear();
    clearTimeout(rest);
    rest = setTimeout(() => {
      spoken.textContent = [verdict, sentence].join(" ");
      verdict = "";
    }, 700);
  };
  demo.announce = (sentence) => { verdict = sentence; };
  demo.cleanups.push(() => clearTimeout(rest));
}

/** Drawn at once and whenever the width changes, no higher than a stage or half a phone. */
function fit(demo, scene, first) {
  const seen = demo.picture.parentElement;
  let width = 0;
  const draw = (now) => {
    if (now === width) return;
    width = now;
    demo.narrow = width < 560;
    scene.draw(width, 480);
  };
  const measured = () => Math.round(seen.clientWidth) || 680;
  draw(first || measured());
  const watch = new ResizeObserver(() => draw(measured()));
  watch.observe(seen);
  demo.cleanups.push(() => watch.disconnect());
}

function definitions(demo, picture) {
  const defs = picture.appendChild(node("defs"));
  const add = (tag, attributes, ...children) => defs.appendChild(node(tag, { id: fresh(), ...attributes }, ...children));
  const url = (made) => `url(#${made.id})`;
  const shapes = new Map();
  demo.clip = (box, made) => {
    const name = made ?? url(add("clipPath", {}, node("rect")));
    const shape = shapes.get(name) ?? defs.lastChild.firstChild;
    shapes.set(name, shape);
    fill(shape, { x: box.left, y: box.top, width: box.width, height: box.height });
    return name;
  };
  demo.hatch = () =>
    url(add("pattern", { width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      node("path", { d: "M0 0V7", class: "demo-hatch" })));
  demo.arrow = (family) =>
    url(add("marker", { class: `demo-head ${family}`, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse", orient: "auto" },
      node("path", { d: "M0 0L8 4L0 8Z" })));
}

async function load(source) {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return await import(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}
