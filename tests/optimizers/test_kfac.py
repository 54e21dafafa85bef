"""K-FAC: its blocks against the explicit Fisher matrix, its step against exact answers."""

import math
from functools import partial

import pytest
import torch
from torch.func import functional_call, jacrev

from dlnotes.core.device import best_device
from dlnotes.optimizers.kfac import KFAC
from dlnotes.optimizers.kronecker import factors, look, with_ones
from dlnotes.training.data.datasets import digits
from dlnotes.training.nets.losses import cross_entropy, hinge, mean_squared_error
from dlnotes.training.nets.mlp import MLP

DEVICES = sorted({"cpu", best_device().type} - {"mps"})  # mps has no float64
DOUBLE = torch.float64
LOSSES = (mean_squared_error, cross_entropy)
net = partial(MLP, activation="tanh", init="glorot", dtype=DOUBLE)


def source(seed=0):
    return torch.Generator().manual_seed(seed)


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=source(seed), dtype=DOUBLE)


def layer_factors(of, X, loss=mean_squared_error, samples=None):
    return factors(look(of, X), loss, samples=samples, source=source())


def explicit_block(of, X, depth, curvature):
    """E[Jᵀ curvature J] of one layer, weights and bias of a unit side by side."""
    params = {name: param.detach() for name, param in of.named_parameters()}
    names = (f"layers.{depth}.weight", f"layers.{depth}.bias")

    def output(weight, bias, x):
        return functional_call(of, params | dict(zip(names, (weight, bias), strict=True)), x)[0]

    total = 0
    for x in X.split(1):
        weight, bias = jacrev(output, (0, 1))(params[names[0]], params[names[1]], x)
        J = torch.cat([weight, bias[..., None]], 2).flatten(1)
        total = total + J.T @ curvature(of(x)[0].detach()) @ J
    return total / len(X)


def squared(output):
    return 2 / len(output) * torch.eye(len(output), dtype=DOUBLE)


def softmax(output):
    p = output.softmax(0)
    return p.diag() - p.outer(p)


# Factors


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_blocks_of_a_deep_linear_net_are_the_fisher(depth):
    of, X = net((3, 4, 2, 3), activation="identity"), normal(20, 3)
    A, G = layer_factors(of, X)[depth]
    assert torch.allclose(torch.kron(G, A), explicit_block(of, X, depth, squared), atol=1e-10)


@pytest.mark.parametrize(
    "loss, curvature", [(mean_squared_error, squared), (cross_entropy, softmax)]
)
@pytest.mark.parametrize("depth", [0, 1])
def test_blocks_are_the_fisher_of_any_net_for_one_example(loss, curvature, depth):
    of, X = net((3, 4, 3)), normal(1, 3)
    A, G = layer_factors(of, X, loss)[depth]
    assert torch.allclose(torch.kron(G, A), explicit_block(of, X, depth, curvature), atol=1e-10)


def test_blocks_of_many_examples_are_close_but_not_equal():
    of, X = net((3, 4, 3)), normal(50, 3)
    A, G = layer_factors(of, X)[0]
    exact = explicit_block(of, X, 0, squared)
    error = (torch.kron(G, A) - exact).norm() / exact.norm()
    assert 1e-3 < error < 0.5


@pytest.mark.parametrize("loss", LOSSES)
def test_drawn_targets_give_the_exact_mean_in_the_long_run(loss):
    of, X = net((3, 4, 3)), normal(50, 3)
    for exact, drawn in zip(
        layer_factors(of, X, loss), layer_factors(of, X, loss, samples=400), strict=True
    ):
        assert torch.equal(exact.A, drawn.A)
        assert (exact.G - drawn.G).norm() < 0.05 * exact.G.norm()


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("samples", [None, 1, 3])
@pytest.mark.parametrize("residual", [False, True])
def test_factors_are_symmetric_and_never_negative(loss, samples, residual):
    of, X = net((5, 4, 4, 2), residual=residual), normal(30, 5)
    for (A, G), layer in zip(layer_factors(of, X, loss, samples), of.layers, strict=True):
        outputs, inputs = layer.weight.shape
        assert A.shape == (inputs + 1, inputs + 1) and G.shape == (outputs, outputs)
        assert A[-1, -1] == pytest.approx(1)
        for factor in (A, G):
            assert torch.allclose(factor, factor.T, atol=1e-12)
            assert torch.linalg.eigvalsh(factor).min() > -1e-12


