// The pushes of one round, end to end on their side; before the first, what the gradients ask for.
import { across, label, line, linear, node, phrase, rect } from "../../../demos/demo.js";
import { family } from "./walk.js";

const GAP = 8; // between the two rows

export function drawPushes(scene, pushes, sums) {
  const { box, marks, paths } = scene.views.pushes;
  const reach = 1.12 * Math.max(sums.left, sums.right, 1);
  const x = linear([-reach, reach], across(box));
  const net = sums.right - sums.left;
  const [middle, tip] = [x(0), x(net)];
  const level = box.top + box.height - 6;
  const back = net < 0 ? 8 : -8;
  marks.replaceChildren(line([[middle, box.top], [middle, box.top + box.height]], "goal"));
  paths.replaceChildren(
    ...bars(scene, pushes, x),
    line([[middle, level], [tip, level]], "theory"),
    node("path", { d: `M${tip} ${level - 5}l${-back} 5l${back} 5Z`, class: "demo-dot theory" }),
  );
  namePushes(scene, pushes, { middle, net, level });
}

const tall = ({ height }) => (height - 16 - GAP) / 2;

/** A bar per push; the first, the spike's, in a row of its own. */
function bars({ now, views: { pushes: { box } } }, pushes, x) {
  const high = tall(box);
  const edges = { left: 0, right: 0 };
  const gap = pushes.length > 31 ? 0 : 1;
  const look = now.now ? family(now.rule) : "plain";
  return pushes.map((push, i) => {
    const side = push < 0 ? "left" : "right";
    const from = edges[side];
    edges[side] += Math.abs(push);
    const [a, b] = [from, edges[side]].map((far) => x(push < 0 ? -far : far));
    const top = box.top + (i ? high + GAP : 0);
    const bar = { left: Math.min(a, b) + gap / 2, top, width: Math.max(Math.abs(b - a) - gap, 0.5), height: high };
    return rect(bar, { class: `${look}${i ? " light" : ""}`, fill: "currentColor" });
  });
}

function namePushes({ text, now, views: { pushes: { box, names } } }, pushes, { middle, net, level }) {
  const high = tall(box);
  const below = box.top + box.height + 17;
  const rest = pushes.slice(1).reduce((a, b) => a + b, 0);
  const opposite = (push, height, words, look) =>
    label(push < 0 ? middle + 8 : middle - 8, height, words, { ...look, "text-anchor": push > 0 ? "end" : "start" });
  const title = now.now ? phrase(text.pushes, { now: now.now }) : text.pulls;
  names.replaceChildren(
    label(box.left, box.top - 9, title, { class: "name" }),
    opposite(pushes[0], box.top + high / 2 + 4, text.by_spike),
    opposite(rest, box.top + GAP + high * 1.5 + 4, text.by_rest),
    opposite(net, level + 4, phrase(text.net, { sum: net }), { class: "colored theory" }),
    label(box.left, below, `← ${text.leftward}`),
    label(box.left + box.width, below, `${text.rightward} →`, { "text-anchor": "end" }),
  );
}
