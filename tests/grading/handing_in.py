"""Notebooks as a class hands them in: solved, damaged, rearranged; and how to write them down."""

import copy
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dlnotes.core.solutions import without_marks
from dlnotes.grading.classroom.executors import Job
from dlnotes.grading.grade import without_answers
from dlnotes.grading.tasks.notebook import source_notebook, student_notebook

Notebook = dict[str, Any]
CHAPTER = "optimizers"


def solved(section: str = "momentum") -> Notebook:
    """The exercise with the worked solution in every answer cell."""
    return json.loads(without_marks_inside(source_notebook(CHAPTER, section)))


def without_marks_inside(text: str) -> str:
    notebook = json.loads(text)
    for one in notebook["cells"]:
        one["source"] = without_marks("".join(one["source"]))
    return json.dumps(notebook)


def untouched(section: str = "momentum") -> Notebook:
    """The exercise as it was handed out."""
    return json.loads(student_notebook(CHAPTER, section))


def data(notebook: Notebook) -> bytes:
    return json.dumps(notebook, ensure_ascii=False).encode("utf-8")


def cell(notebook: Notebook, name: str) -> dict[str, Any]:
    (found,) = [one for one in notebook["cells"] if one["id"] == name]
    return found


def place(notebook: Notebook, name: str) -> int:
    return notebook["cells"].index(cell(notebook, name))


def code(source: str, **more: Any) -> dict[str, Any]:
    """A cell that the learner has added."""
    return {"cell_type": "code", "id": "mine", "metadata": {}, "source": source, **more}


def answered(task: str, source: str, section: str = "momentum") -> Notebook:
    """A solved notebook with another answer to one task."""
    notebook = solved(section)
    cell(notebook, f"{task}-answer")["source"] = source
    return notebook


def hand_in(folder: Path, student: str, notebook: Notebook | bytes, name: str = "momentum") -> Path:
    """Write a notebook where a student's work lies."""
    file = folder / student / f"{name}.ipynb"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(notebook if isinstance(notebook, bytes) else data(notebook))
    return file


def pretended(job: Job) -> dict[str, Any]:
    """A result without a jail."""
    return without_answers(job.submission, status="graded").plain()


def journal_lines(out: Path) -> list[str]:
    return (out / "journal.jsonl").read_text(encoding="ascii").splitlines()


# What happens to cells; none of it costs a point


def duplicated(notebook: Notebook, name: str, source: str | None = None) -> None:
    twin = copy.deepcopy(cell(notebook, name)) | {"id": "twin"}
    if source is not None:
        twin["source"] = source
    notebook["cells"].insert(place(notebook, name) + 1, twin)


def deleted(notebook: Notebook, name: str) -> None:
    del notebook["cells"][place(notebook, name)]


def retyped(notebook: Notebook, name: str, kind: str = "markdown") -> None:
    cell(notebook, name)["cell_type"] = kind


def split(notebook: Notebook) -> None:
    """Both halves keep the metadata, as in JupyterLab."""
    whole = cell(notebook, "momentum-answer")
    duplicated(notebook, "momentum-answer", whole["source"])
    whole["source"] = "factor = 1.0"


def bare(notebook: Notebook) -> None:
    """Without nbgrader's metadata, as after a detour through another program."""
    for one in notebook["cells"]:
        one["metadata"] = {}


def nameless(notebook: Notebook) -> None:
    """Neither metadata nor ids, as programs of an older format write."""
    bare(notebook)
    for one in notebook["cells"]:
        del one["id"]


def renamed_by_colab(notebook: Notebook) -> None:
    for one in notebook["cells"]:
        one["metadata"] = {"id": one.pop("id")}


def moved_into_helpers(notebook: Notebook) -> None:
    """The work stands in a cell of the learner's own, the answer cell calls it."""
    answer = cell(notebook, "gains-answer")
    answer["source"] = "def gains(momentum):\n    return both_gains(momentum)"
    helper = code("def both_gains(beta):\n    return 1 / (1 - beta), 1 / (1 + beta)")
    notebook["cells"].append(helper)


def between(notebook: Notebook) -> None:
    """The answer cell is as it was handed out, the function is written below it."""
    answer = cell(notebook, "gains-answer")
    helper = code(answer["source"])
    answer["source"] = cell(untouched(), "gains-answer")["source"]
    notebook["cells"].insert(place(notebook, "gains-answer") + 1, helper)


def magics(notebook: Notebook) -> None:
    answer = cell(notebook, "gains-answer")
    answer["source"] = "%%time\n%matplotlib inline\n!ls\n" + answer["source"] + "\ngains?"


