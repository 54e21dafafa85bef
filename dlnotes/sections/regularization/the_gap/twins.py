"""One net, trained twice: with weight decay, and without it at a rate that grows.

A hidden layer is normalized over the training set, so that the size of its weights does not
matter to what the net computes.

Book: regularization/the_gap
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import grad

from dlnotes.core.seeds import seeded
from dlnotes.training.data.mislabeled import CHOOSE, few_digits
from dlnotes.training.nets.losses import accuracy, cross_entropy

HIDDEN, CLASSES = 64, 10
LR, DECAY, STEPS = 0.1, 0.1, 400
KINDS = ("decay", "growth", "neither")

Params = dict[str, Tensor]


class Run(NamedTuple):
    """One training run.

    Attributes:
        size: length of the first layer's weights before each step and after the last, `(T + 1,)`.
        scores: of the test images at the end, `(M, 10)`.
        accuracy: on them.
        loss: on them.
    """

    size: Tensor
    scores: Tensor
    accuracy: float
    loss: float


def start(seed: int = 0) -> Params:
    """He's weights for the first layer, small ones for the second."""
    source, double = seeded(seed), torch.float64
    first = torch.randn(HIDDEN, 64, generator=source, dtype=double) / 32**0.5
    second = torch.randn(CLASSES, HIDDEN, generator=source, dtype=double) / HIDDEN**0.5
    return {"W": first, "V": second}


def scores(params: Params, X: Tensor, train: Tensor) -> Tensor:
    """The ten scores at X; each hidden unit has mean 0 and variance 1 over the training set."""
    seen = train @ params["W"].T
    hidden = (X @ params["W"].T - seen.mean(0)) / seen.std(0, correction=0)
    return hidden.relu() @ params["V"].T


def trained(kind: str, seed: int = 0, steps: int = STEPS) -> Run:
    """150 digits, 15 % of them mislabeled, every step on all of them, by gradient descent.

    Args:
        kind: `"decay"`: W shrinks by LR · DECAY of itself at every step; `"growth"`: it does not,
            and its rate is LR (1 - LR · DECAY)^-(2t + 1); `"neither"`.
        seed: of images, wrong labels and start.
        steps: T, at least 1.
    """
    data, params = few_digits(seed, dtype=torch.float64), start(seed)
    keep = 1 - LR * DECAY

    def loss(params: Params) -> Tensor:
        return cross_entropy(scores(params, data.X, data.X), data.y)

    sizes = [params["W"].norm()]
    for t in range(steps):
        slope = grad(loss)(params)
        rate = LR * keep ** -(2 * t + 1) if kind == "growth" else LR
        kept = keep if kind == "decay" else 1.0
        params = {
            "W": kept * params["W"] - rate * slope["W"],
            "V": params["V"] - LR * slope["V"],
        }
        sizes.append(params["W"].norm())
    X, y = data.X_test[CHOOSE:], data.y_test[CHOOSE:]
    seen = scores(params, X, data.X)
    right, missed = accuracy(seen, y).item(), cross_entropy(seen, y).item()
    return Run(torch.stack(sizes), seen, right, missed)
