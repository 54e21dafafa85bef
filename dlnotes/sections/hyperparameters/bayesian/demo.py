"""61 learning rates, two of them tried: where to try next, by the process or by hand.

Book: hyperparameters/bayesian
"""

import math
import random
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.sections.hyperparameters.bayesian import process
from dlnotes.sections.hyperparameters.bayesian.experiments import (
    DECAYS,
    RATES,
    SPACE,
    recorded_curves,
)
from dlnotes.sections.hyperparameters.bayesian.words import TEXT

GUESSES = {"three": 3, "seven": 7, "fifteen": 15, "thirty": 30}
FIRST = (20, 40)  # places that are tried before anything is believed
LAST = 8  # trials after those
NEAR = 0.01  # as a part of the lowest loss
PLACES = torch.linspace(0, 1, RATES, dtype=torch.float64)
CURVES = recorded_curves()
_ALL, _SQUARE = (RATES,), (RATES, RATES)
_SHAPES = {
    "prior": {"places": _ALL},
    "conditioned": {"mean": _ALL, "cov": _SQUARE, "hit": _ALL},
    "spread": {"cov": _SQUARE},
    "worth": {"mean": _ALL, "std": _ALL},
    "proposed": {"worth": _ALL, "taken": _ALL},
}


class BayesianDemo(Demo):
    """The process chooses trial after trial; the reader may choose instead."""

    words = TEXT
    start: ClassVar = {"decay": 0.03, "length": 0.1, "x": 30, "mine": 0, "shown": False, "now": 0}
    sliders: ClassVar = {"length": Slider(0.02, 1, log=True), "decay": Slider(stops=DECAYS)}
    handles: ClassVar = {"place": Drag(120, 0, ("x",))}
    buttons: ClassVar = {"here": ("mine",)}
    presets = ("short", "long", "less", "more_decay")
    guesses = tuple(GUESSES)
    apart = ("x", "shown")
    rounding = 1e-9

    @staticmethod
    def emitted() -> str:
        functions = (
            process.prior,
            process.conditioned,
            process.spread,
            process.worth,
            process.proposed,
        )
        named = {each.__name__: each for each in functions}
        program = emit(**named, shapes=_SHAPES, inplace={"conditioned": ("mean", "cov")})
        numbers = {
            "MEAN": process.MEAN, "FIRST": list(FIRST), "LAST": LAST, "NEAR": NEAR,
            "DECAYS": list(DECAYS), "CURVES": CURVES.tolist(), "PLACES": PLACES.tolist(),
            "LOWEST": CURVES.amin(1).tolist(),
            "VALUES": [float(f"{rate:.3g}") for rate in SPACE["lr"].value(PLACES).tolist()],
        }  # fmt: skip
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(
        *, decay: float, length: float, x: int, mine: int, shown: bool, now: int
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            decay: of the curve, one of `DECAYS`.
            length: of the kernel, as a part of the axis.
            x: the place that the reader looks at.
            mine: the reader's own trials, see `decoded`.
            shown: whether the curve is shown.
            now: trials after the first two.
        """
        curve = CURVES[DECAYS.index(decay)]
        mean, std, places = believed(curve, length, decoded(mine), now)
        best = curve[places].min()
        worth = process.worth(mean, std, best)
        alone = believed(curve, length, [], now)[2]
        return {
            "now": now,
            "best": best.item(),
            "alone": curve[alone].min().item(),
            "believed": mean[x].item(),
            "unsure": std[x].item(),
            "worth": worth[x].item(),
            "most": worth.max().item(),
            "gap": (best / curve.min() - 1).item(),
        }

    @staticmethod
    def answer() -> str:
        start = BayesianDemo.start
        curve = CURVES[DECAYS.index(start["decay"])]
        places = believed(curve, start["length"], [], LAST)[2]
        near = [n for n in range(LAST + 1) if gap(curve, places[: n + len(FIRST)]) <= NEAR]
        found = near[0] if near else RATES / 2
        return min(GUESSES, key=lambda name: abs(math.log(GUESSES[name] / found)))

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        mine = encoded([draw.randrange(RATES) for _ in range(draw.randint(0, LAST))])
        own = {"now": draw.randint(0, LAST), "x": draw.randrange(RATES), "mine": mine}
        return super().random_setting(draw) | own


def gap(curve: Tensor, places: list[int]) -> float:
    """By how much the best of some places is above the lowest, as a part of that."""
    return (curve[places].min() / curve.min() - 1).item()


def believed(
    curve: Tensor, length: float, mine: list[int], now: int
) -> tuple[Tensor, Tensor, list[int]]:
    """Mean, spread and the places tried, after `now` trials: the reader's own, then the process's.

    Args:
        curve: loss at every place, `(RATES,)`.
        length: of the kernel.
        mine: the reader's own trials.
        now: trials after the first two.
    """
    mean = torch.full_like(PLACES, process.MEAN)
    cov = process.prior(PLACES, torch.tensor(length, dtype=torch.float64))
    taken, places = torch.zeros_like(PLACES), []
    for trial in range(len(FIRST) + now):
        if trial < len(FIRST) + len(mine):
            place = [*FIRST, *mine][trial]
        else:
            worth = process.worth(mean, process.spread(cov), curve[places].min())
            place = int(process.proposed(worth, taken))
        hit = torch.zeros_like(PLACES)
        hit[place] = 1
        mean, cov = process.conditioned(mean, cov, hit, curve[place]).values()
        taken, places = taken + hit, [*places, place]
    return mean, process.spread(cov), places


def encoded(places: list[int]) -> int:
    """Places as one number with the digits place + 1, the first one last.

    Example:
        >>> encoded([4, 0]), decoded(encoded([4, 0]))
        (67, [4, 0])
    """
    return sum((place + 1) * (RATES + 1) ** i for i, place in enumerate(places))


def decoded(mine: int) -> list[int]:
    """The places that `encoded` has packed."""
    places, rest = [], int(mine)
    while rest:
        rest, digit = divmod(rest, RATES + 1)
        places.append(digit - 1)
    return places
