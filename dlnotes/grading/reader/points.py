"""`score("optimizers")`: what a reader has earned so far, task by task or section by section."""

from dataclasses import dataclass, replace

from dlnotes.core import coverage
from dlnotes.core.language import LANGUAGES, Bilingual, told
from dlnotes.grading import messages
from dlnotes.grading.messages import Text, say
from dlnotes.grading.reader import progress
from dlnotes.grading.reader.cards import card, with_code
from dlnotes.grading.reader.checks import guess, learner
from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.declarations import Place

_TABLE = (
    "border-collapse:collapse;margin:.25em 0;color:var(--ink);font-variant-numeric:tabular-nums"
)
_LEFT, _RIGHT = "padding:.1em 2em .1em 0;text-align:left", "padding:.1em 0;text-align:right"
_BOLD = "font-weight:600;border-top:1px solid var(--rule);"


@dataclass(frozen=True)
class Row:
    """One line of the table: a task, or the sum of a section, of a chapter, of all."""

    text: Text
    earned: float
    points: float
    sum: bool = False

    def mark(self) -> str:
        """A full, half or empty dot for a task; nothing for a sum."""
        return (
            "" if self.sum else "●" if self.earned == self.points else "◐" if self.earned else "○"
        )


class Tally(Bilingual):
    """What `score` shows.

    Attributes:
        points: earned so far; the best try at each task counts.
        most: what can be earned.
        rows: the lines of the table, the sum last.
    """

    def __init__(self, title: Text, rows: list[Row]) -> None:
        self.rows = rows
        self.points, self.most = rows[-1].earned, rows[-1].points
        super().__init__(
            html={lang: card(title[lang], _table(rows, lang), lang=lang) for lang in LANGUAGES},
            plain={lang: _plain(title[lang], rows, lang) for lang in LANGUAGES},
        )


def score(name: str | None = None) -> Tally:
    """What you have earned, the best try at each task counting.

    Args:
        name: a chapter, `"optimizers"`: every section with its tasks; a section,
            `"momentum"` or `"optimizers/momentum"`; without it every chapter with its sections.

    Returns:
        A table, with `.points` and `.most`.

    Raises:
        LookupError: when there is no such chapter or section.
    """
    if name is None:
        chapters = dict.fromkeys(chapter for chapter, _ in declarations.sections())
        return Tally(
            messages.SCORE, _grouped([(_chapter(each), _whole(each)) for each in chapters])
        )
    places = [place for place in declarations.sections() if name in (*place, "/".join(place))]
    if not places:
        raise LookupError(_unknown(name))
    title = _chapter(name) if name == places[0][0] else messages.SCORE
    return Tally(title, _grouped([(_title(place), _tasks(place)) for place in places]))


def _unknown(name: str) -> str:
    places = declarations.sections()
    known = sorted({chapter for chapter, _ in places} | {"/".join(place) for place in places})
    return told(say(messages.NO_SECTION, name=name, guess=guess(name, known)))


def _grouped(groups: list[tuple[Text, list[Row]]]) -> list[Row]:
    """Every group with its sum; the sum of all where there are several."""
    rows, ends = [], []
    for text, items in groups:
        ends.append(_sum(text, items))
        rows += [*items, ends[-1]]
    return rows if len(ends) == 1 else [*rows, _sum(messages.ALL, ends)]


def _sum(text: Text, rows: list[Row]) -> Row:
    earned, points = sum(row.earned for row in rows), sum(row.points for row in rows)
    return Row(text, round(earned, 6), points, sum=True)


def _whole(chapter: str) -> list[Row]:
    """One row for each section of a chapter."""
    places = declarations.sections(chapter)
    return [replace(_sum(_title(place), _tasks(place)), sum=False) for place in places]


def _tasks(place: Place) -> list[Row]:
    """One row for each task of a section."""
    standings = progress.standings(learner())
    rows = []
    for task in declarations.declaration(*place).TASKS:
        best = standings[task.id].best if task.id in standings else 0.0
        rows.append(Row(task.title, task.points * best, task.points))
    return rows


def _title(place: Place) -> Text:
    title = declarations.declaration(*place).TITLE
    return {lang: text[:1].upper() + text[1:] for lang, text in title.items()}


def _chapter(name: str) -> Text:
    return coverage.chapters()[name]["title"]


def _table(rows: list[Row], lang: str) -> str:
    body = ""
    for row in rows:
        bold, tag = (_BOLD, "th") if row.sum else ("", "td")
        left = f'<{tag} style="{bold}{_LEFT}">{row.mark()} {with_code(row.text[lang])}</{tag}>'
        right = f'<td style="{bold}{_RIGHT}">{_points(row)}</td>'
        body += f"<tr>{left}{right}</tr>"
    return f'<table style="{_TABLE}">{body}</table>'


def _plain(title: str, rows: list[Row], lang: str) -> str:
    lines = [f"{row.mark()} {row.text[lang]} {_points(row)}".strip() for row in rows]
    return "\n".join([title, *lines])


def _points(row: Row) -> str:
    return f"{row.earned:g}/{row.points:g}"
