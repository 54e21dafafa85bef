"""How long a demo takes to answer: script time for every control, wide and on a phone.

python -m benchmarks.redraw [section ...]

Milliseconds between an input and the end of the drawing that follows it, median and 95th percentile
of `MOVES` moves over a control's whole range, after `WARM` moves that are not counted: the browser
compiles what it is to run. `first` is the slowest of those. `mount` is the longest that a page is
busy without a break while a demo takes the place of the picture drawn when the page was built.
Milliseconds are those of this machine; it is so many times slower than a quiet one as the table's
first line says.
"""

import json
import statistics
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import launch
from tests.demos.driver import PHONE, Bench
from tests.demos.found import SECTIONS, demo_of
from tests.seconds import Slowness

RESULTS = Path(__file__).parent / "results" / "redraw.json"
MOVES = 120
WARM = 10
WIDTHS = {"stage": 952, "phone": PHONE}
_SLIDER = """(input, moves) => Array.from({ length: moves }, (_, i) => {
  input.value = Math.round((((i * 17) % moves) / (moves - 1)) * input.max);
  const start = performance.now();
  input.dispatchEvent(new Event("input", { bubbles: true }));
  return performance.now() - start;
})"""
_HANDLE = """(grip, moves) => Array.from({ length: moves }, (_, i) => {
  const key = ["ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown"][Math.floor(i / 10) % 4];
  const start = performance.now();
  grip.dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey: true, bubbles: true }));
  return performance.now() - start;
})"""
_MOUNT = """async (given) => {
  const el = document.getElementById("demo");
  const still = el.innerHTML;
  window.cleanup();
  window.cleanup = undefined;
  el.innerHTML = still;
  const { port1, port2 } = new MessageChannel();
  let [longest, last] = [0, performance.now()];
  const tick = () => {
    const now = performance.now();
    [longest, last] = [Math.max(longest, now - last), now];
    port2.postMessage(0);
  };
  port1.onmessage = tick;
  tick();
  await mount(given);
  await new Promise((done) => setTimeout(done, 50));
  port1.close();
  return longest;
}"""


def measured(bench: Bench, width: int) -> dict[str, dict[str, float]]:
    """Control -> median and 95th percentile, in milliseconds."""
    found = {}
    for name in bench.demo.sliders:
        slider = _played(bench, width).control(name)
        found[name] = _summary(slider.evaluate(_SLIDER, WARM + MOVES))
    for name in bench.demo.handles:
        handle = _played(bench, width).handle(name)
        found[f"{name} (handle)"] = _summary(handle.evaluate(_HANDLE, WARM + MOVES))
    bench.fresh(width=width)
    given = {"language": "en", "controls": bench.demo.start}
    mounts = [bench.page.evaluate(_MOUNT, given) for _ in range(5)]
    found["mount"] = {"median": round(statistics.median(mounts), 1)}
    return found


def _played(bench: Bench, width: int):
    demo = bench.fresh(width=width)
    demo.end()
    return demo


def _summary(times: list[float]) -> dict[str, float]:
    first, ordered = max(times[:WARM]), sorted(times[WARM:])
    last = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    found = {"median": statistics.median(ordered), "p95": last, "first": first}
    return {name: round(value, 1) for name, value in found.items()}


def main(sections: list[str]) -> None:
    """Measure, print and keep."""
    table = {"slowness of this machine": Slowness().read()}
    with sync_playwright() as play:
        browser = launch(play)
        for section in sections:
            bench = Bench(browser, demo_of(section))
            for size, width in WIDTHS.items():
                table[f"{section}, {size}"] = measured(bench, width)
                for name, each in table[f"{section}, {size}"].items():
                    print(f"{section:28} {size:6} {name:24}", *each.values())
            bench.close()
    if sections == SECTIONS:
        RESULTS.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:] or SECTIONS)
