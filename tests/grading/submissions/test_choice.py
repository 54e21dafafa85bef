"""A notebook is known by what is in it; its name, and how many copies there are, costs nothing."""

import unicodedata

import pytest

from dlnotes.grading.submissions import choice, folder, identity
from tests.grading.handing_in import (
    answered,
    bare,
    cell,
    code,
    data,
    nameless,
    renamed_by_colab,
    retyped,
    solved,
    untouched,
)

MOMENTUM, DESCENT = ("optimizers", "momentum"), ("optimizers", "gradient_descent")
NAMES = [
    "Copy of momentum.ipynb",  # Colab
    "momentum-1.ipynb",  # Canvas
    "momentum copy 2.ipynb",  # Finder
    "momentum.ipynb.json",  # Safari
    "张三_momentum.ipynb",
    "momentum-Copy1.ipynb",  # JupyterLab
    "momentum (1).ipynb",
    "momentum（1）.ipynb",
    "momentum - Kopie.ipynb",
    "“momentum”的副本.ipynb",
    "  momentum .ipynb",
    "MOMENTUM.IPYNB",
    "momentum.ipynb.txt",
    "momentum.ipynb.download",
    "2024_03_momentum_final-v2.ipynb",
    unicodedata.normalize("NFD", "Café_momentum é.ipynb"),
    "ｍｏｍｅｎｔｕｍ.ipynb",
]
SPEAKING = [name for name in NAMES if "ipynb" in name.lower()]
SILENT = ["homework.ipynb", "作业.ipynb", "momentum.json", "momentum", "adam.ipynb", "x.bin"]


def put(root, name, content, student="ann"):
    file = root / student / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else data(content))
    return file


def only(root, place=MOMENTUM):
    (one,) = folder.find(root, [place])
    return one


def kinds(one):
    return [flag.kind for flag in one.flags]


def partly(*tasks):
    notebook = untouched()
    for task in tasks:
        cell(notebook, f"{task}-answer")["source"] = f"def {task}(*_):\n    return 1"
    return notebook


@pytest.mark.parametrize("name", NAMES + SILENT)
def test_work_is_found_under_any_name(name, tmp_path):
    file = put(tmp_path, name, solved())
    assert only(tmp_path).path == file
    assert kinds(only(tmp_path)) == ["renamed"]
    assert name in only(tmp_path).flags[0].text()["en"]


@pytest.mark.parametrize("name", SPEAKING)
def test_a_damaged_file_is_known_by_its_name(name, tmp_path):
    file = put(tmp_path, name, b"{")
    assert only(tmp_path).path == file


@pytest.mark.parametrize("name", ["momentum.json", "momentums.ipynb", "notes.ipynb", "x.bin"])
def test_a_file_that_says_nothing_is_left_alone(name, tmp_path):
    put(tmp_path, name, b'{"momentum": 0.9}')
    assert only(tmp_path).path is None


def test_the_longer_name_of_two_is_meant():
    assert identity.named("adam_relatives (1).ipynb") == [("optimizers", "adam_relatives")]
    assert identity.named("Adam.ipynb") == [("optimizers", "adam")]


@pytest.mark.parametrize("worked", ["momentum-Copy1", "Copy of momentum", "deep/er/momentum"])
def test_of_an_untouched_and_a_worked_copy_the_worked_one_is_taken(worked, tmp_path):
    put(tmp_path, "momentum.ipynb", untouched())
    file = put(tmp_path, f"{worked}.ipynb", solved())
    assert only(tmp_path).path == file
    assert kinds(only(tmp_path))[0] == "most" and file.name in only(tmp_path).flags[0].detail


def test_of_two_worked_copies_the_one_with_more_tasks_is_taken(tmp_path):
    put(tmp_path, "momentum.ipynb", partly("gains"))
    file = put(tmp_path, "momentum (1).ipynb", partly("gains", "nesterov"))
    assert only(tmp_path).path == file and kinds(only(tmp_path)) == ["most", "renamed"]


def test_of_equal_copies_the_name_decides_and_never_the_score(tmp_path):
    wrong = answered("gains", "def gains(momentum):\n    return 7, 7")
    put(tmp_path, "a momentum.ipynb", solved())
    file = put(tmp_path, "momentum.ipynb", wrong)
    assert only(tmp_path).path == file and kinds(only(tmp_path)) == ["several"]
    file.unlink()
    put(tmp_path, "b momentum.ipynb", solved())
    assert only(tmp_path).path.name == "a momentum.ipynb"
    assert kinds(only(tmp_path)) == ["several", "renamed"]


