"""What a program is made of: tensors as expressions, flat arrays, and the loops that fill them.

A tensor is a `Value`. Up to `SMALL` numbers, it is one expression a number, and the program
is straight-line code. Beyond, it is one expression for all numbers, whose leaves load from
strided views of flat arrays.
"""

from dataclasses import dataclass
from itertools import product
from math import prod

import torch

from dlnotes.live.expressions import Expr

SMALL = 4
_LEAVES = ("number", "name", "total", "outside")


@dataclass(eq=False)
class Buffer:
    """A flat array of float64: an argument (`text`), a constant (`numbers`), or a local."""

    size: int
    hint: str = ""
    text: str | None = None
    numbers: list | None = None

    @property
    def local(self):
        """Whether a call of the function makes this array."""
        return self.text is None and self.numbers is None


@dataclass(eq=False)
class Loop:
    """`target[offset + strides · index] = body`, or the total of `body` over `inner` dimensions.

    Without a target the total is a single number. `combine(total, body)` is JavaScript.
    """

    target: Buffer | None
    offset: int
    strides: tuple
    shape: tuple
    body: Expr
    inner: tuple = ()
    start: str = "0"
    combine: object = None
    hint: str = ""


@dataclass(eq=False)
class Pack:
    """`target = [elements]`: a few numbers that somebody needs as an array."""

    target: Buffer
    elements: tuple


@dataclass(eq=False)
class Note:
    """Expressions that a line of Python computed, and the name that it gave them."""

    elements: tuple
    name: str | None


@dataclass(frozen=True)
class Value:
    """A tensor: its shape, and `body` (leaves strided over the shape) or `numbers`."""

    shape: tuple
    body: Expr | None = None
    numbers: tuple | None = None
    hint: str = ""

    @property
    def size(self):
        """How many numbers the tensor has."""
        return prod(self.shape)

    @property
    def simple(self):
        """Whether reading an element twice costs nothing."""
        return self.numbers is not None or self.body.op in ("load", *_LEAVES)

    @property
    def elements(self):
        """One expression for each number, in order; only for small values."""
        if self.numbers is not None:
            return self.numbers
        return tuple(_at(self.body, index) for index in product(*map(range, self.shape)))


def changed(expr, change):
    """`expr` with `change(leaf)` in place of its loads and outside values."""
    done = {}

    def visit(node):
        if node not in done:
            if node.op in ("load", *_LEAVES):
                done[node] = change(node)
            else:
                done[node] = Expr(node.op, *map(visit, node.args))
        return done[node]

    return visit(expr)


def weight(body):
    """How many operations an expression has; picking by index counts as several."""
    seen, waiting = set(), [body]
    while waiting:
        expr = waiting.pop()
        if expr.op not in ("load", *_LEAVES) and expr not in seen:
            seen.add(expr)
            waiting += expr.args
    return sum(8 if expr.op == "pick" else 1 for expr in seen)


def _at(body, index):
    def change(leaf):
        if leaf.op == "outside":
            return leaf.args[0]
        if leaf.op != "load":
            return leaf
        buffer, offset, strides = leaf.args
        steps = sum(s * i for s, i in zip(strides, index, strict=True))
        return Expr("load", buffer, offset + steps, ())

    return changed(body, change)


def relaid(body, shape, call):
    """`body` with the view `call` applied to each of its loads; RuntimeError where none exists."""

    def change(leaf):
        if leaf.op != "load":
            return leaf
        buffer, offset, strides = leaf.args
        view = call(torch.empty(2**40, device="meta").as_strided(shape, strides, offset))
        return Expr("load", buffer, view.storage_offset(), view.stride())

    return changed(body, change)


def dense(shape):
    """The strides of an array that holds `shape` row by row."""
    return torch.empty(shape, device="meta").stride()
