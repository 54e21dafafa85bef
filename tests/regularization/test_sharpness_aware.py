"""The gradient asked uphill, against the paper written a second time and against its meaning."""

import numpy as np
import pytest
import torch
from torch.func import grad, vmap

from dlnotes.core.seeds import seeded
from dlnotes.regularization.sharpness_aware import sharpness_aware, uphill

POINT = torch.randn(5, generator=seeded(0), dtype=torch.float64)


def loss(params):
    return (params["a"] * params["b"].sin()).sum() + params["a"].pow(4).sum()


PARAMS = {"a": POINT[:3], "b": POINT[2:]}


def test_it_is_the_paper():
    """Written once more in numpy, on one flat vector, its gradient by differences."""

    def value(flat):
        a, b = flat[:3], flat[3:]
        return (a * np.sin(b)).sum() + (a**4).sum()

    def slope(flat, h=1e-6):
        steps = h * np.eye(len(flat))
        return np.array([(value(flat + s) - value(flat - s)) / (2 * h) for s in steps])

    flat = torch.cat(list(PARAMS.values())).numpy()
    g = slope(flat)
    expected = slope(flat + 0.3 * g / np.sqrt((g**2).sum()))
    found = torch.cat(list(sharpness_aware(grad(loss), PARAMS, 0.3).values())).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_no_neighbour_as_far_is_worse_to_first_order():
    way = uphill(grad(loss)(PARAMS), 1e-4)
    top = loss({name: PARAMS[name] + way[name] for name in PARAMS})
    for seed in range(50):
        other = torch.randn(6, generator=seeded(seed), dtype=torch.float64)
        other = 1e-4 * other / other.norm()
        moved = {"a": PARAMS["a"] + other[:3], "b": PARAMS["b"] + other[3:]}
        assert loss(moved) < top + 1e-7


def test_radius_zero_is_the_gradient_and_a_flat_place_stays_finite():
    for name, slope in sharpness_aware(grad(loss), PARAMS, 0.0).items():
        torch.testing.assert_close(slope, grad(loss)(PARAMS)[name])
    nowhere = uphill({"a": torch.zeros(3)}, 0.5)["a"]
    assert torch.equal(nowhere, torch.zeros(3))


def test_it_maps_over_radii():
    radii = torch.tensor([0.0, 0.1, 1.0], dtype=torch.float64)
    found = vmap(lambda radius: sharpness_aware(grad(loss), PARAMS, radius))(radii)
    for i, radius in enumerate(radii.tolist()):
        torch.testing.assert_close(found["a"][i], sharpness_aware(grad(loss), PARAMS, radius)["a"])


def test_a_negative_radius_is_refused():
    with pytest.raises(ValueError, match="`radius`"):
        uphill({"a": torch.ones(2)}, -0.1)
