"""The names that two curves get, what they rest on, and what is refused."""

import math

import pytest
import torch

from dlnotes.convergence.diagnosis import (
    NAMES,
    REMEDIES,
    TELLS,
    Curves,
    Thresholds,
    diagnose,
    evidence,
    generalization_gap,
)
from dlnotes.core.language import EDITIONS_MIME
from dlnotes.optimizers import sgd
from dlnotes.training.data import datasets
from dlnotes.training.loop import train
from dlnotes.training.nets.mlp import MLP

STEPS = range(40)
FALLING = [0.8**t for t in STEPS]
HOPS = [0.3 + 0.1 * (-1) ** t for t in STEPS]
CURVES = {
    "good": Curves(FALLING, [loss + 0.02 for loss in FALLING]),
    "undertrained": Curves([1 - 0.015 * t for t in STEPS], [1 - 0.014 * t for t in STEPS]),
    "unstable": Curves([0.3] * 40, HOPS),
    "overfit": Curves(FALLING, [loss + 0.02 * t for t, loss in enumerate(FALLING)]),
    "stuck": Curves([1.0] * 40, [1.01] * 40),
    "unclear": Curves([0.4 + loss for loss in FALLING], [0.42 + loss for loss in FALLING]),
}


@pytest.mark.parametrize("outcome", CURVES)
def test_a_curve_of_each_kind_gets_its_name(outcome):
    assert diagnose(CURVES[outcome], 1.0).outcome == outcome


@pytest.mark.parametrize("outcome", CURVES)
def test_a_loss_in_other_units_gets_the_same_name(outcome):
    times = Curves(*([7 * loss for loss in part] for part in CURVES[outcome]))
    assert diagnose(times, 7.0).outcome == outcome


def test_a_known_floor_tells_a_small_model_from_noisy_data():
    flat = CURVES["unclear"]
    assert diagnose(flat, 1.0, floor=0.05).outcome == "small"
    assert diagnose(flat, 1.0, floor=0.38).outcome == "good"


@pytest.mark.parametrize("lost", [math.nan, math.inf])
def test_a_run_that_diverged_is_stuck(lost):
    assert diagnose(Curves([*FALLING[:-3], *[lost] * 3], FALLING), 1.0).outcome == "stuck"


def test_jumps_alone_do_not_make_a_gap():
    """Held-out losses far above, and jumping as far: the jumps hide whether it overfits."""
    jumps = [0.5 + 0.4 * (-1) ** t for t in STEPS]
    assert diagnose(Curves([0.1] * 40, jumps), 1.0).outcome == "unstable"


def test_the_evidence_is_what_it_says():
    seen = evidence(Curves([2.0] * 10 + [1.0] * 10, [2.0] * 10 + [1.0, 1.5] * 5), 2.0)
    assert seen.train == 0.5 and seen.held == pytest.approx(0.65)
    assert seen.gap == pytest.approx(0.15) and seen.fall == 0
    assert seen.sway == pytest.approx(0.25)


def test_the_rise_is_above_the_lowest_three_in_a_row():
    held = [2.0] * 8 + [1.0] * 4 + [1.5] * 8
    assert evidence(Curves([1.0] * 20, held), 1.0).rise == pytest.approx(0.5)


def test_the_gap_is_held_out_minus_training():
    assert generalization_gap([0.1, 0.3], [0.5, 0.7]) == pytest.approx(0.4)


def test_a_history_of_the_library_will_do():
    run = train(MLP((2, 16, 2)), datasets.moons(), sgd, lr=1e-6, steps=40, every=2)
    assert diagnose(run, math.log(2)).outcome in ("stuck", "unclear")
    assert isinstance(run.train_loss, torch.Tensor)


def test_thresholds_can_be_others():
    strict = Thresholds(low=1e-6)
    assert diagnose(CURVES["good"], 1.0, thresholds=strict).outcome == "unclear"


def test_every_outcome_has_a_remedy_and_a_doubt_in_both_languages():
    assert REMEDIES.keys() == TELLS.keys() == NAMES.keys() == {*CURVES, "small"}
    assert all(text["zh"] and text["en"] for part in (REMEDIES, TELLS) for text in part.values())


@pytest.mark.parametrize(
    ("history", "baseline", "message"),
    [
        (Curves([1.0] * 5, [1.0] * 5), 1.0, r"`len\(train_loss\)` must be .*12.*got 5"),
        (Curves([1.0] * 20, [1.0] * 19), 1.0, r"must be of one length, got 20 and 19"),
        (CURVES["good"], 0.0, r"`baseline` must be .*got 0"),
    ],
)
def test_bad_input_gets_one_clear_line(history, baseline, message):
    with pytest.raises(ValueError, match=message) as raised:
        diagnose(history, baseline)
    assert "\n" not in str(raised.value)


def test_a_floor_must_be_a_number():
    with pytest.raises(ValueError, match="`floor`"):
        diagnose(CURVES["good"], 1.0, floor=math.nan)


def test_a_diagnosis_shows_itself_in_both_languages():
    shown = diagnose(CURVES["overfit"], 1.0)._repr_mimebundle_()[EDITIONS_MIME]
    assert "D 过拟合" in shown["zh"] and "D overfit" in shown["en"]
    unclear = diagnose(CURVES["unclear"], 1.0)._repr_mimebundle_()[EDITIONS_MIME]
    assert all("<code>floor</code>" in page for page in unclear.values())
    assert all("0.0" in page and "<p>" in page for page in shown.values())
