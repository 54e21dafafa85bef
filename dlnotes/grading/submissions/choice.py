"""Of all that a student has handed in, the one file that is graded for an exercise, and why.

The rule never looks at what an answer is worth: many copies earn what one of them earns.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dlnotes.grading.submissions import identity
from dlnotes.grading.submissions.canonical import Unreadable
from dlnotes.grading.submissions.flags import Flag
from dlnotes.grading.submissions.reading import bytes_of, is_notebook
from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.declarations import Place

MOST_READ = 100_000_000  # bytes of one student that are looked into
MOST_OPENED = 200
PACKED = (".zip", ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz")


@dataclass(frozen=True)
class Candidate:
    """A file, and what it could be.

    Attributes:
        path: where it lies.
        places: the exercises its name stands for.
        worked: how many tasks are worked on, for every exercise that its cells come from.
    """

    path: Path
    places: frozenset[Place]
    worked: dict[Place, int]

    def fits(self, place: Place) -> bool:
        """Whether it answers an exercise: by its cells, or by its name where those say nothing."""
        if self.worked:
            return place in self.worked
        chapters = sum(place[1] == section for _, section in declarations.sections())
        near = chapters == 1 or place[0] in self.path.parts
        return place in self.places and is_notebook(self.path.name) and near

    def rank(self, place: Place) -> tuple:
        """What is graded comes first: the most work, the name handed out, near, in order."""
        chapter, section = place
        return (
            -self.worked.get(place, -1),
            not self.bears(section),
            chapter not in self.path.parts,
            len(self.path.parts),
            str(self.path),
        )

    def bears(self, section: str) -> bool:
        """Whether it has the name under which the exercise was handed out."""
        return self.path.stem == section and self.path.suffix.lower() == ".ipynb"


def candidates(files: Iterable[Path]) -> list[Candidate]:
    """What a student's files could be; those that nobody would look through go by their names."""
    left, opened, found = MOST_READ, 0, []
    for file in sorted(files, key=lambda file: not is_notebook(file.name)):
        data = b"" if left <= 0 or opened >= MOST_OPENED else _notebook(file)
        left, opened = left - len(data), opened + bool(data)
        found.append(Candidate(file, frozenset(identity.named(file.name)), _worked(data)))
    return found


def _notebook(file: Path) -> bytes:
    """The bytes of a file that may be a notebook; none of any other."""
    try:
        begin = bytes_of(file, 64).lstrip(b"\xef\xbb\xbf \r\n\t")
        return bytes_of(file) if begin.startswith(b"{") else b""
    except Unreadable:
        return b""


def _worked(data: bytes) -> dict[Place, int]:
    try:
        return identity.answered(data)
    except Unreadable:
        return {}


def chosen(place: Place, found: Iterable[Candidate]) -> tuple[Path | None, tuple[Flag, ...]]:
    """The file that is graded for an exercise, and what to know about the choice."""
    fitting = sorted((one for one in found if one.fits(place)), key=lambda one: one.rank(place))
    if not fitting:
        return None, tuple(_instead(place, found))
    best = fitting[0]
    return best.path, tuple(_why(place, best, fitting[1:]))


def _why(place: Place, best: Candidate, others: list[Candidate]) -> Iterator[Flag]:
    name = best.path.name
    if others:
        more = best.rank(place)[0] < others[0].rank(place)[0]
        yield Flag("most" if more else "several", detail=name)
    if not best.bears(place[1]):
        yield Flag("renamed", detail=name)


def _instead(place: Place, found: Iterable[Candidate]) -> Iterator[Flag]:
    """What lies there in place of the exercise: another one under its name, or a closed archive."""
    for one in found:
        if one.bears(place[1]) and one.worked:
            yield Flag("elsewhere", detail=one.path.name)
        elif one.path.suffix.lower() in PACKED:
            yield Flag("packed", detail=one.path.name)
