"""What a class has handed in: which student, which exercise, which file."""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dlnotes.grading.submissions.canonical import MOST_BYTES, Unreadable
from dlnotes.grading.submissions.flags import Flag
from dlnotes.grading.submissions.submission import Submission
from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.declarations import Place

DEEPEST = 8
MOST_ENTRIES = 5_000
_COPY = re.compile(r"(?:[ _-]*(?:\(\d{1,3}\)|copy\d{0,3}|副本\d{0,3}))+$", re.IGNORECASE)


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

    Looks for `folder/<student>/**/<section>.ipynb`, and for nbgrader's
    `folder/submitted/<student>/<assignment>/<section>.ipynb`; links are not followed.

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
    students = {name: _notebooks(path) for name, path in _students(root, besides)}
    found = [
        _chosen(student, place, files) for student, files in students.items() for place in known
    ]
    found = [one for one in found if one.path or not one.submission.student.startswith(".")]
    wanted = set(places) or {one.submission.place for one in found if one.path}
    return [one for one in found if one.submission.place in wanted]


def bytes_of(path: Path) -> bytes:
    """The bytes of a file, and one more than allowed of a file that is too large.

    Raises:
        Unreadable: when it is a link, a device or a pipe, or may not be read.
    """
    ways = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        number = os.open(path, ways)
    except PermissionError:
        raise Unreadable("closed") from None
    except OSError:
        raise Unreadable("link") from None
    with open(number, "rb") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise Unreadable("link")
        return file.read(MOST_BYTES + 1)


def _students(root: Path, besides: Path | None) -> Iterator[tuple[str, Path]]:
    with os.scandir(root) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            ours = besides and Path(entry.path).resolve() == besides.resolve()
            if entry.is_dir(follow_symlinks=False) and not ours:
                yield entry.name, Path(entry.path)


def _notebooks(folder: Path) -> list[Path]:
    """The notebooks below a student's folder, in a fixed order; hidden folders are left out."""
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
            elif entry.name.lower().endswith(".ipynb"):
                found.append(Path(entry.path).relative_to(folder))
    return [folder / file for file in sorted(found, key=lambda file: (len(file.parts), str(file)))]


def _chosen(student: str, place: Place, files: list[Path]) -> Handed:
    """The file that answers an exercise: of the right name, in the chapter's folder, near."""
    chapter, section = place
    exact = [file for file in files if file.stem == section]
    loose = [file for file in files if without_copy_mark(file.stem) == section]
    fitting = exact or loose
    if _ambiguous(section):
        fitting = [file for file in fitting if chapter in file.parts]
    submission = Submission(student, *place)
    if not fitting:
        return Handed(submission, None)
    path = min(fitting, key=lambda file: chapter not in file.parts)
    found = [Flag("several", detail=path.name)] if len(loose) > 1 else []
    found += [] if exact else [Flag("renamed", detail=path.name)]
    return Handed(submission, path, tuple(found))


def without_copy_mark(stem: str) -> str:
    """A file's name as it was handed out, before a browser or a desk made a copy of it.

    Example:
        >>> without_copy_mark("Momentum (2)")
        'momentum'
    """
    return _COPY.sub("", stem).lower()


def _ambiguous(section: str) -> bool:
    return sum(name == section for _, name in declarations.sections()) > 1
