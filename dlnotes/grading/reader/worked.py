"""`solution("momentum")`: one way to write it, for who has tried."""

from dlnotes.core.language import LANGUAGES, Bilingual
from dlnotes.core.solutions import BEGIN, unsealed, without_marks
from dlnotes.grading import messages
from dlnotes.grading.messages import say
from dlnotes.grading.reader import progress
from dlnotes.grading.reader.cards import card, code, line
from dlnotes.grading.reader.checks import learner, task_named
from dlnotes.grading.reader.progress import Standing
from dlnotes.grading.reader.verdict import HINTS
from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.task import Task


class Solution(Bilingual):
    """What `solution` shows: the three hints and the code, or how many tries are left.

    Attributes:
        task: id of the task.
        code: the worked solution, or `None` while it is closed.
    """

    def __init__(self, task: Task, standing: Standing) -> None:
        self.task = task.id
        open_ = standing.passed or standing.failures >= HINTS
        self.code = worked(task) if open_ else None
        shown = _opened(task, self.code) if self.code else _closed(task, standing)
        super().__init__(
            html={lang: html for lang, (html, _) in shown.items()},
            plain={lang: plain for lang, (_, plain) in shown.items()},
        )


def solution(task_id: str) -> Solution:
    """The worked solution of a task, after three failed checks or a pass.

    Args:
        task_id: name of the task, as for `check`.

    Returns:
        The solution with its `.code`, or, before that, a line that says what opens it.

    Raises:
        LookupError: when there is no such task.
    """
    task = task_named(task_id)
    return Solution(task, progress.standing(learner(), task.id))


def worked(task: Task) -> str:
    """The code of the solution: from the declaration or, in the installed package, unsealed."""
    text = task.solution
    if BEGIN not in text:
        text = unsealed(declarations.seal(task.id).read_text(encoding="ascii"))[task.id]
    return without_marks(text).strip()


def _closed(task: Task, standing: Standing) -> dict[str, tuple[str, str]]:
    text = say(messages.TOO_EARLY, name=task.id, failures=standing.failures)
    return {lang: (card(text[lang], "", lang=lang), text[lang]) for lang in LANGUAGES}


def _opened(task: Task, text: str) -> dict[str, tuple[str, str]]:
    head = say(messages.SOLUTION, name=task.id)
    shown = {}
    for lang in LANGUAGES:
        steps = [hint[lang] for hint in task.hints]
        body = "".join(map(line, steps)) + code(text)
        html = card(head[lang], body, lang=lang, color="accent")
        shown[lang] = html, "\n".join([head[lang], *steps, "", text])
    return shown
