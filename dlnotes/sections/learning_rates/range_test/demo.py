"""One epoch a rate in several orders, then a rate a batch: which rate looks best?

Every loss was recorded from training (`experiments.py`); the page compares them.

Book: learning_rates/range_test
"""

import json
import math
import random
from functools import cache
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.learning_rates.range_test import phases, smoothed, suggest
from dlnotes.live import emit
from dlnotes.sections.learning_rates.range_test.experiments import (
    BATCHES,
    EPOCHS,
    LADDER,
    NETS,
    ORDERS,
    orders,
    recorded,
    seen_nets,
)
from dlnotes.sections.learning_rates.range_test.words import TEXT

WAYS = (*ORDERS, "fresh", "batches")
HIGHEST = 1e3  # a loss beyond it is drawn no higher
SEQUENCE = ORDERS | {"fresh": tuple(range(EPOCHS))}
WIDTH = 11  # batches a point of the smoothed curve is the mean of


def fallen(before: Tensor, after: Tensor) -> Tensor:
    """By how much a loss has come down."""
    return before - after


def largest(values: Tensor, known: Tensor) -> Tensor:
    """The place of the largest value among those that are known, the first of equals."""
    seen = torch.where(known > 0, values, -math.inf)
    place = torch.arange(values.shape[0], dtype=torch.float64)
    return torch.where(seen == seen.amax(), place, float(values.shape[0])).amin()


def lowest(values: Tensor, now: Tensor) -> Tensor:
    """The place of the lowest value up to `now`, the first of equals."""
    place = torch.arange(values.shape[0], dtype=torch.float64)
    seen = torch.where(place <= now, values, math.inf)
    return torch.where(seen == seen.amin(), place, float(values.shape[0])).amin()


EMITTED = (fallen, largest, lowest)
_SHAPES = {"largest": {"values": (EPOCHS,), "known": (EPOCHS,)}, "lowest": {"values": (BATCHES,)}}


class RangeTestDemo(Demo):
    """Twelve epochs at twelve rates in four orders, and two hundred batches at as many rates."""

    words = TEXT
    start: ClassVar = {"way": "falling", "net": 1, "now": 0}
    sliders: ClassVar = {"net": Slider(1, len(NETS), steps=len(NETS) - 1)}
    choices: ClassVar = {"way": WAYS}
    handles: ClassVar = {"time": Drag(219, 0, ("now",))}
    presets = ("alone", "astray")
    guesses = ("same", "middle", "first")
    formula = ("loss", "losses", "fall")

    @staticmethod
    def emitted() -> str:
        program = emit(**{function.__name__: function for function in EMITTED}, shapes=_SHAPES)
        curves = _curves()
        sweep = recorded("sgd", "digits")
        mean = sweep.scores.mean(1)
        numbers = {
            "EPOCHS": EPOCHS, "BATCHES": BATCHES, "LADDER": LADDER, "ORDERS": SEQUENCE,
            "LOSSES": {way: _kept(orders()[way]) for way in SEQUENCE},
            "RATES": curves["lrs"], "RAW": curves["raw"], "SMOOTH": curves["smooth"],
            "STEEPEST": curves["steepest"], "LOWEST": curves["lowest"],
            "QUARTER": curves["quarter"],
            "PHASES": curves["phases"], "SWEPT": sweep.lrs.tolist(), "SCORES": _kept(mean),
            "BEST": sweep.chosen, "HIGHEST": HIGHEST, "LEVEL": sweep.best.mean().item() - 0.01,
        }  # fmt: skip
        return program + "".join(
            f"export const {name} = {json.dumps(value, separators=(',', ':'))};\n"
            for name, value in numbers.items()
        )

    @staticmethod
    def readouts(*, way: str, net: int, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            way: one of `WAYS`.
            net: 1 to 8.
            now: epochs passed, 0 to 12; or the batch that is shown, 0 to 199.
        """
        if way == "batches":
            return _batch(net - 1, now)
        losses, order = orders()[way][net - 1], SEQUENCE[way]
        known = torch.zeros(EPOCHS, dtype=torch.float64)
        known[list(order[:now])] = 1
        falls = torch.zeros(EPOCHS, dtype=torch.float64)
        for epoch, place in enumerate(order):
            before, after = losses[epoch] if way == "fresh" else losses[epoch : epoch + 2]
            falls[place] = fallen(before, after)
        place = int(largest(falls, known)) if now else 0
        last = losses[max(now - 1, 0), int(now > 0)] if way == "fresh" else losses[now]
        return {
            "now": now,
            "rate": LADDER[order[now - 1]] if now else math.inf,
            "loss": last.item(),
            "winner": LADDER[place] if now else math.inf,
            "fall": falls[place].item() if now else math.inf,
            "steepest": math.inf,
        }

    @staticmethod
    def answer() -> str:
        start = RangeTestDemo.start
        winner = RangeTestDemo.readouts(**(start | {"now": EPOCHS}))["winner"]
        rising = RangeTestDemo.readouts(**(start | {"way": "rising", "now": EPOCHS}))["winner"]
        return {rising: "same", LADDER[-1]: "first"}.get(winner, "middle")

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        setting = super().random_setting(draw)
        last = BATCHES - 1 if setting["way"] == "batches" else EPOCHS
        return setting | {"now": draw.randint(0, last)}


def _kept(values: Tensor) -> list:
    """As the page gets them: nothing without an end."""
    return values.nan_to_num(HIGHEST, HIGHEST).clamp(max=HIGHEST).tolist()


@cache
def _curves() -> dict[str, list]:
    """The range tests of all nets: as they were, smoothed, and what is read off them."""
    test = seen_nets()
    low = suggest(*test, width=WIDTH)
    return {
        "lrs": test.lrs.tolist(),
        "raw": _kept(test.losses),
        "smooth": _kept(smoothed(test.losses, WIDTH).round(decimals=4)),
        "steepest": suggest(*test, by="steepest", width=WIDTH).tolist(),
        "lowest": low.tolist(),
        "quarter": suggest(*test, divide=4, width=WIDTH).tolist(),
        "phases": torch.stack(list(phases(*test, width=WIDTH)), 1).tolist(),
    }


def _batch(net: int, now: int) -> dict[str, float]:
    curves = _curves()
    smooth = torch.tensor(curves["smooth"][net], dtype=torch.float64)
    place = int(lowest(smooth, torch.tensor(float(now))))
    winner, low = curves["lrs"][place], curves["lowest"][net]
    return {
        "now": now,
        "rate": curves["lrs"][now],
        "loss": smooth[now].item(),
        "winner": winner,
        "fall": fallen(smooth[0], smooth[place]).item(),
        "steepest": curves["steepest"][net] if curves["lrs"][now] > low else math.inf,
    }
