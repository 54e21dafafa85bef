"""What the demo computes: a lane of nets side by side, where its zoom leads, and boxes.

Book: learning_rates/fractal_boundary
"""

from functools import cache

import torch
from torch import Tensor

from dlnotes.learning_rates import trainability
from dlnotes.learning_rates.box_counting import SIZES, box_dimension
from dlnotes.learning_rates.fractal_boundary import View, picture
from dlnotes.learning_rates.trainability import CEILING, LAST, Start
from dlnotes.sections.learning_rates.fractal_boundary.windows import EXAMPLES, HIDDEN, ROUGH

LANES, SIDE = 64, 48  # nets trained at once; cells along a side of a picture
LOW, HIGH = -2.0, 4.0  # powers of ten of both rates
FACTOR, DEPTH = 8.0, 5  # a zoom, and how many
SEEDS, STEPS = tuple(range(6)), (25, 50, 100, 200)
ASKED = {"seed": 0, "steps": 200, "first": 0.83021, "second": 1.00199}  # by the demo
KINDS = {"left": "tanh", "right": "last"}
NEAREST, FURTHEST = 1e-8, 3.0  # decades along the diagonal that are searched for the border
ROUNDS = 4

_HALF = torch.logspace(*torch.tensor([NEAREST, FURTHEST]).log10().tolist(), LANES // 2)
FAR = torch.cat([-_HALF.flip(0), _HALF]).double()  # where the border is looked for first
EVEN = torch.linspace(0, 1, LANES, dtype=torch.float64)


def tanh_step(
    sums: Tensor, out: Tensor, kernel: Tensor, y: Tensor, lr_in: Tensor, lr_out: Tensor
) -> dict[str, Tensor]:
    """One step of nets of two layers, `trainability.step`."""
    names = ("sums", "out", "loss")
    return dict(zip(names, trainability.step(sums, out, kernel, y, lr_in, lr_out), strict=True))


def linear_step(
    sums: Tensor, out: Tensor, kernel: Tensor, y: Tensor, lr_in: Tensor, lr_out: Tensor
) -> dict[str, Tensor]:
    """The same without tanh."""
    made = trainability.step(sums, out, kernel, y, lr_in, lr_out, linear=True)
    return dict(zip(("sums", "out", "loss"), made, strict=True))


def last_step(
    out: Tensor, h: Tensor, y: Tensor, lr_in: Tensor, lr_out: Tensor
) -> dict[str, Tensor]:
    """One step of nets of which the output layer alone learns, `trainability.last_step`."""
    made = trainability.last_step(out, h, y, lr_in, lr_out)
    return dict(zip(("out", "loss"), made, strict=True))


def late(total: Tensor, loss: Tensor, first: Tensor) -> Tensor:
    """A sum of losses over the first one, each at most `CEILING`; NaN counts as that."""
    v = loss / first
    return total + torch.where(v < CEILING, v, CEILING)


def kept(total: Tensor) -> Tensor:
    """1 where the mean of the last `LAST` losses is below the first, else 0."""
    return (total < LAST).to(total.dtype)


def rate(power: Tensor) -> Tensor:
    """A learning rate from its power of ten."""
    return 10**power


def wide(now: Tensor) -> Tensor:
    """How many powers of ten a picture spans after so many zooms."""
    return (HIGH - LOW) / FACTOR**now


def spread(
    first: Tensor, second: Tensor, width: Tensor, rows: Tensor, columns: Tensor
) -> dict[str, Tensor]:
    """The rates of some points of a picture.

    Args:
        first: power of ten of the input layer's rate at the center.
        second: the same of the output layer.
        width: in powers of ten.
        rows: numbers of the points along the input layer's rate, 0 to `SIDE`.
        columns: the same along the output layer's.
    """
    lr_in = 10 ** (first + (rows / SIDE - 0.5) * width)
    return {"lr_in": lr_in, "lr_out": 10 ** (second + (columns / SIDE - 0.5) * width)}


def far(first: Tensor, second: Tensor) -> dict[str, Tensor]:
    """Points of the diagonal through a point, ever further off, and their rates."""
    at = FAR + 0 * first
    return {"at": at, "lr_in": 10 ** (first + at), "lr_out": 10 ** (second + at)}


def between(first: Tensor, second: Tensor, low: Tensor, high: Tensor) -> dict[str, Tensor]:
    """Points between two of the diagonal, evenly, and their rates."""
    at = low + (high - low) * EVEN
    return {"at": at, "lr_in": 10 ** (first + at), "lr_out": 10 ** (second + at)}


def boxes(inside: Tensor) -> dict[str, Tensor]:
    """How many boxes of every size hold a piece of the border, and its dimension.

    As `box_counting`, for one picture of `SIDE` cells along a side.

    Args:
        inside: `(SIDE + 1, SIDE + 1)`, 1 where training converges, else 0.
    """
    four = inside[:-1, :-1] + inside[:-1, 1:] + inside[1:, :-1] + inside[1:, 1:]
    cells = ((four > 0) & (four < 4)).to(inside.dtype)
    counts = [_held(cells, size) for size in SIZES]
    x = -torch.tensor(SIZES, dtype=torch.float64).log()
    weights = ((x - x.mean()) / (x - x.mean()).square().sum()).tolist()
    slope = sum(weight * count.log() for weight, count in zip(weights, counts, strict=True))
    return {"count": counts[0], "dimension": slope}


def _held(cells: Tensor, size: int) -> Tensor:
    side = SIDE // size
    return cells.reshape(side, size, side, size).amax((1, 3)).sum()


# The same by the library


def shared(seed: int) -> Start:
    """What the nets of a demo share."""
    return trainability.start(seed, hidden=HIDDEN, examples=EXAMPLES)


def crossing(kind: str, seed: int, steps: int, first: float, second: float) -> float | None:
    """How far along the diagonal the nearest border is, in powers of ten; None where none is."""
    at, low, high = FAR, None, None
    for _ in range(ROUNDS + 1):
        rates = (10 ** (center + at) for center in (first, second))
        losses = trainability.losses(*rates, shared(seed), steps=steps, kind=kind)
        inside = trainability.measure(losses) < 0
        turns = (inside[1:] != inside[:-1]).nonzero()[:, 0]
        if not len(turns):
            break
        middle = torch.zeros(()) if low is None else (low + high) / 2
        place = turns[((at[turns] + at[turns + 1]) / 2 - middle).abs().argmin()]
        low, high = at[place], at[place + 1]
        at = low + (high - low) * EVEN
    return None if low is None else ((low + high) / 2).item()


def view(kind: str, seed: int, steps: int, first: float, second: float, now: int) -> View:
    """The picture that the demo shows after so many zooms."""
    width = (HIGH - LOW) / FACTOR**now
    if now == 0:
        middle = (LOW + HIGH) / 2
        return View(middle, middle, width)
    off = crossing(kind, seed, steps, first, second) or 0.0
    return View(first + off, second + off, width)


@cache
def seen(kind: str, seed: int, steps: int, first: float, second: float, now: int) -> Tensor:
    """Which points of that picture converge, `(SIDE + 1, SIDE + 1)`."""
    at = view(kind, seed, steps, first, second, now)
    size = {"hidden": HIDDEN, "examples": EXAMPLES}
    return picture(at, SIDE + 1, seed=seed, steps=steps, kind=kind, show=False, **size).converged


def packed(inside: Tensor) -> str:
    """A picture as hexadecimal digits, four points a digit, row by row."""
    bits = "".join(map(str, inside.flatten().int().tolist()))
    return f"{int(bits[::-1], 2):x}"[::-1]  # the first point is the lowest bit of the first digit


def unpacked(digits: str) -> Tensor:
    """The picture again, `(SIDE + 1, SIDE + 1)`."""
    side = SIDE + 1
    bits = f"{int(digits[::-1], 16):b}"[::-1].ljust(side * side, "0")
    return torch.tensor([int(bit) for bit in bits]).view(side, side) > 0


def stills() -> dict[str, list[str]]:
    """The pictures of the opening question, one a zoom, packed."""
    depths = range(DEPTH + 1)
    return {
        side: [packed(seen(kind, **ASKED, now=now)) for now in depths]
        for side, kind in KINDS.items()
    }


def is_rough(inside: Tensor) -> bool:
    """Whether the border in a picture is rougher than a line."""
    return box_dimension(inside) > ROUGH
