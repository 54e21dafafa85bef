// What a demo asks: asked, guessed, played, free. Until it is played, the future is kept back.
import { element } from "./elements.js";
import { phrase } from "./numbers.js";
import { same } from "./scenes.js";

export function questions(demo, { text, guesses, apart, row, told, still }) {
  const { root } = demo;
  const bets = choices({ text, guesses, press });
  const verdict = verdicts(demo, told.querySelector(".demo-verdict span"), { text, guesses, still });
  let question;
  let seen; // the setting at which the verdict came

  demo.phase = () => root.dataset.phase;
  demo.untold = () => demo.phase() === "asked" || demo.phase() === "guessed";
  demo.asks = () => question !== undefined;
  demo.guessed = () => bets.chosen();
  const place = () => question.at?.() ?? demo.start;
  const away = () => !same(demo.controls, place(), [demo.time, ...(question.at ? [] : apart)]);
  const asking = element("p", { class: "demo-ask" });
  const words = () => question.ask?.() ?? text.ask;

  demo.question = (given) => {
    question = given;
    asking.textContent = words();
    row.append(asking, bets.row, element("p", { class: "demo-aside" }, text.elsewhere));
  };

  /** A guess goes back to the question's setting and begins the run. */
  function press(name) {
    if (away()) {
      demo.pause();
      demo.set(structuredClone(place()));
    }
    bets.choose(name);
    root.dataset.phase = "guessed";
    demo.lead();
    if (demo.narrow) comeIntoView(demo);
    (question.play ?? demo.play)?.();
  }

  /** Leads to a phase; what was kept back is drawn when it may be seen. */
  function turn(phase) {
    const was = demo.untold();
    root.dataset.phase = phase;
    if (phase === "played") seen = structuredClone(demo.controls);
    if (phase === "played" && row.contains(root.getRootNode().activeElement)) told.firstChild.focus({ preventScroll: true });
    if (phase === "played") demo.announce(verdict.tell(question, bets.chosen()));
    if (phase === "free" && question) verdict.stay(words());
    if (was !== demo.untold()) demo.set?.({});
  }

  /** Back to the question; free where there is none, or where a link leads to what was told before. */
  demo.ask = (known = false) => {
    bets.choose(undefined);
    verdict.clear();
    turn(question && !known ? "asked" : "free");
  };

  /** At another setting the question waits, beside a line that says so; nothing is told. */
  function wait() {
    if (!("aside" in root.dataset)) demo.announce(text.elsewhere);
    root.dataset.aside = "";
    bets.choose(undefined);
    root.dataset.phase = "asked";
  }

  demo.heard.push(() => {
    if (demo.phase() === "played" && !same(demo.controls, seen, [demo.time])) turn("free");
    if (!demo.untold()) return;
    asking.textContent = words();
    if (away()) return wait();
    delete root.dataset.aside;
    verdict.reserve(question, words());
    if (question.reached()) turn("played");
  });
  root.dataset.phase = "free";
}

/** Where what runs lies below the window, the question goes to its top. */
function comeIntoView({ root, picture }) {
  if (picture.getBoundingClientRect().bottom <= innerHeight) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  root.scrollIntoView({ block: "start", behavior: still ? "instant" : "smooth" });
}

/** The guesses as buttons, at most one of them pressed. */
function choices({ text, guesses, press }) {
  let chosen;
  const buttons = new Map(guesses.map((name) => {
    const made = element("button", { type: "button", "data-guess": name, "aria-pressed": "false" }, text[name]);
    made.addEventListener("click", () => press(name));
    return [name, made];
  }));
  const choose = (name) => {
    chosen = name;
    for (const [each, button] of buttons) button.setAttribute("aria-pressed", each === name);
  };
  return { row: element("div", { class: "demo-guesses" }, ...buttons.values()), choose, chosen: () => chosen };
}

/** What is said to a guess once it is played. */
function verdicts(demo, said, { text, guesses, still }) {
  const box = said.parentElement;
  const measured = new Set(); // questions whose verdict has its room
  let past; // what is said at another setting
  const because = (question) => (text.because ? phrase(text.because, question.because?.() ?? {}) : "");
  return {
    tell(question, chosen) {
      const answer = question.answer();
      const kind = !chosen ? "unguessed" : chosen === answer ? "right" : "wrong";
      const named = { guess: text[chosen], answer: text[answer] };
      demo.write(said, phrase(text[kind], named) + because(question));
      past = phrase(text[`was_${kind}`], named);
      said.dataset.answer = answer;
      return said.textContent;
    },
    /** At another setting the verdict is of the opening question; unanswered, the question stays in sight. */
    stay(ask) {
      demo.write(said, said.dataset.answer ? past : ask);
    },
    clear() {
      demo.write(said, "");
      delete said.dataset.answer;
    },
    /** As much room as the longest verdict takes, so that nothing moves when it comes; its numbers
     * cost a whole run, so what the still has measured is not measured again. */
    reserve(question, ask) {
      if (measured.has(ask)) return;
      measured.add(ask);
      if (ask === still.ask) return void (box.dataset.room = still.room);
      const longest = guesses.map((name) => text[name]).sort((a, b) => b.length - a.length)[0];
      const whole = (_, name) => [...text[name]].join("\u2060"); // a button does not break
      const reason = because(question).replace(/\d/g, "0").replace(/\{(\w+)\}/g, whole);
      const verdict = phrase(text.wrong, { guess: longest, answer: longest }) + reason;
      const { room = "" } = box.dataset; // of a question before this one
      box.dataset.room = [room, ask, verdict].reduce((one, other) => (other.length > one.length ? other : one));
    },
  };
}
