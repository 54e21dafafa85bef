// The losses up to the bell, how much each step counts in the mean, and the ranking of the moment.
import { axes, dot, format, label, line, names, node, path, power, rect } from "../../../demos/demo.js";
import { lossAt, ranked } from "./runs.js";

const LOOKS = {
  raw: { family: "plain", dash: "", width: 1.6 },
  ema: { family: "momentum", dash: "", width: 2.4 },
  free: { family: "adam", dash: "7 3", width: 2 },
  cosine: { family: "plain", dash: "2 3", width: 1.8 },
};

function traced(points, name) {
  const { family, dash, width } = LOOKS[name];
  const made = line(points, family);
  made.style.strokeDasharray = dash;
  made.style.strokeWidth = width;
  return made;
}

export function drawLosses(scene) {
  const { demo, program, text, now, views: { loss } } = scene;
  const { box, x, y, ground, paths, moving } = loss;
  const known = demo.untold() ? now.now : program.STEPS;
  const single = line(course(scene, (step) => scene.run.single[step], now.now), "plain");
  single.style.strokeWidth = 0.6;
  single.style.opacity = 0.55;
  ground.replaceChildren(single);
  const upto = (i, last) => course(scene, (step) => lossAt(scene, step)[i], last);
  paths.replaceChildren(...(known > now.now ? program.LANES.map((name, i) => faint(traced(upto(i, known), name))) : []));
  moving.replaceChildren(...program.LANES.flatMap((name, i) => {
    const points = upto(i, now.now);
    return [traced(points, name), dot(points.at(-1), 4, LOOKS[name].family)];
  }));
  const ends = program.LANES.map((name, i) => ({ at: [x(now.now), y(y.clamp(lossAt(scene, now.now)[i]))], words: text[name], name: `${LOOKS[name].family} colored` }));
  loss.names.replaceChildren(
    ...(demo.narrow ? samples(scene) : now.now ? names(box, ends, []) : []),
    axes(box, x, y, { xLabel: text.steps, yLabel: text.loss_axis, yFormat: power, yTicks: [0.0001, 0.001, 0.01, 0.1, 1].filter((tick) => tick >= y.domain[0]) }),
    label(box.left + box.width, box.top + (demo.narrow ? -9 : 12), text.single, { "text-anchor": "end", class: "plain colored" }),
  );
}

/** On a phone, where lines are close: a piece of each with its name, in two rows above them. */
function samples({ program, text, views: { loss: { box } } }) {
  const places = [[-40, -26], [75, -26], [182, -26], [75, -9]];
  return program.LANES.flatMap((name, i) => {
    const [left, height] = [box.left + places[i][0], box.top + places[i][1]];
    return [traced([[left, height - 4], [left + 20, height - 4]], name), label(left + 25, height, text[name])];
  });
}

function faint(made) {
  made.classList.add("faint");
  return made;
}

function course({ views: { loss: { x, y } } }, value, last) {
  return Array.from({ length: last + 1 }, (_, step) => [x(step), y(y.clamp(value(step)))]);
}

/** The weights of the steps up to the bell in the mean, the newest highest. */
export function drawWeights(scene) {
  const { program, text, now, views: { count: { box, x, y, paths, names } } } = scene;
  const found = program.shares(now.now, now.window);
  const points = Array.from(found.subarray(0, now.now), (share, i) => [x(now.now - 1 - i), y(share)]);
  const floor = box.top + box.height;
  const area = points.length
    ? [node("path", { d: `${path([[points[0][0], floor], ...points, [points.at(-1)[0], floor]])}Z`, class: "shade-3 momentum", fill: "currentColor" })]
    : [];
  paths.replaceChildren(...area);
  names.replaceChildren(
    axes(box, x, y, { xLabel: text.ago, yLabel: text.weight_axis, xTicks: [400, 300, 200, 100, 0], yTicks: [] }),
  );
}

const ROW = 38;

export function drawRanks(scene) {
  const { program, text, now, views: { loss, table: { box, moving, names } } } = scene;
  const found = lossAt(scene, now.now);
  const [bottom, top] = loss.ends;
  const order = ranked(found).map((i) => program.LANES[i]);
  const value = (name) => found[program.LANES.indexOf(name)];
  moving.replaceChildren(...order.map((name, i) => {
    const share = (bottom - loss.y(loss.y.clamp(value(name)))) / (bottom - top);
    const bar = { left: box.left, top: box.top + 20 + i * ROW, width: 2 + share * (box.width - 4), height: 9 };
    return rect(bar, { class: `shade-3 ${LOOKS[name].family}`, fill: "currentColor", opacity: i === 0 && now.now ? 0.9 : 0.5 });
  }));
  names.replaceChildren(
    label(box.left, box.top - 9, text.ranks, { class: "name" }),
    ...order.flatMap((name, i) => {
      const height = box.top + 14 + i * ROW;
      return [
        traced([[box.left, height - 4], [box.left + 26, height - 4]], name),
        label(box.left + 33, height, text[name]),
        label(box.left + box.width, height, format(value(name)), { "text-anchor": "end" }),
      ];
    }),
  );
}
