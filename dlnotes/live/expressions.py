"""Arithmetic on paper: expressions that know their own JavaScript.

An `Expr` is one operation and its arguments. Equal expressions are the same object, so that
a value used twice is seen to be used twice. The usual operators build them, folding what is
known beforehand: `1 * x` is `x`, `a + -b` is `a - b`. Results stay the same to the last bit, but
for the sign of a zero that 0 was added to, and `1 / x * 2`, PyTorch's way to `2 / x`.
"""

import math
from weakref import WeakValueDictionary

_PRECEDENCE = {
    "?:": 1,
    "||": 2,
    "&&": 3,
    **dict.fromkeys(("==", "!="), 5),
    **dict.fromkeys(("<", "<=", ">", ">="), 6),
    **dict.fromkeys(("+", "-"), 7),
    **dict.fromkeys(("*", "/", "%"), 8),
    **dict.fromkeys(("negative", "!"), 9),
    "**": 10,
}
_ATOM = 11
_EXACT = {"Math.sqrt": math.sqrt, "Math.abs": abs}  # the same to the last bit everywhere
_made = WeakValueDictionary()


class Expr:
    """An operation and its arguments; leaves are `number`, `name`, `load`, `total`, `outside`."""

    __slots__ = ("__weakref__", "args", "op")

    def __new__(cls, op, *args):
        key = (op, *(repr(a) if op == "number" else a for a in args))
        made = _made.get(key)
        if made is None:
            made = super().__new__(cls)
            made.op, made.args = op, args
            _made[key] = made
        return made

    def __add__(self, other):
        other = expression(other)
        if is_number(self, 0):
            return other
        if is_number(other, 0):
            return self
        if other.op == "negative":
            return self - other.args[0]
        return _folded("+", self, other, lambda a, b: a + b)

    def __sub__(self, other):
        other = expression(other)
        if is_number(other, 0):
            return self
        if other.op == "negative":
            return self + other.args[0]
        return _folded("-", self, other, lambda a, b: a - b)

    def __mul__(self, other):
        other = expression(other)
        for one, rest in ((self, other), (other, self)):
            if is_number(one, 1) and not is_truth(rest):
                return rest
            if is_number(one, -1) and not is_truth(rest):
                return -rest
            if is_number(one) and rest.op == "/" and is_number(rest.args[0], 1):
                return one / rest.args[1]
        if is_number(other) and self.op not in _PRECEDENCE:
            return _folded("*", other, self, lambda a, b: a * b)
        return _folded("*", self, other, lambda a, b: a * b)

    def __truediv__(self, other):
        other = expression(other)
        if is_number(other, 1) and not is_truth(self):
            return self
        if is_number(other, 0):
            return Expr("/", self, other)
        return _folded("/", self, other, lambda a, b: a / b)

    def __neg__(self):
        if self.op == "number":
            return number(-self.args[0])
        return self.args[0] if self.op == "negative" else Expr("negative", self)

    def __radd__(self, other):
        return expression(other) + self

    def __rsub__(self, other):
        return expression(other) - self

    def __rmul__(self, other):
        return expression(other) * self

    def __rtruediv__(self, other):
        return expression(other) / self


def number(value):
    """A constant. `value` is a Python number or truth value."""
    return Expr("number", float(value))


def expression(value):
    """`value` itself when it is an expression, a constant when it is a number."""
    return value if isinstance(value, Expr) else number(value)


def is_number(expr, value=None):
    """Whether `expr` is a constant, and the constant `value` where one is asked for."""
    return expr.op == "number" and (value is None or expr.args[0] == value)


def is_truth(expr):
    """Whether JavaScript computes `expr` as true or false, not as a number."""
    return expr.op in ("<", "<=", ">", ">=", "==", "!=", "!", "&&", "||")


def _folded(op, a, b, compute):
    if is_number(a) and is_number(b):
        return number(compute(a.args[0], b.args[0]))
    return Expr(op, a, b)


def call(function):
    """A JavaScript function as a builder: `call("Math.exp")(x)` is `Math.exp(x)`."""

    def build(*args):
        args = [expression(a) for a in args]
        if function in _EXACT and is_number(args[0]) and args[0].args[0] >= 0:
            return number(_EXACT[function](args[0].args[0]))
        return Expr(function, *args)

    return build


def infix(op):
    """A JavaScript operator as a builder: `infix("<")(a, b)` is `a < b`."""
    return lambda a, b: Expr(op, expression(a), expression(b))


def where(condition, yes, no):
    """`condition ? yes : no`."""
    condition, yes, no = expression(condition), expression(yes), expression(no)
    if is_number(condition):
        return no if is_number(condition, 0) else yes
    return yes if yes is no else Expr("?:", condition, yes, no)


def power(base, exponent):
    """`base ** exponent`; the powers that PyTorch multiplies out are multiplied out here too."""
    base, exponent = expression(base), expression(exponent)
    short = {
        0: lambda: number(1),
        0.5: lambda: call("Math.sqrt")(base),
        1: lambda: base,
        2: lambda: base * base,
        3: lambda: base * base * base,
        -1: lambda: 1 / base,
        -2: lambda: 1 / (base * base),
    }
    if is_number(exponent) and exponent.args[0] in short:
        return short[exponent.args[0]]()
    return Expr("**", base, exponent)


def literal(value):
    """A float as JavaScript writes it, to the last digit: `2`, `0.1`, `1e-8`, `Infinity`."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    text = repr(value)
    return text.removesuffix(".0").replace("e-0", "e-").replace("e+", "e")


def bracketed(text, strength):
    """`text` as a term of a sum."""
    return text if strength >= _PRECEDENCE["+"] else f"({text})"


def spell(expr, texts):
    """JavaScript for `expr` and its binding strength.

    Args:
        expr: any operation but `load`, `total` and `outside`, which need a place in a program.
        texts: one `(text, strength)` for each argument.

    Returns:
        `(text, strength)`; brackets stand where JavaScript would group differently.
    """
    if expr.op == "number":
        negative = math.copysign(1, expr.args[0]) < 0
        return literal(expr.args[0]), _PRECEDENCE["negative"] if negative else _ATOM
    if expr.op == "name":
        return expr.args[0], _ATOM
    strength = _PRECEDENCE.get(expr.op)
    if strength is None:
        return f"{expr.op}({', '.join(text for text, _ in texts)})", _ATOM

    def part(index, at_least):
        text, own = texts[index]
        return text if own >= at_least else f"({text})"

    if expr.op == "?:":
        return f"{part(0, 2)} ? {part(1, 2)} : {part(2, 1)}", strength
    if expr.op in ("negative", "!"):
        return f"{'-' if expr.op == 'negative' else '!'}{part(0, _ATOM)}", strength
    if expr.op == "**":
        return f"{part(0, _ATOM)} ** {part(1, strength)}", strength
    return f"{part(0, strength)} {expr.op} {part(1, strength + 1)}", strength
