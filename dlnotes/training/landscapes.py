"""Landscapes: functions of a few coordinates whose every point can be seen."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from dlnotes.core.arguments import at_least


@dataclass(frozen=True)
class Landscape:
    """A function to descend on.

    Attributes:
        function: takes the coordinates one by one (tensors that broadcast), gives the height.
        minimum: the coordinates of a lowest point.
        view: how far to look from the minimum along each of the first two axes.
    """

    function: Callable[..., Tensor]
    minimum: tuple[float, ...]
    view: tuple[float, float] = (1.0, 1.0)

    def __call__(self, point: Tensor) -> Tensor:
        """Heights at points of shape `(..., D)`, shape `(...)`."""
        return self.function(*point.unbind(-1))

    def gradient(self, point: Tensor) -> Tensor:
        """Gradients at points of shape `(..., D)`, same shape."""
        point = point.detach().requires_grad_(True)
        (grad,) = torch.autograd.grad(self(point).sum(), point)
        return grad

    def rotated(self, degrees: float) -> "Landscape":
        """The same terrain turned counterclockwise about the origin (two coordinates only)."""
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        x, y = self.minimum

        def turned(u: Tensor, v: Tensor) -> Tensor:
            return self.function(cos * u + sin * v, cos * v - sin * u)

        reach = max(self.view)
        return replace(
            self,
            function=turned,
            minimum=(cos * x - sin * y, sin * x + cos * y),
            view=(reach, reach),
        )


def ravine_value(x: Tensor, y: Tensor, condition: float | Tensor) -> Tensor:
    """(x² + condition · y²) / 2: curvature 1 along the valley, `condition` across it."""
    return (x * x + condition * y * y) / 2


def ravine(condition: float = 100.0) -> Landscape:
    """A long, narrow valley; its Hessian is diag(1, condition).

    Args:
        condition: ratio of the largest to the smallest curvature, at least 1.

    Example:
        >>> ravine(condition=100)(torch.tensor([1.0, 1.0]))
        tensor(50.5000)
    """
    at_least("condition", condition, 1)
    return Landscape(lambda x, y: ravine_value(x, y, condition), (0.0, 0.0), (1.2, 0.6))


def quadratic(curvatures: Tensor | list[float]) -> Landscape:
    """Σ curvatures[i] · x[i]² / 2, one coordinate for every curvature.

    Args:
        curvatures: shape `(D,)`.

    Example:
        >>> quadratic([1.0, 4.0]).gradient(torch.tensor([1.0, 1.0]))
        tensor([1., 4.])
    """
    values = [float(value) for value in curvatures]

    def height(*coordinates: Tensor) -> Tensor:
        return sum(c * x * x for c, x in zip(values, coordinates, strict=True)) / 2

    return Landscape(height, (0.0,) * len(values))


def beale_value(x: Tensor, y: Tensor) -> Tensor:
    """Beale's (1958) test function: steep walls, a flat curved floor, minimum 0 at (3, 0.5)."""
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def beale() -> Landscape:
    """Beale's function as a landscape."""
    return Landscape(beale_value, (3.0, 0.5), (2.5, 1.5))


def rosenbrock_value(x: Tensor, y: Tensor) -> Tensor:
    """Rosenbrock's (1960) curved valley, (1 - x)² + 100 (y - x²)², minimum 0 at (1, 1)."""
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def rosenbrock() -> Landscape:
    """Rosenbrock's function as a landscape."""
    return Landscape(rosenbrock_value, (1.0, 1.0), (2.5, 2.0))
