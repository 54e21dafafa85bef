"""Ten knobs of one small net: their usual ranges, and a training that takes any setting of them.

Book: hyperparameters/what_they_are
"""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from dlnotes.core.seeds import generator
from dlnotes.training.data import datasets
from dlnotes.training.data.batches import rows
from dlnotes.training.data.examples import standardize
from dlnotes.training.data.mislabeled import CHOOSE, few_digits
from dlnotes.training.nets.activations import ACTIVATIONS

KNOBS = {  # five notches each, both ends of the usual range included
    "epochs": (4, 8, 16, 32, 64),
    "activation": ("sigmoid", "tanh", "relu", "elu", "gelu"),
    "batch_size": (8, 16, 32, 64, 128),
    "weight_decay": (0.0, 1e-5, 1e-4, 1e-3, 1e-2),
    "lr": (0.001, 0.006, 0.03, 0.2, 1.0),
    "width": (8, 16, 32, 64, 128),
    "gain": (0.25, 0.5, 1.0, 2.0, 4.0),
    "momentum": (0.0, 0.5, 0.9, 0.95, 0.99),
    "depth": (1, 2, 3, 4, 5),
    "scale": (0.1, 0.3, 1.0, 3.0, 10.0),
}
MIDDLE = {name: notches[2] for name, notches in KNOBS.items()}
TASKS = ("digits", "spirals")
EXAMPLES, HELD = 150, 1000
LOOKS = 16  # times that a curve is looked at


class Found(NamedTuple):
    """Accuracies of one setting, one seed a column.

    Attributes:
        choose: on the images that choose a setting, `(seeds,)`.
        report: on those that judge it, `(seeds,)`.
        course: on those that judge it, along the training, `(looks, seeds)`.
    """

    choose: Tensor
    report: Tensor
    course: Tensor


@cache
def data(task: str, seeds: tuple[int, ...]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """What is learned from and what is held out, one data set a seed, each with the seeds first."""
    found = [_data(task, seed) for seed in seeds]
    return tuple(torch.stack(part) for part in zip(*found, strict=True))


def _data(task: str, seed: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    if task == "digits":
        return tuple(few_digits(seed))
    arms = datasets.spirals(EXAMPLES, 0.02, seed, classes=3, test_examples=HELD)
    return tuple(standardize(arms))


@torch.no_grad()
def trained(setting: Mapping[str, Any], task: str, seeds: Sequence[int], looks: int = 0) -> Found:
    """One net for each seed, trained by gradient descent with momentum, under an L2 penalty.

    Args:
        setting: a value for every knob.
        task: a name in `TASKS`.
        seeds: of data, first weights and order.
        looks: how often the accuracy is looked at besides the end.
    """
    X, y, held, asked = data(task, tuple(seeds))
    X, held = setting["scale"] * X, setting["scale"] * held
    classes = int(y.max()) + 1
    target = F.one_hot(y, classes).float()
    sizes = X.shape[-1], *[setting["width"]] * setting["depth"], classes
    params = _start(sizes, setting["gain"], seeds)
    steps = max(1, round(setting["epochs"] * EXAMPLES / setting["batch_size"]))
    order = torch.stack([rows(EXAMPLES, setting["batch_size"], steps, seed) for seed in seeds], 1)
    due = [max(1, round(steps * (look + 1) / looks)) for look in range(looks)]
    velocity = [torch.zeros_like(param) for param in params]
    here = torch.arange(len(seeds))[:, None]
    seen = {}
    for step in range(steps):
        batch = order[step]
        grads = slopes(params, X[here, batch], target[here, batch], setting["activation"])
        for param, grad, v in zip(params, grads, velocity, strict=True):
            v.mul_(setting["momentum"]).add_(grad).add_(param, alpha=setting["weight_decay"])
            param.sub_(v, alpha=setting["lr"])
        if step + 1 in due:
            seen[step + 1] = _right(params, held, asked, setting)[1]
    course = torch.stack([seen[step] for step in due]) if due else torch.empty(0)
    return Found(*_right(params, held, asked, setting), course)


def slopes(params: Sequence[Tensor], X: Tensor, target: Tensor, activation: str) -> list[Tensor]:
    """Gradients of every net's mean cross-entropy, layer by layer back; autograd takes longer.

    Args:
        params: weight `(seeds, inputs, outputs)` and bias `(seeds, 1, outputs)` of every layer.
        X: a batch for each seed, `(seeds, B, D)`.
        target: its classes, one-hot, `(seeds, B, C)`.
        activation: a key of `SLOPES`.
    """
    weights, biases = params[::2], params[1::2]
    inputs, sums = [X], []
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        sums.append(torch.baddbmm(bias, inputs[-1], weight))
        inputs.append(ACTIVATIONS[activation](sums[-1]))
    out = torch.baddbmm(biases[-1], inputs[-1], weights[-1])
    back = (out.softmax(-1) - target) / X.shape[1]
    grads = []
    for place in reversed(range(len(weights))):
        grads += [back.sum(1, keepdim=True), torch.bmm(inputs[place].transpose(1, 2), back)]
        if place:
            back = torch.bmm(back, weights[place].transpose(1, 2))
            back *= SLOPES[activation](sums[place - 1], inputs[place])
    return grads[::-1]


SLOPES = {  # of x and of what the activation makes of it
    "sigmoid": lambda x, a: a * (1 - a),
    "tanh": lambda x, a: 1 - a * a,
    "relu": lambda x, a: a > 0,
    "elu": lambda x, a: torch.where(x > 0, 1.0, a + 1),
    "gelu": lambda x, a: (
        (1 + torch.erf(x / math.sqrt(2))) / 2 + x * torch.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    ),
}


def _start(sizes: Sequence[int], gain: float, seeds: Sequence[int]) -> list[Tensor]:
    """He's first weights times the gain, and biases of 0; a seed's are its own."""
    sources = [generator(seed, "weights") for seed in seeds]
    params = []
    for inputs, outputs in pairwise(sizes):
        size = gain * math.sqrt(2 / inputs)
        drawn = [torch.randn(inputs, outputs, generator=source) for source in sources]
        params += [size * torch.stack(drawn), torch.zeros(len(seeds), 1, outputs)]
    return params


def _output(params: Sequence[Tensor], X: Tensor, activation: str) -> Tensor:
    pairs = list(zip(params[::2], params[1::2], strict=True))
    for weight, bias in pairs[:-1]:
        X = ACTIVATIONS[activation](X @ weight + bias)
    return X @ pairs[-1][0] + pairs[-1][1]


def _right(
    params: Sequence[Tensor], held: Tensor, asked: Tensor, setting: Mapping[str, Any]
) -> tuple[Tensor, Tensor]:
    """Accuracies on both held-out parts; a net that diverged has what guessing gives."""
    out = _output(params, held, setting["activation"])
    right = (out.argmax(-1) == asked).float()
    sound = out.isfinite().all(-1).all(-1)
    parts = right[:, :CHOOSE].mean(1), right[:, CHOOSE:].mean(1)
    guess = 1 / out.shape[-1]
    return tuple(torch.where(sound, part, guess).double() for part in parts)
