"""Numbers of few bits: what a format keeps, a loss that is scaled, batches taken in pieces.

Book: gradients/mixed_precision
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import at_least, filled, positive, whole


class Format(NamedTuple):
    """A binary floating point format: a sign, an exponent, and a fraction behind the leading 1.

    IEEE 754: 2^e · 1.fraction, below the lowest exponent 2^lowest · 0.fraction, then 0.

    Attributes:
        exponent: bits, at least 2.
        fraction: bits, 0 or more; together with the leading 1 they are the digits.

    Example:
        >>> FP16.largest, FP16.smallest == 2**-24
        (65504.0, True)
    """

    exponent: int
    fraction: int

    @property
    def lowest(self) -> int:
        """The lowest exponent with all digits: -14 for fp16, -126 for bf16 and float32."""
        return 2 - 2 ** (self.exponent - 1)

    @property
    def largest(self) -> float:
        """The largest finite number."""
        return (2 - 2.0**-self.fraction) * 2.0 ** (1 - self.lowest)

    @property
    def smallest(self) -> float:
        """The smallest number above 0; half of it, and less, becomes 0."""
        return 2.0 ** (self.lowest - self.fraction)


FP16 = Format(5, 10)
BF16 = Format(8, 7)
TF32 = Format(8, 10)  # bf16's exponent, fp16's digits
FP32 = Format(8, 23)


def rounded(x: Tensor, form: Format) -> Tensor:
    """The nearest number of a format, ties to the even one; beyond the largest, infinity.

    With FP16 and BF16 the same as `x.to(torch.float16)` and `x.to(torch.bfloat16)`.

    Args:
        x: any shape, floating point; the result has its dtype.
        form: no wider than that dtype.

    Example:
        >>> rounded(torch.tensor([1 / 3, 2.0**-25, 1e5], dtype=torch.float64), FP16)
        tensor([0.3333, 0.0000,    inf], dtype=torch.float64)
    """
    exponent = torch.frexp(x).exponent - 1
    step = torch.ldexp(torch.ones_like(x), exponent.clamp(min=form.lowest) - form.fraction)
    near = (x / step).round() * step
    return torch.where(near.abs() > form.largest, near.sign() * math.inf, near)


class _Through(torch.autograd.Function):
    @staticmethod
    def forward(context, x: Tensor, form: Format) -> Tensor:
        context.form = form
        return rounded(x, form)

    @staticmethod
    def backward(context, grad: Tensor) -> tuple[Tensor, None]:
        return rounded(grad, context.form), None


def through(x: Tensor, form: Format) -> Tensor:
    """Rounds a signal on its way forward, and the message on its way back.

    Args:
        x: any shape.
        form: what both are stored in.

    Example:
        >>> h = torch.tensor([1.0], requires_grad=True)
        >>> (through(h, FP16) * 1e-8).backward()
        >>> h.grad
        tensor([0.])
    """
    return _Through.apply(x, form)


class LossScaler:
    """Multiplies the loss, divides the gradients, and looks for the largest factor that will do.

    Half the scale after a gradient that is not finite, whose step is left out; twice the scale
    after `interval` steps without one. Micikevicius et al. (2018), section 3.2; the rule and its
    defaults are those of torch.amp.GradScaler.

    Args:
        scale: S, the first factor, greater than 0.
        growth: factor after enough good steps, at least 1; 1 keeps the scale from growing.
        backoff: factor after a bad one, greater than 0 and at most 1.
        interval: how many good steps are enough, at least 1.

    Raises:
        ValueError: for a number outside its range.

    Example:
        >>> scaler = LossScaler(scale=4.0)
        >>> scaler.unscaled({"weight": torch.tensor([2.0])})
        {'weight': tensor([0.5000])}
        >>> scaler.unscaled({"weight": torch.tensor([torch.inf])}), scaler.scale
        (None, 2.0)
    """

    def __init__(
        self,
        scale: float = 2.0**16,
        growth: float = 2.0,
        backoff: float = 0.5,
        interval: int = 2000,
    ) -> None:
        self.scale, self.growth = positive("scale", scale), at_least("growth", growth, 1)
        self.backoff, self.interval = positive("backoff", backoff), whole("interval", interval)
        if backoff > 1:
            raise ValueError(f"`backoff` must be at most 1, got {backoff:g}.")
        self.good = 0

    def scaled(self, loss: Tensor) -> Tensor:
        """The loss to call `backward` on, 0-d."""
        return loss * self.scale

    def unscaled(self, grads: Mapping[str, Tensor]) -> dict[str, Tensor] | None:
        """The true gradients in float32, or `None` where this step is to be left out.

        Args:
            grads: name → gradient of the scaled loss, of any shapes.

        Raises:
            ValueError: without any gradient.
        """
        scale = self.scale
        finite = all(grad.isfinite().all() for grad in filled("grads", grads).values())
        self._update(finite)
        return {name: grad.float() / scale for name, grad in grads.items()} if finite else None

    def _update(self, finite: bool) -> None:
        if not finite:
            self.scale, self.good = self.scale * self.backoff, 0
            return
        self.good += 1
        if self.good == self.interval:
            self.scale, self.good = self.scale * self.growth, 0


def accumulate(
    losses: Callable[..., Tensor], params: Mapping[str, Tensor], pieces: Sequence[tuple]
) -> tuple[dict[str, Tensor], Tensor]:
    """Gradient of the mean loss over all examples of all pieces, one piece in memory at a time.

    (Σ over pieces of ∇ Σ losses) / (number of all losses)

    Pieces may differ in size: what is summed are losses, not means.

    Args:
        losses: `(params, *piece) -> losses`, one an example or a token, shape `(any number,)`.
        params: name → tensor.
        pieces: of the batch, each a tuple of tensors such as `(X, y)`.

    Returns:
        Gradients by name, and the mean loss, 0-d.

    Raises:
        ValueError: without any piece, or where `losses` returns one number for a whole piece.

    Example:
        >>> def squares(params, x):
        ...     return (params["w"] - x) ** 2
        >>> halves = [(torch.tensor([1.0, 2.0, 3.0]),), (torch.tensor([6.0]),)]
        >>> accumulate(squares, {"w": torch.tensor(0.0)}, halves)
        ({'w': tensor(-6.)}, tensor(12.5000))
    """
    held = {name: param.detach().requires_grad_() for name, param in params.items()}
    sums, total, count = [torch.zeros_like(param) for param in held.values()], 0.0, 0
    for piece in filled("pieces", pieces):
        each = losses(held, *piece)
        if each.dim() != 1:
            raise ValueError(
                "`losses` must return one loss an example, a vector, got the shape "
                f"{tuple(each.shape)}; a mean of means is not the mean."
            )
        grads = torch.autograd.grad(each.sum(), list(held.values()))
        sums = [done + grad for done, grad in zip(sums, grads, strict=True)]
        total, count = total + each.detach().sum(), count + len(each)
    return {name: grad / count for name, grad in zip(held, sums, strict=True)}, total / count
