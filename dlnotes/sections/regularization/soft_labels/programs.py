"""What the demo computes: one label, and K scores that go downhill on its loss.

All wrong classes begin alike and stay alike, so that one number, the gap between the right score
and each of the others, says everything.

Book: regularization/soft_labels
"""

import torch
from torch import Tensor

from dlnotes.regularization.soft_targets import soft_cross_entropy

LR, STEPS = 1.0, 100


def right_share(classes: Tensor, smoothing: Tensor) -> Tensor:
    """What the label gives to the right class."""
    return 1 - smoothing + smoothing / classes


def other_share(classes: Tensor, smoothing: Tensor) -> Tensor:
    """What it gives to each other class."""
    return smoothing / classes


def softness(height: Tensor, classes: Tensor) -> Tensor:
    """Which smoothing makes the right share so high."""
    return (1 - height) * classes / (classes - 1)


def right_said(gap: Tensor, classes: Tensor) -> Tensor:
    """The probability of the right class."""
    return 1 / (1 + (classes - 1) * (-gap).exp())


def other_said(gap: Tensor, classes: Tensor) -> Tensor:
    """The probability of each other class."""
    return 1 / (gap.exp() + classes - 1)


def step(gap: Tensor, classes: Tensor, smoothing: Tensor) -> Tensor:
    """The gap after one step of gradient descent on all scores."""
    up = right_share(classes, smoothing) - right_said(gap, classes)
    down = other_share(classes, smoothing) - other_said(gap, classes)
    return gap + LR * (up - down)


def loss(gap: Tensor, classes: Tensor, smoothing: Tensor) -> Tensor:
    """Cross-entropy of the label at a gap."""
    spread = (gap.exp() + classes - 1).log()  # -log of each other probability
    wrong = (classes - 1) * other_share(classes, smoothing)
    return right_share(classes, smoothing) * (spread - gap) + wrong * spread


def floor(classes: Tensor, smoothing: Tensor) -> Tensor:
    """The least loss: the entropy of the label."""
    right, other = right_share(classes, smoothing), other_share(classes, smoothing)
    soft = torch.where(smoothing > 0, other, 1.0)  # 0 log 0 counts 0
    return -right * right.log() - (classes - 1) * other * soft.log()


def stop(classes: Tensor, smoothing: Tensor) -> Tensor:
    """The gap at which the loss is least; inf for a hard label."""
    return (right_share(classes, smoothing) / other_share(classes, smoothing)).log()


def descended(target: Tensor, steps: int) -> Tensor:
    """The scores after gradient descent from 0, by autograd: what `step` must agree with.

    Args:
        target: shares of the classes, `(1, K)`, float64.
        steps: T.
    """
    scores = torch.zeros_like(target)
    for _ in range(steps):
        scores = scores.detach().requires_grad_()
        (slope,) = torch.autograd.grad(soft_cross_entropy(scores, target), scores)
        scores = scores - LR * slope
    return scores.detach()
