"""A program under construction: values are combined, and where needed a loop stores them.

A loop is written only when somebody needs the numbers of a large value themselves; views
(select, permute, expand, ...) change its strides here and cost nothing in the program.
"""

from itertools import product
from math import prod

import torch

from dlnotes.live.expressions import Expr, expression, is_number, number
from dlnotes.live.values import (
    SMALL,
    Buffer,
    Loop,
    Pack,
    Value,
    changed,
    dense,
    relaid,
    weight,
)


class Program:
    """Builds one function: `steps` are its loops and notes, in order."""

    def __init__(self):
        self.steps = []
        self.hint = ""

    def loaded(self, buffer, shape):
        """All of `buffer` as a tensor."""
        return Value(tuple(shape), Expr("load", buffer, 0, dense(shape)))

    def constant(self, tensor):
        """A tensor known beforehand."""
        shape, numbers = tuple(tensor.shape), [float(n) for n in tensor.reshape(-1).tolist()]
        if len(numbers) <= SMALL:
            return Value(shape, numbers=tuple(map(number, numbers)))
        if len(set(map(repr, numbers))) == 1:
            return Value(shape, number(numbers[0]))
        return self.loaded(Buffer(len(numbers), "data", numbers=numbers), shape)

    def view(self, value, call):
        """`call`, a view of PyTorch, applied to `value`."""
        order = call(torch.arange(value.size).reshape(value.shape))
        shape = tuple(order.shape)
        if value.numbers is not None and order.numel() <= SMALL:
            numbers = tuple(value.numbers[i] for i in order.reshape(-1).tolist())
            return Value(shape, numbers=numbers)
        if value.size == 1:
            return Value(shape, _outside(value.elements[0]))
        if value.body is None and len(set(value.numbers)) == 1:
            value = Value(value.shape, _outside(value.numbers[0]))
        if value.body is None or (not value.simple and order.numel() > value.size):
            value = self.stored(value)
        try:
            body = relaid(value.body, value.shape, call)
        except RuntimeError:
            body = relaid(self.stored(value, fresh=True).body, value.shape, call)
        return Value(shape, body)

    def spread(self, value, shape):
        """`value` broadcast to `shape`."""
        if value.shape == shape and (value.size <= SMALL or value.body):
            return value
        return self.view(value, lambda t: t.expand(shape))

    def flipped(self, value, dims):
        """`value` read backwards along `dims`."""
        if value.numbers is not None:
            order = torch.arange(value.size).reshape(value.shape).flip(dims).reshape(-1).tolist()
            return Value(value.shape, numbers=tuple(value.numbers[i] for i in order))
        turned = {dim % len(value.shape) for dim in dims}

        def change(leaf):
            if leaf.op != "load":
                return leaf
            buffer, offset, strides = leaf.args
            far = sum((value.shape[d] - 1) * strides[d] for d in turned)
            back = tuple(-s if d in turned else s for d, s in enumerate(strides))
            return Expr("load", buffer, offset + far, back)

        return Value(value.shape, changed(value.body, change))

    def elementwise(self, function, *values):
        """`function` of expressions, applied to the broadcast values."""
        shape = tuple(torch.broadcast_shapes(*(value.shape for value in values)))
        spread = [self.spread(value, shape) for value in values]
        if prod(shape) <= SMALL:
            columns = zip(*(value.elements for value in spread), strict=True)
            return Value(shape, numbers=tuple(expression(function(*c)) for c in columns))
        return Value(shape, expression(function(*(value.body for value in spread))))

    def reduce(self, value, dims, keepdim, *, start, combine, fold):
        """The total of `value` over `dims`: JavaScript `combine`, `fold` on expressions."""
        rank = len(value.shape)
        dims = sorted({d % rank for d in dims}) if rank else []
        kept = [d for d in range(rank) if d not in dims]
        last = self.view(value, lambda t: t.permute([*kept, *dims]))
        shape, inner = last.shape[: len(kept)], last.shape[len(kept) :]
        if prod(inner) == 1:
            total = self.view(last, lambda t: t.reshape(shape))
        elif value.size <= SMALL:
            total = self.folded(last.elements, shape, prod(inner), fold)
        elif prod(inner) <= SMALL and weight(last.body) * prod(inner) <= 16:
            total = self.unrolled(last.body, shape, inner, fold)
        else:
            total = self.looped(last.body, shape, inner, start, combine)
        if keepdim:
            full = tuple(1 if d in dims else n for d, n in enumerate(value.shape))
            total = self.view(total, lambda t: t.reshape(full))
        return total

    def folded(self, elements, shape, count, fold):
        """The totals of every `count` elements, written out."""
        totals = []
        for first in range(0, len(elements), count):
            total, *rest = elements[first : first + count]
            for element in rest:
                total = fold(total, element)
            totals.append(total)
        return Value(shape, numbers=tuple(totals))

    def unrolled(self, body, shape, inner, fold):
        """The totals of `body` over a few `inner` elements, written out."""
        total, *rest = (
            self.inside(body, len(shape), index) for index in product(*map(range, inner))
        )
        for part in rest:
            total = fold(total, part)
        value = Value(shape, total)
        return Value(shape, numbers=value.elements) if prod(shape) <= SMALL else value

    def inside(self, body, rank, index):
        """`body` at one index of the dimensions after the first `rank`."""

        def change(leaf):
            if leaf.op != "load":
                return leaf
            buffer, offset, strides = leaf.args
            far = sum(n * s for n, s in zip(index, strides[rank:], strict=True))
            return Expr("load", buffer, offset + far, strides[:rank])

        return changed(body, change)

    def looped(self, body, shape, inner, start, combine):
        """The totals of `body` over `inner`, added up by a loop."""
        size = prod(shape)
        target = Buffer(size, self.hint) if size > 1 else None
        loop = Loop(target, 0, dense(shape), shape, body, inner, start, combine, self.hint)
        self.steps.append(loop)
        if target:
            return self.loaded(target, shape)
        return Value(shape, numbers=(Expr("total", loop),))

    def stored(self, value, *, fresh=False):
        """`value` in an array; `fresh` in one that nothing else reads."""
        if value.body is not None and value.simple and not fresh:
            return value
        if value.numbers and all(map(is_number, value.numbers)) and not fresh:
            numbers = [part.args[0] for part in value.numbers]
            return self.loaded(Buffer(value.size, "data", numbers=numbers), value.shape)
        return self.assembled(value.shape, [(value, lambda t: t)], value.hint)

    def assembled(self, shape, pieces, hint=""):
        """A new array, its parts filled in turn: `pieces` are `(value, view of the whole)`."""
        target = Buffer(prod(shape), hint or self.hint)
        for value, view in pieces:
            if value.numbers is not None and value.shape == tuple(shape):
                self.steps.append(Pack(target, value.numbers))
                continue
            place = view(torch.empty(shape, device="meta"))
            part = self.spread(value, tuple(place.shape))
            body = part.body or self.stored(part).body
            self.steps.append(
                Loop(target, place.storage_offset(), place.stride(), tuple(place.shape), body)
            )
        return self.loaded(target, shape)


def _outside(expr):
    return expr if is_number(expr) else Expr("outside", expr)
