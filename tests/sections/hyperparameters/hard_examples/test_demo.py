"""The ranking of the demo: what it says, and where it is hard instead of wrong."""

import pytest
import torch

from dlnotes.sections.hyperparameters.hard_examples import ranking
from dlnotes.sections.hyperparameters.hard_examples.demo import HardExamplesDemo
from dlnotes.sections.hyperparameters.hard_examples.experiments import EXAMPLES

END = HardExamplesDemo.start | {"now": ranking.BELL}


def shown(**changed):
    return HardExamplesDemo.readouts(**(END | changed))


def test_the_top_is_wrong_after_fifty_steps_and_not_before_the_first():
    assert shown(now=0)["among"] <= 2 and shown()["among"] >= 11
    assert HardExamplesDemo.answer() == "twelve"


def test_without_wrong_labels_nothing_is_wrong():
    found = shown(share=0.0, taken=100)
    assert (found["among"], found["part"], found["found"]) == (0, 0, 0)


def test_all_taken_hold_all_the_wrong_ones():
    found = shown(taken=EXAMPLES)
    assert found["found"] == 1 and found["part"] == pytest.approx(0.15)


def test_longer_training_hides_some_of_them():
    assert shown(taken=45, now=ranking.LAST)["part"] < shown(taken=45)["part"] - 0.1


def test_an_image_is_64_levels_of_gray():
    gray = torch.tensor([ord(letter) - ord("a") for letter in ranking.images()[0]])
    assert gray.shape == (64,) and gray.min() >= 0 and gray.max() <= 16


@pytest.mark.slow
class TestInBrowser:
    def test_who_is_wrong_is_kept_back_until_the_answer(self, demo):
        assert demo.root.locator("text.adam").count() == 0
        demo.answer()
        assert demo.root.locator("text.adam").count() > 8
