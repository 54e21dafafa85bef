"""Gauss-Newton: exact where residuals are linear, and where it ends what scipy finds."""

import numpy as np
import pytest
import torch
from scipy.optimize import least_squares
from torch.func import jacfwd

from dlnotes.optimizers.gauss_newton import gauss_newton_step
from dlnotes.optimizers.newton import newton_step

DOUBLE = torch.float64


def test_linear_residuals_are_solved_in_one_step():
    source = torch.Generator().manual_seed(0)
    J, target = (torch.randn(shape, generator=source, dtype=DOUBLE) for shape in ((9, 4), (9,)))
    found = gauss_newton_step(-target, J)
    assert torch.allclose(found, torch.linalg.lstsq(J, target).solution, atol=1e-12)
    assert torch.allclose(gauss_newton_step(-target, J, damping=0.7),
                          newton_step(-J.T @ target, J.T @ J, damping=0.7), atol=1e-12)  # fmt: skip


def test_a_curve_is_fitted_as_scipy_does():
    x = torch.linspace(0, 2, 15, dtype=DOUBLE)
    y = 1.3 * torch.exp(-0.8 * x) + 0.05 * torch.sin(9 * x)

    def residuals(w):
        return w[0] * torch.exp(w[1] * x) - y

    w = torch.tensor([1.0, -0.5], dtype=DOUBLE)
    for _ in range(20):
        w = w + gauss_newton_step(residuals(w), jacfwd(residuals)(w))
    exact = least_squares(lambda w: residuals(torch.tensor(w)).numpy(), [1.0, -0.5], xtol=1e-14)
    assert np.allclose(w.numpy(), exact.x, atol=1e-6)


def test_it_never_climbs_where_newton_does():
    J, r = torch.tensor([[1.0, 2.0], [0.5, -1.0], [0.1, 0.3]]), torch.tensor([1.0, -2.0, 0.5])
    assert (J.T @ r) @ gauss_newton_step(r, J) < 0


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="one row a residual"):
        gauss_newton_step(torch.ones(3), torch.ones(2, 3))
    with pytest.raises(ValueError, match="damping"):
        gauss_newton_step(torch.ones(2), torch.ones(2, 3), damping=-1.0)
