"""`dlnotes course`: a folder in which nbgrader finds everything it asks for."""

import json
from pathlib import Path

from dlnotes.core.language import both
from dlnotes.core.solutions import BEGIN, unsealed
from dlnotes.grading.classroom.batch import class_secret
from dlnotes.grading.messages import Refusal, say
from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.declarations import Place
from dlnotes.grading.tasks.notebook import source_notebook

CONFIG = '''\
"""A course of dlnotes exercises. What else can be set: `nbgrader --help-all`."""

c = get_config()
c.CourseDirectory.course_id = {name!r}

# Submissions run behind the wall; nbgrader itself executes none of them.
c.Autograde.exporter_class = "dlnotes.grading.classroom.nbgrader.HandedIn"
c.Autograde.autograde_preprocessors = [
    "dlnotes.grading.classroom.nbgrader.Score",  # where nbgrader would have `Execute`
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.ClearSolutions.code_stub = {{"python": "..."}}

# Scores go to gradebook.db beside this file; several writers need a PostgreSQL server:
# c.CourseDirectory.db_url = "postgresql://user@host/gradebook"
# Where a JupyterHub hands out and collects; students need the line too, so rather write it to
# /etc/jupyter/nbgrader_config.py:
# c.Exchange.root = "/srv/nbgrader/exchange"
'''
WRITTEN = both(zh="写好了：{file}", en="Written: {file}")
KEPT = both(zh="没有动：{file} 已经有了。", en="Kept: {file} is already there.")
BAD_NAME = both(
    zh="课程的名字里不能有空格、斜杠这类字符：{name}。",
    en="A course's name takes letters, digits, `-` and `_` only, got {name}.",
)


class BadName(Refusal):
    """The course cannot be called so."""


def course(folder: Path, places: list[Place] | None = None) -> list[dict[str, str]]:
    """Set up a course; what is already there is never touched.

    Args:
        folder: the course's; its name becomes the course's id.
        places: (chapter, section) of the exercises; without any, all.

    Returns:
        A line for every file, in both languages.

    Raises:
        BadName: when nbgrader would not take the folder's name.
    """
    name = folder.resolve().name
    if not name.replace("-", "").replace("_", "").isalnum():
        raise BadName(say(BAD_NAME, name=repr(name)))
    files = {folder / "nbgrader_config.py": CONFIG.format(name=name)}
    for chapter, section in places or declarations.sections():
        files[folder / "source" / section / f"{section}.ipynb"] = source(chapter, section)
    said = [_written(file, text) for file, text in files.items()]
    class_secret(folder / "secret-seed")
    return said


def source(chapter: str, section: str) -> str:
    """nbgrader's source notebook, solutions included, from a checkout or from the package."""
    notebook = json.loads(source_notebook(chapter, section))
    for task in declarations.declaration(chapter, section).TASKS:
        if BEGIN not in task.solution:
            sealed = declarations.seal(task.id).read_text(encoding="ascii")
            (cell,) = [cell for cell in notebook["cells"] if cell["id"] == f"{task.id}-answer"]
            cell["source"] = unsealed(sealed)[task.id].strip().splitlines(keepends=True)
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _written(file: Path, text: str) -> dict[str, str]:
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(text)
    except FileExistsError:
        return say(KEPT, file=file)
    return say(WRITTEN, file=file)
