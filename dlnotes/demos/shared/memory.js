// What a demo remembers: its controls for Python, a way back for every gesture, and its address.
import { element } from "./elements.js";
import { same } from "./scenes.js";

const MARK = "demo=";
const TOLD = "told"; // in the address: the question was answered, so that the link shows all
const SPOKEN = 2000; // milliseconds for which "copied" stands

export function memory(demo, { model, text, row, ranges, known }) {
  const past = [];
  let last = structuredClone(demo.controls);
  const button = (name, press) => {
    const made = element("button", { type: "button", "data-control": name }, text[name]);
    made.addEventListener("click", press);
    row.append(made);
    return made;
  };
  const restore = (setting) => {
    demo.pause?.();
    demo.set(structuredClone(setting));
    last = structuredClone(demo.controls);
  };
  const undo = button("undo", () => { restore(past.pop()); });
  const over = button("start_over", () => {
    if (!same(demo.controls, demo.start, [demo.time])) past.push(structuredClone(demo.controls));
    restore(demo.start);
    demo.ask();
  });
  if (online()) copy(button, text);

  function able() {
    undo.disabled = past.length === 0;
    over.disabled = same(demo.controls, demo.start) && (demo.phase() === "asked" || !demo.asks());
  }
  function settle() {
    if (!same(demo.controls, last, [demo.time])) past.push(last);
    last = structuredClone(demo.controls);
    model.set("controls", structuredClone(demo.controls));
    model.save_changes();
    if (online()) write(demo);
    able();
  }
  for (const done of ["change", "click", "pointerup", "keyup"]) demo.root.addEventListener(done, settle);
  demo.heard.push(able);
  demo.root.controls = demo.controls;
  demo.ask(known);
  follow(demo, restore, ranges);
}

/** The page is part of the book's site; in a notebook the address belongs to others. */
const online = () => "edition" in document.documentElement.dataset;

/** The setting in the page's address, whether its question was answered, and what cannot be read. */
export function address(start, ranges) {
  const found = online() && location.hash.slice(1).split("&").find((part) => part.startsWith(MARK));
  const setting = {};
  const unread = [];
  const parts = found ? decodeURIComponent(found.slice(MARK.length)).split(",").filter(Boolean) : [];
  const known = parts.includes(TOLD);
  for (const part of parts.filter((each) => each !== TOLD)) {
    const [name, written] = part.split(":");
    const value = name in start ? valued(written ?? "", start[name], ranges[name]) : undefined;
    if (value === undefined) unread.push(part);
    else setting[name] = value;
  }
  return { setting, known, unread: unread.join(", ") };
}

/** A value of the kind that stands in `start`, undefined where there is none. */
function valued(written, kind, range = {}) {
  if (Array.isArray(kind)) {
    const all = written.split("~").map((each) => valued(each, kind[0]));
    return all.length === kind.length && !all.includes(undefined) ? all : undefined;
  }
  if (range.options) return range.options.find((option) => String(option) === written);
  if (typeof kind === "boolean") return { true: true, false: false }[written];
  if (typeof kind === "string") return undefined;
  const [low, high] = range.stops ? [range.stops[0], range.stops.at(-1)] : [range.min ?? -1e6, range.max ?? 1e6];
  const value = Number(written);
  return written && value >= low && value <= high ? value : undefined;
}

/** What differs from the start goes into the address. */
function write({ controls, start, asks, untold }) {
  const changed = Object.keys(start).filter((name) => !same({ [name]: controls[name] }, { [name]: start[name] }));
  const told = (value) => (Array.isArray(value) ? value.join("~") : String(value));
  const parts = changed.map((name) => `${name}:${told(controls[name])}`);
  if (asks() && !untold()) parts.push(TOLD);
  const mark = parts.length ? `#${MARK}${parts.join(",")}` : "";
  if (mark || location.hash.startsWith(`#${MARK}`)) history.replaceState(history.state, "", mark || location.pathname + location.search);
}

function follow(demo, restore, ranges) {
  if (!online()) return;
  const arrive = () => {
    if (!location.hash.startsWith(`#${MARK}`)) return;
    const given = address(demo.start, ranges);
    if (given.known && demo.untold()) demo.ask(true);
    restore({ ...demo.start, ...given.setting });
  };
  addEventListener("hashchange", arrive);
  demo.cleanups.push(() => removeEventListener("hashchange", arrive));
}

function copy(button, text) {
  const made = button("copy_link", async () => {
    const done = await copied(location.href);
    made.textContent = text[done ? "copied" : "not_copied"];
    setTimeout(() => { made.textContent = text.copy_link; }, SPOKEN);
  });
}

async function copied(words) {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch { // not allowed, or a page from the disk
    const field = document.body.appendChild(element("textarea", {}));
    field.value = words;
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}
