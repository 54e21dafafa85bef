"""The ten knobs: the training, the design, and what the record rests on."""

import pytest
import torch
import torch.nn.functional as F

from dlnotes.core.seeds import seeded
from dlnotes.sections.hyperparameters.what_they_are import experiments, parity, screen
from dlnotes.sections.hyperparameters.what_they_are.screen import KNOBS, MIDDLE


@pytest.mark.parametrize("activation", screen.SLOPES)
def test_the_slopes_by_hand_are_those_of_autograd(activation):
    source = seeded(0)
    params = [param.requires_grad_() for param in screen._start((3, 5, 4, 2), 1.3, [0, 1])]
    X = torch.randn(2, 7, 3, generator=source)
    target = F.one_hot(torch.randint(2, (2, 7), generator=source), 2).float()
    out = screen._output(params, X, activation)
    loss = -(target * out.log_softmax(-1)).sum(-1).mean(1).sum()
    found = screen.slopes([param.detach() for param in params], X, target, activation)
    for one, other in zip(torch.autograd.grad(loss, params), found, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)


def test_a_seed_is_trained_alike_beside_others():
    setting = MIDDLE | {"epochs": 4}
    alone = screen.trained(setting, "spirals", [1])
    beside = screen.trained(setting, "spirals", [0, 1], looks=3)
    assert alone.report[0] == pytest.approx(beside.report[1].item(), abs=0.005)
    assert beside.course.shape == (3, 2) and torch.equal(beside.course[-1], beside.report)


def test_a_net_that_diverged_has_what_guessing_gives():
    broken = MIDDLE | {"epochs": 4, "lr": 1e30}
    assert screen.trained(broken, "spirals", [0]).report.item() == pytest.approx(1 / 3)


def test_every_notch_is_tried_equally_often():
    points = experiments.design()
    assert points.shape == (experiments.TRIALS, len(KNOBS))
    for column in points.T:
        assert torch.bincount(column).tolist() == [experiments.TRIALS // 5] * 5


def test_a_setting_names_every_knob():
    assert experiments.setting([2] * len(KNOBS)) == MIDDLE


def test_the_interval_holds_the_share():
    points, source = experiments.design(), seeded(3)
    scores = points[:, 4].double() + torch.randn(len(points), generator=source)
    share, low, high = experiments.interval_of(["lr"], scores, resamples=60)
    assert low < share < high and 0.5 < share < 0.75
    assert abs(experiments.interval_of(["depth"], scores, resamples=20)[0]) < 0.05


def test_the_best_trial_is_the_best_by_the_images_that_choose():
    for task in screen.TASKS:
        found = experiments.recorded(task)
        best = int(found.choose.mean(1).argmax())
        assert experiments.design()[best].tolist() == found.best
        for row, own in zip(found.turned, found.best, strict=True):
            torch.testing.assert_close(row[own], found.report[best], rtol=0, atol=2e-4)


def test_gradient_and_grid_agree_and_training_data_ask_for_none():
    found = parity.chosen(0)
    assert found.apart < 0.5 and found.training < 0.05 * found.gradient
