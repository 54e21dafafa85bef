// A digit and what a net makes of it; beside it how many of 600 are read right, as far as it has come.
import { across, axes, between, dot, format, label, line, linear, mount, phrase, rect, upward } from "../../../demos/demo.js";

const LAYERS = ["paths", "names", "moving", "front"];
const GUESSES = [["most", 0.85], ["sixty", 0.6], ["thirty", 0.3], ["ten", 0.1]];
const FAMILY = { with_plain: "plain", with_noise: "momentum", with_shift: "adam" };

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { digit: demo.view(LAYERS), curve: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, nets: kept(program.NETS) };
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: 6, last: () => program.LAST, show: () => moment(scene) });
  demo.choice({ name: "kind", change: change("kind") });
  demo.choice({ name: "net", change: change("net") });
  demo.slider({ name: "digit", change: change("digit") });
  const { BELL, LAST } = program;
  demo.presets(
    {
      taught: { net: "with_shift", now: BELL },
      half: { kind: "turn", net: "with_shift", digit: 6, now: LAST },
      grain: { kind: "noise", now: 5 },
      mended: { kind: "noise", net: "with_noise", now: 5 },
    },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => nearest(shares(scene)[BELL]),
    reached: () => now.now >= BELL,
    because: () => ({ share: percent(shares(scene)[BELL]) }),
  });
  scene.tell = demo.readouts(["now", "said", "sure", "share"], ["said", "sure", "share"]);
  scene.time = scene.clock.handle(views.curve.front, (px) => views.curve.steps.invert(px), { panel: views.curve });
  demo.probe(views.curve, (px) => seen(scene, px));
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

const kept = (nets) => Object.fromEntries(Object.entries(nets).map(([name, params]) => [name, params.map((param) => Float64Array.from(param))]));
const shares = ({ program, now }) => program.SHARES[now.net][now.kind];
const percent = (part) => `${format(100 * part)}%`;
const nearest = (share) => GUESSES.reduce((best, one) => (Math.abs(one[1] - share) < Math.abs(best[1] - share) ? one : best))[0];

/** How far the change has gone at a place, in words. */
function how({ program, text, now }, at) {
  return phrase(text.far[now.kind], { far: program.amount(at, program.ENDS[now.kind]) });
}

function seen(scene, px) {
  const { demo, program, text, now, views: { curve } } = scene;
  const at = between(Math.round(curve.steps.invert(px)), 0, program.LAST);
  return demo.untold() && at > now.now ? "" : phrase(text.point, { how: how(scene, at), share: percent(shares(scene)[at]) });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  scene.demo.reflect();
  drawFrame(scene);
  moment(scene);
}

/** The digit as it is now, and what the net says. */
function read({ program, now, nets }) {
  const { MEAN, STD } = program;
  const far = (kind) => (now.kind === kind ? program.amount(now.now, program.ENDS[kind]) : 0);
  const image = program.changed(Float64Array.from(program.IMAGES[now.digit]), far("shift"), far("turn"));
  const x = program.features(image, far("noise"), Float64Array.from(program.DRAWS), MEAN, STD);
  const chances = Array.from(program.chances(x, ...nets[now.net]));
  const sure = Math.max(...chances);
  return { pixels: program.shown(x, MEAN, STD), chances, sure, said: chances.indexOf(sure) };
}

function drawFrame(scene) {
  const { demo, program, text, now, views: { digit, curve } } = scene;
  const end = program.ENDS[now.kind];
  const x = linear([0, end], across(curve.box));
  const ticks = { shift: [0, 0.5, 1, 1.5, 2], turn: [0, 45, 90, 135, 180], noise: [0, 1, 2, 3, 4] }[now.kind];
  curve.names.replaceChildren(axes(curve.box, x, curve.y, { xLabel: text.axis[now.kind], yLabel: text.height, xTicks: ticks, yTicks: [0, 0.25, 0.5, 0.75, 1], yFormat: percent }));
  curve.paths.replaceChildren(...(demo.untold() ? [] : [line(way(scene, program.LAST), `${FAMILY[now.net]} faint`)]));
  digit.names.replaceChildren(
    label(digit.bars.left, digit.bars.top - 9, text.chances, { class: "name" }),
    ...Array.from({ length: 10 }, (_, i) => label(digit.x(i + 0.5), digit.bars.top + digit.bars.height + 15, String(i), { "text-anchor": "middle" })),
  );
}

