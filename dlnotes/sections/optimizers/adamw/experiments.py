"""Test benches for weight decay in Adam: computed, and in a net.

Book: optimizers/adamw
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from dlnotes.core.protocols import Rule
from dlnotes.training.data import datasets
from dlnotes.training.fleet import fleet
from dlnotes.training.nets import mlp

SEEDS = 5


def penalty_step(left: Tensor, size: Tensor, lr: Tensor, weight_decay: Tensor) -> Tensor:
    """What an L2 penalty inside Adam leaves of a weight in one step, on average.

    θ ← θ - lr · αθ / √(σ² + α²θ²): the mean of the gradient for m̂, the mean of its square for v̂.

    Args:
        left: θ, any shape.
        size: σ, standard deviation of gradients around 0, broadcast.
        lr: learning rate.
        weight_decay: α.
    """
    pull = weight_decay * left
    return left - lr * pull / (size.square() + pull.square()).sqrt()


def decay_step(left: Tensor, size: Tensor, lr: Tensor, weight_decay: Tensor) -> Tensor:
    """What the decay of AdamW leaves in one step, whatever the size of the gradients."""
    return left - lr * weight_decay * left


def penalty_left(
    sizes: Tensor, *, steps: int, lr: float = 0.01, weight_decay: float = 0.1
) -> Tensor:
    """What an L2 penalty inside Adam leaves of a weight of 1, if it divides as the book says.

    `penalty_step`, so many times.

    Args:
        sizes: σ, standard deviations of gradients around 0, any shape.
        steps: how many.
        lr: learning rate.
        weight_decay: α.

    Example:
        >>> penalty_left(torch.tensor([1.0, 10.0]), steps=300).round(decimals=2)
        tensor([0.7400, 0.9700])
    """
    left = torch.ones_like(sizes)
    for _ in range(steps):
        left = penalty_step(left, sizes, lr, weight_decay)
    return left


def pixel_weights(rule: Rule, after: Sequence[int], **hyper: float) -> Tensor:
    """How large the first layer of a net is, at pixels that hardly change and at busy ones.

    A 64-32-10 net on digits in gray levels, batches of 64, `SEEDS` seeds. The norm of the weights
    at the 16 pixels with the smallest and the 16 with the largest standard deviation.

    Args:
        rule: a module with `init` and `update`.
        after: how many updates to make, one or more numbers.
        **hyper: of the rule, `lr` among them.

    Returns:
        Shape `(SEEDS, len(after), 2)`: quiet pixels, busy pixels.
    """
    data = datasets.digits(standardized=False)
    order = data.X.std(0).argsort()
    found = []
    for steps in after:
        setting = {"steps": steps, "batch_size": 64, "seeds": range(SEEDS), "every": 0} | hyper
        weights = fleet(mlp.MLP((64, 32, 10)), data, rule, progress=False, **setting).params
        layer = weights["layers.0.weight"]
        found.append([layer[:, :, part].norm(dim=(1, 2)) for part in (order[:16], order[-16:])])
    return torch.stack([torch.stack(both, -1) for both in found], 1).double()
