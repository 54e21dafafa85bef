"""A loss of several parameters seen as a function of one vector.

Book: optimizers/curvature
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

Params = Tensor | dict[str, Tensor]


class Flat(NamedTuple):
    """How a vector is cut into the parameters; built by `flat`.

    Attributes:
        shapes: name -> shape, in the order of the vector; `None` for a single tensor.
        point: shape of that single tensor.
    """

    shapes: dict[str, torch.Size] | None
    point: torch.Size | None

    def params(self, vector: Tensor) -> Params:
        """The parameters a vector `(D,)` stands for, views of it."""
        if self.shapes is None:
            return vector.view(self.point)
        parts = vector.split([shape.numel() for shape in self.shapes.values()])
        pairs = zip(self.shapes.items(), parts, strict=True)
        return {name: part.view(shape) for (name, shape), part in pairs}


def flat(params: Params) -> tuple[Tensor, Flat]:
    """All parameters behind one another in a new vector `(D,)`, and the way back.

    Args:
        params: name -> tensor, or one tensor; all of one floating type and on one device.

    Raises:
        TypeError: for a parameter that is no tensor or an integer one, or two types.
        ValueError: without parameters, with two devices, with a NaN or inf.

    Example:
        >>> vector, way_back = flat({"w": torch.ones(1, 2), "b": torch.zeros(1)})
        >>> vector
        tensor([1., 1., 0.])
        >>> way_back.params(vector)["w"].shape
        torch.Size([1, 2])
    """
    named = params if isinstance(params, dict) else {"params": params}
    _check(named)
    vector = torch.cat([param.detach().flatten() for param in named.values()])
    if isinstance(params, dict):
        return vector, Flat({name: param.shape for name, param in params.items()}, None)
    return vector, Flat(None, params.shape)


def start(loss: Callable[[Params], Tensor], params: Params) -> tuple[Tensor, Flat]:
    """`flat(params)`, once the loss has been seen to be a finite number there.

    Raises:
        TypeError: when the loss is no tensor.
        ValueError: when the loss is not a single number, or NaN or inf.
    """
    vector, way_back = flat(params)
    value = loss(way_back.params(vector))
    if not isinstance(value, Tensor):
        kind = type(value).__name__
        raise TypeError(f"`loss` must give a tensor, got {kind}; compute it from the parameters.")
    if value.ndim:
        shape = tuple(value.shape)
        raise ValueError(f"`loss` must give one number, got shape {shape}; take its mean or sum.")
    if not value.isfinite():
        raise ValueError(f"`loss` must be finite at the start, got {value:g}; start elsewhere.")
    return vector, way_back


def _check(named: dict[str, Tensor]) -> None:
    if not named:
        raise ValueError("`params` must hold at least one tensor, got none; pass name -> tensor.")
    for name, param in named.items():
        if not isinstance(param, Tensor):
            kind = type(param).__name__
            raise TypeError(f"`{name}` must be a tensor, got {kind}; pass tensors, one or by name.")
        if not param.is_floating_point():
            raise TypeError(f"`{name}` must be floating point, got {param.dtype}; convert it.")
    types = {str(param.dtype) for param in named.values()}
    if len(types) > 1:
        raise TypeError(f"`params` must share one type, got {sorted(types)}; convert them.")
    devices = {str(param.device) for param in named.values()}
    if len(devices) > 1:
        raise ValueError(f"`params` must share one device, got {sorted(devices)}; move them.")
    for name, param in named.items():
        if not param.isfinite().all():
            raise ValueError(f"`{name}` must be finite, got NaN or inf; start elsewhere.")