# The step


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("outputs, samples", [(1, 1), (3, None)])
def test_one_undamped_step_solves_linear_least_squares(outputs, samples, device):
    X, y = normal(40, 5).to(device), normal(40, outputs, seed=1).to(device)
    of = net((5, outputs), device=device)
    KFAC(of, damping=0.0, samples=samples).step(X, y)
    exact = torch.linalg.lstsq(with_ones(X), y).solution.T
    found = torch.cat([of.layers[0].weight, of.layers[0].bias[:, None]], 1)
    assert torch.allclose(found, exact, rtol=0, atol=1e-10)


def test_a_step_is_the_best_mixture_of_direction_and_last_step():
    """On a quadratic the gradient after the step is at right angles to both."""
    X, y, of = normal(40, 5), normal(40, 3, seed=1), net((5, 3))
    kfac = KFAC(of, damping=0.0, decay=0.0)
    kfac.step(X, y)
    before = kfac.last[0]
    kfac.step(X, y)
    slope = with_ones(X).T @ (of(X) - y).detach()
    for move in (before, kfac.last[0]):
        assert (slope.T * move).sum().abs() < 1e-10 * slope.norm() * move.norm()
    assert slope.norm() > 1e-6


def test_a_direction_is_the_gradient_through_both_damped_inverses():
    X, of, damping = normal(30, 4), net((4, 3, 4)), 0.3
    grads = torch.autograd.grad(mean_squared_error(of(X), X), list(of.parameters()))
    pairs = layer_factors(of, X)
    kfac = KFAC(of, damping=damping, samples=None)
    kfac.step(X, X)
    shares = []
    for depth, (A, G) in enumerate(pairs):
        slope = torch.cat([grads[2 * depth], grads[2 * depth + 1][:, None]], 1)
        balance = math.sqrt(A.trace() / len(A) / (G.trace() / len(G)))
        A = A + balance * math.sqrt(damping) * torch.eye(len(A), dtype=DOUBLE)
        G = G + math.sqrt(damping) / balance * torch.eye(len(G), dtype=DOUBLE)
        shares.append(kfac.last[depth] / -(G.inverse() @ slope @ A.inverse()))
    share = shares[0][0, 0]
    assert share > 0
    assert all(torch.allclose(of, share.expand_as(of), rtol=1e-8) for of in shares)


def test_heavy_damping_is_gradient_descent():
    X, of = normal(30, 4), net((4, 3, 4))
    grads = torch.autograd.grad(mean_squared_error(of(X), X), list(of.parameters()))
    kfac = KFAC(of, damping=1e12)
    kfac.step(X, X)
    for depth, move in enumerate(kfac.last):
        slope = torch.cat([grads[2 * depth], grads[2 * depth + 1][:, None]], 1)
        assert torch.allclose(move, -slope / 1e12, rtol=1e-5)


def test_damping_follows_the_success_of_the_model():
    X, y = normal(40, 5), normal(40, 1, seed=1)
    kfac = KFAC(net((5, 1)), damping=1e-3, shrink=0.5)
    kfac.step(X, y)
    assert kfac.damping == 0.5e-3
    for ratio, factor in ((0.9, 0.5), (0.5, 1), (0.1, 2), (-3, 2), (math.nan, 2)):
        before = kfac.damping
        kfac._adapt(torch.tensor(ratio, dtype=DOUBLE))
        assert kfac.damping == factor * before
    kept = KFAC(net((5, 1)), damping=1e-3, shrink=1.0)
    kept.step(X, y)
    assert kept.damping == 1e-3


def test_averages_keep_what_decay_says():
    X, of = normal(30, 4), net((4, 3, 4))
    kfac = KFAC(of, decay=0.25, samples=None)
    kfac.step(X, X)
    first, second = kfac.factors[1].A, layer_factors(of, X)[1].A
    kfac.step(X, X)
    assert torch.allclose(kfac.factors[1].A, 0.25 * first + 0.75 * second, atol=1e-12)


