"""Steps to a loss, rules for the rate and choices of it, on small made-up tables."""

import pytest
import torch

from dlnotes.sections.hyperparameters.batch_size import experiments, runs
from dlnotes.sections.hyperparameters.batch_size.experiments import Arm


def test_a_level_between_two_looks_is_reached_between_them():
    updates = torch.tensor([0, 1, 3])
    losses = torch.tensor([[4.0, 2.0, 0.5], [4.0, 3.0, 2.0]])
    found = runs.reach(updates, losses, 1.0)
    assert found[0].item() == pytest.approx(2.0) and found[1].isnan()


def test_looks_thin_out():
    found = runs.looks(50)
    assert found[:8] == list(range(8)) and found[-1] == 50 and len(found) < 25


def made(reached):
    """Two batches, three rates, two seeds; the second rate is chosen for the first batch."""
    choose = torch.tensor([[0.5, 0.9, 0.6], [0.4, 0.5, 0.8]])[..., None].expand(-1, -1, 2)
    scores = torch.stack([choose.double(), choose.double() - 0.1])
    rates = torch.tensor([0.1, 0.4, 1.6], dtype=torch.float64)
    return Arm((8, 32), rates, reached, scores, scores)


ARM = made(torch.tensor([[[9.0, 9], [4, 6], [torch.nan, 1]], [[8, 8], [4, 4], [2, 2.0]]]))


def test_a_run_that_never_arrives_is_not_the_fastest():
    places, steps = experiments.fastest(ARM.reached)
    assert places.tolist() == [1, 2] and steps.mean(1).tolist() == [5, 2]


@pytest.mark.parametrize(("power", "second"), [(1, 0.7), (0, 0.4)])
def test_a_rule_leads_from_the_rate_that_was_tuned(power, second):
    found = experiments.ruled(ARM, 8, power, ARM.epochs)
    assert found.mean(1).tolist() == pytest.approx([0.8, second])


def test_what_chooses_is_not_what_is_reported():
    places = experiments.chosen(ARM.steps)
    assert places.tolist() == [1, 2]
    assert experiments.reported(ARM.steps, places).mean(1).tolist() == pytest.approx([0.8, 0.7])
