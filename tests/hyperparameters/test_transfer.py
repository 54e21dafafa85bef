"""A new head on learned layers, and layers held still."""

import pytest
import torch

from dlnotes.hyperparameters.transfer import freeze, frozen_floor, with_new_head
from dlnotes.training.nets.mlp import MLP


def test_the_layers_below_the_head_are_the_same_numbers_and_not_the_same_tensors():
    net = MLP((3, 6, 5, 4), seed=1)
    moved = with_new_head(net, outputs=2)
    for old, new in zip(net.layers[:-1], moved.layers[:-1], strict=True):
        assert torch.equal(old.weight, new.weight) and old.weight is not new.weight
    assert moved(torch.ones(7, 3)).shape == (7, 2) and moved.sizes == (3, 6, 5, 2)
    assert net.layers[-1].weight.shape == (4, 5)


def test_what_is_frozen_gets_no_gradient():
    net = with_new_head(MLP((3, 6, 5, 4)), outputs=1)
    left = freeze(net, layers=2)
    net(torch.ones(2, 3)).sum().backward()
    assert all(param.grad is None for layer in net.layers[:2] for param in layer.parameters())
    assert [param.shape for param in left] == [(1, 5), (1,)]
    assert len(freeze(net, layers=0)) == 6


def test_settings_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="layers"):
        freeze(MLP((3, 6, 4)), layers=2)
    with pytest.raises(ValueError, match="shared"):
        frozen_floor(1.5)
