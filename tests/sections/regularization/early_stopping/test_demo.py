"""The demo of the two rulers: its program against the library, and what it says."""

import pytest
import torch

from dlnotes.regularization.shrinkage import excess, kept_after, kept_under
from dlnotes.sections.regularization.early_stopping import rulers
from dlnotes.sections.regularization.early_stopping.demo import EarlyStoppingDemo
from dlnotes.sections.regularization.early_stopping.rulers import CURVATURE, TIMES, TRUTHS

END = EarlyStoppingDemo.start | {"now": len(TIMES) - 1}


def number(value):
    return torch.tensor(value, dtype=torch.float64)


def readouts(**changed):
    return EarlyStoppingDemo.readouts(**(END | changed))


@pytest.mark.parametrize("truth", TRUTHS)
def test_the_errors_along_the_rulers_are_the_librarys(truth):
    lr, factor, noise = number(0.2), number(0.7), number(1.5)
    stop = rulers.errors_stopped(lr, TRUTHS[truth], noise)
    ridge = rulers.errors_penalized(lr, factor, TRUTHS[truth], noise)
    for i, steps in enumerate(TIMES):
        kept = kept_after(CURVATURE, 0.2, steps), kept_under(CURVATURE, 0.7 / (0.2 * steps))
        found = [excess(k, CURVATURE, TRUTHS[truth], 1.5, rulers.EXAMPLES) for k in kept]
        torch.testing.assert_close(torch.stack([stop[i], ridge[i]]), torch.stack(found))


def test_the_answer_is_one_over_rate_times_steps():
    assert EarlyStoppingDemo.answer() == "hundredth"
    assert readouts()["alpha"] == pytest.approx(1 / (0.1 * 1000))


def test_half_the_penalty_comes_nearer():
    assert readouts(factor=0.5)["apart"] < 0.7 * readouts()["apart"]


def test_who_errs_less_depends_on_where_the_signal_lies():
    even, steep = (readouts(truth=truth, now=TIMES.index(71)) for truth in ("even", "steep"))
    assert even["stop_error"] / even["ridge_error"] < 1.1
    assert steep["stop_error"] < 0.8 * steep["ridge_error"]


@pytest.mark.slow
class TestInBrowser:
    def test_the_second_ruler_is_kept_back(self, demo):
        assert demo.root.locator("rect.curvature").count() == 0
        demo.answer()
        assert demo.root.locator("rect.curvature").count() > rulers.DIRECTIONS

    def test_the_second_ruler_slides_with_the_rate(self, demo):
        demo.answer()
        before = demo.readouts()["alpha"]
        demo.slide("lr", 0.9)
        assert demo.readouts()["alpha"] < before
