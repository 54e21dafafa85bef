"""Sharpness-aware minimization: the gradient is asked a little way uphill, and used here.

Book: regularization/double_descent
"""

from collections.abc import Callable

import torch
from torch import Tensor

from dlnotes.core.arguments import non_negative

Params = dict[str, Tensor]


def uphill(grads: Params, radius: float | Tensor) -> Params:
    """The step of length `radius` along the gradient: the worst neighbour to first order.

    radius · g / ‖g‖, the norm over all parameters together; 0 where the gradient is 0.

    Foret et al. (2021), for the Euclidean length.

    Args:
        grads: name -> gradient.
        radius: ρ, at least 0, in units of a parameter; a 0-d tensor under `vmap`.

    Example:
        >>> uphill({"w": torch.tensor([3.0, 4.0])}, 0.5)
        {'w': tensor([0.3000, 0.4000])}
    """
    if not isinstance(radius, Tensor):
        non_negative("radius", radius)
    length = sum(grad.square().sum() for grad in grads.values()).sqrt()
    scale = torch.where(length > 0, radius / torch.where(length > 0, length, 1.0), 0.0)
    return {name: scale * grad for name, grad in grads.items()}


def sharpness_aware(gradient: Callable[[Params], Params], params: Params, radius) -> Params:
    """The gradient at the worst neighbour, to be used in place of the gradient here.

    Two gradients a step; the derivative of the way there is left out, as in Foret et al. (2021).

    Args:
        gradient: of the loss, `params -> grads`.
        params: name -> tensor.
        radius: ρ, at least 0; 0 gives the gradient itself.

    Example:
        >>> slope = torch.func.grad(lambda params: params["w"].square().sum())
        >>> sharpness_aware(slope, {"w": torch.tensor([3.0, 4.0])}, 0.5)
        {'w': tensor([6.6000, 8.8000])}
    """
    there = uphill(gradient(params), radius)
    return gradient({name: param + there[name] for name, param in params.items()})
