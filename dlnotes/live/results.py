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


def replaced(result, given, inplace, name):
    """Which arguments are changed: path of the result that is written over one -> its value.

    Args:
        result: of the function.
        given: path of each tensor of the arguments -> its value.
        inplace: names of arguments that results of the same names replace.
        name: of the program, for errors.
    """
    found = dict(_leaves(result)) if is_named(result) or isinstance(result, dict) else {}
    over = {path: given[path] for path in given if path[0] in inplace}
    ours = {path for path in found if path[0] in inplace}
    for key in inplace:
        same = {path for path in over if path[0] == key} ^ {path for path in ours if path[0] == key}
        if same or not any(path[0] == key for path in ours):
            raise LiveError(
                f"`{name}` cannot change {key!r} in place: argument and result of that name must"
                " be made of the same tensors; return it whole."
            )
    for path, value in over.items():
        where, shape = ".".join(map(str, path)), tuple(getattr(found[path], "shape", ()))
        if shape != tuple(value.shape):
            raise LiveError(
                f"`{name}` cannot write {where} of shape {shape} over one of {tuple(value.shape)};"
                " give both the same shape."
            )
        if len(path) == 1 and shape == ():
            raise LiveError(
                f"`{name}` cannot change the number {where!r} in place; leave it out of `inplace`."
            )
    return over


def ended(writer, result, leaves, over):
    """The last lines: what is written over arguments, and the return statement.

    With `over`, every result is held before the first argument changes.
    """
    texts = {path: _text(writer, path, leaf, over) for path, leaf in leaves}
    lines = [line for path, value in over.items() for line in _put(writer, value, texts[path])]
    if over:
        gone = {path[0] for path in over}
        result = {key: part for key, part in parts(result) if key not in gone}
    if over and not result:
        return lines
    first, *rest = _literal(result, iter([texts[path] for path, _ in leaves if path not in over]))
    lines += [f"return {first}", *rest]
    lines[-1] += ";"
    return lines


def _put(writer, value, text):
    """Lines that write a result over an argument."""
    if value.shape == ():
        return [f"{value.elements[0].args[0]} = {text};"]
    place = writer.at_hand(value.body.args[0])
    if isinstance(text, str):
        return [f"{place}.set({text});"]
    return [f"{place}[{i}] = {number};" for i, number in enumerate(text)]


def _text(writer, path, leaf, over):
    """JavaScript for one leaf of the result; a list of them for numbers that are written over."""
    if leaf is None or isinstance(leaf, bool):
        return {None: "null", True: "true", False: "false"}[leaf]
    if isinstance(leaf, float):
        return literal(leaf)
    if isinstance(leaf, Buffer):
        return writer.array(leaf)
    wish = _wish(path)
    if isinstance(leaf, Expr):
        if over:
            return writer.held(leaf, wish)
        return writer.line(leaf) if path == () else writer.text(leaf, wish)[0]
    numbers = [writer.held(part) if over else writer.text(part)[0] for part in leaf]
    return numbers if path in over else f"Float64Array.of({', '.join(numbers)})"


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
