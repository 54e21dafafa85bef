// A row of residual blocks, and the message at every place: what came straight, what through branches.
import {
  across, axes, between, dot, dots, format, label, line, linear, log, mount, phrase, power, rect, upward,
} from "../../../demos/demo.js";
import { compute } from "./runs.js";

const LAYERS = ["ground", "paths", "moving", "rings", "names", "front_names", "front"]; // rings reach over the edge of the box
const [LOWEST, HIGHEST] = [1e-14, 1e9];
const ROW = 48; // where the straight way runs

function build(demo) {
  const { program, text, controls: now } = demo;
  const scene = { demo, program, text, now, view: demo.view(LAYERS) };
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: () => now.depth / 4, last: () => now.depth, show: () => moment(scene) });
  demo.slider({ name: "scale", change: change("scale") });
  demo.slider({ name: "depth", change: (depth) => set(scene, { depth, now: Math.min(now.now, depth) }) });
  demo.choice({ name: "act", change: change("act") });
  demo.toggle({ name: "skip", change: change("skip") });
  demo.toggle({ name: "mirror", change: change("mirror") });
  demo.presets(
    {
      narrowed: { scale: 0.141, now: 50 },
      sigmoids: { act: "sigmoid", depth: 20, skip: false, now: 20 },
      bypass: { act: "sigmoid", depth: 20, now: 20 },
      mirrored: { mirror: true, scale: 0.141, now: 50 },
    },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => answer(scene),
    reached: () => now.now >= now.depth,
    because: () => scene.run.places[0],
  });
  scene.tell = demo.readouts(["now", "straight", "branches", "total", "signal"], ["straight", "branches", "total"]);
  scene.time = demo.handle({ // the message goes to the left: so does the key
    name: "time",
    parent: scene.view.front,
    panel: scene.view,
    shape: "flag",
    way: "x",
    move: (px, _, key) => {
      scene.clock.pause();
      scene.clock.go(between(key ? now.now - key[0] : now.depth - Math.round(scene.view.x.invert(px)), 0, now.depth));
    },
  });
  demo.probe(scene.view, (px) => seen(scene, px));
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

const answer = ({ program, run }) => ["faded", "kept", "tens", "millions"][program.verdict(run.places[0].total)];
const at = ({ now }) => now.depth - Math.min(now.now, now.depth);

/** What stands at a place, as far as the message has come. */
function seen(scene, px) {
  const { text, now, run, view } = scene;
  const place = between(Math.round(view.x.invert(px)), 0, now.depth);
  return place < at(scene) ? "" : phrase(text.here, { place, ...run.places[place] });
}

function set(scene, changed) {
  const { demo, now } = scene;
  const setting = () => JSON.stringify({ ...now, now: 0 });
  const before = scene.run && setting();
  Object.assign(now, changed);
  if (before !== setting()) compute(scene);
  demo.reflect();
  drawFrame(scene);
  moment(scene);
}

/** The blocks, and the axes below. */
function drawFrame(scene) {
  const { text, now, run, view } = scene;
  const { box, y } = view;
  view.x = linear([-0.6, now.depth + 0.6], across(box));
  const x = view.x;
  const middles = Array.from({ length: now.depth }, (_, i) => [x(i + 0.5), ROW + 16]);
  const ways = middles.flatMap((low, i) => [[x(i), ROW], low, [x(i + 1), ROW]]);
  const yTicks = [1e-12, 1e-9, 1e-6, 1e-3, 1, 1e3, 1e6, 1e9];
  view.ground.replaceChildren(line([[box.left, y(1)], [box.left + box.width, y(1)]], "goal"));
  view.names.replaceChildren(
    axes(box, x, y, { xLabel: text.places, yLabel: text.size_axis, yTicks, yFormat: power, xTicks: [0, now.depth], xFormat: format }),
    line(ways, "adaptive faint"),
    ...(now.skip ? [line([[x(0), ROW], [x(now.depth), ROW]], "momentum")] : []),
    dots(middles, "adaptive"),
    ...(run.middle >= 0 ? [dot(middles[run.middle], 6, "adam")] : []),
    ...key(scene),
  );
}

/** What the bars and the rings are, in one row on top. */
function key({ demo, text, view: { box } }) {
  const apart = demo.narrow ? [0, 74, 196] : [0, 110, 260];
  return [["straight", "momentum"], ["branches", "adaptive"], ["total", "plain"]].map(([name, family], i) =>
    label(box.left + apart[i], 12, `${name === "total" ? "○" : "▮"} ${text[name]}`, { class: `${family} colored` }));
}

/** Two bars a place, as far as the message has come, and a ring for both together. */
function moment(scene) {
  const { demo, text, now, run, view } = scene;
  const { x, y, box } = view;
  const floor = box.top + box.height;
  const gap = x(1) - x(0);
  const half = between(gap * 0.36, 1.5, 14);
  const here = at(scene);
  const apart = half < 3 ? 0 : 0.5; // where places are dense, the two bars touch
  const bar = (left, value, family) => {
    const top = y(y.clamp(value));
    return value > LOWEST ? [rect({ left, top, width: half - apart, height: floor - top }, { class: `${family} residual-bar`, fill: "currentColor" })] : [];
  };
  const pair = (place, straight, branches) => [...bar(x(place) - half, straight, "momentum"), ...bar(x(place) + apart, branches, "adaptive")];
  const ring = (total) => (total === 0 ? floor - 4 : y(y.clamp(total)));
  const seen = run.places.map((parts, place) => ({ ...parts, place })).slice(here);
  const zero = seen.some(({ total }) => total === 0);
  view.moving.replaceChildren(...seen.flatMap(({ straight, branches, place }) => pair(place, straight, branches)));
  view.rings.replaceChildren(...seen.map(({ total, place }) => dot([x(place), ring(total)], place === here ? 5 : 3, "plain hollow")));
  view.front_names.replaceChildren(...(zero ? [label(box.left - 7, floor + 4, "0", { "text-anchor": "end" })] : []));
  scene.time.place(x(here), ROW, phrase(text.here, { place: here, ...run.places[here] }));
  const numbers = { now: now.depth - here, ...run.places[here], signal: run.signal };
  scene.tell(numbers, demo.untold() ? { signal: "" } : {});
  demo.say(phrase(text[verdict(scene, here, run.places[here])], numbers));
}

function verdict({ now }, here, { branches, total }) {
  if (here === now.depth) return "before";
  if (total === 0) return "cancelled";
  if (now.mirror && branches === 0) return "shut";
  return now.skip ? "both" : "alone";
}

function layout(scene, width, height) {
  const { demo, view } = scene;
  const tall = demo.narrow ? 184 : between(height - 150, 220, 320);
  view.box = { left: 46, top: 94, width: width - 66, height: tall };
  demo.size(width, tall + 138, [{ name: "picture", top: 0, height: tall + 138 }]);
  demo.clip(view.box, view.clip);
  view.y = log([LOWEST, HIGHEST], upward(view.box));
  view.x = linear([-0.6, scene.now.depth + 0.6], across(view.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
