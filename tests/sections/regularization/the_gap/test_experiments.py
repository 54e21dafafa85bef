"""What the page reads off the bench and off the twins."""

import pytest
import torch

from dlnotes.sections.regularization.the_gap import experiments, polynomial, twins


def test_a_strength_is_chosen_by_validation_alone():
    train, validation = torch.ones(3, 2), torch.tensor([[0.5, 0.5], [0.7, 0.6], [0.6, 0.6]])
    bench = experiments.Bench(train, validation, train * 0.9, train, train)
    assert bench.chosen == 1
    torch.testing.assert_close(bench.gap, torch.full((3, 2), 0.1))


def test_the_size_of_the_first_layer_is_nothing_to_the_net():
    params = twins.start(0)
    X = torch.randn(20, 64, dtype=torch.float64)
    longer = params | {"W": 10 * params["W"]}
    expected = twins.scores(params, X, X)
    torch.testing.assert_close(twins.scores(longer, X, X), expected)


def test_decay_is_a_rate_that_grows():
    decay, growth = (twins.trained(kind, seed=1, steps=20) for kind in ("decay", "growth"))
    torch.testing.assert_close(growth.scores, decay.scores)
    ratio = growth.size / decay.size
    expected = (1 - twins.LR * twins.DECAY) ** -torch.arange(21, dtype=torch.float64)
    torch.testing.assert_close(ratio, expected)


def test_runs_find_the_gap_of_the_formula():
    found = polynomial.counted(5, 0.0, 0.3, draws=500, seed=1)
    assert found.gap == pytest.approx(2 * 0.09 * 6 / 15, abs=0.008)
