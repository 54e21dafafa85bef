"""Nets of one width and several learning rates, trained side by side, plain or in µP.

Book: hyperparameters/across_widths
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from dlnotes.hyperparameters.maximal_update import Factors, factors
from dlnotes.training.data.batches import rows
from dlnotes.training.data.mislabeled import CHOOSE, MOST, few_digits
from dlnotes.training.nets.mlp import MLP

PIXELS, CLASSES = 64, 10
BASE = 16  # the narrow net's width
BATCH, STEPS = 64, 50
MOMENTUM = 0.9  # of SGD
ARMS = ("plain", "mup", "rates", "adams")


class Found(NamedTuple):
    """What nets are worth at the end, a row for each learning rate.

    Attributes:
        loss: mean cross-entropy on the 400 images that choose a rate, `(rates, seeds)`.
        accuracy: on the 600 others, likewise.
    """

    loss: Tensor
    accuracy: Tensor


def sizes(width: int, hidden: int = 2) -> tuple[int, ...]:
    """Widths from the pixels to the classes."""
    return (PIXELS, *[width] * hidden, CLASSES)


def scaled(width: int, hidden: int, arm: str, method: str) -> list[Factors]:
    """The factors of every layer in one of `ARMS`.

    `"rates"` are those of µP with the usual start; `"adams"` are Adam's factors, whatever the
    method.
    """
    own = factors(sizes(width, hidden), sizes(BASE, hidden), "adam" if arm == "adams" else method)
    if arm == "plain":
        return [Factors(1.0, 1.0, 1.0) for _ in own]
    return [each._replace(start=1.0) for each in own] if arm == "rates" else own


def start(width: int, hidden: int, own: Sequence[Factors], seed: int) -> list[Tensor]:
    """First weights `(inputs, outputs)` and biases `(1, outputs)`, layer by layer."""
    layers = MLP(sizes(width, hidden), seed=seed).layers
    pairs = [
        (each.start * layer.weight.T, layer.bias[None])
        for layer, each in zip(layers, own, strict=True)
    ]
    return [part.detach() for pair in pairs for part in pair]


def sums(params: Sequence[Tensor], X: Tensor) -> list[Tensor]:
    """The sums of every layer, before ReLU: `(rates, B, outputs)` each."""
    found = []
    for weight, bias in zip(params[::2], params[1::2], strict=True):
        found.append(X @ weight + bias)
        X = found[-1].relu()
    return found


def trained(
    width: int,
    lrs: Sequence[float],
    seeds: Sequence[int],
    arm: str = "plain",
    *,
    hidden: int = 2,
    steps: int = STEPS,
    method: str = "adam",
    wrong: float = 0.0,
) -> Found:
    """Trains a net for every rate and seed.

    Args:
        width: of the hidden layers.
        lrs: learning rates; in µP, those of the base.
        seeds: of data, first weights and order.
        arm: one of `ARMS`.
        hidden: number of hidden layers.
        steps: batches of 64.
        method: `"adam"`, or `"sgd"` with a momentum of 0.9.
        wrong: part of the training labels that is wrong.
    """
    own = scaled(width, hidden, arm, method)
    found = [_one(width, lrs, seed, own, hidden, steps, method, wrong) for seed in seeds]
    return Found(*(torch.stack(part, 1) for part in zip(*found, strict=True)))


def _one(width, lrs, seed, own, hidden, steps, method, wrong) -> tuple[Tensor, Tensor]:
    """One seed: final loss and accuracy, `(rates,)` each."""
    data = few_digits(seed, MOST, wrong)
    order = rows(len(data.X), BATCH, steps, seed)
    lr = torch.tensor(lrs, dtype=torch.float32).view(-1, 1, 1)
    rates = [lr * factor for each in own for factor in (each.weight, each.bias)]
    first = start(width, hidden, own, seed)
    params = [param.repeat(len(lrs), 1, 1).requires_grad_() for param in first]
    memory = [(torch.zeros_like(param), torch.zeros_like(param)) for param in params]
    for step in range(steps):
        out = sums(params, data.X[order[step]])[-1]
        target = data.y[order[step]].repeat(len(lrs))
        loss = F.cross_entropy(out.flatten(0, 1), target, reduction="sum") / BATCH
        grads = torch.autograd.grad(loss, params)
        with torch.no_grad():
            for each in zip(params, grads, memory, rates, strict=True):
                _move(*each, step + 1, method)
    with torch.no_grad():
        return _worth(sums(params, data.X_test)[-1], data.y_test)


def _move(param, grad, memory, rate, step, method) -> None:
    m, v = memory
    if method == "sgd":
        param.sub_(rate * m.mul_(MOMENTUM).add_(grad))
        return
    m.lerp_(grad, 0.1)
    v.mul_(0.999).addcmul_(grad, grad, value=0.001)
    size = (v / (1 - 0.999**step)).sqrt_().add_(1e-8)
    param.sub_(torch.div(m, size, out=size).mul_(rate / (1 - 0.9**step)))


def _worth(out: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Loss on the images that choose, accuracy on the others; a net that diverged guesses."""
    chosen = out[:, :CHOOSE].log_softmax(-1).gather(-1, y[:CHOOSE].expand(len(out), -1)[..., None])
    right = (out[:, CHOOSE:].argmax(-1) == y[CHOOSE:]).double().mean(1)
    sound = out.isfinite().all(-1).all(-1)
    return -chosen.double().mean((1, 2)), torch.where(sound, right, 1 / CLASSES)
