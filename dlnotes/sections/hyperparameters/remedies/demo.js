// The table, uncovered column by column; beside it one cell, a line for every data set.
import { across, axes, between, dot, format, label, line, linear, mount, phrase, rect, upward } from "../../../demos/demo.js";

const LAYERS = ["ground", "paths", "moving", "names", "words", "front"];
const PRESETS = {
  wrong_more: ["wrong", "more"],
  penalized_more: ["penalized", "more"],
  start_norm: ["start", "norm"],
  moved_shift: ["moved", "shift"],
};

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { table: demo.view(LAYERS), strip: demo.view(LAYERS), cell: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, ills: program.ILLS, remedies: program.REMEDIES, runs: {} };
  controls(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, ills, remedies, views } = scene;
  const last = ills.length;
  scene.clock = demo.clock({ rate: 1.5, first: 0, last: () => last, show: () => moment(scene) });
  demo.slider({ name: "level", change: (level) => set(scene, { level }) });
  demo.choice({ name: "asked", change: (asked) => set(scene, { asked }) });
  demo.presets(
    Object.fromEntries(
      Object.entries(PRESETS).map(([name, [ill, remedy]]) => [name, { ill: ills.indexOf(ill), pick: remedies.indexOf(remedy), now: last }]),
    ),
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => nearest(program.GUESSES, common(scene).length),
    reached: () => scene.now.now >= program.UNDERFIT,
    because: () => ({ which: common(scene).map((pick) => scene.text.remedies[remedies[pick]]).join(scene.text.and) }),
  });
  scene.tell = demo.readouts(["now", "gain", "low", "high", "without", "helped", "common"], ["without", "gain", "low", "high", "helped"]);
  scene.time = scene.clock.handle(views.strip.front, (px) => Math.round(views.strip.x.invert(px)), { panel: views.strip });
  scene.pointer = demo.handle({
    name: "pointer",
    parent: views.table.front,
    panel: views.table,
    shape: "ring",
    move: (px, py, key) => choose(scene, px, py, key),
  });
  scene.pointer.node.querySelector(".grip").style.fill = "none"; // a ring around the dot of the cell
  scene.pointer.node.querySelector(".reach").setAttribute("r", 8); // a press beside it is another cell
  demo.probe(views.table, (px, py) => read(scene, ...place(scene, px, py)));
}

const nearest = (guesses, found) =>
  Object.keys(guesses).reduce((best, name) => (Math.abs(guesses[name] - found) < Math.abs(guesses[best] - found) ? name : best));

/** The column and the row of a pixel. */
function place({ ills, remedies, views: { table } }, px, py) {
  const { left, top, width, height } = table.box;
  return [
    between(Math.floor(((px - left) / width) * ills.length), 0, ills.length - 1),
    between(Math.floor(((py - top) / height) * remedies.length), 0, remedies.length - 1),
  ];
}

function choose(scene, px, py, key) {
  const { now, ills, remedies } = scene;
  const [ill, pick] = key
    ? [between(now.ill + key[0], 0, ills.length - 1), between(now.pick + key[1], 0, remedies.length - 1)]
    : place(scene, px, py);
  set(scene, { ill, pick });
}

function read(scene, ill, pick) {
  const { text, now, ills, remedies } = scene;
  const names = { ill: text.ills[ills[ill]], remedy: text.remedies[remedies[pick]] };
  return ill < now.now ? phrase(text.point, { ...names, ...found(scene, ill, pick) }) : phrase(text.point_covered, names);
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  scene.demo.reflect();
  moment(scene);
}

