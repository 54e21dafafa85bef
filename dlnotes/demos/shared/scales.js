// From values to pixels and back.
function scale([d0, d1], [r0, r1], ticks, into, back) {
  const [a, b] = [into(d0), into(d1)];
  const s = (value) => r0 + ((into(value) - a) / (b - a)) * (r1 - r0);
  s.invert = (place) => back(a + ((place - r0) / (r1 - r0)) * (b - a));
  s.clamp = (value) => Math.min(Math.max(value, Math.min(d0, d1)), Math.max(d0, d1));
  s.ticks = (count = 5) => ticks(d0, d1, count);
  return Object.assign(s, { domain: [d0, d1], range: [r0, r1] });
}

function linearTicks(low, high, count) {
  const rough = (high - low) / count;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const width = [1, 2, 5, 10].map((n) => n * unit).find((n) => n >= rough * 0.999);
  const first = Math.ceil(low / width - 1e-9);
  const last = Math.floor(high / width + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * width).toPrecision(12)));
}

function logTicks(low, high, count) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const every = Math.max(1, Math.ceil((last - first + 1) / (count + 1)));
  const powers = [];
  for (let p = last; p >= first; p -= every) powers.unshift(Number(`1e${p}`));
  return powers;
}

const unchanged = (v) => v;
export const linear = (domain, range) => scale(domain, range, linearTicks, unchanged, unchanged);
export const log = (domain, range) => scale(domain, range, logTicks, Math.log, Math.exp);

/** The places 0, 1, 2, … of a few numbers. */
export function among(stops) {
  const gap = (stop, value) => Math.abs(stop - value);
  const nearest = (value) => stops.reduce((best, stop) => (gap(stop, value) < gap(best, value) ? stop : best));
  return Object.assign((value) => stops.indexOf(nearest(value)), { invert: (place) => stops[place], clamp: unchanged });
}

export const across = ({ left, width }) => [left, left + width];
export const upward = ({ top, height }) => [top + height, top];
