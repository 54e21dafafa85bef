// Where the views stand: beside each other, or on a phone one panel at a time.
/** Beside each other: the gradients and what one rule gives more than another, below them the rules. */
export function abreast({ top, panels }, { left, width, height }) {
  const begin = top.box.left + top.box.width + 100;
  const gap = 26;
  const share = Math.floor((width - left - 14 - 2 * gap) / 3);
  const [below, low] = [24 + top.box.height + 102, height - 24 - top.box.height - 102 - 42];
  return {
    bars: { left: begin, top: 24, width: width - begin - 44, height: top.box.height },
    rules: Object.keys(panels).map((_, i) => ({ left: left + i * (share + gap), top: below, width: share, height: low })),
    bottom: below + low + 42,
  };
}

/** On a phone: the gradients with the rates that Adagrad makes of them, then the others, then what is compared. */
export function stacked(left, width) {
  const tabs = [["adagrad", 320], ["rmsprop", 232], ["adadelta", 232], ["times", 140]];
  const tops = tabs.map((_, i) => tabs.slice(0, i).reduce((sum, [, size]) => sum + size, 0));
  const box = { left, width: width - left - 14 };
  const begin = (i) => (i ? tops[i] : 124) + 58;
  return {
    bars: { left: 76, top: tops[3] + 24, width: width - 76 - 44, height: 72 },
    rules: [0, 1, 2].map((i) => ({ ...box, top: begin(i), height: i ? 130 : 100 })),
    bottom: tops[3] + 140,
    tabs: tabs.map(([name, height], i) => ({ name, top: tops[i], height })),
  };
}
