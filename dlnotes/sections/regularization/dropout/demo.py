"""Switch units off: many thinned nets vote on an image, against the one net with all of them.

Book: regularization/dropout
"""

import random
from typing import Any, ClassVar

import torch

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.sections.regularization.dropout import votes
from dlnotes.sections.regularization.dropout.votes import (
    FIRST,
    IMAGES,
    LAST,
    NETS,
    UNITS,
    uniforms,
)  # fmt: skip
from dlnotes.sections.regularization.dropout.words import TEXT

GUESSES = {"same": 0.95, "lower": 0.8, "torn": 0.65}
PLACES = ("last", "earlier")
_UNIT, _KEEP, _ALL = (UNITS,), (NETS, UNITS), (NETS,)
_SHAPES = {
    "hidden": {"first": _UNIT},
    "behind": {"first": _UNIT, "keep": _UNIT},
    "pushes": {"second": _UNIT},
    "kept": {"drawn": _KEEP},
    "last_scores": {"first": _UNIT, "keep": _KEEP},
    "earlier_scores": {"first": _UNIT, "keep": _KEEP},
    "by_hand_last": {"first": _UNIT, "keep": _UNIT},
    "by_hand_earlier": {"first": _UNIT, "keep": _UNIT},
    "chances": {"scores": _ALL},
    "averages": {"values": _ALL},
    "geometrics": {"scores": _ALL},
}


class DropoutDemo(Demo):
    """Thinned nets one after the other, their mean, and the net with every unit on."""

    words = TEXT
    start: ClassVar = {
        "p": 0.5, "place": "last", "scaled": True, "image": 0, "draw": 0, "off": 0, "now": 0,
    }  # fmt: skip
    sliders: ClassVar = {"p": Slider(0, 0.9, steps=90)}
    choices: ClassVar = {"place": PLACES}
    handles: ClassVar = {"time": Drag(105, 0, ("now",))}
    buttons: ClassVar = {"next": ("off",), "again": ("draw",), "other": ("image",)}
    presets = ("before", "unscaled", "many", "few")
    guesses = tuple(GUESSES)
    apart = ("off",)

    @staticmethod
    def emitted() -> str:
        functions = {name: getattr(votes, name) for name in (*_SHAPES, "times", "chance")}
        numbers = {
            "NETS": NETS, "UNITS": UNITS, "FIRST": FIRST.tolist(), "IMAGES": IMAGES.tolist(),
        }  # fmt: skip
        constants = "".join(f"export const {name} = {value};\n" for name, value in numbers.items())
        return emit(**functions, shapes=_SHAPES) + constants

    @staticmethod
    def readouts(
        *, p: float, place: str, scaled: bool, image: int, draw: int, off: int, now: int
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            p: share switched off.
            place: one of `PLACES`: which layer is thinned.
            scaled: whether the units that stay are turned up.
            image: which image.
            draw: which masks.
            off: the units switched off by hand, a bit each; seen while `now` is 0.
            now: how many nets have voted.
        """
        first = FIRST[image % len(FIRST)]

        def scores(keep: torch.Tensor, factor: float = 1.0) -> torch.Tensor:
            if place == "last":
                return (votes.hidden(first) * keep * factor) @ LAST + votes.OFFSET
            return votes.hidden(first * keep * factor) @ LAST + votes.OFFSET

        bits = torch.tensor([1 - (off >> unit & 1) for unit in range(UNITS)], dtype=torch.float64)
        keep = (uniforms(draw) >= p).double()
        z = scores(keep, 1 / (1 - p) if scaled else 1.0)[:now] if now else scores(bits[None])
        return {
            "now": now,
            "shown": z[-1].sigmoid().item(),
            "mean": z.sigmoid().mean().item(),
            "geometric": z.mean().sigmoid().item(),
            "whole": scores(torch.ones(1, UNITS, dtype=torch.float64)).sigmoid().item(),
        }

    @staticmethod
    def answer() -> str:
        mean = DropoutDemo.readouts(**(DropoutDemo.start | {"now": NETS}))["mean"]
        return min(GUESSES, key=lambda name: abs(GUESSES[name] - mean))

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        own = {"image": draw.randint(0, 7), "draw": draw.randint(0, 30)}
        own |= {"off": draw.randint(0, 2**UNITS - 1), "now": draw.choice((0, 1, 7, NETS))}
        return super().random_setting(draw) | own
