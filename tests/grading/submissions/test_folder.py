"""Which file of which student answers which exercise; nothing else is opened."""

import os

import pytest

from dlnotes.grading.submissions import folder
from dlnotes.grading.submissions.canonical import MOST_BYTES, Unreadable
from dlnotes.grading.submissions.submission import Submission
from tests.grading.handing_in import data, hand_in, solved

MOMENTUM = ("optimizers", "momentum")


@pytest.mark.parametrize(
    "path",
    [
        "momentum.ipynb",
        "optimizers/momentum.ipynb",
        "deep/er/still/momentum.ipynb",
        "Momentum (2).ipynb",
        "momentum-Copy1.ipynb",
        "momentum_副本.ipynb",
    ],
)
def test_a_submission_is_found_wherever_it_lies(path, tmp_path):
    file = hand_in(tmp_path, "ann", b"{}", path.removesuffix(".ipynb"))
    (one,) = folder.find(tmp_path)
    assert (one.submission, one.path) == (Submission("ann", *MOMENTUM), file)
    renamed = file.stem != "momentum"
    assert [flag.kind for flag in one.flags] == ["renamed"] * renamed


def test_nbgraders_folders_are_known(tmp_path):
    hand_in(tmp_path / "submitted", "ann", b"{}", "week1/momentum")
    hand_in(tmp_path, "autograded/ann", b"{}", "week1/momentum")
    assert [one.submission.student for one in folder.find(tmp_path)] == ["ann"]


def test_every_student_has_a_row_for_every_exercise_of_the_class(tmp_path):
    hand_in(tmp_path, "ann", b"{}")
    hand_in(tmp_path, "bo", b"{}", "gradient_descent")
    hand_in(tmp_path, "cy", b"{}", "notes")
    found = [
        (one.submission.student, one.submission.section, bool(one.path))
        for one in folder.find(tmp_path)
    ]
    assert found == [
        (student, section, (student, section) in [("ann", "momentum"), ("bo", "gradient_descent")])
        for student in ("ann", "bo", "cy")
        for section in ("gradient_descent", "momentum")
    ]
    only = folder.find(tmp_path, [MOMENTUM])
    assert {one.submission.section for one in only} == {"momentum"} and len(only) == 3


def test_of_several_files_the_nearest_is_taken_and_noted(tmp_path):
    hand_in(tmp_path, "ann", b"{}", "old/momentum")
    near = hand_in(tmp_path, "ann", b"{}", "momentum")
    hand_in(tmp_path, "ann", b"{}", ".ipynb_checkpoints/momentum")
    (one,) = folder.find(tmp_path)
    assert one.path == near and [flag.kind for flag in one.flags] == ["several"]
    chapter = hand_in(tmp_path, "ann", b"{}", "optimizers/momentum")
    assert folder.find(tmp_path)[0].path == chapter


def test_a_copy_beside_the_file_is_noted(tmp_path):
    file = hand_in(tmp_path, "ann", b"{}", "momentum")
    hand_in(tmp_path, "ann", b"{}", "momentum (1)")
    (one,) = folder.find(tmp_path)
    assert one.path == file and [flag.kind for flag in one.flags] == ["several"]


def test_links_and_special_files_are_not_followed(tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(data(solved()))
    handed = tmp_path / "class"
    for student in ("link", "pipe", "folder"):
        (handed / student).mkdir(parents=True)
    (handed / "link" / "momentum.ipynb").symlink_to(secret)
    os.mkfifo(handed / "pipe" / "momentum.ipynb")
    (handed / "folder" / "momentum.ipynb").mkdir()
    (handed / "outside").symlink_to(tmp_path)
    hand_in(handed, "real", b"{}")
    (handed / "real" / "more").symlink_to(handed)
    found = {one.submission.student: one.path for one in folder.find(handed)}
    assert set(found) == {"link", "pipe", "folder", "real"} and found["folder"] is None
    for student in ("link", "pipe"):
        with pytest.raises(Unreadable, match="link"):
            folder.bytes_of(found[student])


def test_a_file_without_permission_has_a_reason(tmp_path, monkeypatch):
    def closed(*args):
        raise PermissionError

    monkeypatch.setattr(os, "open", closed)
    with pytest.raises(Unreadable, match="closed"):
        folder.bytes_of(tmp_path / "momentum.ipynb")


def test_no_more_is_read_than_allowed(tmp_path):
    file = tmp_path / "momentum.ipynb"
    with file.open("wb") as big:
        big.truncate(200_000_000)
    assert len(folder.bytes_of(file)) == MOST_BYTES + 1


def test_a_folder_of_folders_is_searched_within_bounds(tmp_path):
    deep = tmp_path / "ann" / "/".join("d" * 30)
    deep.mkdir(parents=True)
    (deep / "momentum.ipynb").write_text("{}")
    assert folder.find(tmp_path, [MOMENTUM])[0].path is None
