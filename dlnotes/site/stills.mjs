// Draws demos as they open, without a browser: the same module on a document that has no layout.
// Reads {modules, demos: [{esm, state, widths}]} and prints a page part for each. Run by stills.py.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { modules, demos } = JSON.parse(readFileSync(0, "utf-8"));
const { parseHTML } = createRequire(`${modules}/here.js`)("linkedom");

const address = (source) => `data:text/javascript;base64,${Buffer.from(source).toString("base64")}`;
const nothing = () => {};
let width = 0;

/** What a browser has and a demo asks for; nothing happens later. */
function furnish() {
  const { window, document } = parseHTML('<!doctype html><html data-edition=""><body></body></html>');
  Object.defineProperty(window.HTMLElement.prototype, "clientWidth", { get: () => width, configurable: true });
  Object.assign(globalThis, {
    window,
    document,
    location: { hash: "", pathname: "", search: "" },
    matchMedia: () => ({ matches: false, addEventListener: nothing }),
    ResizeObserver: class { observe() {} disconnect() {} },
    Blob: class { constructor(parts) { this.source = parts.join(""); } },
    addEventListener: nothing,
    removeEventListener: nothing,
    setTimeout: () => 0,
    clearTimeout: nothing,
    requestAnimationFrame: () => 0,
    cancelAnimationFrame: nothing,
  });
  URL.createObjectURL = ({ source }) => address(source);
  URL.revokeObjectURL = nothing;
}

async function drawn({ esm, state }, asked) {
  furnish();
  delete globalThis.dlnotesDemo;
  width = asked;
  const model = { get: (name) => state[name], set: nothing, save_changes: nothing, on: nothing, off: nothing };
  const el = document.createElement("div");
  document.body.append(el);
  const { default: widget } = await import(address(esm));
  await widget.render({ model, el });
  el.firstChild.removeAttribute("data-ready"); // the live demo is
  const name = asked === state.widest ? "wide" : "narrow";
  el.innerHTML = el.innerHTML.replace(/\bdlnotes-(\d+)/g, `still-${name}-$1`); // the live demo counts anew
  return el;
}

/** The demo at its greatest width, with the picture of the least beside its own. */
async function still(demo) {
  const [wide, narrow] = [Math.max(...demo.widths), Math.min(...demo.widths)];
  demo.state.widest = wide;
  const small = await drawn(demo, narrow);
  const pictures = [...small.querySelector(".demo-picture").children].map((each) => {
    each.classList.add("still-narrow");
    return each.outerHTML;
  });
  const el = await drawn(demo, wide);
  const box = el.querySelector(".demo-picture");
  for (const each of box.children) each.classList.add("still-wide");
  box.innerHTML += pictures.join("");
  return el.innerHTML;
}

const all = [];
for (const demo of demos) all.push(await still(demo));
process.stdout.write(JSON.stringify(all));
