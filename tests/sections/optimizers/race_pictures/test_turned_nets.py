"""Nets on turned axes: the same net, the same gradient, seen by the rule from another side."""

import pytest
import torch
from torch.func import functional_call

from dlnotes.optimizers import adam, sgd
from dlnotes.sections.optimizers.race_pictures import turned_nets
from dlnotes.sections.optimizers.race_pictures.turned_nets import RATES, SEEDS, SHAPE, trained
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.nets.mlp import MLP


def test_losses_and_gradients_are_those_of_the_net():
    X, y = turned_nets._digits()
    found, grads = turned_nets._descent(turned_nets._starts().unsqueeze(0))
    for seed in SEEDS:
        net = MLP(SHAPE, seed=seed)
        loss = cross_entropy(functional_call(net, dict(net.named_parameters()), (X,)), y)
        expected = torch.autograd.grad(loss, net.parameters())
        assert found[0, seed].item() == pytest.approx(loss.item(), rel=1e-5)
        whole = torch.cat([part.flatten() for part in expected])
        torch.testing.assert_close(grads[0, seed], whole, rtol=1e-4, atol=1e-6)


def test_to_turn_keeps_all_lengths_and_angles():
    turn = turned_nets._rotations()
    assert len(turn) == len(SEEDS)
    unit = torch.eye(turn.shape[-1]).expand_as(turn)
    torch.testing.assert_close(turn @ turn.mT, unit, rtol=0, atol=1e-5)


def test_sgd_walks_the_same_path_and_adam_another():
    straight, around = (trained(sgd, turned=turned, steps=8) for turned in (False, True))
    assert straight[0] == around[0] and straight[0] in RATES
    torch.testing.assert_close(straight[1], around[1], rtol=1e-4, atol=0)
    straight, around = (trained(adam, turned=turned, steps=8)[1] for turned in (False, True))
    assert ((straight - around).abs() > 0.01 * straight).any()


def test_the_learning_rate_is_the_best_of_the_grid():
    lr, losses = trained(sgd, turned=False, steps=8)
    assert losses.shape == (len(SEEDS), 9)
    X, y = turned_nets._digits()
    ends = {}
    for each in RATES:
        ends[each] = []
        for seed in SEEDS:
            net = MLP(SHAPE, seed=seed)
            for _ in range(8):
                parts = torch.autograd.grad(cross_entropy(net(X), y), net.parameters())
                with torch.no_grad():
                    for param, part in zip(net.parameters(), parts, strict=True):
                        param -= each * part
            ends[each].append(cross_entropy(net(X), y).nan_to_num(torch.inf).item())
    medians = {each: sorted(values)[2] for each, values in ends.items()}
    assert lr == min(medians, key=medians.get)
    torch.testing.assert_close(losses[:, -1], torch.tensor(ends[lr]), rtol=1e-4, atol=1e-6)
