"""A unit that feeds itself 30 times: two parameters, and a cliff in their loss.

h ← tanh(w · h + b), 30 times from 0.3; the loss is (h - (-0.5))². Where w is above 1 the unit
remembers on which side it began, and where b just tips it over, the loss breaks off.

Book: gradients/clipping
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.gradients import clipping
from dlnotes.optimizers import sgd

ROUNDS, FIRST, TARGET = 30, 0.3, -0.5
PLACES = 9  # decimals: on a cliff a rounding error grows, and no two machines would agree


def last(w: Tensor, b: Tensor) -> Tensor:
    """What the unit gives after 30 rounds; `w` and `b` of any one shape."""
    h = torch.tanh(w * FIRST + b)
    for _ in range(ROUNDS - 1):
        h = torch.tanh(w * h + b)
    return h


def height(w: Tensor, b: Tensor) -> Tensor:
    """The loss, of the shape of `w` and `b`."""
    return (last(w, b) - TARGET).square()


def edge(w: float) -> float:
    """Where the unit tips over, between b = -1 and 1, to the last bit: by halving."""
    low, high = (torch.tensor(each, dtype=torch.float64) for each in (-1.0, 1.0))
    across = torch.tensor(w, dtype=torch.float64)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if last(across, middle) > TARGET else (middle, high)
    return high.item()


def slope(place: Tensor) -> Tensor:
    """The gradient of the loss at `(w, b)`, shape `(2,)`."""
    return torch.func.grad(lambda at: height(at[0], at[1]))(place)


def kept(kind: str, grad: Tensor, bound: Tensor) -> Tensor:
    """What is left of a gradient, by the book's own functions.

    Args:
        kind: `"none"`, `"value"`, `"norm"` or `"unit"`, which makes its length 1.
        grad: shape `(2,)`.
        bound: greater than 0; `"none"` and `"unit"` do not look at it.
    """
    if kind == "value":
        return clipping.by_value({"": grad}, bound)[""]
    if kind == "norm":
        return clipping.by_norm({"": grad}, bound)[""]
    return clipping.normalize({"": grad})[""] if kind == "unit" else grad


def moved(place: Tensor, grad: Tensor, lr: Tensor) -> Tensor:
    """One step of gradient descent, to nine decimals."""
    landed = place + sgd.update(grad, sgd.init(place), place, lr=lr)[0]
    return torch.round(landed * 10**PLACES) / 10**PLACES


def size(vector: Tensor) -> Tensor:
    """The length of a vector."""
    return clipping.norm({"": vector})


# ---- many starts side by side -------------------------------------------------------------------
SEEDS, STARTS, STEPS = tuple(range(5)), 40, 500
RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
BOUNDS = (math.inf, 10.0, 3.0, 1.0, 0.3)
DOWN = 0.01  # a loss below this has found the way


class Falls(NamedTuple):
    """What became of the walks, each of shape `(rates, bounds, seeds)`.

    Attributes:
        down: share of the starts whose last loss is below `DOWN`.
        lost: share that was ever more than 3 away from where it began, and is not down.
        met: the largest gradient on the way, median over the starts.
    """

    down: Tensor
    lost: Tensor
    met: Tensor


def falls(
    rates: tuple[float, ...] = RATES, bounds: tuple[float, ...] = BOUNDS, steps: int = STEPS
) -> Falls:
    """Walks from 40 places above the cliff for each of 5 seeds, clipped by norm; inf clips not."""
    lr, bound = (
        torch.tensor(values, dtype=torch.float64).view(shape)
        for values, shape in ((rates, (-1, 1, 1, 1)), (bounds, (-1, 1, 1)))
    )
    starts = torch.stack([_starts(seed) for seed in SEEDS])
    w, b = (each.expand(len(rates), len(bounds), -1, -1) for each in starts.unbind(-1))
    far, met = torch.zeros_like(w), torch.zeros_like(w)
    for _ in range(steps):
        along, up = slopes(w, b)
        length = torch.hypot(along, up)
        factor = lr * (bound / length).clamp(max=1)
        w, b = w - factor * along, b - factor * up
        met = torch.maximum(met, length)
        far = torch.maximum(far, torch.hypot(w - starts[..., 0], b - starts[..., 1]))
    down = height(w, b) < DOWN
    lost = (far > 3) & ~down
    return Falls(down.double().mean(-1), lost.double().mean(-1), met.median(-1).values)


def _starts(seed: int) -> Tensor:
    """Places on the plateau, w from 1.6 to 2.4 and b from 0 to 0.4, shape `(40, 2)`."""
    source = seeded(seed)
    drawn = torch.rand(STARTS, 2, generator=source, dtype=torch.float64)
    return torch.stack([1.6 + 0.8 * drawn[:, 0], 0.4 * drawn[:, 1]], 1)


def slopes(w: Tensor, b: Tensor) -> tuple[Tensor, ...]:
    """How the loss changes with `w` and with `b`, each of their shape."""
    w, b = (each.detach().requires_grad_() for each in (w, b))
    return torch.autograd.grad(height(w, b).sum(), (w, b))
