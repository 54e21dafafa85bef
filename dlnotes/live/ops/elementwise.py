"""Operations that compute every element by itself."""

import torch

from dlnotes.live.expressions import Expr, call, expression, infix, is_truth, power, where
from dlnotes.live.ops.rows import each

_max, _min = call("Math.max"), call("Math.min")
_and, _or, _less = infix("&&"), infix("||"), infix("<")


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
    other_sign = _less(rest * b, 0)
    return where(other_sign, rest + b, rest)


def _clamp(x, low=None, high=None, *, min=None, max=None):
    low, high = low if min is None else min, high if max is None else max
    x = x if low is None else _max(x, low)
    return x if high is None else _min(x, high)


def _cast(program, node, value, *_, **__):
    before = getattr(node.args[0], "dtype", node.dtype)
    if node.dtype == torch.bool:
        return each(lambda x: x if is_truth(x) else infix("!=")(x, 0))(program, node, value)
    if node.dtype == torch.int64 and before == torch.float64:
        return each(call("Math.trunc"))(program, node, value)
    return each(lambda x: where(x, 1, 0) if is_truth(x) else x)(program, node, value)


def _round(x, *, decimals=0):
    nearest, half = call("Math.round")(x), infix("==")(call("Math.abs")(infix("%")(x, 1)), 0.5)
    return where(half, 2 * call("Math.round")(x / 2), nearest)


def _not(x):
    return Expr("!", x)


ELEMENTWISE = {
    # arithmetic
    "add": each(_add),
    "sub": each(_subtract),
    "rsub": each(lambda a, b, alpha=1: _subtract(b, a, alpha=alpha)),
    "mul": each(lambda a, b: expression(a) * b),
    "div": each(_divide),
    "neg": each(lambda x: -x),
    "reciprocal": each(lambda x: 1 / x),
    "pow": each(power),
    "exp2": each(lambda x: power(2, x)),
    "fmod": each(infix("%")),
    "remainder": each(_remainder),
    # functions
    **{
        name: each(call(f"Math.{name}"))
        for name in (
            *("abs", "sign", "floor", "ceil", "trunc", "sqrt", "hypot"),
            *("exp", "expm1", "log", "log1p", "log2", "log10"),
            *("sin", "cos", "tan", "asin", "acos", "atan", "atan2"),
            *("sinh", "cosh", "tanh", "asinh", "acosh", "atanh"),
        )
    },
    "erf": each(call("erf")),
    "erfc": each(call("erfc")),
    "sgn": each(call("Math.sign")),
    "signbit": each(lambda x: _or(_less(x, 0), _less(1 / x, 0))),
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
            *(("lt", "<"), ("le", "<="), ("gt", ">"), ("ge", ">="), ("eq", "=="), ("ne", "!=")),
            *(("logical_and", "&&"), ("logical_or", "||"), ("logical_xor", "!=")),
            *(("bitwise_and", "&&"), ("bitwise_or", "||"), ("bitwise_xor", "!=")),
        )
    },
    "logical_not": each(_not),
    "bitwise_not": each(_not),
    "isnan": each(lambda x: infix("!=")(x, x)),
    "_to_copy": _cast,
    "convert_element_type": _cast,
}
