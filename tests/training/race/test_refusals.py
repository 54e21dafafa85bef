"""What a race refuses, in one line."""

import math

import pytest
import torch

from dlnotes.optimizers import adam, momentum, muon, nesterov, sgd
from dlnotes.regularization.weight_decay import coupled
from dlnotes.training.race import race, steps_to, trajectory
from dlnotes.training.race.starts import AsMatrix
from dlnotes.training.surfaces.landscapes import ravine

SETTINGS = {sgd: {"lr": 0.02}, momentum: {"lr": 0.02, "momentum": 0.7}}

SETTINGS[nesterov] = SETTINGS[momentum]


@pytest.fixture(params=SETTINGS, ids=lambda rule: rule.__name__.rpartition(".")[2])
def rule(request):
    return request.param


RATES = torch.logspace(-4, -1, 5, dtype=torch.float64)


def named(rules, **settings):
    extra = {coupled(adam): {"weight_decay": 0.1}}
    return {rule.__name__: (rule, settings | extra.get(rule, {})) for rule in rules}


@pytest.mark.parametrize(
    "rule, start, hyper, error, message",
    [
        (adam, (1.0, 1.0), {"beta3": 0.9}, TypeError, "`beta3` must be a .* of adam, which has lr"),
        (sgd, (1.0, 1.0), {}, TypeError, "`lr` of sgd must be given"),
        (sgd, (1.0, 1.0), {"lr": -0.1}, ValueError, r"`lr` of sgd must be at least 0, got -0\.1"),
        (sgd, (1.0, 1.0), {"lr": math.nan}, ValueError, "`lr` of sgd must be at least 0, got nan"),
        (sgd, (1.0, 1.0), {"lr": -RATES}, ValueError, "`lr` of sgd must be .* got -0.0001"),
        (
            sgd,
            (1.0,),
            {"lr": 0.1},
            ValueError,
            r"`start` must end in the 2 coord.*got shape \(1,\)",
        ),
        (sgd, 1.0, {"lr": 0.1}, ValueError, r"`start` must end in the 2 coord.*got shape \(\)"),
        (
            sgd,
            torch.ones(3, 2),
            {"lr": RATES},
            ValueError,
            r"hyperparameters of sgd must broadcast, got start \(3,\), lr \(5,\); add a dimension",
        ),
        (
            adam,
            (1.0, 1.0),
            {"lr": RATES, "beta1": torch.tensor([0.1, 0.2])},
            ValueError,
            r"must broadcast, got start \(\), lr \(5,\), beta1 \(2,\)",
        ),
        (
            sgd,
            (1.0, 1.0),
            {"lr": torch.ones(2, device="meta")},
            ValueError,
            "`lr` of sgd must be where the runs are, on cpu, got meta; move it there",
        ),
    ],
)
def test_what_does_not_fit_is_named_in_one_line(rule, start, hyper, error, message):
    for run in (
        lambda: trajectory(rule, ravine(), start, steps=3, **hyper),
        lambda: race({"a": (rule, hyper)}, ravine(), start, steps=3),
    ):
        with pytest.raises(error, match=message) as raised:
            run()
        assert "\n" not in str(raised.value)


def test_a_race_of_another_form_and_steps_of_several_runs_are_named():
    for rules in ([sgd], {"gd": sgd}, {"gd": (sgd, 0.1)}):
        with pytest.raises(TypeError, match=r"`rules` must be a dict of name -> \(rule, its hyp"):
            race(rules, ravine(), (1.0, 1.0), steps=3)
    for start, lr in ((torch.ones(3, 2), 0.1), ((1.0, 1.0), RATES)):
        with pytest.raises(ValueError, match="must be those of one run, got several; call"):
            steps_to(sgd, ravine(), start, lr=lr)


def test_an_empty_race_and_a_rule_for_matrices_are_named():
    with pytest.raises(ValueError, match="`rules` must hold at least one rule, got none"):
        race({}, ravine(), (1.0, 1.0), steps=3)
    with pytest.raises(ValueError, match="`steps` must be at least 1, got 0"):
        race(named([sgd], lr=0.1), ravine(), (1.0, 1.0), steps=0)
    with pytest.raises(ValueError, match="`param` of muon must be a matrix"):
        race(named([muon], lr=0.1), ravine(), (1.0, 1.0), steps=3)
    with pytest.raises(TypeError, match=r"hyperparameter of AsMatrix\(muon\), which has lr, mom"):
        race({"muon": (AsMatrix(muon), {"beta1": 0.9})}, ravine(), (1.0, 1.0), steps=3)
