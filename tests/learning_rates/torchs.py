"""What torch's schedulers give, and how near is the same."""

from collections.abc import Callable

import torch
from torch import Tensor

STEPS = 200


def rates(
    scheduler: Callable[[torch.optim.Optimizer], object], lr: float, steps: int = STEPS
) -> Tensor:
    """The learning rates of the first steps under one of torch's schedulers."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    schedule, seen = scheduler(optimizer), []
    for _ in range(steps):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return torch.tensor(seen, dtype=torch.float64)


def assert_same(mine: Tensor, theirs: Tensor, scale: float) -> None:
    """Equal to 1e-12, relative to the value or to the learning rate at hand."""
    assert mine.dtype == torch.float64 and mine.shape == theirs.shape
    allowed = 1e-12 * theirs.abs().clamp(min=scale)
    assert ((mine - theirs).abs() <= allowed).all(), (mine - theirs).abs().max()
