"""Newton's method: a step to the stationary point of the local quadratic model.

Book: optimizers/curvature
"""

from collections.abc import Callable

import torch
from torch import Tensor

from dlnotes.core.arguments import finite, non_negative
from dlnotes.optimizers.vectors import Params, start


def newton_step(grad: Tensor, hessian: Tensor, *, damping: float = 0.0) -> Tensor:
    """The change of the parameters in one step of Newton's method.

    delta = -(hessian + damping · I)⁻¹ grad

    Nocedal & Wright (2006), equation 2.15, without damping; Levenberg (1944) added the multiple of
    the identity. Without damping it goes to the stationary point of the quadratic model, be it a
    minimum, a saddle or a maximum.

    Args:
        grad: gradient, shape `(D,)`.
        hessian: second derivatives, symmetric, shape `(D, D)`.
        damping: at least 0, in units of the Hessian. Large values give a short step against the
            gradient, of length grad / damping.

    Returns:
        Shape `(D,)`; NaN where the Hessian holds NaN or inf.

    Raises:
        ValueError: when hessian + damping · I cannot be inverted.

    Example:
        >>> newton_step(torch.tensor([1.0, 100.0]), torch.diag(torch.tensor([1.0, 100.0])))
        tensor([-1., -1.])
    """
    matrix = hessian + damping * torch.eye(len(grad), dtype=grad.dtype, device=grad.device)
    if not matrix.isfinite().all():
        return torch.full_like(grad, torch.nan)  # a run that has diverged: data, not an error
    _check_invertible(matrix, damping)
    return -torch.linalg.solve(matrix, grad)


class Newton:
    """Newton's method for a loss of few parameters.

    Time grows with D³ and memory with D² for D parameters: 1,000 of them make a Hessian of 8 MB
    in float64, a million one of 8 TB.

    Args:
        loss: takes the parameters as `params` has them and gives one number.
        params: name -> tensor, or one tensor; the start. Not changed.
        damping: see `newton_step`.

    Attributes:
        params: where the method is now, shaped as at the start.

    Raises:
        ValueError: for a negative damping, a loss that is not one finite number.

    Example:
        >>> newton = Newton(lambda x: (x - 3) ** 4, torch.tensor(4.0))
        >>> losses = [newton.step() for _ in range(3)]
        >>> newton.params
        tensor(3.2963)
    """

    def __init__(
        self, loss: Callable[[Params], Tensor], params: Params, *, damping: float = 0.0
    ) -> None:
        self.damping = finite("damping", non_negative("damping", damping))
        self.vector, self._way_back = start(loss, params)
        self._loss = lambda vector: loss(self._way_back.params(vector))

    @property
    def params(self) -> Params:
        """The parameters now."""
        return self._way_back.params(self.vector)

    def step(self) -> Tensor:
        """Makes one step.

        Returns:
            The loss before the step, 0-d.
        """
        grad, value = torch.func.grad_and_value(self._loss)(self.vector)
        hessian = torch.func.hessian(self._loss)(self.vector)
        self.vector = self.vector + newton_step(grad, hessian, damping=self.damping)
        return value


def _check_invertible(matrix: Tensor, damping: float) -> None:
    sizes = torch.linalg.eigvalsh(matrix).abs()
    if sizes.min() <= len(matrix) * torch.finfo(matrix.dtype).eps * sizes.max():
        raise ValueError(
            f"The Hessian must be invertible, got one of rank below {len(matrix)} with "
            f"damping={damping:g}; pass a larger `damping` or use `TrustRegion`."
        )
