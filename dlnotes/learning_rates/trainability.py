"""Thousands of small nets trained side by side, each with learning rates of its own.

They share start and examples, so a step of all of them is one matrix product.

Book: learning_rates/fractal_boundary
"""

from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import whole
from dlnotes.core.seeds import seeded
from dlnotes.training.compiling.functions import compiled_function

LAST = 20  # losses at the end that decide, so that an oscillation does not
CEILING = 1e6  # a loss this many times the first one counts as infinite


class Start(NamedTuple):
    """What all nets share: their first weights and the examples, as gradient descent sees them.

    Attributes:
        sums: weighted sums of the inputs in every hidden unit, shape `(B, H)`.
        out: output weights, shape `(H,)`.
        kernel: inner products of the scaled inputs, shape `(B, B)`.
        y: targets, shape `(B,)`.
    """

    sums: Tensor
    out: Tensor
    kernel: Tensor
    y: Tensor


def start(
    seed: int = 0,
    *,
    hidden: int = 16,
    examples: int = 16,
    dtype: torch.dtype = torch.float64,
    device: str | torch.device | None = None,
) -> Start:
    """Weights and examples, all standard normal.

    output(x) = (1/n) Σ_h out_h tanh(√(2/n) Σ_i W_hi x_i)

    Sohl-Dickstein (2024), the net of mean-field form: n inputs, n hidden units, one output.

    Args:
        seed: of all random numbers.
        hidden: n, inputs and hidden units.
        examples: B, all used in every step.
        dtype: float64, unless the window is wide.
        device: `None` is the CPU.
    """
    whole("hidden", hidden), whole("examples", examples)
    source = seeded(seed)
    normal = partial(torch.randn, generator=source, dtype=torch.float64)
    X, y = normal(examples, hidden), normal(examples)
    weights, out = normal(hidden, hidden), normal(hidden)
    X = X * (2 / hidden) ** 0.5
    parts = (X @ weights.T, out, X @ X.T, y)
    return Start(*(part.to(dtype=dtype, device=device) for part in parts))


def step(
    sums: Tensor, out: Tensor, kernel: Tensor, y: Tensor, lr_in: Tensor, lr_out: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """One step of gradient descent on the mean squared error, for R nets side by side.

    A step moves the input weights by -lr · back · Xᵀ, so it moves the sums W · X by
    -lr · back · (XᵀX): the sums and the `kernel` are enough, the weights themselves never appear.

    Args:
        sums: `(B, H, R)`, as in `Start`, for every net.
        out: `(H, R)`.
        kernel: `(B, B)`.
        y: `(B,)`.
        lr_in: learning rates of the input layer, `(R,)`.
        lr_out: learning rates of the output layer, `(R,)`.

    Returns:
        The next `sums` and `out`, and the losses before the step, `(R,)`.
    """
    h = 1 - 2 / (torch.exp(2 * sums) + 1)  # tanh: the compiler has a faster exp
    error = (h * out).mean(1) - y[:, None]
    slope = 2 / (len(y) * len(out)) * error[:, None]
    back = (slope * out * lr_in) * (1 - h * h)
    moved = (kernel @ back.flatten(1)).view_as(sums)
    return sums - moved, out - lr_out * (slope * h).sum(0), error.square().mean(0)


def losses(
    lr_in: Tensor, lr_out: Tensor, shared: Start, *, steps: int = 200, compiled: bool = False
) -> Tensor:
    """The losses of R nets, one for each pair of learning rates.

    Args:
        lr_in: of the input layer, shape `(R,)`.
        lr_out: of the output layer, shape `(R,)`.
        shared: from `start`.
        steps: T, losses to take; the first one is that of the start.
        compiled: run `step` through `torch.compile`, once for every R; where there is no compiler
            it runs as it is written.

    Returns:
        Shape `(T, R)`. A net that diverges keeps its inf and NaN.
    """
    if lr_in.shape != lr_out.shape or lr_in.ndim != 1:
        shapes = f"{tuple(lr_in.shape)} and {tuple(lr_out.shape)}"
        raise ValueError(f"`lr_in` and `lr_out` must both have shape (R,), got {shapes}.")
    sums = shared.sums[..., None].expand(-1, -1, len(lr_in)).contiguous()
    out = shared.out[..., None].expand(-1, len(lr_in)).contiguous()
    rest = shared.kernel, shared.y, lr_in.to(shared.y), lr_out.to(shared.y)
    make = (compiled and compiled_function(_step, None, (sums, out, *rest))) or step
    found = shared.y.new_empty(whole("steps", steps), len(lr_in))
    for now in range(steps):
        sums, out, found[now] = make(sums, out, *rest)
    return found


def measure(losses: Tensor) -> Tensor:
    """How a training run went, in one number.

    With v = losses / first loss, at most 10⁶: -Σ v where it converged (the mean of the last 20 is
    below 1), Σ 1 / v where it did not. So the sign tells which, and the size how fast.
    As in the code published with Sohl-Dickstein (2024).

    Args:
        losses: shape `(T, ...)`.

    Returns:
        Shape `(...)`.

    Example:
        >>> measure(torch.tensor([[4.0, 4.0], [2.0, 8.0], [0.0, torch.inf]]))
        tensor([-1.5000,  1.5000])
    """
    v = (losses / losses[0]).nan_to_num(CEILING).clamp(max=CEILING)
    converged = v[-LAST:].mean(0) < 1
    return torch.where(converged, -v.sum(0), (1 / v).sum(0))


def _step(_, *arguments: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    return step(*arguments)
