"""The runs of the page: a net's gradient among random directions, and where it leads."""

import pytest
import torch

from dlnotes.sections.gradients.arrow import experiments


def test_the_net_is_that_of_torch():
    X, y = experiments.digits()
    first, offset, second, bias = experiments.start(3).split(experiments.SIZES)
    hidden = torch.tanh(torch.nn.functional.linear(X, first.view(32, 64), offset))
    scores = torch.nn.functional.linear(hidden, second.view(10, 32), bias)
    wanted = torch.nn.functional.cross_entropy(scores, y)
    torch.testing.assert_close(experiments.loss(experiments.start(3)), wanted)


def test_random_directions_are_nearly_at_right_angles_to_the_gradient():
    found = experiments.among(0, 400)
    assert found.cosines.std().item() * 2410**0.5 == pytest.approx(1, abs=0.12)
    assert found.downhill < -0.999 < found.cosines.min().item() < -0.03
    assert found.uphill > 0.999 and found.apart < 1e-5


def test_the_three_ways_begin_at_one_place_and_training_ends_low():
    ways = experiments.ways(points=5)
    for runs in (ways.steepest, ways.homeward, ways.random):
        torch.testing.assert_close(runs[:, 0], ways.steepest[:, 0])
    ends = torch.stack([experiments.loss(each) for each in experiments.ends()])
    assert ends.max() < 0.02 and (ways.steepest[:, 1:].amin(1) > 1.5).all()


def test_a_step_of_another_norm_falls_faster_by_its_own_ruler():
    assert all(experiments.gain(norm, 0) > 1.5 for norm in ("max", "spectral"))


def test_what_is_exactly_zero_is_counted(monkeypatch):
    assert experiments.at_zero(0) == 0
    monkeypatch.setattr(experiments, "start", lambda seed: torch.zeros(2410).double())
    assert experiments.at_zero(0) == 100 * 32
