"""Where the tasks are: `exercises/<chapter>/<section>.py`, in a checkout or in the package."""

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

from dlnotes.core.data import PACKAGE
from dlnotes.grading.task import Task

FOLDERS = (PACKAGE.parent / "exercises", PACKAGE / "_data" / "exercises")


def sections(chapter: str | None = None) -> list[tuple[str, str]]:
    """Every (chapter, section) that has exercises, in alphabetical order."""
    files = sorted(_folder().glob("*/*.py"))
    places = [(file.parent.name, file.stem) for file in files]
    return [place for place in places if chapter in (None, place[0])]


@cache
def declaration(chapter: str, section: str) -> ModuleType:
    """The module that declares a section's tasks: `TITLE` and `TASKS`."""
    file = path(chapter, section)
    spec = importlib.util.spec_from_file_location(f"exercises_{chapter}_{section}", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def path(chapter: str, section: str) -> Path:
    """The file that declares a section's tasks.

    Raises:
        FileNotFoundError: when the section has no exercises.
    """
    file = _folder() / chapter / f"{section}.py"
    if not file.is_file():
        raise FileNotFoundError(f"`{chapter}/{section}` has no exercises: {file} is missing.")
    return file


def all_tasks() -> list[Task]:
    """The tasks of the whole book."""
    return [task for place in sections() for task in declaration(*place).TASKS]


def find(task_id: str) -> Task | None:
    """The task with this id, or `None`; loads only files in which the id stands."""
    for chapter, section in sections():
        if f'"{task_id}"' in path(chapter, section).read_text(encoding="utf-8"):
            for task in declaration(chapter, section).TASKS:
                if task.id == task_id:
                    return task
    return None


def _folder() -> Path:
    for folder in FOLDERS:
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the exercises are missing; they belong to {FOLDERS[0]}.")
