"""A line through 20 points, pulled down by a penalty or by a decay: the program of the demo.

The points lie around x = 0 and their noise is made to cancel, so that intercept and slope have
nothing to do with each other: each has a parabola of its own.

Book: regularization/weight_decay
"""

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.optimizers import adam, sgd
from dlnotes.regularization.weight_decay import coupled, decoupled

POINTS, TILT = 20, 30.0  # N, and the slope of the line that fits best
LEVEL, DECAY, LR, STEPS = 100.0, 0.1, 1.0, 300
PLACES = torch.linspace(-1, 1, POINTS, dtype=torch.float64)
BEND = PLACES.square().mean().item()  # curvature of the loss along the slope; the intercept's is 1
ROUTES = {"gd": coupled(sgd), "penalty": coupled(adam), "adamw": decoupled(adam)}


def _residuals() -> Tensor:
    """Noise with nothing in it of an intercept or a slope, `(N,)`."""
    noise = 8 * torch.randn(POINTS, generator=seeded(3), dtype=torch.float64)
    noise = noise - noise.mean()
    return noise - (noise @ PLACES) / (PLACES @ PLACES) * PLACES


REST = _residuals()


def heights(level: Tensor) -> Tensor:
    """The points, `(N,)`."""
    return level + TILT * PLACES + REST


def stepping(route: str):
    """One step of one parameter, whose loss alone has its bottom at `bottom`."""

    def step(param, state, bottom, bend, lr, weight_decay):
        grad = bend * (param - bottom)
        delta, state = ROUTES[route].update(grad, state, param, lr=lr, weight_decay=weight_decay)
        return {"param": param + delta, "state": state}

    return step


def shrunk(bottom: Tensor, bend: Tensor, weight_decay: Tensor) -> Tensor:
    """Where loss + weight_decay / 2 · param² is smallest."""
    return bend * bottom / (bend + weight_decay)


def fenced(bottom: Tensor, weight_decay: Tensor) -> Tensor:
    """The place nearest to the bottom that is no farther from 0 than 1 / weight_decay."""
    fence = 1 / weight_decay
    return torch.minimum(torch.maximum(bottom, -fence), fence)


def walked(
    route: str,
    level: float = LEVEL,
    weight_decay: float = DECAY,
    lr: float = LR,
    steps: int = STEPS,
    spared: bool = False,
) -> Tensor:
    """Slope and intercept before the first step and after each, from the points, `(steps + 1, 2)`.

    Args:
        route: a name in `ROUTES`.
        level: around which height the points lie.
        weight_decay: α.
        lr: learning rate.
        steps: how many to make.
        spared: whether the intercept is not decayed.
    """
    y, rule = heights(torch.tensor(level, dtype=torch.float64)), ROUTES[route]
    decay = torch.tensor([weight_decay, 0.0 if spared else weight_decay], dtype=torch.float64)
    line = torch.zeros(2, dtype=torch.float64)
    state, path = rule.init(line), [line]
    inputs = torch.stack([PLACES, torch.ones_like(PLACES)])
    for _ in range(steps):
        grad = inputs @ (line @ inputs - y) / POINTS
        delta, state = rule.update(grad, state, line, lr=lr, weight_decay=decay)
        line = line + delta
        path.append(line)
    return torch.stack(path)
