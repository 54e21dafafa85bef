"""`check("momentum")`: the verdict on an answer, where the reader wrote it."""

import ast
import difflib
import getpass
import inspect
import os
import sys
import textwrap
from collections.abc import Callable
from typing import Any

from dlnotes.core.language import told
from dlnotes.grading import messages
from dlnotes.grading.inside.answers import produce
from dlnotes.grading.judging.judgement import Judgement, judge, values_of
from dlnotes.grading.messages import listed, say
from dlnotes.grading.reader import progress
from dlnotes.grading.reader.progress import Standing
from dlnotes.grading.reader.verdict import Verdict
from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.task import Task

_ABSENT = object()
_STUB = "raise NotImplemented"


def check(task_id: str, answer: Callable[..., Any] | None = None) -> Verdict:
    """Compare your answer with the library's, and say which idea is missing.

    Every failed check adds a hint, up to three; after the third, `solution` opens. What you have
    tried and passed is kept in a file of yours, also when the kernel restarts. The inputs depend on
    who you are, so two readers see different numbers; the functions they look for are the same.

    Args:
        task_id: name of the task, which is the name of the function to write.
        answer: the function to check; without it, the one of that name where `check` is called.

    Returns:
        The verdict, with `.passed` and `.points`.

    Raises:
        LookupError: when there is no such task.
        AssertionError: when the answer is wrong and nbgrader runs the cell, which takes anything
            else for a pass.
    """
    task = task_named(task_id)
    if answer is None:
        frame = sys._getframe(1)
        answer = frame.f_locals.get(task_id, frame.f_globals.get(task_id, _ABSENT))
    verdict = verdict_on(task, answer)
    if not verdict.passed and os.environ.get("NBGRADER_EXECUTION"):
        raise AssertionError(str(verdict))
    return verdict


def verdict_on(task: Task, answer: Any) -> Verdict:
    """The verdict on a function, and the check on record."""
    seed = learner()
    if gap := _gap(task, answer):
        return Verdict(task, Judgement(False, gap), progress.standing(seed, task.id).failures)
    values_of(task, task.reference, seed)  # loads what both need before the learner's time counts
    records = produce(answer, task.drive, task.draws(seed), seconds=task.seconds)
    judgement = judge(task, seed, records)
    return Verdict(task, judgement, _recorded(seed, task, judgement.share).failures)


def _recorded(reader: str, task: Task, share: float) -> Standing:
    """The standing after a check; nbgrader checks for somebody else, so nothing is kept there."""
    if os.environ.get("NBGRADER_EXECUTION"):
        return Standing().after(share)
    return progress.record(reader, task.id, share)


def learner() -> str:
    """Whose numbers to draw: `$DLNOTES_LEARNER`, else the hub's user, else this account's."""
    named = os.environ.get("DLNOTES_LEARNER") or os.environ.get("JUPYTERHUB_USER")
    try:
        return named or getpass.getuser()
    except (OSError, KeyError):  # an account without a name, as in some containers
        return "reader"


def task_named(task_id: str) -> Task:
    """The task of that name.

    Raises:
        LookupError: when there is none; says in the reader's language which was meant.
    """
    if task := declarations.find(task_id):
        return task
    names = [task.id for task in declarations.all_tasks()]
    raise LookupError(told(say(messages.UNKNOWN, name=task_id, guess=guess(task_id, names))))


def guess(name: object, names: list[str]) -> dict[str, str]:
    """Which of the names was meant, or which there are."""
    word = str(getattr(name, "__name__", name))  # of a function passed in place of its name
    near = difflib.get_close_matches(word, names, n=1)
    return say(messages.MEANT, near=near[0]) if near else say(messages.KNOWN, names=listed(names))


def _gap(task: Task, answer: Any) -> dict[str, str] | None:
    """What keeps the answer from being tried at all."""
    if answer is _ABSENT:
        return say(messages.NOT_RUN, name=task.id)
    if not callable(answer):
        return say(messages.NO_FUNCTION, name=task.id, kind=type(answer).__name__)
    return _placeholder(answer)


def _placeholder(answer: Callable[..., Any]) -> dict[str, str] | None:
    """Whether the answer is still what was handed out: a `...`, or the stub of nbgrader."""
    try:
        nodes = list(ast.walk(ast.parse(textwrap.dedent(inspect.getsource(answer)))))
    except (OSError, TypeError, SyntaxError):  # no source to look at: let the values speak
        return None
    values = [node.value for node in nodes if isinstance(node, ast.Expr | ast.Assign | ast.Return)]
    if any(isinstance(value, ast.Constant) and value.value is ... for value in values):
        return messages.UNFINISHED
    raised = [ast.unparse(node) for node in nodes if isinstance(node, ast.Raise)]
    return messages.STUB if any(text.startswith(_STUB) for text in raised) else None
