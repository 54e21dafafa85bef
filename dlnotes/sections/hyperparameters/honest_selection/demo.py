"""The best of a hundred who toss coins: what is its score, and what is it worth?

Book: hyperparameters/honest_selection
"""

import random
from typing import Any, ClassVar

import torch

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.sections.hyperparameters.honest_selection import crowd
from dlnotes.sections.hyperparameters.honest_selection.words import TEXT

GUESSES = {"half": 0.5, "bit": 0.55, "much": 0.63, "most": 0.75}
_ALL = (crowd.PEOPLE,)
_SHAPES = {
    "worth": {"own": _ALL},
    "scores": {"own": _ALL, "luck": _ALL},
    "expected": {"largest": _ALL},
}


class HonestSelectionDemo(Demo):
    """Candidates come one after the other; the best score so far, and what it is worth."""

    words = TEXT
    start: ClassVar = {"questions": 100, "spread": 0.0, "draw": 0, "now": 1}
    sliders: ClassVar = {
        "questions": Slider(stops=(25, 50, 100, 200, 500, 1000, 2500)),
        "spread": Slider(0, 0.1, steps=20),
    }
    handles: ClassVar = {"time": Drag(105, 0, ("now",))}
    buttons: ClassVar = {"again": ("draw",)}
    presets = ("few", "many", "skilled", "sure")
    guesses = tuple(GUESSES)
    rounding = 1e-12

    @staticmethod
    def emitted() -> str:
        functions = (crowd.worth, crowd.scores, crowd.expected)
        program = emit(**{each.__name__: each for each in functions}, shapes=_SHAPES)
        numbers = {
            "PEOPLE": crowd.PEOPLE, "OWN": crowd.OWN.tolist(), "LUCK": crowd.LUCK.tolist(),
            "LARGEST": [round(value, 6) for value in crowd.LARGEST],
        }  # fmt: skip
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(*, questions: int, spread: float, draw: int, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            questions: n, in the exam.
            spread: standard deviation of what candidates are worth.
            draw: which people.
            now: how many have been examined.
        """
        own, luck = (part[draw % crowd.TIMES] for part in (crowd.OWN, crowd.LUCK))
        given = [torch.tensor(value, dtype=torch.float64) for value in (spread, questions)]
        score = crowd.scores(own, luck, *given)[:now]
        fresh = crowd.worth(own, given[0])[int(score.argmax())].item()
        largest = torch.tensor(round(crowd.LARGEST[now - 1], 6), dtype=torch.float64)
        return {
            "now": now,
            "best": score.max().item(),
            "fresh": fresh,
            "gap": score.max().item() - fresh,
            "expected": crowd.expected(largest, *given).item(),
        }

    @staticmethod
    def answer() -> str:
        end = HonestSelectionDemo.start | {"now": crowd.PEOPLE}
        best = HonestSelectionDemo.readouts(**end)["best"]
        return min(GUESSES, key=lambda name: abs(GUESSES[name] - best))

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        own = {"now": draw.randint(1, crowd.PEOPLE), "draw": draw.randint(0, 30)}
        return super().random_setting(draw) | own
