"""Derivatives by nudging, and gradients checked against them.

Book: gradients/backprop
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import filled, positive, whole
from dlnotes.core.seeds import seeded


def numerical_gradient(
    fn: Callable[[Tensor], Tensor | float], at: Tensor, h: float = 1e-5, *, central: bool = True
) -> Tensor:
    """The gradient by nudging one entry after the other, in the precision of `at`.

    (f(x + h) - f(x - h)) / 2h, off by about h²/6 · f‴, or with `central=False`
    (f(x + h) - f(x)) / h, off by about h/2 · f″; rounding adds about eps · |f| / h to both, where
    eps is 1.1e-16 in float64 and 6e-8 in float32. Over D entries `fn` is called 2D or D + 1 times.

    Args:
        fn: takes a tensor like `at`, gives one number.
        at: where, of any shape, of a floating-point type.
        h: how far each entry is nudged, greater than 0, in its units.
        central: nudge both ways, or only upwards.

    Returns:
        Like `at`, in units of the function per unit of an entry.

    Example:
        >>> numerical_gradient(lambda x: (x**3).sum(), torch.tensor([1.0, 2.0]).double())
        tensor([ 3.0000, 12.0000], dtype=torch.float64)
    """
    positive("h", h)
    at = _floating("at", at)
    here = None if central else float(fn(at))
    slopes = []
    for place in range(at.numel()):
        if central:
            slopes.append((_nudged(fn, at, place, h) - _nudged(fn, at, place, -h)) / (2 * h))
        else:
            slopes.append((_nudged(fn, at, place, h) - here) / h)
    return torch.tensor(slopes, dtype=at.dtype, device=at.device).view(at.shape)


class Check(NamedTuple):
    """What a check says of one parameter.

    Attributes:
        error: |claimed - numerical| / max(|claimed|, |numerical|), lengths over the entries that do
            not lie at a kink; 0 where there are none, or all are 0.
        kinks: how many entries lie at a kink: they miss the central difference, and yet lie
            between the slopes to the left and to the right, which differ. There a check cannot say
            more.
        wrong: how many entries are in neither place.
        checked: how many entries were looked at.
    """

    error: float
    kinks: int
    wrong: int
    checked: int


def gradient_check(
    fn: Callable[[dict[str, Tensor]], Tensor | float],
    params: Mapping[str, Tensor],
    grads: Mapping[str, Tensor],
    *,
    h: float = 1e-5,
    tol: float = 1e-4,
    entries: int | None = None,
    seed: int = 0,
) -> dict[str, Check]:
    """Claimed gradients beside central differences, a parameter at a time.

    Use float64: in float32 rounding alone is about 6e-8 · |f| / h. Equal to what
    torch.autograd.gradcheck asks, for a loss and with kinks told apart. CS231n, section
    "Gradient checks".

    Args:
        fn: the loss of parameters by name; the same number for the same parameters, so without
            dropout and on the same examples.
        params: name → parameter.
        grads: name → claimed gradient, of the same shapes.
        h: how far an entry is nudged, greater than 0.
        tol: an entry is right if it misses by at most this part of the largest of its parameter.
        entries: how many entries of each parameter to look at, drawn at random; `None` takes all.
        seed: of the draw.

    Returns:
        name → `Check`.

    Raises:
        ValueError: where a gradient is missing, or has another shape.

    Example:
        >>> params = {"w": torch.tensor([1.0, 2.0]).double()}
        >>> def loss(params):
        ...     return (params["w"] ** 2).sum()
        >>> gradient_check(loss, params, {"w": torch.tensor([2.0, 5.0]).double()})["w"].wrong
        1
    """
    positive("h", h), positive("tol", tol)
    source = seeded(seed)
    checks = {}
    for name, param in filled("params", params).items():
        claimed = _same(name, param, grads)
        rows = torch.randperm(param.numel(), generator=source)
        rows = rows if entries is None else rows[: whole("entries", entries)]

        def alone(value: Tensor, name: str = name) -> Tensor | float:
            return fn({**params, name: value})

        slopes = _slopes(alone, _floating(name, param), rows.tolist(), h)
        checks[name] = _judged(claimed.detach().flatten()[rows].double(), *slopes, tol)
    return checks


def _slopes(fn: Callable, at: Tensor, rows: list[int], h: float) -> tuple[Tensor, Tensor]:
    """The slopes to the left and to the right of some entries."""
    here = float(fn(at))
    left = [(here - _nudged(fn, at, place, -h)) / h for place in rows]
    right = [(_nudged(fn, at, place, h) - here) / h for place in rows]
    return torch.tensor(left, dtype=torch.float64), torch.tensor(right, dtype=torch.float64)


def _judged(claimed: Tensor, left: Tensor, right: Tensor, tol: float) -> Check:
    central = (left + right) / 2
    room = tol * torch.maximum(claimed.abs().max(), central.abs().max())
    missed = (claimed - central).abs() > room
    low, high = torch.minimum(left, right) - room, torch.maximum(left, right) + room
    kink = missed & (claimed >= low) & (claimed <= high)
    smooth = ~kink
    gap = (claimed - central)[smooth].norm().item()
    size = max(claimed[smooth].norm().item(), central[smooth].norm().item())
    wrong = int((missed & ~kink).sum())
    return Check(gap / size if size else 0.0, int(kink.sum()), wrong, len(claimed))


def _nudged(fn: Callable, at: Tensor, place: int, by: float) -> float:
    moved = at.clone()
    moved.view(-1)[place] += by
    return float(fn(moved))


def _floating(name: str, at: Tensor) -> Tensor:
    if not at.is_floating_point():
        raise TypeError(f"`{name}` must hold floating-point numbers, got {at.dtype}.")
    return at.detach().contiguous()


def _same(name: str, param: Tensor, grads: Mapping[str, Tensor]) -> Tensor:
    if name not in grads:
        raise ValueError(f"`grads` must have an entry {name!r}, got {', '.join(grads) or 'none'}.")
    if grads[name].shape != param.shape:
        shapes = f"{tuple(param.shape)}, got {tuple(grads[name].shape)}"
        raise ValueError(f"`grads[{name!r}]` must have the shape {shapes}.")
    return grads[name]
