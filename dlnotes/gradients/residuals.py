"""Residual blocks, and what of a message comes back on the straight way.

Book: gradients/residuals
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from dlnotes.core.arguments import filled, finite, function
from dlnotes.core.seeds import seeded


class ResidualBlock(nn.Module):
    """h + scale · branch(h): what a branch makes of the signal is added to the signal.

    He, Zhang, Ren & Sun (2016), Identity Mappings in Deep Residual Networks, equation 3: nothing
    is done after the addition.

    Args:
        branch: a function or module from `(B, n)` to `(B, n)`.
        scale: of the branch; 1 / √L for L blocks keeps signal and message within √e of their size
            where the branch alone would keep it.

    Raises:
        TypeError: for a branch that is no function.
        ValueError: for a scale that is not finite.

    Example:
        >>> ResidualBlock(lambda h: h / 4, scale=2)(torch.tensor([[1.0, 4.0]]))
        tensor([[1.5000, 6.0000]])
    """

    def __init__(self, branch: Callable[[Tensor], Tensor], scale: float = 1.0) -> None:
        super().__init__()
        self.branch, self.scale = function("branch", branch), finite("scale", scale)

    def forward(self, h: Tensor) -> Tensor:
        """h `(B, n)`, result the same shape."""
        out = self.branch(h)
        if out.shape != h.shape:
            raise ValueError(
                f"`branch` must keep the shape {tuple(h.shape)} of its input, "
                f"got {tuple(out.shape)}; only then can it be added."
            )
        return h + self.scale * out


class Split(NamedTuple):
    """Root mean squares at the L + 1 places before, between and behind L blocks.

    Attributes:
        straight: of what came back past every branch, shape `(L + 1,)`: the message itself.
        branches: of what came back through one branch at least, shape `(L + 1,)`.
        total: of the two together, ∂f/∂h_0 … ∂f/∂h_L, shape `(L + 1,)`; they may cancel.
    """

    straight: Tensor
    branches: Tensor
    total: Tensor


def gradient_split(
    blocks: Sequence[ResidualBlock], x: Tensor, message: Tensor | None = None
) -> Split:
    """The two parts of a message that is sent back through residual blocks.

    ∂f/∂h_l = ∂f/∂h_L + (what passed through at least one branch)

    He et al. (2016), Identity Mappings in Deep Residual Networks, equation 5.

    Args:
        blocks: L of them.
        x: h_0, the input, shape `(B, n)`.
        message: ∂f/∂h_L, shape `(B, n)`; `None` draws it standard normal from seed 0.

    Raises:
        TypeError: for a block without a straight way.
        ValueError: without any block, or for a message of another shape than x.

    Example:
        >>> half = ResidualBlock(lambda h: h / 2)
        >>> gradient_split([half, half], torch.ones(1, 4), torch.ones(1, 4)).branches
        tensor([1.2500, 0.5000, 0.0000])
    """
    for block in filled("blocks", blocks):
        if not isinstance(block, ResidualBlock):
            raise TypeError(f"`blocks` must hold residual blocks, got {block!r}.")
    signals = [x.detach().requires_grad_()]
    for block in blocks:
        signals.append(block(signals[-1]))
    sent = _normal(x) if message is None else message
    if sent.shape != x.shape:
        raise ValueError(
            f"`message` must have the shape of x, {tuple(x.shape)}, got {tuple(sent.shape)}."
        )
    back = torch.autograd.grad(signals[-1], signals, sent)
    return Split(*(_sizes(part) for part in ([sent] * len(back), [g - sent for g in back], back)))


def _sizes(parts: Sequence[Tensor]) -> Tensor:
    return torch.stack([part.square().mean().sqrt() for part in parts])


def _normal(x: Tensor) -> Tensor:
    return torch.randn(x.shape, generator=seeded(0), dtype=torch.float64).to(x)
