"""Two wells, one narrow and one wide, and what a learning rate makes of them.

Book: learning_rates/myths
"""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded

WIDE_AT, NARROW_AT = -1.0, 2.5  # the two bottoms
NARROW = 8.0  # curvature of the narrow well; that of the wide one is 1
REACH = 5.0  # starts lie evenly from -REACH to REACH

Shape = Callable[[float], float]  # the part of the steps that are made -> the part of the peak

SHAPES: dict[str, Shape] = {
    "constant": lambda done: 1.0,
    "linear": lambda done: 1 - done,
    "cosine": lambda done: (1 + math.cos(math.pi * done)) / 2,
    "exponential": lambda done: 1e-3**done,
    "inverse": lambda done: 1 / (1 + 99 * done),
}


def wide_well(x: Tensor, wide: Tensor | float = 1.0) -> Tensor:
    """A parabola of curvature `wide` whose floor is at height 0."""
    return wide * (x - WIDE_AT) ** 2 / 2


def narrow_well(x: Tensor, narrow: Tensor | float, floor: Tensor | float) -> Tensor:
    """A parabola of curvature `narrow` whose floor is at height `floor`."""
    return narrow * (x - NARROW_AT) ** 2 / 2 + floor


def terrain(
    x: Tensor, floor: Tensor | float, narrow: Tensor | float = NARROW, wide: Tensor | float = 1.0
) -> Tensor:
    """The lower of the two parabolas at each x."""
    return torch.minimum(wide_well(x, wide), narrow_well(x, narrow, floor))


def in_wide(
    x: Tensor, floor: Tensor | float, narrow: Tensor | float = NARROW, wide: Tensor | float = 1.0
) -> Tensor:
    """Whether the wide parabola is the lower one at each x."""
    return wide_well(x, wide) < narrow_well(x, narrow, floor)


def slope(
    x: Tensor, floor: Tensor | float, narrow: Tensor | float = NARROW, wide: Tensor | float = 1.0
) -> Tensor:
    """The derivative of `terrain`."""
    return torch.where(
        in_wide(x, floor, narrow, wide), wide * (x - WIDE_AT), narrow * (x - NARROW_AT)
    )


def step(x: Tensor, lr: Tensor, floor: Tensor, narrow: Tensor, wide: Tensor) -> dict[str, Tensor]:
    """One step down from every x `(N,)`, and the share of them in the wide well before it."""
    share = in_wide(x, floor, narrow, wide).to(x.dtype).mean()
    return {"x": x - lr * slope(x, floor, narrow, wide), "wide": share}


def in_deepest(wide: Tensor, floor: Tensor) -> Tensor:
    """The share in the deeper well, from that in the wide one; 1 where both are equally deep."""
    return torch.where(floor > 0, wide, torch.where(floor < 0, 1 - wide, 1.0))


def starts(count: int) -> Tensor:
    """So many places, evenly from -REACH to REACH, the ends left out."""
    return (2 * (torch.arange(count, dtype=torch.float64) + 0.5) / count - 1) * REACH


def deepest(
    floor: float,
    lr: float | Tensor,
    *,
    steps: int = 200,
    count: int = 4000,
    shape: str = "constant",
) -> Tensor:
    """Share of the starts that end in the deeper of the two wells.

    Args:
        floor: height of the narrow well's floor; below 0 it is the deeper one.
        lr: peak, one or `(P, 1)`.
        steps: to go.
        count: of starts.
        shape: a name in `SHAPES`.

    Returns:
        0-d, or `(P,)`.
    """
    lr = torch.as_tensor(lr, dtype=torch.float64)
    x = starts(count).expand(*lr.shape[:-1], count)
    for step in range(steps):
        x = x - lr * SHAPES[shape](step / steps) * slope(x, floor)
    wide = in_wide(x, floor).double().mean(-1)
    return wide if floor > 0 else 1 - wide


def cooled(floor: float, steps: int, *, lr: float, heat: float, seeds: int, count: int) -> Tensor:
    """The same with noise added to each step, which falls to 0 along a line, `(seeds,)`.

    x ← x - lr · slope + √(2 · lr · heat · (1 - t / T)) · a normal number

    Args:
        floor: as in `deepest`.
        steps: T.
        lr: constant.
        heat: of the noise at the start; in units of height.
        seeds: S, how many draws of the noise.
        count: of starts, the same for each draw.
    """
    source, x = seeded(0), starts(count).expand(seeds, count)
    for step in range(steps):
        size = math.sqrt(2 * lr * heat * (1 - step / steps))
        noise = torch.randn(seeds, count, generator=source, dtype=torch.float64)
        x = x - lr * slope(x, floor) + size * noise
    wide = in_wide(x, floor).double().mean(-1)
    return wide if floor > 0 else 1 - wide


def climbs(floor: float, lr: float) -> tuple[float, float]:
    """The height of the pass above the narrow bottom and the wide one, over the heat in each well.

    Noise of heat 1 leaves a mean square of 1 / curvature in small steps; in steps of this rate it
    is 2 / (2 - lr · curvature) times as much, as if it were so much hotter there.

    Args:
        floor: as in `deepest`; the heat is 1.
        lr: learning rate, below 2 / `NARROW`.
    """
    a, b = (NARROW - 1) / 2, WIDE_AT - NARROW * NARROW_AT
    c = (NARROW * NARROW_AT**2 - WIDE_AT**2) / 2 + floor
    at = (-b - math.sqrt(b * b - 4 * a * c)) / (2 * a)  # between the bottoms
    top = (at - WIDE_AT) ** 2 / 2
    return (top - floor) * (2 - lr * NARROW) / 2, top * (2 - lr) / 2


def on_ripples(
    ripple: float, peaks: Sequence[float], shape: str, *, steps: int = 500, count: int = 200,
    seed: int = 0,
) -> Tensor:  # fmt: skip
    """Share of the starts that end in the middle, deepest of many wells, `(P,)`.

    The height is Σ x² / 2 + ripple · (1 - cos 2πx) over two coordinates: a bowl with ripples,
    whose wells all have nearly the same width. Starts lie anywhere in a square of 2 · REACH.
    """
    x = torch.rand(count, 2, generator=seeded(seed), dtype=torch.float64) * 2 * REACH - REACH
    lr = torch.tensor(peaks, dtype=torch.float64).view(-1, 1, 1)
    x = x.expand(len(peaks), count, 2)
    for step in range(steps):
        grad = x + 2 * math.pi * ripple * (2 * math.pi * x).sin()
        x = x - lr * SHAPES[shape](step / steps) * grad
    return (x.abs() < 0.5).all(-1).double().mean(-1)
