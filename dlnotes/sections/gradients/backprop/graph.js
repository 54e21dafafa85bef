// The graph: who feeds whom, at which step a number is there, and at which a message comes back.
import { format, label, linear, node, rect } from "../../../demos/demo.js";

/** `made`: the step at which the number is there; `sends`: the step at which it has sent back. */
export const NODES = {
  x: { name: "x", made: 0 },
  w: { name: "w", made: 0 },
  y: { name: "y", made: 0 },
  z1: { name: "z₁", what: "w × x", made: 1, sends: 11 },
  h1: { name: "h₁", what: "φ(z₁)", made: 2, sends: 10 },
  z2: { name: "z₂", what: "w × h₁", made: 3, sends: 9 },
  r: { name: "r", what: "z₂ − y", made: 4, sends: 8 },
  f: { name: "f", what: "r²", made: 5, sends: 7 },
};
export const TURN = 6; // the step at which the end gets its 1

/** In the order of the program's local derivatives and messages. */
export const EDGES = [["z1", "w"], ["z1", "x"], ["h1", "z1"], ["z2", "w"], ["z2", "h1"], ["r", "z2"], ["r", "y"], ["f", "r"]];

const REACH = 42; // of a track, to either side
const ROOM = 13; // letters that a sum or a product may take on a phone

export const signed = (value) => (value < 0 ? `(${format(value)})` : format(value));

/** Where everything lies: a row on a wide picture, a column on a phone. */
export function placed(width, narrow) {
  if (!narrow) {
    const step = (width - 100) / 5;
    const at = (column, top) => [50 + column * step, top];
    return {
      half: 38,
      tall: 21,
      nodes: { x: at(0, 66), z1: at(1, 66), h1: at(2, 66), z2: at(3, 66), r: at(4, 66), f: at(5, 66), w: at(2, 226), y: at(4, 226) },
      height: 312,
    };
  }
  const [main, side] = [Math.round(width * 0.34), Math.round(width * 0.72)];
  const at = (row, x = main) => [x, 36 + row * 52];
  return {
    half: 40,
    tall: 18,
    nodes: { x: at(0), z1: at(1), h1: at(2), z2: at(3), r: at(4), f: at(5), w: at(2, side), y: at(4, side) },
    height: 318,
  };
}

/** The line of an edge, from what feeds to what is fed, between their borders. */
export function ends({ nodes, half, tall, narrow }, [child, parent]) {
  const [[ax, ay], [bx, by]] = [nodes[parent], nodes[child]];
  const [right, down] = [Math.sign(bx - ax), Math.sign(by - ay)];
  if (right && (!down || narrow)) return [[ax + right * half, ay], [bx - right * half, by]];
  return [[ax + (bx - ax) / 8, ay + down * tall], [bx, by - down * tall]];
}

export const tracks = ({ nodes, tall }, ends, narrow) =>
  Object.fromEntries(["x", "w", "y"].map((name) => {
    const [cx, cy] = nodes[name];
    const beside = narrow && name === "x"; // its node has another below it
    const middle = beside ? cx + 40 + 26 + REACH : cx;
    const top = beside ? cy : narrow ? cy - tall - (name === "w" ? 34 : 16) : cy + tall + (name === "x" ? 22 : 42);
    return [name, { scale: linear(ends[name], [middle - REACH, middle + REACH]), box: { left: middle - REACH - 8, top: top - 16, width: 2 * REACH + 16, height: 32 }, top }];
  }));

export function drawNodes({ place, now, values, messages, rise, text }) {
  const made = Object.entries(NODES).flatMap(([key, { name, what, made: from }]) => {
    const [cx, cy] = place.nodes[key];
    const box = { left: cx - place.half, top: cy - place.tall, width: 2 * place.half, height: 2 * place.tall };
    const there = now.now >= from;
    return [
      rect(box, { rx: 6, class: `demo-line ${there ? "plain" : "plain faint"}`, style: "fill: var(--sheet)" }),
      label(cx, cy - 5, what ? `${name} = ${what}` : text[key], { "text-anchor": "middle" }),
      label(cx, cy + 13, there ? format(values[key]) : "?", { "text-anchor": "middle", "font-weight": "bold" }),
    ];
  });
  const head = place.narrow && now.now >= TURN ? [label(0, 12, text.column, { class: "momentum colored" })] : [];
  return [...made, ...head, ...nudged({ place, now, rise }), ...Object.keys(NODES).flatMap((key) => received(key, { place, now, messages }))];
}

