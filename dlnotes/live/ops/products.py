"""Products of matrices and vectors."""

from math import prod

from dlnotes.live.ops.totals import SUM
from dlnotes.live.values import SMALL, Value


def _product(program, node, left, right):
    """Matrices (..., n, k) times (..., k, m)."""
    (*_, rows, inner), (*_, columns) = left.shape, right.shape
    shape = (*left.shape[:-2], rows, columns, inner)
    if max(left.size, right.size, prod(shape[:-1])) <= SMALL and len(shape) == 3:
        a, b = left.elements, right.elements
        cells = [
            [a[i * inner + k] * b[k * columns + j] for k in range(inner)]
            for i in range(rows)
            for j in range(columns)
        ]
        return Value(shape[:-1], numbers=tuple(sum(rest, first) for first, *rest in cells))
    factors = (
        program.view(left, lambda t: t.unsqueeze(-2).expand(shape)),
        program.view(right, lambda t: t.mT.unsqueeze(-3).expand(shape)),
    )
    return SUM(program, node, program.elementwise(lambda a, b: a * b, *factors), -1)


def _matrix_vector(program, node, matrix, vector):
    column = program.view(vector, lambda t: t.unsqueeze(1))
    return program.view(_product(program, node, matrix, column), lambda t: t.squeeze(1))


def _dot(program, node, left, right):
    return SUM(program, node, program.elementwise(lambda a, b: a * b, left, right))


def _plus_product(product):
    def row(program, node, added, left, right, *, beta=1, alpha=1):
        result = product(program, node, left, right)
        return program.elementwise(lambda c, p: c * beta + p * alpha, added, result)

    return row


PRODUCTS = {
    "mm": _product,
    "bmm": _product,
    "mv": _matrix_vector,
    "dot": _dot,
    "addmm": _plus_product(_product),
    "addmv": _plus_product(_matrix_vector),
    "baddbmm": _plus_product(_product),
}
