"""Landscapes: functions of a few coordinates whose every point can be seen."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from dlnotes.core.arguments import at_least, filled, finite


@dataclass(frozen=True)
class Landscape:
    """A function to descend on.

    Attributes:
        function: takes the coordinates one by one (tensors that broadcast), gives the height.
        minimum: the coordinates of a lowest point.
        view: how far to look from the minimum along each of the first two axes.
        others: further local minima, deepest first, as far as they can be listed.
    """

    function: Callable[..., Tensor]
    minimum: tuple[float, ...]
    view: tuple[float, float] = (1.0, 1.0)
    others: tuple[tuple[float, ...], ...] = ()

    @property
    def minima(self) -> tuple[tuple[float, ...], ...]:
        """All local minima that are listed, a lowest one first."""
        return (self.minimum, *self.others)

    def __call__(self, point: Tensor) -> Tensor:
        """Heights at points of shape `(..., D)`, shape `(...)`."""
        return self.function(*point.unbind(-1))

    def gradient(self, point: Tensor) -> Tensor:
        """Gradients at points of shape `(..., D)`, same shape."""
        point = point.detach().requires_grad_(True)
        (grad,) = torch.autograd.grad(self(point).sum(), point)
        return grad

    def hessian(self, point: Tensor) -> Tensor:
        """Second derivatives at points of shape `(..., D)`, shape `(..., D, D)`."""
        flat = point.reshape(-1, point.shape[-1])
        return torch.func.vmap(torch.func.hessian(self))(flat).reshape(*point.shape, -1)

    def rotated(self, degrees: float) -> "Landscape":
        """The same terrain turned counterclockwise about the origin (two coordinates only).

        Raises:
            ValueError: for a landscape of one, three or more coordinates.
        """
        if len(self.minimum) != 2:
            raise ValueError(
                f"`rotated` turns two coordinates, this landscape has {len(self.minimum)}."
            )
        finite("degrees", degrees)
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

        def turned(u: Tensor, v: Tensor) -> Tensor:
            return self.function(cos * u + sin * v, cos * v - sin * u)

        minimum, *others = [(cos * x - sin * y, sin * x + cos * y) for x, y in self.minima]
        reach = max(self.view)
        return replace(
            self, function=turned, minimum=minimum, view=(reach, reach), others=tuple(others)
        )


def bowl() -> Landscape:
    """(x² + y²) / 2: the same curvature, 1, in all directions.

    Example:
        >>> bowl().gradient(torch.tensor([3.0, -4.0]))
        tensor([ 3., -4.])
    """
    return replace(ravine(1.0), view=(1.2, 1.2))


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
    values = [finite("curvatures", float(value)) for value in filled("curvatures", curvatures)]

    def height(*coordinates: Tensor) -> Tensor:
        return sum(c * x * x for c, x in zip(values, coordinates, strict=True)) / 2

    return Landscape(height, (0.0,) * len(values))


def saddle_value(x: Tensor, y: Tensor) -> Tensor:
    """x² - y² + y⁴ / 2: a pass at the origin, minima -1/2 at (0, 1) and (0, -1).

    Twice the example of Nesterov (2004, §1.2.3), on which Lee et al. (2016) show that gradient
    descent stays at the saddle only from the line y = 0.
    """
    return x * x - y * y + y**4 / 2


def saddle() -> Landscape:
    """A pass between two hollows; its Hessian at the origin is diag(2, -2)."""
    return Landscape(saddle_value, (0.0, 1.0), (1.5, 2.5), ((0.0, -1.0),))


def double_well_value(x: Tensor, y: Tensor, tilt: float | Tensor = 0.0) -> Tensor:
    """(x² - 1)² + y² + tilt · x: two hollows near x = 1 and x = -1, one deeper when tilted.

    The bistable potential of Duffing (1918) and Kramers (1940), with one more direction.
    """
    return (x * x - 1) ** 2 + y * y + tilt * x


def double_well(tilt: float = 0.0) -> Landscape:
    """Two hollows and the pass between them.

    Args:
        tilt: slope added along x, between -1.5 and 1.5 (from 8 / √27 ≈ 1.54 on, one hollow is
            gone). Greater than 0: the left one is the deeper.

    Raises:
        ValueError: for a tilt that leaves one hollow only.

    Example:
        >>> double_well().minima
        ((1.0, 0.0), (-1.0, 0.0))
    """
    if not -1.5 <= tilt <= 1.5:
        raise ValueError(f"`tilt` must be between -1.5 and 1.5, got {tilt:g}.")
    right, left = (_flat_spot(tilt, near) for near in (1.0, -1.0))
    deep, shallow = (left, right) if tilt > 0 else (right, left)
    return Landscape(
        lambda x, y: double_well_value(x, y, tilt), (deep, 0.0), (2.5, 1.5), ((shallow, 0.0),)
    )


def _flat_spot(tilt: float, near: float) -> float:
    """The root of 4x³ - 4x + tilt on one side, by Viète's formula for three real roots."""
    turn = math.acos(-near * math.sqrt(27) / 8 * tilt)
    return round(near * 2 / math.sqrt(3) * math.cos(turn / 3), 15)


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


def himmelblau_value(x: Tensor, y: Tensor) -> Tensor:
    """Himmelblau's (1972) function, (x² + y - 11)² + (x + y² - 7)²: four minima of height 0."""
    return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2


def himmelblau() -> Landscape:
    """Himmelblau's function as a landscape: where a run ends depends on where it starts."""
    others = (
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.283185991286170),
        (3.584428340330492, -1.848126526964404),
    )
    return Landscape(himmelblau_value, (3.0, 2.0), (8.0, 7.0), others)


def rastrigin_value(x: Tensor, y: Tensor) -> Tensor:
    """Rastrigin's (1974) function: a bowl full of pits, about one at every pair of whole numbers.

    20 + x² - 10 cos(2πx) + y² - 10 cos(2πy), lowest at the origin with height 0.
    """
    waves = torch.cos(2 * math.pi * x) + torch.cos(2 * math.pi * y)
    return 20 + x * x + y * y - 10 * waves


def rastrigin() -> Landscape:
    """Rastrigin's function as a landscape; of its pits only the deepest is listed."""
    return Landscape(rastrigin_value, (0.0, 0.0), (5.12, 5.12))
