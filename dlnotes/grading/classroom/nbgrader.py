"""nbgrader's plug-in: `nbgrader autograde` reads, runs and scores submissions as `dlnotes grade`.

A course's nbgrader_config.py names `HandedIn` and `Score` (see `course`). Everything else of
nbgrader stays as it is: formats, gradebook, late penalties, feedback, export, formgrader, exchange.
"""

import glob
import html
import shutil
import stat
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode, read
from nbgrader.converters import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import List, Unicode

from dlnotes.core.language import LANGUAGES, both
from dlnotes.grading.classroom import batch, executors
from dlnotes.grading.grade import Result, TaskScore, unreadable, without_answers
from dlnotes.grading.jail import sandbox
from dlnotes.grading.jail.sandbox import SandboxMissing
from dlnotes.grading.messages import say
from dlnotes.grading.safe_text import marked_up
from dlnotes.grading.submissions.canonical import Unreadable
from dlnotes.grading.submissions.choice import Candidate, candidates, chosen
from dlnotes.grading.submissions.folder import Handed, files_of
from dlnotes.grading.submissions.restored import restored
from dlnotes.grading.submissions.submission import Submission
from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.declarations import Place

FOREIGN = both(
    zh="`{notebook}` 不是 dlnotes 的练习，里面的 `{cell}` 批不了。别的笔记本请放进另一门课。",
    en="`{notebook}` is no exercise of dlnotes: `{cell}` cannot be graded. "
    "Keep other notebooks in a course of their own.",
)
TIME, SECRET = "timestamp.txt", "submission_secret.txt"  # what the exchange notes down
LARGEST_NOTE = 200


class Guarded(CourseDirectory):
    """A course in which what lies beside a notebook is neither opened nor copied."""

    ignore = List(["*"]).tag(config=False)

    @classmethod
    def of(cls, course: CourseDirectory) -> "Guarded":
        """The same course, guarded."""
        names = set(course.trait_names(config=True)) - {"ignore"}
        return cls(parent=course.parent, **{name: getattr(course, name) for name in names})

    def get_existing_timestamp(self, dest_path: str) -> Any:
        """When it was handed in; `None` for a note that is no time or no file."""
        note = Path(dest_path, TIME)
        try:
            return super().get_existing_timestamp(dest_path) if small(note) else None
        except (OSError, ValueError, AttributeError, OverflowError):
            self.log.warning("No time can be read from %s", note)
            return None


def small(note: Path) -> bool:
    """Whether there is a file, no link and no pipe, that is short and text, as a note would be."""
    try:
        found = note.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST_NOTE:
            return False
        note.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return True


class HandedIn(NotebookExporter):
    """Reads a submission, grades it and hands nbgrader the notebook handed out, work put back in.

    Attributes:
        result: what the notebook under way has earned.
    """

    seed_file = Unicode("secret-seed", help="the class's secret; in the course's folder").tag(
        config=True
    )

    def __init__(self, **named: Any) -> None:
        super().__init__(**named)
        course = self.parent.coursedir = Guarded.of(self.parent.coursedir)
        try:
            sandbox.ensure()
            sandbox.tried(sandbox.Limits())
        except SandboxMissing as stop:
            self.log.error(str(stop))
            raise NbGraderException(str(stop)) from None
        self._secret = batch.class_secret(Path(course.root, self.seed_file))
        self._found: dict[Path, list[Candidate]] = {}
        if places := _handed_out_in(course):
            self._relist(places)

    def _relist(self, places: list[Place]) -> None:
        """Have nbgrader ask for every notebook under the name handed out, whatever name it has."""
        course = self.parent.coursedir
        for folder in glob.glob(
            self.parent._format_source(course.assignment_id, course.student_id)
        ):
            found = self._found[Path(folder)] = candidates(files_of(Path(folder)))
            here = folder in self.parent.assignments
            if here or any(chosen(place, found)[0] for place in places):
                names = [str(Path(folder, f"{section}.ipynb")) for _, section in places]
                self.parent.assignments[folder] = names

    def from_filename(self, filename: str, resources: Any = None, **named: Any) -> tuple:
        """The notebook and its resources; the second reading is of our own file."""
        if not self.parent._sanitizing:
            return super().from_filename(filename, resources=resources, **named)
        names = resources["nbgrader"]
        self._keep_notes(names["assignment"], names["student"])
        base = self._handed_out(names["assignment"], names["notebook"])
        submission = Submission(names["student"], *_place(names["notebook"]))
        data, self.result = self._graded(self._handed(submission, Path(filename)))
        return self.from_notebook_node(restored(data, base), resources=resources, **named)

    def _handed(self, submission: Submission, file: Path) -> Handed:
        """Which file is meant by the name under which nbgrader asks for it."""
        found = self._found.get(file.parent)
        choice = (file,) if found is None else chosen(submission.place, found)
        return Handed(submission, *choice)

    def _graded(self, one: Handed) -> tuple[bytes, Result]:
        """What was handed in, as far as it can be read, and what it has earned."""
        course = self.parent.coursedir
        if one.path is None:
            return b"", batch.with_flags(without_answers(one.submission), one)
        try:
            _inside(Path(course.root, course.submitted_directory), one.path)
            job = batch.job_of(one, self._secret)
        except Unreadable as stop:
            return b"", batch.with_flags(unreadable(one.submission, stop), one)
        return job.data, batch.with_flags(Result.of(executors.graded(job)), one)

    def _keep_notes(self, assignment: str, student: str) -> None:
        """Take the exchange's notes along: feedback goes by them, and so does grading again."""
        source, target = (
            Path(place(assignment, student))
            for place in (self.parent._format_source, self.parent._format_dest)
        )
        timed = self.parent.coursedir.get_existing_timestamp(str(source))
        for name in [SECRET, *([TIME] if timed else [])]:
            if small(source / name):
                target.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source / name, target / name, follow_symlinks=False)

    def _handed_out(self, assignment: str, notebook: str) -> NotebookNode:
        course = self.parent.coursedir
        folder = course.format_path(course.release_directory, ".", assignment)
        return read(Path(folder, f"{notebook}.ipynb"), as_version=4)


