// The claims as a game: judge each sentence first; the tally stays in this browser.
"use strict";
{
  const zh = document.documentElement.dataset.edition === "zh";
  const WORDS = zh
    ? {
        right: "和判定一样。", wrong: (word) => `你判的是“${word}”。`,
        tally: (done, all, right) => (done ? `判了 ${done} / ${all} 句，${right} 句和判定一样` : `一共 ${all} 句，先判再看`),
        part: (done, all) => (done ? `判了 ${done} / ${all} 句` : `${all} 句`),
        show: "看哪些", every: "全部", open: "还没判的", agreed: "判对的", differed: "判错的",
        chapter: "哪一章", again: "从头再判",
      }
    : {
        right: "As the verdict says.", wrong: (word) => `You said “${word}”.`,
        tally: (done, all, right) => (done ? `${done} of ${all} judged, ${right} as the verdict says` : `${all} sentences: judge first, then look`),
        part: (done, all) => (done ? `${done} of ${all} judged` : `${all} sentences`),
        show: "Show", every: "all", open: "not judged yet", agreed: "judged right", differed: "judged wrong",
        chapter: "Chapter", again: "Judge anew",
      };
  const KEY = "dlnotes-verdicts";
  const read = () => {
    try { return JSON.parse(localStorage.getItem(KEY)) ?? {}; } catch { return {}; }
  };
  const write = (all) => {
    try { localStorage.setItem(KEY, JSON.stringify(all)); } catch { /* storage is switched off */ }
  };
  const element = (tag, attributes, ...children) => {
    const made = Object.assign(document.createElement(tag), attributes);
    made.append(...children);
    return made;
  };
  function select(name, options, change) {
    const field = element("select", { name }, ...options.map(([value, text]) => element("option", { value, textContent: text })));
    field.addEventListener("change", change);
    return element("label", {}, `${WORDS[name]} `, field);
  }

  /** Shows what a reader has said of one sentence, and whether the book says the same. */
  function mark(item, choice) {
    for (const button of item.querySelectorAll("[data-choice]")) {
      button.setAttribute("aria-pressed", button.dataset.choice === choice);
      button.disabled = Boolean(choice);
    }
    item.dataset.judged = choice ? (choice === item.dataset.verdict ? "right" : "wrong") : "";
    item.querySelector(".verdicts-yours")?.remove();
    const fold = item.querySelector("details");
    fold.open = Boolean(choice);
    fold.hidden = !choice;
    if (!choice) return;
    const word = item.querySelector(`[data-choice="${choice}"]`).innerText.trim();
    const text = item.dataset.judged === "right" ? WORDS.right : WORDS.wrong(word);
    item.querySelector(".claim-verdict").before(element("p", { className: "verdicts-yours", textContent: text }));
  }

  const counts = []; // of every game on the page: one sentence may stand in two of them
  function settle(id, choice) {
    for (const item of document.querySelectorAll(`li[data-id="${id}"]`)) mark(item, choice);
    for (const count of counts) count();
  }

  function play(game) {
    const items = [...game.querySelectorAll("li[data-id]")];
    const judged = read();
    const tally = element("p", { className: "verdicts-tally" });
    tally.setAttribute("role", "status");
    const chapters = [...new Map([...game.querySelectorAll("[data-chapter-title]")]
      .map((part) => [part.dataset.chapter, part.dataset.chapterTitle]))];
    const verdicts = [...items[0].querySelectorAll("[data-choice]")].map((b) => [b.dataset.choice, b.innerText.trim()]);
    const bar = element("div", { className: "verdicts-bar" }, tally);
    game.dataset.played = ""; // until then it is not seen, and so shifts nothing; see the style sheet
    const update = () => {
      const of = items.filter((item) => item.dataset.judged);
      tally.textContent = WORDS.tally(of.length, items.length, of.filter((item) => item.dataset.judged === "right").length);
      for (const part of game.querySelectorAll(".verdicts-part")) {
        const inside = [...part.querySelectorAll("li")];
        part.querySelector(".verdicts-count").textContent = WORDS.part(inside.filter((item) => item.dataset.judged).length, inside.length);
      }
    };
    function filter() {
      const [chapter, show] = ["chapter", "show"].map((name) => bar.querySelector(`[name=${name}]`)?.value ?? "every");
      for (const item of items) {
        const { judged: said, verdict } = item.dataset;
        const fits = { every: true, open: !said, agreed: said === "right", differed: said === "wrong" }[show] ?? (said && verdict === show);
        item.hidden = !fits || !["every", item.dataset.chapter].includes(chapter);
      }
      const narrowed = [chapter, show].some((choice) => choice !== "every");
      for (const part of game.querySelectorAll(".verdicts-part")) {
        part.hidden = [...part.querySelectorAll("li")].every((item) => item.hidden);
        part.open ||= narrowed && !part.hidden;
      }
    }
    if (chapters.length > 1) bar.append(select("chapter", [["every", WORDS.every], ...chapters], filter));
    bar.append(select("show", [...["every", "open", "agreed", "differed"].map((name) => [name, WORDS[name]]), ...verdicts], filter));
    const again = element("button", { type: "button", textContent: WORDS.again });
    again.addEventListener("click", () => {
      for (const item of items) delete judged[item.dataset.id];
      write(judged);
      for (const item of items) settle(item.dataset.id, "");
      filter();
    });
    bar.append(again);
    for (const item of items) {
      const choices = item.querySelector(".verdicts-choices");
      choices.hidden = false;
      choices.addEventListener("click", (event) => {
        const choice = event.target.closest("[data-choice]")?.dataset.choice;
        if (!choice || item.dataset.judged) return;
        Object.assign(judged, read(), { [item.dataset.id]: choice });
        write(judged);
        settle(item.dataset.id, choice);
      });
      mark(item, judged[item.dataset.id] ?? "");
    }
    if (items.length > 1) game.prepend(bar);
    counts.push(update);
    update();
  }
  const start = () => document.querySelectorAll("[data-verdicts]").forEach(play);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
}
