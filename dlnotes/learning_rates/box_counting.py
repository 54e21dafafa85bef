"""How rough the boundary of a set is: boxes that hold a piece of it, at several sizes.

Book: learning_rates/fractal_boundary
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import max_pool2d

from dlnotes.core.arguments import whole

SIZES = (1, 2, 4, 8)


def boundary(inside: Tensor) -> Tensor:
    """The cells between four neighbors on the grid that do not agree.

    Args:
        inside: which points of a grid belong to the set, shape `(N, M)`, bool.

    Returns:
        Shape `(N - 1, M - 1)`, bool.

    Example:
        >>> boundary(torch.tensor([[True, True, False], [True, True, False]]))
        tensor([[False,  True]])
    """
    if inside.ndim != 2 or min(inside.shape) < 2:
        shape = tuple(inside.shape)
        raise ValueError(f"`inside` must be a grid of at least 2 by 2 points, got shape {shape}.")
    four = torch.stack([inside[:-1, :-1], inside[:-1, 1:], inside[1:, :-1], inside[1:, 1:]])
    return four.any(0) & ~four.all(0)


def box_counts(inside: Tensor, sizes: Sequence[int] = SIZES) -> Tensor:
    """How many boxes hold a piece of the boundary.

    Args:
        inside: shape `(N, M)`, bool.
        sizes: edges of the boxes, in cells.

    Returns:
        One count a size, int64.
    """
    cells = boundary(inside)[None, None].float()
    held = [max_pool2d(cells, whole("sizes", size), ceil_mode=True).sum() for size in sizes]
    return torch.stack(held).long()


def box_dimension(inside: Tensor, sizes: Sequence[int] = SIZES) -> float:
    """The box-counting dimension of the boundary: 1 for a smooth curve, 2 for a plane full of it.

    The slope of log(boxes) over log(1 / size), by least squares.

    Args:
        inside: shape `(N, M)`, bool.
        sizes: edges of the boxes, in cells; two or more.

    Raises:
        ValueError: when there is no boundary, or fewer than two sizes.

    Example:
        >>> rows = torch.arange(65)[:, None].expand(65, 65)
        >>> round(box_dimension(rows > 30), 6)
        1.0
    """
    if len(set(sizes)) < 2:
        raise ValueError(f"`sizes` must hold two sizes or more, got {tuple(sizes)}.")
    counts = box_counts(inside, sizes).double().cpu()
    if counts[0] == 0:
        raise ValueError(
            "`inside` must have a boundary, got points that all agree; look elsewhere."
        )
    x = -torch.tensor(sizes, dtype=torch.float64).log()
    x, y = x - x.mean(), counts.log()
    return ((x * y).sum() / (x * x).sum()).item()
