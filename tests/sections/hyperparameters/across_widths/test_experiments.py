"""Nets of several rates side by side, and what is read off their losses."""

import math

import pytest
import torch
import torch.nn.functional as F

from dlnotes.hyperparameters.maximal_update import groups, restart
from dlnotes.sections.hyperparameters.across_widths import experiments
from dlnotes.sections.hyperparameters.across_widths.nets import BASE, BATCH, sizes, trained
from dlnotes.training.data.batches import rows
from dlnotes.training.data.mislabeled import CHOOSE, MOST, few_digits
from dlnotes.training.nets.mlp import MLP


@pytest.mark.parametrize("method", ["adam", "sgd"])
def test_it_trains_as_torch_does_with_the_groups_of_the_library(method):
    steps, width, lr = 6, 32, 0.02
    net, data = MLP(sizes(width), seed=1), few_digits(1, MOST, 0.0)
    restart(net, sizes(BASE))
    own = groups(net, sizes(BASE), lr, method)
    rule = torch.optim.Adam(own) if method == "adam" else torch.optim.SGD(own, momentum=0.9)
    for batch in rows(MOST, BATCH, steps, 1):
        rule.zero_grad()
        F.cross_entropy(net(data.X[batch]), data.y[batch]).backward()
        rule.step()
    with torch.no_grad():
        loss = F.cross_entropy(net(data.X_test[:CHOOSE]), data.y_test[:CHOOSE])
    found = trained(width, (lr / 2, lr), [1], "mup", steps=steps, method=method)
    assert found.loss[1, 0].item() == pytest.approx(loss.item(), rel=1e-3)


def test_a_net_that_diverged_guesses():
    found = trained(8, (1e30,), [0], steps=2)
    assert found.accuracy.item() == pytest.approx(0.1)


def test_the_lowest_point_lies_between_the_rates():
    lrs = (1.0, 2.0, 4.0, 8.0)
    curve = torch.tensor([(math.log2(lr) - 1.3) ** 2 for lr in lrs], dtype=torch.float64)
    assert math.log2(experiments.lowest(lrs, curve)) == pytest.approx(1.3)
    assert experiments.lowest(lrs, torch.arange(4.0)) == 1.0


def test_a_rate_carried_to_the_same_setting_neither_moves_nor_costs():
    told = experiments.carried("same", "plain32", "plain32")
    assert told["same_moved"] == 1 and told["same_lost"] == 0 and "same_lost_low" not in told


def test_the_record_holds_every_run():
    for name in experiments.RUNS:
        found = experiments.recorded(name)
        shape = (len(experiments.grid(name)), len(experiments.SEEDS))
        assert found.loss.shape == found.accuracy.shape == shape
