"""The thinned nets of the demo: whose mean the whole net is, and units that are clicked."""

import pytest
import torch

from dlnotes.regularization.dropout import geometric_mean, thinned
from dlnotes.sections.regularization.dropout import votes
from dlnotes.sections.regularization.dropout.demo import DropoutDemo

START = DropoutDemo.start
END = START | {"now": votes.NETS}


def number(value):
    return torch.tensor(value, dtype=torch.float64)


@pytest.mark.parametrize("first", votes.FIRST)
def test_the_whole_net_is_the_geometric_mean_in_front_of_the_last_layer_alone(first):
    masks, chances = thinned(votes.UNITS, 0.5)
    whole = votes.last_scores(first, torch.ones(votes.UNITS, dtype=torch.float64), number(1.0))
    found = {}
    for name in ("last", "earlier"):
        z = getattr(votes, f"{name}_scores")(first, masks, number(2.0))
        each = torch.stack([z.sigmoid(), (-z).sigmoid()], dim=-1)
        found[name] = (geometric_mean(each, chances)[0] - whole.sigmoid()).abs().item()
    assert found["last"] < 1e-12 and found["earlier"] > 1e-3


def test_means_after_each_vote():
    values = torch.rand(votes.NETS, generator=torch.Generator().manual_seed(0)).double()
    found = votes.averages(values)
    for count in (1, 39, 40, 41, 999, 1000):
        assert found[count - 1].item() == pytest.approx(values[:count].mean().item())
    assert votes.geometrics(values)[-1].item() == pytest.approx(values.mean().sigmoid().item())


def test_the_answer_holds_for_any_draw():
    assert DropoutDemo.answer() == "lower"
    for draw in range(6):
        found = DropoutDemo.readouts(**(END | {"draw": draw}))
        assert 0.76 < found["mean"] < 0.83 and abs(found["geometric"] - found["whole"]) < 0.01


def test_without_turning_up_no_mean_comes_to_the_whole_net():
    found = DropoutDemo.readouts(**(END | {"scaled": False}))
    assert found["mean"] < found["geometric"] < found["whole"] - 0.05


@pytest.mark.slow
class TestInBrowser:
    def test_a_click_switches_a_unit_and_another_click_brings_it_back(self, demo):
        unit = demo.root.locator("[data-pressed='3']")
        before = demo.status()
        unit.click()
        assert demo.controls()["off"] == 8 and demo.status() != before
        assert unit.get_attribute("aria-pressed") == "false"
        demo.page.keyboard.press("Enter")
        assert demo.controls()["off"] == 0 and demo.status() == before

    def test_a_unit_of_a_drawn_net_can_be_switched_by_hand(self, demo):
        demo.answer()
        on = int(demo.root.locator("[data-pressed][aria-pressed=true]").count())
        demo.root.locator("[data-pressed][aria-pressed=true]").first.click()
        assert demo.controls()["now"] == 0
        assert demo.root.locator("[data-pressed][aria-pressed=true]").count() == on - 1

    def test_next_goes_through_all_units_and_back(self, demo):
        for _ in range(votes.UNITS):
            demo.press("next")
        assert demo.controls()["off"] == 2**votes.UNITS - 1
        demo.press("next")
        assert demo.controls()["off"] == 0

    def test_the_earlier_layer_is_switched_where_it_is_thinned(self, demo):
        last = demo.root.locator("[data-pressed='0']").bounding_box()["x"]
        demo.press("place", "earlier")
        assert demo.root.locator("[data-pressed='0']").bounding_box()["x"] < last
