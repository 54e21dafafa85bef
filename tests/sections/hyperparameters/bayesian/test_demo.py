"""The demo of the next trial: what it opens with, and what a reader's own trials do."""

import pytest
import torch

from dlnotes.hyperparameters.acquisition import expected_improvement
from dlnotes.hyperparameters.gaussian_process import Posterior, posterior, rbf
from dlnotes.sections.hyperparameters.bayesian import process
from dlnotes.sections.hyperparameters.bayesian.demo import (
    CURVES,
    FIRST,
    LAST,
    PLACES,
    BayesianDemo,
    believed,
    decoded,
    encoded,
)

CURVE = CURVES[1]


def shown(**changed):
    return BayesianDemo.readouts(**(BayesianDemo.start | changed))


def test_one_trial_after_another_is_all_of_them_at_once():
    mean, std, places = believed(CURVE, 0.1, [3, 50], 2)
    given = (CURVE[places] - process.MEAN) / process.SCALE
    noise = process.NOISE / process.SCALE
    X = PLACES[places, None]
    whole = posterior(X, given, PLACES[:, None], length=0.1, noise=noise, kernel=rbf)
    torch.testing.assert_close((mean - process.MEAN) / process.SCALE, whole.mean, atol=1e-6, rtol=0)
    torch.testing.assert_close(std / process.SCALE, whole.std, atol=1e-5, rtol=0)


def test_a_trial_is_worth_what_the_library_says():
    mean, std, places = believed(CURVE, 0.1, [], 3)
    best = CURVE[places].min()
    ours = process.worth(mean, std, best)
    torch.testing.assert_close(ours, expected_improvement(Posterior(mean, std), best.item()))


def test_the_opening_question_has_its_answer_before_the_end():
    assert BayesianDemo.answer() == "seven"
    assert shown(now=LAST)["gap"] <= 0.01 < shown(now=0)["gap"]


def test_the_reader_replaces_the_trials_of_the_process():
    assert decoded(encoded([0, 60, 7])) == [0, 60, 7] and decoded(0) == []
    own = encoded([60, 59])
    assert believed(CURVE, 0.1, decoded(own), 2)[2] == [*FIRST, 60, 59]
    worse = shown(mine=encoded([60, 59, 58, 57, 0, 1]), now=6)
    assert worse["best"] > worse["alone"] == shown(now=6)["best"]


def test_eight_trials_fit_into_a_number_of_the_page():
    assert encoded([len(PLACES) - 1] * LAST) < 2**53


@pytest.mark.parametrize("length", [0.02, 1.0])
def test_no_place_is_tried_twice(length):
    places = believed(CURVE, length, [], LAST)[2]
    assert len(set(places)) == len(places)


@pytest.mark.slow
class TestInBrowser:
    def test_the_curve_is_kept_back(self, demo):
        assert demo.root.locator(".demo-line.theory").count() == 0
        demo.press("shown")
        assert demo.root.locator(".demo-line.theory").count() == 0
        demo.answer()
        demo.end()
        assert demo.root.locator(".demo-line.theory").count() > 0

    def test_a_trial_of_ones_own_is_made_at_the_diamond(self, demo):
        demo.answer()
        demo.press("start_over")
        demo.drag("place", 100, 0)
        at = demo.controls()["x"]
        demo.press("here")
        now = demo.controls()
        assert (now["now"], decoded(now["mine"])) == (1, [at])
