// The seven, the look of each, and how a score is written.
export const LOOK = {
  sgd: "plain",
  momentum: "momentum",
  nesterov: "momentum light dashed",
  adagrad: "adaptive",
  adadelta: "adaptive dotted",
  rmsprop: "adaptive light dashed",
  adam: "adam",
};
export const NAMES = Object.keys(LOOK);
export const family = (name) => LOOK[name].split(" ")[0];
export const scored = (value) => value.toFixed(3);

/** What was made last under a name, as long as what it hangs on is the same. */
export function kept(scene, name, from, make) {
  scene.kept ??= {};
  const last = scene.kept[name];
  if (last && last.from.length === from.length && last.from.every((each, i) => each === from[i])) return last.made;
  const made = make();
  scene.kept[name] = { from, made };
  return made;
}
