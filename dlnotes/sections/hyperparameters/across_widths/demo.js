// Loss over rate, a curve for each width so far; beside it the best rate of each of them.
import { across, axes, between, dot, format, label, line, log, mount, phrase, upward } from "../../../demos/demo.js";

const LAYERS = ["ground", "paths", "moving", "names", "front"];
const EDGE = { rates: 1.35, widths: 1.2 }; // beyond the first and the last
const LOSSES = [0.11, 4.2]; // of the axis

function build(demo) {
  const { program, text, controls: now } = demo;
  const views = { losses: demo.view(LAYERS), bests: demo.view(LAYERS) };
  const scene = { demo, program, text, now, views, last: program.WIDTHS.length };
  controls(scene);
  handles(scene);
  return { draw: (width, height) => layout(scene, width, height), set: (changed) => set(scene, changed) };
}

// ---- controls --------------------------------------------------------------------------------
function controls(scene) {
  const { demo, program, now, last } = scene;
  const change = (name) => (value) => set(scene, { [name]: value });
  scene.clock = demo.clock({ rate: 1.5, first: 1, last: () => last, show: () => set(scene, {}) });
  demo.choice({ name: "arm", change: change("arm") });
  demo.slider({ name: "rate", change: change("rate") });
  const narrow = program.GUESSES.same;
  demo.presets(
    {
      keep: { arm: "plain", rate: narrow, now: last },
      rules: { arm: "mup", rate: narrow, now: last },
      turned: { arm: "plain", rate: program.GUESSES.sixteenth, now: 1 },
    },
    (setting) => set(scene, setting),
  );
  const { plain } = program.FOUND;
  demo.question({
    answer: () => nearest(program.GUESSES, plain.at(-1).best),
    reached: () => now.now >= last,
    because: () => ({ wide: program.RATES[plain.at(-1).place], narrow: program.RATES[plain[0].place] }),
  });
  scene.tell = demo.readouts(["width", "best", "loss", "accuracy", "lost"], ["width", "best", "loss", "lost"]);
}

const off = (one, other) => Math.max(one / other, other / one);
const nearest = (guesses, rate) =>
  Object.keys(guesses).reduce((best, name) => (off(guesses[name], rate) < off(guesses[best], rate) ? name : best));
const closest = (values, value) => values.reduce((best, each) => (off(each, value) < off(best, value) ? each : best));
const rows = ({ program, now }) => program.FOUND[now.arm];

function handles(scene) {
  const { demo, program, now, last, views: { losses, bests } } = scene;
  scene.rate = demo.handle({
    name: "rate",
    parent: losses.front,
    panel: losses,
    shape: "diamond",
    way: "x",
    step: 30,
    move: (px) => set(scene, { rate: rateAt(scene, px) }),
  });
  const place = (px) => between(1 + Math.log2(bests.x.invert(px) / program.WIDTHS[0]), 1, last);
  scene.time = scene.clock.handle(bests.front, place, { panel: bests });
  demo.probe(losses, (px) => seen(scene, rateAt(scene, px), now.now - 1));
}

const rateAt = ({ program, views: { losses: { box, x } } }, px) =>
  closest(program.RATES, x.invert(between(px, box.left, box.left + box.width)));

/** What the curve of a width says at a rate. */
function seen(scene, rate, i) {
  const { program, text } = scene;
  return phrase(text.point, { rate, width: program.WIDTHS[i], loss: rows(scene)[i].loss[program.RATES.indexOf(rate)] });
}

// ---- from a setting to what is seen ----------------------------------------------------------
function set(scene, changed) {
  Object.assign(scene.now, changed);
  scene.demo.reflect();
  drawLosses(scene);
  drawBests(scene);
  speak(scene);
}

/** The curves of the widths so far, each with its lowest point. */
function drawLosses(scene) {
  const { program, text, now, views: { losses } } = scene;
  const { box, x, y } = losses;
  const at = Math.round(now.now);
  const shown = rows(scene).slice(0, at);
  const name = (i) => (i === at - 1 ? "adam" : "plain faint");
  losses.ground.replaceChildren(line([[x(now.rate), box.top], [x(now.rate), box.top + box.height]], "theory dotted"));
  losses.paths.replaceChildren(
    ...shown.map(({ loss }, i) => line(loss.map((value, place) => [x(program.RATES[place]), y(y.clamp(value))]), name(i))),
    ...shown.map(({ loss, place }, i) => dot([x(program.RATES[place]), y(loss[place])], 4, name(i))),
  );
  const ends = shown.map(({ loss }, i) => ({ at: [x(program.RATES.at(-1)), y(y.clamp(loss.at(-1)))], words: format(program.WIDTHS[i]), name: i === at - 1 ? "adam" : "plain" }));
  losses.names.replaceChildren(
    axes(box, x, y, { xLabel: text.rates_axis, yLabel: text.loss_axis, xTicks: [0.001, 0.01, 0.1], yTicks: [0.2, 0.5, 1, 2], xFormat: format, yFormat: format }),
    ...spread(ends).map(({ at: [px, py], words, name: shade }) => label(px + 14, py + 4, words, { class: shade === "adam" ? "adam colored" : shade })),
  );
  scene.rate.place(x(now.rate), y(y.clamp(lossAt(scene))), phrase(text.here, { rate: now.rate }));
}

