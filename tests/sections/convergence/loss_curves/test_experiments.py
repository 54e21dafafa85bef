"""The runs of the page, and how the reader of curves is judged."""

import pytest
import torch

from dlnotes.convergence.curves import SHAPES, looks_like
from dlnotes.optimizers import sgd
from dlnotes.sections.convergence.loss_curves import arms, experiments, judging
from dlnotes.sections.convergence.loss_curves.arms import RUNS, STEPS
from dlnotes.sections.convergence.loss_curves.judging import comes


def test_the_record_has_every_run_and_every_judged_curve():
    for name, seen in experiments.recorded().items():
        assert name in RUNS and seen.batch.shape == (STEPS + 1,) and seen.full.shape == (61,)
        assert seen.batch.isfinite().all()
    judged = experiments.RECORD.found["values"]["judged"]
    assert judged.keys() == judging.tasks().keys()
    assert all(len(part) == 72 for found in judged.values() for part in found.values())


def test_the_page_says_what_the_runs_do():
    runs = {name: seen.batch.tolist() for name, seen in experiments.recorded().items()}
    leap, low = runs["spike"][325], min(runs["spike"][:325])
    assert leap / low == pytest.approx(52, abs=0.5)
    assert next(t for t in range(325, 601) if runs["spike"][t] < low) == 325 + 63
    assert (
        runs["tiny"][-1] == pytest.approx(1.0, abs=0.005) and looks_like(runs["tiny"]) == "plateau"
    )
    back = runs["back"]
    assert all(looks_like(back[: t + 1]) == "runaway" for t in range(19, 511, 20))
    assert looks_like(back[:512]) == "slide" and back[-1] == pytest.approx(0.035, abs=5e-4)


def test_full_batches_show_the_loss_on_all_data():
    seen = arms.run(RUNS["even"], steps=20)
    torch.testing.assert_close(seen.batch[::10], seen.full)


def means(*values):
    return [torch.tensor(value, dtype=torch.float64) for value in values]


@pytest.mark.parametrize(
    ("kept", "cut", "wanted"),
    [
        (0.94, 0.5, "slide"),
        (0.96, 0.94, "bounce"),
        (0.96, 0.96, "plateau"),
        (1.6, 0.5, "runaway"),
        (torch.nan, 0.5, "runaway"),
    ],
)
def test_what_comes_is_told_by_the_loss_on_all_data(kept, cut, wanted):
    seen = torch.cat([torch.tensor([2.0]), torch.ones(80)]).double()
    assert comes(seen, *means(kept, cut)) == wanted


def test_a_run_is_judged_by_what_it_does_with_and_without_the_cut():
    settings = judging.cells(rates=(0.1,), batches=(100,), seeds=(3,))
    found = judging.judge(*judging.tasks()["blobs"], settings)
    assert {name: len(part) for name, part in found.items()} == dict.fromkeys(found, 1)
    assert SHAPES[found["truth"][0]] == "plateau" and found["leap"][0] <= 1.001


def test_a_table_counts_every_run_once():
    for batches in (judging.BATCHES, (5, 20), (100,)):
        counts = experiments.table("full", batches)
        assert sum(sum(row.values()) for row in counts.values()) == 144 * len(batches)
    perfect = {said: {came: int(said == came) for came in SHAPES} for said in SHAPES}
    assert experiments.right(perfect) == 1


def test_a_bounce_on_all_data_is_cured_by_a_lower_rate_more_often():
    found = experiments.bounces((5, 20))
    row = experiments.table("batch", (5, 20))["bounce"]
    assert found == (41, 31, 97, 8) and found.both + found.alone == sum(row.values())


def test_the_page_tells_the_table_as_it_is():
    counts = experiments.table("batch")
    slide, bounce, runaway = (counts[shape] for shape in ("slide", "bounce", "runaway"))
    assert (slide["slide"], sum(slide.values())) == (152, 163)
    assert (runaway["runaway"], sum(runaway.values())) == (67, 68)
    assert (bounce["bounce"], bounce["plateau"], sum(bounce.values())) == (31, 70, 146)


def test_runs_that_leap_are_lost_more_often_than_those_that_do_not():
    assert experiments.after_leaps() == (30, 17, 114, 1)
    few = experiments.after_leaps(10)
    assert few.leapt + few.calm == 144 and few.lost + few.calm_lost == 18


def test_most_of_the_lost_are_still_lost_much_later():
    assert experiments.at_length() == {"slow": 2, "late": 2}


def test_a_lower_rate_helps_in_each_task_where_all_data_bounce():
    both, alone = experiments.by_task((5, 20))
    assert len(both) == 5 and min(both) >= 0.5 and max(alone) < 0.15


def test_a_leap_is_measured_from_the_lowest_before():
    calm = experiments.edge(0.1, seeds=(0,), steps=50)
    assert calm.rises == [0.0] and calm.leap[0] < 1 and 0 < calm.left[0] < 1


def test_a_mean_of_four_swings_half_as_much():
    assert experiments.spread(4) == pytest.approx(experiments.spread(1) / 2, rel=0.05)


def test_the_rate_can_undo_another_unit():
    assert max(experiments.rescaled(sgd, 0.1, 1024, divide=1024)) < 1e-6
    assert min(experiments.rescaled(sgd, 0.1, 1024)) > 100
