"""Learning rates that rise again: cycles, one cycle, warm restarts.

Every function gives the learning rate at a 0-based `step`, from numbers (a float) or tensors that
broadcast (a float64 tensor), as in `dlnotes.learning_rates.decay`.

Book: learning_rates/cycles
"""

import torch
from torch import Tensor

from dlnotes.core.arguments import at_least, between, non_negative, one_of, positive
from dlnotes.learning_rates.schedule import schedule
from dlnotes.learning_rates.shapes import SHAPES, part

Number = float | Tensor

MODES = ("triangular", "triangular2", "exp_range")


@schedule(
    lr=non_negative,
    lowest=non_negative,
    up_steps=positive,
    down_steps=positive,
    gamma=non_negative,
)
def cyclic(
    step: Number,
    *,
    lr: Number,
    lowest: Number,
    up_steps: Number,
    down_steps: Number | None = None,
    mode: str = "triangular",
    gamma: Number = 1.0,
) -> Number:
    """Up and down a straight line, again and again.

    lr(step) = lowest + (lr - lowest) · height(step) · shrink

    Smith (2017); torch.optim.lr_scheduler.CyclicLR (`base_lr` is our `lowest`, `max_lr` our
    `lr`). `height` climbs from 0 to 1 in `up_steps` and back in `down_steps`; `shrink` is 1
    (triangular), ½^cycle (triangular2) or gamma^step (exp_range).

    Args:
        step: 0-based number of the update, a number or a tensor.
        lr: learning rate at the first peak, at least 0.
        lowest: learning rate in the valleys, at least 0.
        up_steps: steps from valley to peak, greater than 0.
        down_steps: steps from peak to valley, greater than 0; `None`: as many as up.
        mode: one of `MODES`.
        gamma: of exp_range, per step, at least 0.

    Example:
        >>> [cyclic(step, lr=1.0, lowest=0.0, up_steps=2) for step in range(5)]
        [0.0, 0.5, 1.0, 0.5, 0.0]
    """
    one_of("mode", mode, MODES)
    down_steps = up_steps if down_steps is None else down_steps
    length = up_steps + down_steps
    cycle = torch.floor(step / length)
    place = step - cycle * length
    height = torch.where(place <= up_steps, place / up_steps, (length - place) / down_steps)
    shrink = {"triangular": 1.0, "triangular2": 0.5**cycle, "exp_range": gamma**step}[mode]
    return lowest + (lr - lowest) * height * shrink


@schedule(
    lr=non_negative,
    steps=positive,
    pct_start=lambda name, value: between(name, value, 0, 1),
    div_factor=positive,
    final_div_factor=positive,
)
def one_cycle(
    step: Number,
    *,
    lr: Number,
    steps: Number,
    pct_start: Number = 0.3,
    div_factor: Number = 25.0,
    final_div_factor: Number = 1e4,
    anneal_strategy: str = "cos",
    three_phase: bool = False,
) -> Number:
    """One climb to `lr`, one fall far below the start.

    lr / div_factor → lr → lr / div_factor / final_div_factor

    Smith & Topin (2018); torch.optim.lr_scheduler.OneCycleLR. The peak stands at step
    pct_start · steps - 1, the end at steps - 1; after it the learning rate stays (torch stops
    with an error). With three phases it first falls back to the start, at 2 · (the peak's step).

    Args:
        step: 0-based number of the update, a number or a tensor.
        lr: learning rate at the peak, at least 0.
        steps: length of the whole cycle, greater than 0.
        pct_start: the part of the steps that climbs, from 0 to 1.
        div_factor: the peak over the start, greater than 0.
        final_div_factor: the start over the end, greater than 0.
        anneal_strategy: the shape of every phase, `"cos"` or `"linear"`.
        three_phase: whether the fall has a stop at the height of the start.

    Example:
        >>> rates = [one_cycle(step, lr=1.0, steps=10, div_factor=10) for step in (0, 2, 9)]
        >>> [round(rate, 6) for rate in rates]
        [0.1, 1.0, 1e-05]
    """
    left = SHAPES[one_of("anneal_strategy", anneal_strategy, ("cos", "linear"))]
    start, peak, turn = lr / div_factor, pct_start * steps - 1, 2 * pct_start * steps - 2
    end = start / final_div_factor
    up = lr + (start - lr) * left(part(step, 0.0, peak))
    if not three_phase:
        return torch.where(step <= peak, up, end + (lr - end) * left(part(step, peak, steps - 1)))
    back = start + (lr - start) * left(part(step, peak, turn))
    out = end + (start - end) * left(part(step, turn, steps - 1))
    return torch.where(step <= peak, up, torch.where(step <= turn, back, out))


@schedule(
    lr=non_negative,
    steps=positive,
    multiplier=lambda name, value: at_least(name, value, 1),
    final=non_negative,
)
def warm_restarts(
    step: Number, *, lr: Number, steps: Number, multiplier: Number = 1, final: Number = 0.0
) -> Number:
    """SGDR: half a cosine from `lr` to `final`, then from the top again, each time longer.

    lr(step) = final + (lr - final) · ½ (1 + cos(π place / length))

    Loshchilov & Hutter (2017), equation 5; torch.optim.lr_scheduler.CosineAnnealingWarmRestarts
    (`T_0`, `T_mult` are our `steps`, `multiplier`). `length` = steps · multiplier^cycle, and
    `place` counts from the last restart.

    Args:
        step: 0-based number of the update, a number or a tensor.
        lr: learning rate after each restart, at least 0.
        steps: length of the first cycle, greater than 0.
        multiplier: a cycle's length over the one before, at least 1.
        final: what each cycle falls towards, at least 0.

    Example:
        >>> [warm_restarts(step, lr=1.0, steps=2, multiplier=2) for step in (0, 1, 2, 4, 6)]
        [1.0, 0.5, 1.0, 0.5, 1.0]
    """
    multiplier = multiplier + torch.zeros_like(step)
    cycle = _cycle(step, steps, multiplier)
    place = step - _begin(cycle, steps, multiplier)
    return final + (lr - final) * SHAPES["cos"](place / (steps * multiplier**cycle))


def _begin(cycle: Tensor, steps: Number, multiplier: Tensor) -> Tensor:
    """The step at which a cycle begins: steps · (1 + multiplier + … + multiplier^(cycle - 1))."""
    growth = torch.where(multiplier > 1, multiplier, 2.0)
    return steps * torch.where(multiplier > 1, (growth**cycle - 1) / (growth - 1), cycle)


def _cycle(step: Tensor, steps: Number, multiplier: Tensor) -> Tensor:
    """The number of full cycles behind."""
    growth = torch.where(multiplier > 1, multiplier, 2.0)
    logarithm = torch.log1p((growth - 1) * step / steps) / torch.log(growth)
    cycle = torch.where(multiplier > 1, logarithm, step / steps).floor()
    # rounded, the logarithm may be one off at a restart
    cycle = torch.where(_begin(cycle, steps, multiplier) > step, cycle - 1, cycle)
    return torch.where(_begin(cycle + 1, steps, multiplier) <= step, cycle + 1, cycle)
