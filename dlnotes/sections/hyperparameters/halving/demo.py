"""Twenty-seven recorded learning curves and a few cuts: is the best thrown out?

Book: hyperparameters/halving
"""

import json
import random
from typing import Any, ClassVar

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.hyperparameters.halving import successive_halving
from dlnotes.live import emit
from dlnotes.sections.hyperparameters.halving import cuts
from dlnotes.sections.hyperparameters.halving.experiments import recorded_curves
from dlnotes.sections.hyperparameters.halving.nets import DRAWN, TASKS, UNITS
from dlnotes.sections.hyperparameters.halving.words import TEXT

FACTORS = (2, 3, 5, 9, 27)
GUESSES = ("one", "two", "three", "stays")
EMITTED = (
    cuts.number_left, cuts.next_cut, cuts.after_cut, cuts.lowest, cuts.leader, cuts.all_of_it,
)  # fmt: skip
_ALL = (DRAWN,)
_SHAPES = {
    "after_cut": {"errors": _ALL, "living": _ALL},
    "lowest": {"errors": _ALL, "living": _ALL},
    "leader": {"errors": _ALL, "living": _ALL},
}


class HalvingDemo(Demo):
    """All curves up to now, those cut off faint; beside them, how many still train."""

    words = TEXT
    start: ClassVar = {"task": "steady", "first": 1, "factor": 3, "now": 0}
    sliders: ClassVar = {
        "first": Slider(1, UNITS, steps=UNITS - 1),
        "factor": Slider(stops=FACTORS),
    }
    choices: ClassVar = {"task": tuple(TASKS)}
    handles: ClassVar = {"cut": Drag(90, 0, ("first",)), "time": Drag(120, 0, ("now",))}
    presets = ("late", "once", "half", "slow")
    guesses = GUESSES
    rounding = 1e-12
    formula = ("spent",)

    @staticmethod
    def emitted() -> str:
        program = emit(**{each.__name__: each for each in EMITTED}, shapes=_SHAPES)
        numbers = {
            "DRAWN": DRAWN, "UNITS": UNITS,
            "CURVES": {task: recorded_curves(task).T.tolist() for task in TASKS},
        }  # fmt: skip
        return program + "".join(
            f"export const {name} = {json.dumps(value, separators=(',', ':'))};\n"
            for name, value in numbers.items()
        )

    @staticmethod
    def readouts(*, task: str, first: int, factor: int, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            task: one of `TASKS`.
            first: when the first cut comes, 1 to 27.
            factor: η: one of so many goes on, and the next cut comes so many times as late.
            now: units of budget passed, 0 to 27.
        """
        errors = recorded_curves(task)
        stages = played(task, first, factor)
        at = [cut for cut, _ in stages if cut <= now]
        living = stages[len(at) - 1][1] if at else list(range(DRAWN))
        before = [(0, list(range(DRAWN))), *stages, (UNITS, [])]
        paid = sum(
            len(who) * max(0, min(now, before[i + 1][0]) - begin)
            for i, (begin, who) in enumerate(before[:-1])
        )
        found = errors[stages[-1][1], UNITS].min().item()
        best = errors[:, UNITS].min().item()
        return {
            "now": now,
            "left": len(living),
            "spent": paid / (DRAWN * UNITS),
            "lead": errors[living, now].min().item(),
            "found": found,
            "best": best,
            "lost": found - best,
        }

    @staticmethod
    def answer() -> str:
        start = HalvingDemo.start
        best = int(recorded_curves(start["task"])[:, UNITS].argmin())
        stages = played(start["task"], start["first"], start["factor"])
        out = [i for i, (_, who) in enumerate(stages) if best not in who]
        return GUESSES[out[0]] if out else "stays"

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        return super().random_setting(draw) | {"now": draw.randint(0, UNITS)}


def played(task: str, first: int, factor: int) -> list[tuple[int, list[int]]]:
    """When each cut comes before the end, and who goes on from there."""
    errors = recorded_curves(task)

    def measure(who, budget):
        return errors[who, round(budget)] + 1e-9 * who  # of equals, the first

    rounds = successive_halving(measure, DRAWN, low=first, high=UNITS, factor=factor)
    stages = []
    for i, one in enumerate(rounds):
        if one.budget >= UNITS:
            break
        order = one.settings[one.losses.argsort(stable=True)]
        follows = i + 1 < len(rounds)
        kept = len(rounds[i + 1].settings) if follows else max(1, len(one.settings) // factor)
        stages.append((round(one.budget), order[:kept].tolist()))
    return stages or [(UNITS, list(range(DRAWN)))]
