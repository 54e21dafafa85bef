// What a setting shows now. All data are recorded; what compares them is emitted.

/** The loss before and after the epoch, whatever the order. */
export function ends({ program, now }, epoch) {
  const losses = program.LOSSES[now.way][now.net - 1];
  return now.way === "fresh" ? losses[epoch] : [losses[epoch], losses[epoch + 1]];
}

/** How far the loss fell at each rate, in the order of the rates. */
export function falls(scene, way = scene.now.way) {
  const { program, now } = scene;
  const found = new Float64Array(program.EPOCHS);
  program.ORDERS[way].forEach((place, epoch) => {
    found[place] = program.fallen(...ends({ program, now: { ...now, way } }, epoch));
  });
  return found;
}

export const last = ({ program, now }) => (now.way === "batches" ? program.BATCHES - 1 : program.EPOCHS);

/** The place of the largest fall up to now; -1 before the first epoch. */
export function winner(scene, found, until, way = scene.now.way) {
  if (until === 0) return -1;
  const known = new Float64Array(found.length);
  for (const place of scene.program.ORDERS[way].slice(0, until)) known[place] = 1;
  return scene.program.largest(found, known);
}

export function numbers(scene) {
  return scene.now.way === "batches" ? ofBatch(scene) : ofEpoch(scene);
}

function ofEpoch(scene) {
  const { program, now } = scene;
  const found = falls(scene);
  const at = now.now;
  const place = winner(scene, found, at);
  const loss = at === 0 ? ends(scene, 0)[0] : ends(scene, at - 1)[1];
  const none = at === 0;
  return {
    now: at, loss, place, found,
    rate: none ? Infinity : program.LADDER[program.ORDERS[now.way][at - 1]],
    winner: none ? Infinity : program.LADDER[place],
    fall: none ? Infinity : found[place],
    steepest: Infinity,
  };
}

function ofBatch({ program, now }) {
  const net = now.net - 1;
  const smooth = program.SMOOTH[net];
  const place = program.lowest(Float64Array.from(smooth), now.now);
  const rate = program.RATES[now.now];
  return {
    now: now.now, rate, loss: smooth[now.now], place,
    winner: program.RATES[place],
    fall: program.fallen(smooth[0], smooth[place]),
    steepest: rate > program.LOWEST[net] ? program.STEEPEST[net] : Infinity,
    quarter: program.QUARTER[net],
    best: program.BEST,
  };
}
