"""The table of operations: what each aten operation becomes. To cover another, add a row.

A row takes the program, the traced node and the operation's arguments, tensors as `Value`s,
and returns a `Value`. Most rows are made by `each` (element by element), `viewed` (other
strides) and `total` (over dimensions).
"""

from math import prod

import torch

from dlnotes.live.expressions import Expr, call, expression, infix, is_truth, power, where
from dlnotes.live.values import SMALL, Value


def each(function):
    """A row that computes every element by itself; arguments broadcast."""

    def row(program, node, *args, **kwargs):
        given = {**dict(enumerate(args)), **kwargs}
        tensors = {key: value for key, value in given.items() if isinstance(value, Value)}

        def element(*exprs):
            full = given | dict(zip(tensors, exprs, strict=True))
            return function(
                *(full[i] for i in range(len(args))), **{key: full[key] for key in kwargs}
            )

        return program.elementwise(element, *tensors.values())

    return row


def viewed(program, node, value, *args, **kwargs):
    """A row for PyTorch's views: PyTorch itself says which strides they have."""
    return program.view(value, lambda tensor: node.call(tensor, *args, **kwargs))


def same(program, node, value, *args, **kwargs):
    """A row for copies: values never change, so a copy is the value."""
    return value


def total(start, combine, fold):
    """A row over dimensions (all where none are given): JavaScript and expression of one step."""

    def row(program, node, value, dim=None, keepdim=False, **_):
        dims = [dim] if isinstance(dim, int) else dim or range(len(value.shape))
        return program.reduce(value, dims, keepdim, start=start, combine=combine, fold=fold)

    return row


