"""Right or wrong, and which idea is missing: compares an answer's values with the library's."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dlnotes.grading.inside.answers import Record, produce
from dlnotes.grading.inside.values import plain
from dlnotes.grading.judging import explanation
from dlnotes.grading.judging.comparison import Difference, difference, packed
from dlnotes.grading.tasks.task import Task, Wrong

PATIENCE = 60.0  # seconds for our own answers, which end: the first may import half of torch


@dataclass(frozen=True)
class Judgement:
    """What the comparison found.

    Attributes:
        passed: every case agrees with the reference.
        message: what is wrong, in both languages; `None` when it passed.
        example: one case in which it shows, in both languages, where there is one.
        credit: share of the points that a declared mistake still earns, below 1.
    """

    passed: bool
    message: dict[str, str] | None = None
    example: dict[str, str] | None = None
    credit: float = 0.0

    @property
    def share(self) -> float:
        """Share of the points earned, from 0 to 1."""
        return 1.0 if self.passed else self.credit


def judge(task: Task, seed: object, records: list[Record]) -> Judgement:
    """Compare the records of an answer with the reference on the same inputs.

    Args:
        task: the task; its reference and wrong answers are run here, the learner's is not.
        seed: what the inputs were drawn from.
        records: from `produce`, plain data that nobody vouches for.
    """
    for record in records:
        if "problem" in record:
            return Judgement(False, explanation.problem(task, record))
    got = _compared(task, seed, records)
    want = values_of(task, task.reference, seed)
    apart = [difference(*pair) for pair in zip(got, want, strict=True)]
    if not any(apart):
        return Judgement(True)
    case = next(case for case, found in enumerate(apart) if found)
    if apart[case].what == "kind":
        return Judgement(False, explanation.returned(task, records[case]["value"]))
    return _diagnosed(task, seed, case, got, want, apart[case])


def _diagnosed(
    task: Task, seed: object, case: int, got: list, want: list, found: Difference
) -> Judgement:
    """The idea that is missing: that of the wrong answer with the very same values, if any."""
    example = explanation.example(task, task.draws(seed)[case], got[case], want[case], found)
    for wrong in task.wrong:
        if agree(got, values_of(task, wrong.answer, seed)):
            return Judgement(False, wrong.message, example, _credit(task, wrong, got))
    if task.facts:
        return Judgement(False, explanation.fact(task, got, want))
    if found.what == "shape":
        return Judgement(False, explanation.shape(task, got[case], found))
    return Judgement(False, explanation.general(got, want, found), example)


def _credit(task: Task, wrong: Wrong, got: list) -> float:
    """What the mistake earns; never anything for the same value whatever the input."""
    constant = task.facts is None and agree(got, got[:1] * len(got))
    return 0.0 if constant else wrong.credit


def agree(got: list, other: list) -> bool:
    """Whether two answers give the same values in every case."""
    return all(difference(*pair) is None for pair in zip(got, other, strict=True))


@lru_cache(maxsize=1024)  # whoever checks again, or checks many answers, waits once
def values_of(task: Task, answer: Callable[..., Any], seed: object) -> list[Any]:
    """What one of our own answers gives on the task's inputs, ready to compare; not to be changed.

    Raises:
        RuntimeError: when the answer does not get through; the declaration is at fault.
    """
    records = produce(answer, task.drive, task.draws(seed), seconds=PATIENCE)
    if "problem" in records[-1]:
        raise RuntimeError(f"an answer declared for `{task.id}` fails: {records[-1]}")
    return _compared(task, seed, records)


def _compared(task: Task, seed: object, records: list[Record]) -> list[Any]:
    """The plain values, or the facts about them where the task has some."""
    values = [record["value"] for record in records]
    if task.facts is None:
        return values
    pairs = zip(task.draws(seed), values, strict=True)
    return [_facts(task, inputs, value) for inputs, value in pairs]


def _facts(task: Task, inputs: dict[str, Any], value: Any) -> Any:
    try:
        return {"items": [plain(fact) for fact in task.facts(inputs, packed(value)).values()]}
    except (TypeError, ValueError, KeyError, IndexError):
        return {"kind": "something else"}
