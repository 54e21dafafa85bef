"""What a task is: one declaration, from which notebook, check and tests all come."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dlnotes.core.language import both, complete
from dlnotes.grading.tasks.draws import Draw

WRONG_ANSWERS = {"number": 3, "implementation": 6}


@dataclass(frozen=True)
class Wrong:
    """A plausible wrong answer, the message that names the idea it lacks, what it still earns."""

    answer: Callable[..., Any]
    message: dict[str, str]
    credit: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.credit < 1:
            raise ValueError(f"`credit` must be at least 0 and below 1, got {self.credit!r}.")


def wrong(answer: Callable[..., Any], *, zh: str, en: str, credit: float = 0.0) -> Wrong:
    """A wrong answer with its message in both languages.

    Args:
        answer: a function with the very values that this mistake gives.
        zh, en: which idea is missing.
        credit: share of the points for what is right in it: one slip in an otherwise complete
            answer. Nothing for the misconception that the task is about.
    """
    return Wrong(answer, both(zh=zh, en=en), credit)


def call(answer: Callable[..., Any], *inputs: Any) -> Any:
    """The usual way to exercise an answer: call it once."""
    return answer(*inputs)


@dataclass(frozen=True, eq=False)
class Task:
    """One task of an exercise; equal to itself alone, so that what it once gave can be kept.

    Attributes:
        id: name of the function to write, of the graded cell, and argument of `check`;
            unique in the book.
        points: what a right answer earns; a wrong one earns its `credit` of it, mostly 0.
        title, prompt: what the learner reads, in both languages.
        solution: text of the answer cell; the lines between `### BEGIN SOLUTION` and
            `### END SOLUTION` are what the learner has to write.
        inputs: the arguments of one case, by name, from a `Draw`.
        reference: the library's own answer.
        hints: idea, formula, place; each in both languages.
        wrong: plausible wrong answers, at least as many as `WRONG_ANSWERS` asks for.
        kind: `"number"` (a function that gives numbers) or `"implementation"` (an algorithm).
        returns: what the function gives back, as code, such as `"(lr, rate)"`; empty for a number.
        given: text of a code cell shown above the answer, or empty.
        drive: exercises an answer on the inputs; runs beside the learner's code, so it must not
            know the reference.
        row: words for one row of the values, such as `{"zh": "第 {n} 步", "en": "Step {n}"}`.
        facts: what is compared instead of the values where several values are right; takes the
            inputs and the plain values, gives facts by name, never calls the answer.
        fact_messages: for every fact, what it means that it does not hold.
        cases: how many inputs are drawn for one check.
        seconds: how long all cases together may take.
    """

    id: str
    points: int
    title: dict[str, str]
    prompt: dict[str, str]
    solution: str
    inputs: Callable[[Draw], dict[str, Any]]
    reference: Callable[..., Any]
    hints: tuple[dict[str, str], dict[str, str], dict[str, str]]
    wrong: tuple[Wrong, ...]
    kind: str = "number"
    returns: str = ""
    given: str = ""
    drive: Callable[..., Any] = call
    row: dict[str, str] | None = None
    facts: Callable[[dict[str, Any], Any], dict[str, Any]] | None = None
    fact_messages: dict[str, dict[str, str]] | None = None
    cases: int = 6
    seconds: float = 10.0

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.id):
            raise ValueError(f"`id` must be a function name in lower case, got {self.id!r}.")
        for name in ("title", "prompt"):
            complete(getattr(self, name), f"{self.id}.{name}")
        if len(self.hints) != 3:
            raise ValueError(f"`hints` of {self.id} must be 3, got {len(self.hints)}.")
        for hint in self.hints:
            complete(hint, f"{self.id}.hints")
        least = WRONG_ANSWERS[self.kind]
        if len(self.wrong) < least:
            raise ValueError(f"`wrong` of {self.id} must be at least {least}: {len(self.wrong)}.")

    def draws(self, seed: object) -> list[dict[str, Any]]:
        """The inputs of every case; a new copy at every call."""
        return [self.inputs(Draw(f"{self.id}/{seed}", case)) for case in range(self.cases)]
