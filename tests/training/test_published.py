"""Published results on landscapes and curvature, found again with the library's own parts."""

import pytest
import torch
from torch.func import functional_call, grad_and_value

from dlnotes.optimizers import adam, momentum, rates, sgd
from dlnotes.sections.optimizers.gradient_descent.experiments import stability_limit
from dlnotes.training.data.datasets import digits
from dlnotes.training.nets.losses import mean_squared_error
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.race import race, trajectory
from dlnotes.training.surfaces.landscapes import quadratic, saddle
from dlnotes.training.surfaces.spectrum import sharpness

DOUBLE = torch.float64


# Saddles (Lee et al. 2016: from almost everywhere; Ge et al. 2015: noise leaves at once)


def test_without_noise_the_line_into_the_saddle_is_never_left():
    rules = {"gd": (sgd, {"lr": 0.05}), "adam": (adam, {"lr": 0.05})}
    for path in race(rules, saddle(), (1.0, 0.0), steps=500).values():
        assert (path[:, 1] == 0.0).all()  # exactly
        assert path[-1, 0].abs() < 1e-3


def test_noise_leaves_the_saddle():
    source, lr = torch.Generator().manual_seed(0), 0.05
    point = torch.tensor([1.0, 0.0], dtype=DOUBLE).expand(1000, 2)
    state = sgd.init(point)
    for _ in range(500):
        noise = 0.01 * torch.randn(1000, 2, generator=source, dtype=DOUBLE)
        delta, state = sgd.update(saddle().gradient(point) + noise, state, point, lr=lr)
        point = point + delta
    heights = saddle()(point)
    assert (heights < -0.49).double().mean() > 0.99
    right = (point[:, 1] > 0).double().mean().item()
    assert 0.45 < right < 0.55 and torch.allclose(
        point[:, 1].abs(), torch.ones(1000).double(), atol=0.02
    )


def test_the_start_beside_the_line_is_left_at_the_rate_of_the_saddle():
    """Along the escape a step multiplies y by 1 + 2 lr, while y is small."""
    path = trajectory(sgd, saddle(), (0.0, 1e-9), steps=100, lr=0.05)[:, 1]
    torch.testing.assert_close(path[1:] / path[:-1], torch.full((100,), 1.1, dtype=DOUBLE))
    assert trajectory(sgd, saddle(), (0.0, 1e-9), steps=400, lr=0.05)[-1, 1] == pytest.approx(1)


# Momentum (Goh 2017): the best rates on a quadratic of condition number k


def measured_rate(path: torch.Tensor) -> torch.Tensor:
    """Shrinkage a step in the long run, `(..., T + 1, D)` -> `(...)`.

    The farthest points of two windows are compared, since a path may swing through the minimum.
    """
    far, half = path.abs().amax(-1), path.shape[-2] // 2
    early, late = far[..., half - 100 : half].amax(-1), far[..., -100:].amax(-1)
    return (late / early) ** (1 / (far.shape[-1] - half))


@pytest.mark.parametrize("condition", [10, 100, 1000])
def test_the_best_rates_of_gradient_descent_and_momentum(condition):
    land, root = quadratic([1.0, condition]), condition**0.5
    rules = {
        "gd": (sgd, {"lr": 2 / (1 + condition)}),
        "momentum": (
            momentum,
            {"lr": (2 / (1 + root)) ** 2, "momentum": ((root - 1) / (root + 1)) ** 2},
        ),
    }
    paths = race(rules, land, (1.0, 1.0), steps=800)
    found = {name: measured_rate(path).item() for name, path in paths.items()}
    assert found["gd"] == pytest.approx((condition - 1) / (condition + 1), rel=1e-2)
    assert found["momentum"] == pytest.approx((root - 1) / (root + 1), rel=1e-2)
    assert rates.best_momentum(1, condition).rate == pytest.approx((root - 1) / (root + 1))


