"""Numbers that remember how they were made, and back-propagation through them.

Every operation notes its parents and how fast it changes with each; `backward` multiplies and adds
these local derivatives from the end to the beginning. Rumelhart, Hinton & Williams (1986).

Book: gradients/backprop
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from dlnotes.core.arguments import plain


class Value:
    """One number in a computational graph.

    Args:
        data: the number.
        parents: what it was made of, each with the local derivative, the derivative of `data` with
            respect to it; none for an input.

    Attributes:
        data: the number.
        grad: what `backward` has added up here, 0 before: the derivative of the end by this number.

    Example:
        >>> w = Value(3.0)
        >>> f = w * w + 2 * w
        >>> f.backward()
        >>> f.data, w.grad
        (15.0, 8.0)
    """

    __slots__ = ("data", "grad", "parents")

    def __init__(self, data: float, parents: Iterable[tuple[Value, float]] = ()) -> None:
        data = plain(data)
        if isinstance(data, bool) or not isinstance(data, int | float):
            raise TypeError(f"`data` must be a number, got {data!r}.")
        self.data, self.parents, self.grad = float(data), tuple(parents), 0.0

    def __repr__(self) -> str:
        return f"Value(data={self.data:g}, grad={self.grad:g})"

    # ---- operations: the number, and a local derivative for each parent --------------------------
    def __add__(self, other: Value | float) -> Value:
        other = _value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other: Value | float) -> Value:
        other = _value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def __pow__(self, power: float) -> Value:
        """To a fixed power, a number."""
        power = plain(power)
        if not isinstance(power, int | float):
            raise TypeError(f"`power` must be a number, got {power!r}.")
        slope = power * self.data ** (power - 1) if power else 0.0
        return Value(self.data**power, [(self, slope)])

    def exp(self) -> Value:
        """e to this number."""
        made = math.exp(self.data)
        return Value(made, [(self, made)])

    def log(self) -> Value:
        """The natural logarithm of this number, which is greater than 0."""
        return Value(math.log(self.data), [(self, 1 / self.data)])

    def tanh(self) -> Value:
        """tanh; its derivative is 1 - tanh²."""
        made = math.tanh(self.data)
        return Value(made, [(self, 1 - made * made)])

    def relu(self) -> Value:
        """max(0, this number); at the kink the derivative is taken as 0, as torch does."""
        return Value(max(self.data, 0.0), [(self, float(self.data > 0))])

    def __neg__(self) -> Value:
        return self * -1.0

    def __sub__(self, other: Value | float) -> Value:
        return self + -_value(other)

    def __truediv__(self, other: Value | float) -> Value:
        return self * _value(other) ** -1

    def __radd__(self, other: float) -> Value:
        return self + other

    def __rmul__(self, other: float) -> Value:
        return self * other

    def __rsub__(self, other: float) -> Value:
        return -self + other

    def __rtruediv__(self, other: float) -> Value:
        return _value(other) / self

    # ---- back ------------------------------------------------------------------------------------
    def backward(self) -> None:
        """Add to `grad`, here and in all that led here, the derivative of this number by it.

        As in torch it adds: set `grad` to 0 before you ask anew.
        """
        sent = {id(self): 1.0}
        for value in backwards(self):
            message = sent[id(value)]
            value.grad += message
            for parent, slope in value.parents:
                sent[id(parent)] = sent.get(id(parent), 0.0) + message * slope


def backwards(end: Value) -> Iterator[Value]:
    """All that led to `end`, every number after everything that was made of it.

    Without recursion, so that a graph may be thousands of operations deep.

    Args:
        end: the last number, which comes first.
    """
    waiting = {id(end): 0}
    found = [end]
    for value in found:
        for parent, _ in value.parents:
            if id(parent) not in waiting:
                found.append(parent)
            waiting[id(parent)] = waiting.get(id(parent), 0) + 1
    ready = [end]
    while ready:
        value = ready.pop()
        yield value
        for parent, _ in value.parents:
            waiting[id(parent)] -= 1
            if not waiting[id(parent)]:
                ready.append(parent)


def _value(given: Value | float) -> Value:
    return given if isinstance(given, Value) else Value(given)
