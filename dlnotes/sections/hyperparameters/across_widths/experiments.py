"""Which learning rate is best at which width, and what it costs to keep the narrow net's.

`python -m dlnotes.sections.hyperparameters.across_widths.experiments` makes the record beside this
file anew; it takes two to three minutes.

Book: hyperparameters/across_widths
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from dlnotes.core.intervals import interval
from dlnotes.hyperparameters.maximal_update import exponent
from dlnotes.optimizers import adam
from dlnotes.sections.hyperparameters.across_widths.nets import (
    BASE,
    STEPS,
    Found,
    scaled,
    start,
    sums,
    trained,
)
from dlnotes.training.data.mislabeled import MOST, few_digits
from dlnotes.training.records import Record, unpacked

SEEDS = tuple(range(8))
WIDTHS = (16, 32, 64, 128, 256, 512)
LRS = tuple(2.0**power for power in range(-12, -2))
SGD_LRS = tuple(2.0**power for power in range(-9, 2))
SGD_ARMS = ("plain", "mup", "adams")
WRONG, LONG = 0.15, 200
FEW = 3  # steps of the check of how far sums move
WIDER = (128, 256, 512, 1024)  # widths of that check
MOVED = ("plain", "rates", "mup")  # and its arms
NEAR = {  # where the best rates share a cell: the wide net's own, and the narrow one's, in between
    "mup512": (0.0140, 0.0187), "sgd_mup256": (0.0438, 0.0691),
}  # fmt: skip
RUNS: dict[str, tuple[int, str, dict]] = {
    **{f"{arm}{width}": (width, arm, {}) for arm in ("plain", "mup") for width in WIDTHS},
    **{f"wrong_{a}{w}": (w, a, {"wrong": WRONG}) for a in ("plain", "mup") for w in (16, 128)},
    **{f"long_{a}{w}": (w, a, {"steps": LONG}) for a in ("plain", "mup") for w in (16, 128)},
    **{f"deep{hidden}": (64, "mup", {"hidden": hidden}) for hidden in (2, 4, 8)},
    **{f"sgd_{a}{w}": (w, a, {"method": "sgd"}) for a in SGD_ARMS for w in (16, 256)},
}


class Best(NamedTuple):
    """Where the loss of a setting is lowest.

    Attributes:
        lr: geometric mean over the seeds of `lowest`.
        place: of the rate of the grid with the lowest geometric mean of the losses.
        loss: that mean.
        accuracy: there, mean over the seeds.
    """

    lr: float
    place: int
    loss: float
    accuracy: float


def grid(name: str) -> tuple[float, ...]:
    """The learning rates of a setting of `RUNS`."""
    return SGD_LRS if name.startswith("sgd") else LRS


def lowest(lrs: Sequence[float], curve: Tensor) -> float:
    """The rate at which a curve is lowest, by a parabola through the best one and its neighbors.

    Args:
        lrs: rates, each twice the last.
        curve: logarithms of the losses, `(rates,)`.
    """
    place = int(curve.argmin())
    if place in (0, len(curve) - 1):
        return lrs[place]
    left, here, right = curve[place - 1 : place + 2].tolist()
    return lrs[place] * 2.0 ** ((left - right) / (2 * (left - 2 * here + right)))


def curves(name: str) -> Tensor:
    """Logarithms of a setting's losses, `(rates, seeds)`; a run that diverged counts as 1000."""
    return recorded(name).loss.nan_to_num(1000.0).log()


def bests(name: str) -> Tensor:
    """log2 of the best rate of every seed, `(seeds,)`."""
    found = [lowest(grid(name), curve) for curve in curves(name).T]
    return torch.tensor(found, dtype=torch.float64).log2()


def best(name: str) -> Best:
    """The best rate of a recorded setting, by the images that choose."""
    mean = curves(name).mean(1)
    place = int(mean.argmin())
    accuracy = recorded(name).accuracy[place].mean().item()
    return Best(2.0 ** bests(name).mean().item(), place, mean[place].exp().item(), accuracy)


def moved(one: str, other: str) -> tuple[float, float, float]:
    """How many times as large the second setting's best rate is, and a 95% interval over seeds."""
    shifts = bests(other) - bests(one)
    return tuple(2.0**power for power in (shifts.mean().item(), *interval(shifts)))


def better(one: str, other: str) -> tuple[float, float, float]:
    """By how much the second is more accurate, each at its own rate, and a 95% interval."""
    gap = recorded(other).accuracy[best(other).place] - recorded(one).accuracy[best(one).place]
    return gap.mean().item(), *interval(gap)


def lost(one: str, other: str) -> tuple[float, float, float]:
    """Accuracy that the second setting loses at the first's best rate, and a 95% interval."""
    found = recorded(other).accuracy
    gap = found[best(other).place] - found[best(one).place]
    return gap.mean().item(), *interval(gap)


def carried(name: str, one: str, other: str) -> dict[str, float]:
    """What a claim is told of a rate carried from one setting to another.

    Points lost have no interval where both settings choose the same rate of the grid.
    """
    told = {}
    for what, found in (("moved", moved(one, other)), ("lost", lost(one, other))):
        count = 1 if what == "lost" and best(one).place == best(other).place else 3
        ends = zip(("", "_low", "_high")[:count], found[:count], strict=True)
        told |= {f"{name}_{what}{end}": value for end, value in ends}
    return told


