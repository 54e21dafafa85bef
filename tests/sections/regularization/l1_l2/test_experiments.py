"""The runs of the page: data with known weights, routes, a net, and what the record says."""

import pytest
import torch

from dlnotes.regularization.linear import lasso
from dlnotes.sections.regularization.l1_l2 import experiments, net
from dlnotes.sections.regularization.l1_l2.problems import fifty, imitated, spread, twins


def test_the_signal_is_the_same_however_it_is_spread():
    for useful in (1, 50):
        truth = spread((0, 1), useful, 10).truth
        assert truth.norm(dim=1).tolist() == pytest.approx([1.5, 1.5])
        assert (truth != 0).sum(1).tolist() == [useful] * 2


def test_twins_are_alike_and_the_third_imitates():
    X = twins((0,)).X[0]
    assert torch.corrcoef(X.T)[0, 1] > 0.997
    X = imitated((0,), 1).X[0]
    left = X[:, 2] - 2 / 3 * X[:, :2].sum(1)
    assert left.std().item() == pytest.approx(1 / 3, rel=0.1)


def test_the_proximal_route_ends_at_the_lasso():
    problem = fifty((0, 1))
    found = experiments.arrived("proximal", problem, steps=600)
    wanted = lasso(problem.X, problem.y, experiments.STRENGTH)
    torch.testing.assert_close(found, wanted, rtol=0, atol=1e-6)


@pytest.mark.parametrize("route", ["subgradient", "falling", "adam"])
def test_the_other_routes_come_near_without_a_zero(route):
    problem = fifty((0,))
    w = experiments.arrived(route, problem, steps=400)
    wanted = lasso(problem.X, problem.y, experiments.STRENGTH)
    assert (w != 0).all() and (w - wanted).abs().max() < 0.15


def test_a_net_learns_and_only_proximal_steps_give_zeros():
    found = {route: net.trained(route, (0,), steps=150) for route in ("subgradient", "proximal")}
    assert found["subgradient"].zeros.item() == 0 < found["proximal"].zeros.item()
    assert all(run.accuracy.item() > 0.8 for run in found.values())


def test_the_record_says_what_the_page_says():
    few, dense = (experiments.recorded("errors")[count] for count in ("5", "50"))
    assert few["lasso"].mean() < few["ridge"].mean() / 2
    assert dense["lasso"].mean() > dense["ridge"].mean()
    assert max(experiments.unequal(0.5)) < 0.03 < min(experiments.unequal(1.0))
    assert experiments.chosen(1)["right"] == [0] * 20
    assert experiments.chosen(-1)["right"] == [5] * 20
