"""Conditions of the claim ledger, such as `hb < gd / 3`, evaluated without `eval`."""

import ast
import math
import operator

OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
FUNCTIONS = {"abs": abs, "min": min, "max": max, "sqrt": math.sqrt, "log": math.log}


def holds(condition: str, values: dict[str, float]) -> bool:
    """Whether the condition is true for these values.

    Args:
        condition: arithmetic, comparisons, `and`, `or`, `not`, `abs min max sqrt log`.
        values: a number for every name in it.

    Raises:
        ValueError: for a name without a value, or anything but the above.

    Example:
        >>> holds("0.52 < alternate < 0.53 and agree == 10", {"alternate": 0.526, "agree": 10})
        True
    """
    try:
        tree = ast.parse(condition, mode="eval")
    except SyntaxError as error:
        raise ValueError(f"The condition `{condition}` cannot be read: {error.msg}.") from None
    return bool(_value(tree.body, values, condition))


def names(condition: str) -> set[str]:
    """The names a condition needs values for."""
    found = {node.id for node in ast.walk(ast.parse(condition)) if isinstance(node, ast.Name)}
    return found - set(FUNCTIONS)


def _value(node: ast.expr, values: dict[str, float], text: str):
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return number
        case ast.Name(id=name) if name in values:
            return values[name]
        case ast.Name(id=name):
            raise ValueError(f"The condition `{text}` needs a value for `{name}`; hand it over.")
        case ast.BinOp(left, op, right) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_value(left, values, text), _value(right, values, text))
        case ast.UnaryOp(ast.USub(), operand):
            return -_value(operand, values, text)
        case ast.UnaryOp(ast.Not(), operand):
            return not _value(operand, values, text)
        case ast.BoolOp(op, parts):
            combine = all if isinstance(op, ast.And) else any
            return combine(_value(part, values, text) for part in parts)
        case ast.Compare(left, ops, rights):
            return _chain(left, ops, rights, values, text)
        case ast.Call(ast.Name(id=name), args, []) if name in FUNCTIONS:
            return FUNCTIONS[name](*(_value(arg, values, text) for arg in args))
    raise ValueError(f"The condition `{text}` holds `{ast.unparse(node)}`, which is not allowed.")


def _chain(left, ops, rights, values, text) -> bool:
    sides = [_value(side, values, text) for side in (left, *rights)]
    return all(OPERATORS[type(op)](a, b) for op, a, b in zip(ops, sides, sides[1:], strict=False))
