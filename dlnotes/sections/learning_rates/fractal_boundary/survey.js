// Which nets converge: a lane of them at a time, in pieces short enough that the page stays quick.
const PIECE = 10; // milliseconds of work before the page has its turn
const BREATH = 10; // steps of training between two looks at the clock
const STRIDES = [16, 8, 4, 2, 1];
const KEPT = 40; // pictures that are remembered

/** Runs a job, a generator, piece by piece; a new one ends the one before. */
export function worker(demo) {
  let timer = 0;
  let job = null;
  const stop = () => { clearTimeout(timer); job = null; };
  demo.cleanups.push(stop);
  function work() {
    const until = performance.now() + PIECE;
    while (job && performance.now() < until) if (job.next().done) job = null;
    if (job) timer = setTimeout(work, 0);
  }
  const begin = (made) => {
    stop();
    job = made;
    timer = setTimeout(work, 0);
  };
  return { begin, stop, busy: () => job !== null };
}

/** The pictures of the opening question came with the page: four points a digit, row by row. */
export function recorded(scene, kinds) {
  const { program, demo } = scene;
  const side = program.SIDE + 1;
  for (const [name, kind] of Object.entries(kinds)) {
    program.STILLS[name].forEach((digits, now) => {
      const picture = remembered({ ...scene, now: { ...demo.start, now } }, kind);
      for (let point = 0; point < side * side; point += 1) {
        const digit = parseInt(digits[point >> 2] ?? "0", 16);
        picture.inside[point] = (digit >> (point & 3)) & 1;
      }
      const { first, second } = now ? demo.start : picture.center;
      Object.assign(picture, { stride: 1, done: true, center: { first, second }, ...program.boxes(picture.inside), found: true });
    });
  }
}

const middle = ({ LOW, HIGH }) => ({ first: (LOW + HIGH) / 2, second: (LOW + HIGH) / 2 });

/** What is known of a picture; pictures seen before are kept. */
export function remembered(scene, kind) {
  const { program, now, known } = scene;
  const key = JSON.stringify([kind, now.seed, now.steps, now.now, ...(now.now ? [now.first, now.second] : [])]);
  if (!known.has(key)) {
    const side = program.SIDE + 1;
    known.set(key, { inside: new Float64Array(side * side), stride: 0, done: false, center: middle(program), found: now.now === 0 });
    if (known.size > KEPT) known.delete(known.keys().next().value);
  }
  return known.get(key);
}

/** Fills the pictures of both sides, each from coarse to fine; show(side) draws what there is. */
export function* survey(scene, sides, show) {
  const open = sides.filter(({ picture }) => !picture.done);
  for (const side of open) yield* aim(scene, side);
  for (const stride of STRIDES) {
    for (const side of open) {
      yield* fill(scene, side, stride);
      show(side);
    }
  }
  for (const { picture } of open) Object.assign(picture, { done: true, ...scene.program.boxes(picture.inside) });
  show();
}

/** Where the border is nearest on the diagonal: both rates times one factor. */
function* aim(scene, { kind, picture }) {
  const { program, now: { first, second, now } } = scene;
  if (now === 0) return;
  let [rates, low, high, found] = [program.far(first, second), 0, 0, false];
  for (let round = 0; round <= program.ROUNDS; round += 1) {
    const inside = yield* train(scene, kind, rates.lr_in, rates.lr_out);
    const turn = nearest(rates.at, inside, (low + high) / 2);
    if (turn < 0) break;
    [low, high, found] = [rates.at[turn], rates.at[turn + 1], true];
    rates = program.between(first, second, low, high);
  }
  const off = (low + high) / 2;
  Object.assign(picture, { center: { first: first + off, second: second + off }, found });
}

/** The turn from one outcome to the other that is nearest to a place, -1 where there is none. */
function nearest(at, inside, place) {
  let best = -1;
  const far = (turn) => Math.abs((at[turn] + at[turn + 1]) / 2 - place);
  for (let turn = 0; turn + 1 < at.length; turn += 1) {
    if (inside[turn] !== inside[turn + 1] && (best < 0 || far(turn) < far(best))) best = turn;
  }
  return best;
}

/** Trains the points of one stride that no coarser one has. */
function* fill(scene, { kind, picture }, stride) {
  const { program, width } = scene;
  const side = program.SIDE + 1;
  const { inside, center: { first, second } } = picture;
  const points = [];
  for (let row = 0; row < side; row += stride) {
    for (let column = 0; column < side; column += stride) {
      const known = stride < STRIDES[0] && row % (2 * stride) === 0 && column % (2 * stride) === 0;
      if (!known) points.push(row * side + column);
    }
  }
  for (let from = 0; from < points.length; from += program.LANES) {
    const lane = Array.from({ length: program.LANES }, (_, i) => points[Math.min(from + i, points.length - 1)]);
    const rows = Float64Array.from(lane, (point) => Math.floor(point / side));
    const columns = Float64Array.from(lane, (point) => point % side);
    const rates = program.spread(first, second, width, rows, columns);
    const found = yield* train(scene, kind, rates.lr_in, rates.lr_out);
    lane.forEach((point, i) => { inside[point] = found[i]; });
  }
  picture.stride = stride;
}

/** Trains a lane of nets: 1 for each that converges. */
function* train(scene, kind, lrIn, lrOut) {
  const { program, now: { steps, seed } } = scene;
  const lanes = program.LANES;
  const net = program.NETS[seed];
  const wide = (values) => Float64Array.from({ length: values.length * lanes }, (_, i) => values[Math.floor(i / lanes)]);
  let [sums, out, first] = [wide(net.sums), wide(net.out), null];
  let total = new Float64Array(lanes);
  const step = {
    tanh: () => program.tanh_step(sums, out, net.kernel, net.y, lrIn, lrOut),
    linear: () => program.linear_step(sums, out, net.kernel, net.y, lrIn, lrOut),
    last: () => program.last_step(out, net.h, net.y, lrIn, lrOut),
  }[kind];
  for (let done = 0; done < steps; done += 1) {
    const made = step();
    [sums, out] = [made.sums, made.out];
    first ??= made.loss;
    if (done >= steps - program.LAST) total = program.late(total, made.loss, first);
    if (done % BREATH === BREATH - 1) yield;
  }
  return program.kept(total);
}
