"""What a class has handed in: which student, which exercise, which file."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dlnotes.grading.submissions.canonical import MOST_BYTES, Unreadable
from dlnotes.grading.submissions.choice import candidates, chosen
from dlnotes.grading.submissions.flags import Flag
from dlnotes.grading.submissions.reading import bytes_of
from dlnotes.grading.submissions.submission import Submission
from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.declarations import Place

DEEPEST = 8
MOST_ENTRIES = 5_000


@dataclass(frozen=True)
class Handed:
    """Where a submission lies.

    Attributes:
        submission: whose it is, and what it answers.
        path: the file, or `None` where nothing was handed in.
        flags: what to know about the choice of the file.
    """

    submission: Submission
    path: Path | None
    flags: tuple[Flag, ...] = ()

    def content(self) -> bytes:
        """What stands in the file.

        Raises:
            Unreadable: when it is none that can be graded.
        """
        data = bytes_of(self.path)
        if len(data) > MOST_BYTES:
            raise Unreadable("large")
        return data


def find(
    folder: Path, places: Iterable[Place] = (), *, besides: Path | None = None
) -> list[Handed]:
    """Every student's file for every exercise.

    Looks into `folder/<student>/`, or nbgrader's `folder/submitted/<student>/`, for notebooks with
    cells of an exercise, whatever their names are; links are not followed.

    Args:
        folder: what was collected.
        places: (chapter, section) of the exercises; without any, those that somebody handed in.
        besides: a folder that holds no submissions, such as that of the results.

    Returns:
        For every student and every exercise one entry, sorted by name. A hidden folder is a
        student only if there is a submission in it.
    """
    known = list(places) or declarations.sections()
    root = folder / "submitted" if (folder / "submitted").is_dir() else folder
    found = [one for name, path in _students(root, besides) for one in _handed(name, path, known)]
    found = [one for one in found if one.path or not one.submission.student.startswith(".")]
    wanted = set(places) or {one.submission.place for one in found if one.path}
    return [one for one in found if one.submission.place in wanted]


def _students(root: Path, besides: Path | None) -> Iterator[tuple[str, Path]]:
    with os.scandir(root) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            ours = besides and Path(entry.path).resolve() == besides.resolve()
            if entry.is_dir(follow_symlinks=False) and not ours:
                yield entry.name, Path(entry.path)


def _handed(student: str, folder: Path, places: list[Place]) -> Iterator[Handed]:
    found = candidates(files_of(folder))
    for place in places:
        yield Handed(Submission(student, *place), *chosen(place, found))


def files_of(folder: Path) -> list[Path]:
    """The files below a student's folder, in a fixed order; hidden folders are left out."""
    found, waiting, seen = [], [(folder, 0)], 0
    while waiting:
        here, depth = waiting.pop()
        try:
            with os.scandir(here) as entries:
                content = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in content:
            seen += 1
            if seen > MOST_ENTRIES:
                return found
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting += [(Path(entry.path), depth + 1)] if depth < DEEPEST else []
            else:
                found.append(Path(entry.path).relative_to(folder))
    return [folder / file for file in sorted(found, key=lambda file: (len(file.parts), str(file)))]
