"""What an author got wrong in an exercise: one line, with the file and the way out."""

import pytest

from dlnotes import cli
from dlnotes.grading.faults import faults
from dlnotes.grading.tasks import declarations, notebook

MAKE = "run `make exercises`."
SECTION = """
from dlnotes.core.language import both
from dlnotes.grading import Task, wrong

WORDS = both(zh="字", en="words")
TITLE = WORDS


def slip(answer, number):
    return wrong(answer, zh=f"错 {{number}}", en=f"slip {{number}}")


TASKS = [
    Task(
        id="{name}",
        points=1,
        title=WORDS,
        prompt=WORDS,
        solution="def {name}(x):\\n    return x / 2\\n",
        inputs=lambda draw: {{"x": draw.between(1, 2)}},
        reference=lambda x: x / 2,
        hints=(WORDS, WORDS, WORDS),
        wrong=(slip(lambda x: x, 1), slip(lambda x: 2 * x, 2), slip(lambda x: {third}, 3)),
    )
]
"""


@pytest.fixture
def declare(tmp_path, monkeypatch):
    """Write a section of one task, and its notebook, into a book of our own."""
    home = tmp_path / "exercises"
    monkeypatch.setattr(declarations, "FOLDERS", (home,))
    declarations.declaration.cache_clear()

    def declared(section, name, third="x + 1"):
        file = home / "chapter" / f"{section}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(SECTION.format(name=name, third=third), encoding="utf-8")
        notebook.write("chapter", section)
        return file

    yield declared
    declarations.declaration.cache_clear()


def test_a_sound_book_has_none(declare, capsys):
    declare("halves", "half")
    assert faults() == []
    assert cli.main(["exercises"]) == 0 and capsys.readouterr().err == ""


def test_a_task_that_is_there_twice(declare, capsys):
    declare("halves", "half")
    declare("more", "half")
    (fault,) = faults()
    assert fault.startswith("exercises/chapter/more.py: the task `half` is in exercises/chapter/")
    assert "rename" in fault
    assert cli.main(["exercises"]) == 1 and capsys.readouterr().err == f"{fault}\n"


@pytest.mark.parametrize(
    ("third", "said"),
    [
        ("x * 0.5", "wrong answer 3 gives what the reference gives; change it"),
        ("x + x", "wrong answer 3 gives what wrong answer 2 gives; change it"),
        ("x / 0", "wrong answer 3 fails"),
    ],
)
def test_a_wrong_answer_that_is_none(third, said, declare):
    declare("halves", "half", third)
    (fault,) = faults()
    assert fault.startswith("exercises/chapter/halves.py: `half`: ") and said in fault
    assert "\n" not in fault


def test_a_notebook_that_is_missing_old_or_alone(declare):
    file = declare("halves", "half")
    made = file.with_suffix(".ipynb")
    made.write_text(made.read_text("utf-8") + " ", "utf-8")
    assert faults() == [f"exercises/chapter/halves.ipynb: not what {file.name} declares; {MAKE}"]
    made.rename(made.with_name("others.ipynb"))
    assert faults() == [
        "exercises/chapter/others.ipynb: a notebook without others.py; write it, or delete this "
        "one.",
        f"exercises/chapter/halves.py: its notebook halves.ipynb is missing; {MAKE}",
    ]
