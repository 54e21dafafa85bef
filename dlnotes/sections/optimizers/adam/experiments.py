"""How long a step of Adam can be, in units of the learning rate, and which gradients make it so.

m and √v are two means of one list of gradients, and Cauchy and Schwarz bound the first by the
second. Everything here is tensor in, tensor out (a number is taken for a 0-d tensor) and free of
branches, so that the same functions draw the live pictures.

Book: optimizers/adam
"""

from typing import Any

import torch
from torch import Tensor

from dlnotes.core.arguments import whole
from dlnotes.core.protocols import Rule
from dlnotes.core.seeds import seeded
from dlnotes.optimizers import adam
from dlnotes.training.data.datasets import digits
from dlnotes.training.history import Update
from dlnotes.training.loop import train
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.replay import replay, torch_path


def steps(rule: Rule, grads: Tensor, *, quiet: float = 0, **hyper: float) -> Tensor:
    """The steps a rule makes downhill on given gradients, in units of the learning rate.

    Args:
        rule: a module with `init` and `update`, such as `adam`.
        grads: shape `(T, ...)`, one gradient a step.
        quiet: steps with gradient 0 before the first of them. To a rule that starts with empty
            memories they do nothing but move the clock.
        **hyper: further hyperparameters of the rule.

    Returns:
        Shape `(T, ...)`, float64, with the sign of the gradient: the parameter moves the other way.

    Example:
        >>> from dlnotes.optimizers import adam
        >>> steps(adam, torch.tensor([5.0, 5.0, -5.0])).round(decimals=2)
        tensor([1.0000, 1.0000, 0.2600], dtype=torch.float64)
    """
    state = rule.init(grads[0].to(torch.float64))
    state = state._replace(t=state.t + quiet)
    return -replay(rule, grads, state=state, lr=1.0, **hyper).deltas


def quoted_bound(beta1: Tensor | float, beta2: Tensor | float) -> Tensor:
    """The bound of Kingma & Ba (2015), section 2.1: max(1, (1 - beta1) / √(1 - beta2)).

    It holds for a single gradient after silence, not for what comes after that gradient.

    Args:
        beta1: what the memory of direction keeps in a step, in [0, 1).
        beta2: what the memory of size keeps in a step, in [0, 1).

    Example:
        >>> quoted_bound(0.9, 0.999).round(decimals=4)
        tensor(3.1623, dtype=torch.float64)
    """
    beta1, beta2 = _numbers(beta1, beta2)
    first = (1 - beta1) / (1 - beta2).sqrt()
    return torch.maximum(first, torch.ones_like(first))


def step_bound(beta1: Tensor | float, beta2: Tensor | float) -> Tensor:
    """The longest step there is: (1 - beta1) / √((1 - beta2)(1 - beta1² / beta2)).

    By Cauchy and Schwarz, m = (1 - beta1) Σ (beta1 / √beta2)ⁱ · √beta2ⁱ gᵢ is at most the product
    of the roots of Σ (beta1² / beta2)ⁱ and Σ beta2ⁱ gᵢ², where i is the age of a gradient.

    Args:
        beta1: what the memory of direction keeps in a step, in [0, 1).
        beta2: what the memory of size keeps in a step, in (0, 1).

    Returns:
        The bound; inf where beta1² ≥ beta2, because size is then forgotten before direction.

    Example:
        >>> step_bound(0.9, 0.999).round(decimals=4), step_bound(0.9, 0.9).round(decimals=4)
        (tensor(7.2703, dtype=torch.float64), tensor(1., dtype=torch.float64))
    """
    beta1, beta2 = _numbers(beta1, beta2)
    left = 1 - beta1 * beta1 / beta2
    bound = (1 - beta1) / ((1 - beta2) * left.clamp(min=0)).sqrt()
    return torch.where(left > 0, bound, torch.inf)


def correction(t: Tensor | float, beta1: Tensor | float, beta2: Tensor | float) -> Tensor:
    """What bias correction multiplies the step by: √(1 - beta2ᵗ) / (1 - beta1ᵗ).

    The end of section 2 of Kingma & Ba (2015) moves it into the learning rate.

    Args:
        t: the update, from 1 on.
        beta1: what the memory of direction keeps in a step, in [0, 1).
        beta2: what the memory of size keeps in a step, in [0, 1).

    Example:
        >>> correction(1, 0.9, 0.999).round(decimals=4)
        tensor(0.3162, dtype=torch.float64)
    """
    t, beta1, beta2 = _numbers(t, beta1, beta2)
    return (1 - beta2**t).sqrt() / (1 - beta1**t)


