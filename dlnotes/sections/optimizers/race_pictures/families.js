// The look of every rule in the race: its family's color, and what tells it from its relatives.

export const FAMILY = {
  sgd: "plain", momentum: "momentum", nesterov: "momentum dashed", adagrad: "adaptive",
  adadelta: "adaptive dotted", rmsprop: "adaptive dashed", adam: "adam", adamax: "adam light",
  nadam: "adam dashed", amsgrad: "adam dotted", lion: "adam light dashed",
};

export const hue = (rule) => FAMILY[rule].split(" ")[0];
export const colored = (rule) => ({ class: `colored ${hue(rule)}` });
