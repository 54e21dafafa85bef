"""A constant rate, its average, schedule-free and a cosine: stop them at any step.

Book: learning_rates/averages
"""

import json
import math
import random
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.learning_rates.averaged_bowl import Moments, next_moments
from dlnotes.learning_rates.noisy_bowl import mean_loss
from dlnotes.live import emit
from dlnotes.sections.learning_rates.averages import bowl
from dlnotes.sections.learning_rates.averages.experiments import cosine_peaks, free_rates
from dlnotes.sections.learning_rates.averages.words import TEXT

BELL = 200  # where the question rings it
SEED = 2  # of the single run


def rates(t: Tensor, lr: Tensor, free: Tensor, peak: Tensor, plan: Tensor) -> Tensor:
    """The rate of every lane at step t, counted from 1, `(4,)`."""
    done = ((t - 1) / plan).clamp(max=1)
    return torch.stack([lr, lr, free, peak * 0.5 * (1 + torch.cos(math.pi * done))])


def weights(t: Tensor, window: Tensor) -> Tensor:
    """With which weight the newest point enters the average of every lane, `(4,)`."""
    left = 1 / window
    newest = torch.ones_like(t)
    return torch.stack([newest, left / (1 - (1 - left) ** t), 1 / t, newest])


def step(
    zz: Tensor, zx: Tensor, xx: Tensor, rates: Tensor, weights: Tensor, beta: Tensor,
    curvatures: Tensor, start: Tensor, noise: Tensor, jump: Tensor,
) -> dict[str, Tensor]:  # fmt: skip
    """Moments of all lanes after a step, and after a jump of the bottom where `jump` is 1."""
    near = torch.stack([0 * beta, 0 * beta, beta, 0 * beta])
    at = next_moments(Moments(zz, zx, xx), rates, near, weights, curvatures, noise)
    return {name: each + jump * start for name, each in at._asdict().items()}


def loss(xx: Tensor, curvatures: Tensor) -> Tensor:
    """Mean losses, `(4,)`."""
    return mean_loss(xx, curvatures)


def bounce(
    z: Tensor, draws: Tensor, lr: Tensor, curvatures: Tensor, start: Tensor, noise: Tensor,
    jump: Tensor,
) -> Tensor:  # fmt: skip
    """One run's point after a step; noise of this standard deviation from draws in 0 to 1."""
    fresh = noise * math.sqrt(12) * (draws - 0.5)
    return z - lr * (curvatures * z + fresh) + jump * start.sqrt()


def begin(start: Tensor) -> Tensor:
    """Where the single run begins, from its squares."""
    return start.sqrt()


def height(z: Tensor, curvatures: Tensor) -> Tensor:
    """The loss at one point."""
    return mean_loss(z.square(), curvatures)


def shares(t: Tensor, window: Tensor) -> Tensor:
    """How much each of the steps up to t counts in the mean, beside the newest, `(400,)`."""
    age = t - bowl.steps()
    return torch.where(age >= 0, (1 - 1 / window) ** age.clamp(min=0), torch.zeros_like(age))


_D, _L = bowl.DIRECTIONS, len(bowl.LANES)
_SHAPES = {
    "step": {
        "zz": (_L, _D), "zx": (_L, _D), "xx": (_L, _D), "rates": (_L,), "weights": (_L,),
        "curvatures": (_D,), "start": (_D,),
    },
    "loss": {"xx": (_L, _D), "curvatures": (_D,)},
    "bounce": {"z": (_D,), "draws": (_D,), "curvatures": (_D,), "start": (_D,)},
    "begin": {"start": (_D,)},
    "height": {"z": (_D,), "curvatures": (_D,)},
}  # fmt: skip
EMITTED = (rates, weights, step, loss, begin, bounce, height, shares)


class AveragesDemo(Demo):
    """A constant rate, its average, schedule-free and a cosine, all of which may be stopped."""

    words = TEXT
    start: ClassVar = {
        "noise": 0.1, "lr": 1.2, "window": 30.0, "plan": 400, "beta": 0.9, "narrow": 100,
        "jump": False, "now": 0,
    }  # fmt: skip
    sliders: ClassVar = {
        "lr": Slider(0.1, 1.9, log=True, steps=200),
        "noise": Slider(stops=bowl.NOISES),
        "window": Slider(1, 400, log=True, steps=200),
    }
    choices: ClassVar = {"plan": bowl.PLANS, "beta": bowl.BETAS, "narrow": bowl.NARROW}
    handles: ClassVar = {"counts": Drag(-60, 0, ("window",)), "time": Drag(120, 0, ("now",))}
    presets = ("calm", "faster", "loud", "moved")
    at_once = ("noise", "lr", "window")
    guesses = bowl.LANES
    rounding = 1e-14

    @staticmethod
    def emitted() -> str:
        functions = {function.__name__: function for function in EMITTED}
        program = emit(**functions, shapes=_SHAPES, inplace={"step": ("zz", "zx", "xx")})
        free, peaks = free_rates(), cosine_peaks()
        bowls = {
            f"{narrow} {noise:g}": {
                "curvatures": bowl.curvatures(narrow).tolist(),
                "squares": bowl.squares(narrow).tolist(),
                "free": free[narrow, noise],
                "peaks": peaks[narrow, noise],
            }
            for narrow in bowl.NARROW
            for noise in bowl.NOISES
        }
        numbers = {
            "STEPS": bowl.STEPS, "BELL": BELL, "JUMP": bowl.JUMP, "SEED": SEED,
            "LANES": bowl.LANES, "BETAS": bowl.BETAS, "PLANS": bowl.PLANS, "BOWLS": bowls,
        }  # fmt: skip
        lines = (f"export const {n} = {json.dumps(each)};\n" for n, each in numbers.items())
        return program + "\n" + "".join(lines)

    @staticmethod
    def readouts(
        *, noise: float, lr: float, window: float, plan: int, beta: float, narrow: int,
        jump: bool, now: int,
    ) -> dict[str, float]:  # fmt: skip
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            noise: standard deviation of the noise, one of `bowl.NOISES`.
            lr: rate of the run and its mean.
            window: steps that the mean remembers.
            plan: stop that the cosine was made for.
            beta: of schedule-free.
            narrow: largest over smallest curvature, one of `bowl.NARROW`.
            jump: whether the bottom moves after `bowl.JUMP` steps.
            now: the step that is shown.
        """
        at = narrow, noise
        found = bowl.race(
            narrow=narrow, noise=noise, lr=lr, window=window, plan=plan, beta=beta, jump=jump,
            free=free_rates()[at][bowl.BETAS.index(beta)],
            peak=cosine_peaks()[at][bowl.PLANS.index(plan)],
        )[now]  # fmt: skip
        lanes = dict(zip(bowl.LANES, found.tolist(), strict=True))
        return {"now": now, "leader": int(found.argmin()), **lanes}

    @staticmethod
    def answer() -> str:
        found = AveragesDemo.readouts(**AveragesDemo.start | {"now": BELL})
        return min(bowl.LANES, key=found.get)

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        return super().random_setting(draw) | {"now": draw.randint(0, bowl.STEPS)}
