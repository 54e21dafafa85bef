"""The runs of the page: floors, an edge, and what takes the bouncing away."""

import pytest
import torch

from dlnotes.convergence.noise import noise_variance
from dlnotes.sections.convergence.noise_floor import experiments, noisy
from dlnotes.training.surfaces.spectrum import sharpness


def test_a_parabola_sways_as_the_formula_says():
    squares = noisy.swaying(0.2, 200)
    assert squares[0] == 1
    assert squares[50:].mean().item() == pytest.approx(noise_variance(0.2, 1, 1), rel=0.01)


def test_without_noise_the_bottom_of_softmax_regression_is_at_rest():
    X, right, bottom, lowest = noisy._softmax()
    slope = noisy._softmax_slope(bottom, X, right)
    assert slope.norm() < 1e-4
    assert noisy._softmax_loss(bottom + 0.01, X, right) > lowest


def test_a_batch_of_everything_lifts_less():
    few, many = (noisy.lifted(0.1, size, steps=200, seeds=(0,)) for size in (10, 200))
    assert 0 < many.item() < few.item() / 5


def test_forty_of_two_hundred_labels_are_wrong():
    data = experiments.datasets.digits(0, dtype=torch.float64)
    assert int((experiments.task().y != data.y[:200]).sum()) == 40
    assert torch.equal(experiments.task().X, data.X[:200])


def test_the_sharpness_is_the_librarys():
    runs = experiments.Runs((0.4,), (3,))
    for _ in range(5):
        runs.step()
    params = {name: value[0] for name, value in runs.params.items()}
    exact = sharpness(lambda at: experiments.squared(at, *experiments.task()), params)
    assert runs.sharpness(60).item() == pytest.approx(exact.item(), rel=1e-4)


def test_a_step_on_a_few_is_the_step_on_their_own_loss():
    runs = experiments.Runs((0.1, 0.2), (0,))
    before = {name: value.clone() for name, value in runs.params.items()}
    assert runs.step(batch_size=experiments.EXAMPLES).shape == (2,)
    moved = {name: runs.params[name] - before[name] for name in before}
    for change in moved.values():  # all of them, in another order: the full gradient
        torch.testing.assert_close(2 * change[0], change[1])


def test_rises_are_counted_on_the_loss_of_all():
    found = experiments.climb((0.1,), (0,), steps=30)
    assert found.loss.shape == found.sharpness.shape == (1, 1, 3)
    assert found.loss[0, 0, 0] > found.loss[0, 0, -1] and found.rises[0, 0, -1] == 0


def test_the_record_holds_what_the_page_says():
    runs = experiments.recorded()
    assert runs.loss.shape == (3, 5, experiments.STEPS // experiments.EVERY + 1)
    assert (experiments.thrown_of(1.5), experiments.thrown_of(3)) == (0, 5)


def test_without_the_noise_the_loss_stops_rising():
    few, full = experiments.rises_without(10, 0.2, 80, after=20)
    assert few.min() > 4 and full.max() == 0
    assert experiments.rises()[0].shape == experiments.rises()[1].shape == (2, 5)
