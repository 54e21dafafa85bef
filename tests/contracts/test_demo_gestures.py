"""A demo's handles answer in the right direction.

That they answer at all, and with PyTorch's numbers, is driven in test_demos.py.
"""

import pytest

from tests.demos.driver import Bench, DemoOnPage
from tests.demos.found import FRAME, SECTIONS, demo_of

pytestmark = pytest.mark.slow
KEYS = (("ArrowLeft", "ArrowRight"), ("ArrowUp", "ArrowDown"))  # towards smaller, larger pixels
_PLACE = """handle => {
  const grip = handle.querySelector(".grip").getBoundingClientRect();
  const picture = handle.closest("[data-picture]").getBoundingClientRect();
  return [grip.x + grip.width / 2 - picture.x, grip.y + grip.height / 2 - picture.y];
}"""


@pytest.fixture(scope="module", params=SECTIONS)
def bench(request, chromium):
    bench = Bench(chromium, demo_of(request.param))
    yield bench
    bench.close()


def place(demo: DemoOnPage, name: str) -> list[float]:
    """Where a handle is in its picture, in pixels."""
    return demo.handle(name).evaluate(_PLACE)


@pytest.mark.parametrize("bench", FRAME, indirect=True)
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
