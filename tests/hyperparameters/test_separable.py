"""The separable convolution against torch's, with as many groups as channels."""

import pytest
import torch
from torch.nn import functional as F

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.separable import DepthwiseSeparable, depthwise, pointwise

X = torch.randn(2, 5, 6, 7, generator=seeded(0), dtype=torch.float64)


@pytest.mark.parametrize("side", [1, 3, 5])
def test_each_channel_has_a_window_of_its_own(side):
    weight = torch.randn(5, side, side, generator=seeded(1), dtype=torch.float64)
    expected = F.conv2d(X, weight[:, None], padding=side // 2, groups=5)
    torch.testing.assert_close(depthwise(X, weight), expected)


def test_pixels_are_mixed_on_their_own():
    weight = torch.randn(3, 5, generator=seeded(2), dtype=torch.float64)
    torch.testing.assert_close(pointwise(X, weight), F.conv2d(X, weight[:, :, None, None]))


def test_the_layer_is_one_convolution_of_low_rank():
    layer = DepthwiseSeparable(5, 4, seed=3).double()
    whole = layer.mix[:, :, None, None] * layer.depth
    torch.testing.assert_close(layer(X), F.conv2d(X, whole, padding=1))


def test_a_window_without_a_middle_is_refused():
    with pytest.raises(ValueError, match="odd"):
        DepthwiseSeparable(2, 2, kernel=4)
    with pytest.raises(ValueError, match="odd"):
        depthwise(X, torch.zeros(5, 2, 2, dtype=torch.float64))
