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

KINDS = ("tanh", "linear", "last")
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
    sums: Tensor,
    out: Tensor,
    kernel: Tensor,
    y: Tensor,
    lr_in: Tensor,
    lr_out: Tensor,
    *,
    linear: bool = False,
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
        linear: whether the units pass on their sums as they are, without tanh.

    Returns:
        The next `sums` and `out`, and the losses before the step, `(R,)`.
    """
    h = sums if linear else _tanh(sums)
    error = (h * out).mean(1) - y[:, None]
    slope = 2 / (len(y) * len(out)) * error[:, None]
    back = slope * out * lr_in
    if not linear:
        back = back * (1 - h * h)
    moved = (kernel @ back.flatten(1)).view_as(sums)
    return sums - moved, out - lr_out * (slope * h).sum(0), error.square().mean(0)


def last_step(
    out: Tensor, h: Tensor, y: Tensor, lr_first: Tensor, lr_second: Tensor
) -> tuple[Tensor, Tensor]:
    """One step of nets of which only the output layer learns: their loss is a quadratic.

    So that there are two learning rates here as well, each half of its weights has its own.

    Args:
        out: `(H, R)`.
        h: what the hidden units give, the same for all nets at every step, `(B, H)`.
        y: `(B,)`.
        lr_first: learning rates of the first half of `out`, `(R,)`.
        lr_second: learning rates of the second half, `(R,)`.

    Returns:
        The next `out`, and the losses before the step, `(R,)`.
    """
    error = h @ out / len(out) - y[:, None]
    grad = 2 / (len(y) * len(out)) * (h.T @ error)
    half = len(out) // 2
    moved = torch.cat([lr_first * grad[:half], lr_second * grad[half:]])
    return out - moved, error.square().mean(0)


def losses(
    lr_in: Tensor,
    lr_out: Tensor,
    shared: Start,
    *,
    steps: int = 200,
    kind: str = "tanh",
    compiled: bool = False,
) -> Tensor:
    """The losses of R nets, one for each pair of learning rates.

    Args:
        lr_in: of the input layer, shape `(R,)`; of the first half of the output weights where
            `kind` is `"last"`.
        lr_out: of the output layer, shape `(R,)`; of the second half of it.
        shared: from `start`.
        steps: T, losses to take; the first one is that of the start.
        kind: `"tanh"`; `"linear"`, the same two layers without tanh; or `"last"`, where the
            output layer alone learns.
        compiled: run `step` through `torch.compile`, once for every R; where there is no compiler
            it runs as it is written.

    Returns:
        Shape `(T, R)`. A net that diverges keeps its inf and NaN.
    """
    if lr_in.shape != lr_out.shape or lr_in.ndim != 1:
        shapes = f"{tuple(lr_in.shape)} and {tuple(lr_out.shape)}"
        raise ValueError(f"`lr_in` and `lr_out` must both have shape (R,), got {shapes}.")
    if kind not in KINDS:
        raise ValueError(f"`kind` must be one of {', '.join(KINDS)}, got {kind!r}.")
    sums = shared.sums[..., None].expand(-1, -1, len(lr_in)).contiguous()
    out = shared.out[..., None].expand(-1, len(lr_in)).contiguous()
    rates = lr_in.to(shared.y), lr_out.to(shared.y)
    if kind == "last":
        state, make, rest = (out,), last_step, (_tanh(shared.sums), shared.y, *rates)
    else:
        state, rest = (sums, out), (shared.kernel, shared.y, *rates)
        make = partial(step, linear=kind == "linear")
        if compiled and kind == "tanh":
            make = compiled_function(_step, None, (*state, *rest)) or make
    found = shared.y.new_empty(whole("steps", steps), len(lr_in))
    for now in range(steps):
        *state, found[now] = make(*state, *rest)
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


def _tanh(sums: Tensor) -> Tensor:
    return 1 - 2 / (torch.exp(2 * sums) + 1)  # the compiler has a faster exp


def _step(_, *arguments: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    return step(*arguments)
