// The frame of every page: its two sides, its colors, its search, its code to be copied.
"use strict";
{
  const page = document.documentElement;
  const find = (selector) => document.querySelector(selector);
  const wide = (width) => matchMedia(`(min-width: ${width}px)`).matches;
  const keep = (name, value) => {
    try { localStorage.setItem(name, value); } catch { /* storage is switched off */ }
  };

  // ---- sides: beside the text where there is room, else a dialog over it
  /** A button that shows a side: the side's own nodes move into the dialog and back. */
  function side(button, panel, dialog, room) {
    if (!button || !panel || !dialog) return;
    dialog.setAttribute("aria-label", button.getAttribute("aria-label"));
    const nodes = [...panel.childNodes];
    dialog.addEventListener("close", () => {
      dialog.className = "";
      panel.append(...nodes);
    });
    dialog.addEventListener("click", (event) => {
      const { left, right } = dialog.getBoundingClientRect();
      const outside = event.clientX < left || event.clientX > right;
      if (event.target.closest("a") || (event.target === dialog && outside)) dialog.close();
    });
    button.addEventListener("click", () => {
      const beside = panel.classList.contains("put-away") || panel.offsetParent;
      if (wide(room) && beside) return void panel.classList.toggle("put-away");
      dialog.className = panel.className;
      dialog.append(...nodes);
      dialog.showModal();
    });
  }

  // ---- colors: as the system has them, light, dark
  const system = matchMedia("(prefers-color-scheme: dark)");
  function color(mode) {
    page.dataset.mode = mode;
    page.dataset.theme = mode === "auto" ? (system.matches ? "dark" : "light") : mode;
    keep("mode", mode);
    keep("theme", page.dataset.theme);
  }
  function nextColor() {
    const round = system.matches ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
    color(round[(round.indexOf(page.dataset.mode) + 1) % 3]);
  }

  // ---- search: a dialog over the page; the search page itself has its field in the text
  function openSearch() {
    const dialog = find("#search-dialog");
    const field = find(".bd-search-container input[type=search]") ?? dialog.querySelector("input");
    if (dialog.contains(field) && !dialog.open) dialog.showModal();
    field.focus();
    field.select();
  }
  function closeOutside(event) {
    if (event.target !== event.currentTarget) return;
    const { left, right, top, bottom } = event.currentTarget.getBoundingClientRect();
    const { clientX: x, clientY: y } = event;
    if (x < left || x > right || y < top || y > bottom) event.currentTarget.close();
  }
  function keys(event) {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const asked = (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) ||
      (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey);
    if (!asked) return;
    event.preventDefault();
    openSearch();
  }

  // ---- the outline marks where one is
  function followOutline() {
    const links = new Map(
      [...document.querySelectorAll(".page-toc a[href^='#']")].map((link) => [link.hash.slice(1), link]),
    );
    const heads = [...document.querySelectorAll(".bd-article :is(h2, h3)")]
      .filter((head) => links.has(head.parentElement.id));
    if (!heads.length) return;
    const mark = () => {
      const above = heads.filter((head) => head.getBoundingClientRect().top < innerHeight / 3).at(-1);
      for (const [id, link] of links) link.classList.toggle("active", id === above?.parentElement.id);
    };
    const watch = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px" });
    for (const head of heads) watch.observe(head);
  }

  /** The outline is not seen where a demo, which is broader than the text, takes its room. */
  function giveWay() {
    const outline = find(".page-toc");
    const demos = document.querySelectorAll(".dlnotes-widget");
    if (!outline || !demos.length) return;
    const beside = new Set();
    let watch;
    const begin = () => {
      watch?.disconnect();
      const { top, bottom } = outline.getBoundingClientRect();
      const rootMargin = `${-Math.round(top)}px 0px ${Math.min(Math.round(bottom - innerHeight), 0)}px`;
      watch = new IntersectionObserver((seen) => {
        for (const { target, isIntersecting } of seen) beside[isIntersecting ? "add" : "delete"](target);
        outline.classList.toggle("covered", beside.size > 0);
      }, { rootMargin });
      for (const demo of demos) watch.observe(demo);
    };
    addEventListener("resize", begin);
    begin();
  }

  const COPY = page.dataset.edition === "zh" ? ["复制", "已复制"] : ["Copy", "Copied"];
  // ---- code: scrolls by keyboard, and is copied by a button
  /** Where code is broader than its block; all are measured before any is changed, or each change
   * would cost a layout of the page. */
  const broad = (text) => text.closest("details") || text.scrollWidth > text.clientWidth;
  function codes() {
    const texts = [...document.querySelectorAll("div.highlight pre")].map((text) => [text, broad(text)]);
    for (const [text, scrolls] of texts) {
      if (scrolls) text.tabIndex = 0;
      code(text.closest("div.highlight"), text);
    }
  }
  function code(block, text) {
    if (!block.closest(".cell_input") || !navigator.clipboard) return;
    const button = Object.assign(document.createElement("button"), {
      type: "button", className: "copybtn", textContent: COPY[0],
    });
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = COPY[1];
      setTimeout(() => { button.textContent = COPY[0]; }, 1500);
    });
    block.append(button);
  }

  // ---- a card of a claim: a press on its link copies its address as well
  function address(link) {
    link.addEventListener("click", async () => {
      if (!navigator.clipboard) return;
      await navigator.clipboard.writeText(link.href);
      link.textContent = COPY[1];
      setTimeout(() => { link.textContent = "#"; }, 1500);
    });
  }

  function start() {
    side(find(".primary-toggle"), find("#pst-primary-sidebar"), find("#pst-primary-sidebar-modal"), 992);
    side(find(".secondary-toggle"), find("#pst-secondary-sidebar"), find("#pst-secondary-sidebar-modal"), 1200);
    find(".theme-switch-button")?.addEventListener("click", nextColor);
    system.addEventListener("change", () => page.dataset.mode === "auto" && color("auto"));
    find(".search-button")?.addEventListener("click", openSearch);
    find("#search-dialog")?.addEventListener("click", closeOutside);
    document.addEventListener("keydown", keys);
    giveWay();
    find(".bd-sidebar-primary .current.active")?.scrollIntoView({ block: "nearest" });
    codes();
    followOutline();
    document.querySelectorAll(".claim-link").forEach(address);
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
}
