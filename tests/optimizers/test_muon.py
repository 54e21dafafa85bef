"""Muon: an orthogonal step, and what torch's cast to bfloat16 costs."""

import pytest
import torch

from dlnotes.optimizers import muon
from dlnotes.optimizers.muon import orthogonal
from dlnotes.regularization.weight_decay import decoupled
from tests.contracts.oracles import assert_parity, theirs
from tests.contracts.rules import EVERY

DOUBLE = torch.float64


def matrices(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=DOUBLE)


@pytest.mark.parametrize("shape", [(6, 6), (9, 4), (4, 9), (1, 5), (5, 1)])
def test_the_step_keeps_the_singular_vectors_and_levels_the_values(shape):
    grad = matrices(*shape)
    U, _, Vh = torch.linalg.svd(grad, full_matrices=False)
    levelled = U.T @ orthogonal(grad) @ Vh.T
    values = levelled.diag()
    assert torch.allclose(levelled, values.diag(), atol=1e-12)
    assert values.min() > 0.68 and values.max() < 1.21


def test_many_newton_schulz_steps_of_the_exact_kind_are_the_polar_factor(monkeypatch):
    """With Newton-Schulz's own coefficients every singular value goes to 1."""
    monkeypatch.setattr(muon, "COEFFICIENTS", (15 / 8, -10 / 8, 3 / 8))
    grad = matrices(6, 4)
    U, _, Vh = torch.linalg.svd(grad, full_matrices=False)
    assert torch.allclose(orthogonal(grad, ns_steps=30), U @ Vh, atol=1e-12)


def test_turning_the_gradient_turns_the_step():
    grad, turn = matrices(5, 3), torch.linalg.qr(matrices(5, 5))[0]
    assert torch.allclose(orthogonal(turn @ grad), turn @ orthogonal(grad), atol=1e-12)


def test_the_length_of_the_gradient_does_not_matter():
    grad = matrices(5, 3)
    assert torch.allclose(orthogonal(1e6 * grad), orthogonal(grad), rtol=1e-12)


def test_torch_without_its_cast_is_ours_and_with_it_two_decimals_away():
    row, grads, start = EVERY["decoupled(muon)"], matrices(50, 6, 4), [matrices(6, 4)]
    run = theirs(row.reference, start, lambda step, params: [grads[step]], 50, row.settings)
    assert_parity(row.rule, start, run, row.settings)

    param = start[0].clone().requires_grad_(True)
    theirs_cast = torch.optim.Muon([param], lr=0.02, weight_decay=0.0)
    param.grad = grads[0].clone()
    theirs_cast.step()
    step = param.detach() - start[0]
    ours, _ = muon.update(grads[0], muon.init(start[0]), start[0], lr=0.02)
    assert 1e-4 < (step - ours).norm() / ours.norm() < 3e-2


def test_the_wrapper_refuses_what_the_rule_refuses():
    with pytest.raises(ValueError, match="must be a matrix"):
        decoupled(muon).init(torch.zeros(3))
