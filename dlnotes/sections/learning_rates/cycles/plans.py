"""Learning rates that rise again, for runs of one length: their names, and torch's own beside them.

Book: learning_rates/cycles
"""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.optim import lr_scheduler as theirs

from dlnotes.learning_rates.cycles import cyclic, one_cycle, warm_restarts
from dlnotes.learning_rates.decay import constant, cosine, multistep
from dlnotes.learning_rates.noisy_bowl import mean_losses

STEPS = 2000
KINDS = ("equal", "doubling", "triangles")
CYCLES = (2, 3, 4, 6, 8)
PLAIN = ("constant", "cosine", "one_cycle")
CYCLED = tuple((kind, cycles) for kind in KINDS for cycles in CYCLES)
SHORT = ("constant", "stairs", "cosine", "one_cycle")


def first_length(kind: str, cycles: int, steps: int = STEPS) -> float:
    """Steps of the first cycle, so that the last one ends with the run."""
    return steps / (2**cycles - 1 if kind == "doubling" else cycles)


def cycled(kind: str, cycles: int, steps: int = STEPS) -> Tensor:
    """A schedule with so many cycles and a peak of 1, `(steps,)`."""
    now, length = torch.arange(steps), first_length(kind, cycles, steps)
    if kind == "triangles":
        return cyclic(now, lr=1.0, lowest=0.0, up_steps=length / 2)
    return warm_restarts(now, lr=1.0, steps=length, multiplier=2 if kind == "doubling" else 1)


def plain(name: str, steps: int = STEPS) -> Tensor:
    """A schedule without repetition and with a peak of 1, `(steps,)`."""
    now = torch.arange(steps)
    return {
        "constant": lambda: constant(now, lr=1.0),
        "stairs": lambda: multistep(now, lr=1.0, milestones=[steps / 2, 3 * steps / 4]),
        "cosine": lambda: cosine(now, lr=1.0, steps=steps),
        "one_cycle": lambda: one_cycle(now, lr=1.0, steps=steps),
    }[name]()


# Beside torch


def beside_torch(steps: int) -> float:
    """How far the book's three are from torch's: the largest difference of a learning rate."""
    now, top = torch.arange(steps), 0.5
    pairs = (
        (
            cyclic(now, lr=top, lowest=0.1, up_steps=20),
            partial(theirs.CyclicLR, base_lr=0.1, max_lr=top, step_size_up=20),
        ),
        (
            warm_restarts(now, lr=top, steps=30, multiplier=2),
            partial(theirs.CosineAnnealingWarmRestarts, T_0=30, T_mult=2),
        ),
        (
            one_cycle(now, lr=top, steps=steps),
            partial(theirs.OneCycleLR, max_lr=top, total_steps=steps),
        ),
    )
    return max((ours - _set(made, steps)[0]).abs().max().item() for ours, made in pairs)


def momentum_set(steps: int = 40) -> dict[str, Tensor]:
    """The momentum that torch's schedulers leave in an SGD that was made without any."""
    made = {
        "cyclic": partial(theirs.CyclicLR, base_lr=0.1, max_lr=0.5, step_size_up=steps // 2),
        "one_cycle": partial(theirs.OneCycleLR, max_lr=0.5, total_steps=steps),
        "restarts": partial(theirs.CosineAnnealingWarmRestarts, T_0=steps),
    }
    return {name: _set(each, steps)[1] for name, each in made.items()}


def _set(made: Callable, count: int) -> Tensor:
    """Learning rate and momentum that a scheduler sets at every step, `(2, count)`."""
    method = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    scheduler, seen = made(method), []
    for step in range(count):
        group = method.param_groups[0]
        seen.append((group["lr"], group["momentum"]))
        method.step()
        if step + 1 < count:
            scheduler.step()
    return torch.tensor(seen, dtype=torch.float64).T


# On a parabola


def on_a_parabola(cycles: int, steps: int = STEPS, curvature: float = 1.0) -> tuple[Tensor, Tensor]:
    """Mean loss on curvature · x² / 2, noise 1, in so many equal cycles with a peak of 1.

    Returns:
        The learning rates, `(steps,)`, and the losses, `(steps + 1,)`, from 1 on.
    """
    rates, bent = cycled("equal", cycles, steps), torch.tensor([curvature], dtype=torch.float64)
    return rates, mean_losses(rates, curvatures=bent, squares=2 / bent, noise=1.0)
