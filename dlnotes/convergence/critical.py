"""Where the gradient is zero: which kind of place it is, and how long a ball stays beside it.

Book: convergence/landscape
"""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from dlnotes.core.arguments import filled, finite, non_negative, positive, whole
from dlnotes.core.seeds import seeded


def curvatures(fn: Callable[..., float], at: Sequence[float], h: float = 1e-3) -> list[float]:
    """The eigenvalues of the Hessian by nudges, rising.

    H[i][j] = (f(+i, +j) - f(+i, -j) - f(-i, +j) + f(-i, -j)) / 4h², every nudge h long

    Args:
        fn: of as many numbers as `at` has.
        at: where, D numbers.
        h: how far each is moved to either side, greater than 0. Too small, and rounding drowns the
            difference: its error is about 1e-16 · |f| / h².

    Returns:
        D numbers, in units of the function per unit of a number squared.

    Example:
        >>> [round(each, 6) for each in curvatures(lambda x, y: x * y, (0.0, 0.0))]
        [-1.0, 1.0]
    """
    positive("h", h)
    places = range(len(filled("at", at)))

    def value(*nudges: tuple[int, float]) -> float:
        return fn(*(x + sum(shift for i, shift in nudges if i == j) for j, x in enumerate(at)))

    def entry(i: int, j: int) -> float:
        along = value((i, h), (j, h)) + value((i, -h), (j, -h))
        return (along - value((i, h), (j, -h)) - value((i, -h), (j, h))) / (4 * h * h)

    hessian = torch.tensor([[entry(i, j) for j in places] for i in places], dtype=torch.float64)
    return torch.linalg.eigvalsh(hessian).tolist()


def classify_critical_point(curvatures: Sequence[float] | Tensor, tol: float = 1e-6) -> str:
    """What a place without slope is, by the signs of its curvatures.

    Args:
        curvatures: eigenvalues of the Hessian there, in any order.
        tol: what lies closer to 0 than this says nothing, at least 0.

    Returns:
        `"minimum"` where all are positive, `"maximum"` where all are negative, `"saddle"` where
        there are both, `"undecided"` where one is 0 and the others do not differ in sign: x⁴, x³
        and -x⁴ have the same curvature at 0, which is 0.

    Example:
        >>> classify_critical_point([-1.0, 1.0]), classify_critical_point([0.0, 2.0])
        ('saddle', 'undecided')
    """
    non_negative("tol", tol)
    values = [finite("curvatures", float(each)) for each in filled("curvatures", curvatures)]
    up, down = sum(each > tol for each in values), sum(each < -tol for each in values)
    if up and down:
        return "saddle"
    if up + down < len(values):
        return "undecided"
    return "minimum" if up else "maximum"


def steps_to_leave(beside: float, lr: float, curvature: float, *, reach: float = 1.0) -> float:
    """Steps of gradient descent from beside a saddle to `reach` away from it.

    beside · (1 + lr · |curvature|)^t >= reach

    Of one saddle alone, as long as the surface is quadratic; several in a row can take exponential
    time (Du et al. 2017).

    Args:
        beside: how far from the saddle, along the direction that falls; at least 0.
        lr: learning rate, greater than 0.
        curvature: along that direction, smaller than 0.
        reach: how far away counts as left, greater than 0.

    Returns:
        A whole number, 0 for a start beyond `reach`; inf for a start exactly on the saddle.

    Example:
        >>> steps_to_leave(1e-8, lr=0.1, curvature=-1.0), steps_to_leave(0.0, 0.1, -1.0)
        (194, inf)
    """
    positive("lr", lr)
    positive("reach", reach)
    positive("-curvature", -curvature)
    if non_negative("beside", beside) == 0:
        return math.inf
    return max(0, math.ceil(math.log(reach / beside) / math.log1p(-lr * curvature)))


def random_critical_points(dim: int, *, count: int = 1000, seed: int = 0) -> Tensor:
    """The curvatures at places without slope whose Hessians are drawn at random: a model.

    Wigner's symmetric matrices with independent normal entries, by which Dauphin et al. (2014)
    explain why saddles outnumber minima. The Hessian of a net is no such matrix.

    Args:
        dim: D, parameters, at least 1.
        count: how many to draw, at least 1.
        seed: of the entries.

    Returns:
        Shape `(count, dim)`, rising in every row.

    Example:
        >>> found = random_critical_points(5, count=200)
        >>> {classify_critical_point(each) for each in found}
        {'saddle'}
    """
    whole("dim", dim)
    entries = torch.randn(whole("count", count), dim, dim, generator=seeded(seed)).double()
    return torch.linalg.eigvalsh((entries + entries.mT) / 2)
