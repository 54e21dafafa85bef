"""Dropout against torch: the same masks, the same means, and what it does on average."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from dlnotes.core.device import best_device
from dlnotes.core.seeds import seeded
from dlnotes.regularization import dropout as module
from dlnotes.regularization.dropout import (
    Dropout,
    added_loss,
    dropout,
    dropout_regression,
    geometric_mean,
    mask,
    thinned,
)

DOUBLE = torch.float64


def numbers(*shape, seed=0, dtype=DOUBLE):
    return torch.randn(*shape, generator=seeded(seed), dtype=dtype)


@pytest.mark.parametrize("dtype", [torch.float32, DOUBLE])
@pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 0.9])
def test_it_is_torchs_number_for_number(p, dtype):
    h = numbers(30, 7, dtype=dtype)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        theirs = F.dropout(h, p)
    torch.testing.assert_close(dropout(h, p, seeded(4)), theirs)


@pytest.mark.parametrize("p", [0.1, 0.4, 0.8])
def test_mean_and_variance(p):
    h = torch.tensor([1.0, -2.0, 0.5], dtype=DOUBLE)
    drawn = dropout(h.expand(200_000, 3), p, seeded(1))
    torch.testing.assert_close(drawn.mean(0), h, rtol=0.02, atol=0)
    torch.testing.assert_close(drawn.var(0), h.square() * p / (1 - p), rtol=0.03, atol=0)


def test_the_gradient_goes_where_the_signal_went():
    h = numbers(5, 4).requires_grad_()
    dropout(h, 0.5, seeded(2)).sum().backward()
    assert torch.equal(h.grad, 2 * mask(h, 0.5, seeded(2)))


class TestLayer:
    def test_it_trains_as_torchs_and_is_nothing_in_evaluation(self):
        h, ours, theirs = numbers(50, 8), Dropout(0.3, seed=5), nn.Dropout(0.3)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(5)
            expected = [theirs(h), theirs(h)]
        found = [ours(h), ours(h)]
        assert not torch.equal(*found)
        torch.testing.assert_close(found, expected)
        assert torch.equal(ours.eval()(h), h)

    def test_a_net_hands_its_mode_on(self):
        net = nn.Sequential(nn.Linear(3, 4), Dropout(0.5))
        X = torch.ones(2, 3)
        assert torch.equal(net.eval()(X), net[0](X))
        assert not torch.equal(net.train()(X), net[0](X))

    def test_the_global_numbers_go_on_as_if_it_were_not_there(self):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            Dropout(0.5)(torch.ones(9))
            found = torch.rand(3)
            torch.manual_seed(0)
            assert torch.equal(found, torch.rand(3))

    def test_on_the_best_device_half_is_off_and_the_rest_twice(self):
        h = torch.ones(20_000, device=best_device())
        out = Dropout(0.5, seed=1)(h)
        assert out.device.type == h.device.type and set(out.unique().tolist()) == {0.0, 2.0}
        assert out.mean().item() == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("p", [0.0, 0.3, 0.5])
def test_every_thinned_net_is_listed_once(p):
    masks, chances = thinned(5, p)
    assert len(masks.unique(dim=0)) == 32 and masks[-1].tolist() == [1] * 5
    assert chances.sum().item() == pytest.approx(1)
    torch.testing.assert_close(chances @ masks, torch.full((5,), 1 - p, dtype=DOUBLE))
    assert thinned(3, p, like=torch.zeros(1))[0].dtype == torch.float32


@pytest.mark.parametrize("p", [0.2, 0.5])
def test_one_net_is_the_geometric_mean_of_all(p):
    """In front of a softmax it is exact; the plain mean is another, here less sure."""
    h, W, b = numbers(6).abs(), numbers(3, 6, seed=1), numbers(3, seed=2)
    masks, chances = thinned(6, p)
    each = (masks * h / (1 - p) @ W.T + b).softmax(-1)
    whole = (W @ h + b).softmax(-1)
    torch.testing.assert_close(geometric_mean(each, chances), whole)
    assert (chances @ each).max() < whole.max()


def test_what_dropout_adds_is_what_runs_show():
    X, y, w, p = numbers(40, 3), numbers(40, seed=1), numbers(3, seed=2), 0.3
    masks, chances = thinned(3, p)  # one mask for all examples has the same mean
    losses = torch.stack([((X * m / (1 - p)) @ w - y).square().mean() for m in masks])
    expected = (X @ w - y).square().mean() + added_loss(X, w, p)
    torch.testing.assert_close(chances @ losses, expected)


def test_the_regression_is_where_the_slope_ends():
    X, y, p = numbers(40, 3) * torch.tensor([1.0, 5.0, 0.2], dtype=DOUBLE), numbers(40, seed=1), 0.4

    def expected_loss(w):
        return (X @ w - y).square().mean() + added_loss(X, w, p)

    slope = torch.func.grad(expected_loss)(dropout_regression(X, y, p))
    torch.testing.assert_close(slope, torch.zeros(3, dtype=DOUBLE))


def test_a_feature_in_other_units_predicts_the_same():
    X, y = numbers(40, 3), numbers(40, seed=1)
    other = X * torch.tensor([1.0, 100.0, 0.01], dtype=DOUBLE)
    found = [part @ dropout_regression(part, y, 0.5) for part in (X, other)]
    torch.testing.assert_close(*found)


def test_copies_of_a_feature_are_shrunk_less_together():
    x = numbers(30, 1)
    for copies, kept in ((1, 1 / 2), (2, 2 / 3), (9, 9 / 10)):
        found = dropout_regression(x.expand(30, copies), 3 * x[:, 0], 0.5)
        assert found.sum().item() == pytest.approx(3 * kept)


@pytest.mark.parametrize("p", [-0.1, 1.0, 1.5, float("nan")])
def test_a_share_that_is_none_is_named(p):
    for call in (
        lambda: mask(torch.ones(2), p, seeded(0)),
        lambda: Dropout(p),
        lambda: thinned(2, p),
        lambda: added_loss(torch.ones(2, 2), torch.ones(2), p),
        lambda: dropout_regression(torch.eye(2), torch.ones(2), p),
    ):
        with pytest.raises(ValueError, match="`p` must be"):
            call()


def test_too_many_units_and_a_bad_seed_are_named():
    with pytest.raises(ValueError, match="`units`"):
        thinned(module.MOST + 1, 0.5)
    with pytest.raises(ValueError, match="`seed`"):
        Dropout(0.5, seed=-1)
