"""Counts against nets that are counted another way."""

import pytest
import torch
from torch import nn

from dlnotes.hyperparameters.cost import conv_cost, net_cost, separable_cost


def test_a_separable_convolution_needs_one_over_outputs_and_one_over_the_window():
    for inputs, outputs, kernel in ((64, 128, 3), (3, 7, 5), (10, 1, 1)):
        whole, parts = (count(inputs, outputs, kernel, 9) for count in (conv_cost, separable_cost))
        ratio = 1 / outputs + 1 / kernel**2
        assert parts.params / whole.params == pytest.approx(ratio)
        assert parts.macs / whole.macs == pytest.approx(ratio)


def test_groups_count_as_torch_has_them():
    layer = nn.Conv2d(8, 12, 3, padding=1, groups=4, bias=False)
    assert conv_cost(8, 12, 3, 5, groups=4) == net_cost(layer, torch.zeros(1, 8, 5, 5))
    assert conv_cost(8, 12, 3, 5, groups=4).params == layer.weight.numel()


def test_multiplications_of_a_net_are_those_of_its_weights():
    net = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(18, 5))
    found = net_cost(net, torch.zeros(1, 1, 3, 3))
    assert found == (20 + 95, 18 * 9 + 90, 18 + 5)
    assert not any(layer._forward_hooks for layer in net.modules())


def test_channels_that_groups_do_not_divide_are_refused():
    with pytest.raises(ValueError, match="must divide"):
        conv_cost(6, 8, 3, 4, groups=4)
