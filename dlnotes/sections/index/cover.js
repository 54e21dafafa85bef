// Moves the cover's picture: four runs of five seconds, and the valley turned by hand.
// `program` stands before this text: what PyTorch computes, its constants, the best learning rates.
const SECONDS = 5;
const EASE = 1.6; // the first steps are few and slow, so that none is missed
const UNIT = 100; // of the picture, in one of the valley
const RIM = 112;
const BIG = { PageUp: 15, PageDown: -15, Home: -Infinity, End: Infinity };
const SMALL = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 };
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** Every step of a method at an angle, until it is at the bottom to stay. A quarter turn only changes
 * the axes for one another, so that the best rates below 0° are those of 90° more. */
function run(method, degrees) {
  const { compass, turned, near, START, HOLD, LIMIT, LAST, LRS, REST, RATES } = program;
  const { cos, sin } = compass(degrees);
  const from = turned(...START, cos, sin);
  const step = program[`step_${method}`];
  const lr = LRS[RATES[method][degrees < 0 ? degrees + LAST : degrees]];
  let at = { ...from, a: REST[method], b: REST[method] };
  let since = -1;
  const points = [];
  for (let n = 0; n <= LIMIT + HOLD; n += 1) {
    points.push([UNIT * at.x, -UNIT * at.y]);
    if (!near(at.x, at.y, from.x, from.y)) since = -1;
    else if (since < 0) since = n;
    if (since >= 0 && n - since >= HOLD) break;
    at = step(at.x, at.y, at.a, at.b, cos, sin, lr);
  }
  return { method, points, steps: since < 0 ? Infinity : since };
}

