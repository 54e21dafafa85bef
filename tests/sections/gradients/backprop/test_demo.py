"""The demo of the small graph: its messages are the derivatives, and it says what flows."""

from itertools import combinations

import pytest
import torch

from dlnotes.sections.gradients.backprop import demo as module
from dlnotes.sections.gradients.backprop.demo import BackpropDemo

START = BackpropDemo.start
DOUBLE = torch.float64
BOXES = """() => ["[data-picture]", "[data-picture] text"].flatMap((all) =>
  [...document.querySelectorAll(all)]).map((each) => ({ words: each.textContent.slice(0, 40),
  ...each.getBoundingClientRect().toJSON() }))"""


def readouts(**changed):
    return BackpropDemo.readouts(**(START | changed))


@pytest.mark.parametrize("act", module.ACTS)
@pytest.mark.parametrize("place", [(2.0, 1.5, 4.0), (-2.0, 1.5, 4.0), (0.7, -1.1, -2.0)])
def test_messages_are_the_derivatives(act, place):
    inputs = [torch.tensor(each, dtype=DOUBLE, requires_grad=True) for each in place]
    module.ASKED[f"values_{act}"](*inputs)[4].backward()
    slopes = module.ASKED[f"slopes_{act}"](*(each.detach() for each in inputs))
    early, by_x, _, late, _, _, by_y, _, by_w = module.messages(slopes).tolist()
    assert [by_x, by_w, by_y] == pytest.approx([each.grad.item() for each in inputs])
    assert by_w == pytest.approx(early + late)
    found = readouts(act=act, **dict(zip("xwy", place, strict=True)))
    assert [found["by_x"], found["by_w"], found["by_y"]] == pytest.approx([by_x, by_w, by_y])


def test_the_page_works_it_by_hand():
    found = readouts()
    assert (found["f"], found["by_x"], found["by_w"], found["by_y"]) == (0.25, 2.25, 6.0, -1.0)
    slopes = module.ASKED["slopes_relu"](*(torch.tensor(START[n], dtype=DOUBLE) for n in "xwy"))
    assert module.messages(slopes)[[0, 3]].tolist() == [3.0, 3.0]
    assert BackpropDemo.answer() == "sum"


@pytest.mark.slow
class TestInBrowser:
    def test_what_is_used_twice_adds_up_in_sight(self, demo):
        demo.press("both")
        words = demo.root.locator("[data-picture] text").all_text_contents()
        assert "∂f/∂w = 3 + 3 = 6" in words and "1 × 3 = 3" in words and "1.5 × 2 = 3" in words
        demo.press("closed")
        words = demo.root.locator("[data-picture] text").all_text_contents()
        assert "∂f/∂w = 0 + 0 = 0" in words or "∂f/∂w = 0 + (−0) = 0" in words

    def test_nothing_is_shown_before_it_is_there(self, demo):
        words = demo.root.locator("[data-picture] text").all_text_contents()
        assert words.count("?") == 5 and not any(
            "∂" in each or each.startswith("×") for each in words
        )
        for _ in range(9):
            demo.press("step")
        words = demo.root.locator("[data-picture] text").all_text_contents()
        assert "∂f/∂w = 3 + …" in words and "?" not in words

    @pytest.mark.parametrize(
        "setting", [{}, {"act": "tanh"}, {"act": "tanh", "x": -2.7, "w": -2.3}]
    )
    def test_on_a_phone_no_number_is_cut_or_covered(self, bench, setting):
        demo = bench.fresh(width=390, **setting)
        demo.end()
        demo.answer()
        picture, *texts = demo.page.evaluate(BOXES)
        assert picture["height"] <= 331 and len(texts) > 30
        for one in texts:
            assert one["left"] >= picture["left"] - 1, one
            assert one["right"] <= picture["right"] + 1, one
        for one, other in combinations(texts, 2):
            across = min(one["right"], other["right"]) - max(one["left"], other["left"])
            down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
            assert across < 2 or down < 5, (one, other)
