"""Windows at random places of the border, each narrower than the one before, and how rough it is.

Book: learning_rates/fractal_boundary
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.learning_rates.box_counting import boundary, box_dimension
from dlnotes.learning_rates.fractal_boundary import View, picture

HIDDEN, EXAMPLES, STEPS = 4, 8, 200
NETS, PLACES, LEVELS = tuple(range(8)), 4, 3
ROUGH = 1.2  # a dimension above it: a line comes to 1.06 at most, a corner seldom above 1.2
FIRST, POINTS, FACTOR = 65, 49, 32.0  # points along a side, of the plane and of a window; the zoom

Converged = Callable[[View, int], Tensor]  # (view, points) -> which of them, (N, N)


class Rough(NamedTuple):
    """Dimensions of a border.

    Attributes:
        plane: in the whole plane, `(S,)`, one a net.
        windows: in its windows, `(S, P, L)`, one a net, place and level; NaN where a window shows
            no border.
    """

    plane: Tensor
    windows: Tensor


def net(kind: str, seed: int, *, times: int = 1, steps: int = STEPS) -> Converged:
    """Which nets of this kind converge, from one start on the same examples; `times` as large."""
    setting = {"hidden": times * HIDDEN, "examples": times * EXAMPLES, "steps": steps}
    made = partial(picture, seed=seed, kind=kind, show=False, **setting)
    return lambda view, points: made(view, points).converged


def rough(
    kinds: list[Converged],
    whole: View = View(),  # noqa: B008 - a NamedTuple does not change
    places: int = PLACES,
    levels: int = LEVELS,
) -> Rough:
    """The dimension of the border of each, in its plane and in windows at random places of it.

    A place is a cell of the border in the picture of the plane, drawn with equal chances; inside
    its window another is drawn for the next.

    Args:
        kinds: one a net.
        whole: the plane.
        places: of every plane.
        levels: windows one inside the other, each `FACTOR` times narrower.
    """
    planes, windows = [], []
    for seed, converged in enumerate(kinds):
        source, found = seeded(seed), converged(whole, FIRST)
        planes.append(box_dimension(found))
        starts = around(whole, found, places, source)
        windows.append([[*dive(converged, view, levels, source)] for view in starts])
    return Rough(torch.tensor(planes), torch.tensor(windows))


def around(view: View, inside: Tensor, count: int, source: torch.Generator) -> list[View]:
    """Windows around cells of the border that are drawn, none twice."""
    cells, side = boundary(inside).nonzero(), len(inside) - 1
    drawn = cells[torch.randperm(len(cells), generator=source)[:count]].tolist()
    width = view.width / FACTOR
    off = [[((place + 0.5) / side - 0.5) * view.width for place in cell] for cell in drawn]
    return [View(view.lr_in + row, view.lr_out + column, width) for row, column in off]


def dive(converged: Converged, view: View, levels: int, source: torch.Generator) -> Iterator[float]:
    """The dimension in a window, in a window in it, and so on; NaN from where there is none."""
    for level in range(levels):
        inside = converged(view, POINTS)
        if not boundary(inside).any():
            yield from [torch.nan] * (levels - level)
            return
        yield box_dimension(inside)
        view = around(view, inside, 1, source)[0]


def straight(count: int, seed: int = 0) -> Tensor:
    """Dimensions of windows of one straight line, and of two: a corner, a crossing; `(3, count)`.

    One line passes near the middle of the window, as a border does there, the other anywhere; what
    shows only one side of them, or neither, is drawn anew.
    """
    source, grid = seeded(seed), torch.linspace(-0.5, 0.5, POINTS, dtype=torch.float64)
    x, y = torch.meshgrid(grid, grid, indexing="ij")

    def side(reach: float) -> Tensor:
        a, b, turn = torch.rand(3, generator=source, dtype=torch.float64) - 0.5
        angle = 2 * torch.pi * turn
        return (x - 2 * reach * a) * angle.cos() + (y - 2 * reach * b) * angle.sin() < 0

    def dimensions(joined: Callable) -> Iterator[float]:
        while True:
            inside = joined(side(0.5 / POINTS), side(0.5))
            if boundary(inside).any():
                yield box_dimension(inside)

    kinds = (lambda one, other: one, torch.logical_and, torch.logical_xor)
    return torch.tensor([[*islice(dimensions(kind), count)] for kind in kinds])


def share(dimensions: Tensor, above: float = ROUGH) -> Tensor:
    """Which part of the windows has a greater dimension, over the last dimension but one.

    Args:
        dimensions: `(..., P, L)`; NaN does not count.
    """
    known = ~dimensions.isnan()
    return ((dimensions > above) & known).sum(-2) / known.sum(-2)
