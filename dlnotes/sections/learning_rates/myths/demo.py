"""A narrow well and a wide one: one rate, a thousand starts, and which of the two is deeper.

Book: learning_rates/myths
"""

from functools import cache
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.learning_rates.stability import stability_limit
from dlnotes.live import emit
from dlnotes.sections.learning_rates.myths import wells
from dlnotes.sections.learning_rates.myths.words import TEXT

STARTS, STEPS = 1000, 80
SHOWN = 40  # every so many of the starts is drawn as a ball
ALL, NONE = 0.99, 0.01  # shares from which, and to which, a guess is called right


def limit(curvature: Tensor) -> Tensor:
    """The rate above which a parabola throws out whatever lies in it: 2 / λ."""
    return 2 / curvature


EMITTED = (wells.step, wells.terrain, wells.in_deepest, limit)
_SHAPES = {"step": {"x": (STARTS,)}}


class MythsDemo(Demo):
    """Balls on two wells: set the rate, dig the narrow one deeper, make it wider."""

    words = TEXT
    start: ClassVar = {"lr": 0.4, "floor": -1.0, "narrow": wells.NARROW, "wide": 1.0, "now": 0}
    sliders: ClassVar = {
        "lr": Slider(0.01, 1.5, log=True),
        "floor": Slider(-3, 2, steps=100),
        "narrow": Slider(1.2, 16, steps=148),
        "wide": Slider(0.3, 1.3, steps=100),
    }
    handles: ClassVar = {"floor": Drag(0, 24, ("floor",)), "time": Drag(120, 0, ("now",))}
    presets = ("shallow", "deep", "slow", "even")
    guesses = ("all", "third", "none")

    @staticmethod
    def emitted() -> str:
        functions = {function.__name__: function for function in EMITTED}
        program = emit(**functions, shapes=_SHAPES, inplace={"step": ("x",)})
        numbers = {
            "STARTS": wells.starts(STARTS).tolist(), "STEPS": STEPS, "SHOWN": SHOWN,
            "REACH": wells.REACH, "WIDE_AT": wells.WIDE_AT, "NARROW_AT": wells.NARROW_AT,
            "ALL": ALL, "NONE": NONE,
        }  # fmt: skip
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(
        *, lr: float, floor: float, narrow: float, wide: float, now: int
    ) -> dict[str, Any]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            lr: learning rate, greater than 0.
            floor: height of the narrow well's floor; that of the wide one is 0.
            narrow: curvature of the narrow well.
            wide: curvature of the wide well.
            now: the step that is shown.
        """
        share = torch.tensor(shares(lr, floor, narrow, wide)[now], dtype=torch.float64)
        deepest = wells.in_deepest(share, torch.tensor(floor, dtype=torch.float64)).item()
        return {
            "now": now, "in_wide": share.item(), "deepest": deepest,
            "limit": stability_limit(narrow),
        }  # fmt: skip

    @staticmethod
    def answer() -> str:
        share = MythsDemo.readouts(**MythsDemo.start | {"now": STEPS})["deepest"]
        return "all" if share > ALL else "none" if share < NONE else "third"


@cache
def shares(lr: float, floor: float, narrow: float, wide: float) -> list[float]:
    """The share of the starts in the wide well before every step and after the last."""
    given = [torch.tensor(value, dtype=torch.float64) for value in (lr, floor, narrow, wide)]
    x, found = wells.starts(STARTS), []
    for _ in range(STEPS + 1):
        made = wells.step(x, *given)
        found.append(made["wide"].item())
        x = made["x"]
    return found
