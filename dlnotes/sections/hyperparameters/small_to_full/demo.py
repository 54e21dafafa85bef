"""Twenty images learned by heart: does that say anything of the program?

Book: hyperparameters/small_to_full
"""

import json
import random
from typing import Any, ClassVar

import torch

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.sections.hyperparameters.small_to_full import traces
from dlnotes.sections.hyperparameters.small_to_full.experiments import BLOCK
from dlnotes.sections.hyperparameters.small_to_full.programs import EVERY, FIT
from dlnotes.sections.hyperparameters.small_to_full.traces import LAST, ORDER, SOUND
from dlnotes.sections.hyperparameters.small_to_full.words import TEXT

GUESSES = {"most": 0.97, "half": 0.5, "chance": 0.1}


class SmallToFullDemo(Demo):
    """Programs with and without a fault: first the small run, then all images."""

    words = TEXT
    start: ClassVar = {"program": 1, "bar": 0.05, "now": FIT}
    sliders: ClassVar = {
        "program": Slider(1, len(ORDER), steps=len(ORDER) - 1),
        "bar": Slider(1e-5, 1, log=True),
    }
    handles: ClassVar = {"limit": Drag(30, 0, ("bar",)), "time": Drag(60, 0, ("now",))}
    presets = ("two", "five", "six", "ten")
    guesses = tuple(GUESSES)
    apart = ("bar",)

    @staticmethod
    def emitted() -> str:
        shapes = {"passes": {"share": (len(ORDER),)}}
        program = emit(passes=traces.passes, shapes=shapes)
        kept = [trace._asdict() for trace in traces.traces()]
        numbers = {
            "RUNS": kept, "SHARES": [trace["share"] for trace in kept], "LAST": LAST, "FIT": FIT,
            "BLOCK": BLOCK, "EVERY": EVERY, "NAMES": ORDER, "GUESSES": GUESSES,
            "SOUND": [name in SOUND for name in ORDER],
        }  # fmt: skip
        lines = (f"export const {name} = {json.dumps(value)};\n" for name, value in numbers.items())
        return program + "".join(lines)

    @staticmethod
    def readouts(*, program: int, bar: float, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, from the record.

        Args:
            program: its number, from 1 on.
            bar: the part of the label entropy below which the small run passes.
            now: steps, those of the small run first.
        """
        runs = traces.traces()
        trace = runs[program - 1]
        passed = traces.passes(
            torch.tensor([run.share for run in runs], dtype=torch.float64),
            torch.tensor(bar, dtype=torch.float64),
        ).bool()
        sound = torch.tensor([name in SOUND for name in ORDER])
        return {
            "now": now,
            "loss": trace.loss(now),
            "share": trace.share,
            "fresh": trace.accuracy(now),
            "caught": int((~passed & ~sound).sum()),
            "missed": int((passed & ~sound).sum()),
            "accused": int((~passed & sound).sum()),
        }

    @staticmethod
    def answer() -> str:
        fresh = SmallToFullDemo.readouts(**SmallToFullDemo.start | {"now": LAST})["fresh"]
        return min(GUESSES, key=lambda name: abs(GUESSES[name] - fresh))

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        return super().random_setting(draw) | {"now": draw.randint(0, LAST)}
