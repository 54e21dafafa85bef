"""Reddi's game: one rare large gradient against many small ones, and where rules walk in it.

Book: optimizers/adam_relatives
"""

import math

import torch
from torch import Tensor

from dlnotes.core.arguments import positive, whole
from dlnotes.core.protocols import Rule

LONGEST = 101  # gradients of a round that `moments` looks at, unless told to look at fewer


def reddi_game(
    rule: Rule,
    *,
    spike: float | Tensor = 4.0,
    period: int = 3,
    rounds: int = 400,
    lr: float = 0.1,
    **hyper: float | Tensor,
) -> Tensor:
    """Where a rule walks on [-1, 1] when one gradient of a round is `spike` and the others are -1.

    The losses are linear, spike · x once a round and -x otherwise, so the best fixed point is -1
    where spike > period - 1, else 1. Step t has the learning rate lr · √(period / t), and so has
    `final_lr` where it is given. Reddi, Kale & Kumar (2018), theorem 1 for a period of 3.

    Args:
        rule: a module with `init` and `update`.
        spike: the rare gradient, one or `(R,)`.
        period: gradients a round, at least 2.
        rounds: rounds to play.
        lr: learning rate in round 1, about; it falls with the root of the rounds.
        **hyper: of the rule, floats or `(R,)`.

    Returns:
        The place before the first and after every step, shape `(..., rounds · period + 1)`; all
        walks start at 0.

    Example:
        >>> from dlnotes.optimizers import adam, amsgrad
        >>> for rule in (adam, amsgrad):
        ...     print(f"{reddi_game(rule, beta1=0.0, beta2=1 / 17)[-1]:+.2f}")
        +1.00
        -1.00
    """
    whole("period", period, least=2)
    given = [torch.as_tensor(value, dtype=torch.float64) for value in (spike, *hyper.values())]
    x = torch.zeros(torch.broadcast_shapes(*(value.shape for value in given))).double()
    state, walk = rule.init(x), [x]
    slopes = [given[0] + x, x - 1.0]
    for step in range(rounds * period):
        fall = math.sqrt(period / (step + 1))
        falling = {"final_lr": hyper["final_lr"] * fall} if "final_lr" in hyper else {}
        grad = slopes[0] if step % period == 0 else slopes[1]
        delta, state = rule.update(grad, state, x, lr=lr * fall, **(hyper | falling))
        x = (x + delta).clamp(-1, 1)
        walk.append(x)
    return torch.stack(walk, -1)


def moments(
    beta: Tensor, first: Tensor, rest: Tensor, period: Tensor, longest: int = LONGEST
) -> Tensor:
    """The running means that a long game settles on, one after every gradient of a round.

    With the spike k gradients ago, the mean is rest + (first - rest) · betaᵏ · (1 - beta) /
    (1 - beta^period): a geometric series over all past rounds.

    Args:
        beta: what the mean keeps in a step, 0-d, in [0, 1).
        first: what is averaged at the spike, 0-d.
        rest: what is averaged at the others, 0-d.
        period: gradients a round, 0-d, at most `longest`.
        longest: how many gradients to look at.

    Returns:
        Shape `(longest,)`; only the first `period` entries belong to the round.
    """
    return rest + (first - rest) * beta ** _places(longest) * (1 - beta) / (1 - beta**period)


def adam_drift(
    beta1: Tensor, beta2: Tensor, spike: Tensor, period: Tensor, longest: int = LONGEST
) -> Tensor:
    """How far Adam moves in a round of a long game, in units of the learning rate; 0-d.

    Negative is to the left. The quotient of the two memories, summed over a round; the functions
    below say the same of the other rules, with the same arguments.

    Args:
        beta1: what the memory of direction keeps in a step, 0-d, in [0, 1).
        beta2: what the memory of size keeps in a step, 0-d, in [0, 1).
        spike: the rare gradient, 0-d, at least 1.
        period: gradients a round, 0-d, at most `longest`.
        longest: how many gradients to look at; fewer are faster.
    """
    size = moments(beta2, spike**2, spike**0, period, longest).sqrt()
    return -of_the_round(moments(beta1, spike, -(spike**0), period, longest) / size, period)


def amsgrad_drift(
    beta1: Tensor, beta2: Tensor, spike: Tensor, period: Tensor, longest: int = LONGEST
) -> Tensor:
    """AMSGrad: the size is the largest of a round, that after the spike."""
    largest = moments(beta2, spike**2, spike**0, period, longest)[0].sqrt()
    return -of_the_round(moments(beta1, spike, -(spike**0), period, longest), period) / largest


def adamax_drift(
    beta1: Tensor, beta2: Tensor, spike: Tensor, period: Tensor, longest: int = LONGEST
) -> Tensor:
    """AdaMax: the maximum decays from the spike, but never below 1."""
    size = torch.maximum(spike * beta2 ** _places(longest), spike**0)
    return -of_the_round(moments(beta1, spike, -(spike**0), period, longest) / size, period)


def lion_drift(
    beta1: Tensor, beta2: Tensor, spike: Tensor, period: Tensor, longest: int = LONGEST
) -> Tensor:
    """Lion: a sign a step, of the memory and the newest gradient."""
    memory = moments(beta2, spike, -(spike**0), period, longest)
    last = torch.where(_places(longest) == period - 1, memory, 0 * memory).sum()
    before = torch.cat([last.reshape(1), memory[:-1]])
    newest = torch.where(_places(longest) == 0, spike, -(spike**0))
    return -of_the_round((beta1 * before + (1 - beta1) * newest).sign(), period)


def sgd_drift(
    beta1: Tensor, beta2: Tensor, spike: Tensor, period: Tensor, longest: int = LONGEST
) -> Tensor:
    """SGD: the sum of the gradients; so does AdaBound once its bounds have met."""
    return period - 1 - spike


DRIFTS = {
    "adam": adam_drift,
    "amsgrad": amsgrad_drift,
    "adamax": adamax_drift,
    "adabound": sgd_drift,
    "lion": lion_drift,
    "sgd": sgd_drift,
}


def of_the_round(steps: Tensor, period: Tensor) -> Tensor:
    """The sum of the first `period` entries, 0-d."""
    return torch.where(_places(len(steps)) < period, steps, 0 * steps).sum()


def _places(count: int) -> Tensor:
    return torch.arange(count, dtype=torch.float64)


def shortest_memory(spike: float = 4.0, period: int = 3) -> float:
    """The beta2 below which Adam is fooled when beta1 is 0, by bisection of `adam_drift`.

    Args:
        spike: the rare gradient, greater than period - 1.
        period: gradients a round, at most `LONGEST`.

    Returns:
        A number in [0, 1); 0 when no memory is too short.

    Example:
        >>> round(shortest_memory(), 3)
        0.317
    """
    positive("spike - (period - 1)", spike - (period - 1))
    low, high = 0.0, 1 - 1e-9
    for _ in range(60):
        middle = (low + high) / 2
        game = torch.tensor([0.0, middle, spike, period], dtype=torch.float64)
        low, high = (middle, high) if adam_drift(*game) > 0 else (low, middle)
    return high if low > 0 else 0.0
