"""What a point of the unit cube stands for, and the way back."""

import pytest
import torch

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.spaces import Range, settings

RANGES = [Range(-3, 5), Range(1e-5, 10, "log")]


@pytest.mark.parametrize("one", RANGES)
def test_there_and_back(one):
    unit = torch.rand(20, generator=seeded(0), dtype=torch.float64)
    torch.testing.assert_close(one.unit(one.value(unit)), unit)
    ends = one.value(torch.tensor([0.0, 1.0], dtype=torch.float64)).tolist()
    assert ends == pytest.approx([one.low, one.high])


def test_a_log_scale_takes_equal_factors():
    values = RANGES[1].value(torch.linspace(0, 1, 7, dtype=torch.float64))
    torch.testing.assert_close(
        values[1:] / values[:-1], torch.full((6,), 10.0, dtype=torch.float64)
    )


def test_settings_have_the_names_of_the_space():
    found = settings({"lr": RANGES[1], "depth": RANGES[0]}, torch.tensor([[0.5, 0.25]]))
    assert found == [{"lr": pytest.approx(0.01), "depth": pytest.approx(-1)}]


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (Range(0, 1, "log"), "`low` must be"),
        (Range(2, 1), "`low`"),
        (Range(0, 1, "root"), "`scale` must be"),
    ],
)
def test_a_range_that_makes_no_sense(one, words):
    with pytest.raises(ValueError, match=words):
        one.value(torch.tensor(0.5))


def test_every_axis_needs_a_column():
    with pytest.raises(ValueError, match="a column for each of lr"):
        settings({"lr": RANGES[0]}, torch.rand(3, 2))
