"""Strange files and strange answers by the thousand: none stops the grader, none earns a point."""

import dataclasses
import json
import time

import nbformat
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dlnotes.core.language import LANGUAGES
from dlnotes.grading.grade import grade, template
from dlnotes.grading.jail.parcel import pack
from dlnotes.grading.judging.judgement import judge
from dlnotes.grading.results import feedback, report
from dlnotes.grading.submissions import identity
from dlnotes.grading.submissions.canonical import Unreadable, canonical
from dlnotes.grading.submissions.restored import restored
from dlnotes.grading.submissions.submission import Submission
from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.notebook import student_notebook
from tests.grading.hostile import strange

PLACE = ("optimizers", "momentum")
BASE = nbformat.reads(student_notebook(*PLACE), as_version=4)
SECONDS = 1.0  # for the cases of one answer; a hanging one waits for it
PATIENCE = 60.0  # on a busy machine, twice what a jail allows


def tried(check, strategy, many):
    """Try a check on so many examples, the same ones every time."""
    chosen = settings(
        max_examples=many,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    chosen(given(strategy)(check))()


def assert_told(texts):
    """Every text in both languages, and fit for a file."""
    for text in filter(None, texts):
        assert all(text[lang].strip() for lang in LANGUAGES)
        assert "".join(text.values()).encode("utf-8")


def assert_read(data):
    """What is done with a file before and after anything in it runs; whether it is a notebook."""
    try:
        identity.answered(data)
        work = canonical(data, template(*PLACE))
    except Unreadable as stop:
        assert_told([stop.problem])
        assert restored(data, BASE).cells == BASE.cells
        return False
    assert_told(flag.text() for flag in work.flags)
    json.dumps([work.cells, work.answers]).encode("ascii")
    nbformat.validate(restored(data, BASE))
    return True


def assert_graded(data, jail):
    """One result without a point, whatever stands in the file, that can be written down."""
    begin = time.monotonic()
    result = grade(data, Submission("\udcff", *PLACE), seed="fuzz", jail=jail)
    assert time.monotonic() - begin < PATIENCE
    assert result.status in ("graded", "unreadable") and result.score == 0
    assert "failed" not in {flag.kind for flag in result.flags}
    assert_told([result.problem, *(one.message for one in result.tasks)])
    report.table([result]).encode("utf-8")
    report.listing([result]).encode("ascii")
    feedback.page("\udcff", [result]).encode("utf-8")


@pytest.mark.parametrize("many", [60, pytest.param(4_100, marks=pytest.mark.long)])
def test_no_notebook_is_too_strange(many, warm):
    def check(data):
        if assert_read(data):
            assert_graded(data, warm)

    tried(check, strange.notebooks(), many)


ASKED = {
    place: [
        dataclasses.replace(task, seconds=SECONDS, cases=2)
        for task in declarations.declaration(*place).TASKS
    ]
    for place in declarations.sections()
}


def several():
    """The answers to all tasks of some exercise."""
    return st.sampled_from(sorted(ASKED)).flatmap(
        lambda place: st.tuples(st.just(place), strange.answers([task.id for task in ASKED[place]]))
    )


@pytest.mark.parametrize("many", [20, pytest.param(900, marks=pytest.mark.long)])
def test_no_answer_is_too_strange(many, warm):
    """About seven answers a time."""

    def check(drawn):
        place, texts = drawn
        begin, tasks = time.monotonic(), ASKED[place]
        cells = [("", strange.HOSTILE)]
        cells += [(task.id, text) for task, text in zip(tasks, texts, strict=True)]
        records = warm.run(pack(cells, tasks, "fuzz"))
        for task in tasks:
            found = judge(task, "fuzz", records[task.id])
            assert not found.share, (task.id, records[task.id])
            assert_told([found.message, found.example])
        assert time.monotonic() - begin < PATIENCE

    tried(check, several(), many)