const lossAt = (scene) => rows(scene)[Math.round(scene.now.now) - 1].loss[scene.program.RATES.indexOf(scene.now.rate)];

/** Names at the ends of their lines, moved apart where they would lie on each other. */
function spread(ends) {
  const order = [...ends].sort((one, other) => one.at[1] - other.at[1]);
  const room = 14;
  order.forEach((end, i) => { if (i) end.at[1] = Math.max(end.at[1], order[i - 1].at[1] + room); });
  return ends;
}

/** The best rate of every width so far; once it is told, the two ways it might have gone. */
function drawBests(scene) {
  const { demo, program, text, now, views: { bests } } = scene;
  const { box, x, y } = bests;
  const at = Math.round(now.now);
  const spots = rows(scene).slice(0, at).map(({ best }, i) => [x(program.WIDTHS[i]), y(best)]);
  const [base, far] = [program.WIDTHS[0], program.WIDTHS.at(-1)];
  const narrow = rows(scene)[0].best;
  const told = !demo.untold();
  bests.ground.replaceChildren(...(told ? [
    line([[x(base), y(narrow)], [x(far), y(program.inverse(narrow, base, far))]], "theory dashed"),
    line([[x(base), y(narrow)], [x(far), y(narrow)]], "theory dotted"),
  ] : []));
  bests.paths.replaceChildren(line(spots, "plain"), ...spots.map((spot, i) => dot(spot, 4, i === at - 1 ? "adam" : "plain")));
  bests.names.replaceChildren(
    axes(box, x, y, { xLabel: text.widths_axis, yLabel: text.best_axis, xTicks: program.WIDTHS, yTicks: [0.001, 0.01], xFormat: format, yFormat: format }),
    ...(told ? key(box, [["theory dashed", text.inverse_line], ["theory dotted", text.flat_line]]) : []),
  );
  scene.time.place(...spots[at - 1], phrase(text.at, { width: program.WIDTHS[at - 1] }));
}

/** Which line is which, in the lower left corner. */
function key({ left, top, height }, lines) {
  return lines.flatMap(([name, words], i) => {
    const py = top + height - 34 + 18 * i;
    return [line([[left + 10, py], [left + 30, py]], name), label(left + 36, py + 4, words)];
  });
}

function speak(scene) {
  const { demo, program, text, now, tell } = scene;
  const i = Math.round(now.now) - 1;
  const row = rows(scene)[i];
  const place = program.RATES.indexOf(now.rate);
  const numbers = {
    width: program.WIDTHS[i], best: row.best, loss: row.loss[place], accuracy: row.accuracy[place],
    lost: program.lost(row.accuracy[row.place], row.accuracy[place]),
  };
  tell(numbers);
  const higher = numbers.lost < 0;
  demo.say(phrase(higher ? text.said_higher : text.said, { ...numbers, rate: now.rate, more: -numbers.lost }));
}

// ---- layout ----------------------------------------------------------------------------------
function layout(scene, width, height) {
  const { demo, program, views: { losses, bests } } = scene;
  const narrow = demo.narrow;
  const high = narrow ? 220 : between(height - 130, 200, 300);
  const second = high + 84;
  const broad = narrow ? width - 88 : Math.round(width * 0.5) - 76;
  losses.box = { left: 46, top: 32, width: broad, height: high };
  bests.box = narrow
    ? { left: 52, top: second + 32, width: width - 74, height: high }
    : { left: broad + 146, top: 32, width: width - broad - 168, height: high };
  demo.size(width, second, [
    { name: "losses", top: 0, height: second },
    { name: "bests", top: second, height: second },
  ]);
  for (const view of [losses, bests]) demo.clip(view.box, view.clip);
  const ends = (values, edge) => [values[0] / edge, values.at(-1) * edge];
  losses.x = log(ends(program.RATES, EDGE.rates), across(losses.box));
  losses.y = log(LOSSES, upward(losses.box));
  bests.x = log(ends(program.WIDTHS, EDGE.widths), across(bests.box));
  bests.y = log([0.0004, 0.04], upward(bests.box));
  set(scene, {});
}

export default { render: ({ model, el }) => mount(model, el, build) };