def near(name: str) -> tuple[float, float, float]:
    """Accuracy that a setting of `NEAR` loses at the narrow one's rate, and a 95% interval."""
    own, kept = unpacked(RECORD.found["values"]["near"][name])
    return (own - kept).mean().item(), *interval(own - kept)


def _near(name: str, seeds: tuple[int, ...] = SEEDS) -> Tensor:
    width, arm, setting = RUNS[name]
    return trained(width, NEAR[name], seeds, arm, **setting).accuracy


def divided(one: str, other: str, factor: int) -> tuple[float, float, float]:
    """Accuracy lost where the first's best rate is divided by a power of two, with an interval."""
    found = recorded(other).accuracy
    gap = found[best(other).place] - found[best(one).place - factor.bit_length() + 1]
    return gap.mean().item(), *interval(gap)


def higher(one: str, other: str) -> tuple[float, float]:
    """95% interval of how many times the second's loss the first's is, each at its own rate."""
    gap = curves(one)[best(one).place] - curves(other)[best(other).place]
    return tuple(math.exp(end) for end in interval(gap))


def kept_loss(one: str, other: str) -> float:
    """The loss of a setting at the best rate of another, `one`."""
    return curves(other).mean(1)[best(one).place].exp().item()


def coordinates(arm: str) -> dict[str, Tensor]:
    """How far a few steps of Adam move the sums of 64 digits: root mean square, `(widths, seeds)`.

    Returns:
        `"hidden"`: sums of the second hidden layer; `"output"`: of the last layer.
    """
    moves = unpacked(RECORD.found["values"]["moves"][arm])
    return {"hidden": moves[..., 0], "output": moves[..., 1]}


def slope(moves: Tensor) -> tuple[float, float, float]:
    """The power of the width that movements follow, and its 95% interval over data sets."""
    found = [exponent(WIDER, each) for each in moves.T]
    return sum(found) / len(found), *interval(found)


def _moves(arm: str, widths: Sequence[int] = WIDER, seeds: Sequence[int] = SEEDS) -> Tensor:
    rows = [[_change(arm, width, seed) for seed in seeds] for width in widths]
    return torch.tensor(rows, dtype=torch.float64)


def _change(
    arm: str, width: int, seed: int, lr: float = 1e-4, steps: int = FEW
) -> tuple[float, float]:
    data = few_digits(seed, MOST, 0.0)
    X, y = data.X[:64], data.y[:64]
    own = scaled(width, 2, arm, "adam")
    params = [param.clone().requires_grad_() for param in start(width, 2, own, seed)]
    rates = [lr * factor for each in own for factor in (each.weight, each.bias)]
    states = [adam.init(param) for param in params]
    before = [part.detach() for part in sums(params, X)]
    for _ in range(steps):
        grads = torch.autograd.grad(F.cross_entropy(sums(params, X)[-1], y), params)
        with torch.no_grad():
            for i, (grad, rate) in enumerate(zip(grads, rates, strict=True)):
                change, states[i] = adam.update(grad, states[i], params[i], lr=rate)
                params[i].add_(change)
    with torch.no_grad():
        after = sums(params, X)
    return tuple((after[i] - before[i]).square().mean().sqrt().item() for i in (1, 2))


def recorded(name: str) -> Found:
    """A setting of `RUNS`, as it came with the book."""
    return Found(*map(unpacked, RECORD.found["values"][name].values()))


def _made(name: str, seeds: tuple[int, ...] = SEEDS) -> Found:
    width, arm, setting = RUNS[name]
    return trained(width, grid(name), seeds, arm, **setting)


def _few_moves() -> Tensor:
    return unpacked(RECORD.found["values"]["moves"]["mup"])[:2, :1]


def _piece(name: str) -> tuple[Tensor, Tensor]:
    """One seed of a setting; where the loss is above 1 training is too wild to compare."""
    again, kept = _made(name, SEEDS[:1]).loss, recorded(name).loss[:, :1]
    return again.where(kept < 1, 0.0), kept.where(kept < 1, 0.0)


RECORD = Record(
    __file__,
    make=lambda: {
        **{name: _made(name)._asdict() for name in RUNS},
        "near": {name: _near(name) for name in NEAR},
        "moves": {arm: _moves(arm) for arm in MOVED},
    },
    settings={
        "seeds": SEEDS, "widths": WIDTHS, "base": BASE, "lrs": LRS, "sgd_lrs": SGD_LRS,
        "steps": STEPS, "wrong": WRONG, "long": LONG, "runs": list(RUNS),
        "near": NEAR, "few": FEW, "wider": WIDER, "moved": MOVED,
    },
    pieces={
        **{name: (lambda name=name: _piece(name)) for name in ("plain64", "mup64", "sgd_mup16")},
        "moves": lambda: (_moves("mup", WIDER[:2], SEEDS[:1]), _few_moves()),
    },
    rtol=5e-3,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()
