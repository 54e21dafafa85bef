"""A ball above a cliff: one gradient throws it away; drag the bound on the gradient's length.

Book: gradients/clipping
"""

import math
import random
from functools import partial
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.sections.gradients.clipping import cliff
from dlnotes.sections.gradients.clipping.words import TEXT

STEPS = 200
KINDS = ("none", "value", "norm", "unit")
LEFT, RIGHT, BOTTOM, TOP = 0.4, 2.8, -1.4, 1.0  # what the map shows
FAR = 1.0  # a step longer than this throws the ball
LOST = 0.01  # a loss above this is not the bottom


def _named(kind: str):
    kept = partial(cliff.kept, kind)
    kept.__name__ = f"kept_{kind}"
    return kept


def widths(length: Tensor) -> Tensor:
    """A length on the map, in widths of the map."""
    return length / (RIGHT - LEFT)


def length(after: Tensor, before: Tensor) -> Tensor:
    """How far it is from one place to the next."""
    return cliff.size(after - before)


KEPT = {f"kept_{kind}": _named(kind) for kind in KINDS}
_PAIRS = {
    "slope": {"place": (2,)},
    "size": {"vector": (2,)},
    "moved": {"place": (2,), "grad": (2,)},
    "length": {"after": (2,), "before": (2,)},
    **{name: {"grad": (2,)} for name in KEPT},
}


class ClippingDemo(Demo):
    """A ball above a cliff, the length of its gradients, and a bound on them."""

    words = TEXT
    start: ClassVar = {
        "kind": "none", "bound": 1.0, "lr": 0.1, "w": 2.2, "b": 0.3, "now": 0,
    }  # fmt: skip
    sliders: ClassVar = {
        "bound": Slider(0.01, 1000, log=True, steps=250),
        "lr": Slider(0.01, 1, log=True, steps=200),
    }
    choices: ClassVar = {"kind": KINDS}
    handles: ClassVar = {
        "start": Drag(-40, -30, ("w", "b")),
        "limit": Drag(0, -30, ("bound", "kind")),
        "time": Drag(60, 0, ("now",)),
    }
    presets = ("by_norm", "by_value", "by_unit", "loose", "tight", "slower")
    guesses = ("tenth", "one", "dozens")

    @staticmethod
    def emitted() -> str:
        program = emit(
            height=cliff.height, slope=cliff.slope, size=cliff.size, moved=cliff.moved,
            widths=widths, length=length, **KEPT, shapes=_PAIRS,
        )  # fmt: skip
        numbers = {
            "STEPS": STEPS, "FAR": FAR, "LOST": LOST, "ACROSS": [LEFT, RIGHT], "UP": [BOTTOM, TOP],
        }  # fmt: skip
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(
        *, kind: str, bound: float, lr: float, w: float, b: float, now: int
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            kind: one of `KINDS`.
            bound: on the gradient, greater than 0.
            lr: learning rate, greater than 0.
            w: where the ball starts, across.
            b: the same, up.
            now: the step that is shown.
        """
        path = walk(kind, bound, lr, w, b)
        steps = [length(*pair).item() for pair in zip(path[1:], path, strict=False)]
        thrown = next((i for i, step in enumerate(steps, 1) if step > FAR), math.inf)
        return {
            "now": now,
            "loss": cliff.height(*path[now]).item(),
            "gradient": cliff.size(cliff.slope(path[now])).item(),
            "longest": max(steps),
            "thrown": thrown,
        }

    @staticmethod
    def answer() -> str:
        longest = torch.tensor(ClippingDemo.readouts(**ClippingDemo.start)["longest"])
        across = widths(longest).item()
        return "dozens" if across > 10 else "one" if across > 0.4 else "tenth"

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        place = {"w": round(draw.uniform(1.2, 2.6), 2), "b": round(draw.uniform(-0.2, 0.8), 2)}
        return super().random_setting(draw) | place | {"now": draw.randint(0, STEPS)}


def walk(kind: str, bound: float, lr: float, w: float, b: float) -> list[Tensor]:
    """The places of the ball, from the start to the last step."""
    rate, most = (torch.tensor(each, dtype=torch.float64) for each in (lr, bound))
    path = [torch.tensor([w, b], dtype=torch.float64)]
    for _ in range(STEPS):
        path.append(cliff.moved(path[-1], cliff.kept(kind, cliff.slope(path[-1]), most), rate))
    return path
