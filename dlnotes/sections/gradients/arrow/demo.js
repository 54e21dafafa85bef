// An arrow turned all around at one place of a valley; below, what a step that way changes.
import { across, between, linear, mount, phrase, roof, upward } from "../../../demos/demo.js";
import { drawCurve } from "./curve.js";
import { drawDial, drawGround } from "./valley.js";

const LAYERS = ["ground", "paths", "moving", "names", "ends", "front"];
const LEFT = -0.35; // of the map; the bottom of the valley is at 0
const BROAD = 2.2;
const PRESETS = {
  worst: { now: 79 },
  middling: { x: 0.25, y: 0.25, now: 44 },
  round: { kappa: 1, y: 0.25, now: 90 },
  long: { size: 0.1, now: 52 },
  square: { norm: "max", now: 40 },
  fold: { terrain: "crease", y: 0, now: 45 },
};

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { map: demo.view(LAYERS), slope_panel: demo.view(LAYERS) };
  const heads = { plain: demo.arrow("plain"), theory: demo.arrow("theory") };
  const scene = { demo, program, text, now, views, heads, turns: Float64Array.from(program.TURNS) };
  controls(scene);
  handles(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ // all around, and on to the lowest
    rate: 60,
    last: () => program.ALL_AROUND + scene.lowest,
    at: () => now.now + (scene.turned ? program.ALL_AROUND : 0),
    to: (turn) => {
      scene.turned = turn > program.ALL_AROUND;
      now.now = turn - (scene.turned ? program.ALL_AROUND : 0);
      moment(scene);
    },
  });
  for (const name of ["size", "kappa"]) demo.slider({ name, change: change(name) });
  for (const name of ["norm", "terrain"]) demo.choice({ name, change: change(name) });
  demo.presets(PRESETS, (setting) => set(scene, setting));
  demo.question({
    answer: () => answer(scene.off),
    reached: () => scene.turned || now.now >= program.ALL_AROUND,
    because: () => ({ off: scene.off, along: -scene.changes[0], steep: -scene.changes[scene.lowest] }),
  });
  scene.tell = demo.readouts(["now", "change", "slope", "length", "lowest", "off"], ["change", "slope"]);
}

function answer(off) {
  if (off <= 10) return "straight";
  if (off <= 32) return "twenty";
  return off <= 62 ? "half" : "eighty";
}

function handles(scene) {
  const { demo, program, text, views: { map, slope_panel } } = scene;
  const rounded = (scale, place) => Math.round(scale.clamp(scale.invert(place)) * 100) / 100;
  scene.start = demo.handle({
    name: "start",
    parent: map.front,
    panel: map,
    move: (px, py) => stand(scene, rounded(map.x, px), rounded(map.y, py)),
  });
  scene.arrow = demo.handle({
    name: "arrow",
    parent: map.front,
    panel: map,
    shape: "diamond",
    step: 3,
    move: (px, py, key) => {
      demo.pause();
      const far = key?.find((part) => !Number.isFinite(part));
      scene.clock.go(far ? between(far, 0, program.ALL_AROUND) : facing(scene, px, py));
    },
  });
  scene.time = demo.handle({
    name: "time",
    parent: slope_panel.front,
    panel: slope_panel,
    shape: "flag",
    way: "x",
    move: (px, _, key) => {
      scene.clock.pause();
      scene.clock.go(between(key ? scene.now.now + (key[0] || -key[1]) : Math.round(slope_panel.x.invert(px)), 0, program.ALL_AROUND));
    },
  });
  demo.probe(map, (px, py) => phrase(text.here, { height: scene.height(map.x.invert(px), map.y.invert(py)) }));
}

/** Not at the bottom itself, where no way leads to it. */
function stand(scene, x, y) {
  if (Math.max(Math.abs(x), Math.abs(y)) >= scene.program.NEAR) set(scene, { x, y });
}

/** The turn whose arrow points best to a place in the map. */
function facing({ ways, at }, px, py) {
  const along = ways.map(([right, up]) => right * (px - at[0]) - up * (py - at[1]));
  return most(along);
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  const { demo, now } = scene;
  const other = scene.stale || "kappa" in changed || "terrain" in changed;
  Object.assign(now, changed);
  if ("now" in changed) scene.turned = false;
  compute(scene);
  demo.reflect();
  if (other) drawGround(scene);
  scene.stale = false;
  moment(scene);
}

