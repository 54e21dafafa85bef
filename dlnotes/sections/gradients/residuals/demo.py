"""A message on its way back through residual blocks: what comes straight, what through branches.

Book: gradients/residuals
"""

import math
import random
from functools import cache
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor
from torch.func import vjp

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.demos.seeded import Random
from dlnotes.live import emit
from dlnotes.sections.gradients.residuals.words import TEXT

UNITS, EXAMPLES, MOST = 32, 4, 50
SEED = 3
BOUNDS = (0.5, 5.0, 1e6)  # between the four guesses
SHAPE = (EXAMPLES, UNITS)


def sized(draws: Tensor) -> Tensor:
    """Numbers drawn between 0 and 1, as a signal with mean about 0 and root mean square 1."""
    return (draws - 0.5) / size(draws - 0.5)


def size(signal: Tensor) -> Tensor:
    """Root mean square."""
    return signal.square().mean().sqrt()


def relu_block(h: Tensor, draws: Tensor, skip: Tensor, scale: Tensor) -> Tensor:
    """ReLU, then He's weights, drawn uniformly; and h beside it where there is a straight way."""
    weight = math.sqrt(2 * 12 / UNITS) * (draws - 0.5)
    return skip * h + scale * (h.relu() @ weight.T)


def sigmoid_block(h: Tensor, draws: Tensor, skip: Tensor, scale: Tensor) -> Tensor:
    """The same with a sigmoid, and weights of LeCun's size."""
    weight = math.sqrt(12 / UNITS) * (draws - 0.5)
    return skip * h + scale * (h.sigmoid() @ weight.T)


def mirror_block(h: Tensor, skip: Tensor) -> Tensor:
    """A branch that is minus its input."""
    return skip * h - h


def relu_back(h: Tensor, draws: Tensor, sent: Tensor, skip: Tensor, scale: Tensor) -> Tensor:
    """What a message becomes on its way back through the block."""
    return vjp(lambda h: relu_block(h, draws, skip, scale), h)[1](sent)[0]


def sigmoid_back(h: Tensor, draws: Tensor, sent: Tensor, skip: Tensor, scale: Tensor) -> Tensor:
    """What a message becomes on its way back through the block."""
    return vjp(lambda h: sigmoid_block(h, draws, skip, scale), h)[1](sent)[0]


class Parts(NamedTuple):
    """Sizes of a message at one place.

    Attributes:
        straight: of what passed no branch.
        branches: of what passed one branch at least.
        total: of both together.
    """

    straight: Tensor
    branches: Tensor
    total: Tensor


def parts(sent: Tensor, now: Tensor, skip: Tensor) -> Parts:
    """The message as it was sent, and what stands here beside it."""
    return Parts(skip * size(sent), size(now - skip * sent), size(now))


def verdict(total: Tensor) -> Tensor:
    """Which guess a size falls under, counted from 0."""
    return sum((total > bound).to(total.dtype) for bound in BOUNDS)


EMITTED = (
    sized, size, relu_block, sigmoid_block, mirror_block, relu_back, sigmoid_back, parts, verdict
)  # fmt: skip
_ONE = {"h": SHAPE, "draws": (UNITS, UNITS)}
_SHAPES = {
    "sized": {"draws": SHAPE},
    "size": {"signal": SHAPE},
    "relu_block": _ONE,
    "sigmoid_block": _ONE,
    "mirror_block": {"h": SHAPE},
    "relu_back": _ONE | {"sent": SHAPE},
    "sigmoid_back": _ONE | {"sent": SHAPE},
    "parts": {"sent": SHAPE, "now": SHAPE},
}


class ResidualsDemo(Demo):
    """Residual blocks: take the straight way off, scale the branches, let one cancel it."""

    words = TEXT
    start: ClassVar = {
        "act": "relu", "scale": 1.0, "depth": 50, "skip": True, "mirror": False, "now": 0,
    }  # fmt: skip
    sliders: ClassVar = {
        "scale": Slider(0.02, 1, log=True, steps=100),
        "depth": Slider(stops=(2, 5, 10, 15, 20, 30, 40, 50)),
    }
    choices: ClassVar = {"act": ("relu", "sigmoid")}
    handles: ClassVar = {"time": Drag(-150, 0, ("now",))}
    presets = ("narrowed", "sigmoids", "bypass", "mirrored")
    guesses = ("faded", "kept", "tens", "millions")

    @staticmethod
    def emitted() -> str:
        program = emit(**{function.__name__: function for function in EMITTED}, shapes=_SHAPES)
        numbers = {"UNITS": UNITS, "EXAMPLES": EXAMPLES, "MOST": MOST, "SEED": SEED}
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(
        *, act: str, scale: float, depth: int, skip: bool, mirror: bool, now: int
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by PyTorch.

        Args:
            act: `"relu"` or `"sigmoid"`.
            scale: of every branch.
            depth: L, the number of blocks.
            skip: whether there is a straight way.
            mirror: whether the middle branch is minus its input.
            now: how many blocks the message has passed.
        """
        signals, sent = _run(act, scale, depth, float(skip), mirror)
        at = depth - min(now, depth)
        seen = parts(sent[-1], sent[at], torch.tensor(1.0 if at == depth else float(skip)))
        shown = {name: value.item() for name, value in seen._asdict().items()}
        return {"now": min(now, depth), **shown, "signal": size(signals[-1]).item()}

    @staticmethod
    def answer() -> str:
        start = ResidualsDemo.start
        end = ResidualsDemo.readouts(**start | {"now": start["depth"]})
        return ResidualsDemo.guesses[int(verdict(torch.tensor(end["total"])))]

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        setting = super().random_setting(draw)
        return setting | {"now": draw.randint(0, setting["depth"])}


@cache
def _draws() -> tuple[Tensor, Tensor, list[Tensor]]:
    """The input, the message, and every block's weights, as numbers between 0 and 1."""
    source = Random(SEED)

    def drawn(*shape: int) -> Tensor:
        numbers = [source.uniform() for _ in range(math.prod(shape))]
        return torch.tensor(numbers, dtype=torch.float64).view(shape)

    return drawn(*SHAPE), drawn(*SHAPE), [drawn(UNITS, UNITS) for _ in range(MOST)]


def _run(
    act: str, scale: float, depth: int, skip: float, mirror: bool
) -> tuple[list[Tensor], list[Tensor]]:
    """Signals h_0 … h_L, and the message at each of these places."""
    x, message, weights = _draws()
    middle = depth // 2 if mirror else -1  # counted from 0
    block = {"relu": relu_block, "sigmoid": sigmoid_block}[act]

    def layer(h: Tensor, place: int) -> Tensor:
        mirrored = place == middle
        return mirror_block(h, skip) if mirrored else block(h, weights[place], skip, scale)

    signals = [sized(x).requires_grad_()]
    for place in range(depth):
        signals.append(layer(signals[-1], place))
    back = torch.autograd.grad(signals[-1], signals, sized(message))
    return [signal.detach() for signal in signals], list(back)
