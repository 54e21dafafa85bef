"""Which way a loss falls: the slope along a direction, a probe all around, the steepest step.

Book: gradients/arrow
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import finite, one_of, positive, whole
from dlnotes.core.seeds import seeded

CHUNK = 100  # directions that are tried at once


class Probe(NamedTuple):
    """What a step changes, direction by direction.

    Attributes:
        directions: shape `(n, D)`, each of length 1.
        slopes: shape `(n,)`, change of the function over the length of the step.
    """

    directions: Tensor
    slopes: Tensor

    @property
    def uphill(self) -> Tensor:
        """The direction of the greatest rise, shape `(D,)`."""
        return self.directions[self.slopes.argmax()]

    @property
    def downhill(self) -> Tensor:
        """The direction of the greatest fall, shape `(D,)`."""
        return self.directions[self.slopes.argmin()]


def directional_derivative(grad: Tensor, direction: Tensor) -> float:
    """The slope along a direction, a number: ‖grad‖ · cos φ, φ the angle between the two.

    grad · direction / ‖direction‖

    Nocedal & Wright (2006), §2.2. How long the direction is does not matter.

    Args:
        grad: shape `(D,)`.
        direction: shape `(D,)`, not zero.

    Returns:
        In units of the function per unit of way.

    Raises:
        ValueError: where the two differ in shape, or the direction is zero.

    Example:
        >>> directional_derivative(torch.tensor([3.0, 4.0]), torch.tensor([2.0, 0.0]))
        3.0
    """
    length = _length("direction", direction, like=grad)
    return (torch.dot(grad.flatten(), direction.flatten()) / length).item()


def angle(a: Tensor, b: Tensor) -> float:
    """The angle between two arrows, in degrees from 0 to 180.

    Args:
        a: any shape, not zero.
        b: the same shape, not zero.

    Raises:
        ValueError: where the two differ in shape, or one is zero.

    Example:
        >>> round(angle(torch.tensor([1.0, 0.0]), torch.tensor([-1.0, 1.0])), 3)
        135.0
    """
    a, b = a / _length("a", a, like=b), b / _length("b", b, like=a)
    # the half angle's tangent is exact where the cosine no longer changes, near 0 and 180
    return math.degrees(2 * torch.atan2((a - b).norm(), (a + b).norm()).item())


def direction_probe(
    fn: Callable[[Tensor], Tensor],
    at: Tensor | Sequence[float],
    n: int = 3600,
    *,
    step: float = 1e-6,
    seed: int = 0,
) -> Probe:
    """Takes the same step in many directions, from one place, and notes what each changes.

    (fn(at + step · d) - fn(at)) / step    for n directions d of length 1

    With two numbers the directions are even, from the first axis on towards the second; with any
    other count they are random.

    Args:
        fn: takes a tensor like `at` and gives one number; torch.vmap must be able to map it.
        at: where, shape `(D,)`.
        n: how many directions, at least 1.
        step: how far, greater than 0. Small, and the slopes are directional derivatives, to an
            error of the curvature times half a step; too small, and rounding drowns them.
        seed: of the random directions.

    Raises:
        ValueError: without a number to change, or for an `n` or `step` out of range.

    Example:
        >>> probe = direction_probe(lambda p: p[0] + 2 * p[1], torch.tensor([0.0, 0.0]), n=4)
        >>> probe.directions[probe.slopes.argmax()].round()
        tensor([0., 1.])
    """
    place = torch.as_tensor(at)
    place = place if place.is_floating_point() else place.double()
    if place.ndim != 1 or not len(place):
        raise ValueError(f"`at` must be a row of numbers, got shape {tuple(place.shape)}.")
    positive("step", finite("step", step))
    directions = _directions(whole("n", n), place, seed)
    here = fn(place)
    slopes = torch.vmap(lambda d: (fn(place + step * d) - here) / step, chunk_size=CHUNK)(
        directions
    )
    return Probe(directions, slopes)


def steepest_descent(grad: Tensor, norm: str = "euclidean") -> Tensor:
    """The step along which the loss falls fastest, among all steps of length 1 in a norm.

    Boyd & Vandenberghe (2004), §9.4, the normalized steepest descent direction; the spectral norm
    in Bernstein & Newhouse (2024).

    Args:
        grad: shape `(D,)`, or `(m, n)` for `"spectral"`; not zero.
        norm: how the length of a step is measured.
            `"euclidean"`: root of the sum of squares; the step is -grad / ‖grad‖.
            `"max"`: the largest entry; the step is -sign(grad).
            `"sum"`: the sum of all entries; the step moves one number only, that of the largest
            entry of grad (the first of several).
            `"spectral"`: the most that the matrix lengthens a vector; the step is -U Vᵀ where
            grad = U S Vᵀ.

    Raises:
        ValueError: for another norm, a zero gradient, or a spectral norm of what is no matrix.

    Example:
        >>> grad = torch.tensor([1.0, -10.0])
        >>> steepest_descent(grad, "max"), steepest_descent(grad, "sum")
        (tensor([-1.,  1.]), tensor([0., 1.]))
    """
    one_of("norm", norm, STEEPEST)
    length = _length("grad", grad)
    if norm == "spectral" and grad.ndim != 2:
        raise ValueError(
            f"`grad` must be a matrix for a spectral norm, got {grad.ndim} dimensions."
        )
    return STEEPEST[norm](grad / length)


def _largest(grad: Tensor) -> Tensor:
    flat = grad.flatten()
    step = torch.zeros_like(flat)
    place = flat.abs().argmax()
    step[place] = -flat[place].sign()
    return step.view_as(grad)


def _spectral(grad: Tensor) -> Tensor:
    left, sizes, right = torch.linalg.svd(grad, full_matrices=False)
    seen = sizes > 1e-12 if grad.dtype == torch.float64 else sizes > 1e-6
    return -(left[:, seen] @ right[seen])


STEEPEST: dict[str, Callable[[Tensor], Tensor]] = {
    "euclidean": lambda grad: -grad,
    "max": lambda grad: -grad.sign(),
    "sum": _largest,
    "spectral": _spectral,
}


def _directions(n: int, at: Tensor, seed: int) -> Tensor:
    if len(at) == 2:
        turns = torch.arange(n, dtype=torch.float64) / n * 2 * math.pi
        return torch.stack([turns.cos(), turns.sin()], dim=1).to(at)
    drawn = torch.randn(n, len(at), generator=seeded(seed), dtype=torch.float64)
    return (drawn / drawn.norm(dim=1, keepdim=True)).to(at)


def _length(name: str, vector: Tensor, like: Tensor | None = None) -> Tensor:
    """How long it is, once it is known to be long at all, and shaped as it must be."""
    if like is not None and vector.shape != like.shape:
        shapes = f"{tuple(like.shape)} and {tuple(vector.shape)}"
        raise ValueError(f"`{name}` must be shaped like its partner, got {shapes}.")
    length = vector.norm()
    if not 0 < length < math.inf:
        raise ValueError(f"`{name}` must point somewhere, got length {length.item():g}.")
    return length
