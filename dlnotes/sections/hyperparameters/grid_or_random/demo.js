// A square with the trials of two designs and the best place; beside it how often the rival was nearer.
import { axes, between, course, dot, label, line, linear, mount, node, phrase, random } from "../../../demos/demo.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const STRIP = 9; // pixels of the strips along the axes

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { square: demo.view(LAYERS), course: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, last: program.REDRAWS };
  controls(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, now, last, views } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: 14, first: 1, last: () => last, show: () => moment(scene) });
  demo.slider({ name: "weight", change: change("weight") });
  demo.choice({ name: "rival", change: change("rival") });
  demo.button({ name: "again", press: () => set(scene, { draw: now.draw + 1 }) });
  demo.presets(
    {
      both: { weight: 1, now: last },
      third: { weight: 0.3, now: last },
      even: { rival: "sobol", now: last },
      same: { rival: "part5", now: last },
      finer: { rival: "part10", now: last },
    },
    (setting) => set(scene, setting),
  );
  demo.question({
    answer: () => nearest(told(scene, last).wins),
    reached: () => now.now >= last,
    because: () => {
      const { wins, grid_mean: grid, rival_mean: rival } = told(scene, last);
      return { wins, grid, rival };
    },
  });
  const names = ["now", "wins", "ties", "grid_mean", "rival_mean", "grid_now", "rival_now", "distinct"];
  scene.tell = demo.readouts(names, ["wins", "grid_mean", "rival_mean", "distinct"]);
  scene.time = scene.clock.handle(views.course.front, (px) => views.course.x.invert(px), { panel: views.course });
  demo.probe(views.square, (px, py) =>
    phrase(scene.text.point, { x: views.square.x.invert(px), y: views.square.y.invert(py) }));
}

const nearest = (wins) => Object.entries({ few: 20, half: 50, most: 80, all: 100 })
  .sort(([, a], [, b]) => Math.abs(a - wins) - Math.abs(b - wins))[0][0];

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  compute(scene);
  scene.demo.reflect();
  drawFrame(scene);
  moment(scene);
}

/** Peak and trials of one redraw, the same as in Python. */
function drawn({ program, now }, redraw) {
  const source = random(1000 * now.draw + redraw);
  const pair = () => [source.uniform(), source.uniform()];
  const peak = pair();
  if (now.rival === "random") return { peak, points: Array.from({ length: program.GRID.length }, pair) };
  if (now.rival === "sobol") return { peak, points: rows(program.shifted(program.SOBOL.flat(), pair())) };
  const points = now.rival === "part5" ? program.GRID : program.FINE;
  return { peak, points: source.order(points.length).slice(0, program.GRID.length).map((place) => points[place]) };
}

const rows = (flat) => Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);

/** The trial of a design that lies nearest to the peak. */
function closest(program, points, peak, weight) {
  const away = Array.from(program.away(points.flat(), peak, weight));
  const distance = Math.min(...away);
  return { distance, point: points[away.indexOf(distance)] };
}

function compute(scene) {
  const { program, now, last } = scene;
  const key = [now.weight, now.rival, now.draw].join();
  if (scene.run?.key === key) return;
  const redraws = Array.from({ length: last }, (_, redraw) => {
    const { peak, points } = drawn(scene, redraw);
    const [grid, rival] = [program.GRID, points].map((each) => closest(program, each, peak, now.weight));
    return { peak, points, grid, rival };
  });
  let wins = 0;
  scene.run = { key, redraws, wins: redraws.map(({ grid, rival }) => (wins += rival.distance < grid.distance)) };
}

/** The numbers after so many redraws. */
function told({ run }, count) {
  const seen = run.redraws.slice(0, count);
  const mean = (name) => seen.reduce((sum, each) => sum + each[name].distance, 0) / count;
  const { grid, rival, points } = seen.at(-1);
  return {
    now: count,
    wins: run.wins[count - 1],
    ties: seen.filter((each) => each.grid.distance === each.rival.distance).length,
    grid_mean: mean("grid"),
    rival_mean: mean("rival"),
    grid_now: grid.distance,
    rival_now: rival.distance,
    distinct: new Set(points.map(([x]) => x)).size,
  };
}

