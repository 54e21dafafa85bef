"""Loops that can run as one: same shape, and each needs of the others only its own element."""

from dataclasses import dataclass, field
from math import prod

from dlnotes.live.values import Loop, Note, Pack, weight


@dataclass(eq=False)
class Nest:
    """Loops over the same shape, one after the other at every index.

    `private` are the arrays that nobody outside reads: a number at a time is all they hold.
    """

    loops: list
    private: set = field(default_factory=set)


def fused(steps, uses, roots):
    """The steps that somebody needs, with loops put together where they can be.

    Args:
        steps: notes, packs and loops, in order.
        uses: how often each expression, array and loop is needed.
        roots: the expressions and arrays of the result.

    Returns:
        Notes, packs and nests, in order. A loop may come earlier than it did.
    """
    made, order = {}, []  # array or loop -> where in `order` it is complete
    for step in steps:
        if isinstance(step, Note):
            order.append(step)
        elif uses[step.target or step]:
            place = _place(step, order, made) if isinstance(step, Loop) else None
            if place is None:
                place = len(order)
                order.append(Nest([step]) if isinstance(step, Loop) else step)
            else:
                order[place].loops.append(step)
            made[step.target or step] = max(place, made.get(step.target or step, 0))
    _find_private([step for step in order if not isinstance(step, Note)], roots)
    return order


def _place(loop, order, made):
    """Which nest takes the loop, if one does."""
    if not _joins(loop):
        return None
    aligned, others = _reads(loop)
    after = max((made.get(item, -1) for item in others), default=-1) + 1
    at_least = max((made.get(load.args[0], -1) for load in aligned), default=-1)
    for place in range(max(after, at_least, 0), len(order)):
        nest = order[place]
        if isinstance(nest, Nest) and _fits(loop, aligned, nest):
            return place
    return None


def _fits(loop, aligned, nest):
    if not all(_joins(other) and other.shape == loop.shape for other in nest.loops):
        return False
    writers = {}
    for other in nest.loops:
        writers.setdefault(other.target, []).append(other)
    return all(
        len(writers[load.args[0]]) == 1 and is_own(load, writers[load.args[0]][0])
        for load in aligned
        if load.args[0] in writers
    )


def is_own(load, loop):
    """Whether `load` reads what `loop` writes at the same index."""
    buffer, offset, strides = load.args
    pairs = zip(loop.shape, loop.strides, strides[: len(loop.shape)], strict=True)
    return (
        (buffer, offset) == (loop.target, loop.offset)
        and all(size == 1 or a == b for size, a, b in pairs)
        and not any(strides[len(loop.shape) :])
    )


def _joins(loop):
    return loop.target is not None and not is_tiled(loop)


def is_tiled(loop):
    """Whether several neighboring totals are added up side by side: many, and long ones."""
    rows, terms = prod(loop.shape), prod(loop.inner)
    return loop.combine is not None and rows >= 8 and rows * terms >= 256 and weight(loop.body) <= 4


def _reads(loop):
    """The loads of a loop's body, and the arrays and loops that it needs in another way."""
    loads, others, waiting, seen = [], set(), [(loop.body, True)], set()
    while waiting:
        expr, inside = waiting.pop()
        if (expr, inside) in seen or not hasattr(expr, "op"):
            continue
        seen.add((expr, inside))
        if expr.op == "load":
            if inside:
                loads.append(expr)
            else:
                others.add(expr.args[0])
        elif expr.op == "total":
            others.add(expr.args[0])
        elif expr.op not in ("number", "name"):
            within = inside and expr.op not in ("outside", "pick")
            for number, part in enumerate(expr.args):
                own = inside if expr.op == "pick" and number else within
                waiting.append((part, own))
    return loads, others


def _find_private(steps, roots):
    elsewhere = {item for item in roots if not hasattr(item, "op")}
    elsewhere |= _needed([item for item in roots if hasattr(item, "op")])
    for step in steps:
        if isinstance(step, Pack):
            elsewhere |= _needed(step.elements)
    nests = [step for step in steps if isinstance(step, Nest)]
    readers = {}
    for nest in nests:
        for loop in nest.loops:
            loads, others = _reads(loop)
            elsewhere |= others
            for load in loads:
                readers.setdefault(load.args[0], set()).add(nest)
    writers = {}
    for nest in nests:
        for loop in nest.loops:
            writers.setdefault(loop.target, []).append(loop)
    for nest in nests:
        nest.private = {
            loop.target
            for loop in nest.loops
            if loop.target is not None
            and loop.target not in elsewhere
            and readers.get(loop.target) == {nest}
            and len(writers[loop.target]) == 1
        }


def _needed(exprs):
    """The arrays and loops that expressions rest on."""
    found, waiting, seen = set(), list(exprs), set()
    while waiting:
        expr = waiting.pop()
        if expr in seen or not hasattr(expr, "op"):
            continue
        seen.add(expr)
        if expr.op in ("load", "total"):
            found.add(expr.args[0])
        elif expr.op not in ("number", "name"):
            waiting += expr.args
    return found
