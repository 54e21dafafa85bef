"""Newton's method within a radius of trust, which grows and shrinks with the model's success.

Book: optimizers/curvature
"""

from collections.abc import Callable

import torch
from torch import Tensor

from dlnotes.core.arguments import finite, positive
from dlnotes.optimizers.vectors import Params, start

ITERATIONS = 100


def trust_region_step(grad: Tensor, hessian: Tensor, radius: float) -> Tensor:
    """The lowest point of the quadratic model within a radius.

    minimize  grad · delta + delta · hessian · delta / 2   over  |delta| ≤ radius

    Solved exactly in the eigenbasis of the Hessian: delta = -(hessian + shift · I)⁻¹ grad with the
    smallest shift ≥ 0 that leaves no negative curvature and stays within the radius; Moré &
    Sorensen (1983), Nocedal & Wright (2006), theorem 4.1 and section 4.3. Where the gradient has
    nothing along the lowest eigenvector (the hard case, a saddle itself among them), the rest of
    the radius is walked along that vector.

    Args:
        grad: gradient, shape `(D,)`.
        hessian: second derivatives, symmetric, shape `(D, D)`; it may be indefinite or singular.
        radius: greater than 0, in units of the parameters.

    Returns:
        Shape `(D,)`.

    Raises:
        ValueError: when the Hessian holds NaN or inf.

    Example:
        >>> saddle = torch.diag(torch.tensor([1.0, -1.0]))
        >>> trust_region_step(torch.tensor([0.0, 0.0]), saddle, radius=0.5).abs()
        tensor([0.0000, 0.5000])
    """
    if not hessian.isfinite().all():
        raise ValueError("`hessian` must be finite, got NaN or inf; start elsewhere.")
    curvatures, basis = torch.linalg.eigh(hessian)
    slopes = basis.T @ grad
    # counted from the lowest curvature, so that nothing cancels where the shift comes close to it
    gaps, least = curvatures - curvatures[0], curvatures[0].clamp(min=0)
    move = _move(slopes, gaps, least)
    if move.norm() > radius:
        move = _move(slopes, gaps, _crossing(slopes, gaps, least, radius))
    elif curvatures[0] < 0:
        move[0] += (radius**2 - move.norm() ** 2).clamp(min=0).sqrt()
    return basis @ move


class TrustRegion:
    """Newton's method for a loss of few parameters, safe far from a minimum.

    Nocedal & Wright (2006), algorithm 4.1: where the loss falls by less than a quarter of what the
    model promised, the radius shrinks to a quarter; where it falls by more than three quarters and
    the radius was in the way, it doubles. A step that gains less than `accept` of the promise is
    not made. Unlike Newton's method it leaves a saddle.

    Args:
        loss: takes the parameters as `params` has them and gives one number.
        params: name -> tensor, or one tensor; the start. Not changed.
        radius: the first radius, in units of the parameters.
        max_radius: the largest.
        accept: η of algorithm 4.1, in [0, 1/4).

    Attributes:
        params: where the method is now, shaped as at the start.
        radius: the radius now.

    Raises:
        ValueError: for an argument out of its range, a loss that is not one finite number.

    Example:
        >>> saddle = TrustRegion(lambda x: x[0] ** 2 - x[1] ** 2 + x[1] ** 4, torch.zeros(2))
        >>> losses = [saddle.step() for _ in range(10)]
        >>> saddle.params.abs()
        tensor([0.0000, 0.7071])
    """

    def __init__(
        self,
        loss: Callable[[Params], Tensor],
        params: Params,
        *,
        radius: float = 1.0,
        max_radius: float = 1000.0,
        accept: float = 0.15,
    ) -> None:
        self.radius = finite("radius", positive("radius", radius))
        self.max_radius, self.accept = max_radius, accept
        if not max_radius >= radius:
            raise ValueError(
                f"`max_radius` must be at least `radius`, got {max_radius:g} and {radius:g}."
            )
        if not 0 <= accept < 0.25:
            raise ValueError(f"`accept` must be in [0, 0.25), got {accept:g}.")
        self.vector, self._way_back = start(loss, params)
        self._loss = lambda vector: loss(self._way_back.params(vector))

    @property
    def params(self) -> Params:
        """The parameters now."""
        return self._way_back.params(self.vector)

    def step(self) -> Tensor:
        """Tries one step, makes it if it helps, and adapts the radius.

        Returns:
            The loss before the step, 0-d.
        """
        grad, value = torch.func.grad_and_value(self._loss)(self.vector)
        hessian = torch.func.hessian(self._loss)(self.vector)
        delta = trust_region_step(grad, hessian, self.radius)
        promised = -(grad @ delta + delta @ hessian @ delta / 2)
        ratio = (value - self._loss(self.vector + delta)) / promised
        if ratio > self.accept:
            self.vector = self.vector + delta
        if not ratio >= 0.25:  # a NaN counts as failure
            self.radius = self.radius / 4
        elif ratio > 0.75 and delta.norm() > 0.999 * self.radius:
            self.radius = min(2 * self.radius, self.max_radius)
        return value


def _move(slopes: Tensor, gaps: Tensor, least: Tensor) -> Tensor:
    """-slopes / (gaps + least) in the eigenbasis, where 0 / 0 is 0."""
    return torch.where(slopes == 0, 0, -slopes / (gaps + least))


def _crossing(slopes: Tensor, gaps: Tensor, least: Tensor, radius: float) -> Tensor:
    """The lowest curvature after the shift that makes the step as long as the radius.

    Newton's method on 1 / radius - 1 / |move|, Nocedal & Wright (2006), equation 4.43. It starts
    where the step is still too long and so comes closer from one side only.
    """
    shifted = torch.maximum(least, (slopes.abs() / radius - gaps).max())
    for _ in range(ITERATIONS):
        move = _move(slopes, gaps, shifted)
        length = move.norm()
        if not length > radius * (1 + 4 * torch.finfo(move.dtype).eps):
            break
        slope = torch.where(slopes == 0, 0, move.square() / (gaps + shifted)).sum()
        shifted = shifted + length.square() / slope * (length - radius) / radius
    return shifted
