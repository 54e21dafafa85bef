"""Nets that learn from soft targets, a few settings side by side.

Book: regularization/soft_labels
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from dlnotes.core.seeds import generator
from dlnotes.optimizers import adam
from dlnotes.regularization.soft_targets import mixed, shares, soft_cross_entropy
from dlnotes.training.fleet.members import first_params
from dlnotes.training.nets.mlp import MLP

Params = dict[str, Tensor]


def scores(params: Params, X: Tensor) -> Tensor:
    """What an MLP with ReLU computes, for R of them at once: X `(N, D)` or `(R, N, D)`."""
    depth = len(params) // 2
    for layer in range(depth):
        weight, bias = (params[f"layers.{layer}.{name}"] for name in ("weight", "bias"))
        X = X @ weight.mT + bias.unsqueeze(1)
        X = X.relu() if layer < depth - 1 else X
    return X


def trained(
    X: Tensor,
    target: Tensor,
    *,
    sizes: Sequence[int],
    seed: int,
    lr: float,
    steps: int,
    alpha: Sequence[float],
    spread: Sequence[float] = (),
) -> Params:
    """R nets from one start, full-batch Adam with an L2 penalty on weights and biases.

    Args:
        X: shape `(N, D)`.
        target: shares of the classes, `(R, N, K)`.
        sizes: of the nets.
        seed: of their start, and of partners and shares.
        lr: learning rate.
        steps: T.
        alpha: strengths of the penalty, R of them.
        spread: of the shares of mixup, R of them; none without mixing.
    """
    params = first_params(MLP(sizes), [seed] * len(target))
    states = {name: adam.init(param) for name, param in params.items()}
    strength = torch.tensor(alpha)
    partners, kept = generator(seed, "rows"), _kept(spread, (steps, len(X)), seed)
    for step in range(steps):
        seen, asked = X, target
        if spread:
            order = torch.randperm(len(X), generator=partners)
            seen, asked = _mixed(X, target, order, kept[:, step])
        params = {name: param.requires_grad_() for name, param in params.items()}
        loss = soft_cross_entropy(scores(params, seen), asked).sum()
        slopes = torch.autograd.grad(loss, tuple(params.values()))
        with torch.no_grad():
            for (name, param), slope in zip(list(params.items()), slopes, strict=True):
                paid = strength.view(-1, *[1] * (param.ndim - 1)) * param
                delta, states[name] = adam.update(slope + paid, states[name], param, lr=lr)
                params[name] = param + delta
    return params


def _kept(spread: Sequence[float], shape: tuple[int, int], seed: int) -> Tensor:
    """What is kept of every example at every step, `(R, T, N)`; the same chance for all spreads."""
    drawn = [shares(shape, a, generator(seed, "masks")).float() for a in spread]
    return torch.stack(drawn) if drawn else torch.empty(0)


def _mixed(X: Tensor, target: Tensor, order: Tensor, kept: Tensor) -> tuple[Tensor, Tensor]:
    """`mixed` for R targets."""
    share = kept.unsqueeze(-1)
    return mixed(X, X, order.expand_as(kept), kept)[0], share * target + (1 - share) * target[
        :, order
    ]
