"""A ball on a saddle, in a bowl, among pits: where it lies, what shakes it, when it leaves.

Book: convergence/landscape
"""

import math
import random
from collections.abc import Callable
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.demos.seeded import Random
from dlnotes.live import emit
from dlnotes.optimizers import sgd
from dlnotes.sections.convergence.landscape.words import TEXT

STEPS = {"saddle": 400, "bowl": 100, "pits": 100}
NOISE = 0.01  # standard deviation of the noise in a gradient
ALONG = {"none": (0.0, 0.0), "all": (1.0, 1.0), "stable": (1.0, 0.0)}
ASIDE = (0, 1e-16, 1e-12, 1e-8, 1e-4, 0.01, 0.1, 0.5)  # where the slider lays the ball down
REACH = 1.0  # so far from the saddle, along the direction that falls, it has left


def saddle(x: Tensor, y: Tensor) -> Tensor:
    """Up along x, down along y: curvatures 1 and -1."""
    return (x * x - y * y) / 2


def bowl(x: Tensor, y: Tensor) -> Tensor:
    """Curvature 1 in all directions."""
    return (x * x + y * y) / 2


def pits(x: Tensor, y: Tensor) -> Tensor:
    """A shallow bowl with pits, hills and saddles in it, the deepest pit at 0."""
    waves = torch.cos(6 * x) + torch.cos(6 * y)
    return (x * x + y * y) / 4 + 0.12 * (2 - waves)


SURFACES = {"saddle": saddle, "bowl": bowl, "pits": pits}


def kick(draws: Tensor, along: Tensor) -> Tensor:
    """The noise of one gradient, from draws between 0 and 1."""
    return NOISE * math.sqrt(12) * (draws - 0.5) * along


def growth(lr: Tensor) -> Tensor:
    """What a step multiplies the distance along the falling direction by; its curvature is -1."""
    return 1 + lr


def on(surface: Callable[..., Tensor]) -> dict[str, Callable[..., Tensor]]:
    """What is asked of a surface: a step, the length of the gradient, the two curvatures."""
    name = surface.__name__

    def slope(place: Tensor) -> Tensor:
        return torch.func.grad(lambda at: surface(at[0], at[1]))(place)

    def step(place: Tensor, noise: Tensor, lr: Tensor) -> Tensor:
        return place + sgd.update(slope(place) + noise, sgd.init(place), place, lr=lr)[0]

    def length(place: Tensor) -> Tensor:
        return slope(place).square().sum().sqrt()

    def bends(place: Tensor) -> Tensor:
        hessian = torch.func.jacfwd(slope)(place)
        middle, half = (hessian[0, 0] + hessian[1, 1]) / 2, (hessian[0, 0] - hessian[1, 1]) / 2
        root = (half.square() + hessian[0, 1].square()).sqrt()
        return torch.stack([middle - root, middle + root])

    return {f"step_{name}": step, f"length_{name}": length, f"bends_{name}": bends}


ASKED = {name: of for surface in SURFACES.values() for name, of in on(surface).items()}
_PAIR = {"place": (2,)}
_SHAPES = {
    "kick": {"draws": (2,), "along": (2,)},
    **{name: _PAIR | ({"noise": (2,)} if "step" in name else {}) for name in ASKED},
}


class LandscapeDemo(Demo):
    """Lay the ball down, choose what shakes it, count the steps until it leaves the saddle."""

    words = TEXT
    start: ClassVar = {
        "terrain": "saddle", "noise": "none", "x": 0.0, "aside": 1e-8, "lr": 0.1, "seed": 1,
        "turn": -145.0, "tilt": 32.0, "now": 0,
    }  # fmt: skip
    sliders: ClassVar = {
        "aside": Slider(stops=ASIDE),
        "lr": Slider(0.02, 0.5, log=True, steps=200),
    }
    choices: ClassVar = {"noise": tuple(ALONG), "terrain": tuple(SURFACES)}
    handles: ClassVar = {
        "start": Drag(40, -40, ("x", "aside")),
        "view": Drag(60, -8, ("turn", "tilt")),
        "time": Drag(150, 0, ("now",)),
    }
    buttons: ClassVar = {"seed": ("seed",)}
    presets = ("hair", "exact", "shaken", "sideways", "in_bowl", "in_pit")
    guesses = ("few", "hundreds", "millions", "never")
    apart = ("turn", "tilt")
    draws_with = ("cos", "sin")

    @staticmethod
    def emitted() -> str:
        known = {each.__name__: each for each in (*SURFACES.values(), kick, growth)}
        program = emit(**known, **ASKED, shapes=_SHAPES)
        numbers = {
            "STEPS": STEPS, "REACH": REACH, "ASIDE": [*ASIDE],
            "ALONG": {name: [*along] for name, along in ALONG.items()},
        }  # fmt: skip
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(
        *, terrain: str, noise: str, x: float, aside: float, lr: float, seed: int, now: int,
        turn: float, tilt: float,
    ) -> dict[str, float]:  # fmt: skip
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            terrain: one of `SURFACES`.
            noise: one of `ALONG`.
            x: where the ball is laid down, along the direction that rises on the saddle.
            aside: the same along the direction that falls.
            lr: learning rate, greater than 0.
            seed: of the noise.
            now: the step that is shown, at most the last.
            turn: how far the picture is turned, degrees.
            tilt: how far it is looked at from above, degrees.
        """
        path = walk(terrain, noise, (x, aside), lr, seed)
        low, high = ASKED[f"bends_{terrain}"](path[now]).tolist()
        last = len(path) - 1
        return {
            "now": now,
            "height": SURFACES[terrain](*path[now]).item(),
            "length": ASKED[f"length_{terrain}"](path[now]).item(),
            "low": low,
            "high": high,
            "left": last if has_left(terrain, path[-1]) else math.inf,
        }

    @staticmethod
    def answer() -> str:
        left = LandscapeDemo.readouts(**LandscapeDemo.start)["left"]
        if not math.isfinite(left):
            return "never"
        return "few" if left < 50 else "hundreds"

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        setting = super().random_setting(draw) | {
            "x": round(draw.uniform(-1.2, 1.2), 2),
            "aside": draw.choice([0.0, 1e-12, 1e-8, 0.01, round(draw.uniform(-1, 1), 2)]),
            "seed": draw.randint(1, 9),
            "turn": draw.uniform(-180, 180),
            "tilt": draw.uniform(10, 80),
        }
        begin = setting["x"], setting["aside"]
        path = walk(setting["terrain"], setting["noise"], begin, setting["lr"], setting["seed"])
        return setting | {"now": draw.randint(0, len(path) - 1)}


def has_left(terrain: str, place: Tensor) -> bool:
    """Whether the ball is off the saddle."""
    return terrain == "saddle" and place[1].abs().item() >= REACH


def walk(
    terrain: str, noise: str, begin: tuple[float, float], lr: float, seed: int
) -> list[Tensor]:
    """The places of the ball, to the last step or until it has left the saddle."""
    source, along = Random(seed), torch.tensor(ALONG[noise], dtype=torch.float64)
    path, step = [torch.tensor(begin, dtype=torch.float64)], ASKED[f"step_{terrain}"]
    rate = torch.tensor(lr, dtype=torch.float64)
    while len(path) <= STEPS[terrain] and not has_left(terrain, path[-1]):
        draws = torch.tensor([source.uniform(), source.uniform()], dtype=torch.float64)
        path.append(step(path[-1], kick(draws, along), rate))
    return path
