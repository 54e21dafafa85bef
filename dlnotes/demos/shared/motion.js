// Time: run and pause, a step; both begin again at the end.
export function motion(demo, { text }) {
  demo.clock = ({ rate = 20, first = 0, last, show, at = () => demo.controls[demo.time], to }) => {
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    let frame = 0;
    let owed = 0;
    let before = 0;
    const move = to ?? ((step) => {
      demo.controls[demo.time] = step;
      show();
    });
    const go = (step) => move(Math.min(Math.max(step, first), last()));
    const ended = () => at() >= last();
    const run = demo.button({ name: "run", press: () => (frame ? pause() : play()) });
    demo.button({ name: "step", press: () => { pause(); go(ended() ? first : at() + 1); } });

    function pause() {
      cancelAnimationFrame(frame);
      frame = 0;
      run.textContent = text.run;
    }
    function advance(now) {
      owed += (Math.min(now - before, 100) / 1000) * (typeof rate === "function" ? rate() : rate);
      before = now;
      const whole = Math.floor(owed);
      owed -= whole;
      if (whole) go(at() + whole);
      if (ended()) pause();
      else if (frame) frame = requestAnimationFrame(advance);
    }
    function play() {
      if (still.matches) return go(ended() ? first : last());
      if (ended()) go(first);
      cancelAnimationFrame(frame);
      before = performance.now();
      owed = 1;
      frame = requestAnimationFrame(advance);
      run.textContent = text.pause;
    }
    const handle = (parent, step, { panel, leap = () => 1, shape = "flag" } = {}) =>
      demo.handle({
        name: "time",
        parent,
        panel,
        shape,
        way: "x",
        move: (px, py, key) => {
          pause();
          go(key ? at() + (key[0] || -key[1] * leap()) : Math.round(step(px)));
        },
      });
    demo.play = play;
    demo.pause = pause;
    demo.cleanups.push(() => cancelAnimationFrame(frame));
    return { go, pause, handle };
  };
}
