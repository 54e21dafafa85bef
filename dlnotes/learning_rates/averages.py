"""Averages of the parameters along the way: exponential (EMA) and plain (SWA).

Book: learning_rates/averages
"""

from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import between
from dlnotes.learning_rates.schedule import schedule

Params = dict[str, Tensor]


class State(NamedTuple):
    """`t`: parameters taken in, 0-d float64; `average`: their average, name → tensor."""

    t: Tensor
    average: Params


def init(params: Params) -> State:
    """The state before the first parameters are taken in.

    Args:
        params: name → tensor, of any shapes; at least one.

    Raises:
        TypeError: for anything but a dict.
        ValueError: where there is none.
    """
    if not isinstance(params, dict):
        raise TypeError(
            f"`params` must be a dict, name → tensor, got {type(params).__name__}; "
            "of a net it is dict(net.named_parameters())."
        )
    if not params:
        raise ValueError("`params` must hold at least one tensor, got none.")
    t = torch.zeros((), dtype=torch.float64, device=next(iter(params.values())).device)
    return State(t, {name: torch.zeros_like(param) for name, param in params.items()})


def swa(params: Params, state: State) -> State:
    """The plain mean of all parameters taken in.

    average ← average + (param - average) / t

    Izmailov et al. (2018), algorithm 1; Polyak & Juditsky (1992) average every step. Equal to
    torch.optim.swa_utils.AveragedModel.

    Args:
        params: the parameters now, name → tensor.
        state: from `init` or the last time.

    Returns:
        The next state; its `average` has the shapes and dtypes of `params`.

    Example:
        >>> state = init({"w": torch.zeros(2)})
        >>> for w in ([1.0, 0.0], [3.0, 6.0]):
        ...     state = swa({"w": torch.tensor(w)}, state)
        >>> state.average["w"]
        tensor([2., 3.])
    """
    return _towards(params, state, 1 / (state.t + 1))


def ema(
    params: Params, state: State, *, decay: float | Tensor = 0.999, corrected: bool = False
) -> State:
    """An exponential mean: what was taken in long ago fades.

    average ← decay · average + (1 - decay) · param

    Polyak & Juditsky's (1992) average for a moving target. By default the first parameters are
    the first average, as in torch.optim.swa_utils.get_ema_multi_avg_fn. `corrected` begins at
    zero and divides by 1 - decayᵗ instead, as Adam does (Kingma & Ba, 2015, section 3), so that
    the first parameters weigh no more than the others; the weight (1 - decay) / (1 - decayᵗ) says
    the same.

    Args:
        params: the parameters now, name → tensor.
        state: from `init` or the last time.
        decay: what a step leaves of the old average, from 0 to 1 (`corrected`: below 1); about
            1 / (1 - decay) steps are remembered.
        corrected: whether the start is corrected for bias.

    Returns:
        The next state; its `average` has the shapes and dtypes of `params`.

    Example:
        >>> state = init({"w": torch.zeros(1)})
        >>> for w in (1.0, 2.0):
        ...     state = ema({"w": torch.tensor([w])}, state, decay=0.75)
        >>> state.average["w"]
        tensor([1.2500])
    """
    if not isinstance(decay, Tensor):
        between("decay", decay, 0, 1)
        if corrected and decay == 1:
            raise ValueError("`decay` must be smaller than 1 where `corrected` is set, got 1.")
    t = state.t + 1
    plain = torch.where(t > 1, 1 - decay, torch.ones_like(t))
    return _towards(params, state, (1 - decay) / (1 - decay**t) if corrected else plain)


@schedule(decay=lambda name, value: between(name, value, 0, 1))
def rising_decay(step: float | Tensor, *, decay: float | Tensor = 0.999) -> float | Tensor:
    """A decay for `ema` that begins small, so that the start is forgotten soon.

    decay(step) = min(decay, (1 + step) / (10 + step))

    TensorFlow's ExponentialMovingAverage with `num_updates`.

    Args:
        step: how many parameters were taken in before, a number or a tensor.
        decay: where it ends, from 0 to 1.

    Example:
        >>> [rising_decay(step, decay=0.99) for step in (0, 8, 10**6)]
        [0.1, 0.5, 0.99]
    """
    return ((1 + step) / (10 + step)).clamp(max=decay)


def _towards(params: Params, state: State, weight: Tensor) -> State:
    """The average moved towards `params` by `weight`; it keeps their dtype, not their graph."""
    _match(params, state.average)
    average = {
        name: old + weight.to(old.dtype) * (params[name].detach() - old)
        for name, old in state.average.items()
    }
    return State(state.t + 1, average)


def _match(params: Params, average: Params) -> None:
    shapes = {name: tuple(param.shape) for name, param in params.items()}
    kept = {name: tuple(param.shape) for name, param in average.items()}
    if shapes != kept:
        raise ValueError(
            f"`params` must have the names and shapes given to `init`, {kept}, got {shapes}."
        )
