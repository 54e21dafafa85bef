// What a setting shows now: all losses and sharpnesses are recorded.

const rowOf = ({ program, now }) => program.LENGTHS.indexOf(now.warm);
export const placeOf = ({ program, now }) => program.PEAKS.indexOf(now.peak);

/** The losses at a peak, look by look; of runs without warmup where `plain` says so. */
export const losses = (scene, place, plain) => scene.program.LOSSES[scene.now.init][plain ? 0 : rowOf(scene)][place];

export const sharps = (scene) => scene.program.SHARP[scene.now.init][rowOf(scene)][placeOf(scene)];

/** How many of the seeds end alive at each peak. */
export const alive = (scene) => scene.program.ALIVE[scene.now.init][rowOf(scene)];

export const highest = (scene) => scene.program.HIGHEST[scene.now.init][rowOf(scene)];

/** The rate of the followed run every FINE steps. */
export const schedule = ({ program, now }) => program.rates(now.warm, now.peak, program.FALLS[now.init]);

export const gone = ({ program }, value) => value >= program.TOP;

export function numbers(scene) {
  const { program, now } = scene;
  const sharp = sharps(scene)[now.now];
  return {
    now: now.now * program.LOOK,
    rate: scene.rates[(now.now * program.LOOK) / program.FINE],
    sharp,
    limit: program.limit(sharp),
    loss: losses(scene, placeOf(scene))[now.now],
    highest: now.now === program.LOOKS ? highest(scene) : Infinity,
  };
}
