"""Made data against SciPy and PyTorch, and what must hold of it whatever they do."""

import math

import numpy as np
import pytest
import torch
from scipy import ndimage
from sklearn.linear_model import Ridge
from torch.nn.functional import affine_grid, grid_sample

from dlnotes.core.device import best_device
from dlnotes.core.seeds import seeded
from dlnotes.regularization.augmentation import jittered, moved, noisy, sampled, spread

DOUBLE = torch.float64


def images(count=5, high=8, wide=6, seed=0):
    return torch.rand(count, high, wide, generator=seeded(seed), dtype=DOUBLE)


@pytest.mark.parametrize(("right", "down"), [(1, 0), (0, -2), (0.25, 0.5), (-1.75, 0.3), (9, 0)])
def test_a_shift_is_scipys(right, down):
    found = moved(images(), right=right, down=down)
    for image, mine in zip(images(), found, strict=True):
        theirs = ndimage.shift(image.numpy(), (down, right), order=1, mode="grid-constant")
        np.testing.assert_allclose(mine, theirs, atol=1e-12)


@pytest.mark.parametrize("degrees", [0, 10, -37.5, 90, 180, 300])
def test_a_turn_is_scipys(degrees):
    found = moved(images(wide=8), degrees=degrees)
    for image, mine in zip(images(wide=8), found, strict=True):
        theirs = ndimage.rotate(
            image.numpy(), degrees, reshape=False, order=1, mode="grid-constant"
        )
        np.testing.assert_allclose(mine, theirs, atol=1e-9)


def test_turn_and_shift_are_grid_sample():
    right, down, degrees = torch.tensor([[0.4, -1.3, 2.0], [0.2, 1.0, -0.7], [20, -50, 200]])
    angle = degrees.double() * math.pi / 180
    cos, sin = angle.cos(), angle.sin()
    # grid_sample counts in halves of the image, from its middle, first across and then down
    x, y = right.double() / 4, down.double() / 4
    theta = torch.stack([cos, -sin, -x * cos + y * sin, sin, cos, -x * sin - y * cos], dim=1).view(
        -1, 2, 3
    )
    pictures = images(3, 8, 8)
    grid = affine_grid(theta, [3, 1, 8, 8], align_corners=False)
    theirs = grid_sample(pictures[:, None], grid, align_corners=False)[:, 0]
    found = moved(pictures, right=right.double(), down=down.double(), degrees=degrees.double())
    torch.testing.assert_close(found, theirs, rtol=0, atol=1e-6)


def test_what_leaves_the_image_is_gone_and_nothing_comes_back():
    assert torch.equal(moved(images(), right=6), torch.zeros(5, 8, 6, dtype=DOUBLE))
    back = moved(moved(images(), right=2), right=-2)
    assert torch.equal(back[..., :-2], images()[..., :-2]) and back[..., -2:].sum() == 0


def test_a_half_turn_is_two_mirrors_and_a_whole_one_nothing():
    torch.testing.assert_close(moved(images(), degrees=180), images().flip(-1, -2))
    torch.testing.assert_close(moved(images(), degrees=360), images())


def test_at_a_pixel_the_image_itself_is_seen():
    rows, columns = torch.tensor([0.0, 3.0]), torch.tensor([5.0, 2.0])
    found = sampled(images()[0], rows.double(), columns.double())
    assert torch.equal(found, images()[0][[0, 3], [5, 2]])


def test_every_image_is_moved_by_its_own_draw_within_the_ends():
    point = torch.zeros(200, 9, 9, dtype=DOUBLE)
    point[:, 4, 4] = 1
    found = jittered(point, seeded(1), shift=2)
    middle = (found.sum(1) * torch.arange(9)).sum(-1) - 4
    assert middle.abs().max() <= 2 and middle.std().item() == pytest.approx(2 / 3**0.5, rel=0.1)
    assert torch.equal(found, jittered(point, seeded(1), shift=2))
    assert torch.equal(jittered(point, seeded(1)), point)


def test_noise_has_the_size_that_was_asked_for():
    found = noisy(torch.ones(300, 200), 0.5, seeded(0))
    assert found.mean().item() == pytest.approx(1, abs=0.01)
    assert found.std().item() == pytest.approx(0.5, rel=0.01)


def test_least_squares_on_spread_copies_is_ridge_regression():
    X = torch.randn(20, 4, generator=seeded(0), dtype=DOUBLE)
    y = torch.randn(20, generator=seeded(1), dtype=DOUBLE)
    copies = spread(X, 0.7)
    found = torch.linalg.lstsq(copies.flatten(0, 1), y.repeat(len(copies))).solution
    theirs = Ridge(alpha=20 * 0.7**2, fit_intercept=False).fit(X.numpy(), y.numpy()).coef_
    np.testing.assert_allclose(found, theirs, atol=1e-12)


def test_a_gradient_comes_through_the_move():
    right = torch.tensor(0.3, dtype=DOUBLE, requires_grad=True)
    assert torch.autograd.gradcheck(lambda r: moved(images(2), right=r), right)


@pytest.mark.parametrize("wrong", [{"shift": -1.0}, {"degrees": math.nan}])
def test_a_strength_below_zero_is_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        jittered(images(), seeded(0), **wrong)
    with pytest.raises(ValueError, match="sigma"):
        noisy(images(), -1.0, seeded(0))


def test_every_device_draws_the_same():
    """On a machine without an accelerator there is one device, and nothing to compare."""
    there = images().float().to(best_device())
    found = jittered(there, seeded(3), shift=1, degrees=20)
    assert found.device.type == best_device().type
    expected = jittered(images().float(), seeded(3), shift=1, degrees=20)
    torch.testing.assert_close(found.cpu(), expected)