def _mean(program, node, value, dim=None, keepdim=False, **_):
    added = OPS["sum"](program, node, value, dim, keepdim)
    return program.elementwise(lambda s: s / (value.size // max(added.size, 1)), added)


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
    return OPS["sum"](program, node, program.elementwise(lambda a, b: a * b, *factors), -1)


def _matrix_vector(program, node, matrix, vector):
    column = program.view(vector, lambda t: t.unsqueeze(1))
    return program.view(_product(program, node, matrix, column), lambda t: t.squeeze(1))


def _dot(program, node, left, right):
    return OPS["sum"](program, node, program.elementwise(lambda a, b: a * b, left, right))


def _plus_product(product):
    def row(program, node, added, left, right, *, beta=1, alpha=1):
        result = product(program, node, left, right)
        return program.elementwise(lambda c, p: c * beta + p * alpha, added, result)

    return row


def _variance(program, node, value, dim=None, correction=1, keepdim=False):
    mean = _mean(program, node, value, dim, True)
    square = program.elementwise(lambda x, m: (x - m) * (x - m), value, mean)
    added = OPS["sum"](program, node, square, dim, keepdim)
    count = value.size // max(added.size, 1) - correction
    return program.elementwise(lambda s: s / count, added)


def _joined(program, node, tensors, dim=0):
    if prod(node.shape) <= SMALL:
        numbers = [number for value in tensors for number in value.elements]
        blocks = torch.arange(len(numbers)).split([value.size for value in tensors])
        pairs = zip(blocks, tensors, strict=True)
        order = torch.cat([block.reshape(value.shape) for block, value in pairs], dim)
        return Value(node.shape, numbers=tuple(numbers[i] for i in order.reshape(-1).tolist()))
    pieces, start = [], 0
    for value in tensors:
        length = value.shape[dim]
        pieces.append((value, lambda t, s=start, n=length: t.narrow(dim, s, n)))
        start += length
    return program.assembled(node.shape, pieces)


def _chosen(program, node, value, indices):
    """`value[..., [2, 0], ...]`: one list of whole numbers that are known beforehand."""
    ((dim, index),) = [(d, i) for d, i in enumerate(indices) if i is not None]
    rows = [program.view(value, lambda t, n=n: t.narrow(dim, n, 1)) for n in _known(index)]
    return _joined(program, node, rows, dim)


def _known(value):
    """The whole numbers of a constant."""
    if value.numbers is None and value.body.op == "load":
        return [int(number) for number in value.body.args[0].numbers]
    leaves = value.numbers or [value.body] * value.size
    return [int(leaf.args[0]) for leaf in leaves]


def _flipped(program, node, value, dims):
    return program.flipped(value, dims)


def _copied(program, node, target, source, *args):
    return program.view(source, lambda t: t.expand(target.shape))


def _add(a, b, *, alpha=1):
    return expression(a) + expression(b) * alpha


def _subtract(a, b, *, alpha=1):
    return expression(a) - expression(b) * alpha


def _divide(a, b, *, rounding_mode=None):
    quotient = expression(a) / b
    rounding = {None: lambda q: q, "floor": call("Math.floor"), "trunc": call("Math.trunc")}
    return rounding[rounding_mode](quotient)


def _remainder(a, b):
    rest = infix("%")(a, b)
    other_sign = infix("<")(rest * b, 0)
    return where(other_sign, rest + b, rest)


def _clamp(x, low=None, high=None, *, min=None, max=None):
    low, high = low if min is None else min, high if max is None else max
    x = x if low is None else call("Math.max")(x, low)
    return x if high is None else call("Math.min")(x, high)


def _cast(x, *_, **__):
    return where(x, 1, 0) if is_truth(x) else x


def _round(x, *, decimals=0):
    nearest, half = call("Math.round")(x), infix("==")(call("Math.abs")(infix("%")(x, 1)), 0.5)
    return where(half, 2 * call("Math.round")(x / 2), nearest)


_max, _min = call("Math.max"), call("Math.min")
_and, _or = infix("&&"), infix("||")
_less = infix("<")


def _not(x):
    return Expr("!", x)


OPS = {
    # arithmetic
    "add": each(_add),
    "sub": each(_subtract),
    "rsub": each(lambda a, b, alpha=1: _subtract(b, a, alpha=alpha)),
    "mul": each(lambda a, b: expression(a) * b),
    "div": each(_divide),
    "neg": each(lambda x: -x),
    "reciprocal": each(lambda x: 1 / x),
    "pow": each(power),
    "fmod": each(infix("%")),
    "remainder": each(_remainder),
    # functions
    **{
        name: each(call(f"Math.{name}"))
        for name in (
            "abs",
            "exp",
            "expm1",
            "log",
            "log1p",
            "log2",
            "log10",
            "sqrt",
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "atan2",
            "sinh",
            "cosh",
            "tanh",
            "asinh",
            "acosh",
            "atanh",
            "floor",
            "ceil",
            "trunc",
            "sign",
            "hypot",
        )
    },
    "sgn": each(call("Math.sign")),
    "rsqrt": each(lambda x: 1 / call("Math.sqrt")(x)),
    "sigmoid": each(lambda x: 1 / (1 + call("Math.exp")(-x))),
    "relu": each(lambda x: _max(x, 0)),
    "threshold_backward": each(lambda grad, x, limit: where(infix("<=")(x, limit), 0, grad)),
    "tanh_backward": each(lambda grad, y: grad * (1 - y * y)),
    "sigmoid_backward": each(lambda grad, y: grad * (1 - y) * y),
    "round": each(_round),
    # choices
    "where": each(where),
    "masked_fill": each(lambda x, mask, value: where(mask, value, x)),
    "clamp": each(_clamp),
    "clamp_min": each(_max),
    "clamp_max": each(_min),
    "maximum": each(_max),
    "minimum": each(_min),
    **{
        name: each(infix(op))
        for name, op in (
            ("lt", "<"),
            ("le", "<="),
            ("gt", ">"),
            ("ge", ">="),
            ("eq", "=="),
            ("ne", "!="),
        )
    },
    "logical_and": each(_and),
    "logical_or": each(_or),
    "logical_not": each(_not),
    "bitwise_and": each(_and),
    "bitwise_or": each(_or),
    "bitwise_not": each(_not),
    "isnan": each(lambda x: infix("!=")(x, x)),
    "_to_copy": each(_cast),
    "convert_element_type": each(_cast),
    # views and copies
    **dict.fromkeys(
        (
            "view",
            "_unsafe_view",
            "permute",
            "transpose",
            "t",
            "expand",
            "select",
            "slice",
            "squeeze",
            "unsqueeze",
            "diagonal",
            "unfold",
            "broadcast_in_dim",
        ),
        viewed,
    ),
    **dict.fromkeys(("clone", "alias", "detach", "lift_fresh_copy"), same),
    "copy": _copied,
    "cat": _joined,
    "index": _chosen,
    "flip": _flipped,
    "rev": _flipped,
    # over dimensions
    "sum": total("0", "{0} += {1}", lambda a, b: a + b),
    "prod": total("1", "{0} *= {1}", lambda a, b: a * b),
    "amax": total("-Infinity", "{0} = Math.max({0}, {1})", _max),
    "amin": total("Infinity", "{0} = Math.min({0}, {1})", _min),
    "any": total("false", "{0} ||= {1}", _or),
    "all": total("true", "{0} &&= {1}", _and),
    "max": total("-Infinity", "{0} = Math.max({0}, {1})", _max),
    "min": total("Infinity", "{0} = Math.min({0}, {1})", _min),
    "mean": _mean,
    "var": _variance,
    # products
    "mm": _product,
    "bmm": _product,
    "mv": _matrix_vector,
    "dot": _dot,
    "addmm": _plus_product(_product),
    "addmv": _plus_product(_matrix_vector),
    "baddbmm": _plus_product(_product),
}
