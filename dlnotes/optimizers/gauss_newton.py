"""Gauss-Newton: for a sum of squares, curvature from first derivatives alone.

Book: optimizers/curvature
"""

import torch
from torch import Tensor

from dlnotes.core.arguments import finite, non_negative


def gauss_newton_step(residuals: Tensor, jacobian: Tensor, *, damping: float = 0.0) -> Tensor:
    """The change of the parameters in one step on the loss ‖residuals‖² / 2.

    delta = -(Jᵀ J + damping · I)⁻¹ Jᵀ residuals

    Nocedal & Wright (2006), equation 10.23; with damping it is Levenberg-Marquardt's. Jᵀ J is the
    Hessian without the residuals' own second derivatives: it has no negative eigenvalue.

    Args:
        residuals: shape `(N,)`.
        jacobian: their derivatives J, shape `(N, D)`.
        damping: at least 0, in units of Jᵀ J.

    Returns:
        Shape `(D,)`.

    Raises:
        ValueError: for a negative damping, or shapes that do not fit.

    Example:
        >>> gauss_newton_step(torch.tensor([2.0, -3.0]), torch.tensor([[1.0, 0.0], [0.0, 3.0]]))
        tensor([-2.,  1.])
    """
    finite("damping", non_negative("damping", damping))
    if jacobian.ndim != 2 or residuals.shape != jacobian.shape[:1]:
        raise ValueError(
            "`jacobian` must have one row a residual, got shapes "
            f"{tuple(jacobian.shape)} and {tuple(residuals.shape)}; pass (N, D) and (N,)."
        )
    matrix = jacobian.mT @ jacobian
    matrix = matrix + damping * torch.eye(len(matrix), dtype=matrix.dtype, device=matrix.device)
    return -torch.linalg.solve(matrix, jacobian.mT @ residuals)
