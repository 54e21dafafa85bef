"""Normalizations: shift and stretch what a layer hands on, then learn a scale and a shift.

Batch norm takes its mean and variance from the batch at hand, over the examples whose `weight`
is 1. Nothing is remembered between calls, so a net stays a pure function of its parameters.
To evaluate with the statistics of the training set, send the training set along: its rows with
weight 1, the new rows with weight 0 (`evaluation.evaluate` does).
"""

import torch
from torch import Tensor, nn

EPS = 1e-5


class BatchNorm(nn.Module):
    """(X - mean) / √(variance + eps) · scale + shift, a feature at a time over the batch.

    Ioffe & Szegedy (2015), Algorithm 1.

    Args:
        width: H, the number of features.
    """

    def __init__(self, width: int, *, dtype=torch.float32, device=None) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(width, dtype=dtype, device=device))
        self.shift = nn.Parameter(torch.zeros(width, dtype=dtype, device=device))

    def forward(self, X: Tensor, weight: Tensor | None = None) -> Tensor:
        """X `(B, H)`, weight `(B,)` of 0 and 1: which examples the statistics are taken of."""
        share = _shares(X, weight)
        mean = (share * X).sum(-2, keepdim=True)
        variance = (share * (X - mean).square()).sum(-2, keepdim=True)
        return (X - mean) * torch.rsqrt(variance + EPS) * self.scale + self.shift


class LayerNorm(nn.Module):
    """(x - mean) / √(variance + eps) · scale + shift, an example at a time over its features.

    Ba, Kiros & Hinton (2016), equation 4.

    Args:
        width: H, the number of features.
    """

    def __init__(self, width: int, *, dtype=torch.float32, device=None) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(width, dtype=dtype, device=device))
        self.shift = nn.Parameter(torch.zeros(width, dtype=dtype, device=device))

    def forward(self, X: Tensor, weight: Tensor | None = None) -> Tensor:
        """X `(B, H)`; the other examples, and so `weight`, do not matter."""
        centered = X - X.mean(-1, keepdim=True)
        variance = centered.square().mean(-1, keepdim=True)
        return centered * torch.rsqrt(variance + EPS) * self.scale + self.shift


class RMSNorm(nn.Module):
    """x / √(mean of x² + eps) · scale, an example at a time: layer norm without the mean.

    Zhang & Sennrich (2019), equation 4.

    Args:
        width: H, the number of features.
    """

    def __init__(self, width: int, *, dtype=torch.float32, device=None) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(width, dtype=dtype, device=device))

    def forward(self, X: Tensor, weight: Tensor | None = None) -> Tensor:
        """X `(B, H)`; the other examples, and so `weight`, do not matter."""
        return X * torch.rsqrt(X.square().mean(-1, keepdim=True) + EPS) * self.scale


def _shares(X: Tensor, weight: Tensor | None) -> Tensor | float:
    """What part of a mean over the batch each example makes up, `(B, 1)`."""
    if weight is None:
        return 1 / X.shape[-2]
    weight = weight.to(X.dtype)
    return (weight / weight.sum()).unsqueeze(-1)


NORMS = {"batch": BatchNorm, "layer": LayerNorm, "rms": RMSNorm}
