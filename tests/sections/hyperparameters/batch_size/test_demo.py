"""The plane of batches and rates: what it says of the question, and of the rules."""

import math

import pytest

from dlnotes.sections.hyperparameters.batch_size.curves import BASE, BATCHES, RATES, losses
from dlnotes.sections.hyperparameters.batch_size.demo import BatchSizeDemo


def shown(**changed):
    return BatchSizeDemo.readouts(**(BatchSizeDemo.start | changed))


def test_the_rate_decides_on_the_steps_as_long_as_it_is_small():
    assert BatchSizeDemo.answer() == "same"
    found = [shown(batch=size)["reached"] for size in BATCHES[2:]]
    assert max(found) < 1.05 * min(found)


def test_the_rules_begin_at_the_setting_of_the_question():
    batch, rate = BASE
    assert shown(batch=batch)["linear"] == shown(batch=batch)["root"] == rate
    assert shown()["linear"] == 16 * rate and shown()["root"] == 4 * rate


def test_sixteen_times_the_rate_is_too_much_for_sixteen_times_the_batch():
    assert math.isinf(shown(rate=RATES[-1])["reached"])
    assert shown(rate=2.0)["reached"] <= shown(rate=1.0)["reached"] < shown()["reached"] / 3


def test_every_run_starts_alike_and_is_no_higher_than_the_axis_needs():
    found = losses()
    assert found.shape == (len(BATCHES), len(RATES), 101)
    assert found[:, :, 0].std() < 1e-3 and found.max() < 10


@pytest.mark.slow
class TestInBrowser:
    def test_the_numbers_in_the_cells_wait_for_the_answer(self, demo):
        before = demo.root.locator("text").count()
        demo.answer()
        assert demo.root.locator("text").count() > before + 40
