"""Twelve digits of the highest loss: how many of their labels are wrong?

Book: hyperparameters/hard_examples
"""

import json
import random
from typing import Any, ClassVar

import torch

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.sections.hyperparameters.hard_examples import ranking
from dlnotes.sections.hyperparameters.hard_examples.experiments import (
    EXAMPLES,
    SHOWN_SHARES,
    SHOWN_TIMES,
)
from dlnotes.sections.hyperparameters.hard_examples.ranking import BELL, LAST, SEEN
from dlnotes.sections.hyperparameters.hard_examples.words import TEXT

GUESSES = {"two": 2, "five": 5, "eight": 8, "twelve": 12}
_ALL = (EXAMPLES,)


class HardExamplesDemo(Demo):
    """The digits of the highest loss while a net learns, and how many of them are wrong."""

    words = TEXT
    start: ClassVar = {"share": 0.15, "taken": SEEN, "now": 0}
    sliders: ClassVar = {
        "taken": Slider(1, EXAMPLES, steps=EXAMPLES - 1),
        "share": Slider(stops=SHOWN_SHARES),
    }
    handles: ClassVar = {"time": Drag(132, 0, ("now",))}
    presets = ("none", "few", "many", "long")
    guesses = tuple(GUESSES)

    @staticmethod
    def emitted() -> str:
        shapes = {"wrong": _ALL, "place": _ALL}
        program = emit(
            wrong_part=ranking.wrong_part,
            found_part=ranking.found_part,
            shapes={"wrong_part": shapes, "found_part": shapes},
        )
        numbers = {
            "TIMES": SHOWN_TIMES, "SHARES": SHOWN_SHARES, "BELL": BELL, "LAST": LAST,
            "SEEN": SEEN, "GUESSES": GUESSES, "IMAGES": ranking.images(),
            "PLACE": list(range(1, EXAMPLES + 1)), "LOSSES": ranking.losses().tolist(),
            "LABELS": ["".join(map(str, ranking.labels(s).tolist())) for s in SHOWN_SHARES],
        }  # fmt: skip
        lines = (
            f"export const {name} = {json.dumps(value, separators=(',', ':'))};\n"
            for name, value in numbers.items()
        )
        return program + "".join(lines)

    @staticmethod
    def readouts(*, share: float, taken: int, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            share: of labels that are wrong.
            taken: how many of the highest losses are taken.
            now: which of the recorded moments.
        """
        sorted_wrong = ranking.wrong(share)[ranking.order(share, now)]
        count = torch.tensor(taken, dtype=torch.float64)
        place = torch.arange(1, EXAMPLES + 1, dtype=torch.float64)
        return {
            "now": SHOWN_TIMES[now],
            "among": int(sorted_wrong[:SEEN].sum()),
            "part": ranking.wrong_part(sorted_wrong, place, count).item(),
            "found": ranking.found_part(sorted_wrong, place, count).item(),
        }

    @staticmethod
    def answer() -> str:
        among = HardExamplesDemo.readouts(**HardExamplesDemo.start | {"now": BELL})["among"]
        return min(GUESSES, key=lambda name: abs(GUESSES[name] - among))

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        return super().random_setting(draw) | {"now": draw.randint(0, LAST)}
