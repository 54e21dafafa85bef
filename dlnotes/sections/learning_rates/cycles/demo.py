"""Three learning rates train one net; ring the bell at any step and see whose loss is lowest.

Every loss was recorded from training (`experiments.py`); the schedules are computed in the page.

Book: learning_rates/cycles
"""

import json
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.learning_rates import cycles as rules
from dlnotes.learning_rates.decay import cosine
from dlnotes.live import emit
from dlnotes.sections.learning_rates.cycles import plans
from dlnotes.sections.learning_rates.cycles.experiments import (
    EVERY,
    LOOKS,
    PARTS,
    SHOWN,
    curves,
    peak_of,
)
from dlnotes.sections.learning_rates.cycles.plans import CYCLES, KINDS, STEPS
from dlnotes.sections.learning_rates.cycles.words import TEXT

LANES = ("constant", "cosine", "cycles")
LAST = len(LOOKS) - 1
WAYS = (*KINDS, "one_cycle")


def restarts(step: Tensor, peak: Tensor, length: Tensor, multiplier: Tensor) -> Tensor:
    """The learning rate of a step after warm restarts."""
    return rules.warm_restarts(step, lr=peak, steps=length, multiplier=multiplier)


def triangles(step: Tensor, peak: Tensor, half: Tensor) -> Tensor:
    """The learning rate of a step on its way up or down."""
    return rules.cyclic(step, lr=peak, lowest=0.0, up_steps=half)


def once(step: Tensor, peak: Tensor) -> Tensor:
    """The learning rate of a step in one cycle."""
    return rules.one_cycle(step, lr=peak, steps=STEPS)


def fall(step: Tensor, peak: Tensor) -> Tensor:
    """The learning rate of a step in one long fall."""
    return cosine(step, lr=peak, steps=STEPS)


def lowest(losses: Tensor) -> Tensor:
    """The place of the lowest of three losses, the first of equals."""
    place = torch.arange(3, dtype=torch.float64)
    return torch.where(losses == losses.amin(), place, 3.0).amin()


EMITTED = (restarts, triangles, once, fall, lowest)


class CyclesDemo(Demo):
    """A constant rate, one long fall and one that rises again, and a bell to ring."""

    words = TEXT
    start: ClassVar = {"way": "equal", "count": PARTS, "peak": SHOWN[-1], "now": 0}
    choices: ClassVar = {"way": WAYS}
    sliders: ClassVar = {"count": Slider(stops=CYCLES), "peak": Slider(stops=SHOWN)}
    handles: ClassVar = {"time": Drag(160, 0, ("now",))}
    presets = ("longer", "often", "single", "gentle")
    guesses = LANES

    @staticmethod
    def emitted() -> str:
        program = emit(
            **{each.__name__: each for each in EMITTED}, shapes={"lowest": {"losses": (3,)}}
        )
        lengths = {
            f"{kind} {cycles}": plans.first_length(kind, cycles)
            for kind in KINDS
            for cycles in CYCLES
        }
        numbers = {
            "STEPS": STEPS, "EVERY": EVERY, "LAST": LAST, "LANES": LANES, "LENGTHS": lengths,
            "SHOWN": SHOWN,
            "PEAKS": {name: peak_of(name) for name in LANES[:2]},
            "PLAIN": {name: curves()[name].tolist() for name in LANES[:2]},
            "CYCLED": {name: [row.tolist() for row in rows]
                       for name, rows in curves().items() if name not in LANES},
        }  # fmt: skip
        lines = (
            f"export const {name} = {json.dumps(each, separators=(',', ':'))};\n"
            for name, each in numbers.items()
        )
        return program + "\n" + "".join(lines)

    @staticmethod
    def readouts(*, way: str, count: int, peak: float, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            way: one of `WAYS`.
            count: of cycles, one of `CYCLES`; of no effect for one cycle.
            peak: of the cycles, one of `SHOWN`.
            now: the look at which the bell rings, 0 to 100; one every 20 steps.
        """
        found = losses(way, count, peak)
        first = found[:, 1 : now + 1].argmin(0)
        step = torch.tensor(float(min(now * EVERY, STEPS - 1)), dtype=torch.float64)
        return {
            "reached": now * EVERY,
            "rate": _rate(step, way, count, peak).item(),
            "lowest": int(found[:, now].argmin()),
            **dict(zip(LANES, found[:, now].tolist(), strict=True)),
            "won": int((first == LANES.index("cycles")).sum()),
        }

    @staticmethod
    def answer() -> str:
        start = CyclesDemo.start
        found = losses(start["way"], start["count"], start["peak"])[:, -1]
        return LANES[int(found.argmin())]

    @classmethod
    def random_setting(cls, draw: Any) -> dict[str, Any]:
        return super().random_setting(draw) | {"now": draw.randint(0, LAST)}


def losses(way: str, count: int, peak: float) -> Tensor:
    """The loss of the three lanes at every look, `(3, 101)`."""
    found = curves()
    own = found[way if way == "one_cycle" else f"{way} {count}"][SHOWN.index(peak)]
    return torch.stack([found["constant"], found["cosine"], own])


def _rate(step: Tensor, way: str, count: int, peak: float) -> Tensor:
    if way == "one_cycle":
        return once(step, peak)
    length = plans.first_length(way, count)
    if way == "triangles":
        return triangles(step, peak, length / 2)
    return restarts(step, peak, length, 2 if way == "doubling" else 1)
