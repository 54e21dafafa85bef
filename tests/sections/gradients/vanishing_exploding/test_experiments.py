"""The runs of the page: random layers, a tiny gradient asked twice, layers that move or stay."""

import math

import pytest
import torch

from dlnotes.gradients.flow import growth
from dlnotes.sections.gradients.vanishing_exploding import experiments


def test_a_flow_is_the_same_from_the_same_seed_and_another_from_another():
    first, again, other = (experiments.flow("tanh", 1.0, 5, seed=seed) for seed in (0, 0, 1))
    assert torch.equal(first.backward, again.backward)
    assert not torch.equal(first.backward, other.backward)


def test_the_factor_of_a_wide_relu_layer_is_the_gain_over_the_root_of_two():
    found = experiments.line_of_gains((0.7, 2.8), ("relu",), seeds=range(3))["relu"]
    expected = torch.tensor([0.7, 2.8]) / math.sqrt(2)
    assert torch.allclose(found.mean(0), expected, rtol=0.03)


def test_torchs_default_has_a_third_of_the_variance_that_keeps_a_linear_layer():
    before = torch.get_rng_state()
    assert experiments.default_gain(512) == pytest.approx(math.sqrt(1 / 3), rel=0.01)
    assert torch.equal(before, torch.get_rng_state())


def test_weight_gradients_of_relus_do_not_see_the_gain():
    calm, wild = (experiments.weight_gradient_ratio("relu", gain, 6) for gain in (1.4, 9.0))
    assert calm == pytest.approx(wild, rel=1e-9)
    back = growth(experiments.flow("relu", 9.0, 6).backward.flip(0))
    assert back > 5


def test_a_nudge_finds_the_gradient_of_backpropagation():
    deep, shallow = (experiments.asked_twice(0, hidden=hidden, examples=50) for hidden in (6, 2))
    for one in (deep, shallow):
        assert one.difference == pytest.approx(one.autograd, rel=1e-3)
        assert one.apart < 1e-3
    assert deep.autograd < shallow.autograd / 20


def test_a_slope_counts_as_saturated_below_a_tenth_of_a_quarter():
    low, high = (experiments.begun(gain, 0).flat for gain in (0.5, 12.0))
    assert low < 0.01 and 0.5 < high < 0.8


def test_the_record_holds_what_the_page_says():
    plain, raised = (experiments.recorded(arm) for arm in ("plain", "raised"))
    assert plain.distance.shape == (5, 5, experiments.HIDDEN + 1)
    assert plain.loss.min() > 2.3 > raised.loss[raised.best].max() + 2
