"""Learning rates that fall: in steps, by a constant factor, as a power, along half a cosine.

Every function gives the learning rate at a 0-based `step`; `functools.partial` makes a schedule
of it: `partial(cosine, lr=0.1, steps=100)`. The step and the hyperparameters may be numbers (the
answer is a float) or tensors that broadcast (the answer is a float64 tensor), so that `vmap` and
a fleet of runs can have one schedule each. Beyond the last step the learning rate stays.

Book: learning_rates/decay
"""

import math
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from dlnotes.core.arguments import non_negative, positive
from dlnotes.learning_rates.schedule import schedule

Number = float | Tensor


@schedule(lr=non_negative)
def constant(step: Number, *, lr: Number) -> Number:
    """The same learning rate at every step.

    lr(step) = lr

    Robbins & Monro (1951) ask for more: without decay, noise keeps a floor under the loss.

    Args:
        step: 0-based number of the update, a number or a tensor.
        lr: learning rate, at least 0.

    Example:
        >>> constant(7, lr=0.1)
        0.1
    """
    return lr + torch.zeros_like(step)


@schedule(lr=non_negative, every=positive, gamma=non_negative)
def step_decay(step: Number, *, lr: Number, every: Number, gamma: Number = 0.5) -> Number:
    """A staircase: multiplied by `gamma` after every `every` steps.

    lr(step) = lr · gamma^⌊step / every⌋

    torch.optim.lr_scheduler.StepLR, whose `step_size` is our `every`.

    Args:
        step: 0-based number of the update, a number or a tensor.
        lr: learning rate of the first stair, at least 0.
        every: length of a stair in steps, greater than 0.
        gamma: what a stair multiplies by, at least 0.

    Example:
        Halve every five epochs of 20 steps:

        >>> [step_decay(step, lr=0.8, every=5 * 20) for step in (0, 99, 100, 200)]
        [0.8, 0.8, 0.4, 0.2]
    """
    return lr * gamma ** torch.floor(step / every)


@schedule(lr=non_negative, gamma=non_negative)
def multistep(
    step: Number, *, lr: Number, milestones: Sequence[Number], gamma: Number = 0.1
) -> Number:
    """A staircase with stairs of chosen lengths: multiplied by `gamma` at each milestone.

    lr(step) = lr · gamma^(number of milestones ≤ step)

    torch.optim.lr_scheduler.MultiStepLR; He et al. (2016) train ResNets so.

    Args:
        step: 0-based number of the update, a number or a tensor.
        lr: learning rate before the first milestone, at least 0.
        milestones: the steps at which it falls, in any order.
        gamma: what a milestone multiplies by, at least 0.

    Example:
        >>> [multistep(step, lr=1.0, milestones=[30, 60], gamma=0.5) for step in (29, 30, 60)]
        [1.0, 0.5, 0.25]
    """
    if not isinstance(milestones, Iterable):
        raise TypeError(f"`milestones` must be a list of steps, got {milestones!r}; [30, 60].")
    return lr * gamma ** sum(((step >= place) for place in milestones), torch.zeros_like(step))


@schedule(lr=non_negative, gamma=non_negative, every=positive)
def exponential(step: Number, *, lr: Number, gamma: Number, every: Number = 1) -> Number:
    """A constant factor: multiplied by `gamma` over every `every` steps, without stairs.

    lr(step) = lr · gamma^(step / every)

    torch.optim.lr_scheduler.ExponentialLR with `every=1`.

    Args:
        step: 0-based number of the update, a number or a tensor.
        lr: learning rate at step 0, at least 0.
        gamma: the factor, at least 0; below 1 it falls.
        every: after how many steps the factor is reached, greater than 0.

    Example:
        >>> [exponential(step, lr=0.8, gamma=0.5, every=100) for step in (0, 100, 200)]
        [0.8, 0.4, 0.2]
    """
    return lr * gamma ** (step / every)


