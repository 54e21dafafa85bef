"""The gain console: a signal goes through a deep net, and a message comes back, bar by bar.

Book: gradients/vanishing_exploding
"""

import math
from functools import cache, partial
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.func import vjp

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.demos.seeded import Random
from dlnotes.gradients.flow import Flow, Layer, growth, signal_flow
from dlnotes.live import emit
from dlnotes.sections.gradients.vanishing_exploding.words import TEXT
from dlnotes.training.nets.activations import ACTIVATIONS
from dlnotes.training.nets.norms import BatchNorm

WIDTH = 24  # n: units of a layer, and as many examples
DEEPEST = 50
SEED = 6
KINDS = ("sigmoid", "tanh", "relu", "identity")
BOUNDS = (1e-9, 10**-4.5, 1e-2)  # between two answers, halfway on the log axis
STEADY = (0.97, 1.03)  # a factor per layer in between is called none


def weight(draws: Tensor, gain: Tensor) -> Tensor:
    """Weights of standard deviation gain / √n, out of draws between 0 and 1; biases are 0."""
    return centered(draws) * (gain / math.sqrt(WIDTH))


def centered(draws: Tensor) -> Tensor:
    """Mean 0 and standard deviation 1, out of draws between 0 and 1."""
    return math.sqrt(12) * (draws - 0.5)


def size(signal: Tensor) -> Tensor:
    """Root mean square, over examples and units."""
    return signal.square().mean().sqrt()


_norm = BatchNorm(WIDTH, dtype=torch.float64).requires_grad_(False)


def layer(
    h: Tensor, draws: Tensor, gain: Tensor, norm: Tensor, residual: Tensor, *, kind: str
) -> Tensor:
    """What a layer makes of the signal h `(examples, n)`; norm and residual are 0 or 1."""
    sums = h @ weight(draws, gain).T
    out = ACTIVATIONS[kind](torch.where(norm > 0, _norm(sums), sums))
    return out + residual * h


def back(
    h: Tensor,
    draws: Tensor,
    gain: Tensor,
    norm: Tensor,
    residual: Tensor,
    message: Tensor,
    *,
    kind: str,
) -> Tensor:
    """The message in front of a layer, out of the one behind it; h went in."""
    through = partial(layer, draws=draws, gain=gain, norm=norm, residual=residual, kind=kind)
    return vjp(through, h)[1](message)[0]


def part(value: Tensor, first: Tensor) -> Tensor:
    """How many times the first size."""
    return value / first


def factor(part: Tensor, layers: Tensor) -> Tensor:
    """What each of so many layers multiplies by, on geometric average."""
    return (part.log() / layers).exp()


def course(factor: Tensor) -> Tensor:
    """0 where the signal dies away, 1 where it keeps its size, 2 where it grows."""
    return (factor > torch.tensor(STEADY, dtype=torch.float64)).to(factor.dtype).sum()


def nearest(part: Tensor) -> Tensor:
    """Which of the four answers lies nearest to what is left: 0 the smallest."""
    return (part > torch.tensor(BOUNDS, dtype=torch.float64)).to(part.dtype).sum()


class VanishingExplodingDemo(Demo):
    """A deep net before training: what every layer does to the signal and to the message."""

    words = TEXT
    start: ClassVar = {
        "depth": 20, "gain": 1.0, "kind": "sigmoid", "norm": False, "residual": False, "now": 0,
    }  # fmt: skip
    sliders: ClassVar = {
        "depth": Slider(2, DEEPEST, steps=DEEPEST - 2),
        "gain": Slider(0.3, 16, log=True, steps=120),
    }
    choices: ClassVar = {"kind": KINDS}
    handles: ClassVar = {"time": Drag(-200, 0, ("now",))}
    presets = ("wide", "tanh_one", "he")
    guesses = ("tenth", "thousandth", "millionth", "trillionth")

    @staticmethod
    def emitted() -> str:
        functions, shapes = {}, {}
        for kind in KINDS:
            for function in (layer, back):
                name = f"{function.__name__}_{kind}"
                functions[name] = partial(function, kind=kind)
                shapes[name] = dict.fromkeys(("h", "draws"), (WIDTH, WIDTH))
            shapes[f"back_{kind}"]["message"] = (WIDTH, WIDTH)
        plain = (centered, size, part, factor, course, nearest)
        functions |= {function.__name__: function for function in plain}
        shapes |= {"centered": {"draws": (WIDTH, WIDTH)}, "size": {"signal": (WIDTH, WIDTH)}}
        numbers = {"COUNT": WIDTH * WIDTH, "SEED": SEED, "DEEPEST": DEEPEST}
        constants = "".join(f"export const {name} = {value};\n" for name, value in numbers.items())
        return emit(**functions, shapes=shapes) + constants

    @staticmethod
    def readouts(
        *, depth: int, gain: float, kind: str, norm: bool, residual: bool, now: int
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            depth: L, how many layers.
            gain: σ_w · √n, greater than 0.
            kind: the activation.
            norm: whether there is batch norm between sum and activation.
            residual: whether each layer's input is added to what it makes of it.
            now: how many layers the message has come back through.
        """
        flow = _flow(depth, gain, kind, norm, residual)
        come = flow.backward[depth - now :].flip(0)
        return {
            "now": now,
            "signal": (flow.forward[-1] / flow.forward[0]).item(),
            "left": (come[-1] / come[0]).item(),
            "factor": growth(come) if now else math.inf,
        }

    @staticmethod
    def answer() -> str:
        asked = VanishingExplodingDemo.start
        left = VanishingExplodingDemo.readouts(**asked | {"now": asked["depth"]})["left"]
        reached = nearest(torch.tensor(left, dtype=torch.float64)).int().item()
        return VanishingExplodingDemo.guesses[::-1][reached]

    @classmethod
    def random_setting(cls, draw) -> dict[str, Any]:
        setting = super().random_setting(draw)
        return setting | {"now": draw.randint(0, setting["depth"])}


@cache
def _draws() -> tuple[Tensor, ...]:
    """The input's draws, the message's, and those of every layer."""
    source = Random(SEED)
    count = (DEEPEST + 2) * WIDTH * WIDTH
    drawn = torch.tensor([source.uniform() for _ in range(count)], dtype=torch.float64)
    return drawn.reshape(-1, WIDTH, WIDTH).unbind()


def _flow(depth: int, gain: float, kind: str, norm: bool, residual: bool) -> Flow:
    x, message, *draws = _draws()
    weights = [weight(each, gain) for each in draws[:depth]]
    layers = [Layer(each, kind, "batch" if norm else None, residual) for each in weights]
    return signal_flow(layers, centered(x), centered(message))