const ranked = (runs) => runs.toSorted((a, b) => a.steps - b.steps);
const written = ([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`;

/** Where a run is after `n` steps, on the straight line between two of them. */
function between({ points }, n) {
  const whole = Math.floor(n);
  const [a, b] = [points[whole], points[whole + 1] ?? points[whole]];
  return a.map((value, axis) => value + (n - whole) * (b[axis] - value));
}

function start(root) {
  const { text, quarter, lang } = JSON.parse(root.querySelector("script").textContent);
  const part = (name) => root.querySelector(name);
  const methods = [...root.querySelectorAll("[data-bet]")].map((button) => button.dataset.bet);
  const scene = { root, part, text, quarter, lang, methods, angle: 0, bet: null, frame: 0 };
  scene.svg = part("svg.cover-picture");
  for (const button of root.querySelectorAll("[data-bet]")) {
    button.addEventListener("click", () => race(scene, button.dataset.bet));
  }
  part("[data-act=again]").addEventListener("click", () => race(scene, scene.bet));
  part("[data-act=turn]").addEventListener("click", () => swing(scene));
  grip(scene);
  turn(scene, 0);
  root.scene = scene;
  root.dataset.ready = "asked";
  nod(scene);
}

// ---- words -----------------------------------------------------------------------------------
/** A template with its holes filled; no space beside a Chinese name. */
function phrase(template, values) {
  const filled = template.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  return filled.replace(/(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])/g, "");
}

const degree = (angle) => String(angle).replace("-", "−");

const joined = ({ lang }, sentences) => sentences.join(lang === "zh" ? "" : " ").trim();

function say({ part }, sentence, aloud = true) {
  part(".cover-said span").textContent = sentence;
  if (aloud) part(".cover-heard").textContent = sentence;
}

/** What became of the bet: "you bet on Adam: third, 66 steps behind Adagrad". */
function verdict({ text, bet, runs }) {
  const order = ranked(runs);
  const [first, second] = order;
  const mine = order.findIndex((each) => each.method === bet);
  const { steps } = order[mine];
  const values = {
    bet: text[bet], place: text.places[mine], steps, first: text[first.method], second: text[second.method],
    gap: mine ? steps - first.steps : second.steps - steps,
  };
  return phrase(mine ? text.lost : text.won, values);
}

/** What the turn has done: who is first now, and who has fallen farthest. */
function news(scene) {
  const { text, angle, runs, straight } = scene;
  const before = ranked(straight);
  const places = ranked(runs).map(({ method, steps }, place) => {
    const old = before.findIndex((each) => each.method === method);
    return { mover: text[method], steps, from: before[old].steps, fall: place - old, before: text.places[old], place: text.places[place] };
  });
  const [first] = places;
  const fallen = places.reduce((most, each) => (each.fall > most.fall ? each : most));
  const level = phrase(text.level, { angle: degree(angle), first: first.mover, ...first });
  return joined(scene, [level, fallen.fall > 0 ? phrase(text.fallen, fallen) : text.same]);
}

// ---- the race --------------------------------------------------------------------------------
function race(scene, bet) {
  stop(scene);
  scene.bet = bet;
  for (const button of scene.root.querySelectorAll("[data-bet]")) {
    button.setAttribute("aria-pressed", button.dataset.bet === bet);
  }
  const last = Math.max(...scene.runs.map(({ steps }) => steps));
  scene.root.dataset.ready = "running";
  if (still.matches) return void finish(scene, last);
  let begun = 0;
  const advance = (now) => {
    begun ||= now;
    const n = last * Math.min((now - begun) / 1000 / SECONDS, 1) ** EASE;
    if (n >= last) return void finish(scene, last);
    show(scene, n);
    scene.frame = requestAnimationFrame(advance);
  };
  scene.frame = requestAnimationFrame(advance);
}

/** The race at step `n`: where each is, who has arrived, and the verdict once it is reached. */
function show(scene, n) {
  draw(scene, n);
  const mine = scene.runs.find(({ method }) => method === scene.bet);
  if (n < mine.steps) return void say(scene, phrase(scene.text.running, { step: Math.floor(n) }), false);
  const sentence = verdict(scene);
  if (scene.part(".cover-heard").textContent !== sentence) say(scene, sentence);
}

function finish(scene, last) {
  scene.root.dataset.ready = "played";
  draw(scene, last);
  say(scene, untouched(scene));
  afterwards(scene);
}

/** The verdict, and the question whether a turn would change it. */
function untouched(scene) {
  const { text, quarter, angle } = scene;
  const question = Math.abs(angle) === quarter ? "" : phrase(text.ask, { angle: quarter });
  return joined(scene, [verdict(scene), question]);
}

function stop(scene) {
  cancelAnimationFrame(scene.frame);
  scene.frame = 0;
}

/** All four runs up to step `n`, and on the buttons the places of those that have arrived. */
function draw({ part, text, runs }, n) {
  ranked(runs).forEach((each, place) => {
    const { method, points, steps } = each;
    const done = n >= steps;
    const until = Math.min(n, steps);
    const here = between(each, until);
    const way = [...points.slice(0, Math.floor(until) + 1), here].map(written).join("L");
    part(`[data-way=${method}]`).setAttribute("d", `M${way}`);
    const runner = part(`[data-runner=${method}]`);
    runner.removeAttribute("hidden");
    runner.setAttribute("transform", `translate(${written(here)})`);
    const words = part(`[data-place=${method}]`);
    words.dataset.steps = done ? steps : "";
    words.textContent = done ? phrase(text.arrived, { place: text.places[place], steps }) : "";
  });
}

// ---- the valley turns ------------------------------------------------------------------------
const turnedTo = (degrees) => Math.min(Math.max(Math.round(degrees), -program.LAST), program.LAST);

function turn(scene, degrees) {
  const { part, methods } = scene;
  const angle = (scene.angle = turnedTo(degrees));
  scene.runs = methods.map((method) => run(method, angle));
  scene.straight ??= scene.runs;
  tilt(scene, angle);
  const handle = part("[data-handle]");
  handle.setAttribute("aria-valuenow", angle);
  handle.setAttribute("aria-valuetext", `${degree(angle)}°`);
}

/** The picture at an angle, also between two whole degrees. */
function tilt({ part }, degrees) {
  const { cos, sin } = program.compass(degrees);
  const from = program.turned(...program.START, cos, sin);
  part("[data-land]").setAttribute("transform", `rotate(${-degrees})`);
  part("[data-start]").setAttribute("transform", `translate(${written([UNIT * from.x, -UNIT * from.y])})`);
  part("[data-handle]").setAttribute("transform", `translate(${written([RIM * cos, -RIM * sin])})`);
}

/** A turn once the race has been seen: its end is shown at every angle. */
function turnByHand(scene, degrees) {
  stop(scene);
  if (turnedTo(degrees) === scene.angle) return;
  turn(scene, degrees);
  draw(scene, Infinity);
  say(scene, scene.angle ? news(scene) : untouched(scene));
  afterwards(scene);
}

function afterwards({ part, text, quarter, angle }) {
  part("[data-act=turn]").textContent = Math.abs(angle) === quarter ? text.back : phrase(text.to, { angle: quarter });
}

/** The valley turns by itself to 45°, or back. */
function swing(scene) {
  stop(scene);
  const [from, to] = [scene.angle, Math.abs(scene.angle) === scene.quarter ? 0 : scene.quarter];
  if (still.matches) return void turnByHand(scene, to);
  let begun = 0;
  const advance = (now) => {
    begun ||= now;
    const share = Math.min((now - begun) / 1400, 1);
    turnByHand(scene, from + (to - from) * (share * share * (3 - 2 * share)));
    if (share < 1) scene.frame = requestAnimationFrame(advance);
  };
  scene.frame = requestAnimationFrame(advance);
}

/** Once, before anybody has touched it, the valley shows that it can turn. */
function nod(scene) {
  if (still.matches) return;
  let begun = 0;
  const advance = (now) => {
    begun ||= now;
    const share = (now - begun) / 1100;
    if (scene.bet || scene.angle || share > 1) return void tilt(scene, scene.angle);
    tilt(scene, 5 * Math.sin(Math.PI * share) ** 2);
    requestAnimationFrame(advance);
  };
  setTimeout(() => requestAnimationFrame(advance), 900);
}

function grip(scene) {
  const handle = scene.part("[data-handle]");
  let held = null;
  const angleAt = (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(scene.svg.getScreenCTM().inverse());
    return (Math.atan2(-at.y, at.x) * 180) / Math.PI;
  };
  // a finger on it moves it and not the page: browsers heed `touch-action` on whole pictures only
  handle.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  handle.addEventListener("pointerdown", (event) => {
    held = scene.angle - angleAt(event);
    handle.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true });
    event.preventDefault();
  });
  handle.addEventListener("pointermove", (event) => {
    if (held !== null) turnByHand(scene, angleAt(event) + held);
  });
  for (const end of ["pointerup", "pointercancel"]) handle.addEventListener(end, () => { held = null; });
  handle.addEventListener("keydown", (event) => {
    const stride = BIG[event.key] ?? SMALL[event.key] * (event.shiftKey ? 5 : 1);
    if (Number.isNaN(stride)) return;
    event.preventDefault();
    turnByHand(scene, scene.angle + stride);
  });
}

for (const root of document.querySelectorAll("[data-cover]:not([data-ready])")) start(root);
