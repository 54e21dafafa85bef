"""Reddi's game, live: who follows the rare large gradient, who the many small ones.

Book: optimizers/adam_relatives
"""

import functools
import random
from types import ModuleType
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.optimizers import adabound, adam, adamax, amsgrad, lion, sgd
from dlnotes.sections.optimizers.adam_relatives.reddi import DRIFTS, LONGEST, reddi_game
from dlnotes.sections.optimizers.adam_relatives.words import TEXT

RULES = {
    "adam": adam, "amsgrad": amsgrad, "adamax": adamax, "adabound": adabound, "lion": lion,
    "sgd": sgd,
}  # fmt: skip
LONGEST_GAME = 6000  # steps
SHORT = 11  # gradients of a round for which the page has a faster drift
LR = 0.1
GAMMA = 0.01  # AdaBound closes within the game
MEMORIES = [0, 1 / 17, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999]


def hyper(name: str, lr, beta1, beta2) -> dict[str, Any]:
    """What the game hands to a rule; AdaBound ends at the learning rate it begins with."""
    if name == "sgd":
        return {"lr": lr}
    extra = {"final_lr": lr, "gamma": GAMMA} if name == "adabound" else {}
    return {"lr": lr, "beta1": beta1, "beta2": beta2} | extra


def stepping(name: str):
    """One step of a rule in the game: where it stands, how far it was pushed, what it keeps."""
    rule: ModuleType = RULES[name]

    def step(x, state, grad, lr, beta1, beta2):
        delta, state = rule.update(grad, state, x, **hyper(name, lr, beta1, beta2))
        return {"x": (x + delta).clamp(-1, 1), "push": delta / lr, "state": state}

    return step


def slope(place: Tensor, spike: Tensor) -> Tensor:
    """The gradient at a place of the round: the spike comes first."""
    return torch.where(place == 0, spike, -torch.ones_like(spike))


def rate(step: Tensor, period: Tensor) -> Tensor:
    """The learning rate of step 1, 2, …: it falls with the root of the rounds played."""
    return LR * (period / step).sqrt()


def total(spike: Tensor, period: Tensor) -> Tensor:
    """The sum of the gradients of a round; positive: the best end is -1."""
    return spike - (period - 1)


def drifting(name: str, longest: int):
    """How far a rule moves in a round of at most `longest` gradients, in the long run."""

    def moved(beta1, beta2, spike, period):
        return DRIFTS[name](beta1, beta2, spike, period, longest)

    return moved


def sound(drift: Tensor, spike: Tensor, period: Tensor) -> Tensor:
    """Positive where such a drift leads to the best end, negative where the rule is fooled."""
    return -drift * total(spike, period)


def rounds(period: int) -> int:
    """How many rounds a game has: 200, or fewer where they are long."""
    return min(200, LONGEST_GAME // period)


class RelativesDemo(Demo):
    """Reddi's game: choose the rule, its memories and the gradients of a round."""

    words = TEXT
    start: ClassVar = {
        "rule": "adam",
        "beta1": 0,
        "beta2": 1 / 17,
        "spike": 4.0,
        "period": 3,
        "now": 0,
    }
    sliders: ClassVar = {
        "beta2": Slider(stops=MEMORIES),
        "spike": Slider(1, 300, log=True, steps=300),
        "period": Slider(stops=(3, 4, 6, 11, 31, 101)),
    }
    choices: ClassVar = {"rule": tuple(RULES), "beta1": (0, 0.5, 0.9, 0.99)}
    handles: ClassVar = {
        "time": Drag(0, -60, ("now",)),
        "setting": Drag(100, -20, ("beta2", "spike")),
    }
    at_once = ("rule",)
    guesses = ("best_end", "worst_end")
    presets = ("theorem", "maximum", "longer", "rare", "closing", "heads")

    @staticmethod
    def emitted() -> str:
        x, shapes, functions = torch.zeros((), dtype=torch.float64), {}, {}
        for name, rule in RULES.items():
            functions[name] = stepping(name)
            functions[f"{name}_init"] = rule.init
            functions[f"{name}_drift"] = drifting(name, LONGEST)
            functions[f"{name}_short"] = drifting(name, SHORT)
            shapes[name] = {"state": type(rule.init(x))(*((),) * len(rule.init(x)))}
        program = emit(shapes=shapes, slope=slope, rate=rate, total=total, sound=sound, **functions)
        games = {period: rounds(period) for period in RelativesDemo.sliders["period"].stops}
        return f"{program}\nexport const ROUNDS = {games};\nexport const SHORT = {SHORT};\n"

    @staticmethod
    def readouts(
        *, rule: str, beta1: float, beta2: float, spike: float, period: int, now: int
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            rule: a name in `RULES`.
            beta1: memory of direction.
            beta2: memory of size (Lion: of direction, the longer one).
            spike: the rare gradient.
            period: gradients a round.
            now: the round whose pushes are shown; 0 before the first.

        Returns:
            A number per readout.
        """
        game = beta1, beta2, spike, period
        places = _walk(rule, *game)
        left, right = _pushes(rule, *game, now)
        numbers = torch.tensor(game, dtype=torch.float64)
        return {
            "end": places[-1].item(),
            "beside_end": _walk("amsgrad" if rule == "adam" else "adam", *game)[-1].item(),
            "drift": DRIFTS[rule](*numbers).item(),
            "now": now,
            "x": places[now * period].item(),
            "to_left": left,
            "to_right": right,
        }

    @staticmethod
    def answer() -> str:
        start = RelativesDemo.start
        best = -1 if start["spike"] > start["period"] - 1 else 1
        end = RelativesDemo.readouts(**start)["end"]
        return "best_end" if abs(end - best) < 1 else "worst_end"

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        game = {"spike": draw.uniform(1, 40), "period": draw.choice((3, 11))}
        memory = {"beta2": draw.uniform(0, 0.99)}
        return super().random_setting(draw) | game | memory | {"now": draw.randrange(200)}


@functools.cache
def _walk(name: str, beta1: float, beta2: float, spike: float, period: int) -> Tensor:
    given = hyper(name, LR, beta1, beta2)
    return reddi_game(RULES[name], spike=spike, period=period, rounds=rounds(period), **given)


def _pushes(name, beta1, beta2, spike, period, now) -> tuple[float, float]:
    """What round `now` pushes to the left and to the right, in learning rates."""
    x = torch.zeros((), dtype=torch.float64)
    state, pushes = RULES[name].init(x), []
    for step in range(1, now * period + 1):
        lr = LR * (period / step) ** 0.5
        grad = x + (spike if step % period == 1 else -1.0)
        delta, state = RULES[name].update(grad, state, x, **hyper(name, lr, beta1, beta2))
        pushes.append(delta.item() / lr)
    last = pushes[-period:] if now else []
    return -sum(push for push in last if push < 0), sum(push for push in last if push > 0)
