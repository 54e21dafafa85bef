"""What `check` shows: passed or not, which idea is missing, the hints so far."""

from dataclasses import dataclass

from dlnotes.core.language import LANGUAGES, Bilingual
from dlnotes.grading.judging.judgement import Judgement
from dlnotes.grading.messages import HINT, NEARLY, NOT_YET, PASSED, POINTS, STUCK, say
from dlnotes.grading.reader.cards import card, line
from dlnotes.grading.tasks.task import Task

HINTS = 3


@dataclass(frozen=True)
class Line:
    """One line of a verdict: text in both languages, and whether it is said in a low voice."""

    text: dict[str, str]
    quiet: bool = False


class Verdict(Bilingual):
    """The answer of `check`, shown in the reader's language.

    Attributes:
        task: id of the task.
        passed: every value agrees with the library's.
        points: points earned; a share of them for a mistake that leaves the rest right.
        hints: how many hints it shows.
    """

    def __init__(self, task: Task, judgement: Judgement, failures: int = 0) -> None:
        self.task, self.passed = task.id, judgement.passed
        self.points = task.points * judgement.share
        self.hints = min(failures, HINTS)
        head = _head(task, judgement)
        lines = _lines(task, judgement, failures)
        super().__init__(
            html={lang: _html(head[lang], lines, lang, self.passed) for lang in LANGUAGES},
            plain={
                lang: "\n".join([head[lang], *(line.text[lang] for line in lines)])
                for lang in LANGUAGES
            },
        )


def _head(task: Task, judgement: Judgement) -> dict[str, str]:
    mark, word = ("◐", NEARLY) if judgement.share else ("○", NOT_YET)
    if judgement.passed:
        mark, word = "●", PASSED
    score = say(POINTS, earned=task.points * judgement.share, points=task.points)
    return {lang: f"{mark} {word[lang]} · {score[lang]}" for lang in LANGUAGES}


def _lines(task: Task, judgement: Judgement, failures: int) -> list[Line]:
    lines = [Line(judgement.message)] if judgement.message else []
    if judgement.example:
        lines.append(Line(judgement.example, quiet=True))
    for number, hint in enumerate(task.hints[:failures], start=1):
        words = say(HINT, number=number)
        lines.append(Line({lang: f"{words[lang]} · {hint[lang]}" for lang in LANGUAGES}))
    if failures >= HINTS:
        lines.append(Line(say(STUCK, name=task.id), quiet=True))
    return lines


def _html(head: str, lines: list[Line], lang: str, passed: bool) -> str:
    body = "".join(line(each.text[lang], quiet=each.quiet) for each in lines)
    return card(head, body, lang=lang, color="accent" if passed else "muted")
