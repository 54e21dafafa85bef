"""L1 and L2 on all parameters at once: their values, their slopes, and what they do."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlnotes.regularization.penalties import l1, l2

DOUBLE = torch.float64
PARAMS = {
    "weight": torch.tensor([[3.0, -4.0], [0.0, 0.5]], dtype=DOUBLE),
    "bias": torch.tensor(-2.0, dtype=DOUBLE),
}


def test_values():
    assert l1(PARAMS).item() == 9.5 and l1(PARAMS, 0.1).item() == pytest.approx(0.95)
    assert l2(PARAMS).item() == (9 + 16 + 0.25 + 4) / 2
    assert l2(PARAMS, 4.0).item() == 58.5
    assert l1(PARAMS).shape == l2(PARAMS).shape == ()


def test_slopes():
    first, second = torch.func.grad(l1)(PARAMS, 0.3), torch.func.grad(l2)(PARAMS, 0.3)
    for name, param in PARAMS.items():
        assert torch.equal(first[name], 0.3 * param.sign())
        assert torch.equal(second[name], 0.3 * param)


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=6), st.floats(0, 10))
def test_as_torch_norms(values, strength):
    param = torch.tensor(values, dtype=DOUBLE)
    torch.testing.assert_close(l1({"p": param}, strength), strength * param.norm(1))
    torch.testing.assert_close(l2({"p": param}, strength), strength / 2 * param.norm() ** 2)


def test_l1_ends_at_zero_and_l2_only_near_it():
    """½ (x - 0.3)² + penalty: l1 of strength 1 pulls the minimum to 0, l2 to 0.15."""
    minima = {}
    for penalty in (l1, l2):
        slope = torch.func.grad(lambda p, of=penalty: ((p - 0.3) ** 2 / 2 + of({"x": p})).sum())
        x = torch.tensor([0.3], dtype=DOUBLE)
        for step in range(300):
            x = x - 0.5 / (step + 1) * slope(x)
        minima[penalty] = x.item()
    assert abs(minima[l1]) < 5e-3
    assert minima[l2] == pytest.approx(0.15, abs=1e-4)


def test_vmap_over_strengths_and_runs():
    strengths = torch.tensor([0.0, 0.1, 2.0], dtype=DOUBLE)
    runs = {name: torch.stack([param, 2 * param, -param]) for name, param in PARAMS.items()}
    for penalty, growth in ((l1, 2), (l2, 4)):
        together = torch.func.vmap(penalty)(runs, strengths)
        alone = penalty(PARAMS).item()
        assert together.tolist() == pytest.approx([0, 0.1 * growth * alone, 2 * alone])


@pytest.mark.parametrize("penalty", [l1, l2])
def test_a_strength_is_a_number_of_at_least_0(penalty):
    for wrong in (-0.1, float("nan")):
        with pytest.raises(ValueError, match=f"^`strength` must be at least 0, got {wrong}"):
            penalty(PARAMS, wrong)
    with pytest.raises(TypeError, match=r"^`strength` must be a number at least 0, got '1'\.$"):
        penalty(PARAMS, "1")


@pytest.mark.parametrize("penalty", [l1, l2])
def test_no_parameters(penalty):
    with pytest.raises(ValueError, match="`params` must hold at least one entry"):
        penalty({})