/** How far the weight is nudged, and how far the end then really rises; not before it is told. */
function nudged({ place: { nodes, half, tall, narrow }, now, rise }) {
  const more = (key, value, below) => {
    const [cx, cy] = nodes[key];
    const words = value < 0 ? `− ${format(-value)}` : `+ ${format(value)}`;
    const [x, y, anchor] = below ? [cx, cy + tall + 16, "middle"] : [cx + half + 6, cy + 4, "start"];
    return label(x, y, words, { class: "theory colored", "text-anchor": anchor });
  };
  return [more("w", now.nudge), ...(rise === undefined ? [] : [more("f", rise, !narrow)])];
}

/** What has come back to a node, beside it. */
function received(key, { place, now, messages }) {
  const words = sum(key, now.now, messages, place.narrow);
  if (words === undefined) return [];
  const [cx, cy] = place.nodes[key];
  const input = key === "w" || key === "y";
  const full = `∂f/∂${NODES[key].name} = ${words}`;
  if (place.narrow && !input) return [label(cx - place.half - 6, cy + 4, `↑ ${words}`, { class: "momentum colored", "text-anchor": "end" })];
  const below = place.narrow && key === "w" ? 36 : 18;
  return [label(cx, input ? cy + place.tall + below : cy - place.tall - 9, full, { class: "momentum colored", "text-anchor": "middle" })];
}

function sum(key, now, messages, narrow) {
  if (key === "f") return now >= TURN ? "1" : undefined;
  const came = EDGES.map(([child, parent], k) => ({ child, parent, k })).filter(({ child, parent }) => parent === key && now >= NODES[child].sends);
  if (!came.length) return undefined;
  if (key !== "w") return format(messages[came[0].k]);
  if (came.length === 1) return `${format(messages[came[0].k])} + …`;
  const whole = `${format(messages[3])} + ${signed(messages[0])} = ${format(messages[8])}`;
  return narrow && whole.length > ROOM ? format(messages[8]) : whole; // the sum stands in the sentence as well
}

export function drawEdges({ place, now, slopes, messages, head }) {
  return EDGES.flatMap((edge, k) => {
    const [child, parent] = edge;
    const [from, to] = ends(place, edge);
    const known = now.now >= NODES[child].made;
    const sent = now.now >= NODES[child].sends;
    const parts = [node("path", { d: `M${from}L${to}`, class: `demo-line ${sent ? "momentum" : known ? "plain" : "plain faint"}`, "marker-end": head })];
    if (known) parts.push(beside(place, edge, from, to, sent && (parent === "w") ? product(child, k, slopes, messages, place.narrow) : `× ${signed(slopes[k])}`, sent));
    return parts;
  });
}

/** The message of the node that sends, times the local derivative. */
function product(child, k, slopes, messages, narrow) {
  const message = messages[{ z1: 2, z2: 5 }[child]];
  const whole = `${format(message)} × ${signed(slopes[k])} = ${format(messages[k])}`;
  return narrow && whole.length > ROOM ? `= ${format(messages[k])}` : whole;
}

function beside({ narrow, nodes, tall }, [child, parent], [ax, ay], [bx, by], words, sent) {
  const name = { class: sent ? "momentum colored" : "plain" };
  const [cx, cy] = [(ax + bx) / 2, (ay + by) / 2];
  if (narrow && parent === "w") return label(nodes.w[0], ay + (child === "z1" ? -tall - 8 : tall + 18), words, { ...name, "text-anchor": "middle" });
  if (ay === by) return label(cx, cy + (words.length > 5 && !narrow ? tall + 16 : -8), words, { ...name, "text-anchor": "middle" });
  if (parent === "w" && child === "z1") return label(cx - 8, cy + 14, words, { ...name, "text-anchor": "end" });
  if (narrow) return label(cx + 8, cy + 4, words, name);
  return label(cx + 8, cy + 14, words, name);
}
