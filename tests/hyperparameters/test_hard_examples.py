"""Examples by their loss: the hardest, and the labels to doubt."""

import pytest
import torch

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.hard_examples import find_label_errors, hard_example_mining

LOSSES = torch.rand(3, 10, generator=seeded(0), dtype=torch.float64)


def test_the_hardest_are_those_of_a_sort():
    for keep, count in ((0.01, 1), (0.3, 3), (1.0, 10)):
        hardest = LOSSES.sort(descending=True).values[:, :count].mean(1)
        torch.testing.assert_close(hard_example_mining(LOSSES, keep), hardest)


def test_the_others_pull_at_nothing():
    losses = LOSSES[0].clone().requires_grad_()
    (grad,) = torch.autograd.grad(hard_example_mining(losses, 0.2), losses)
    assert sorted(grad.tolist()) == [0.0] * 8 + [0.5] * 2


def test_a_share_is_a_share():
    with pytest.raises(ValueError, match="`keep` must be at most 1"):
        hard_example_mining(LOSSES, 1.5)


def test_moved_labels_are_doubted_the_surest_first():
    y = torch.arange(60) % 3
    output = 3.0 * torch.nn.functional.one_hot(y, 3)
    output[4] *= 1.2
    output[50] *= 1.5
    given = y.clone()
    given[[4, 50]] = (y[[4, 50]] + 1) % 3
    assert find_label_errors(output, given).tolist() == [50, 4]


def test_right_labels_that_are_surely_read_are_not_doubted():
    y = torch.arange(30) % 3
    assert len(find_label_errors(5.0 * torch.nn.functional.one_hot(y, 3), y)) == 0
