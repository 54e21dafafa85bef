"""The fair-comparison explorer: its numbers, and what its presets stage."""

import pytest
import torch

from dlnotes.core.widgets import END_OF_SHARED
from dlnotes.sections.optimizers.fair_comparison import demo as module
from dlnotes.sections.optimizers.fair_comparison.demo import FairComparisonDemo
from dlnotes.sections.optimizers.fair_comparison.experiments import (
    ENTRANTS,
    LRS,
    chances,
    ranks,
    recorded,
    tuned,
)
from tests.demos.driver import assert_true

slow = pytest.mark.slow
START, readouts = FairComparisonDemo.start, FairComparisonDemo.readouts


# ---- numbers -------------------------------------------------------------------------------------
def test_the_whole_record_is_small():
    assert len(FairComparisonDemo.emitted()) < 150_000


def test_the_drawing_ranks_and_averages_nothing_by_itself():
    drawing = FairComparisonDemo._esm.partition(END_OF_SHARED)[2]
    assert [sign for sign in ("comb(", "/ now.seeds", "sum / ") if sign in drawing] == []


@pytest.mark.parametrize("trials", [1, 2, 7, 21])
def test_chances_and_places_are_the_librarys(trials):
    found = module.chance(torch.tensor(float(trials)).double(), torch.tensor(21.0).double())
    assert torch.allclose(found[:21], chances(trials, 21), rtol=1e-12)
    assert not found[21:].any()
    scores = recorded()["digits"]["adam"]
    inside = torch.tensor([float(rate <= 1.001) for rate in LRS], dtype=torch.float64)
    place = module.places(scores.validation.T, inside)
    assert torch.equal(place[:, :21].long(), ranks(scores.validation[:21]).T)
    assert (place[:, 21:] == len(LRS)).all()


def test_readouts_come_from_the_record():
    found = readouts(**START | {"setting": "tuned", "trials": 33})
    for name, scores in recorded()["digits"].items():
        assert found[name] == pytest.approx(tuned(scores).mean().item())
    assert found["level"] == 7 and found["runs"] == 7 * 33 * 10
    assert found["gap"] < 0.005
    assert readouts(**START)["gap"] > 0.8


def test_who_lie_within_the_first_ones_range_have_no_clear_winner(monkeypatch):
    assert FairComparisonDemo.answer() == "nobody"
    apart = dict.fromkeys(ENTRANTS, 0.5) | {"adam": 0.9, "level": 1}
    monkeypatch.setattr(FairComparisonDemo, "readouts", lambda **_: apart)
    assert FairComparisonDemo.answer() == "adam"


# ---- in the browser ------------------------------------------------------------------------------
@slow
def test_before_it_is_touched_rmsprop_leads(spoken):
    assert f"{readouts(**START)['rmsprop']:.3f}" in spoken.status()
    assert spoken.words["adadelta"] in spoken.status()
    assert spoken.root.locator("[data-rank]").count() == len(ENTRANTS)


@slow
def test_every_task_under_every_way_to_tune(demo):
    for task in ("words", "trap", "digits"):
        for setting in ("own", "tuned", "same"):
            demo.press("task", task)
            demo.press("setting", setting)
            assert_true(demo)


@slow
@pytest.mark.parametrize(
    ("preset", "leader"),
    [
        ("all_same", "rmsprop"),
        ("all_own", "rmsprop"),
        ("each_tuned", "adadelta"),
        ("three", "adadelta"),
    ],
)
def test_presets_stage_the_claims(spoken, preset, leader):
    spoken.press(preset)
    assert max(ENTRANTS, key=spoken.readouts().get) == leader
    assert spoken.words[leader] in spoken.status().split("；")[0].split(";")[0]


@slow
def test_one_seed_gives_another_order_than_the_next(spoken):
    spoken.press("one_seed")
    orders = set()
    for _ in range(4):
        orders.add(tuple(sorted(ENTRANTS, key=spoken.readouts().get)))
        spoken.key("first", "ArrowRight")
    assert len(orders) > 2
    assert spoken.words["said_alone"] in spoken.status()


@slow
def test_who_ties_is_named_together(spoken):
    """In the trap three rules get everything right, and three never do."""
    spoken.press("each_tuned")
    spoken.press("task", "trap")
    words, found = spoken.words, spoken.readouts()
    first, last = (
        words["joint"].join(
            words[name]
            for name in ENTRANTS
            if found[name] == pick(found[each] for each in ENTRANTS)
        )
        for pick in (max, min)
    )
    assert spoken.phrase("lead", names=first, score="1.000") in spoken.status()
    assert spoken.phrase("trail", names=last, score="0.705") in spoken.status()


@slow
def test_the_verdict_is_of_the_past_once_the_trials_are_others(demo):
    demo.answer("rmsprop")
    assert demo.phase() == "played"
    demo.press("three")
    assert demo.phase() == "free"


@slow
def test_a_single_trial_is_one(demo):
    demo.press("setting", "tuned")
    assert "1 trial each" in demo.status()


@slow
def test_the_axis_of_the_ranking_stays_until_it_is_told(demo):
    ticks = demo.root.locator("[data-picture] .demo-axes").nth(1).locator("text")
    before = ticks.all_text_contents()
    demo.press("setting", "tuned")
    demo.slide("trials", 0.7)
    assert demo.phase() == "asked" and ticks.all_text_contents() == before
    demo.answer("nobody")
    assert ticks.all_text_contents() != before
