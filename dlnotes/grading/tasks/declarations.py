"""Where the tasks are: `exercises/<chapter>/<section>.py`, in a checkout or in the package."""

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

from dlnotes.core import coverage
from dlnotes.core.data import PACKAGE
from dlnotes.grading.tasks.task import Task

Place = tuple[str, str]  # chapter and section

FOLDERS = (PACKAGE.parent / "exercises", PACKAGE / "_data" / "exercises")


def sections(chapter: str | None = None) -> list[Place]:
    """Every (chapter, section) that has exercises, in the order of the book."""
    found = {(file.parent.name, file.stem) for file in folder().glob("*/*.py")}
    places = [place for place in coverage.planned() if place in found]
    places += sorted(found.difference(places))
    return [place for place in places if chapter in (None, place[0])]


@cache
def declaration(chapter: str, section: str) -> ModuleType:
    """The module that declares a section's tasks: `TITLE` and `TASKS`."""
    return loaded(path(chapter, section))


def loaded(file: Path) -> ModuleType:
    """The module in a file that declares tasks, run anew."""
    name = f"exercises_{file.parent.name}_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def path(chapter: str, section: str) -> Path:
    """The file that declares a section's tasks.

    Raises:
        FileNotFoundError: when the section has no exercises.
    """
    file = folder() / chapter / f"{section}.py"
    if not file.is_file():
        raise FileNotFoundError(f"`{chapter}/{section}` has no exercises: {file} is missing.")
    return file


def seal(task_id: str) -> Path:
    """The file with the worked solutions of a task's section, in the installed package.

    Raises:
        FileNotFoundError: when it is not there.
    """
    file = path(*_section(task_id)).with_suffix(".sealed")
    if not file.is_file():
        raise FileNotFoundError(f"the solution of `{task_id}` is missing: {file}.")
    return file


def all_tasks() -> list[Task]:
    """The tasks of the whole book."""
    return [task for place in sections() for task in declaration(*place).TASKS]


def find(task_id: str) -> Task | None:
    """The task with this id, or `None`."""
    place = _section(task_id)
    tasks = declaration(*place).TASKS if place else []
    return next((task for task in tasks if task.id == task_id), None)


def _section(task_id: str) -> Place | None:
    """Where a task is declared; loads only files in which its id stands."""
    for place in sections():
        text = path(*place).read_text(encoding="utf-8")
        if f'"{task_id}"' in text and task_id in [task.id for task in declaration(*place).TASKS]:
            return place
    return None


def folder() -> Path:
    """Where the exercises are: in the checkout, else in the package."""
    for found in FOLDERS:
        if found.is_dir():
            return found
    raise FileNotFoundError(f"the exercises are missing; they belong to {FOLDERS[0]}.")
