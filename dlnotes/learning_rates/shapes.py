"""What a learning rate looks like on its way from one height to another.

Book: learning_rates/warmup
"""

import math

import torch
from torch import Tensor

Number = float | Tensor

# how far on the way down, from 0 to 1 -> the share of the height that is left
SHAPES = {
    "linear": lambda done: 1 - done,
    "cos": lambda done: 0.5 * (1 + torch.cos(math.pi * done)),
    "sqrt": lambda done: 1 - torch.sqrt(done),
}


def part(step: Tensor, start: Number, end: Number) -> Tensor:
    """The part of the way from `start` to `end` that lies behind, from 0 to 1."""
    return torch.where(step >= end, 1.0, (step - start) / (end - start)).clamp(min=0)
