"""Magnitude pruning, against a sort by hand."""

import pytest
import torch

from dlnotes.core.seeds import seeded
from dlnotes.regularization.pruning import dense_width, magnitude_mask


@pytest.mark.parametrize("sparsity", [0.0, 0.3, 0.5, 0.9, 1.0])
def test_so_many_go_and_none_of_them_is_larger_than_one_that_stays(sparsity):
    weight = torch.randn(7, 9, generator=seeded(0))
    kept = magnitude_mask(weight, sparsity)
    assert int((~kept).sum()) == int(63 * sparsity)
    if 0 < sparsity < 1:
        assert weight[~kept].abs().max() <= weight[kept].abs().min()


def test_the_sign_does_not_count():
    weight = torch.randn(4, 6, generator=seeded(1))
    assert torch.equal(magnitude_mask(weight, 0.5), magnitude_mask(-weight, 0.5))


def test_every_net_of_a_stack_is_cut_on_its_own():
    weight = torch.randn(3, 4, 5, generator=seeded(2)) * torch.tensor([0.01, 1, 100])[:, None, None]
    each = [magnitude_mask(one, 0.7) for one in weight]
    assert torch.equal(magnitude_mask(weight, 0.7), torch.stack(each))


def test_equal_weights_go_from_the_front():
    assert magnitude_mask(torch.ones(1, 4), 0.5).tolist() == [[False, False, True, True]]


def test_a_dense_net_with_as_many_weights():
    for sparsity in (0.5, 0.75, 0.875):
        width = dense_width(64, sparsity)
        kept = sum(
            int(magnitude_mask(torch.randn(*shape, generator=seeded(3)), sparsity).sum())
            for shape in ((64, 64), (10, 64))
        )
        assert width * (64 + 10) == kept


@pytest.mark.parametrize("sparsity", [-0.1, 1.5])
def test_no_such_part(sparsity):
    with pytest.raises(ValueError, match="`sparsity`"):
        magnitude_mask(torch.ones(2, 2), sparsity)