/** What a remedy adds to an illness: its mean, and whether it surely helps or hurts. */
function found({ program, now, ills, remedies, runs }, ill, pick) {
  const key = [now.level, now.asked, ill, pick].join();
  if (runs[key]) return runs[key];
  const none = Float64Array.from(program.NONE[now.asked][ills[ill]]);
  const treated = Float64Array.from(program.TREATED[now.asked][ills[ill]][remedies[pick]]);
  const gains = Float64Array.from(program.gains(treated, none));
  const [gain, wide] = [program.mean(gains), program.reach(gains, program.TS[program.LEVELS.indexOf(now.level)])];
  const [low, high] = [gain - wide, gain + wide];
  const sure = low > program.NEAR ? "good" : high < -program.NEAR ? "bad" : "";
  return (runs[key] = { none, treated, gain, low, high, sure, without: program.mean(none), after: program.mean(treated) });
}

const helped = (scene, ill) => scene.remedies.filter((_, pick) => found(scene, ill, pick).sure === "good").length;
const common = (scene) =>
  scene.remedies
    .map((_, pick) => pick)
    .filter((pick) => Array.from({ length: scene.program.UNDERFIT }).every((_, ill) => found(scene, ill, pick).sure === "good"));

function moment(scene) {
  drawTable(scene);
  drawCell(scene);
  speak(scene);
}

const FAMILY = { good: "curvature", bad: "adaptive hollow", "": "plain" };

function drawTable(scene) {
  const { demo, text, now, ills, remedies, views: { table, strip } } = scene;
  const [wide, high] = [table.box.width / ills.length, table.box.height / remedies.length];
  const at = (ill, pick) => [table.box.left + (ill + 0.5) * wide, table.box.top + (pick + 0.5) * high];
  const most = Math.min(wide, high) / 2 - 1;
  const cells = ills.flatMap((_, ill) => remedies.map((_, pick) => [ill, pick]));
  table.moving.replaceChildren(
    ...cells.map(([ill, pick]) => {
      if (ill >= now.now) return label(at(ill, pick)[0], at(ill, pick)[1] + 4, text.covered, { "text-anchor": "middle", class: "muted" });
      const { gain, sure } = found(scene, ill, pick);
      return dot(at(ill, pick), sure ? between(most * Math.sqrt(Math.abs(gain) / 0.5), 2.5, most) : 1.5, FAMILY[sure]);
    }),
  );
  const row = at(now.ill, now.pick)[1] - high / 2;
  const column = at(now.ill, now.pick)[0] - wide / 2;
  const shade = { class: "plain", fill: "currentColor", "fill-opacity": 0.08 };
  table.paths.replaceChildren(
    rect({ left: table.box.left, top: row, width: table.box.width, height: high }, shade),
    rect({ left: column, top: table.box.top, width: wide, height: table.box.height }, shade),
  );
  table.ground.replaceChildren(
    ...[3, 5, 7].map((edge) => line([[table.box.left + edge * wide, table.box.top], [table.box.left + edge * wide, table.box.top + table.box.height]], "plain faint")),
  );
  table.words.replaceChildren(
    ...remedies.map((name, pick) => label(table.box.left - 8, at(0, pick)[1] + 4, text.remedies[name], { "text-anchor": "end", class: pick === now.pick ? "momentum" : "" })),
    ...ills.map((name, ill) => {
      const [x, y] = [at(ill, 0)[0], table.box.top - 8];
      return label(x, y, text.ills[name], { transform: `rotate(-42 ${x} ${y})`, class: ill === now.ill ? "momentum" : "" });
    }),
  );
  scene.pointer.place(...at(now.ill, now.pick), `${text.ills[ills[now.ill]]}, ${text.remedies[remedies[now.pick]]}`);
  const middle = strip.box.top + strip.box.height / 2;
  strip.moving.replaceChildren(line([[strip.x(0), middle], [strip.x(ills.length), middle]], "plain faint"), line([[strip.x(0), middle], [strip.x(now.now), middle]], "momentum"));
  scene.time.place(strip.x(now.now), middle, phrase(text.at, { now: now.now }));
  const key = [["curvature", text.sure_good], ["adaptive hollow", text.sure_bad], ["plain", phrase(text.unsure, { level: now.level })]];
  const each = Math.min(table.box.width / 3, 110);
  const start = demo.narrow ? table.box.left - 60 : table.box.left;
  strip.words.replaceChildren(
    ...key.flatMap(([family, words], i) => [
      dot([start + i * (demo.narrow ? 96 : each) + 6, strip.box.top + strip.box.height + 14], i === 2 ? 1.5 : 5, family),
      label(start + i * (demo.narrow ? 96 : each) + 16, strip.box.top + strip.box.height + 18, words),
    ]),
  );
}