@pytest.mark.parametrize("condition", [10, 100, 1000])
def test_a_grid_search_finds_the_best_momentum(condition):
    """100 momenta from 0 to 0.99 times 100 learning rates, which theory has no part in."""
    coefficient = torch.arange(100, dtype=DOUBLE) / 100
    lr = torch.linspace(1.7, 4.2, 100, dtype=DOUBLE).unsqueeze(1) / condition
    setting = {"lr": lr, "momentum": coefficient}
    paths = race({"grid": (momentum, setting)}, quadratic([1.0, condition]), (1.0, 1.0), steps=800)
    found = measured_rate(paths["grid"]).nan_to_num(torch.inf)
    row, column = divmod(int(found.argmin()), 100)
    best = rates.best_momentum(1, condition)
    assert coefficient[column].item() == pytest.approx(best.momentum, abs=0.015)
    assert lr[row].item() == pytest.approx(best.lr, rel=0.03)
    assert found.min().item() == pytest.approx(best.rate, rel=0.02)


# The limit of stability, on a quadratic and at its edge (Cohen et al. 2021)


@pytest.mark.parametrize("largest", [0.5, 10.0, 300.0])
def test_two_over_the_sharpness_parts_convergence_from_divergence(largest):
    land = quadratic([0.3 * largest, largest])
    start = {"point": torch.tensor([1.0, -0.7], dtype=DOUBLE)}
    limit = stability_limit(sharpness(lambda params: land(params["point"]), start).item())
    lr = limit * torch.tensor([0.99, 1.01], dtype=DOUBLE)
    ends = trajectory(sgd, land, start["point"], steps=2000, lr=lr)[:, -1].norm(dim=-1)
    assert ends[0] < 1e-6 and ends[1] > 1e6


def digits_loss():
    """200 gray digits, centered, as one-hot targets; full batch."""
    data = digits(standardized=False, dtype=DOUBLE)
    X, y = data.X[:200] - data.X[:200].mean(0), torch.eye(10, dtype=DOUBLE)[data.y[:200]]
    net = MLP((64, 32, 32, 10), activation="tanh", init="lecun", dtype=DOUBLE)

    def loss(params):
        return 5 * mean_squared_error(functional_call(net, params, (X,)), y)

    return loss, {name: param.detach() for name, param in net.named_parameters()}


def descend(lr: float, steps: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Losses of full-batch gradient descent, and the sharpness at every 100th step."""
    loss, params = digits_loss()
    states = {name: sgd.init(param) for name, param in params.items()}
    losses, sharp = torch.zeros(steps, dtype=DOUBLE), []
    for step in range(steps):
        if step % 100 == 0:
            sharp.append(sharpness(loss, params, tolerance=1e-3))
        grads, losses[step] = grad_and_value(loss)(params)
        for name, grad in grads.items():
            delta, states[name] = sgd.update(grad, states[name], params[name], lr=lr)
            params[name] = params[name] + delta
    return losses, torch.stack(sharp)


@pytest.mark.slow
@pytest.mark.parametrize("lr", [0.35, 0.4, 0.5])
def test_full_batch_descent_trains_at_the_edge_of_stability(lr):
    """Sharpness rises to 2 / lr and stays there: within 3 % on the average, 6 % at any time."""
    losses, sharp = descend(lr, steps=2000)
    edge = stability_limit(lr)
    assert sharp[0] < 0.95 * edge  # begins in the stable region
    assert sharp.max() > edge
    late = sharp[10:] / edge
    assert late.mean().item() == pytest.approx(1, abs=0.03)
    assert (late - 1).abs().max() < 0.06
    ups = (losses[1:] > losses[:-1]).sum()
    assert ups > 100 and losses[-1] < 0.05 * losses[0]  # not monotone, and yet it trains


@pytest.mark.slow
def test_with_a_small_learning_rate_sharpness_rises_past_those_edges():
    """It is the learning rate that held it down: with 0.2 it exceeds 2 / 0.35 and 2 / 0.4."""
    losses, sharp = descend(0.2, steps=2000)
    assert sharp.max() < stability_limit(0.2) and sharp[-1] > 1.15 * stability_limit(0.35)
    assert sharp[-1] > 1.8 * sharp[0]
    assert (losses[1:] < losses[:-1]).all()
