"""One softened label and ten scores: where does the training loss stop?

Book: regularization/soft_labels
"""

import random
from typing import Any, ClassVar

import torch

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.regularization.soft_targets import best_gap, loss_floor, smoothed, soft_cross_entropy
from dlnotes.sections.regularization.soft_labels import programs
from dlnotes.sections.regularization.soft_labels.words import TEXT

GUESSES = {"zero": 0.0, "tenth": 0.1, "half": 0.5, "chance": 2.3}
EMITTED = (
    programs.right_share, programs.other_share, programs.softness, programs.right_said,
    programs.other_said, programs.step, programs.loss, programs.floor, programs.stop,
)  # fmt: skip


class SoftLabelsDemo(Demo):
    """A label to soften, scores that go downhill, and where they stop."""

    words = TEXT
    start: ClassVar = {"smoothing": 0.1, "classes": 10, "now": 0}
    sliders: ClassVar = {
        "smoothing": Slider(0, 1, steps=100), "classes": Slider(stops=(2, 3, 5, 10)),
    }  # fmt: skip
    handles: ClassVar = {"soften": Drag(0, 40, ("smoothing",)), "time": Drag(90, 0, ("now",))}
    presets = ("hard", "more_soft", "two")
    guesses = tuple(GUESSES)
    formula = ("entropy",)
    rounding = 1e-9

    @staticmethod
    def emitted() -> str:
        program = emit(**{function.__name__: function for function in EMITTED})
        return program + f"export const STEPS = {programs.STEPS};\n"

    @staticmethod
    def readouts(*, smoothing: float, classes: int, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, by autograd on all scores.

        Args:
            smoothing: ε, what is taken of the label, from 0 to 1.
            classes: K.
            now: steps of gradient descent.
        """
        target = smoothed(torch.tensor([0]), classes, smoothing, dtype=torch.float64)
        scores = programs.descended(target, now)
        return {
            "now": now,
            "hit": scores.softmax(-1)[0, 0].item(),
            "gap": (scores[0, 0] - scores[0, 1]).item(),
            "loss": soft_cross_entropy(scores, target).item(),
            "floor": loss_floor(target).item(),
            "stop": best_gap(classes, smoothing),
        }

    @staticmethod
    def answer() -> str:
        floor = SoftLabelsDemo.readouts(**SoftLabelsDemo.start)["floor"]
        return min(GUESSES, key=lambda name: abs(GUESSES[name] - floor))

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        return super().random_setting(draw) | {"now": draw.randint(0, programs.STEPS)}
