// Left the loss, on twenty images and then on all; right every program by what it left and what it is worth.
import { across, axes, between, course, dot, format, label, line, linear, log, mount, phrase, upward } from "../../../demos/demo.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const [LOW, HIGH] = [-0.25, 3]; // of the loss that is drawn
const SHARES = [3e-7, 30]; // of the axis
const [LEAST, MOST] = [1e-6, 10]; // of the share: less and more stand there
const BARS = [0.00001, 1]; // the ends of the line to pass

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { runs: demo.view(LAYERS), board: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views };
  controls(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, text, now, views: { runs, board } } = scene;
  const { FIT, LAST } = program;
  scene.clock = demo.clock({ rate: 60, last: () => LAST, show: () => moment(scene) });
  demo.slider({ name: "program", change: (number) => { scene.clock.pause(); set(scene, { program: number, now: FIT }); } });
  demo.slider({ name: "bar", change: (bar) => set(scene, { bar }) });
  demo.presets(
    { two: { program: 2, now: FIT }, five: { program: 5, now: FIT }, six: { program: 6, now: FIT }, ten: { program: 10, now: FIT } },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => nearest(program, run(scene).fresh.at(-1)),
    reached: () => now.now >= LAST,
    because: () => ({ fresh: run(scene).fresh.at(-1), what: what(scene) }),
    play: () => { scene.clock.go(FIT); demo.play(); },
  });
  scene.tell = demo.readouts(["now", "loss", "share", "fresh", "caught", "missed", "accused"], ["share", "fresh", "caught", "missed", "accused"]);
  scene.time = scene.clock.handle(runs.front, (px) => runs.x.invert(px), { panel: runs });
  scene.limit = demo.handle({
    name: "limit",
    parent: board.front,
    panel: board,
    shape: "diamond",
    way: "x",
    step: 4,
    move: (px) => set(scene, { bar: Number(between(board.x.invert(px), ...BARS).toPrecision(3)) }),
  });
  demo.probe(runs, (px) => {
    const at = between(Math.round(runs.x.invert(px)), 0, LAST);
    if (at > now.now) return "";
    const small = at <= FIT;
    return phrase(text.point, { where: text.phases[small ? "small" : "full"], step: small ? at : at - FIT });
  });
  demo.probe(board, (px, py) => {
    if (demo.untold()) return "";
    const near = program.RUNS.map((_, i) => ({ i, way: Math.hypot(...spot(scene, i, LAST).map((v, k) => v - [px, py][k])) }))
      .sort((one, other) => one.way - other.way)[0];
    const { share, fresh } = program.RUNS[near.i];
    return near.way < 24 ? phrase(text.spot, { number: near.i + 1, share, fresh: fresh.at(-1) }) : "";
  });
}

const nearest = ({ GUESSES }, fresh) => Object.keys(GUESSES)
  .sort((one, other) => Math.abs(GUESSES[one] - fresh) - Math.abs(GUESSES[other] - fresh))[0];

const run = ({ program, now }) => program.RUNS[now.program - 1];
const what = ({ program, text, now }) => text.faults[program.NAMES[now.program - 1]];

/** Loss and accuracy that are shown at a step. */
function lossAt({ program: { FIT, BLOCK } }, { small, full }, at) {
  return at <= FIT ? small[at] : full[Math.floor((at - FIT - 1) / BLOCK)];
}

function freshAt({ program: { FIT, EVERY } }, { fresh }, at) {
  return fresh[Math.floor(Math.max(0, at - FIT) / EVERY)];
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  scene.demo.reflect();
  drawFrame(scene);
  moment(scene);
}

/** Where a program stands on the board at a step of its own. */
function spot(scene, i, at) {
  const { program, views: { board: { x, y } } } = scene;
  const { share } = program.RUNS[i];
  return [x(between(Math.abs(share), LEAST, MOST)), y(freshAt(scene, program.RUNS[i], at))];
}

function drawFrame(scene) {
  const { demo, program, text, now, views: { runs, board } } = scene;
  const { FIT, LAST } = program;
  const { floor } = run(scene);
  const { box, x, y } = runs;
  const cut = x(FIT);
  runs.ground.replaceChildren(
    line([[cut, box.top], [cut, box.top + box.height]], "plain faint"),
    line([[box.left, y(floor)], [box.left + box.width, y(floor)]], "theory dashed"),
  );
  runs.names.replaceChildren(
    axes(box, x, y, { xLabel: text.steps, xTicks: [0, 100, 200, 300], yTicks: [0, 1, 2, 3] }),
    label(box.left - 4, box.top - 22, text.runs, { class: "name" }),
    label(box.left + 6, box.top - 6, text.twenty),
    label(cut + 6, box.top - 6, text.all),
    label(box.left + box.width - 4, y(floor) - 6, text.entropy, { class: "theory colored", "text-anchor": "end" }),
  );
  const wall = board.x(now.bar);
  const { left, width, top, height } = board.box;
  board.ground.replaceChildren(
    line([[wall, top], [wall, top + height]], "theory dashed"),
    ...(demo.untold() ? [] : program.RUNS.map((_, i) => dot(spot(scene, i, LAST), 4, program.SOUND[i] ? "curvature" : "plain hollow"))),
  );
  board.names.replaceChildren(
    axes(board.box, board.x, board.y, { xLabel: text.left, xTicks: [LEAST, 1e-4, 0.01, 1, MOST], xFormat: bounded, yTicks: [0, 0.25, 0.5, 0.75, 1] }),
    label(left - 4, top - 22, text.worth, { class: "name" }),
    label(wall - 5, top - 6, text.passed, { "text-anchor": "end" }),
    label(wall + 5, top - 6, text.stopped),
    ...(demo.untold() ? [] : key(left + width, top - 22, text)),
  );
  scene.limit.place(wall, top + height - 14, phrase(text.bound, { bar: now.bar }));
}