def test_comments_and_blanks_are_no_work(tmp_path):
    stub = untouched()
    for one in stub["cells"]:
        if one["id"].endswith("-answer"):
            one["source"] = "# to do\n" + "".join(one["source"]) + "\n\n"
    put(tmp_path, "momentum.ipynb", stub)
    file = put(tmp_path, "momentum-2.ipynb", partly("gains"))
    assert only(tmp_path).path == file


def below(notebook):
    """The answer cells as they were handed out, the work in cells of one's own."""
    for one in [one for one in notebook["cells"] if one["id"].endswith("-answer")]:
        notebook["cells"].append(code(one["source"]))
        one["source"] = cell(untouched(), one["id"])["source"]


def as_markdown(notebook):
    for one in list(notebook["cells"]):
        if one["id"].endswith("-answer"):
            retyped(notebook, one["id"])


@pytest.mark.parametrize("edit", [bare, nameless, renamed_by_colab, below, as_markdown])
def test_work_is_seen_however_the_cells_were_changed(edit, tmp_path):
    notebook = solved()
    edit(notebook)
    assert identity.answered(data(notebook)) == {MOMENTUM: 7}
    put(tmp_path, "momentum.ipynb", untouched())
    file = put(tmp_path, "mine.ipynb", notebook)
    assert only(tmp_path).path == file


def test_two_exercises_under_each_others_name(tmp_path):
    descent = put(tmp_path, "momentum.ipynb", solved("gradient_descent"))
    momentum = put(tmp_path, "gradient_descent.ipynb", solved())
    assert only(tmp_path, MOMENTUM).path == momentum
    assert only(tmp_path, DESCENT).path == descent


def test_another_exercise_under_the_name_is_said(tmp_path):
    put(tmp_path, "momentum.ipynb", solved("gradient_descent"))
    assert only(tmp_path).path is None and kinds(only(tmp_path)) == ["elsewhere"]


def test_two_exercises_in_one_notebook(tmp_path):
    both = solved()
    both["cells"] += solved("gradient_descent")["cells"]
    file = put(tmp_path, "all.ipynb", both)
    assert [only(tmp_path, place).path for place in (MOMENTUM, DESCENT)] == [file, file]


def test_a_word_of_another_exercise_does_not_make_it_that_one():
    notebook = solved("gradient_descent")
    notebook["cells"] += [code("momentum = 0.9"), code('check("gains")', id="other")]
    assert identity.answered(data(notebook)) == {DESCENT: 7}


def test_a_damaged_file_does_not_hide_a_whole_one(tmp_path):
    put(tmp_path, "momentum.ipynb", b"{")
    file = put(tmp_path, "momentum-1.ipynb", untouched())
    assert only(tmp_path).path == file and kinds(only(tmp_path)) == ["most", "renamed"]


def test_an_archive_is_said_and_not_opened(tmp_path):
    put(tmp_path, "work.zip", b"PK")
    assert only(tmp_path).path is None
    assert [str(flag.detail) for flag in only(tmp_path).flags] == ["work.zip"]
    put(tmp_path, "momentum.ipynb", solved())
    assert kinds(only(tmp_path)) == []


def test_what_one_student_can_have_read_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(choice, "MOST_OPENED", 3)
    read = []
    monkeypatch.setattr(choice, "_notebook", lambda file: read.append(file) or b"{}")
    for number in range(20):
        put(tmp_path, f"momentum-{number:02}.ipynb", b"{}")
    assert only(tmp_path).path.name == "momentum-00.ipynb" and len(read) == 3
    read.clear()
    monkeypatch.setattr(choice, "MOST_READ", 1)
    assert only(tmp_path).path.name == "momentum-00.ipynb" and len(read) == 1


def test_links_are_not_looked_into(tmp_path):
    secret = put(tmp_path / "else", "x.ipynb", solved())
    (tmp_path / "class/ann").mkdir(parents=True)
    (tmp_path / "class/ann/homework.ipynb").symlink_to(secret)
    assert only(tmp_path / "class").path is None
