"""Five schedules raced in a noisy valley, and one that the reader draws.

Book: learning_rates/decay
"""

import json
import random
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.learning_rates.noisy_bowl import mean_loss, next_squares
from dlnotes.live import emit
from dlnotes.sections.learning_rates.decay import race
from dlnotes.sections.learning_rates.decay.experiments import drawings
from dlnotes.sections.learning_rates.decay.words import TEXT

LANES = (*race.NAMES, "drawn")
FACTORS = [round(1.05**power, 4) for power in range(-60, 61)]  # by which a drawing is scaled
FLAT = 0.25  # what is drawn before anybody draws
UP_AGAIN = [1.2] * 14 + [0.05] * 14 + [1.2] * 13  # a rate that falls, and is raised


def rates(peaks: Tensor, knots: Tensor) -> Tensor:
    """The rate of every step, `(T, 6)`: the named schedules and the drawn one."""
    named = torch.stack([race.shape(name) for name in race.NAMES], -1) * peaks
    return torch.cat([named, race.drawn(knots)[:, None]], -1)


def step(squares: Tensor, rates: Tensor, curvatures: Tensor, noise: Tensor) -> Tensor:
    """Mean squares after one step, `(6, 8)`."""
    return next_squares(squares, rates, curvatures, noise)


def loss(squares: Tensor, curvatures: Tensor) -> Tensor:
    """Mean losses, `(6,)`."""
    return mean_loss(squares, curvatures)


def scaled(knots: Tensor, factor: Tensor) -> Tensor:
    """A drawing times a factor, no higher than what can be drawn."""
    return torch.clamp(knots * factor, max=race.TOP)


_D, _L = race.DIRECTIONS, len(LANES)
_SHAPES = {
    "rates": {"peaks": (_L - 1,), "knots": (race.KNOTS,)},
    "step": {"squares": (_L, _D), "rates": (_L,), "curvatures": (_D,)},
    "loss": {"squares": (_L, _D), "curvatures": (_D,)},
    "scaled": {"knots": (race.KNOTS,)},
}


class DecayDemo(Demo):
    """Draw a schedule, and race it against five that are each at their own best peak."""

    words = TEXT
    start: ClassVar = {"narrow": 100, "noise": 0.2, "now": 0, "drawn": [FLAT] * race.KNOTS}
    choices: ClassVar = {"narrow": race.NARROW}
    sliders: ClassVar = {"noise": Slider(stops=race.NOISES)}
    handles: ClassVar = {"pencil": Drag(150, -20, ("drawn",)), "time": Drag(150, 0, ("now",))}
    buttons: ClassVar = {"tune": ("drawn",), "best": ("drawn",)}
    presets = ("round", "wider", "quiet", "raise")
    guesses = ("halving", "exponential", "inverse", "linear")
    apart = ("drawn",)
    rounding = 1e-14

    @staticmethod
    def emitted() -> str:
        program = emit(rates=rates, step=step, loss=loss, scaled=scaled, shapes=_SHAPES)
        bowls = {
            f"{narrow} {noise:g}": {
                "curvatures": race.curvatures(narrow).tolist(),
                "squares": (race.squares(narrow).expand(_L, -1)).flatten().tolist(),
                "peaks": race.peaks(narrow, noise),
                "low": race.lowest(narrow, noise),
                "high": min(2.1, 1.2 * max(race.peaks(narrow, noise))),
                "best": drawings(narrow, noise).tolist(),
            }
            for narrow in race.NARROW
            for noise in race.NOISES
        }
        numbers = {
            "STEPS": race.STEPS, "GAP": race.GAP, "TOP": race.TOP, "LANES": LANES,
            "FACTORS": FACTORS, "UP_AGAIN": UP_AGAIN, "BOWLS": bowls,
        }  # fmt: skip
        lines = (f"export const {n} = {json.dumps(each)};\n" for n, each in numbers.items())
        return program + "\n" + "".join(lines)

    @staticmethod
    def readouts(*, narrow: int, noise: float, now: int, drawn: list[float]) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            narrow: largest over smallest curvature, one of `race.NARROW`.
            noise: standard deviation of the noise, one of `race.NOISES`.
            now: the step that is shown.
            drawn: `race.KNOTS` learning rates, one every 5 steps.
        """
        knots = torch.tensor(drawn, dtype=torch.float64)
        rows = [
            peak * race.shape(name)
            for name, peak in zip(race.NAMES, race.peaks(narrow, noise), strict=True)
        ]
        found = race.losses(torch.stack([*rows, race.drawn(knots)]), narrow, noise)[:, now]
        leader = int(found[:-1].argmin())
        return {"now": now, "leader": leader, **dict(zip(LANES, found.tolist(), strict=True))}

    @staticmethod
    def answer() -> str:
        setting = DecayDemo.start
        ends = race.ends(setting["narrow"], setting["noise"])
        return min(ends, key=ends.get)

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        knots = [round(draw.uniform(0, race.TOP), 2) for _ in range(race.KNOTS)]
        return super().random_setting(draw) | {"drawn": knots, "now": draw.randint(0, race.STEPS)}
