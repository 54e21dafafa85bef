"""From a difference or a problem to one line that a learner can use."""

from typing import Any

from dlnotes.grading import messages
from dlnotes.grading.judging.comparison import Difference, difference, packed
from dlnotes.grading.judging.wording import called, described, number, shape_text, shown
from dlnotes.grading.messages import SHAPES, Text, say
from dlnotes.grading.tasks.task import Task, call


def problem(task: Task, record: dict[str, Any]) -> Text:
    """Why an answer gave no values: the record's problem in words."""
    match record["problem"]:
        case "time":
            return say(messages.TIME, seconds=record["seconds"])
        case "changed":
            return say(messages.CHANGED, argument=record["name"])
        case "arguments":
            return say(messages.ARGUMENTS, name=task.id, text=record["text"])
        case "returned":
            return returned(task, record["value"])
        case "missing":
            return say(messages.MISSING, name=task.id)
        case "uncallable":
            return say(messages.NO_FUNCTION, name=task.id, kind=record["kind"])
        case "crashed" | "memory" | "output" as ending:
            return say(messages.ENDINGS[ending], name=task.id)
        case _:
            return _raised(task, record)


def _raised(task: Task, record: dict[str, Any]) -> Text:
    if record["type"] == "TypeError" and "ellipsis" in record["text"]:
        return messages.UNFINISHED
    error = f"{record['type']}: {record['text']}" if record["text"] else record["type"]
    if record["line"] is None:
        return say(messages.RAISED, name=task.id, error=error)
    return say(messages.RAISED_AT, line=record["line"], error=error)


def returned(task: Task, value: dict[str, Any]) -> Text:
    """The answer gave back another kind of thing than the task asks for."""
    if value.get("kind") == "NoneType":
        return say(messages.NOTHING, name=task.id)
    if value.get("kind") == "ellipsis":
        return messages.UNFINISHED
    returns = say(messages.CODE, code=task.returns) if task.returns else messages.KINDS["number"]
    return say(messages.RETURNED, name=task.id, returns=returns, got=described(value))


def shape(task: Task, got: dict[str, Any], found: Difference) -> Text:
    """The answer gave numbers in another shape."""
    one, other = found.got, found.want
    if task.drive is call and [] in (one, other):
        return returned(task, got)
    if task.row and one and one[0] == other[0]:
        one, other = one[1:], other[1:]
    return say(SHAPES[_change(one, other)], want=shape_text(other), got=shape_text(one))


def _change(one: list[int], other: list[int]) -> str:
    if one == other[::-1]:
        return "transposed"
    return "length" if len(one) == len(other) else "other"


def fact(task: Task, got: list, want: list) -> Text:
    """The first fact that does not hold."""
    for one, other in zip(got, want, strict=True):
        facts = zip(task.fact_messages.items(), one["items"], other["items"], strict=True)
        for (_, message), holds, should in facts:
            if difference(holds, should):
                return message
    return messages.DIFFERENT


def general(got: list, want: list, found: Difference) -> Text:
    """What can be said of any task: a NaN, a constant, a sign, a factor."""
    if found.what == "nan":
        odd = next(value for value in found.got["numbers"] if isinstance(value, str))
        return say(messages.NOT_A_NUMBER, number=number(odd))
    if _constant(got) and not _constant(want):
        return messages.CONSTANT
    factor = _factor(got, want)
    if factor is None:
        return messages.DIFFERENT
    if abs(factor + 1) < 1e-6:
        return messages.SIGN
    return say(messages.SCALED, factor=number(factor))


def _constant(values: list) -> bool:
    return all(difference(value, values[0]) is None for value in values)


def _factor(got: list, want: list) -> float | None:
    """The one number that all values are multiplied by, if there is one."""
    ratios = []
    for one, other in zip(map(packed, got), map(packed, want), strict=True):
        if "numbers" not in one or one["shape"] != other.get("shape"):
            return None
        for value, right in zip(one["numbers"], other["numbers"], strict=True):
            if isinstance(value, str):
                return None
            ratios += [value / right] if right else []
    if len(ratios) < 3 or max(ratios) - min(ratios) > 1e-6 * abs(ratios[0]) or not ratios[0]:
        return None
    return ratios[0]


def example(
    task: Task, inputs: dict[str, Any], got: dict, want: dict, found: Difference
) -> Text | None:
    """One case that differs: the call, or the first row where the task has words for rows."""
    if found.what != "value" or task.facts:
        return None
    if task.row:
        row = say(task.row, n=found.row + 1)
        return say(messages.EXAMPLE_ROW, row=row, want=shown(found.want), got=shown(found.got))
    return say(messages.EXAMPLE, call=called(task.id, inputs), want=shown(want), got=shown(got))
