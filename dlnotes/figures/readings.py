"""Numbers read off what is drawn, for captions and text alternatives."""

import math

from torch import Tensor


def first(held: Tensor, x: Tensor | None = None) -> float:
    """Where something holds for the first time; NaN where it never does.

    Args:
        held: shape `(T,)`, bool.
        x: what to tell, shape `(T,)`; without it the place, from 0.

    Example:
        >>> import torch
        >>> loss = torch.tensor([0.9, 0.4, 0.6, 0.3])
        >>> first(loss < 0.5)
        1.0
    """
    places = held.nonzero()
    return _at(int(places[0]), x) if len(places) else math.nan


def since(held: Tensor, x: Tensor | None = None) -> float:
    """From where on something holds to the end; NaN where it does not hold at the end.

    Args:
        held: shape `(T,)`, bool.
        x: what to tell, shape `(T,)`; without it the place, from 0.

    Example:
        >>> import torch
        >>> loss = torch.tensor([0.9, 0.4, 0.6, 0.3])
        >>> since(loss < 0.5, x=torch.tensor([10, 20, 30, 40]))
        40.0
    """
    gaps = (~held).nonzero()
    place = int(gaps[-1]) + 1 if len(gaps) else 0
    return _at(place, x) if place < len(held) else math.nan


def _at(place: int, x: Tensor | None) -> float:
    return float(place if x is None else x[place])
