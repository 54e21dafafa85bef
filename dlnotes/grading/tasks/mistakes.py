"""Wrong answers made from a right one: each takes an answer and gives it back with one mistake."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

Answer = Callable[..., Any]


def negated(answer: Answer) -> Answer:
    """Every number with the other sign.

    Example:
        >>> negated(lambda x: (x, [2 * x]))(3)
        (-3, [-6])
    """
    return _changed(answer, lambda value, _: _each(value, lambda number: -number))


def scaled(answer: Answer, factor: Any) -> Answer:
    """Every number multiplied by a factor, which may be a function of the inputs.

    Example:
        >>> scaled(lambda x: x, lambda x: 10 * x)(3)
        90
    """
    return _changed(
        answer,
        lambda value, inputs: _each(value, lambda number: number * _given(factor, inputs)),
    )


def off_by_one(answer: Answer, by: int = 1, *, at: int | None = None) -> Answer:
    """Counted one too far, or `by=-1` one short; everywhere, or in one part of the answer.

    Example:
        >>> off_by_one(lambda: (4, 0.5), at=0)()
        (5, 0.5)
    """
    if at is not None:
        return replaced(answer, at, lambda *inputs: answer(*inputs)[at] + by)
    return _changed(answer, lambda value, _: _each(value, lambda number: number + by))


def swapped(answer: Answer) -> Answer:
    """The parts of the answer in the opposite order.

    Example:
        >>> swapped(lambda x: (x, 0))(3)
        (0, 3)
    """
    return _changed(answer, lambda value, _: value[::-1])


def replaced(answer: Answer, at: int, by: Any) -> Answer:
    """All right but for one part.

    Args:
        answer: gives several numbers.
        at: which of them is wrong, counted from 0.
        by: what stands there instead: a value, or a function of the inputs.

    Example:
        >>> replaced(lambda x: (x, x**2), 1, lambda x: 2 * x)(3)
        (3, 6)
    """

    def change(value: Any, inputs: dict[str, Any]) -> Any:
        parts = list(value)
        parts[at] = _given(by, inputs)
        return tuple(parts)

    return _changed(answer, change)


def fixed(answer: Answer, **values: Any) -> Answer:
    """Takes its own values for some arguments, whatever it is given.

    Example:
        >>> fixed(lambda grad, lr: lr * grad, lr=0.1)(2, 5)
        0.2
    """
    return _called(answer, lambda inputs: inputs | values)


def exchanged(answer: Answer, one: str, other: str) -> Answer:
    """Takes one argument for the other.

    Example:
        >>> exchanged(lambda low, high: high - low, "low", "high")(1, 3)
        -2
    """
    return _called(answer, lambda inputs: inputs | {one: inputs[other], other: inputs[one]})


def _changed(answer: Answer, change: Callable[[Any, dict[str, Any]], Any]) -> Answer:
    """The answer with `change(value, inputs)` for its value."""

    @wraps(answer)
    def wrong(*args: Any, **named: Any) -> Any:
        return change(answer(*args, **named), _by_name(answer, args, named))

    return wrong


def _called(answer: Answer, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Answer:
    """The answer called with `change(inputs)` for its inputs."""

    @wraps(answer)
    def wrong(*args: Any, **named: Any) -> Any:
        return answer(**change(_by_name(answer, args, named)))

    return wrong


def _by_name(answer: Answer, args: tuple, named: dict[str, Any]) -> dict[str, Any]:
    return dict(zip(inspect.signature(answer).parameters, args, strict=False)) | named


def _given(value: Any, inputs: dict[str, Any]) -> Any:
    return value(*inputs.values()) if callable(value) else value


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    """The value with every number changed, however they are packed."""
    if isinstance(value, tuple | list):
        return type(value)(_each(item, change) for item in value)
    return change(value)
