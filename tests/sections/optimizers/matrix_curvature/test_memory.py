"""The matrix memory: what is learned of a pair, and who learns the rare ones."""

import torch

from dlnotes.optimizers import sgd
from dlnotes.sections.optimizers.matrix_curvature import memory as module
from dlnotes.sections.optimizers.matrix_curvature.memory import PAIRS, first_step, memory, train


def test_the_gradient_is_that_of_the_mean_loss():
    of, W = memory(5, 0), torch.randn(5, 5, dtype=torch.float64, requires_grad=True)
    drawn = torch.tensor([3.0, 0.0, 1.0, 2.0, 0.0], dtype=torch.float64)
    for counts in (None, drawn):
        shares = of.frequencies if counts is None else counts / 6
        (slope,) = torch.autograd.grad((of.errors(W) / 2) @ shares, W)
        assert torch.allclose(of.gradient(W, counts), slope, atol=1e-12)


def test_a_learned_pair_is_known_and_has_no_error():
    of = memory(4, 1)
    W = torch.outer(of.values[2], of.keys[2])
    assert torch.allclose(of.known(W), torch.eye(4, dtype=torch.float64)[2], atol=1e-12)
    errors = torch.tensor([1.0, 1.0, 0.0, 1.0], dtype=torch.float64)
    assert torch.allclose(of.errors(W), errors, atol=1e-12)


def test_one_step_of_descent_teaches_by_frequency():
    assert abs(first_step("sgd", 0) * PAIRS - 1) < 1e-9


def test_equally_frequent_pairs_are_all_known_after_one_step_of_sgd():
    of = memory(PAIRS, 0, exponent=0)
    W = torch.zeros_like(of.keys)
    assert of.errors(sgd.update(of.gradient(W), sgd.init(W), W, lr=64)[0]).max() < 1e-20


def test_all_methods_are_tried_equally_often_and_none_is_best_at_an_end_of_the_grid():
    for name in ("sgd", "momentum", "adam"):
        run = train(name, 20)
        assert run.losses.shape == (module.TRIED, module.SEEDS)
        assert 0 < run.best < module.TRIED - 1
        assert len(run.rare) == module.SEEDS
