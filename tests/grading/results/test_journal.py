"""What is kept of a run: the results, whenever it is cut off, and the secret of the class."""

import stat
from dataclasses import replace

import pytest

from dlnotes.core.language import LANGUAGES
from dlnotes.grading.classroom.batch import NoSecret, class_secret
from dlnotes.grading.grade import without_answers
from dlnotes.grading.results import journal as journals
from dlnotes.grading.results.journal import Busy, Journal, key
from dlnotes.grading.submissions.submission import Submission
from tests.grading.handing_in import journal_lines

ANN, BO = (Submission(name, "optimizers", "momentum", "00") for name in ("ann", "bo"))
RESULT, OTHER = without_answers(ANN), without_answers(BO)


@pytest.fixture
def file(tmp_path):
    """A journal with one result in it."""
    file = tmp_path / "journal.jsonl"
    with Journal(file) as journal:
        journal.add(RESULT)
    return file


def test_a_journal_keeps_what_was_added(file):
    with Journal(file) as journal:
        assert journal.get(ANN) == RESULT and journal.get(BO) is None
        assert journal.get(ANN).submission.sha256 == "00"
        assert journal.get(replace(ANN, sha256="11")) is None


@pytest.mark.parametrize("tail", [b'{"key": "b", "res', b'{"key": "b"}\n', b"\0" * 40, b"[1]\n"])
def test_half_a_line_is_cut_off(tail, file):
    whole = file.read_bytes()
    file.write_bytes(whole + tail)
    with Journal(file) as journal:
        assert journal.get(ANN) == RESULT and journal.get(BO) is None
        journal.add(OTHER)
    with Journal(file) as journal:
        assert journal.get(BO) == OTHER
    assert file.read_bytes().startswith(whole) and len(journal_lines(file.parent)) == 2


def test_every_cut_of_the_last_line_loses_only_that_line(file):
    first = len(file.read_bytes())
    with Journal(file) as journal:
        journal.add(OTHER)
    whole = file.read_bytes()
    for cut in range(first, len(whole), 7):
        file.write_bytes(whole[:cut])
        with Journal(file) as journal:
            assert journal.get(ANN) and not journal.get(BO), cut


def test_only_one_may_write(file):
    with Journal(file), pytest.raises(Busy) as stop, Journal(file):
        pass
    assert all(str(file) in stop.value.texts[lang] for lang in LANGUAGES)


def test_a_key_is_for_one_student_one_exercise_one_file_one_spec(monkeypatch):
    keys = set()
    for spec in ("0", "1"):
        monkeypatch.setattr(journals, "spec", lambda *place, spec=spec: spec)
        keys |= {
            key(Submission(student, "optimizers", section, sha256))
            for student in ("ann", "bo", "b\udc80")
            for section in ("momentum", "gradient_descent")
            for sha256 in ("0", "1")
        }
    assert len(keys) == 24


def test_the_secret_is_made_once_and_for_one_account(tmp_path):
    file = tmp_path / "out" / "secret-seed"
    secret = class_secret(file)
    assert secret == class_secret(file) and len(secret) == 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert class_secret(tmp_path / "other") != secret


def test_a_short_secret_is_refused(tmp_path):
    file = tmp_path / "seed"
    file.write_text("7")
    with pytest.raises(NoSecret, match="at least 16 bytes, got 1 in"):
        class_secret(file)
