"""The depthwise separable convolution: look along the picture first, mix the channels afterwards.

Howard et al. (2017).

Book: hyperparameters/better_or_smaller
"""

import torch
from torch import Tensor, nn

from dlnotes.core.arguments import whole


def depthwise(X: Tensor, weight: Tensor) -> Tensor:
    """Every channel convolved with a window of its own; the maps keep their size.

    Args:
        X: `(B, M, H, W)`.
        weight: `(M, k, k)`, k odd.

    Returns:
        Shaped like `X`; as torch's `conv2d` with as many groups as channels.
    """
    side = weight.shape[-1]
    if side % 2 == 0:
        raise ValueError(f"`weight` must have an odd side, got {side}.")
    padded = nn.functional.pad(X, [side // 2] * 4)
    height, width = X.shape[2:]
    out = torch.zeros_like(X)
    for i in range(side):
        for j in range(side):
            out = out + weight[:, i, j, None, None] * padded[:, :, i : i + height, j : j + width]
    return out


def pointwise(X: Tensor, weight: Tensor) -> Tensor:
    """Every pixel's channels mixed anew, without a look at its neighbors.

    Args:
        X: `(B, M, H, W)`.
        weight: `(N, M)`.

    Returns:
        `(B, N, H, W)`.
    """
    return torch.einsum("nm,bmhw->bnhw", weight, X)


class DepthwiseSeparable(nn.Module):
    """`pointwise(depthwise(X))`, in place of one convolution; without a bias.

    Args:
        inputs: M, channels that go in.
        outputs: N, channels that come out.
        kernel: k, the side of the window, odd.
        seed: of the weights, normal with a variance of 1 / k² and 2 / M.

    Example:
        >>> layer = DepthwiseSeparable(64, 128)
        >>> layer(torch.zeros(1, 64, 8, 8)).shape, sum(p.numel() for p in layer.parameters())
        (torch.Size([1, 128, 8, 8]), 8768)
    """

    def __init__(self, inputs: int, outputs: int, kernel: int = 3, *, seed: int = 0) -> None:
        super().__init__()
        for name, value in (("inputs", inputs), ("outputs", outputs), ("kernel", kernel)):
            whole(name, value, least=1)
        if kernel % 2 == 0:
            raise ValueError(f"`kernel` must be odd, got {kernel}.")
        source = torch.Generator().manual_seed(seed)
        self.depth = nn.Parameter(torch.randn(inputs, kernel, kernel, generator=source) / kernel)
        mix = torch.randn(outputs, inputs, generator=source) * (2 / inputs) ** 0.5
        self.mix = nn.Parameter(mix)

    def forward(self, X: Tensor) -> Tensor:
        """X `(B, M, H, W)`, result `(B, N, H, W)`."""
        return pointwise(depthwise(X, self.depth), self.mix)
