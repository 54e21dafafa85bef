"""What the page measures: signals, torch's own layers, first weights that learn, dead units."""

import math

import pytest
import torch

from dlnotes.sections.gradients.initialization import experiments as it


@pytest.mark.parametrize(
    ("init", "factor"), [("torch_linear", 1 / 6), ("glorot", 1 / 2), ("he", 1), ("small", 64e-4)]
)
def test_a_layer_multiplies_as_the_formula_says(init, factor):
    found = it.returned("relu", init, seeds=(0, 1))
    assert found.mean().item() == pytest.approx(math.sqrt(factor), rel=0.02)


def test_the_page_asks_torchs_own_layers():
    layers = it.plain_torch(0)
    assert len(layers) == it.DEPTH
    linear, relu = layers[0]
    assert isinstance(linear, torch.nn.Linear) and isinstance(relu, torch.nn.ReLU)
    assert linear.bias is not None and linear.weight.shape == (it.WIDTH, it.WIDTH)
    assert linear.weight.var().item() == pytest.approx(1 / (3 * it.WIDTH), rel=0.03)


def test_arms_differ_in_what_the_page_says_and_in_nothing_else():
    for one, other in (("torch", "he"), ("few_torch", "few_he"), ("adam_torch", "adam_he")):
        (depth, first, rule), (same_depth, second, same_rule) = it.ARMS[one], it.ARMS[other]
        assert (depth, rule) == (same_depth, same_rule)
        assert (first, second) == ("torch_linear", "he")


def test_no_rate_is_chosen_at_an_end_of_its_grid_where_the_net_learns():
    for arm in ("he", "few_torch", "few_he", "adam_he"):
        grid = it.RULES[it.ARMS[arm][2]]
        assert grid[0] < it.chosen(arm) < grid[-1]


def test_the_record_holds_what_the_page_says():
    assert it.best("he").min() > 0.9 and it.best("torch").max() < 0.12
    assert it.recorded("torch")["train_loss"].shape == (5, it.STEPS // it.EVERY + 1)
    assert it.recorded("modules")["scores"].shape == (len(it.RATES), 5)


def test_half_of_the_answers_are_0_and_no_unit_is_dead_in_a_shallow_net():
    found = it.at_first(2, seeds=(0, 1))
    assert found.zeros.tolist() == pytest.approx([0.5, 0.5], abs=0.06)
    assert found.dead.tolist() == [0, 0] and found.open.max() < 0.3


def test_too_large_a_step_kills_and_a_small_one_does_not():
    assert it.dead_after(2.0, seeds=(1,)) > 0.5
    assert it.dead_after(0.3, seeds=(1,)) == 0