@schedule(lr=non_negative, decay=non_negative, power=non_negative)
def inverse_time(step: Number, *, lr: Number, decay: Number, power: Number = 1.0) -> Number:
    """Fractional decay: divided by a number that grows with time.

    lr(step) = lr / (1 + decay · step)^power

    Robbins & Monro (1951): the steps must add up to infinity and their squares must not, which
    holds for a power in (1/2, 1]. With `decay=1, power=0.5` it is lr / √t, t = step + 1.

    Args:
        step: 0-based number of the update, a number or a tensor.
        lr: learning rate at step 0, at least 0.
        decay: at least 0, per step; after 1 / decay steps half of lr is left (power 1).
        power: at least 0.

    Example:
        >>> [inverse_time(step, lr=1.0, decay=0.01) for step in (0, 100, 300)]
        [1.0, 0.5, 0.25]
    """
    return lr / (1 + decay * step) ** power


@schedule(lr=non_negative, steps=positive, power=non_negative, final=non_negative)
def polynomial(
    step: Number, *, lr: Number, steps: Number, power: Number = 1.0, final: Number = 0.0
) -> Number:
    """From `lr` to `final` along a power of the time that is left.

    lr(step) = final + (lr - final) · (1 - step / steps)^power

    torch.optim.lr_scheduler.PolynomialLR with `final=0`. From step `steps` on it is `final`.

    Args:
        step: 0-based number of the update, a number or a tensor.
        lr: learning rate at step 0, at least 0.
        steps: length of the decay, greater than 0.
        power: at least 0; 1 is a straight line, more falls faster at first.
        final: learning rate at the end, at least 0.

    Example:
        >>> [polynomial(step, lr=1.0, steps=10, power=2) for step in (0, 5, 10, 11)]
        [1.0, 0.25, 0.0, 0.0]
    """
    return final + (lr - final) * (1 - _done(step, steps)) ** power


@schedule(lr=non_negative, steps=positive, final=non_negative)
def linear(step: Number, *, lr: Number, steps: Number, final: Number = 0.0) -> Number:
    """A straight line from `lr` to `final`, up or down.

    lr(step) = lr + (final - lr) · step / steps

    torch.optim.lr_scheduler.LinearLR, which gives both ends as factors of the base learning
    rate. From step `steps` on it is `final`.

    Args:
        step: 0-based number of the update, a number or a tensor.
        lr: learning rate at step 0, at least 0.
        steps: length of the line, greater than 0.
        final: learning rate at the end, at least 0.

    Example:
        >>> [linear(step, lr=1.0, steps=4) for step in range(6)]
        [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    """
    done = _done(step, steps)
    return (1 - done) * lr + done * final


@schedule(lr=non_negative, steps=positive, final=non_negative)
def cosine(step: Number, *, lr: Number, steps: Number, final: Number = 0.0) -> Number:
    """Half a cosine from `lr` to `final`: slow at both ends.

    lr(step) = final + (lr - final) · ½ (1 + cos(π step / steps))

    Loshchilov & Hutter (2017), equation 5, one cycle; torch.optim.lr_scheduler.CosineAnnealingLR
    up to step `steps`. From there on ours stays at `final`, while torch's climbs again.

    Args:
        step: 0-based number of the update, a number or a tensor.
        lr: learning rate at step 0, at least 0.
        steps: length of the decay, greater than 0.
        final: learning rate at the end, at least 0.

    Example:
        >>> cosine(50, lr=0.5, steps=100)
        0.25
        >>> cosine(torch.tensor([0, 100, 200]), lr=0.5, steps=100)
        tensor([0.5000, 0.0000, 0.0000], dtype=torch.float64)
    """
    return final + (lr - final) * 0.5 * (1 + torch.cos(math.pi * _done(step, steps)))


def _done(step: Tensor, steps: Number) -> Tensor:
    """The part of the way that lies behind, from 0 to 1."""
    return (step / steps).clamp(max=1)
