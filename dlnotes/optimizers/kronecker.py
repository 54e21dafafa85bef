"""The Fisher matrix of a linear layer as a Kronecker product of two small matrices.

Book: optimizers/matrix_curvature
"""

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from dlnotes.training.nets.losses import cross_entropy, log_softmax, mean_squared_error
from dlnotes.training.nets.mlp import MLP

Targets = Iterator[tuple[Tensor, Tensor | float]]


class Factors(NamedTuple):
    """Two matrices of a layer with I inputs and O units: its Fisher block is about G ⊗ A.

    Attributes:
        A: mean of a aᵀ over examples, a being the layer's inputs and a 1 for the bias,
            shape `(I + 1, I + 1)`.
        G: mean of g gᵀ over examples and targets, g being the loss's gradient in the layer's sums,
            shape `(O, O)`.
    """

    A: Tensor
    G: Tensor


class Pass(NamedTuple):
    """One look at all examples, with what the layers saw.

    Attributes:
        output: of the net, shape `(B, C)`.
        inputs: of every layer, each `(B, I)`.
        sums: of every layer, each `(B, O)`; still tied to the output for gradients.
    """

    output: Tensor
    inputs: list[Tensor]
    sums: list[Tensor]


def look(net: MLP, X: Tensor) -> Pass:
    """Runs the net and notes what goes into its layers and what comes out.

    Args:
        net: whose `layers` are all it has.
        X: features, shape `(B, D)`.
    """
    inputs, sums = [], []

    def note(layer, given, result) -> None:
        inputs.append(given[0].detach())
        sums.append(result)

    hooks = [layer.register_forward_hook(note) for layer in net.layers]
    try:
        return Pass(net(X), inputs, sums)
    finally:
        for hook in hooks:
            hook.remove()


def factors(
    seen: Pass, loss: Callable[..., Tensor], *, samples: int | None, source: Generator
) -> list[Factors]:
    """The two factors of every layer.

    E[vec(g aᵀ) vec(g aᵀ)ᵀ] = E[g gᵀ ⊗ a aᵀ] ≈ E[g gᵀ] ⊗ E[a aᵀ] = G ⊗ A

    Martens & Grosse (2015), section 3; vec goes row by row. The targets behind g are those the net
    itself predicts, not those of the data: they would make another matrix, the "empirical
    Fisher". The step in the middle is an equality where g and a are independent, as in a deep
    linear net with the squared error.

    Args:
        seen: from `look`.
        loss: `cross_entropy` or `mean_squared_error`.
        samples: targets drawn for every example; `None` takes the exact mean over targets at the
            price of C backward passes.
        source: of the draws, on the CPU.
    """
    outer = [torch.zeros_like(s[0]).outer(s[0].detach()) for s in seen.sums]
    examples = len(seen.output)
    for y, weight in TARGETS[loss](seen.output.detach(), samples, source):
        grads = torch.autograd.grad(loss(seen.output, y), seen.sums, retain_graph=True)
        for G, grad in zip(outer, grads, strict=True):
            # the loss is a mean over examples: times B, squared, over B
            G += (weight * grad).T @ grad * examples
    ones = [with_ones(a) for a in seen.inputs]
    return [Factors(a.T @ a / examples, G) for a, G in zip(ones, outer, strict=True)]


def with_ones(a: Tensor) -> Tensor:
    """`a` `(B, I)` with a column of ones for the bias, `(B, I + 1)`."""
    return torch.cat([a, torch.ones_like(a[:, :1])], 1)


def normal_targets(output: Tensor, samples: int | None, source: Generator) -> Targets:
    """Targets of the Gaussian model whose -log likelihood is the mean squared error.

    The mean over C outputs makes it exp(-|y - output|² / C), a variance of C / 2 in every output.

    Args:
        output: shape `(B, C)`.
        samples: how many for each example; `None`: C targets with this model's second moments.
        source: of the draws.

    Returns:
        Pairs of targets `(B, C)` and their weight.
    """
    C = output.shape[1]
    if samples is None:
        for move in C / math.sqrt(2) * torch.eye(C, dtype=output.dtype, device=output.device):
            yield output + move, 1 / C
    for _ in range(samples or 0):
        noise = torch.randn(output.shape, generator=source, dtype=torch.float64).to(output)
        yield output + math.sqrt(C / 2) * noise, 1 / samples


def class_targets(output: Tensor, samples: int | None, source: Generator) -> Targets:
    """Classes as softmax predicts them.

    Args:
        output: scores, shape `(B, C)`.
        samples: how many for each example; `None`: every class, weighted by its probability.
        source: of the draws.

    Returns:
        Pairs of classes `(B,)` and their weight.
    """
    log_p = log_softmax(output)
    if samples is None:
        for c in range(output.shape[1]):
            y = torch.full_like(output[:, 0], c, dtype=torch.int64)
            yield y, log_p[:, c : c + 1].exp()
    for _ in range(samples or 0):
        chance = torch.rand(output.shape, generator=source, dtype=torch.float64).to(output)
        yield (log_p - (-chance.log()).log()).argmax(1), 1 / samples  # Gumbel's trick


TARGETS = {cross_entropy: class_targets, mean_squared_error: normal_targets}
