"""Where runs begin and on what: a mistake is named in one line."""

import pytest
import torch

from dlnotes.training.race.starts import point_of
from dlnotes.training.surfaces.landscapes import bowl


@pytest.mark.parametrize("start", ["ab", None, [(1.0, 2.0), (3.0,)], {"x": 1.0}])
def test_a_start_is_made_of_numbers(start):
    with pytest.raises(TypeError, match=r"^`start` must hold numbers, every point as many, got "):
        point_of(start, bowl(), None)


@pytest.mark.parametrize("landscape", [bowl, lambda x, y: x * y, None])
def test_a_landscape_is_one(landscape):
    with pytest.raises(TypeError, match=r"^`landscape` must be a Landscape, got .*; call one"):
        point_of((1.0, 1.0), landscape, None)


@pytest.mark.parametrize("start", [1.0, (1.0,), (), torch.ones(2, 3)])
def test_a_start_ends_in_the_coordinates(start):
    with pytest.raises(
        ValueError, match=r"^`start` must end in the 2 coordinate\(s\) of the lands"
    ):
        point_of(start, bowl(), None)
