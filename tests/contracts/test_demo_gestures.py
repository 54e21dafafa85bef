"""Every demo that is found answers in the right direction, and its presets set what is on record.

That it answers at all, and with PyTorch's numbers, is driven in test_demos.py.
"""

import json
from pathlib import Path

import pytest

from tests.demos.driver import Bench, DemoOnPage
from tests.demos.found import EVERY_THIRD, SECTIONS, demo_of

pytestmark = pytest.mark.slow
RECORD = Path(__file__).with_name("presets.json")
KEYS = (("ArrowLeft", "ArrowRight"), ("ArrowUp", "ArrowDown"))  # towards smaller, larger pixels
_PLACE = """handle => {
  const grip = handle.querySelector(".grip").getBoundingClientRect();
  const picture = handle.closest("[data-picture]").getBoundingClientRect();
  return [grip.x + grip.width / 2 - picture.x, grip.y + grip.height / 2 - picture.y];
}"""

_DOTS = """all => all.map((dot) => {
  const { x, width } = dot.getBoundingClientRect();
  return [dot.dataset.rank, x + width / 2];
})"""


@pytest.fixture(scope="module", params=SECTIONS)
def bench(request, chromium):
    bench = Bench(chromium, demo_of(request.param))
    bench.section = request.param
    yield bench
    bench.close()


def place(demo: DemoOnPage, name: str) -> list[float]:
    """Where a handle is in its picture, in pixels."""
    return demo.handle(name).evaluate(_PLACE)


@pytest.mark.parametrize("bench", EVERY_THIRD, indirect=True)
def test_a_handle_stays_under_the_mouse_and_goes_back_with_the_arrow_keys(bench):
    for name, (dx, dy, sets) in bench.demo.handles.items():
        if dx and len(sets) == 1:
            dy = 0  # it runs along a line, up and down as the line does
        demo = bench.fresh()
        demo.reach(name)
        stops = any(each in sets and slider.stops for each, slider in demo.demo.sliders.items())
        follows(demo, name, (dx, dy), rel=0.5 if stops else 0.1)
        if not stops:
            follows(demo, name, (-dx / 2, -dy / 2), rel=0.1)
        for side, far in enumerate((dx, dy)):
            if far:
                before, key = place(demo, name)[side], KEYS[side][far < 0]
                demo.page.keyboard.press(key)
                back = place(demo, name)[side] - before
                assert back * far < 0, f"{name}: {key} leads the wrong way"


def follows(demo: DemoOnPage, name: str, way: tuple[float, float], rel: float) -> None:
    """A handle that is dragged comes to lie where it was let go, up to a part of the way."""
    before = place(demo, name)
    demo.drag(name, *way)
    for start, end, far in zip(before, place(demo, name), way, strict=True):
        if far:
            assert end - start == pytest.approx(far, rel=rel, abs=2), f"{name}: leaves the mouse"


def test_a_dot_named_after_a_readout_stands_where_its_number_is(bench):
    """Equal distances on the page are equal differences of the numbers."""
    demo = bench.fresh()
    values, dots = demo.readouts(), demo.root.locator("[data-rank]").evaluate_all(_DOTS)
    placed = sorted((values[name], x, name) for name, x in dots)
    for value, x, name in placed:
        (low, left, _), (high, right, _) = placed[0], placed[-1]
        wanted = left + (value - low) / (high - low) * (right - left)
        assert x == pytest.approx(wanted, abs=0.5), name


def test_a_preset_sets_what_is_on_record(bench):
    found = {name: setting(bench, name) for name in bench.demo.presets}
    known = json.loads(RECORD.read_text(encoding="utf-8")).get(bench.section, {})
    assert found == known, (
        f"{bench.section}: the presets set something else than {RECORD.name} says. If that is "
        f"meant, read what the page says of them and write there: {json.dumps(found)}"
    )


def setting(bench, name: str) -> dict:
    """What a preset changes of the start, to six digits; where a run has come to does not count."""
    demo = bench.fresh()
    demo.press(name)
    rounded = {each: _rounded(value) for each, value in demo.controls().items() if each != "now"}
    start = json.loads(json.dumps(bench.demo.start))
    return {each: value for each, value in rounded.items() if value != _rounded(start[each])}


def _rounded(value):
    if isinstance(value, list):
        ends = f"from {value[0]:.6g} to {value[-1]:.6g}"
        return f"{len(value)} numbers {ends}, {sum(value):.6g} together"
    return float(f"{value:.6g}") if isinstance(value, float) else value
