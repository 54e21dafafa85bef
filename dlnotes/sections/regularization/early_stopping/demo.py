"""Two rulers for one linear model: which penalty keeps as much as 1000 steps?

Book: regularization/early_stopping
"""

import random
from typing import Any, ClassVar

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.regularization.shrinkage import excess, kept_after, kept_under
from dlnotes.sections.regularization.early_stopping import rulers
from dlnotes.sections.regularization.early_stopping.rulers import (
    CURVATURE,
    DIRECTIONS,
    EXAMPLES,
    LAST,
    TIMES,
    TRUTHS,
)
from dlnotes.sections.regularization.early_stopping.words import TEXT

GUESSES = {"hundred": 100.0, "tenth": 0.1, "hundredth": 0.01, "tiny": 0.0001}
EMITTED = (
    rulers.stopped, rulers.penalized, rulers.across, rulers.apart, rulers.errors_stopped,
    rulers.errors_penalized,
)  # fmt: skip
_D = (DIRECTIONS,)
_SHAPES = {
    "apart": {"one": _D, "other": _D},
    "errors_stopped": {"truth": _D},
    "errors_penalized": {"truth": _D},
}


class EarlyStoppingDemo(Demo):
    """Steps and penalties on two rulers, what each keeps, and the errors."""

    words = TEXT
    start: ClassVar = {"lr": 0.1, "factor": 1.0, "noise": 1.0, "truth": "even", "now": 0}
    sliders: ClassVar = {
        "factor": Slider(0.1, 10, log=True, steps=200),
        "lr": Slider(0.02, 0.9, log=True, steps=200),
        "noise": Slider(0.3, 5, log=True, steps=200),
    }
    choices: ClassVar = {"truth": tuple(TRUTHS)}
    handles: ClassVar = {"time": Drag(240, 0, ("now",))}
    presets = ("half", "only_steep", "only_flat", "loud")
    guesses = tuple(GUESSES)

    @staticmethod
    def emitted() -> str:
        program = emit(**{function.__name__: function for function in EMITTED}, shapes=_SHAPES)
        numbers = {
            "CURVATURE": CURVATURE.tolist(), "TIMES": TIMES, "LAST": LAST,
            "GUESSES": GUESSES,
            "TRUTHS": {name: truth.tolist() for name, truth in TRUTHS.items()},
        }  # fmt: skip
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(
        *, lr: float, factor: float, noise: float, truth: str, now: int
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            lr: η, between 0 and 1.
            factor: α η t, greater than 0.
            noise: standard deviation of a target.
            truth: which directions have a signal, a name in `TRUTHS`.
            now: which of `TIMES`.
        """
        steps = TIMES[now]
        alpha = factor / (lr * steps)
        kept = kept_after(CURVATURE, lr, steps), kept_under(CURVATURE, alpha)
        errors = [excess(k, CURVATURE, TRUTHS[truth], noise, EXAMPLES).item() for k in kept]
        apart = (kept[0] - kept[1]).abs().max().item()
        names = ("steps", "alpha", "apart", "stop_error", "ridge_error")
        return dict(zip(names, (steps, alpha, apart, *errors), strict=True))

    @staticmethod
    def answer() -> str:
        kept = kept_after(CURVATURE, EarlyStoppingDemo.start["lr"], LAST)

        def miss(name: str) -> float:
            return (kept - kept_under(CURVATURE, GUESSES[name])).abs().max().item()

        return min(GUESSES, key=miss)

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        return super().random_setting(draw) | {"now": draw.randrange(len(TIMES))}