/** The chosen cell: eight lines from without to with, once it is uncovered. */
function drawCell(scene) {
  const { text, now, ills, remedies, views: { cell } } = scene;
  const one = found(scene, now.ill, now.pick);
  const told = now.ill < now.now;
  const [before, after] = [cell.x(0), cell.x(1)];
  const y = (value) => cell.y(cell.y.clamp(value));
  const family = { good: "curvature", bad: "adaptive", "": "plain" }[one.sure];
  cell.moving.replaceChildren(
    ...(told ? Array.from(one.none, (value, i) => line([[before, y(value)], [after, y(one.treated[i])]], "plain faint")) : []),
    ...Array.from(one.none, (value) => dot([before, y(value)], 3, "plain hollow")),
    ...(told
      ? [
          line([[before, y(one.without)], [after, y(one.after)]], family),
          line([[after + 10, y(one.without + one.low)], [after + 10, y(one.without + one.high)]], family),
          dot([after + 10, y(one.after)], 4, family),
        ]
      : []),
    dot([before, y(one.without)], 5, "plain"),
  );
  cell.names.replaceChildren(
    axes(cell.box, cell.x, cell.y, { xTicks: [0, 1], xFormat: (side) => (side ? text.after : text.before), yTicks: [0, 0.2, 0.4, 0.6, 0.8, 1], yLabel: text.accuracy }),
    label(cell.box.left + cell.box.width, cell.box.top - 9, `${text.ills[ills[now.ill]]} · ${text.remedies[remedies[now.pick]]}`, { "text-anchor": "end", class: "name" }),
    ...(told ? [] : [label(after, y(0.5), text.covered, { "text-anchor": "middle" })]),
  );
}

function speak(scene) {
  const { demo, text, now, ills, remedies, tell } = scene;
  const { gain, low, high, without } = found(scene, now.ill, now.pick);
  const told = now.ill < now.now;
  const numbers = { now: now.now, gain, low, high, without, helped: helped(scene, now.ill), common: common(scene).length };
  tell(numbers, told ? {} : { gain: "–", low: "–", high: "–", helped: "–" });
  const said = { ...numbers, level: now.level, ill: text.ills[ills[now.ill]], remedy: text.remedies[remedies[now.pick]], without: format(without) };
  demo.say(phrase(told ? text.told : text.told_covered, said));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, ills, views: { table, strip, cell } } = scene;
  const narrow = demo.narrow;
  const room = narrow ? 84 : 96;
  const top = 72;
  const high = narrow ? 188 : between(height - 150, 230, 290);
  const broad = narrow ? width - room - 34 : Math.round(width * 0.6) - room;
  table.box = { left: room, top, width: broad, height: high };
  strip.box = { left: room, top: top + high + 8, width: broad, height: 20 };
  const part = top + high + 64;
  const beside = room + broad + 84;
  cell.box = narrow
    ? { left: 46, top: part + 34, width: width - 80, height: high + 40 }
    : { left: beside, top, width: width - beside - 30, height: high };
  demo.size(width, part, [
    { name: "table", top: 0, height: part },
    { name: "cell", top: part, height: part },
  ]);
  for (const view of [table, strip, cell]) demo.clip(view.box, view.clip);
  strip.x = linear([0, ills.length], across(strip.box));
  cell.x = linear([-0.3, 1.3], across(cell.box));
  cell.y = linear([0, 1.03], upward(cell.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
