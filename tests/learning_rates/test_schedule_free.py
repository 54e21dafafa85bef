"""Schedule-free rules against the paper's formulas, written down a second time in float64."""

import math
from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnotes.learning_rates.decay import constant
from dlnotes.learning_rates.schedule_free import SGD, AdamW, averaged
from dlnotes.learning_rates.warmup import warmup
from dlnotes.training.optimizer import Optimizer
from dlnotes.training.surfaces.landscapes import ravine

RULES = pytest.mark.parametrize("rule", [SGD, AdamW], ids=["sgd", "adamw"])
DOUBLE = torch.float64
VALLEY, START = ravine(condition=30), (1.0, -0.7)


def ours(rule, gradient, start, lrs, **hyper):
    """The points y and x after each update."""
    param, state, path = start.clone(), rule.init(start), []
    for step, lr in enumerate(lrs):
        delta, state = rule.update(gradient(param, step), state, param, lr=lr, **hyper)
        param = param + delta
        path.append(torch.stack([param, averaged(state)]))
    return torch.stack(path)


def papers(gradient, start, lrs, *, beta1=0.9, beta2=None, eps=0.0, weight_decay=0.0):
    """Defazio et al. (2024): x as the weighted mean of all z; without beta2 the rule is SGD."""
    y, zs, weights, v, path = start.clone(), [start.clone()], [], 0.0, []
    for step, lr in enumerate(lrs):
        grad, size = gradient(y, step), 1.0
        if beta2 is not None:
            v = beta2 * v + (1 - beta2) * grad * grad
            size = (v / (1 - math.pow(beta2, step + 1))) ** 0.5 + eps
        zs.append(zs[-1] - lr * (grad / size + weight_decay * y))
        weights.append(lr * lr)
        mean = torch.tensordot(torch.tensor(weights, dtype=DOUBLE), torch.stack(zs[1:]), 1)
        x = mean / math.fsum(weights)
        y = (1 - beta1) * zs[-1] + beta1 * x
        path.append(torch.stack([y, x]))
    return torch.stack(path)


def light(gradient, start, lrs, *, beta1):
    """The authors' form without x: y moves on by what z and x would do to it."""
    y, z, total, path = start.clone(), start.clone(), 0.0, []
    for step, lr in enumerate(lrs):
        grad, total = gradient(y, step), total + lr * lr
        c = lr * lr / total
        y, z = y + c * (z - y) + lr * (beta1 * (1 - c) - 1) * grad, z - lr * grad
        path.append(torch.stack([y, (y - (1 - beta1) * z) / beta1]))
    return torch.stack(path)


def in_valley(point, step):
    return VALLEY.gradient(point)


def lrs_of(lr, warmup_steps, steps=200):
    rest = partial(constant, lr=lr)
    return [
        warmup(step, schedule=rest, warmup_steps=warmup_steps, start=lr / 10)
        for step in range(steps)
    ]


def assert_same(mine, other):
    scale = other.abs().max().clamp(min=1)
    assert mine.shape == other.shape
    assert ((mine - other).abs().max() / scale).item() <= 1e-12


@settings(max_examples=12, deadline=None)
@given(lr=st.floats(1e-5, 0.06), beta1=st.floats(0, 1), warmup_steps=st.integers(0, 100))
def test_200_steps_of_sgd_equal_the_paper(lr, beta1, warmup_steps):
    start, lrs = torch.tensor(START, dtype=DOUBLE), lrs_of(lr, warmup_steps)
    mine = ours(SGD, in_valley, start, lrs, beta1=beta1)
    assert_same(mine, papers(in_valley, start, lrs, beta1=beta1))
    if beta1 > 0.1:
        assert_same(mine, light(in_valley, start, lrs, beta1=beta1))


@settings(max_examples=12, deadline=None)
@given(
    lr=st.floats(1e-5, 0.1),
    beta1=st.floats(0, 1),
    beta2=st.floats(0, 0.9999),
    eps=st.sampled_from([1e-8, 1e-3, 0.1]),
    weight_decay=st.floats(0, 1),
    warmup_steps=st.integers(0, 100),
)
def test_200_steps_of_adamw_equal_the_paper(lr, warmup_steps, **hyper):
    """Gradients that do not depend on the point: near 0, Adam's sign would magnify rounding."""
    rng = torch.Generator().manual_seed(0)
    grads = torch.randn(200, 2, generator=rng, dtype=DOUBLE)
    start, lrs = torch.tensor(START, dtype=DOUBLE), lrs_of(lr, warmup_steps)
    mine = ours(AdamW, lambda _, step: grads[step], start, lrs, **hyper)
    assert_same(mine, papers(lambda _, step: grads[step], start, lrs, **hyper))


def test_adamw_equals_the_paper_with_feedback():
    start, hyper = torch.tensor(START, dtype=DOUBLE), {"beta2": 0.99, "eps": 1e-3}
    mine = ours(AdamW, in_valley, start, [0.01] * 200, weight_decay=0.1, **hyper)
    assert_same(mine, papers(in_valley, start, [0.01] * 200, weight_decay=0.1, **hyper))


@RULES
def test_a_warmup_that_stands_at_zero_moves_nothing(rule):
    start = torch.tensor(START, dtype=DOUBLE)
    path = ours(rule, in_valley, start, [0.0, 0.0, 0.01])
    assert torch.equal(path[1], start.expand(2, 2)) and not torch.equal(path[2, 0], start)
    assert path.isfinite().all()


def test_two_corners_of_sgd():
    """beta1 = 0: gradient descent and Polyak's mean of it; beta1 = 1: primal averaging."""
    start = torch.tensor(START, dtype=DOUBLE)
    y, x = ours(SGD, in_valley, start, [0.02] * 50, beta1=0.0).unbind(1)
    points = [start]
    for _ in range(50):
        points.append(points[-1] - 0.02 * VALLEY.gradient(points[-1]))
    plain = torch.stack(points[1:])
    assert torch.allclose(y, plain, rtol=1e-12, atol=1e-15)
    assert torch.allclose(x[-1], plain.mean(0), rtol=1e-12, atol=1e-15)
    y, x = ours(SGD, in_valley, start, [0.02] * 50, beta1=1.0).unbind(1)
    assert torch.allclose(y, x, rtol=0, atol=1e-15)


def test_an_optimizer_hands_out_the_average():
    param = torch.nn.Parameter(torch.tensor(START, dtype=DOUBLE))
    optimizer, path = Optimizer([param], SGD, lr=0.02), []
    for _ in range(5):
        param.grad = in_valley(param.detach(), 0)
        optimizer.step()
        path.append(averaged(optimizer.state[param]).clone())
    _, x = ours(SGD, in_valley, torch.tensor(START, dtype=DOUBLE), [0.02] * 5).unbind(1)
    assert torch.allclose(torch.stack(path), x, rtol=1e-14, atol=0)


def test_weight_decay_beside_the_gradient_is_not_in_it():
    start, hyper = torch.tensor(START, dtype=DOUBLE), {"beta2": 0.99, "eps": 1e-3}
    decoupled = ours(AdamW, in_valley, start, [0.01] * 20, weight_decay=0.5, **hyper)
    inside = ours(AdamW, lambda p, _: VALLEY.gradient(p) + 0.5 * p, start, [0.01] * 20, **hyper)
    assert (decoupled - inside).abs().max() > 1e-3
