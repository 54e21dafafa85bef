"""The runs of the page: orders, sweeps, tests and what is lost by following them."""

import pytest
import torch

from dlnotes.sections.learning_rates.range_test import experiments, regrets, tasks
from dlnotes.training.data import datasets


def test_inputs_and_labels_are_those_that_are_said():
    plain, large, wrong = tasks.digits(), tasks.digits(times=10.0), tasks.digits(wrong=0.15)
    torch.testing.assert_close(large.X, 10 * plain.X)
    assert int((wrong.y != plain.y).sum()) == 150 and torch.equal(wrong.y_test, plain.y_test)
    raw = tasks.RAW["raw"].data()
    assert (raw.X.min().item(), raw.X.max().item()) == (0, 16)
    assert torch.equal(plain.y, datasets.digits(0, test=797 / 1797).y)


def test_falls_stand_in_the_order_of_the_rates():
    losses = experiments.orders()["falling"]
    falls = experiments.fell("falling")
    torch.testing.assert_close(falls[:, -1], losses[:, 0] - losses[:, 1])
    torch.testing.assert_close(falls.sum(1), losses[:, 0] - losses[:, -1])


def test_an_order_is_trained_in_its_order():
    still = experiments.one_net((0, 0), seeds=(1,))
    moved = experiments.one_net((0, 11), seeds=(1,))
    assert torch.equal(still[:, :2], moved[:, :2]) and (still[:, 2] > moved[:, 2]).all()


def test_no_best_rate_lies_at_the_edge_of_its_grid():
    for rule in experiments.RULES:
        for task in tasks.TASKS:
            found = experiments.recorded(rule, task)
            assert found.lrs[0] < found.chosen < found.lrs[-1], (rule, task)


def test_regret_is_against_what_validation_chose():
    scores = experiments.recorded("adam", "digits")
    lost = experiments.regret("adam", "digits", 0.1)
    torch.testing.assert_close(lost, 100 * (scores.best - scores.at(0.1)))
    assert regrets.table()["adam", 0.1].seeds[0] == pytest.approx(
        torch.stack([experiments.regret("adam", task, 0.1)[0] for task in tasks.TASKS]).mean()
    )


def test_advice_is_followed_at_its_own_rate():
    test = experiments.seen("linear")
    rates = experiments.advised(test)
    assert rates.shape == (6, 20) and torch.equal(rates[4] * 4, rates[3])
    again = experiments.RangeTest(test.lrs, test.losses[:1])
    swept = experiments.recorded("sgd", "linear")
    scores = experiments.followed("linear", again, swept.chosen, seeds=(0,))
    assert scores.shape == (8, 1)
    lost = 100 * (scores[-1] - scores[:-1])
    torch.testing.assert_close(
        lost[3:], experiments.advice_regret("linear")[3:, :1], atol=1.1, rtol=0
    )
    torch.testing.assert_close(scores[-1], swept.best[:1], atol=0.0051, rtol=0)
    torch.testing.assert_close(scores[-2], swept.at(0.1)[:1], atol=0.0051, rtol=0)


def test_the_best_rate_of_far_inputs_lies_inside_its_grid():
    for task in tasks.RAW:
        found = experiments.recorded("sgd", task)
        assert found.lrs[0] < found.chosen < found.lrs[-1], task


def test_stretches_of_a_test():
    found = regrets.stretches("deep")
    assert all(part.shape == (20,) for part in found)
    assert (found.left < 0.9).all() and (found.edge > 1).all() and (found.wild > 1).all()


def test_pairs_without_decay_are_the_sweep():
    both, scores = experiments.paired(), experiments.recorded("sgd", "wrong")
    for row, peak in enumerate(experiments.PEAKS[:4]):
        torch.testing.assert_close(both.scores[row, 0], scores.at(peak), atol=0.011, rtol=0)
    assert both.validation.shape == (9, 6, 5)
    again = experiments.pairs(seeds=(0,), peaks=experiments.PEAKS[2:3])
    torch.testing.assert_close(again.scores[0], both.scores[2, :, :1], atol=0.0101, rtol=0)
