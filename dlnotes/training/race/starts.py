"""Many runs of one rule at once: side by side in a tensor, or through `vmap`."""

from collections.abc import Callable, Sequence
from functools import wraps
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

from dlnotes.core.hyperparameters import checked, rule_name
from dlnotes.core.protocols import Rule, is_elementwise
from dlnotes.training.surfaces.landscapes import Landscape


def stacked(rule: Rule) -> Rule:
    """The rule for a parameter of shape `(R, D)`, every row a run of its own.

    An elementwise rule moves every entry by itself, so that it can take all rows as they are,
    with hyperparameters of shape `(R, 1)`. A rule that looks at the whole parameter would mix the
    runs; `vmap` gives it one row at a time, with hyperparameters of shape `(R,)`.

    Args:
        rule: a module with `init` and `update`.
    """
    if is_elementwise(rule):
        return rule
    return SimpleNamespace(init=torch.func.vmap(rule.init), update=_one_by_one(rule.update))


def _one_by_one(update: Callable) -> Callable:
    def one(grad: Tensor, state: Any, param: Tensor, hyper: dict) -> tuple[Tensor, Any]:
        return update(grad, state, param, **hyper)

    def all_runs(grad: Tensor, state: Any, param: Tensor, **hyper: Any) -> tuple[Tensor, Any]:
        rows = {name: 0 if isinstance(x, Tensor) and x.ndim else None for name, x in hyper.items()}
        return torch.func.vmap(one, in_dims=(0, 0, 0, rows))(grad, state, param, hyper)

    return all_runs


class AsMatrix:
    """A rule for matrices, such as muon, for vectors: they are taken as matrices of one row.

    Args:
        rule: a module with `init` and `update`.

    Example:
        >>> from dlnotes.optimizers import muon
        >>> rule, point = AsMatrix(muon), torch.tensor([3.0, 4.0])
        >>> delta, state = rule.update(point, rule.init(point), point, lr=1.0)
        >>> delta / delta.norm()
        tensor([-0.6000, -0.8000])
    """

    elementwise = False

    def __init__(self, rule: Rule) -> None:
        self.__name__ = f"AsMatrix({rule_name(rule)})"
        self.rule = rule

        @wraps(rule.update)
        def update(grad: Tensor, state: Any, param: Tensor, **hyper: Any) -> tuple[Tensor, Any]:
            row = param.unsqueeze(0)
            delta, state = rule.update(grad.unsqueeze(0), state, row, **hyper)
            return delta.squeeze(0), state

        self.update = update

    def init(self, param: Tensor) -> Any:
        """The state for a vector, shape `(D,)`."""
        return self.rule.init(param.unsqueeze(0))


def point_of(
    start: Tensor | Sequence[float], landscape: Landscape, device: str | torch.device | None
) -> Tensor:
    """Where runs begin, shape `(..., D)` in float64.

    Raises:
        TypeError: for what is no landscape, or no numbers.
        ValueError: when the last dimension is not the coordinates of the landscape.
    """
    if not isinstance(landscape, Landscape):
        raise TypeError(
            f"`landscape` must be a Landscape, got {getattr(landscape, '__name__', landscape)!r}; "
            "call one, such as landscapes.bowl(), or make one of a function and its minimum."
        )
    try:
        point = torch.as_tensor(start, dtype=torch.float64, device=device)
    except (TypeError, ValueError):
        raise TypeError(
            f"`start` must hold numbers, every point as many, got {start!r}; write (1.0, 1.0)."
        ) from None
    wanted = len(landscape.minimum)
    if not point.ndim or point.shape[-1] != wanted:
        raise ValueError(
            f"`start` must end in the {wanted} coordinate(s) of the landscape, "
            f"got shape {tuple(point.shape)}."
        )
    return point


def settings_of(rule: Rule, hyperparameters: dict[str, Any], point: Tensor) -> dict[str, Any]:
    """The hyperparameters checked, tensors moved from the CPU to where the runs are.

    Args:
        rule: a module with `init` and `update`.
        hyperparameters: floats or tensors of the runs' shape.
        point: where the runs begin, shape `(..., D)`.

    Raises:
        TypeError, ValueError: for names and values that make no sense (`hyperparameters.checked`).
        ValueError: for a tensor on another accelerator than the runs.
    """
    for name, value in hyperparameters.items():
        if isinstance(value, Tensor) and value.device.type not in ("cpu", point.device.type):
            raise ValueError(
                f"`{name}` of {rule_name(rule)} must be where the runs are, on {point.device}, "
                f"got {value.device}; move it there."
            )
    return {
        name: value.to(point) if isinstance(value, Tensor) else value
        for name, value in checked(rule, hyperparameters).items()
    }


def runs_of(rule: Rule, settings: dict[str, Any], point: Tensor) -> torch.Size:
    """The shape of the runs: that of the starts and all hyperparameters, broadcast.

    Raises:
        ValueError: when they do not broadcast.
    """
    shapes = {"start": point.shape[:-1]}
    shapes |= {name: x.shape for name, x in settings.items() if isinstance(x, Tensor)}
    try:
        return torch.broadcast_shapes(*shapes.values())
    except RuntimeError:
        listed = ", ".join(f"{name} {tuple(shape)}" for name, shape in shapes.items())
        raise ValueError(
            f"`start` and the hyperparameters of {rule_name(rule)} must broadcast, got {listed}; "
            "add a dimension of 1 to try all combinations."
        ) from None
