// The switch of language keeps the block in view; links to the report page name it; the exercise
// is saved from the disk as well.
"use strict";
{
  const edition = document.documentElement.dataset.edition;
  const remember = (lang) => {
    try { localStorage.setItem("dlnotes-edition", lang); } catch { /* storage is switched off */ }
  };

  // the last anchor at or above the top third of the window; none at the very top of a page
  const blockInView = () => {
    if (window.scrollY < 40) return "";
    const anchors = [...document.querySelectorAll(".twin[id]")];
    const above = anchors.filter((each) => each.getBoundingClientRect().top < innerHeight / 3);
    return above.at(-1)?.id ?? "";
  };

  // a demo's setting travels in the address, and so it does into the other language
  const setting = () => location.hash.match(/demo=[^&]*/)?.[0];
  const arrive = () => {
    const block = setting() && location.hash.match(/&at=(.+)/)?.[1];
    if (block) document.getElementById(block)?.scrollIntoView();
  };

  const start = () => {
    if (edition) remember(edition);
    arrive();
    for (const link of document.querySelectorAll("a.edition-switch")) {
      link.addEventListener("click", () => {
        const block = blockInView();
        link.hash = setting() ? `#${setting()}&at=${block}` : block;
        remember(edition === "zh" ? "en" : "zh");
      });
    }
    for (const link of document.querySelectorAll("a.report")) {
      link.addEventListener("click", () => {
        const url = new URL(link.href);
        url.searchParams.set("block", blockInView());
        link.href = url.href;
      });
    }
    document.querySelector("a.exercise-file")?.addEventListener("click", saveFromDisk);
    fillReport();
    followReading();
  };

  // from the disk a browser would show the notebook's text: take it from a script and save it
  const saveFromDisk = (event) => {
    if (location.protocol !== "file:") return;
    event.preventDefault();
    const { href } = event.currentTarget;
    globalThis.saveExercise = (text) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "application/x-ipynb+json" }));
      link.download = decodeURIComponent(href.split("/").pop());
      link.click();
      URL.revokeObjectURL(link.href);
    };
    document.head.append(Object.assign(document.createElement("script"), { src: `${href}.js` }));
  };

  // the report page shows which page and block the reader came from
  const fillReport = () => {
    const asked = new URLSearchParams(location.search);
    for (const name of ["page", "block"]) {
      const place = document.querySelector(`[data-report="${name}"]`);
      if (place && asked.get(name)) place.textContent = asked.get(name);
    }
  };

  // a page whose end has been seen counts as read; lists of pages show it, in this browser alone
  const followReading = () => {
    let pages = {};
    try { pages = JSON.parse(localStorage.getItem("dlnotes-read")) ?? {}; } catch { /* none are known */ }
    for (const station of document.querySelectorAll("[data-station]")) {
      station.toggleAttribute("data-read", station.dataset.station in pages);
    }
    const foot = document.querySelector(".prev-next-footer");
    if (!foot) return;
    new IntersectionObserver(([seen], watch) => {
      if (!seen.isIntersecting) return;
      watch.disconnect();
      try {
        localStorage.setItem("dlnotes-read", JSON.stringify({ ...pages, [document.documentElement.dataset.page]: 1 }));
      } catch { /* storage is switched off */ }
    }).observe(foot);
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
}
