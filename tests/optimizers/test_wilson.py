"""Wilson et al. (2017), section 3.3: separable data on which the adaptive rules go astray."""

import pytest
import torch
from torch import Tensor

from dlnotes.optimizers import adagrad, adam, momentum, rmsprop, sgd

EXAMPLES, TESTS = 100, 400
RULES = {
    "sgd": (sgd, {"lr": 0.1}),
    "momentum": (momentum, {"lr": 0.02, "momentum": 0.9}),
    "adam": (adam, {"lr": 0.01}),
    "adagrad": (adagrad, {"lr": 0.1}),
    "rmsprop": (rmsprop, {"lr": 0.001}),
}


def labels(count: int, seed: int) -> Tensor:
    """±1, seven in ten positive, shuffled."""
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    return torch.where(order < 0.7 * count, 1.0, -1.0).double()


def features(y: Tensor, first: int, width: int) -> Tensor:
    """The label, two ones, and ones that no other example has: one if positive, else five."""
    X = torch.zeros(len(y), width, dtype=torch.float64)
    X[:, 0], X[:, 1:3] = y, 1
    for i, label in enumerate(y):
        own = 3 + 5 * (first + i)
        X[i, own : own + (1 if label > 0 else 5)] = 1
    return X


def trained(rule, hyper: dict, X: Tensor, y: Tensor) -> Tensor:
    w = torch.zeros(X.shape[1], dtype=torch.float64)
    state = rule.init(w)
    for _ in range(800):
        delta, state = rule.update((X.T @ (X @ w - y)) / len(y), state, w, **hyper)
        w = w + delta
    return w


def accuracy(X: Tensor, y: Tensor, w: Tensor) -> float:
    return (X @ w * y > 0).double().mean().item()


@pytest.mark.parametrize("name", RULES)
def test_all_learn_the_training_set_and_the_adaptive_call_every_new_example_positive(name):
    y, new = labels(EXAMPLES, seed=0), labels(TESTS, seed=1)
    width = 3 + 5 * (EXAMPLES + TESTS)
    X, unseen = features(y, 0, width), features(new, EXAMPLES, width)
    w = trained(*RULES[name], X, y)
    assert accuracy(X, y, w) == 1.0
    positives = (new > 0).double().mean().item()
    assert positives == pytest.approx(0.7)
    assert accuracy(unseen, new, w) == (1.0 if name in ("sgd", "momentum") else positives)