const way = (scene, until) => shares(scene).slice(0, until + 1).map((share, i) => [scene.views.curve.steps(i), scene.views.curve.y(share)]);

function moment(scene) {
  const { demo, text, now, views: { digit, curve } } = scene;
  if (scene.open && !demo.untold()) scene.clock.pause(); // the question is answered: look before going on
  scene.open = demo.untold();
  const found = read(scene);
  const share = shares(scene)[now.now];
  const family = FAMILY[now.net];
  digit.moving.replaceChildren(...cells(scene, found.pixels));
  digit.front.replaceChildren(...bars(scene, found));
  const spot = [curve.steps(now.now), curve.y(share)];
  curve.moving.replaceChildren(line(way(scene, now.now), family), dot(spot, 5, family));
  const words = { label: String(now.digit), how: how(scene, now.now), said: String(found.said), sure: found.sure, share: percent(share) };
  scene.time.place(...spot, phrase(text.point, words));
  scene.tell({ now: now.now, said: found.said, sure: found.sure, share }, { share: percent(share) });
  demo.say(phrase(text[now.now === 0 ? "still" : found.said === now.digit ? "same" : "other"], words));
}

/** The image, pixel by pixel: dark ink on paper. */
function cells({ program: { SIDE }, views: { digit: { box } } }, pixels) {
  const side = box.width / SIDE;
  const frame = rect(box, { class: "demo-line plain beside" });
  return [...Array.from(pixels, (level, i) => {
    const [row, column] = [Math.floor(i / SIDE), i % SIDE];
    const place = { left: box.left + column * side, top: box.top + row * side, width: side, height: side };
    return rect(place, { class: "plain", fill: "currentColor", "fill-opacity": level });
  }), frame];
}

/** A bar for every class; that of the label is filled, what the net says is named. */
function bars({ now, views: { digit } }, { chances, said }) {
  const { bars: box, x, tall } = digit;
  const bottom = box.top + box.height;
  const wide = box.width / 14;
  return [
    line([[box.left, bottom], [box.left + box.width, bottom]], "plain beside"),
    ...chances.map((chance, i) => {
      const top = tall(chance);
      const name = i === now.digit ? "plain" : "adaptive";
      return rect({ left: x(i + 0.5) - wide / 2, top, width: wide, height: bottom - top }, { class: name, fill: "currentColor" });
    }),
    label(x(said + 0.5), tall(chances[said]) - 5, String(said), { "text-anchor": "middle", class: `${said === now.digit ? "plain" : "adaptive"} colored` }),
  ];
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, views: { digit, curve } } = scene;
  const narrow = demo.narrow;
  const side = narrow ? 184 : between(height - 170, 160, 232);
  const low = narrow ? 52 : 56;
  const whole = side + low + 86;
  const left = narrow ? (width - side) / 2 : 12;
  digit.box = { left, top: 14, width: side, height: side };
  digit.bars = { left, top: side + 58, width: side, height: low };
  curve.box = narrow
    ? { left: 46, top: whole + 30, width: width - 66, height: whole - 92 }
    : { left: side + 74, top: 30, width: width - side - 96, height: whole - 92 };
  demo.size(width, whole, [
    { name: "image", top: 0, height: whole },
    { name: "curve", top: narrow ? whole : 0, height: whole },
  ]);
  for (const view of [digit, curve]) demo.clip(view.box, view.clip);
  digit.x = linear([0, 10], across(digit.bars));
  digit.tall = linear([0, 1.35], upward(digit.bars)); // room for a name above a whole bar
  curve.steps = linear([0, program.LAST], across(curve.box));
  curve.y = linear([0, 1], upward(curve.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
