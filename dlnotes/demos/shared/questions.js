// What a demo asks: asked, guessed, played, free. Until it is played, the future is kept back.
import { element } from "./elements.js";
import { phrase } from "./numbers.js";
import { same } from "./scenes.js";

export function questions(demo, { text, guesses, row, told }) {
  const { root } = demo;
  const verdict = told.querySelector(".demo-verdict span");
  const buttons = new Map();
  let question;
  let chosen;

  demo.phase = () => root.dataset.phase;
  demo.untold = () => demo.phase() === "asked" || demo.phase() === "guessed";

  demo.question = ({ by = [], ...rest }) => {
    question = { ...rest, apart: [demo.time, ...by] };
    row.append(element("p", { class: "demo-ask" }, text.ask), element("div", { class: "demo-guesses" }, ...guesses.map(guess)));
  };

  function guess(name) {
    const made = element("button", { type: "button", "data-guess": name, "aria-pressed": "false" }, text[name]);
    made.addEventListener("click", () => {
      choose(name);
      root.dataset.phase = "guessed";
      demo.lead();
      (question.play ?? demo.play)?.();
    });
    buttons.set(name, made);
    return made;
  }

  function choose(name) {
    chosen = name;
    for (const [each, button] of buttons) button.setAttribute("aria-pressed", each === name);
  }

  /** Leads to a phase; what was kept back is drawn when it may be seen. */
  function turn(phase) {
    const was = demo.untold();
    root.dataset.phase = phase;
    if (phase === "played") tell();
    // the question stays in sight where it was not answered
    if (phase === "free" && question && !verdict.dataset.answer) verdict.textContent = text.ask;
    if (was !== demo.untold()) demo.set?.({});
  }

  function tell() {
    const answer = question.answer();
    const kind = !chosen ? "unguessed" : chosen === answer ? "right" : "wrong";
    verdict.textContent = phrase(text[kind], { guess: text[chosen], answer: text[answer] }) + because();
    verdict.dataset.answer = answer;
    demo.announce(verdict.textContent);
  }

  const because = () => (text.because ? phrase(text.because, question.because?.() ?? {}) : "");

  /** As much room as the longest verdict takes, so that nothing moves when it comes. */
  function reserve() {
    const longest = guesses.map((name) => text[name]).sort((a, b) => b.length - a.length)[0];
    const verdicts = phrase(text.wrong, { guess: longest, answer: longest }) + because().replace(/\d/g, "0");
    verdict.parentElement.dataset.room = verdicts.length > text.ask.length ? verdicts : text.ask; // both stand there
  }

  /** Back to the question, where the setting is the question's. */
  demo.ask = () => {
    choose(undefined);
    verdict.textContent = "";
    delete verdict.dataset.answer;
    turn(question && same(demo.controls, demo.start) ? "asked" : "free");
  };

  demo.heard.push(() => {
    if (demo.phase() === "free" || !question) return;
    if (demo.untold()) reserve();
    if (!same(demo.controls, demo.start, question.apart)) turn("free");
    else if (demo.untold() && question.reached()) turn("played");
  });
  root.dataset.phase = "free";
}
