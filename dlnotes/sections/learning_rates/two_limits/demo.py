"""A trained net whose rate is raised past its limit: loss, sharpness, and the valley cut open.

Book: learning_rates/two_limits
"""

import random
from typing import Any, ClassVar

import torch

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.sections.learning_rates.two_limits import net
from dlnotes.sections.learning_rates.two_limits.words import TEXT

LOW, HIGH = 0.5, 3.0  # multiples of the limit that can be set
EMITTED = (
    net.step, net.along, net.cut, net.limit, net.rate, net.multiple,
    net.gone, net.left,
)  # fmt: skip
_W = (net.COUNT,)
_SHAPES = {
    "step": {"w": _W, "v": _W},
    "along": {"w": _W, "start": _W, "v": _W},
    "cut": {"w": _W, "start": _W, "v": _W},
}


class TwoLimitsDemo(Demo):
    """A net trained at a small rate: pull the rate to a multiple of 2 / sharpness."""

    words = TEXT
    start: ClassVar = {"times": 1.5, "now": net.BEFORE}
    sliders: ClassVar = {"times": Slider(LOW, HIGH, steps=250)}
    handles: ClassVar = {"limit": Drag(0, -30, ("times",)), "time": Drag(120, 0, ("now",))}
    presets = ("below", "leap", "triple")
    guesses = ("lost", "stays", "moves")
    chaotic: ClassVar = {"loss": 0.05, "sharp": 0.05}  # from wall to wall a rounding error grows

    @staticmethod
    def emitted() -> str:
        functions = {function.__name__: function for function in EMITTED}
        program = emit(**functions, shapes=_SHAPES, inplace={"step": ("w", "v")})
        first, start, v, sharp = net.trained()
        numbers = {
            "STEPS": net.STEPS, "BEFORE": net.BEFORE, "CALM": net.CALM, "HALF": net.HALF,
            "LOW": LOW, "HIGH": HIGH, "SHARP": sharp,
            "FIRST": first.tolist(), "START": start.tolist(), "V": v.tolist(),
            "GRID": net.GRID.tolist(),
        }  # fmt: skip
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(*, times: float, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            times: the rate after the change, as a multiple of 2 / sharpness, greater than 0.
            now: the step that is shown.
        """
        look = net.run(times, now)[-1]
        lr = 2 * times / net.trained()[3] if now >= net.BEFORE else net.CALM
        return {
            "now": now, "loss": look.loss, "sharp": look.sharp, "lr": lr, "allowed": 2 / lr,
        }  # fmt: skip

    @staticmethod
    def answer() -> str:
        looks = net.run(TwoLimitsDemo.start["times"])
        first = torch.tensor(looks[net.BEFORE].loss)
        losses = torch.tensor([look.loss for look in looks])
        if net.gone(losses, first).any():
            return "lost"
        return "moves" if net.left(losses.max(), first) else "stays"

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        """Runs that do not hop: further on the last bit decides where they land."""
        early = {"times": draw.uniform(LOW, 1.0), "now": draw.randint(0, 60)}
        return super().random_setting(draw) | early