def ceiling(t: Tensor | float, beta1: Tensor | float, beta2: Tensor | float) -> Tensor:
    """The longest step that t gradients can make of Adam, bias correction included.

    Args:
        t: the update, from 1 on.
        beta1: what the memory of direction keeps in a step, in [0, 1).
        beta2: what the memory of size keeps in a step, in (0, 1).

    Example:
        >>> ceiling(1, 0.9, 0.999).round(decimals=6), ceiling(1e5, 0.9, 0.999).round(decimals=4)
        (tensor(1., dtype=torch.float64), tensor(7.2703, dtype=torch.float64))
    """
    t, beta1, beta2 = _numbers(t, beta1, beta2)
    ratio = beta1 * beta1 / beta2
    seen = (1 - ratio**t) / (1 - ratio)  # Σ ratioⁱ over the ages 0 … t - 1
    return correction(t, beta1, beta2) * (1 - beta1) * (seen / (1 - beta2)).sqrt()


def steepest(count: int, beta1: float, beta2: float) -> Tensor:
    """The gradients that reach the bound: each beta2 / beta1 times the one before, the last is 1.

    Args:
        count: how many, at least 1.
        beta1: what the memory of direction keeps in a step, in (0, 1).
        beta2: what the memory of size keeps in a step, in (0, 1).

    Returns:
        Shape `(count,)`, float64.

    Example:
        >>> steepest(3, 0.5, 0.8)
        tensor([0.3906, 0.6250, 1.0000], dtype=torch.float64)
    """
    ages = torch.arange(whole("count", count), dtype=torch.float64).flip(0)
    return (beta1 / beta2) ** ages


def training_steps(seed: int, *, hidden: int = 32, lr: float = 1e-3, steps: int = 400) -> Tensor:
    """How far each weight of a net on digits moves in each step of Adam, in learning rates.

    A 64-`hidden`-10 net, batches of 64.

    Args:
        seed: of data, weights and order.
        hidden: units of the hidden layer.
        lr: learning rate, greater than 0.
        steps: T, updates to make.

    Returns:
        Sizes of all steps that are not 0, one long row.
    """
    data = digits(seed, standardized=False, dtype=torch.float64)
    net = MLP((64, hidden, 10), seed=seed, dtype=torch.float64)
    setting = {"lr": lr, "steps": steps, "batch_size": 64, "seed": seed, "every": 0}
    moved = torch.cat(train(net, data, adam, watch=_changes, **setting).watched).abs() / lr
    return moved[moved > 0]


def rest(beta1: float, noise: float, *, steps: int = 1000, copies: int = 100) -> list[float]:
    """How far from the bottom of x²/2 Adam keeps moving, at a beta2 of 0.95 and a rate of 0.01.

    Args:
        beta1: what the memory of direction keeps in a step; 0 leaves RMSprop, corrected.
        noise: standard deviation of the noise of a gradient.
        steps: from x = 1; the last 100 are measured.
        copies: walks that are averaged, a seed.

    Returns:
        The root of the mean square of x, for each of 5 seeds.
    """
    drawn = [torch.randn(steps, copies, generator=seeded(seed)).double() for seed in range(5)]
    x = torch.ones(5, copies, dtype=torch.float64)
    state, seen = adam.init(x), []
    for disturbance in torch.stack(drawn, 1):
        hyper = {"lr": 0.01, "beta1": beta1, "beta2": 0.95}
        delta, state = adam.update(x + noise * disturbance, state, x, **hyper)
        x = x + delta
        seen.append(x)
    return torch.stack(seen[-100:]).square().mean((0, 2)).sqrt().tolist()


def off_torch(
    made: Tensor, grads: Tensor, optimizer: type[torch.optim.Optimizer], **settings: Any
) -> float:
    """How far a path of given steps gets from the path of an optimizer of torch.

    Args:
        made: steps downhill in learning rates, as from `steps`, shape `(T, ...)`.
        grads: what the optimizer of torch is fed, of the same shape.
        optimizer: such as `torch.optim.Adam`; its learning rate is 0.1.
        **settings: its others.
    """
    path = torch_path(optimizer, grads, lr=0.1, **settings)
    return (-0.1 * made.cumsum(0) - path[1:]).abs().max().item()


def leak(rule: Rule, draws: int = 100) -> float:
    """How much the step of a weight changes when the others' gradients change, and not its own.

    Args:
        rule: a module with `init` and `update`.
        draws: pairs of gradients of a 4 × 4 matrix, equal in the first entry.

    Returns:
        Median over the pairs of |one first step / the other - 1|.
    """
    pairs = torch.randn(draws, 2, 4, 4, generator=seeded(0), dtype=torch.float64)
    pairs[:, 1, 0, 0] = pairs[:, 0, 0, 0]
    made = [[replay(rule, grad[None], start=1.0).deltas[0, 0, 0] for grad in two] for two in pairs]
    one, other = torch.tensor(made).unbind(1)
    return (one / other - 1).abs().median().item()


def _changes(update: Update) -> Tensor:
    """Of all weights, one long row."""
    return torch.cat([(update.moved[name] - x).flatten() for name, x in update.params.items()])


def _numbers(*values: Tensor | float) -> list[Tensor]:
    return [torch.as_tensor(value, dtype=torch.float64) for value in values]
