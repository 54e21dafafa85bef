"""A small net on all its points: the loss, and the sharpness beside 2 / η.

Book: convergence/noise_floor
"""

import math
import random
from collections.abc import Iterator
from functools import cache
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor
from torch.func import grad, grad_and_value, jvp

from dlnotes.core.seeds import seeded
from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.demos.seeded import Random
from dlnotes.live import emit
from dlnotes.optimizers import sgd
from dlnotes.sections.convergence.noise_floor.words import TEXT

POINTS, UNITS = 16, 12
SIZES = (UNITS, UNITS, UNITS, 1)  # weights in, their offsets, weights out, the last offset
COUNT = sum(SIZES)
STEPS = 300
SEED = 2  # of the start
SHUFFLE = 1  # of the noise
LOST = 100.0  # this many times the first loss counts as flown off
LATE = 100  # steps at the end over which it is averaged
NEAR = 0.1  # a mean sharpness as close to the limit, as a part of it, counts as at the edge
WARM = 60  # products with the Hessian before the first step, so that the sharpness is right

X = torch.linspace(-1, 1, POINTS, dtype=torch.float64)
Y = (1.5 * math.pi * X).sin()
GRID = torch.linspace(-1, 1, 61, dtype=torch.float64)  # where the net is drawn


def heights(w: Tensor, x: Tensor) -> Tensor:
    """The net at each x: a weighted sum of twelve tanh, each with a slope and an offset."""
    slopes, offsets, weights, last = w.split(SIZES)
    return (x.unsqueeze(-1) * slopes + offsets).tanh() @ weights + last


def loss(w: Tensor) -> Tensor:
    """Mean squared miss of the points."""
    return (heights(w, X) - Y).square().mean()


def step(w: Tensor, v: Tensor, draws: Tensor, lr: Tensor, noise: Tensor) -> dict[str, Tensor]:
    """One step, and one of the power iteration: v ← H v / ‖H v‖, sharpness ‖H v‖.

    The noise has this standard deviation; it is made of draws between 0 and 1.
    """
    (gradient, height), (image, _) = jvp(grad_and_value(loss), (w,), (v,))
    noisy = gradient + noise * math.sqrt(12) * (draws - 0.5)
    size = image.square().sum().sqrt()
    new = w + sgd.update(noisy, sgd.init(w), w, lr=lr)[0]
    return {"w": new, "v": image / size, "loss": height, "sharp": size}


def drawn(w: Tensor) -> Tensor:
    """The net on the grid on which it is drawn."""
    return heights(w, GRID)


def limit(lr: Tensor) -> Tensor:
    """The curvature above which a parabola throws such steps out: 2 / η."""
    return 2 / lr


def rate(limit: Tensor) -> Tensor:
    """The learning rate of a limit."""
    return 2 / limit


def share(sharp: Tensor, limit: Tensor) -> Tensor:
    """Where the sharpness stays beside the limit: the mean of what it was, over the limit."""
    return sharp.mean() / limit


def gone(loss: Tensor, first: Tensor) -> Tensor:
    """1 where the loss is `LOST` times the first one or no number, else 0."""
    return 1 - (loss < LOST * first).to(loss.dtype)


def near(value: Tensor, level: Tensor) -> Tensor:
    """1 where a value is as close to a level as `NEAR` says, else 0."""
    return ((value / level - 1).abs() < NEAR).to(value.dtype)


EMITTED = (step, drawn, limit, rate, share, near, gone)
_SHAPES = {
    "step": {"w": (COUNT,), "v": (COUNT,), "draws": (COUNT,)},
    "drawn": {"w": (COUNT,)},
    "share": {"sharp": (LATE,)},
}


class Look(NamedTuple):
    """A step of a run: loss and sharpness before it."""

    loss: float
    sharp: float


class NoiseFloorDemo(Demo):
    """A net trained on sixteen points: drag the limit 2 / η, watch the sharpness."""

    words = TEXT
    start: ClassVar = {"lr": 0.3, "noise": 0.0, "now": 45}  # while it climbs
    sliders: ClassVar = {
        "lr": Slider(0.14, 0.8, log=True, steps=200),
        "noise": Slider(stops=(0.0, 0.01, 0.02, 0.05, 0.1, 0.2)),
    }
    handles: ClassVar = {"limit": Drag(0, -30, ("lr",)), "time": Drag(150, 0, ("now",))}
    presets = ("opening", "half", "noisy", "triple")
    guesses = ("lost", "smooth", "edge")
    chaotic: ClassVar = {"loss": 0.05, "sharp": 0.05}  # at the edge a rounding error grows

    @staticmethod
    def emitted() -> str:
        functions = {function.__name__: function for function in EMITTED}
        program = emit(**functions, shapes=_SHAPES, inplace={"step": ("w", "v")})
        w, v = (part.tolist() for part in _start())
        numbers = {
            "STEPS": STEPS, "LATE": LATE, "SHUFFLE": SHUFFLE, "COUNT": COUNT, "W": w,
            "V": v, "X": X.tolist(), "Y": Y.tolist(), "GRID": GRID.tolist(),
        }  # fmt: skip
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(*, lr: float, noise: float, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            lr: learning rate, greater than 0.
            noise: standard deviation of the noise in every entry of the gradient.
            now: the step that is shown.
        """
        looks = [look for look, _ in zip(_run(lr, noise), range(now + 1), strict=False)]
        crossed = (t for t, look in enumerate(looks) if look.sharp > 2 / lr)
        return {
            "now": now,
            "loss": looks[-1].loss,
            "sharp": looks[-1].sharp,
            "limit": 2 / lr,
            "crossed": next(crossed, math.inf),
        }

    @staticmethod
    def answer() -> str:
        lr = NoiseFloorDemo.start["lr"]
        looks = [look for look, _ in zip(_run(lr, 0.0), range(STEPS + 1), strict=False)]
        if not max(look.loss for look in looks) < LOST * looks[0].loss:
            return "lost"
        late = torch.tensor([look.sharp for look in looks[-LATE:]])
        held = share(late, torch.tensor(2 / lr))
        return "edge" if near(held, torch.tensor(1.0)) else "smooth"

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        """Runs that do not cross the limit: beyond it the last bit decides where they are."""
        early = {"lr": draw.uniform(0.14, 0.2), "now": draw.randint(0, 60)}
        return super().random_setting(draw) | early


def parameters(seed: int = SEED) -> Tensor:
    """The first parameters of the net, `(COUNT,)`."""
    source = seeded(seed)

    def normal(count: int) -> Tensor:
        return torch.randn(count, generator=source, dtype=torch.float64)

    parts = normal(UNITS), normal(UNITS) / 2, normal(UNITS) / math.sqrt(UNITS), torch.zeros(1)
    return torch.cat(parts)


@cache
def _start() -> tuple[Tensor, Tensor]:
    """The first parameters, and the direction in which the loss is most curved there."""
    w = parameters()
    v = torch.ones_like(w) / math.sqrt(COUNT)
    for _ in range(WARM):
        image = jvp(grad(loss), (w,), (v,))[1]
        v = image / image.norm()
    return w, v


def _run(lr: float, noise: float) -> Iterator[Look]:
    """Every step of a run, without end."""
    w, v = _start()
    source = Random(SHUFFLE)
    while True:
        draws = torch.tensor([source.uniform() for _ in range(COUNT)], dtype=torch.float64)
        now = step(w, v, draws, torch.tensor(lr, dtype=torch.float64), noise)
        yield Look(now["loss"].item(), now["sharp"].item())
        w, v = now["w"], now["v"]