def test_a_seed_gives_one_run():
    X = normal(30, 4)

    def run(seed):
        kfac = KFAC(net((4, 3, 4)), seed=seed)
        return torch.stack([kfac.step(X, X) for _ in range(5)])

    assert torch.equal(run(1), run(1)) and not torch.equal(run(1)[2:], run(2)[2:])


def test_classes_are_learned():
    data = digits(dtype=DOUBLE)
    kfac = KFAC(net((64, 16, 10)), cross_entropy, decay=0.5)
    losses = torch.stack([kfac.step(data.X, data.y) for _ in range(15)])
    assert losses[-1] < 0.1 * losses[0]


def test_where_the_gradient_is_zero_nothing_moves():
    X, of = normal(30, 4), net((4, 4))
    kfac = KFAC(of)
    losses = [kfac.step(X, of(X).detach()).item() for _ in range(3)]
    assert losses == [0, 0, 0] and all(param.isfinite().all() for param in of.parameters())


def test_a_run_that_diverges_keeps_its_curve():
    X, of = normal(30, 4), net((4, 3, 4))
    kfac = KFAC(of)
    losses = [kfac.step(X, y) for y in (X, X * math.nan, X)]
    assert losses[0].isfinite() and losses[1].isnan() and losses[2].isnan()


@pytest.mark.slow
def test_an_autoencoder_needs_far_fewer_steps_than_with_adam():
    """30 steps of K-FAC are not reached by 240 of Adam, at its best rate and two beside it."""
    X, sizes = digits().X, (64, 32, 8, 32, 64)
    make = partial(MLP, sizes, activation="tanh", init="glorot")
    kfac = KFAC(make(), damping=0.003, shrink=0.7, decay=0.5)
    reached = [kfac.step(X, X) for _ in range(31)][-1]
    for lr in (0.01, 0.03, 0.1):
        of = make()
        adam = torch.optim.Adam(of.parameters(), lr=lr)
        for _ in range(240):
            adam.zero_grad()
            loss = mean_squared_error(of(X), X)
            loss.backward()
            adam.step()
            assert loss > reached


# Bad input

X = normal(6, 3)
BAD = {
    "`net` must be an MLP, got Linear.": lambda: KFAC(torch.nn.Linear(3, 3)),
    "`net` must have linear layers only, got norm='layer'; leave it out.": lambda: KFAC(
        net((3, 4, 3), norm="layer")
    ),
    "`loss` must be one of cross_entropy, mean_squared_error, got hinge.": lambda: KFAC(
        net((3, 3)), hinge
    ),
    "`damping` must be at least 0, got -1.": lambda: KFAC(net((3, 3)), damping=-1.0),
    "`damping` must be at least 0, got nan.": lambda: KFAC(net((3, 3)), damping=math.nan),
    "`shrink` must be greater than 0, got 0.": lambda: KFAC(net((3, 3)), shrink=0.0),
    "`decay` must be in [0, 1), got 1.": lambda: KFAC(net((3, 3)), decay=1.0),
    "`samples` must be at least 1, got 0.": lambda: KFAC(net((3, 3)), samples=0),
    "`seed` must be at least 0, got -1.": lambda: KFAC(net((3, 3)), seed=-1),
    "`loss` must be finite at the start, got nan; start elsewhere.": lambda: KFAC(net((3, 3))).step(
        X, X * math.nan
    ),
    "The factors must be invertible without damping, got one of rank below 4; "
    "pass a `damping` greater than 0.": lambda: KFAC(net((3, 3)), damping=0.0).step(X[:2], X[:2]),
    "`X` must have shape (examples, 3), got (6, 2); "
    "the net's sizes begin with the number of features.": lambda: KFAC(net((3, 3))).step(
        X[:, :2], X
    ),
}


@pytest.mark.parametrize("message", BAD)
def test_wrong_arguments_get_one_line(message):
    with pytest.raises((ValueError, TypeError)) as error:
        BAD[message]()
    assert str(error.value) == message
