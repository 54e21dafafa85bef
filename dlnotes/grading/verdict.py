"""What `check` shows: passed or not, which idea is missing, the hints so far."""

import html
import re
from dataclasses import dataclass

from dlnotes.core.language import LANGUAGES, Bilingual
from dlnotes.core.palette import css
from dlnotes.grading.judging import Judgement
from dlnotes.grading.messages import HINT, NOT_YET, PASSED, POINTS, say
from dlnotes.grading.task import Task

_THEME = css(".dlnotes", 'body[data-jp-theme-light="false"] .dlnotes')
_LINE = "margin:.25em 0;line-height:1.6;color:var(--ink)"
_QUIET = "margin:.25em 0;line-height:1.6;color:var(--muted)"


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
        points: points earned.
        hints: how many hints it shows.
    """

    def __init__(self, task: Task, judgement: Judgement, hints: int = 0) -> None:
        self.task, self.passed = task.id, judgement.passed
        self.points = task.points if judgement.passed else 0
        self.hints = hints
        mark, word = ("●", PASSED) if self.passed else ("○", NOT_YET)
        score = say(POINTS, earned=self.points, points=task.points)
        head = {lang: f"{mark} {word[lang]} · {score[lang]}" for lang in LANGUAGES}
        lines = _lines(task, judgement, hints)
        super().__init__(
            html={lang: _html(head[lang], lines, lang, self.passed) for lang in LANGUAGES},
            plain={
                lang: "\n".join([head[lang], *(line.text[lang] for line in lines)])
                for lang in LANGUAGES
            },
        )


def _lines(task: Task, judgement: Judgement, hints: int) -> list[Line]:
    lines = [Line(judgement.message)] if judgement.message else []
    if judgement.example:
        lines.append(Line(judgement.example, quiet=True))
    for number, hint in enumerate(task.hints[:hints], start=1):
        words = say(HINT, number=number)
        lines.append(Line({lang: f"{words[lang]} · {hint[lang]}" for lang in LANGUAGES}))
    return lines


def _html(head: str, lines: list[Line], lang: str, passed: bool) -> str:
    color = "var(--accent)" if passed else "var(--muted)"
    body = "".join(
        f'<p style="{_QUIET if line.quiet else _LINE}">{marked_up(line.text[lang])}</p>'
        for line in lines
    )
    return (
        f'<div class="dlnotes" lang="{lang}" style="border-left:3px solid {color};'
        f'padding:.1em 0 .1em 1em;margin:.4em 0;max-width:46em"><style>{_THEME}</style>'
        f'<p style="{_LINE}"><strong>{html.escape(head)}</strong></p>{body}</div>'
    )


def marked_up(text: str) -> str:
    """Text as HTML, `code` between backticks set as code.

    Example:
        >>> marked_up("`lr` < 0")
        '<code>lr</code> &lt; 0'
    """
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))