const bounded = (share) => (share === LEAST ? "≤" : share === MOST ? "≥" : "") + format(share);

/** Which dots are whose, to the left of a pixel. */
function key(right, height, text) {
  return [["plain hollow", text.broken, 52], ["curvature", text.sound, 112]].flatMap(([name, words, away]) => [
    dot([right - away, height - 4], 4, name), label(right - away + 8, height, words),
  ]);
}

/** The step that is shown. */
function moment(scene) {
  const { program, text, now, views: { runs, board } } = scene;
  const { FIT, LAST, BLOCK } = program;
  const each = run(scene);
  const at = now.now;
  const height = (loss) => (loss >= LOW && loss <= HIGH ? runs.y(loss) : NaN);
  const way = (losses, step) => losses.map((loss, i) => [runs.x(step(i)), height(loss)]);
  const points = way(each.small.slice(0, between(at, 0, FIT) + 1), (i) => i);
  const done = at > FIT ? Math.floor((at - FIT - 1) / BLOCK) + 1 : 0;
  const later = way(each.full.slice(0, done), (i) => Math.min(FIT + (i + 0.5) * BLOCK, at));
  const head = [runs.x(at), runs.y(between(lossAt(scene, each, at), LOW, HIGH))];
  runs.moving.replaceChildren(...course(runs.box, points, "plain"), ...course(runs.box, later, "plain"), dot(head, 5, "plain"));
  const here = spot(scene, now.program - 1, at);
  const floor = board.y(0);
  board.moving.replaceChildren(
    ...(at < FIT ? [] : [line([[here[0], floor], [here[0], board.y(1)]], "adam faint")]),
    ...(at > FIT ? [dot(here, 7, "adam")] : []),
  );
  scene.time.place(...head, phrase(text.at, { step: at <= FIT ? at : at - FIT }));
  speak(scene);
}

function speak(scene) {
  const { demo, program, text, now, tell } = scene;
  const { SHARES, SOUND, FIT } = program;
  const each = run(scene);
  const passed = program.passes(SHARES, now.bar);
  const count = (want) => SOUND.filter((sound, i) => want(sound, passed[i] === 1)).length;
  const numbers = {
    now: now.now,
    loss: lossAt(scene, each, now.now),
    share: each.share,
    fresh: freshAt(scene, each, now.now),
    caught: count((sound, pass) => !sound && !pass),
    missed: count((sound, pass) => !sound && pass),
    accused: count((sound, pass) => sound && !pass),
  };
  const hidden = demo.untold() ? { caught: "–", missed: "–", accused: "–" } : {};
  const early = now.now < FIT ? { share: "–" } : {};
  tell(numbers, { ...hidden, ...early, ...(now.now <= FIT ? { fresh: "–" } : {}) });
  demo.say(phrase(text[state(scene, passed)], { ...numbers, program: now.program, step: now.now - FIT, what: what(scene) }));
}

function state({ program: { FIT, LAST }, now }, passed) {
  if (now.now < FIT) return "begun";
  if (now.now === FIT) return passed[now.program - 1] === 1 ? "passing" : "failing";
  return now.now < LAST ? "running" : "ended";
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, views: { runs, board } } = scene;
  const narrow = demo.narrow;
  const high = narrow ? 190 : between(height - 120, 200, 300);
  const second = high + 88;
  const broad = narrow ? width - 60 : Math.round(width * 0.54) - 40;
  runs.box = { left: 36, top: 36, width: broad, height: high };
  board.box = narrow
    ? { left: 40, top: second + 36, width: broad, height: high }
    : { left: broad + 92, top: 36, width: width - broad - 112, height: high };
  demo.size(width, narrow ? 2 * second : second, [
    { name: "runs", top: 0, height: second },
    { name: "board", top: second, height: second },
  ]);
  for (const view of [runs, board]) demo.clip(view.box, view.clip);
  runs.x = linear([0, program.LAST], across(runs.box));
  runs.y = linear([LOW, HIGH], upward(runs.box));
  board.x = log(SHARES, across(board.box));
  board.y = linear([0, 1.02], upward(board.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
