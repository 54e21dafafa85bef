"""The measurements of the checklist, on cases made by hand; and which cause each names."""

import math

import pytest
import torch

from dlnotes.convergence.checklist import (
    BOUNDS,
    MEASUREMENTS,
    alive_share,
    first_suspect,
    input_size,
    relative_step,
    twin_share,
)

USUAL = {
    "input": 1.0, "alive": 1.0, "twins": 0.0, "step": 0.01, "batch": 0.01, "train": 0.1, "gap": 0.1
}  # fmt: skip


def test_standardized_inputs_have_size_one():
    X = torch.randn(200, 5, generator=torch.Generator().manual_seed(0))
    scaled = (X - X.mean(0)) / X.std(0, correction=0)
    assert input_size(scaled) == pytest.approx(1)
    assert input_size(255 * scaled) == pytest.approx(255)


def test_a_unit_is_alive_if_it_says_something_to_anyone():
    outputs = torch.tensor([[0.0, 0.0, 0.0, 1.0], [0.0, 2.0, 0.0, 1.0]])
    assert alive_share(outputs) == 0.5


def test_twins_do_the_same_on_every_example():
    one = torch.rand(30, 1, generator=torch.Generator().manual_seed(1))
    other = torch.rand(30, 1, generator=torch.Generator().manual_seed(2))
    assert twin_share(torch.cat([one, other], 1)) == 0
    assert twin_share(torch.cat([one, other, one * (1 + 1e-7)], 1)) == pytest.approx(2 / 3)
    assert twin_share(torch.cat([one, 2 * one], 1)) == 0  # in step, not the same
    assert twin_share(torch.zeros(30, 4)) == 0  # what never speaks is no twin
    with pytest.raises(ValueError, match="`tol` must be greater than 0"):
        twin_share(one, tol=0)


def test_a_step_is_measured_over_all_parameters_together():
    before = {"w": torch.tensor([[3.0]]), "b": torch.tensor([4.0])}
    after = {"w": torch.tensor([[3.3]]), "b": torch.tensor([4.4])}
    assert relative_step(before, after) == pytest.approx(0.1)


def test_where_all_is_usual_nobody_is_suspected():
    assert first_suspect(USUAL) is None and first_suspect({}) is None


@pytest.mark.parametrize("bound", BOUNDS)
def test_each_bound_names_its_cause(bound):
    def named(value):
        return first_suspect({bound.name: value})

    tighter = min(each.high for each in BOUNDS if each.name == bound.name)
    assert named(tighter) is None and named(bound.low) is None
    assert named(bound.high * 1.001) == bound.above
    assert named(bound.low - 0.001) == bound.below
    assert named(math.nan) == next(each.above for each in BOUNDS if each.name == bound.name)


def test_they_are_asked_in_their_order():
    late = dict.fromkeys(MEASUREMENTS, math.inf)
    assert first_suspect(late) == "inputs"
    assert first_suspect(late | {"input": 1.0}) == "dead units"
    assert first_suspect(dict(reversed(USUAL.items())) | {"step": 1.0, "gap": 9.0}) == (
        "rate too large"
    )


def test_an_unknown_measurement_is_told():
    with pytest.raises(ValueError, match="`measured` must be one of input, alive"):
        first_suspect({"inputs": 1.0})
