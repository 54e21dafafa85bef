"""The runs of the page: rates past their limit, budgets, and what a grid explains."""

import pytest
import torch

from dlnotes.sections.learning_rates.two_limits import edge, experiments, sweeps
from dlnotes.training.surfaces.spectrum import sharpness

BRIEF = {"steps": 40, "on": 10}


def one(nets):
    return {name: value[0] for name, value in nets.params.items()}


def test_the_sharpness_is_the_librarys():
    nets = edge.Nets((3,))
    exact = sharpness(lambda at: nets.loss({n: x[None] for n, x in at.items()})[0], one(nets))
    assert nets.sharpness(products=200).item() == pytest.approx(exact.item(), rel=1e-3)


def test_a_divided_hessian_is_that_of_stretched_parameters():
    nets = edge.Nets((0,))
    four = {name: torch.full_like(x, 4.0) for name, x in nets.params.items()}
    assert nets.sharpness(four).item() == pytest.approx(nets.sharpness().item() / 4)


def test_a_step_below_the_limit_lowers_the_loss_and_one_of_three_times_raises_it():
    below, _ = edge.goes_on(0.5, seeds=(0, 1), **BRIEF)
    above, _ = edge.goes_on(3.0, seeds=(0, 1), **BRIEF)
    assert (below.peak == 1).all() and (below.end < 1).all() and (above.peak > 2).all()


@pytest.mark.parametrize("kind", ["relu", "entropy"])
def test_other_nets_and_losses_are_other_runs(kind):
    assert edge.Nets((0,), kind).loss() != edge.Nets((0,)).loss()


def test_a_hill_is_seen_between_two_seeds_and_none_on_the_spot():
    nets = edge.Nets((0, 1))
    for _ in range(200):
        nets.descend(edge.CALM)
    other = {name: value.roll(1, 0) for name, value in nets.params.items()}
    assert (edge.barrier(nets.params, nets.params) == 0).all()
    assert (edge.barrier(nets.params, other) > 0.02).all()


def test_the_first_step_below_a_level_lies_between_two_looks():
    losses = torch.tensor([[1.0, 0.25, 0.04], [1.0, 0.9, 0.8]], dtype=torch.float64)
    found = sweeps.first_below(losses, torch.tensor([1, 10, 100]), 0.1)
    assert found[0].item() == pytest.approx(10**1.5) and found[1].isinf()


def test_an_outlier_costs_the_same_at_every_rate():
    offs = [experiments.outlier(lr, curvature=2.0, gradient=10.0) for lr in (0.05, 0.4)]
    assert [each[0] for each in offs] == pytest.approx([0.5, 4.0])
    assert [sum(each) for each in offs] == pytest.approx([5.0, 5.0])
    assert experiments.half_life([8, 5, 4, 1]) == 2


def test_with_momentum_every_rate_is_a_unit_times_what_is_left():
    found = sweeps.with_momentum("he", 32, units=(0.05,), seeds=(0,))
    assert found.shape == (len(sweeps.MOMENTA), 1, 1)
    assert (found / found[0]).flatten().tolist() == pytest.approx([1] * 4, rel=0.1)


def test_the_grid_has_an_axis_for_everything():
    found = sweeps.grid(rates=(0.1,), widths=(2, 4), seeds=(0, 1))
    assert found.shape == (1, len(sweeps.KEPT), 2, 2)
    assert found.min() > 0.05 and found.max() <= 1


def test_random_labels_have_nothing_to_do_with_the_digits():
    same = (sweeps.nonsense().y == sweeps.digits().y[: sweeps.RANDOM]).double().mean()
    assert 0.05 < same < 0.16


def test_the_record_says_what_the_page_says():
    low, high = experiments.edges()
    assert low.shape == high.shape == (5, len(sweeps.BUDGETS))
    assert (low[:, 0] / low[:, -1] > 50).all()
    assert experiments.flown("tanh", 2.0) == 0 and experiments.flown("tanh", 3.0) == 5
    assert experiments.largest_units("he 32").shape == (len(sweeps.MOMENTA), 5)
    assert experiments.shares(slice(None), slice(None)).sum(1).max() < 1
