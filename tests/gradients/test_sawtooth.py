"""The sawtooth that a deep net writes with two units a layer."""

import pytest
import torch

from dlnotes.gradients.sawtooth import GRID, pieces, sawtooth

X = torch.linspace(0, 1, GRID + 1, dtype=torch.float64)


def by_folding(layers):
    y = X
    for _ in range(layers):
        y = torch.minimum(2 * y, 2 - 2 * y)
    return y


@pytest.mark.parametrize("layers", [1, 2, 3, 12])
def test_the_net_is_the_tent_composed_with_itself(layers):
    y = sawtooth(layers)(X.unsqueeze(1)).flatten().detach()
    assert torch.equal(y, by_folding(layers))
    assert pieces(y) == 2**layers


def test_two_units_a_layer():
    assert sawtooth(3).sizes == (1, 2, 2, 2, 1)


def test_a_straight_line_is_one_piece():
    assert pieces(3 - 2 * X) == 1


def test_a_shallow_net_has_one_piece_more_than_units():
    source = torch.Generator().manual_seed(0)
    kinks = torch.randperm(GRID - 1, generator=source)[:20].add(1).double() / GRID
    heights = torch.randn(20, generator=source, dtype=torch.float64)
    assert pieces((X.unsqueeze(1) - kinks).relu() @ heights) == 21


@pytest.mark.parametrize("layers", [0, 13])
def test_too_few_or_too_many_layers_are_said(layers):
    with pytest.raises(ValueError, match="layers"):
        sawtooth(layers)


def test_two_places_are_too_few():
    with pytest.raises(ValueError, match="three places"):
        pieces(torch.ones(2))
