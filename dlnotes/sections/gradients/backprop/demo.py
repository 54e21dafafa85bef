"""Numbers flow forward through a small graph, and messages back; one weight is used twice.

Book: gradients/backprop
"""

import random
from collections.abc import Callable
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.gradients.autograd import Value
from dlnotes.live import emit
from dlnotes.sections.gradients.backprop.words import TEXT

LAST = 11  # five numbers forward, the 1 at the end, five nodes that send back
ENDS = {"x": [-3, 3], "w": [-3, 3], "y": [-6, 9]}  # of the inputs

ACTS = {"relu": torch.relu, "tanh": torch.tanh}


def messages(slopes: Tensor) -> Tensor:
    """What arrives, edge by edge, from the end: the message times the local derivative.

    Args:
        slopes: local derivatives, shape `(8,)`: of z₁ by w and x, h₁ by z₁, z₂ by w and h₁, r by
            z₂ and y, f by r.

    Returns:
        What each of these edges carries, then the sum at w, shape `(9,)`.
    """
    of_r = slopes[7]
    of_z2, of_y = of_r * slopes[5], of_r * slopes[6]
    late, of_h1 = of_z2 * slopes[3], of_z2 * slopes[4]
    of_z1 = of_h1 * slopes[2]
    early, of_x = of_z1 * slopes[0], of_z1 * slopes[1]
    return torch.stack([early, of_x, of_z1, late, of_h1, of_z2, of_y, of_r, early + late])


def on(name: str, act: Callable[[Tensor], Tensor]) -> dict[str, Callable[..., Tensor]]:
    """What is asked of the graph with one activation."""

    def values(x: Tensor, w: Tensor, y: Tensor) -> Tensor:
        z1 = w * x
        h1 = act(z1)
        z2 = w * h1
        return torch.stack([z1, h1, z2, z2 - y, (z2 - y).square()])

    def slopes(x: Tensor, w: Tensor, y: Tensor) -> Tensor:
        z1, h1, _, r, _ = values(x, w, y)
        one = torch.ones_like(x)
        bend = torch.func.grad(act)(z1)
        return torch.stack([x, w, bend, h1, w, one, -one, 2 * r])

    def rise(x: Tensor, w: Tensor, y: Tensor, nudge: Tensor) -> Tensor:
        return values(x, w + nudge, y)[4] - values(x, w, y)[4]

    def ratio(x: Tensor, w: Tensor, y: Tensor, nudge: Tensor) -> Tensor:
        return rise(x, w, y, nudge) / nudge

    made = {"values": values, "slopes": slopes, "rise": rise, "ratio": ratio}
    return {f"{each}_{name}": fn for each, fn in made.items()}


ASKED = {name: fn for act in ACTS.items() for name, fn in on(*act).items()}


class BackpropDemo(Demo):
    """Run the numbers forward and the messages back; drag the inputs; nudge, and compare."""

    words = TEXT
    start: ClassVar = {"act": "relu", "x": 2.0, "w": 1.5, "y": 4.0, "nudge": 0.001, "now": 0}
    sliders: ClassVar = {"nudge": Slider(1e-6, 1, log=True)}
    choices: ClassVar = {"act": tuple(ACTS)}
    handles: ClassVar = {
        "x": Drag(14, 0, ("x",)),
        "w": Drag(14, 0, ("w",)),
        "y": Drag(-14, 0, ("y",)),
    }
    presets = ("both", "closed", "squashed", "met")
    guesses = ("one", "sum", "product")
    draws_with = ("sign",)
    rounding = 1e-9  # a ratio of differences as small as 1e-6

    @staticmethod
    def emitted() -> str:
        program = emit(messages=messages, **ASKED, shapes={"messages": {"slopes": (8,)}})
        return program + f"export const LAST = {LAST};\nexport const ENDS = {ENDS};\n"

    @staticmethod
    def readouts(
        *, act: str, x: float, w: float, y: float, nudge: float, now: int
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            act: one of `ACTS`.
            x: an example.
            w: the weight, used in both layers.
            y: its target.
            nudge: how far the weight is nudged to compare, greater than 0.
            now: how far the run is, 0 to `LAST`.
        """
        inputs = [Value(each) for each in (x, w, y)]
        end = loss(act, *inputs)
        end.backward()
        raised = loss(act, Value(x), Value(w + nudge), Value(y))
        return {
            "now": now,
            "f": end.data,
            "by_x": inputs[0].grad,
            "by_w": inputs[1].grad,
            "by_y": inputs[2].grad,
            "nudged": (raised.data - end.data) / nudge,
        }

    @staticmethod
    def answer() -> str:
        nudged = BackpropDemo.readouts(**BackpropDemo.start)["nudged"]
        return {3: "one", 6: "sum", 9: "product"}[round(nudged)]

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        setting = super().random_setting(draw)
        inputs = {name: round(draw.uniform(*ends), 1) for name, ends in ENDS.items()}
        return setting | inputs | {"now": draw.randint(0, LAST)}


def loss(act: str, x: Value, w: Value, y: Value) -> Value:
    """The squared miss of two layers that share the weight w."""
    h1 = getattr(w * x, act)()
    return (w * h1 - y) ** 2
