"""Optuna as a reference: its brackets, cuts and grid, how far it gets, and how it is called."""

import math
import sys
from itertools import pairwise
from types import SimpleNamespace

import optuna
import pytest
import torch

from dlnotes.hyperparameters.designs import grid
from dlnotes.hyperparameters.halving import brackets, successive_halving
from dlnotes.hyperparameters.spaces import Range, settings
from dlnotes.sections.hyperparameters.bayesian import experiments as races
from dlnotes.sections.hyperparameters.halving import experiments as curves
from tests.snippets import snippets


@pytest.fixture(autouse=True)
def quiet():
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    yield
    optuna.logging.set_verbosity(before)


@pytest.mark.parametrize(("high", "factor"), [(27, 3), (81, 3), (100, 3), (50, 2), (64, 4), (7, 4)])
def test_hyperband_begins_with_as_many(high, factor):
    """With R a power that `math.log` misses by a rounding, such as 243, Optuna drops a bracket."""
    pruner = optuna.pruners.HyperbandPruner(1, high, factor)
    pruner._try_initialization(optuna.create_study(pruner=pruner))
    assert pruner._trial_allocation_budgets == [one.settings for one in brackets(high, factor)]


def goes_on(who, losses, budget):
    """Whether Optuna lets a setting go on, once all others have come as far."""
    pruner = optuna.pruners.SuccessiveHalvingPruner(min_resource=int(budget), reduction_factor=3)
    study = optuna.create_study(pruner=pruner)
    for loss in [*(losses[other] for other in losses if other != who), losses[who]]:
        trial = study.ask()
        trial.report(loss, int(budget))
        cut = trial.should_prune()
    return not cut


@pytest.mark.parametrize("task", ["falling", "warmup"])
def test_the_same_settings_are_cut(task):
    errors = curves.recorded_curves(task) + 1e-6 * torch.arange(27)[:, None]  # no two are equal
    rounds = successive_halving(lambda who, b: errors[who, int(b)], 27, low=1, high=27)
    for one, after in pairwise(rounds):
        losses = dict(zip(one.settings.tolist(), one.losses.tolist(), strict=True))
        kept = {who for who in losses if goes_on(who, losses, one.budget)}
        assert kept == set(after.settings.tolist())


def test_a_grid_has_the_same_settings():
    space = {"lr": Range(0.001, 1, "log"), "momentum": Range(0, 0.9)}
    ours = settings(space, grid([4, 3]))
    values = {name: sorted({one[name] for one in ours}) for name in space}
    study = optuna.create_study(sampler=optuna.samplers.GridSampler(values, seed=0))
    study.optimize(lambda trial: sum(trial.suggest_float(name, 0, 1) for name in space))
    theirs = [trial.params for trial in study.trials]
    assert sorted(map(str, theirs)) == sorted(map(str, ours))


def test_bayesian_search_and_tpe_get_about_as_far():
    """40 trials on the table of the page, 8 seeds: random misses by three times as much."""
    worth = races.recorded_table().loss.mean(0)

    def loss(trial):
        point = [[trial.suggest_float(name, 0, 1) for name in races.SPACE]]
        return worth[races.spot(torch.tensor(point, dtype=torch.float64))].item()

    missed = []
    for seed in range(8):
        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
        study.optimize(loss, n_trials=races.DOUBLE)
        missed.append(study.best_value - worth.min().item())
    tpe = sum(missed) / len(missed)
    recorded = races.recorded_races("mean")
    ours, chance = (recorded[name][:8, races.DOUBLE - 1].mean() for name in ("bayes", "random"))
    assert abs(ours - tpe) < 0.01
    assert max(ours, tpe) < chance / 2


def loguniform(name, low, high):
    """As in the docs of hyperopt: e to the power of a value that is drawn evenly."""
    return math.exp(low), math.exp(high)


def fmin(loss, space, algo, max_evals):
    """Stands in for hyperopt's: tries both ends of every range."""
    for row in range(max_evals):
        best = {name: ends[row % 2] for name, ends in space.items()}
        loss(best)
    return best


class BayesianOptimization:
    """Stands in for the library's: tries both ends of every range, and keeps the largest."""

    def __init__(self, f, pbounds):
        self.f, self.pbounds, self.max = f, pbounds, {"target": -math.inf}

    def maximize(self, init_points=5, n_iter=25):
        for row in range(init_points + n_iter):
            params = {name: ends[row % 2] for name, ends in self.pbounds.items()}
            found = {"target": self.f(**params), "params": params}
            self.max = max(self.max, found, key=lambda one: one["target"])


def test_three_ways_to_write_the_same_search(monkeypatch):
    hyperopt = {"fmin": fmin, "hp": SimpleNamespace(loguniform=loguniform)}
    hyperopt["tpe"] = SimpleNamespace(suggest=None)
    monkeypatch.setitem(sys.modules, "hyperopt", SimpleNamespace(**hyperopt))
    stand_in = SimpleNamespace(BayesianOptimization=BayesianOptimization)
    monkeypatch.setitem(sys.modules, "bayes_opt", stand_in)
    ends = {"lr": (0.001, 1), "decay": (0.0001, 1)}
    for lines in snippets("hyperparameters/bayesian"):
        tried = []

        def loss(lr, decay, tried=tried):
            tried.append((lr, decay))
            return math.log10(lr) + math.log10(decay)

        names = {"loss": loss}
        exec(lines, names, names)
        assert len(tried) == 40 and set(names["best"]) == set(ends)
        if "study" in names:
            searched = names["study"].trials[0].distributions
            assert {name: (one.low, one.high) for name, one in searched.items()} == ends
            assert all(one.log for one in searched.values())
        else:
            found = [(min(column), max(column)) for column in zip(*tried, strict=True)]
            assert found == [pytest.approx(pair) for pair in ends.values()]
        if "search" in names:  # minus the loss is largest where the loss is least
            assert names["best"] == {"lr": -3, "decay": -4}
