"""How long a demo takes to answer: script time for every control, wide and on a phone.

python -m benchmarks.redraw [section ...]

Milliseconds between an input and the end of the drawing that follows it, median and 95th percentile
of `MOVES` moves over a control's whole range, after one move that is not counted; and how long the
page is busy when the demo is mounted.
"""

import json
import statistics
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import launch
from tests.demos.driver import PHONE, Bench
from tests.demos.found import SECTIONS, demo_of

RESULTS = Path(__file__).parent / "results" / "redraw.json"
MOVES = 40
WIDTHS = {"stage": 952, "phone": PHONE}
_SLIDER = """(input, moves) => Array.from({ length: moves + 1 }, (_, i) => {
  input.value = Math.round((((i * 17) % moves) / (moves - 1)) * input.max);
  const start = performance.now();
  input.dispatchEvent(new Event("input", { bubbles: true }));
  return performance.now() - start;
}).slice(1)"""
_HANDLE = """(grip, moves) => Array.from({ length: moves + 1 }, (_, i) => {
  const key = ["ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown"][Math.floor(i / 10) % 4];
  const start = performance.now();
  grip.dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey: true, bubbles: true }));
  return performance.now() - start;
}).slice(1)"""
_MOUNT = """async (given) => {
  const start = performance.now();
  await mount(given);
  return performance.now() - start;
}"""


def measured(bench: Bench, width: int) -> dict[str, dict[str, float]]:
    """Control -> median and 95th percentile, in milliseconds."""
    found = {}
    for name in bench.demo.sliders:
        slider = _played(bench, width).control(name)
        found[name] = _summary(slider.evaluate(_SLIDER, MOVES))
    for name in bench.demo.handles:
        handle = _played(bench, width).handle(name)
        found[f"{name} (handle)"] = _summary(handle.evaluate(_HANDLE, MOVES))
    given = {"language": "en", "controls": bench.demo.start}
    found["mount"] = _summary([bench.page.evaluate(_MOUNT, given) for _ in range(5)])
    return found


def _played(bench: Bench, width: int):
    demo = bench.fresh(width=width)
    demo.end()
    return demo


def _summary(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    last = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return {"median": round(statistics.median(ordered), 1), "p95": round(last, 1)}


def main(sections: list[str]) -> None:
    """Measure, print and keep."""
    table = {}
    with sync_playwright() as play:
        browser = launch(play)
        for section in sections:
            bench = Bench(browser, demo_of(section))
            for size, width in WIDTHS.items():
                table[f"{section}, {size}"] = measured(bench, width)
                for name, each in table[f"{section}, {size}"].items():
                    print(f"{section:28} {size:6} {name:24} {each['median']:6} {each['p95']:6}")
            bench.close()
    if sections == SECTIONS:
        RESULTS.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:] or SECTIONS)
