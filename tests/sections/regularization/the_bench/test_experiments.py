"""Nets under the remedies, and what is chosen and reported of them."""

import pytest
import torch
from torch.func import grad

from dlnotes.optimizers import adam
from dlnotes.sections.regularization.the_bench import experiments, nets, remedies
from dlnotes.sections.regularization.the_bench.nets import NONE, Judged, Setting

FEW = {"examples": 30, "width": 8}


def one_by_one(data, setting, seed, steps):
    """The same net alone, by the book's own Adam."""
    params = {name: p[0].clone() for name, p in nets.first([seed], setting).items()}
    states = {name: adam.init(p) for name, p in params.items()}
    X = data.scaled(data.X)[0]
    target = torch.nn.functional.one_hot(data.y[0], 10).float()
    target = (1 - setting.smooth) * target + setting.smooth / 10

    def loss(params):
        out = nets.scores({name: p[None] for name, p in params.items()}, X[None])[0]
        fit = -(out.log_softmax(-1) * target).sum(-1).mean()
        squares = sum(p.square().sum() for p in params.values())
        return (
            fit
            + setting.l2 / 2 * squares
            + setting.l1 * sum(p.abs().sum() for p in params.values())
        )

    for _ in range(steps):
        for name, slope in grad(loss)(params).items():
            shrunk = params[name] * (1 - setting.lr * setting.decay)
            delta, states[name] = adam.update(slope, states[name], params[name], lr=setting.lr)
            params[name] = shrunk + delta
    return params


@pytest.mark.parametrize(
    "change",
    [{"l2": 0.05}, {"decay": 3.0}, {"l1": 0.003}, {"smooth": 0.2}, {"width": 0}, {"lr": 0.03}],
)
def test_side_by_side_as_one_by_one(change):
    setting = NONE._replace(**(FEW | change))
    both = nets.digits([0, 1], setting.examples, 0.15)
    found = nets.train(both, setting, [0, 1], steps=12)
    for run, seed in enumerate([0, 1]):
        alone = one_by_one(nets.digits([seed], setting.examples, 0.15), setting, seed, 12)
        for name, param in alone.items():
            torch.testing.assert_close(found[name][run], param, rtol=1e-3, atol=2e-4)


@pytest.mark.parametrize(
    "change",
    [{"drop": 0.5}, {"noise": 1.0}, {"shift": 1.0}, {"mix": 1.0}, {"group": 10}],
)
def test_what_is_drawn_goes_by_the_seed_and_changes_the_net(change):
    setting = NONE._replace(**(FEW | change))
    two, one = (nets.digits(seeds, 30, 0.15) for seeds in ([4, 5], [5]))
    found = nets.train(two, setting, [4, 5], steps=5)["W0"][1]
    torch.testing.assert_close(found, nets.train(one, setting, [5], steps=5)["W0"][0])
    plain = nets.train(one, NONE._replace(**FEW), [5], steps=5)["W0"][0]
    assert (found - plain).abs().max() > 1e-3


def test_what_is_pruned_stays_at_zero(monkeypatch):
    monkeypatch.setattr(nets, "CUT", 3)
    setting = NONE._replace(**FEW, sparsity=0.75)
    params = nets.train(nets.digits([0], 30, 0.15), setting, [0], steps=8)
    for name in ("W0", "W1"):
        assert (params[name] == 0).double().mean().item() == pytest.approx(0.75, abs=0.02)
    assert (params["b0"] != 0).any()


def test_shifted_as_the_library_moves():
    images = torch.rand(4, 8, 8)
    source, again = (torch.Generator().manual_seed(3) for _ in range(2))
    down, right = 1.5 * (2 * torch.rand(2, 4, 1, 1, generator=again) - 1)
    found = nets._shifted(images, source, 1.5)
    expected = nets.moved(images, right=right.flatten(), down=down.flatten())
    torch.testing.assert_close(found, expected)


def test_early_stopping_hands_back_the_best_look():
    assert experiments.best([3.0, 2.0, 2.5, 1.0], patience=1) == 1
    assert experiments.best([3.0, 2.0, 2.5, 1.0], patience=2) == 3


def bench(**arms):
    zero = torch.zeros(5, 8)
    found = {name: Judged(*[zero] * 5) for name in remedies.REMEDIES}
    found |= {"none": Judged(*[torch.full((1, 8), 0.5)] * 5)}
    return experiments.Bench(found | arms)


def test_a_dose_is_chosen_by_validation_and_reported_by_test():
    validation, test = torch.zeros(5, 8), torch.rand(5, 8)
    validation[3] = 0.9
    validation[1, 0] = 1.0
    own = Judged(test, validation, test, test, validation)
    found = bench(l2=own)
    assert found.chosen("l2") == 3 and found.chosen("l2", [0]) == 1
    torch.testing.assert_close(found.gains("l2"), test[3] - 0.5)
    torch.testing.assert_close(found.gains("l2", [0], [6, 7]), test[1, 6:] - 0.5)


def test_a_contest_is_won_here_and_may_be_lost_there():
    test = torch.zeros(5, 8)
    test[:, 2] = 1.0  # lucky with one data set
    found = bench(mixup=Judged(*[test] * 5), l2=Judged(*[torch.full((5, 8), 0.6)] * 5))
    assert found.contest([2]) == ("mixup", 0.5, -0.5)
    assert found.contest([1, 3])[0] == "l2"
    assert len(experiments.contests(found, 2)) == 28


def test_equal_weights_as_a_narrower_net():
    for width, sparsity in zip(remedies.DOSES["narrower"], remedies.DOSES["pruning"], strict=True):
        assert width == Setting().width * (1 - sparsity)
