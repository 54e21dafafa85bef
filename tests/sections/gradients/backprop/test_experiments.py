"""The runs of the page: a gradient by hand, its faults, and the rates that were chosen."""

import pytest
import torch

from dlnotes.gradients.checking import numerical_gradient
from dlnotes.sections.gradients.backprop import experiments


def few(seed=0):
    X, y, *_ = experiments.digits(seed)
    return experiments.start(seed), X[:20], y[:20]


def test_the_gradient_by_hand_is_that_of_torch():
    params, X, y = few()
    grads, back = torch.func.grad(experiments.loss)(params, X, y), experiments.start(7)
    found = experiments.by_hand("exact", params, X, y)
    same = experiments.by_hand("random", params, X, y, params)
    other = experiments.by_hand("random", params, X, y, back)
    for name, grad in grads.items():
        torch.testing.assert_close(found[name], grad)
        torch.testing.assert_close(same[name], grad)
        assert torch.allclose(other[name], grad) == name.endswith("3")


@pytest.mark.parametrize("way", experiments.FAULTS)
def test_a_fault_shows_before_it_and_not_behind_it(way):
    errors = experiments.errors(0, 1e-5, way=way)
    assert min(errors["W1"], errors["W2"]) > 0.1 and errors["W3"] < 1e-8


def test_every_way_has_its_own_rate():
    """On digits that judge nothing it beats both neighbors in the grid, and lies at no end."""
    for way, rate in experiments.RATES.items():
        place = experiments.GRID.index(rate)
        near = experiments.GRID[place - 1 : place + 2]
        assert experiments.trained(way, near).valid.mean(1).argmax() == 1


def test_the_parts_of_the_digits_do_not_overlap():
    X, y, X_valid, y_valid, X_test, _ = experiments.digits(1)
    assert (len(X), len(X_valid), len(X_test)) == (300, 500, 449)
    rows = {tuple(row.tolist()) for row in X}
    assert not rows & {tuple(row.tolist()) for row in X_valid}
    assert len(y) == 300 and len(y_valid) == 500


def test_the_page_counts_its_parameters():
    assert sum(param.numel() for param in experiments.start(0).values()) == 3466
    assert experiments.PARAMETERS == 3466


def test_both_modes_give_one_gradient():
    modes = experiments.both_modes(0)
    assert modes.passes == experiments.PARAMETERS and modes.apart < 1e-13


def test_differences_of_the_exponential_follow_the_formula():
    nudges, upward, central, _ = experiments.differences()
    assert upward[1].item() == pytest.approx(nudges[1].item() / 2, rel=0.01)
    assert central[1].item() == pytest.approx(nudges[1].item() ** 2 / 6, rel=0.01)
    assert experiments.NUDGES[central.argmin()] == 1e-5
    at = torch.ones((), dtype=torch.float64)
    assert numerical_gradient(torch.exp, at, 1e-2).item() == pytest.approx(2.71833, abs=1e-5)
