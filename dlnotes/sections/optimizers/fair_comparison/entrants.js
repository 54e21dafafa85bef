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