// ---- what does not move with time ------------------------------------------------------------
function drawFrame(scene) {
  const { text, last, program, views: { square, course: right } } = scene;
  const { left, top, width, height } = square.box;
  square.names.replaceChildren(
    axes(square.frame, square.x, square.y, { xTicks: [], yTicks: [] }),
    label(left + width, top + height + 2 * STRIP + 20, text.across, { "text-anchor": "end", class: "name" }),
    ...Array.from(new Set(program.GRID.map(([x]) => x)), (x) => tick(square.x(x), top + height + 2, "plain")),
    ...key(square.frame, top - 9, [["plain hollow", text.the_grid], ["adam", text.the_rival], ["curvature", text.the_peak]]),
  );
  square.paths.replaceChildren(
    ...program.GRID.map(([x, y]) => dot([square.x(x), square.y(y)], 4, "plain hollow")),
  );
  right.names.replaceChildren(
    axes(right.box, right.x, right.y, { xLabel: text.drawn, xTicks: [1, 25, 50, 75, 100], yTicks: [0, 25, 50, 75, 100] }),
    label(right.box.left - 4, right.box.top - 9, text.course, { class: "name" }),
    line([[right.box.left + 14, right.box.top + 12], [right.box.left + 34, right.box.top + 12]], "goal"),
    label(right.box.left + 40, right.box.top + 16, text.halfway),
  );
  right.paths.replaceChildren(line([[right.x(0), right.y(0)], [right.x(last), right.y(last / 2)]], "goal"));
}

const tick = (x, top, name) => line([[x, top], [x, top + STRIP - 2]], name);

/** Which dot is whose, above the picture. */
function key({ left, width }, height, marks) {
  const wide = Math.min(width / marks.length, 90);
  return marks.flatMap(([name, words], i) => [
    dot([left + 6 + i * wide, height - 4], 4, name),
    label(left + 14 + i * wide, height, words),
  ]);
}

/** The redraw of this moment, and the count so far. */
function moment(scene) {
  const { demo, text, now, run, program, views: { square, course: right } } = scene;
  const { peak, points, grid, rival } = run.redraws[now.now - 1];
  const numbers = told(scene, now.now);
  const spot = ([x, y]) => [square.x(x), square.y(y)];
  const below = square.box.top + square.box.height + STRIP + 2;
  square.ground.replaceChildren(
    node("ellipse", {
      cx: square.x(peak[0]), cy: square.y(peak[1]), class: "demo-band curvature", "fill-opacity": 0.14, fill: "currentColor",
      rx: square.x(grid.distance) - square.x(0),
      ry: square.y(0) - square.y(Math.min(9, Number(program.reach(grid.distance, now.weight)))),
    }),
  );
  square.moving.replaceChildren(
    line([spot(peak), spot(grid.point)], "plain dashed"),
    line([spot(peak), spot(rival.point)], "adam"),
    ...points.map((point) => dot(spot(point), 3.5, "adam")),
    dot(spot(peak), 6, "curvature"),
  );
  square.front.replaceChildren(
    ...points.map(([x]) => tick(square.x(x), below, "adam")),
    line([[square.x(peak[0]), below - STRIP], [square.x(peak[0]), below + STRIP - 2]], "curvature"),
  );
  right.moving.replaceChildren(
    ...course(right.box, [[0, 0], ...run.wins.slice(0, now.now).map((wins, i) => [i + 1, wins])].map(([x, y]) => [right.x(x), right.y(y)]), "adam"),
  );
  scene.time.place(right.x(now.now), right.y(numbers.wins), phrase(text.at, { now: now.now }));
  scene.tell(numbers, {});
  demo.say(phrase(text.running, { ...numbers, grid: grid.distance, rival: rival.distance }));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, last, views: { square, course: right } } = scene;
  const narrow = demo.narrow;
  const high = narrow ? Math.min(226, width - 60) : between(height - 130, 200, 300);
  const second = high + 84;
  const side = narrow ? high : Math.min(high, Math.round(width * 0.5) - 40);
  const left = narrow ? Math.round((width - side) / 2) : 24;
  square.box = { left, top: 32, width: side, height: side };
  square.frame = { left, top: 32, width: side, height: side + 2 * STRIP + 4 };
  right.box = narrow
    ? { left: 40, top: second + 32, width: width - 60, height: high }
    : { left: left + side + 62, top: 32, width: width - left - side - 82, height: high };
  demo.size(width, second, [
    { name: "square", top: 0, height: second },
    { name: "course", top: second, height: second },
  ]);
  demo.clip({ left: left - 4, top: 28, width: side + 8, height: side + 6 }, square.clip);
  demo.clip({ ...right.box, top: right.box.top - 4, height: right.box.height + 8 }, right.clip);
  square.x = linear([0, 1], [left, left + side]);
  square.y = linear([0, 1], [32 + side, 32]);
  right.x = linear([0, last + 1], [right.box.left, right.box.left + right.box.width]);
  right.y = linear([0, last], [right.box.top + high, right.box.top]);
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