class Score(NbGraderPreprocessor):
    """Stands where nbgrader would execute: writes points and message into the cells that check."""

    def preprocess_cell(self, cell: NotebookNode, resources: Any, index: int) -> tuple:
        """The cell, with the output that nbgrader reads the points from."""
        rights = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and rights.get("grade") and not rights.get("solution"):
            cell.outputs = [_output(self.parent.result, rights)]
        return cell, resources


def _output(result: Result, rights: dict[str, Any]) -> NotebookNode:
    """An expression's value: a number for nbgrader, a page for people."""
    task = next((task for task in result.tasks if task.id == rights["grade_id"]), None)
    if task is None:
        raise NbGraderException(
            str(say(FOREIGN, notebook=result.submission.section, cell=rights["grade_id"]))
        )
    score = round(task.score / task.points * rights["points"], 6)
    noted = result if task is result.tasks[0] else None  # what concerns the whole, once
    shown = task_card(task, score, rights["points"], noted)
    return NotebookNode(
        output_type="execute_result",
        execution_count=None,
        metadata={},
        data={"text/plain": repr(score), "text/html": shown},
    )


def task_card(task: TaskScore, score: float, points: float, noted: Result | None = None) -> str:
    """What a student reads under a task, as HTML.

    Args:
        task: what is missing in it.
        score, points: earned, and to be earned.
        noted: the whole result, where its problem and its flags are to be shown as well.
    """
    texts = [task.message, task.example]
    texts += [noted.problem, *(flag.text() for flag in noted.flags)] if noted else []
    lines = [
        f'<p lang="{lang}">{marked_up(text[lang])}</p>'
        for text in texts
        if text
        for lang in LANGUAGES
    ]
    head = f"<p><strong>{html.escape(f'{score:g} / {points:g}')}</strong></p>"
    # without the class, formulas in a student's text would be set as such, links included
    return f'<div class="tex2jax_ignore mathjax_ignore">{head}{"".join(lines)}</div>'


def _handed_out_in(course: CourseDirectory) -> list[Place]:
    """The exercises of an assignment; none where it has a notebook that is no exercise of ours."""
    release = Path(course.format_path(course.release_directory, ".", course.assignment_id))
    names = {file.stem for file in release.glob(f"{course.notebook_id}.ipynb")}
    places = [place for place in declarations.sections() if place[1] in names]
    return places if len(places) == len(names) else []


def _place(notebook: str) -> Place:
    """The (chapter, section) of an exercise; sections have names of their own in the whole book."""
    for place in declarations.sections():
        if place[1] == notebook:
            return place
    raise NbGraderException(str(say(FOREIGN, notebook=notebook, cell="*")))


def _inside(root: Path, file: Path) -> None:
    """Make sure that no folder on the way from the root is a link to somewhere else."""
    for folder in file.parents:
        if folder == root:
            return
        if folder.is_symlink():
            raise Unreadable("link")
