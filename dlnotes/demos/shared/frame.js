// The frame around a demo: its parts, its program, its size, and the way of its controls to Python.
import { controls } from "./controls.js";
import { element, fill, fresh, node } from "./elements.js";
import { handles } from "./handles.js";
import { motion } from "./motion.js";
import { scenes } from "./scenes.js";

export async function mount(model, el, build) {
  const language = model.get("language");
  const text = model.get("text")[language];
  const { root, picture, rows, voice } = stage(text, language);
  const demo = { text, root, picture, cleanups: [], controls: { ...model.get("controls") } };
  demo.program = await load(model.get("program"));
  demo.size = (width, height) => picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  demo.layer = (attributes) => picture.appendChild(node("g", attributes));
  const bound = {};
  speech(demo, voice);
  definitions(demo, picture);
  controls(demo, { text, rows, bound, ranges: model.get("ranges") });
  scenes(demo, { bound });
  handles(demo, { picture, text });
  motion(demo, { text });
  el.replaceChildren(root);
  const scene = build(demo);
  keep(demo, model);
  fit(demo, scene);
  root.dataset.ready = "1";
  return () => {
    for (const cleanup of demo.cleanups) cleanup();
    root.remove();
  };
}

/** The parts of a demo from top to bottom. */
function stage(text, language) {
  const picture = node("svg", { "data-picture": true, role: "group", "aria-label": text.picture });
  const status = element("p", { class: "demo-status", "data-status": true });
  const spoken = element("p", { class: "demo-spoken", role: "status", "aria-live": "polite" });
  const rows = {};
  for (const name of ["readouts", "controls", "buttons", "presets"]) rows[name] = element("div", { class: `demo-${name}` });
  const root = element("div", { class: "dlnotes dlnotes-demo", lang: language, role: "group", "aria-label": text.title },
    element("p", { class: "demo-try" }, text.try), picture, status, spoken, rows.readouts,
    element("div", { class: "demo-actions" }, rows.buttons, rows.presets), rows.controls);
  return { root, picture, rows, voice: { status, spoken } };
}

/** The sentence on the state of things; a screen reader hears it once it rests. */
function speech(demo, { status, spoken }) {
  let rest = 0;
  demo.say = (sentence) => {
    status.textContent = sentence;
    clearTimeout(rest);
    rest = setTimeout(() => { spoken.textContent = sentence; }, 700);
  };
  demo.cleanups.push(() => clearTimeout(rest));
}

/** After every gesture the controls go back to Python. */
function keep(demo, model) {
  const save = () => {
    model.set("controls", { ...demo.controls });
    model.save_changes();
  };
  for (const done of ["change", "click", "pointerup", "keyup"]) demo.root.addEventListener(done, save);
  demo.root.controls = demo.controls;
}

/** Drawn at once and whenever the width changes. */
function fit(demo, scene) {
  let width = 0;
  const draw = () => {
    const now = Math.round(demo.root.clientWidth) || 720;
    if (now === width) return;
    width = now;
    scene.draw(width);
  };
  draw();
  const watch = new ResizeObserver(draw);
  watch.observe(demo.root);
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
