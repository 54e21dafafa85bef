// Searches the book in the page: titles, headings, sayings and text, in both languages' words.
// The library and the texts are loaded when somebody searches, from the disk as well.
"use strict";
{
  const page = document.documentElement;
  const up = page.dataset.content_root ?? "./";
  const zh = page.dataset.edition === "zh";
  const WORDS = zh
    ? { none: "没有找到。换一个词，或者少写几个字。", count: (n) => `找到 ${n} 节` }
    : { none: "Nothing found. Try another word, or fewer.", count: (n) => (n === 1 ? "1 section" : `${n} sections`) };
  const GREEK = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega".split(" ");
  const LETTERS = Object.fromEntries([..."αβγδεζηθικλμνξοπρστυφχψω"].map((letter, i) => [letter, GREEK[i]]));
  const RUNS = /[\u3400-\u9fff]+|[\p{L}\p{N}]+/gu;
  // what a question is asked with, and what stands everywhere
  const EMPTY = new Set("a an and are as at be by can do does for from how if in into is it its my of on or should so than that the their then there this to too was what when where which why will with you your".split(" "));
  const ASKED = /为什么|怎么样|怎么办|怎么|怎样|什么|哪个|哪种|是否|可以|应该|多少|如何|吗|呢|的|了|和|与|跟|是|在|会|要/g;

  /** A word without its ending: plural, -ing, -ed, -ly, a last e. */
  const stems = new Map();
  const stem = (word) => stems.get(word) ?? (stems.set(word, cut(word)), stems.get(word));
  function cut(word) {
    if (word.length < 4) return word;
    let found = word.replace(/ies$/, "y").replace(/(ss|[xz]|ch|sh)es$/, "$1").replace(/([^su])s$/, "$1");
    for (const ending of [/(ations?|ating|ated?)$/, /(ing|edly|ed|ly)$/]) {
      const less = found.replace(ending, ending.source.startsWith("(ation") ? "at" : "");
      if (less !== found && less.length >= 3 && /[aeiouy]/.test(less)) { found = less; break; }
    }
    return found.replace(/([^aeiouls])\1$/, "$1").replace(/(.{3,})e$/, "$1");
  }

  /** Words of a text: pairs of Chinese characters, stems of Latin words and pairs of them, symbols by their names. */
  function words(text) {
    const plain = text.normalize("NFKC").toLowerCase().replace(/(\d),(?=\d{3})/g, "$1")
      .replace(/[α-ω]/g, (letter) => ` ${LETTERS[letter] ?? letter}`).replace(/_/g, "");
    const found = [];
    let last = { end: -1 };
    for (const { 0: run, index } of plain.matchAll(RUNS)) {
      if (/^[\u3400-\u9fff]/.test(run)) {
        if (run.length === 1) found.push(run);
        for (let i = 0; i + 1 < run.length; i += 1) found.push(run.slice(i, i + 2));
        continue;
      }
      const [, name, digits] = run.match(/^([a-z]+)(\d+)$/) ?? [];
      if (name) found.push(name + digits, stem(name));
      else found.push(stem(run));
      if (last.end + 1 === index && plain[last.end] === " ") found.push(`${last.word} ${stem(run)}`);
      last = { word: stem(run), end: index + run.length };
    }
    return found;
  }

  // ---- the index
  let ready;
  const script = (src) => new Promise((done, failed) => {
    document.head.append(Object.assign(document.createElement("script"), { src, onload: done, onerror: failed }));
  });
  const latin = (term) => /^[a-z]/.test(term);
  async function build() {
    const { pages, terms } = globalThis.dlnotesIndex;
    const index = new MiniSearch({
      fields: ["title", "heads", "named", "said", "text"],
      tokenize: words,
      processTerm: (term) => term,
    });
    const documents = pages.map(({ title, url, named, blocks }, id) => ({
      id,
      title: `${title} · ${url.replace(/^.*\/|\.html$|_/g, " ")}`,
      heads: [...new Set(blocks.map((block) => block[1]))].join(" · "),
      named: named.join(" · "),
      said: blocks.map((block) => block[3]).join(" · "),
      text: blocks.map((block) => block[2]).join(" "),
    }));
    await index.addAllAsync(documents, { chunkSize: 2 }); // the page breathes in between
    return { index, pages, terms: terms.map((forms) => forms.map((form) => form.toLowerCase())) };
  }
  const loaded = () => (ready ??= Promise.all([
    script(`${up}../_static/vendor/minisearch.js`), script(`${up}search-index.js`),
  ]).then(build));

  // ---- a query
  /** What else the words of a query are called, the book's own names first. */
  function widened(query, terms) {
    const asked = ` ${query.normalize("NFKC").toLowerCase()} `;
    const there = (form) => (latin(form) ? new RegExp(`[^a-z]${form.replace(/[^\w\s]/g, ".")}s?[^a-z]`).test(asked) : asked.includes(form));
    const found = terms.filter((forms) => forms.some(there));
    return found.flatMap((forms) => forms.filter((form) => !there(form)));
  }
  function asked(query) {
    const kept = words(query.replace(ASKED, " ")).filter((word) => !EMPTY.has(word));
    return kept.length ? kept : words(query);
  }
  const SHOWN = 10;
  const OPTIONS = {
    boost: { title: 6, heads: 3, named: 2, said: 2, text: 1 },
    prefix: (term) => !term.includes(" ") && (term.length > 2 || !latin(term)),
    fuzzy: (term) => (latin(term) && term.length > 4 && !term.includes(" ") ? 0.25 : false),
    combineWith: "OR",
    tokenize: (text) => text.split("\u0000"),
  };
  function ranked(query, { index, pages, terms }) {
    const own = asked(query);
    const more = [...new Set(words(widened(query, terms).join(" ")))].filter((word) => !own.includes(word));
    const all = [...own, ...more];
    const weight = pages.map(({ url }) => (/references|notation|index|claims/.test(url) ? 0.25 : 1));
    const results = index.search(all.join("\u0000"), {
      ...OPTIONS,
      boostDocument: (id) => weight[id],
      boostTerm: (term) => (own.includes(term) ? 1 : 0.5),
    });
    // a page with all the words asked for, best of all in one block,
    // comes before one that has some of them often
    const share = (parts) => own.filter((word) => parts.some((part) => part.has(word))).length / own.length;
    const together = (id) => Math.max(...pages[id].blocks.map((block) => share(wordsOf(block))));
    const among = (terms) => terms.filter((term) => own.includes(term)).length;
    const worth = ({ id, score, queryTerms }) => score * (1 + among(queryTerms)) * (1 + together(id)) ** 2;
    const first = results.slice(0, 25);
    const worths = new Map(first.map((each) => [each, worth(each)]));
    first.sort((one, other) => worths.get(other) - worths.get(one));
    return first.slice(0, SHOWN).map(({ id, terms: found }) => ({ page: pages[id], block: best(pages[id], found), terms: found }));
  }
  const seen = new WeakMap();
  /** The words of a block's heading, text and saying. */
  function wordsOf(block) {
    if (!seen.has(block)) seen.set(block, block.slice(1).map((part) => new Set(words(part))));
    return seen.get(block);
  }
  /** The block in which most of what was found stands; the sooner, the better. */
  function best({ blocks }, terms) {
    let winner = blocks[0];
    let most = -1;
    for (const block of blocks) {
      const [heading, text, said] = wordsOf(block);
      const worth = terms.reduce((sum, term) => sum + 3 * heading.has(term) + 2 * said.has(term) + text.has(term), 0);
      if (worth > most) [winner, most] = [block, worth];
    }
    return winner;
  }

  // ---- what is shown
  const element = (tag, attributes, ...children) => {
    const made = Object.assign(document.createElement(tag), attributes);
    made.append(...children);
    return made;
  };
  /** Some words around the first hit, every hit marked. */
  function snippet([, , text, said], terms) {
    const source = text || said;
    const hits = [...source.matchAll(RUNS)].filter(([run]) => words(run).some((word) => terms.includes(word)));
    const from = Math.max(0, (hits[0]?.index ?? 0) - (zh ? 20 : 50));
    const shown = source.slice(from, from + (zh ? 80 : 180));
    const out = element("p", { className: "context" }, from ? "…" : "");
    let at = 0;
    for (const hit of hits) {
      const [begin, end] = [hit.index - from, hit.index - from + hit[0].length];
      if (begin < at || end > shown.length) continue;
      out.append(shown.slice(at, begin), element("mark", { textContent: hit[0] }));
      at = end;
    }
    out.append(shown.slice(at), "…");
    return out;
  }
  function item({ page: found, block, terms }) {
    const href = `${up}${found.url}${block?.[0] ? `#${block[0]}` : ""}`;
    const place = block?.[1] && block[1] !== found.title ? ` › ${block[1]}` : "";
    return element("li", {}, element("a", { href, textContent: found.title + place }), block ? snippet(block, terms) : "");
  }
  let turn = 0;
  async function show(query, list) {
    const mine = (turn += 1);
    if (!query.trim()) return list.replaceChildren();
    const known = await loaded();
    if (mine !== turn) return; // a later letter was quicker
    const results = ranked(query, known);
    const summary = element("p", { className: "search-summary", textContent: results.length ? WORDS.count(results.length) : WORDS.none });
    summary.setAttribute("role", "status");
    list.replaceChildren(summary, element("ol", { className: "search" }, ...results.map(item)));
  }

  globalThis.dlnotesSearch = async (query) => ranked(query, await loaded()).map(({ page: found, block }) => `${found.url}#${block?.[0] ?? ""}`);

  function start() {
    for (const form of document.querySelectorAll("form.bd-search")) {
      const [field, list] = [form.querySelector("input"), form.parentElement.querySelector(".search-results")];
      field.addEventListener("focus", loaded, { once: true });
      field.addEventListener("input", () => show(field.value, list));
      form.addEventListener("submit", (event) => { event.preventDefault(); list.querySelector("a")?.click(); });
    }
    const field = document.querySelector(".bd-search-container input");
    const query = new URLSearchParams(location.search).get("q");
    if (!field || !query) return;
    field.value = query;
    show(query, field.form.parentElement.querySelector(".search-results"));
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
}
