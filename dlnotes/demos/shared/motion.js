// Time: run and pause, step, reset.
export function motion(demo, { text }) {
  demo.player = ({ rate = 20, tick, reset }) => {
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    let frame = 0;
    let owed = 0;
    let before = 0;
    const run = demo.button({ name: "run", press: () => (frame ? pause() : go()) });
    demo.button({ name: "step", press: () => { pause(); tick(1); } });
    demo.button({ name: "reset", press: () => { pause(); reset(); } });
    const show = () => { run.textContent = frame ? text.pause : text.run; };
    function pause() {
      cancelAnimationFrame(frame);
      frame = 0;
      show();
    }
    function advance(now) {
      owed += (Math.min(now - before, 100) / 1000) * (typeof rate === "function" ? rate() : rate);
      before = now;
      const whole = Math.floor(owed);
      owed -= whole;
      if (whole && tick(whole) === false) pause();
      else frame = requestAnimationFrame(advance);
    }
    function go() {
      if (still.matches) return void tick(Infinity);
      before = performance.now();
      owed = 1;
      frame = requestAnimationFrame(advance);
      show();
    }
    demo.cleanups.push(() => cancelAnimationFrame(frame));
    return { pause };
  };

  demo.clock = ({ rate, first = 0, last, show }) => {
    const { controls: now } = demo;
    const go = (step) => {
      now.now = Math.min(Math.max(step, first), last());
      show();
    };
    const tick = (steps) => {
      go((now.now >= last() && steps !== 1 ? first : now.now) + steps);
      return now.now < last();
    };
    const { pause } = demo.player({ rate, tick, reset: () => go(first) });
    const handle = (parent, step, leap = () => 1) =>
      demo.handle({
        name: "time",
        parent,
        radius: 6,
        move: (px, py, key) => {
          pause();
          go(key ? now.now + (key[0] || -key[1] * leap()) : Math.round(step(px)));
        },
      });
    return { go, pause, handle };
  };
}
