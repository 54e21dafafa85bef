"""The same image among other neighbors: the program against the library, and what it says."""

import pytest
import torch

from dlnotes.regularization.ghost_norm import ghost_norm
from dlnotes.sections.regularization.batch_norm import demo
from dlnotes.sections.regularization.batch_norm.demo import BATCHES, HALF, BatchNormDemo
from dlnotes.sections.regularization.batch_norm.population import COUNT, POPULATIONS

START = BatchNormDemo.start


def end(**changed):
    return BatchNormDemo.readouts(**(START | {"now": BATCHES} | changed))


@pytest.mark.parametrize("size", [2, 8, 600])
def test_each_row_is_a_batch_of_its_own(size):
    table, count = demo._table("bell", 504), torch.tensor(float(size), dtype=torch.float64)
    found = demo.normalized(table, count, count)["value"]
    batches = table[:, :size].reshape(-1, 1)
    expected = ghost_norm(batches, size).view(BATCHES, size)[:, 0]
    torch.testing.assert_close(found, expected)


def test_nobody_sits_beside_himself():
    row = demo._table("bell", 504)[3]
    assert torch.equal(row.sort().values, POPULATIONS["bell"])
    assert row[0] == POPULATIONS["bell"][504]


def test_four_times_the_batch_is_about_half_the_scatter():
    assert BatchNormDemo.answer() == "half"
    found = end()
    assert found["after"] / found["before"] == pytest.approx(0.5, abs=0.05)


def test_with_all_of_them_nothing_scatters():
    assert end(second=COUNT)["after"] < 1e-9


def test_far_out_a_small_batch_holds_the_image_back():
    found = BatchNormDemo.readouts(**(START | {"sample": 594, "now": HALF}))
    assert found["image"] > 2.3
    table, eight = demo._table("bell", 594), torch.tensor(8.0, dtype=torch.float64)
    values = demo.normalized(table, eight, eight)["value"]
    assert values.max() < 7**0.5 and values.mean() < 1.95


@pytest.mark.parametrize("people", list(POPULATIONS))
def test_populations_are_standard(people):
    values = POPULATIONS[people]
    assert len(values) == COUNT
    assert values.mean().item() == pytest.approx(0, abs=1e-3)
    assert values.std(correction=0).item() == pytest.approx(1, abs=1e-3)


@pytest.mark.slow
class TestInBrowser:
    def test_the_second_half_is_kept_back(self, demo):
        assert demo.root.locator(".demo-steps.faint").count() == 0
        demo.answer()
        assert demo.root.locator(".demo-steps.faint").count() > 0

    def test_all_images_leave_no_scatter(self, demo):
        demo.answer()
        demo.press("everyone")
        assert demo.readouts()["after"] == pytest.approx(0, abs=1e-9)