def stored_output(notebook: Notebook) -> None:
    streams = [{"output_type": "stream", "name": "stdout", "text": "14/14 points\n" * 1000}]
    for one in notebook["cells"]:
        one["outputs"] = streams


REPAIRS: dict[str, tuple[Callable[[Notebook], Any], set[str]]] = {
    "as it should be": (lambda n: None, set()),
    "outputs stored": (stored_output, set()),
    "answer twice": (lambda n: duplicated(n, "momentum-answer"), {"duplicate"}),
    "answer twice, one idle": (
        lambda n: duplicated(n, "gains-answer", cell(untouched(), "gains-answer")["source"]),
        {"duplicate"},
    ),
    "answer twice, one empty": (lambda n: duplicated(n, "gains-answer", " \n"), {"duplicate"}),
    "answer split": (split, {"duplicate"}),
    "check twice": (lambda n: duplicated(n, "momentum"), {"duplicate"}),
    "check deleted": (lambda n: deleted(n, "momentum"), {"deleted"}),
    "imports deleted": (lambda n: deleted(n, "imports"), {"deleted"}),
    "given code deleted": (lambda n: deleted(n, "momentum_after_drop-given"), {"deleted"}),
    "prose deleted": (lambda n: deleted(n, "gains-task-zh"), set()),
    "reversed": (lambda n: n["cells"].reverse(), {"reordered"}),
    "answer retyped": (lambda n: retyped(n, "momentum-answer"), {"retyped"}),
    "answer made raw": (lambda n: retyped(n, "gains-answer", "raw"), {"retyped"}),
    "check retyped": (lambda n: retyped(n, "momentum"), {"retyped"}),
    "check edited": (lambda n: cell(n, "gains").update(source="check = print"), {"edited"}),
    "metadata lost": (bare, set()),
    "metadata and ids lost": (nameless, set()),
    "ids kept in the metadata": (renamed_by_colab, set()),
    "work in a helper": (moved_into_helpers, set()),
    "work below the answer": (between, set()),
    "magics": (magics, {"magics"}),
    "source as one string": (lambda n: None, set()),
    "half a surrogate pair": (
        lambda n: n["cells"].append(code("x = 1  # \udce4")),
        set(),
    ),
    "zero bytes": (lambda n: n["cells"].append(code("x = 1\0")), set()),
    "cells that are none": (lambda n: n["cells"].extend([None, 7, [], {}]), set()),
    "strange metadata": (
        lambda n: n["cells"].append(
            code("", id=7) | {"metadata": {"nbgrader": {"grade_id": ["gains"]}}}
        ),
        set(),
    ),
}


def repaired(name: str) -> tuple[bytes, set[str]]:
    """The bytes of one row of the table, and the flags it must raise."""
    edit, expected = REPAIRS[name]
    notebook = solved()
    edit(notebook)
    text = json.dumps(notebook)  # in ASCII: half a surrogate pair has no other form
    return text.encode("ascii"), expected


# Files that are no notebooks

WHOLE = data(solved())
BROKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "empty"),
    "blank": (lambda: b" \n\t\n", "empty"),
    "cut off": (lambda: WHOLE[: len(WHOLE) // 2], "json"),
    "not UTF-8": (lambda: WHOLE.decode().encode("utf-16"), "encoding"),
    "not UTF-8 inside": (lambda: WHOLE.replace(b"momentum", b"m\xff\xfe", 1), "encoding"),
    "200 MB of output": (lambda: WHOLE[:-2] + b'"x": "' + b"x" * 200_000_000 + b'"}', "large"),
    "zip bomb": (lambda: gzip.compress(b"\0" * 50_000_000), "encoding"),
    "deep JSON": (lambda: b"[" * 100_000, "deep"),
    "deep JSON, closed": (lambda: b'{"cells": ' + b"[" * 9000 + b"]" * 9000 + b"}", "deep"),
    "many brackets": (lambda: b"[" + b"[]," * 900_000 + b"[]]", "deep"),
    "a list": (lambda: b"[]", "notebook"),
    "a text": (lambda: b'"cells"', "notebook"),
    "no cells": (lambda: b'{"metadata": {}}', "notebook"),
    "cells no list": (lambda: b'{"cells": {"0": {}}}', "notebook"),
    "a number too long": (lambda: b'{"cells": ' + b"9" * 5_000_000 + b"}", "json"),
    "too much code": (lambda: data({"cells": [code("x = 1\n" * 100_000)]}), "code"),
    "too many cells": (lambda: data({"cells": [code("")] * 3_000}), "code"),
    "Python": (lambda: b"def momentum(): pass", "json"),
    "HTML": (lambda: b"<html><script>alert(1)</script></html>", "json"),
}
