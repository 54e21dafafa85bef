// What can be read badly inside an element: [words or class, color, ground, ratio], worst first.
(root) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const rgba = (color) => known.get(color) ?? known.set(color, drawn(color)).get(color);
  const drawn = (color) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = color;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below, alpha = 1) => below.map((low, i) => low + (top[i] - low) * top[3] * alpha);
  const style = (node) => getComputedStyle(node);
  const family = (node) => (node?.nodeType === 1 ? [...family(node.parentElement), node] : []);
  const ground = (node) => family(node).reduce((paper, each) => {
    return each instanceof SVGElement ? paper : over(rgba(style(each).backgroundColor), paper);
  }, rgba("Canvas").slice(0, 3));
  const faint = (node) => family(node).reduce((alpha, each) => alpha * style(each).opacity, 1);
  const light = (color) => {
    const [r, g, b] = color.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  const ratio = (a, b) => Math.max(light(a), light(b)) / Math.min(light(a), light(b));
  const shown = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && node.getClientRects().length;
  // where the system names the colors, it lays its paper under the letters
  const forced = matchMedia("(forced-colors: active)").matches;
  const plate = (node) => forced && !(node instanceof SVGElement) && style(node).forcedColorAdjust !== "none";
  const measured = (node, color, halo, what) => {
    const under = halo ?? (plate(node) ? "Canvas" : "transparent");
    const paper = over(rgba(under), ground(node));
    const found = over(rgba(color), paper, faint(node));
    return [what, found.map(Math.round).join(" "), paper.map(Math.round).join(" "), ratio(found, paper)];
  };
  const words = [], marks = [];
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const said = texts.currentNode.textContent.trim(), node = texts.currentNode.parentElement;
    if (!said || !shown(node) || node.closest("style, script, :disabled")) continue;
    const { color, fill, stroke, paintOrder } = style(node);
    const inPicture = node instanceof SVGElement;
    const halo = inPicture && stroke !== "none" && paintOrder.startsWith("stroke") ? stroke : null;
    words.push(measured(node, inPicture ? fill : color, halo, said));
  }
  const lines = ".demo-line:not(.faint, .goal, .contour), .demo-dot, .grip, .demo-axes path, .demo-arrow";
  for (const node of root.querySelectorAll(lines)) {
    const { stroke, fill } = style(node);
    const inks = [stroke, fill].filter((color) => color !== "none" && rgba(color)[3]);
    const best = inks.map((ink) => measured(node, ink, null, node.getAttribute("class"))).sort((a, b) => b[3] - a[3]);
    if (best.length) marks.push(best[0]);
  }
  for (const node of root.querySelectorAll(".claim")) {
    marks.push(measured(node, style(node).borderLeftColor, null, "rule of the card"));
  }
  const worst = (found) => found.sort((a, b) => a[3] - b[3]);
  return { words: worst(words), marks: worst(marks) };
}
