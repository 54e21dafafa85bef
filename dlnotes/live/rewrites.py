"""Functions of PyTorch written with others, before PyTorch takes them apart.

They look at numbers for no need (`one_hot` at its labels), or keep factors for their gradient
that no program wants (`solve`, `inv`, `det`).
"""

import torch
import torch.nn.functional as F
from torch.overrides import TorchFunctionMode

from dlnotes.live.places import LiveError, here


class Rewriting(TorchFunctionMode):
    """While this is on, the functions of the table are computed by ours."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        return TABLE.get(func, func)(*args, **(kwargs or {}))


def one_hot(tensor, num_classes=-1):
    """1 at the place that `tensor` names, 0 elsewhere."""
    if num_classes < 0:
        raise LiveError(f"F.one_hot must be given `num_classes`, at {here()}.")
    return (tensor.unsqueeze(-1) == torch.arange(num_classes, device=tensor.device)).long()


def solve(A, B, *, left=True):
    """The solution of A X = B, or X A = B, by Cramer's rule."""
    column = B.ndim == 1 or (B.ndim == A.ndim - 1 and B.shape == A.shape[:-1])
    turned, determinant = _adjugate(A, "solve")
    right = B.unsqueeze(-1) if column else B
    found = (turned @ right if left else right @ turned) / determinant[..., None, None]
    return found.squeeze(-1) if column else found


def inverse(A):
    """The matrix that makes the identity of A."""
    turned, determinant = _adjugate(A, "inv")
    return turned / determinant[..., None, None]


def det(A):
    """The determinant."""
    return _adjugate(A, "det")[1]


def _adjugate(matrix, name):
    """The inverse times the determinant, and the determinant, of up to 3×3 numbers."""
    size = matrix.shape[-1]
    if size > 3 or matrix.shape[-2] != size:
        raise LiveError(
            f"torch.linalg.{name} has a live form for up to 3×3 numbers, at {here()}: this"
            f" matrix is {matrix.shape[-2]}×{size}."
        )
    a = [[matrix[..., i, j] for j in range(size)] for i in range(size)]
    if size == 1:
        return torch.ones_like(matrix), a[0][0]
    if size == 2:
        cofactors = [[a[1][1], -a[0][1]], [-a[1][0], a[0][0]]]
        determinant = a[0][0] * a[1][1] - a[0][1] * a[1][0]
    else:
        cofactors = [[_cofactor(a, j, i) for j in range(3)] for i in range(3)]
        determinant = sum(a[0][j] * cofactors[j][0] for j in range(3))
    return torch.stack([torch.stack(row, -1) for row in cofactors], -2), determinant


def _cofactor(a, i, j):
    """Of a 3×3 matrix; going round in a circle gives its sign."""
    (p, q), (r, s) = [(i + n) % 3 for n in (1, 2)], [(j + n) % 3 for n in (1, 2)]
    return a[p][r] * a[q][s] - a[p][s] * a[q][r]


TABLE = {
    F.one_hot: one_hot,
    **dict.fromkeys((torch.linalg.solve,), solve),
    **dict.fromkeys((torch.linalg.inv, torch.inverse, torch.Tensor.inverse), inverse),
    **dict.fromkeys((torch.linalg.det, torch.det, torch.Tensor.det), det),
}
