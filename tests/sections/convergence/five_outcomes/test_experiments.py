"""The judges of `diagnose`: what is staged, what the knobs say, and what is read off the record."""

import pytest
import torch

from dlnotes.convergence.diagnosis import LIMITS
from dlnotes.sections.convergence.five_outcomes import experiments, staged, sweeps
from dlnotes.sections.convergence.five_outcomes.staged import Runs


def runs(**losses):
    """Runs that no knob changes, but for what is given."""
    usual = {"end": 0.4, "stop": 0.4, "longer": 0.4, "bigger": 0.4, "more": 0.4, "lower": 0.4}
    values = {name: torch.tensor([loss]) for name, loss in (usual | losses).items() if name != "at"}
    level = losses.get("at", 0.4)
    curve = torch.full((1, staged.LOOKS + 1), level)
    return Runs(["good"], curve, curve, **values)


@pytest.mark.parametrize(
    ("losses", "name"),
    [
        ({}, "good"),
        ({"longer": 0.36}, "good"),
        ({"longer": 0.2}, "undertrained"),
        ({"bigger": 0.1, "longer": 0.25}, "small"),
        ({"bigger": 0.1, "longer": 0.15}, "undertrained"),
        ({"lower": 0.2, "longer": 0.15}, "unstable"),
        ({"more": 0.2}, "overfit"),
        ({"stop": 0.2}, "overfit"),
        ({"at": 1.0, "end": 1.0, "longer": 1.0, "bigger": 0.1}, "stuck"),
        (
            {"at": 1.0, "end": 1.0, "longer": 0.2, "lower": 1.0, "stop": 1.0, "more": 1.0},
            "undertrained",
        ),
        ({"at": torch.nan, "end": torch.inf, "longer": torch.inf}, "stuck"),
    ],
)
def test_what_mends_a_run_names_it(losses, name):
    assert experiments.found(runs(**losses)) == [name]


def test_no_task_serves_both_to_tune_and_to_judge():
    assert not staged.TUNED.keys() & staged.JUDGED.keys()
    makers = [task.make for part in (staged.TUNED, staged.JUDGED) for task in part.values()]
    assert len(makers) == len(set(map(str, makers)))


def test_the_thresholds_are_those_that_do_best_on_the_tuned_tasks():
    """Twelve do equally well; these are in the middle of them."""
    best = experiments.tuned(experiments.cases(experiments.recorded("tuned")))
    assert LIMITS in best and len(best) == 12


def test_the_held_out_examples_are_not_those_that_measure_the_knobs():
    held, fresh, more = staged.parts(staged.JUDGED["moons"], 24, 0.4, 0)
    assert torch.equal(held.X, fresh.X) and torch.equal(more.X[:24], held.X)
    assert len(held.X_test) == staged.HELD and len(fresh.X_test) == staged.FRESH
    assert not torch.isin(held.X_test, fresh.X_test).any()
    assert len(more.X) == 96


def test_the_judged_runs_are_300_on_five_tasks():
    seen = experiments.judged()
    assert len(seen) == 300 and {case.task for case in seen} == staged.JUDGED.keys()
    assert sum(experiments.confusion(seen).values()) == 300


def test_other_bars_for_the_knobs_move_the_score_by_a_few_percent():
    assert experiments.recounted()["right"] == [238, 229, 220, 215]


def test_a_longer_run_begins_like_the_run():
    task = staged.JUDGED["xor"]
    data, *_ = staged.parts(task, 48, task.quiet, 0)
    stages = (staged.Stage("good", 1.0, 12),)
    short = staged.trained(task._replace(steps=30), data, 4, stages, (0,))
    long = staged.trained(task._replace(steps=30), data, 4, stages, (0,), times=4)
    torch.testing.assert_close(short.test_loss, long.test_loss[:, : staged.LOOKS + 1])


def test_the_drop_comes_after_the_run():
    task = staged.JUDGED["xor"]._replace(steps=30)
    data, *_ = staged.parts(task, 48, task.quiet, 0)
    stages = (staged.Stage("unstable", 10.0, 4),)
    run, dropped = (
        staged.trained(task, data, 4, stages, (0,), drop=drop) for drop in (False, True)
    )
    torch.testing.assert_close(run.losses, dropped.losses[:, :30])
    assert dropped.losses.shape == (1, 45)


def test_rank_correlation_is_scipys():
    from scipy.stats import spearmanr

    source = torch.Generator().manual_seed(0)
    a, b = torch.rand(2, 9, generator=source)
    assert sweeps.rank_correlation(a, b).item() == pytest.approx(spearmanr(a, b).statistic)


def test_cooling_never_raises_the_loss_it_was_chosen_by():
    scores, y = (
        30 * torch.randn(200, 3, generator=torch.Generator().manual_seed(1)),
        torch.arange(200) % 3,
    )
    before, after = sweeps._cooled(scores, y)
    assert after < before


def test_the_noise_and_the_wrong_labels_are_in_the_held_out_sets_only():
    losses = sweeps.other_held_out(50, (0,))
    assert losses.shape == (1, 4)
    assert losses[0, 0] < losses[0, 1] < losses[0, 2] and losses[0, 1] < losses[0, 3]
