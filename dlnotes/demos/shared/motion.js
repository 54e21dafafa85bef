// Time: run and pause, a step; both begin again at the end. And short films, which a guess begins.
export function motion(demo, { text }) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const films = [];

  demo.clock = ({ rate = 20, first = 0, last, show, at = () => demo.controls[demo.time], to }) => {
    const move = to ?? ((step) => {
      demo.controls[demo.time] = step;
      show();
    });
    const go = (step) => move(Math.min(Math.max(step, first), last()));
    const ended = () => at() >= last();
    const run = demo.button({ name: "run", press: () => (film.on() ? pause() : play()) });
    demo.button({ name: "step", press: () => { pause(); go(ended() ? first : at() + 1); } });
    const film = ticker({
      rate,
      tick: (steps) => {
        go(at() + steps);
        return !ended();
      },
      changed: (on) => { run.textContent = on ? text.pause : text.run; },
    });
    films.push(film);
    const pause = film.stop;

    function play() {
      if (still.matches) return go(last());
      if (ended()) go(first);
      film.start();
    }
    const handle = (parent, step, { panel, leap = () => 1, shape = "flag", way = "x" } = {}) =>
      demo.handle({
        name: "time",
        parent,
        panel,
        shape,
        way,
        move: (px, py, key) => {
          pause();
          go(key ? at() + (key[0] || -key[1] * leap()) : Math.round(step(px, py)));
        },
      });
    demo.play = play;
    return { go, pause, handle };
  };

  demo.film = ({ rate, last, show }) => {
    let at = 0;
    const film = ticker({
      rate,
      tick: (steps) => {
        at = Math.min(at + steps, last);
        show(at);
        return at < last;
      },
    });
    films.push(film);
    return () => {
      film.stop();
      at = 0;
      if (still.matches) return show(last);
      show(0);
      film.start();
    };
  };

  demo.pause = () => { for (const film of films) film.stop(); };
  demo.cleanups.push(demo.pause);
}

/** Counts steps as time goes by, `rate` a second, until tick(steps) returns false. */
function ticker({ rate, tick, changed = () => {} }) {
  let frame = 0;
  let owed = 0;
  let before = 0;
  function stop() {
    cancelAnimationFrame(frame);
    frame = 0;
    changed(false);
  }
  function advance(now) {
    owed += (Math.min(now - before, 100) / 1000) * (typeof rate === "function" ? rate() : rate);
    before = now;
    const whole = Math.floor(owed);
    owed -= whole;
    if (whole && !tick(whole)) stop();
    else if (frame) frame = requestAnimationFrame(advance);
  }
  function start() {
    stop();
    before = performance.now();
    owed = 1;
    frame = requestAnimationFrame(advance);
    changed(true);
  }
  return { start, stop, on: () => frame !== 0 };
}
