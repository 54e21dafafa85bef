"""The curve reader: draw a loss curve or take a real one, and see what it looks like, and why.

Book: convergence/loss_curves
"""

import json
import math
import random
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.convergence.curves import (
    PATIENCE,
    ROUNDING,
    SHAPES,
    SHORTEST,
    TOL,
    detect_divergence,
    looks_like,
    make_curve,
    moving_average,
    reading,
)
from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.sections.convergence.loss_curves.arms import LOOK, RUNS, STEPS
from dlnotes.sections.convergence.loss_curves.experiments import recorded
from dlnotes.sections.convergence.loss_curves.words import TEXT

N = STEPS + 1  # losses of a curve
KNOTS = 61  # of a drawn one
GAP = STEPS // (KNOTS - 1)  # steps from one knot to the next
LEAP = 325  # the step at which the question is asked
LOW, HIGH = 0.003, 100.0  # ends of the logarithmic axis


def drawn(knots: Tensor) -> Tensor:
    """A curve of `N` losses from `KNOTS` of them: straight in between."""
    part = torch.arange(GAP, dtype=knots.dtype) / GAP
    pieces = knots[:-1, None] * (1 - part) + knots[1:, None] * part
    return torch.cat([pieces.reshape(-1), knots[-1:]])


def mean(losses: Tensor, now: Tensor, window: Tensor) -> Tensor:
    """The moving average at a step."""
    at = torch.arange(N, dtype=losses.dtype)
    inside = (at <= now) & (at > now - window)
    return torch.where(inside, losses, 0).sum() / inside.to(losses.dtype).sum()


def seen(losses: Tensor, now: Tensor) -> tuple[Tensor, ...]:
    """Window, mean of the older and of the newer window, change, swing and echo up to a step."""
    at = torch.arange(N, dtype=losses.dtype)
    window = torch.clamp(torch.floor((now + 1) / 4), min=SHORTEST)
    newer = (at <= now) & (at > now - window)
    older = (at <= now - window) & (at > now - 2 * window)
    level = torch.where(newer, losses, 0).sum() / window
    before = torch.where(older, losses, 0).sum() / window
    off = torch.where(newer, losses - level, 0)
    square = off.square().sum()
    swing = (square / window).sqrt() / level.abs()
    echo = torch.where(swing > ROUNDING, (off[:-1] * off[1:]).sum() / square, 0)
    return window, before, level, (level - before) / before.abs(), swing, echo


def runaway(losses: Tensor, now: Tensor) -> tuple[Tensor, ...]:
    """The bar, and since when most of the last losses are above it; never, if after `now`."""
    ends = torch.arange(PATIENCE - 1, N, dtype=losses.dtype)
    known, last = ends <= now, N - PATIENCE + 1
    means = sum(losses[i : last + i] for i in range(PATIENCE)) / PATIENCE
    low = torch.minimum(losses[0], torch.where(known, means, math.inf).amin())
    bar = torch.maximum((losses[0] + low) / 2, low + low.abs() / 2)
    over = (losses > bar).to(losses.dtype)
    many = sum(over[i : last + i] for i in range(PATIENCE)) > PATIENCE / 2
    calm = torch.where(known & ~many, ends, PATIENCE - 2).amax()
    return bar, calm + 1


def falls(change: Tensor, swing: Tensor, window: Tensor) -> Tensor:
    """1 where a change is a fall, else 0."""
    doubt = 2 * swing * (2 / window).sqrt()
    return (change < -torch.clamp(doubt, min=TOL)).to(change.dtype)


EMITTED = (drawn, mean, seen, runaway, falls)
_SHAPES = {
    "drawn": {"knots": (KNOTS,)},
    "mean": {"losses": (N,)},
    "seen": {"losses": (N,)},
    "runaway": {"losses": (N,)},
}


class LossCurvesDemo(Demo):
    """A loss curve, real or drawn by hand, and what it looks like up to any step."""

    words = TEXT
    start: ClassVar = {
        "curve": "spike", "window": 1, "log": True, "all": False, "now": LEAP,
        "drawn": [float(f"{loss:.3g}") for loss in make_curve("slide", 1.8, 1.0, steps=KNOTS - 1)],
    }  # fmt: skip
    choices: ClassVar = {"curve": (*RUNS, "drawn")}
    sliders: ClassVar = {"window": Slider(1, 100, steps=99)}
    handles: ClassVar = {
        "pencil": Drag(230, -160, ("curve", "drawn")), "time": Drag(-150, 0, ("now",)),
    }  # fmt: skip
    presets = ("came", "stayed", "again", "smooth", "slow", "batches", "both")
    at_once = ("window", "log", "all")  # a preset leads to every curve, the pencil to one's own
    guesses = ("away", "up", "down")
    rounding = 1e-9
    formula = ("level", "losses")

    @staticmethod
    def emitted() -> str:
        program = emit(**{function.__name__: function for function in EMITTED}, shapes=_SHAPES)
        runs = {
            name: {"lr": RUNS[name].lr, "batch_size": RUNS[name].batch,
                   "losses": _short(run.batch), "full": _short(run.full)}
            for name, run in recorded().items()
        }  # fmt: skip
        numbers = {
            "STEPS": STEPS, "LOOK": LOOK, "GAP": GAP, "SHORTEST": SHORTEST, "TOL": TOL,
            "PATIENCE": PATIENCE, "ENDS": [LOW, HIGH], "SHAPES": SHAPES, "RUNS": runs,
        }  # fmt: skip
        lines = (f"export const {n} = {json.dumps(each)};\n" for n, each in numbers.items())
        return program + "\n" + "".join(lines)

    @staticmethod
    def readouts(
        *, curve: str, window: int, log: bool, all: bool, now: int, drawn: list[float]
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            curve: a name in `RUNS`, or "drawn".
            window: losses that the smooth line averages.
            log: whether the axis is logarithmic.
            all: whether the loss on all data is shown too.
            now: the step up to which the curve is known.
            drawn: 61 losses, one every 10 steps.
        """
        losses = _losses(curve, drawn)
        known = losses[: now + 1]
        shape = looks_like(known)
        gone = detect_divergence(known)
        wide = len(known) >= 2 * SHORTEST
        last = reading(known) if wide else None
        full = math.inf if curve == "drawn" else recorded()[curve].full[now // LOOK].item()
        return {
            "now": now,
            "loss": known[-1],
            "mean": moving_average(known, window)[-1],
            "full": full,
            "shape": SHAPES.index(shape) if shape else -1,
            "level": last.level if wide else math.inf,
            "change": last.change if wide else math.inf,
            "swing": last.swing if wide else math.inf,
            "echo": last.echo if wide else math.inf,
            "since": gone.step if gone else math.inf,
        }

    @staticmethod
    def answer() -> str:
        losses = _losses("spike", [])
        end = moving_average(losses, LOOK)[-1]
        if end < min(losses[:LEAP]):
            return "down"
        return "away" if end > losses[LEAP] else "up"

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        knots = [float(f"{10 ** draw.uniform(-2.4, 1.9):.3g}") for _ in range(KNOTS)]
        return super().random_setting(draw) | {"drawn": knots, "now": draw.randint(0, STEPS)}


def _losses(curve: str, knots: list[float]) -> list[float]:
    if curve != "drawn":
        return recorded()[curve].batch.tolist()
    return drawn(torch.tensor(knots, dtype=torch.float64)).tolist()


def _short(values: Tensor) -> list[float]:
    return [float(f"{value:.4g}") for value in values.tolist()]
