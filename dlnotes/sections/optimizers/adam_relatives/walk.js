// The walk: left is left, and time grows upwards.
import { axes, between, dot, label, line, linear, node, format, upward } from "../../../demos/demo.js";

export const family = (rule) => (rule === "sgd" ? "plain" : "adam");

/** The frame: both ends, and what is still to come, faint, where it may be seen. */
export function drawWalk(scene, rounds) {
  const { demo, text, now, runs, best, views: { walk } } = scene;
  const { box, x, marks, paths } = walk;
  walk.y = linear([0, rounds], upward(box));
  const border = (end) => node("path", { d: `M${x(end)} ${box.top}V${box.top + box.height}`, class: `demo-line ${end === best ? "theory dashed" : "goal"}` });
  const end = (place) => label(x(place), box.top - 25, text[place === best ? "best" : "worst"], { "text-anchor": "middle", class: place === best ? "colored theory" : "" });
  marks.replaceChildren(
    axes(box, x, walk.y, { xLabel: text.x_axis, xTicks: [-1, 0, 1], yTicks: walk.y.ticks(4) }),
    label(0, box.top + box.height + 17, text.rounds_axis),
    border(-1),
    border(1),
    end(-1),
    end(1),
  );
  paths.replaceChildren(...(demo.untold() ? [] : walks(scene, rounds, " faint")));
}

/** Adam's walk stands beside another rule's, and none beside Adam's: what the others do is to be tried. */
const compared = ({ demo, now }) => !demo.untold() && now.rule !== "adam";

/** The walk, one point a round, up to a round; and Adam's beside another rule's. */
function walks(scene, round, more = "") {
  const { now: { period }, runs: { present, beside }, views: { walk: { x, y } } } = scene;
  const points = ({ places }) => Array.from({ length: round + 1 }, (_, each) => [x(places[each * period]), y(each)]);
  const own = line(points(present), family(present.rule) + more);
  return !compared(scene) ? [own] : [line(points(beside), `${family(beside.rule)} light beside dashed${more}`), own];
}

export function follow(scene) {
  const { text, now, runs, time, views: { walk } } = scene;
  const { box, x, y, moving, names } = walk;
  const at = ({ places }) => x(places[now.now * now.period]);
  const height = y(now.now);
  const place = runs.present.places[now.now * now.period];
  moving.replaceChildren(...walks(scene, now.now));
  const heads = [at(runs.present), at(runs.beside)];
  const close = Math.abs(heads[0] - heads[1]) < 110;
  const side = (px) => (px > x(0) === Math.abs(px - x(0)) < box.width / 4 ? 1 : -1); // outwards, where there is room
  const name = ({ rule }, px, lower, look = "") => {
    const words = { class: `colored strong ${family(rule)}${look}`, "text-anchor": side(px) < 0 ? "end" : "start" };
    return label(px + (side(px) > 0 ? 20 : -12), between(height + 8, box.top + 12, box.top + box.height - 20) + lower, text[rule], words);
  };
  const others = !compared(scene) || !now.now ? [] : [dot([heads[1], height], 4, `${family(runs.beside.rule)} light`), name(runs.beside, heads[1], close ? 16 : 0, " light")];
  const own = now.now ? [name(runs.present, heads[0], 0)] : [];
  names.replaceChildren(...others, dot([heads[0], height], 5.5, family(now.rule)), ...own);
  time.place(at(runs.present), height, `${text.time} ${now.now}, x ${format(place)}`);
}