/** All around the place: the arrows, what a step changes, what the gradient says of it. */
function compute(scene) {
  const { program, now, turns } = scene;
  const { terrain, size, kappa } = now;
  const place = Float64Array.of(now.x, now.y);
  const [straight, ball] = ["euclidean", now.norm].map((norm) => Float64Array.from(program.BALLS[norm]));
  const pairs = (flat) => Array.from(turns, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
  scene.ways = pairs(program.arrows(place, turns, straight).slice());
  scene.dial = pairs(program.arrows(place, turns, ball).slice());
  scene.changes = Array.from(program[`changes_${terrain}`](place, turns, ball, size, kappa));
  const along = (norm) => Array.from(program[`slopes_${terrain}`](place, turns, norm, kappa));
  scene.slopes = along(ball);
  scene.uphill = most(along(straight));
  scene.length = program[`length_${terrain}`](place, kappa);
  scene.lowest = least(scene.changes.slice(0, program.ALL_AROUND));
  scene.off = Math.min(scene.lowest, program.ALL_AROUND - scene.lowest);
  scene.height = (x, y) => program[terrain](x, y, kappa);
}

const least = (values) => values.indexOf(values.reduce((a, b) => Math.min(a, b)));
const most = (values) => values.indexOf(values.reduce((a, b) => Math.max(a, b)));

/** The direction that is shown. */
function moment(scene) {
  const { program, text, now, views: { slope_panel } } = scene;
  scene.until = scene.turned ? program.ALL_AROUND : now.now;
  scene.so_far = least(scene.changes.slice(0, scene.until + 1));
  drawDial(scene);
  drawCurve(scene);
  scene.start.place(...scene.at, phrase(text.place, { x: now.x, y: now.y }));
  const spoken = phrase(text.at, { now: turn(scene) });
  scene.arrow.place(...scene.tip(now.now), spoken);
  scene.time.place(slope_panel.x(now.now), slope_panel.y(scene.changes[now.now]), spoken);
  speak(scene);
}

/** All the way round is straight ahead again. */
const turn = ({ program, now }) => (now.now === program.ALL_AROUND ? 0 : now.now);
const tidy = (value) => (Math.abs(value) < 1e-9 ? 0 : value); // the rest is rounding

function speak(scene) {
  const { demo, text, now, changes, slopes, lowest, off, length } = scene;
  const change = changes[now.now];
  const numbers = { now: now.now, change, slope: slopes[now.now], length, lowest: changes[lowest], off };
  const hidden = demo.untold() ? "" : undefined;
  const near = (name) => (tidy(numbers[name]) === 0 ? "0" : undefined);
  scene.tell(numbers, { change: near("change"), slope: hidden ?? near("slope"), lowest: hidden, off: hidden, length: hidden });
  const seen = phrase(text[change > 0 ? "rises" : "falls"], { ...numbers, now: turn(scene), change: Math.abs(tidy(change)) });
  const end = changes[lowest] < 0 ? "best_says" : "none_says";
  const whole = demo.untold() ? "" : phrase(text[end], { ...numbers, lowest: -changes[lowest] });
  demo.say(`${seen} ${whole}`.trim());
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, views: { map, slope_panel } } = scene;
  const high = demo.narrow ? 266 : between(height - 230, 220, 252);
  map.box = { left: 0, top: 0, width, height: high };
  const below = high + 8;
  slope_panel.box = { left: 52, top: below + 26, width: width - 52 - 16, height: demo.narrow ? 206 : 132 };
  const bottom = slope_panel.box.top + slope_panel.box.height + 42;
  demo.size(width, bottom, [
    { name: "map", top: 0, height: below },
    { name: "slope_panel", top: below, height: bottom - below },
  ]);
  demo.clip(map.box, map.clip);
  demo.clip(slope_panel.box, slope_panel.clip);
  const half = (BROAD * high) / width / 2;
  map.x = linear([LEFT, LEFT + BROAD], across(map.box));
  map.y = linear([-half, half], upward(map.box));
  slope_panel.x = linear([0, scene.program.ALL_AROUND], across(slope_panel.box));
  slope_panel.scale = ({ changes, slopes }) => {
    const high = roof([...changes, ...slopes].reduce((a, b) => Math.max(a, Math.abs(b)), 0));
    slope_panel.y = linear([-high, high], upward(slope_panel.box));
  };
  scene.stale = true;
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
