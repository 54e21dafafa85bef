"""What is kept of a run: the results, whenever it is cut off, and the secret of the class."""

import stat

import pytest

from dlnotes.core.language import LANGUAGES
from dlnotes.grading.classroom.batch import class_secret
from dlnotes.grading.results.journal import Busy, Journal, key
from tests.grading.handing_in import journal_lines


def test_a_journal_keeps_what_was_added(tmp_path):
    file = tmp_path / "journal.jsonl"
    with Journal(file) as journal:
        journal.add("a", {"score": 1})
        assert journal.get("a") == {"score": 1} and journal.get("b") is None
    with Journal(file) as journal:
        assert journal.get("a") == {"score": 1}


@pytest.mark.parametrize("tail", [b'{"key": "b", "res', b'{"key": "b"}\n', b"\0" * 40, b"[1]\n"])
def test_half_a_line_is_cut_off(tail, tmp_path):
    file = tmp_path / "journal.jsonl"
    with Journal(file) as journal:
        journal.add("a", {"score": 1})
    whole = file.read_bytes()
    file.write_bytes(whole + tail)
    with Journal(file) as journal:
        assert journal.get("a") == {"score": 1} and journal.get("b") is None
        journal.add("b", {"score": 2})
    with Journal(file) as journal:
        assert journal.get("b") == {"score": 2}
    assert file.read_bytes().startswith(whole) and len(journal_lines(tmp_path)) == 2


def test_every_cut_of_the_last_line_loses_only_that_line(tmp_path):
    file = tmp_path / "journal.jsonl"
    with Journal(file) as journal:
        journal.add("a", {"score": 1})
        journal.add("b", {"score": 2})
    whole = file.read_bytes()
    first = whole.index(b"\n") + 1
    for cut in range(first, len(whole)):
        file.write_bytes(whole[:cut])
        with Journal(file) as journal:
            assert journal.get("a") and not journal.get("b"), cut


def test_only_one_may_write(tmp_path):
    file = tmp_path / "journal.jsonl"
    with Journal(file), pytest.raises(Busy) as stop, Journal(file):
        pass
    assert all(str(file) in stop.value.texts[lang] for lang in LANGUAGES)


def test_a_key_is_for_one_student_one_exercise_one_file_one_spec():
    keys = {
        key(student, place, sha256, spec)
        for student in ("ann", "bo", "b\udc80")
        for place in ("optimizers/momentum", "optimizers/gradient_descent")
        for sha256 in ("0", "1")
        for spec in ("0", "1")
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
    with pytest.raises(ValueError, match="at least 16 bytes, got 1 in"):
        class_secret(file)
