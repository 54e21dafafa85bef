"""The pulled levers on digits: what is changed, when, and which labels are wrong."""

import pytest
import torch

from dlnotes.optimizers import sgd
from dlnotes.sections.learning_rates.four_curves import experiments
from dlnotes.training.loop import train
from dlnotes.training.nets.mlp import MLP


def test_the_lever_changes_the_rate_at_the_pull_and_not_before():
    net, data = MLP((64, 4, 10)), experiments.digits()
    pulled = experiments.pulled(
        net, data, sgd, [0.05], [0.5], steps=(3, 2), seeds=(1,), every=range(6)
    )
    plain = train(
        MLP((64, 4, 10), seed=1), data, sgd, lr=lambda step: 0.05 if step < 3 else 0.5,
        steps=5, batch_size=experiments.BATCH, seed=1, every=range(6), progress=False,
    )  # fmt: skip
    torch.testing.assert_close(pulled.train_loss[0], plain.train_loss)


def test_rows_are_rates_and_columns_are_seeds():
    found = experiments.raised("slow", factors=(1, 30), seeds=(0, 1), epochs=1)
    assert found["on"].shape == found["fresh"].shape == (2, 2)
    alone = experiments.raised("slow", factors=(30,), seeds=(1,), epochs=1)
    for part in ("on", "fresh", "held"):
        torch.testing.assert_close(found[part][1, 1], alone[part][0, 0])


def test_a_rate_that_is_not_raised_makes_a_fresh_start_lag():
    found = experiments.raised("slow", factors=(1,), seeds=(0,), epochs=1)
    torch.testing.assert_close(found["before"], found["fresh"][0])  # one epoch at the slow rate
    assert found["on"][0, 0] < found["fresh"][0, 0]  # the second epoch comes on top


def test_labels_to_learn_from_are_wrong_and_those_to_choose_by_are_right():
    usual, other = experiments.digits(), experiments.digits(wrong=0.15)
    assert (usual.y != other.y).sum() == 150
    assert torch.equal(usual.y_test, other.y_test) and len(usual.y_test) == 348
    torch.testing.assert_close(experiments.digits(3.0).X, usual.X + 3)


def test_the_factor_is_chosen_by_validation_loss():
    for cause in experiments.YELLOW:
        held = experiments.recorded("raised", cause, "held").mean(1).nan_to_num(torch.inf)
        assert held[experiments.chosen(cause)] == held.min()
    assert experiments.GROWN[experiments.chosen("slow")] == 100  # inside the grid
    assert experiments.GROWN[experiments.chosen("deep")] < experiments.GROWN[-1]


def test_the_sway_is_what_lies_between_the_looks():
    found = experiments.tested("narrow", factors=(1.0,), seeds=(0,), epochs=(1, 1))
    assert 0 < found["sway"].item() < 1
    assert found["after"].item() == pytest.approx(found["before"].item(), rel=0.5)


def test_inputs_that_are_off_begin_steeper():
    usual, off = (experiments.begins(offset, seeds=(0,)) for offset in (0.0, experiments.OFFSET))
    assert 40 < (off / usual).item() < 70


def test_kept_and_left_are_of_one_test():
    after = experiments.recorded("tested", "noise", "after")
    assert torch.equal(experiments.kept("noise"), after[0])
    torch.testing.assert_close(experiments.left("noise") * after[0], after[1])
    held = experiments.recorded("tested", "net", "held")
    torch.testing.assert_close(experiments.left("net", "held"), held[1] / held[0])
