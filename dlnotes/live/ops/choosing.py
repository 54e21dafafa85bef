"""Operations that join tensors, and those that pick numbers by their place."""

from math import prod

import torch

from dlnotes.live.expressions import Expr, is_number
from dlnotes.live.values import SMALL, Value


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


def _indexed(program, node, value, indices):
    """`value[..., rows, columns, ...]`: tensors of whole numbers, side by side."""
    given = {dim: index for dim, index in enumerate(indices) if index is not None}
    around = tuple(torch.broadcast_shapes(*(index.shape for index in given.values())))
    first = min(given)
    together = max(given) - first == len(given) - 1
    at = first if together else 0

    def strides(old):
        kept = [stride for dim, stride in enumerate(old) if dim not in given]
        return (*kept[:at], *[0] * len(around), *kept[at:])

    places = [1] * (len(node.shape) - at - len(around))
    spread = {
        dim: program.view(
            _from_zero(program, index, value.shape[dim]), lambda t: t.reshape(*t.shape, *places)
        )
        for dim, index in given.items()
    }
    return _picked(program, value, node.shape, strides, spread)


def _gathered(program, node, value, dim, index, **_):
    """`value` at `index` along `dim`, at its own place along the others."""
    if not value.shape:
        return program.spread(value, node.shape)

    def strides(old):
        return tuple(0 if d == dim % len(old) else stride for d, stride in enumerate(old))

    return _picked(program, value, node.shape, strides, {dim % len(value.shape): index})


def _picked(program, value, shape, strides, given):
    """Elements whose place along some dimensions is computed; along the others `strides` leads."""
    held = program.stored(value)
    if held.body.op != "load":  # one number everywhere
        return program.spread(Value((), numbers=held.elements[:1]), shape)
    buffer, offset, old = held.body.args
    base = Value(shape, Expr("load", buffer, offset, strides(old)))
    return program.elementwise(
        lambda load, *places: _pick(
            load, [(i, old[dim]) for i, dim in zip(places, given, strict=True)]
        ),
        base,
        *given.values(),
    )


def _pick(load, steps):
    """`load`, further on by each index times its step; known ones are added up now."""
    buffer, offset, strides = load.args
    offset += sum(int(index.args[0]) * step for index, step in steps if is_number(index))
    moving = [(index, step) for index, step in steps if not is_number(index) and step]
    load = Expr("load", buffer, offset, strides)
    if not moving:
        return load
    return Expr("pick", load, *(index * step for index, step in moving))


def _from_zero(program, index, length):
    """The index with -1, -2, ... counted from the end, where it is known beforehand."""
    known = _known(index)
    if known is None:
        return index
    return program.constant(torch.tensor(known).remainder(length).reshape(index.shape))


def _known(value):
    """The whole numbers of a constant, or None."""
    if value.numbers is None and value.body.op == "load":
        numbers = value.body.args[0].numbers
        return numbers and [int(number) for number in numbers]
    leaves = value.numbers or [value.body] * value.size
    return [int(leaf.args[0]) for leaf in leaves] if all(map(is_number, leaves)) else None


CHOOSING = {"cat": _joined, "index": _indexed, "gather": _gathered}
