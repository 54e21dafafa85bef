"""What the page reads off the bench, and the runs beside it."""

import pytest
import torch

from dlnotes.core.seeds import seeded
from dlnotes.regularization.dropout import dropout_regression
from dlnotes.sections.regularization.dropout import bench, linear, norms
from dlnotes.sections.regularization.dropout.bench import Nets, Sweep, alike


def test_a_share_is_chosen_by_validation_alone():
    parts = [torch.rand(3, 2, generator=seeded(k)) for k in range(9)]
    parts[2] = torch.tensor([[0.5, 0.5], [0.7, 0.6], [0.6, 0.6]])
    assert Sweep(*parts).chosen == 1


@pytest.mark.parametrize("place", ["hidden", "input"])
def test_a_stack_is_its_nets_one_by_one(place):
    X = torch.randn(2, 1, 5, 64, generator=seeded(0))
    both = Nets((0, 1), (0.0, 0.5), place, 7)
    whole = both.dropped(X, [seeded(3), seeded(4)])
    alone = Nets((1,), (0.5,), place, 7).dropped(X[1:], [seeded(4)])
    torch.testing.assert_close(whole[1:, 1:], alone)
    torch.testing.assert_close(whole[:, :1], both.scores(both.hidden(X))[:, :1])


def test_units_are_alike_up_to_their_sign_and_size():
    h = torch.randn(200, 3, generator=seeded(0), dtype=torch.float64)
    assert alike(h).item() < 0.2
    mixed = torch.stack([h[:, 0], -5 * h[:, 0] + 1, torch.ones(200)], dim=1)
    assert alike(mixed).item() == pytest.approx(1)
    expected = torch.corrcoef(h.T).abs()
    assert alike(h).item() == pytest.approx((expected.sum().item() - 3) / 6)


def test_training_under_dropout_ends_at_the_closed_form():
    given = linear.problem(seed=3)
    found, plain = dropout_regression(*given, 0.3), dropout_regression(*given, 0.0)
    assert (linear.trained(given, 0.3) - found).norm() < 0.03 * (plain - found).norm()


def test_what_dropout_adds_behind_a_sigmoid_is_nearly_the_variance():
    """With many small units; a unit that weighs much is more than its variance."""
    h, w = torch.ones(14, dtype=torch.float64), torch.full((14,), 0.1, dtype=torch.float64)
    true, rough = linear.extra(h, w, torch.zeros((), dtype=torch.float64), 0.2)
    assert true == pytest.approx(rough, rel=0.02)


def test_nets_with_norms_drop_where_they_say():
    kinds = {place: [type(each).__name__ for each in norms.net(place, 0)] for place in norms.PLACES}
    assert kinds["each"][2:4] == kinds["before"][-3:-1] == ["Dropout", "BatchNorm1d"]
    assert kinds["after"][-3:-1] == ["BatchNorm1d", "Dropout"]
    assert sorted(kinds["before"]) == sorted(kinds["after"])
    assert norms.net("after", 0)[-1].out_features == bench.CLASSES
