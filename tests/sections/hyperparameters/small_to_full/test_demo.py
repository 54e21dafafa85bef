"""The programs of the demo: which pass, and what they are worth."""

import pytest
import torch

from dlnotes.sections.hyperparameters.small_to_full import experiments, traces
from dlnotes.sections.hyperparameters.small_to_full.demo import SmallToFullDemo
from dlnotes.sections.hyperparameters.small_to_full.programs import FIT, PROGRAMS


def shown(**changed):
    return SmallToFullDemo.readouts(**(SmallToFullDemo.start | {"now": traces.LAST} | changed))


def test_every_program_has_its_number_and_its_words():
    assert sorted(traces.ORDER) == sorted(PROGRAMS)
    for words in SmallToFullDemo.words.values():
        assert set(words["faults"]) == set(PROGRAMS)


def test_the_first_one_passes_and_is_no_better_than_guessing():
    found = shown()
    assert found["share"] < 0.001 and found["fresh"] < 0.2
    assert SmallToFullDemo.answer() == "chance"


def test_every_program_is_counted_once():
    for bar in (0.001, 0.05, 1.0):
        found = shown(bar=bar)
        assert found["caught"] + found["missed"] == len(PROGRAMS) - len(traces.SOUND)
    assert shown(bar=0.05)["accused"] == 0
    assert shown(bar=0.001)["caught"] >= shown(bar=0.05)["caught"] >= shown(bar=1.0)["caught"]


def test_a_wrong_sign_is_not_let_through():
    shares = torch.tensor([-700.0, -0.01, 0.01, 0.2])
    assert traces.passes(shares, torch.tensor(0.05)).tolist() == [0, 1, 1, 0]


def test_the_small_run_comes_first():
    trace = traces.traces()[0]
    assert trace.loss(FIT) == trace.small[-1] and trace.loss(FIT + 1) == trace.full[0]
    assert trace.loss(traces.LAST) == trace.full[-1]
    assert trace.accuracy(FIT) == trace.fresh[0] and trace.accuracy(traces.LAST) == trace.fresh[-1]
    assert len(trace.full) * experiments.BLOCK == traces.LAST - FIT


@pytest.mark.slow
class TestInBrowser:
    def test_the_other_programs_are_kept_back_until_the_end(self, demo):
        before = demo.root.locator(".demo-dot").count()
        demo.answer()
        assert demo.root.locator(".demo-dot").count() > before

    def test_another_program_begins_after_its_small_run(self, demo):
        demo.answer()
        demo.press("six")
        assert demo.controls()["program"] == 6 and demo.controls()["now"] == FIT
