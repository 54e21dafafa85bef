"""A climb before another schedule, and a climb, a plateau and a fall.

Every function gives the learning rate at a 0-based `step`, from numbers (a float) or tensors that
broadcast (a float64 tensor), as in `dlnotes.learning_rates.decay`.

Book: learning_rates/warmup
"""

from collections.abc import Callable

import torch
from torch import Tensor

from dlnotes.core.arguments import function, non_negative, one_of, ordered, positive
from dlnotes.learning_rates.schedule import schedule
from dlnotes.learning_rates.shapes import SHAPES, part

Number = float | Tensor


@schedule(warmup_steps=non_negative, start=non_negative)
def warmup(
    step: Number,
    *,
    schedule: Callable[[Number], Number],
    warmup_steps: Number,
    start: Number = 0.0,
) -> Number:
    """A straight line from `start` up to another schedule, which then begins.

    lr(step) = start + (schedule(0) - start) · step / warmup_steps    before warmup_steps
    lr(step) = schedule(step - warmup_steps)                          from there on

    Goyal et al. (2017), section 2.2; torch's SequentialLR of a LinearLR and another. The other
    schedule counts from the end of the warmup: of `steps` it has `steps - warmup_steps`.

    Args:
        step: 0-based number of the update, a number or a tensor.
        schedule: from its own 0-based step to the learning rate.
        warmup_steps: length of the climb, at least 0; with 0 there is none.
        start: learning rate at step 0, at least 0.

    Example:
        >>> from functools import partial
        >>> from dlnotes.learning_rates.decay import linear
        >>> rest = partial(linear, lr=1.0, steps=8 - 4)
        >>> [warmup(step, schedule=rest, warmup_steps=4) for step in (0, 1, 4, 6, 8)]
        [0.0, 0.25, 1.0, 0.5, 0.0]
    """
    function("schedule", schedule)
    climb = start + (schedule(torch.zeros_like(step)) - start) * (step / warmup_steps)
    after = schedule((step - warmup_steps).clamp(min=0))
    return torch.where(step < warmup_steps, climb, after)


@schedule(
    lr=non_negative,
    steps=positive,
    warmup_steps=non_negative,
    decay_steps=non_negative,
    start=non_negative,
    final=non_negative,
)
def warmup_stable_decay(
    step: Number,
    *,
    lr: Number,
    steps: Number,
    warmup_steps: Number,
    decay_steps: Number,
    start: Number = 0.0,
    final: Number = 0.0,
    shape: str = "linear",
) -> Number:
    """A climb, a plateau, a fall: one can train on from the plateau and fall when it is time.

    start → lr in warmup_steps, then lr, then lr → final in the last decay_steps

    Hu et al. (2024), section 4; Hägele et al. (2024) for the shape 1 - √done ("sqrt"). From step
    `steps` on the learning rate is `final`.

    Args:
        step: 0-based number of the update, a number or a tensor.
        lr: learning rate of the plateau, at least 0.
        steps: length of all three parts, greater than `warmup_steps`.
        warmup_steps: length of the climb, counted inside `steps`, at least 0.
        decay_steps: length of the fall, at least 0, at most `steps - warmup_steps`.
        start: learning rate at step 0, at least 0.
        final: learning rate at the end, at least 0.
        shape: of the fall, one of `SHAPES`.

    Raises:
        ValueError: where climb and fall do not fit into `steps`.

    Example:
        >>> wsd = {"lr": 1.0, "steps": 10, "warmup_steps": 2, "decay_steps": 4}
        >>> [warmup_stable_decay(step, **wsd) for step in (0, 1, 2, 6, 7, 10)]
        [0.0, 0.5, 1.0, 1.0, 0.75, 0.0]
    """
    left = SHAPES[one_of("shape", shape, SHAPES)]
    _fits(steps, warmup_steps, decay_steps)
    climb = start + (lr - start) * (step / warmup_steps)
    fall = final + (lr - final) * left(part(step, steps - decay_steps, steps))
    return torch.where(step < warmup_steps, climb, fall)


def _fits(steps: Number, warmup_steps: Number, decay_steps: Number) -> None:
    if any(isinstance(length, Tensor) for length in (steps, warmup_steps, decay_steps)):
        return
    ordered(warmup_steps=warmup_steps, steps=steps)
    if warmup_steps + decay_steps > steps:
        raise ValueError(
            f"`decay_steps` must be at most `steps` - `warmup_steps`, got "
            f"decay_steps={decay_steps:g}, steps={steps:g} and warmup_steps={warmup_steps:g}."
        )
