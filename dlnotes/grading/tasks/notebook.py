"""The notebooks of an exercise, written from the declaration: for nbgrader and for the learner."""

import json
from pathlib import Path
from types import ModuleType
from typing import Any

from dlnotes.core.language import LANGUAGES, both
from dlnotes.core.solutions import student
from dlnotes.grading.messages import say
from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.task import Task

Cell = dict[str, Any]

TITLE = both(zh="# 练习：{section}", en="# Exercises: {section}")
INTRO = both(
    zh="把 `...` 换成你的代码，运行这一格，再运行它下面的 `check`。"
    "没过，它会说差在哪里；每多试一次，多给一条提示，最多三条。"
    "三次都没过，`solution` 给你看一种写法；`score()` 看得了多少分。\n\n"
    "每个人抽到的数不一样，所以要交的是函数，不是一个数。",
    en="Put your code in place of `...`, run the cell, then the `check` below it.\n"
    "If something is missing, it says what; every further try adds a hint, up to three.\n"
    "After three, `solution` shows one way to write it; `score()` adds up what you have earned.\n\n"
    "Everyone draws different numbers, so hand in a function, not a number.",
)
HEADING = both(
    zh="## {number} · {title}（{points} 分）", en="## {number} · {title} ({points} {word})"
)
IMPORTS = """
import math

import torch

from dlnotes.grading import check, score, solution
"""
METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}


def write_all() -> list[Path]:
    """Write every section's source notebook beside its declaration; gives the files.

    Only in a checkout: the installed package carries no solutions to write.
    """
    return [write(chapter, section) for chapter, section in declarations.sections()]


def write(chapter: str, section: str) -> Path:
    """Write the source notebook of one section beside its declaration."""
    file = declarations.path(chapter, section).with_suffix(".ipynb")
    file.write_text(source_notebook(chapter, section), encoding="utf-8")
    return file


def source_notebook(chapter: str, section: str) -> str:
    """nbgrader's source notebook, solutions included, as the text of the file."""
    return notebook_of(declarations.declaration(chapter, section))


def notebook_of(declared: ModuleType) -> str:
    """The same from the module that declares the tasks: `TITLE` and `TASKS`."""
    cells = [*_twins("title", _title(declared.TITLE)), _code("imports", IMPORTS.strip())]
    for number, task in enumerate(declared.TASKS, start=1):
        cells += _task(number, task)
    notebook = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def student_notebook(chapter: str, section: str) -> str:
    """What a learner gets: `...` where the solutions were."""
    return student(source_notebook(chapter, section))


def _title(section: dict[str, str]) -> dict[str, str]:
    head = say(TITLE, section=section)
    return {lang: f"{head[lang]}\n\n{INTRO[lang]}" for lang in LANGUAGES}


def _task(number: int, task: Task) -> list[Cell]:
    word = "point" if task.points == 1 else "points"
    words = {"number": number, "title": task.title, "points": task.points, "word": word}
    head = say(HEADING, **words)
    prompt = {lang: f"{head[lang]}\n\n{task.prompt[lang]}" for lang in LANGUAGES}
    given = [_code(f"{task.id}-given", task.given.strip())] if task.given else []
    answer = _code(f"{task.id}-answer", task.solution.strip())
    answer["metadata"]["nbgrader"] = _nbgrader(f"{task.id}-answer", solution=True)
    test = _code(task.id, f'check("{task.id}")')
    test["metadata"]["nbgrader"] = _nbgrader(task.id, grade=True, points=task.points)
    return [*_twins(f"{task.id}-task", prompt), *given, answer, test]


def _nbgrader(grade_id: str, *, solution: bool = False, grade: bool = False, **more: Any) -> dict:
    fixed = {"schema_version": 3, "task": False, "locked": grade}
    return {"grade_id": grade_id, "solution": solution, "grade": grade, **fixed, **more}


def _twins(name: str, text: dict[str, str]) -> list[Cell]:
    return [
        {
            "cell_type": "markdown",
            "id": f"{name}-{lang}",
            "metadata": {"tags": [f"lang-{lang}"]},
            "source": _lines(text[lang]),
        }
        for lang in LANGUAGES
    ]


def _code(name: str, text: str) -> Cell:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {},
        "outputs": [],
        "source": _lines(text),
    }


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
