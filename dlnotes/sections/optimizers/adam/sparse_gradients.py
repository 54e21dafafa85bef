"""Rules on features that are mostly 0: how far from the answer each of them ends.

Book: optimizers/adam
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from dlnotes.core.arguments import whole
from dlnotes.core.protocols import Rule
from dlnotes.core.seeds import seeded
from dlnotes.training.sweeps import lowest


def left_over(
    rules: dict[str, tuple[Rule, dict[str, Any]]],
    shares: Sequence[float],
    lrs: Tensor,
    *,
    noise: float = 0.0,
    seeds: int = 5,
    steps: int = 1000,
    batch_size: int = 8,
    features: int = 40,
) -> dict[str, Tensor]:
    """The part of the distance to the answer that is left after a budget of steps.

    Linear regression, y = X · answer + noise, with an answer of -1 and 1. Every entry of X is
    normal with probability `share` and otherwise 0, so a weight meets a gradient in about
    `batch_size · share` of the steps where that is small. All rules, shares and learning rates
    see the same draws.

    Args:
        rules: name -> (an elementwise rule, its hyperparameters but the learning rate).
        shares: P probabilities of an entry not being 0, each in (0, 1].
        lrs: L learning rates, shape `(L,)`.
        noise: standard deviation of the targets about the line.
        seeds: S, how many data sets and answers.
        steps: updates, each on a fresh batch.
        batch_size: B, examples a step.
        features: D, weights to learn.

    Returns:
        name -> distance at the end over distance at the start, shape `(P, S, L)`.
    """
    whole("steps", steps)
    answers, values, coins, errors = _draws(seeds, steps, batch_size, features)
    rate, limits = lrs.to(torch.float64).unsqueeze(-1), torch.tensor(shares).view(-1, 1, 1, 1)
    start = answers.new_zeros(len(shares), seeds, len(lrs), features)
    params = dict.fromkeys(rules, start)
    states = {name: rule.init(start) for name, (rule, _) in rules.items()}
    for step in range(steps):
        X = values[:, step] * (coins[:, step] < limits)
        off = noise * errors[:, step].unsqueeze(-2)
        for name, (rule, hyper) in rules.items():
            residuals = (params[name] - answers) @ X.mT - off
            grad = residuals @ X / batch_size
            delta, states[name] = rule.update(grad, states[name], params[name], lr=rate, **hyper)
            params[name] = params[name] + delta
    first = answers.norm(dim=-1)
    return {name: (param - answers).norm(dim=-1) / first for name, param in params.items()}


def at_best(found: dict[str, Tensor]) -> dict[str, Tensor]:
    """What every rule leaves over at its best learning rate, chosen anew for each share.

    Args:
        found: from `left_over`.

    Returns:
        name -> shape `(P, S)`, at the learning rate whose median over the seeds is smallest.
    """
    best = {}
    for name, left in found.items():
        place = lowest(left.mT)
        best[name] = left[torch.arange(len(left)), :, place].nan_to_num(torch.inf)
    return best


def _draws(seeds: int, steps: int, batch_size: int, features: int) -> tuple[Tensor, ...]:
    """Answers (S, 1, D), normal and uniform numbers (S, T, B, D), normal errors (S, T, B)."""
    shape, made = (steps, batch_size, features), []
    for seed in range(seeds):
        source = seeded(seed)
        answer = torch.randint(2, (1, features), generator=source).to(torch.float64) * 2 - 1
        values, coins = (
            draw(shape, generator=source, dtype=torch.float64) for draw in (torch.randn, torch.rand)
        )
        made.append((answer, values, coins, torch.randn(shape[:2], generator=source).double()))
    return tuple(torch.stack(part) for part in zip(*made, strict=True))
