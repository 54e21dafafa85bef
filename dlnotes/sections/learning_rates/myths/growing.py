"""A layer-normalized net: weight decay at a constant rate, or no decay and a rate that grows.

Book: learning_rates/myths
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import layer_norm

from dlnotes.core.seeds import seeded
from dlnotes.training.data import datasets
from dlnotes.training.data.batches import rows
from dlnotes.training.nets.losses import cross_entropy

UNITS, BATCH = 32, 32
RATE, DECAY, STEPS = 0.2, 0.03, 300

Weights = list[Tensor]


def fresh(seed: int) -> tuple[Weights, Tensor]:
    """Two layers of weights to train, and a last one that stays as it is."""
    source = seeded(seed)
    shapes = ((UNITS, 64), (UNITS, UNITS), (10, UNITS))
    first, second, head = (
        torch.randn(shape, generator=source, dtype=torch.float64) / shape[1] ** 0.5
        for shape in shapes
    )
    return [first, second], head


def normalized(z: Tensor, eps: float = 0.0) -> Tensor:
    """Every example with mean 0 and variance 1, but for what is added to the variance."""
    return layer_norm(z, z.shape[-1:], eps=eps)


def scores(X: Tensor, weights: Weights, head: Tensor, norms: int = 2, eps: float = 0.0) -> Tensor:
    """The net: layer norm and ReLU after each layer; after the first only, with `norms=1`."""
    first, second = weights
    h = normalized(X @ first.T, eps).relu()
    z = h @ second.T
    return (normalized(z, eps) if norms == 2 else z).relu() @ head.T


def trained(
    rate: Callable[[int], float],
    decay: float,
    *,
    norms: int = 2,
    eps: float = 0.0,
    seed: int = 0,
    steps: int = STEPS,
) -> tuple[list[float], Weights]:
    """Losses of the batches, one a step, and the weights at the end.

    Args:
        rate: the step, from 0 -> its learning rate.
        decay: λ; a step is W ← W - rate · (gradient + λ · W).
        norms: how many of the two layers are normalized.
        eps: what is added to the variance there; torch adds 1e-5.
        seed: of weights and order.
        steps: to go.
    """
    data, (weights, head) = datasets.digits(0, dtype=torch.float64), fresh(seed)
    losses = []
    for step, chosen in enumerate(rows(len(data.y), BATCH, steps, seed)):
        leaves = [weight.requires_grad_() for weight in weights]
        loss = cross_entropy(scores(data.X[chosen], leaves, head, norms, eps), data.y[chosen])
        grads = torch.autograd.grad(loss, leaves)
        weights = [
            weight.detach() - rate(step) * (grad + decay * weight.detach())
            for weight, grad in zip(weights, grads, strict=True)
        ]
        losses.append(loss.item())
    return losses, weights
