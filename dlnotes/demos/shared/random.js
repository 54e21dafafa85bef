// Random numbers and shuffles, the same everywhere; seeded.py is the twin in Python.
export function random(seed) {
  let state = seed >>> 0; // mulberry32
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const uniforms = (count) => {
    const drawn = new Float64Array(count);
    for (let i = 0; i < count; i += 1) drawn[i] = uniform();
    return drawn;
  };
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const order = (count) => {
    const numbers = Array.from({ length: count }, (_, i) => i);
    for (let last = count - 1; last > 0; last -= 1) {
      const other = Math.floor(uniform() * (last + 1));
      [numbers[last], numbers[other]] = [numbers[other], numbers[last]];
    }
    return numbers;
  };
  return { uniform, uniforms, normal, order };
}
