"""One layer seen close, twenty in a row: what weights and activation do to a signal's size.

Book: gradients/initialization
"""

import math
from collections.abc import Callable
from functools import cache, partial
from typing import ClassVar

import torch
from torch import Tensor
from torch.func import vjp

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.demos.seeded import Random
from dlnotes.gradients.flow import signal_flow
from dlnotes.live import emit
from dlnotes.sections.gradients.initialization.words import TEXT
from dlnotes.training.nets.activations import ACTIVATIONS

UNITS, EXAMPLES, LAYERS = 48, 16, 20
SEED = 1
NAMES = ("relu", "tanh", "elu", "sigmoid")
BARS, REACH = 49, 3.0  # of a histogram, in sizes; odd so that 0 has a bar of its own
SMALL, HALF = 1e-5, 0.1  # of the message, what tells the guesses apart

CELL = 2 * REACH / BARS
FIRSTS = torch.linspace(-REACH, REACH - CELL, BARS, dtype=torch.float64)  # left ends of the bars


def even(draws: Tensor) -> Tensor:
    """Numbers between 0 and 1, made to have mean 0 and variance 1."""
    return math.sqrt(12) * (draws - 0.5)


def summed(h: Tensor, draws: Tensor, spread: Tensor) -> Tensor:
    """The sums that a layer makes of h; its weights have variance spread / n."""
    return h @ even(draws).T * (spread / UNITS).sqrt()


def forward(h: Tensor, draws: Tensor, spread: Tensor, *, phi: Callable) -> dict[str, Tensor]:
    """The sums of a layer and what its activation makes of them."""
    z = summed(h, draws, spread)
    return {"z": z, "h": phi(z)}


def back(
    message: Tensor, z: Tensor, draws: Tensor, spread: Tensor, *, phi: Callable
) -> dict[str, Tensor]:
    """A message behind the activation, and in front of the layer."""
    passed = vjp(phi, z)[1](message)[0]
    return {"passed": passed, "sent": passed @ even(draws) * (spread / UNITS).sqrt()}


def size(values: Tensor) -> Tensor:
    """Root mean square."""
    return values.square().mean().sqrt()


def ratio(value: Tensor, other: Tensor) -> Tensor:
    """How many times one number is another."""
    return value / other


def bars(values: Tensor) -> Tensor:
    """The share of the values, in units of their size, in each bar; what lies beyond in none."""
    own = values.reshape(-1, 1) / size(values).clamp(min=1e-300)
    inside = (own >= FIRSTS) & (own < FIRSTS + CELL)
    return inside.to(values.dtype).mean(0)


def zeros(values: Tensor) -> Tensor:
    """The share of the values that are exactly 0."""
    return (values == 0).to(values.dtype).mean()


def outcome(left: Tensor) -> Tensor:
    """What is left of the message: 0 hardly anything, 1 a small part, 2 about all."""
    return (left > SMALL).to(left.dtype) + (left > HALF).to(left.dtype)


_H, _W = (EXAMPLES, UNITS), (UNITS, UNITS)


class InitializationDemo(Demo):
    """A layer of 48 units, twenty times: choose activation and weights, see the size go."""

    words = TEXT
    start: ClassVar = {"activation": "relu", "spread": 0.333, "now": 0}
    sliders: ClassVar = {"spread": Slider(0.1, 10, log=True, steps=400)}
    choices: ClassVar = {"activation": NAMES}
    handles: ClassVar = {"time": Drag(150, 0, ("now",))}
    presets = ("first", "glorot", "he", "tanh_glorot", "sigmoid_he")
    guesses = ("much", "some", "hardly")

    @staticmethod
    def emitted() -> str:
        functions = {"even": even, "size": size, "ratio": ratio, "bars": bars, "zeros": zeros}
        shapes = {
            "even": {"draws": _H}, "size": {"values": _H},
            "bars": {"values": _H}, "zeros": {"values": _H},
        }  # fmt: skip
        for name in NAMES:
            phi = ACTIVATIONS[name]
            functions[f"forward_{name}"] = partial(forward, phi=phi)
            functions[f"back_{name}"] = partial(back, phi=phi)
            shapes[f"forward_{name}"] = {"h": _H, "draws": _W}
            shapes[f"back_{name}"] = {"message": _H, "z": _H, "draws": _W}
        program = emit(**functions, outcome=outcome, shapes=shapes)
        numbers = {
            "UNITS": UNITS, "EXAMPLES": EXAMPLES, "LAYERS": LAYERS, "LAST": 2 * LAYERS,
            "SEED": SEED, "FIRSTS": FIRSTS.tolist(), "CELL": CELL,
        }  # fmt: skip
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(*, activation: str, spread: float, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            activation: a name in `NAMES`.
            spread: n σ_w², greater than 0.
            now: layers passed: 1 to 20 forward, 21 to 40 on the way back.
        """
        signal, message = _flow(activation, spread)
        going, coming = min(now, LAYERS), now - LAYERS
        passed = signal[: going + 1] if coming <= 0 else message[: coming + 1]
        return {
            "now": now,
            "signal": signal[going] / signal[0],
            "message": message[coming] / message[0] if coming > 0 else math.inf,
            "factor": passed[-1] / passed[-2] if now else math.inf,
        }

    @staticmethod
    def answer() -> str:
        setting = {name: InitializationDemo.start[name] for name in ("activation", "spread")}
        left = InitializationDemo.readouts(**setting, now=2 * LAYERS)["message"]
        return ("hardly", "some", "much")[int(outcome(torch.tensor(left)))]


@cache
def _draws() -> tuple[Tensor, Tensor, list[Tensor]]:
    """Input, message and the weights of each layer, as the page draws them: 0 to 1."""
    source = Random(SEED)

    def table(rows: int) -> Tensor:
        values = [source.uniform() for _ in range(rows * UNITS)]
        return torch.tensor(values, dtype=torch.float64).reshape(rows, UNITS)

    return table(EXAMPLES), table(EXAMPLES), [table(UNITS) for _ in range(LAYERS)]


def _flow(activation: str, spread: float) -> tuple[list[float], list[float]]:
    """Sizes of the signal from the front, and of the message from the end."""
    x, message, weights = _draws()
    spread, phi = torch.tensor(spread, dtype=torch.float64), ACTIVATIONS[activation]
    layers = [lambda h, w=w: phi(summed(h, w, spread)) for w in weights]
    flow = signal_flow(layers, even(x), even(message))
    return flow.forward.tolist(), flow.backward.flip(0).tolist()
