"""What comes out of a live program: the leaves of a result, and the literal that holds them."""

import json

import torch

from dlnotes.live.expressions import Expr, literal
from dlnotes.live.lines import identifier
from dlnotes.live.places import LiveError
from dlnotes.live.signature import plain
from dlnotes.live.structures import flatten, is_named, parts, rebuild
from dlnotes.live.trace import Node
from dlnotes.live.values import SMALL, Buffer

_WIDTH = 88


def results(program, values, name, result):
    """`(path, leaf)` for each leaf of a result.

    A leaf becomes an expression, a tuple of them, or an array of its own; what is no tensor
    stays what it is.
    """
    leaves, given = [], set()
    for path, leaf in _leaves(result):
        _checked(name, path, leaf)
        if isinstance(leaf, Node):
            program.hint = _wish(path) or ""
            value = values[leaf] if leaf in values else program.constant(*leaf.args)
            leaf = _owned(program, value, given)
            given.add(leaf)
        leaves.append((path, leaf))
    return leaves


def _checked(name, path, leaf):
    """Refuses a leaf of the result that no program can return."""
    where = "".join(f".{key}" for key in path).lstrip(".")
    if type(leaf) is int or (isinstance(leaf, Node) and leaf.dtype == torch.int64):
        raise LiveError(
            f"`{name}` returns an integer{where and f' as {where}'}: integers stand still in a"
            f" live program, so count in float64 (torch.zeros((), dtype=torch.float64))."
        )
    if not isinstance(leaf, (Node, float, bool, type(None))):
        raise LiveError(f"`{name}` returns {leaf!r}, which is neither a tensor nor a number.")


def _owned(program, value, given):
    """A result as an expression, a tuple of them, or an array that no other result is."""
    if value.shape == ():
        return value.elements[0]
    body = value.body
    if body is not None and body.op == "load":
        buffer = body.args[0]
        whole = buffer.size == value.size and body is program.loaded(buffer, value.shape).body
        if whole and buffer.local and buffer not in given:
            return buffer
    return value.elements if value.size <= SMALL else program.stored(value, fresh=True).body.args[0]


def _wish(path):
    """The name that a leaf of the result has there, if it has one."""
    return identifier(path[-1]) if path and isinstance(path[-1], str) else None


def roots(leaves):
    """The expressions and arrays that a result needs."""
    needed = []
    for _, leaf in leaves:
        needed += leaf if isinstance(leaf, tuple) else [leaf] * isinstance(leaf, (Expr, Buffer))
    return needed


def returned(writer, result, leaves):
    """The lines of the return statement."""
    texts = iter([_text(writer, path, leaf) for path, leaf in leaves])
    first, *rest = _literal(result, texts)
    lines = [f"return {first}", *rest]
    lines[-1] += ";"
    return lines


def _text(writer, path, leaf):
    """JavaScript for one leaf of the result."""
    if leaf is None or isinstance(leaf, bool):
        return {None: "null", True: "true", False: "false"}[leaf]
    if isinstance(leaf, float):
        return literal(leaf)
    if isinstance(leaf, Buffer):
        return writer.array(leaf)
    wish = _wish(path)
    if isinstance(leaf, Expr):
        return writer.line(leaf) if path == () else writer.text(leaf, wish)[0]
    return f"Float64Array.of({', '.join(writer.text(part)[0] for part in leaf)})"


def _leaves(result):
    """`(path, leaf)` for each leaf of a result, in order."""
    paths = []
    rebuild(result, lambda path, leaf: paths.append(path))
    return list(zip(paths, flatten(result), strict=True))


def _literal(result, texts):
    """The structure of `result` as lines of JavaScript, with `texts` (an iterator) as leaves."""
    inside = parts(result)
    if inside is None:
        return [next(texts)]
    named = is_named(result) or isinstance(result, dict)
    items = [_entry(key if named else None, _literal(part, texts)) for key, part in inside]
    left, right = "{}" if named else "[]"
    if all(len(lines) == 1 for lines in items):
        space = " " if named and items else ""
        line = f"{left}{space}{', '.join(lines[0] for lines in items)}{space}{right}"
        if len(line) <= _WIDTH:
            return [line]
    for lines in items:
        lines[-1] += ","
    return [left, *(f"  {line}" for lines in items for line in lines), right]


def _entry(key, lines):
    if key is None or lines == [key]:
        return lines
    return [f"{key if plain(key) else json.dumps(str(key))}: {lines[0]}", *lines[1:]]
