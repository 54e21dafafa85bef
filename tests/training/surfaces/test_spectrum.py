"""Curvature by products alone equals the curvature of the Hessian written out."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnotes.training.surfaces.spectrum import Spectrum, density, hessian_vector, lanczos, sharpness

DOUBLE = torch.float64
SHAPES = {"first": (4, 3), "bias": (4,), "second": (2, 4)}  # 24 parameters
X = torch.randn(20, 3, generator=torch.Generator().manual_seed(0), dtype=DOUBLE)
Y = torch.randn(20, 2, generator=torch.Generator().manual_seed(1), dtype=DOUBLE)


def net_loss(params):
    hidden = torch.tanh(X @ params["first"].T + params["bias"])
    return (hidden @ params["second"].T - Y).square().mean()


def net(seed: int, scale: float = 1.0) -> dict[str, torch.Tensor]:
    source = torch.Generator().manual_seed(seed)
    return {
        name: scale * torch.randn(shape, generator=source, dtype=DOUBLE)
        for name, shape in SHAPES.items()
    }


def written_out(loss, params) -> torch.Tensor:
    """The Hessian as a matrix, by torch.func.hessian."""
    blocks = torch.func.hessian(loss)(params)
    rows = [
        torch.cat([blocks[a][b].reshape(params[a].numel(), -1) for b in params], dim=1)
        for a in params
    ]
    return torch.cat(rows)


def quadratic(eigenvalues, seed: int = 0):
    """xᵀ H x / 2 with the eigenvalues asked for, in turned axes."""
    values = torch.as_tensor(eigenvalues, dtype=DOUBLE)
    source = torch.Generator().manual_seed(seed)
    turn, _ = torch.linalg.qr(torch.randn(len(values), len(values), generator=source, dtype=DOUBLE))
    matrix = turn @ torch.diag(values) @ turn.T
    return lambda params: params["x"] @ matrix @ params["x"] / 2, {
        "x": torch.ones(len(values), dtype=DOUBLE)
    }


@pytest.mark.parametrize("seed", range(3))
def test_products_are_those_of_the_hessian(seed):
    params, vector = net(seed), net(seed + 10)
    wanted = written_out(net_loss, params) @ torch.cat([x.flatten() for x in vector.values()])
    found = hessian_vector(net_loss, params, vector)
    assert {name: x.shape for name, x in found.items()} == SHAPES
    found = torch.cat([x.flatten() for x in found.values()])
    torch.testing.assert_close(found, wanted, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_all_eigenvalues_of_a_net_to_eight_digits(seed):
    params = net(seed)
    wanted = torch.linalg.eigvalsh(written_out(net_loss, params))
    found = lanczos(net_loss, params, order=24, seed=seed)
    assert (found.eigenvalues - wanted).abs().max() < 1e-8
    assert (lanczos(net_loss, params, order=999).eigenvalues - wanted).abs().max() < 1e-8
    assert found.weights.sum().item() == pytest.approx(1, abs=1e-12)
    assert sharpness(net_loss, params, iterations=1000, tolerance=1e-14).item() == pytest.approx(
        wanted[-1].item(), abs=1e-8
    )


def test_the_ends_are_found_first():
    loss, params = quadratic(torch.cat([torch.linspace(0, 1, 200), torch.tensor([7.0, 9.0, -3.0])]))
    found = lanczos(loss, params, order=25).eigenvalues
    assert len(found) == 25
    torch.testing.assert_close(found[[0, -2, -1]], torch.tensor([-3.0, 7, 9], dtype=DOUBLE))


def test_repeated_eigenvalues_are_all_found():
    wanted = [2.0] * 5 + [3.0] * 4 + [0.0]
    found = lanczos(*quadratic(wanted), order=10)
    assert found.eigenvalues.tolist() == pytest.approx(sorted(wanted), abs=1e-10)
    assert (found.weights > 1e-12).sum() <= 3  # the first vector sees each value once


def test_a_flat_loss_has_no_curvature():
    params = {"x": torch.ones(4, dtype=DOUBLE)}
    assert (
        lanczos(lambda params: params["x"].sum(), params, order=4).eigenvalues.tolist() == [0] * 4
    )
    assert sharpness(lambda params: params["x"].sum(), params) == 0


@pytest.mark.parametrize(
    "eigenvalues, largest",
    [([1, 2, 5], 5), ([1, 2, -5], 2), ([3, -3, 1], 3), ([-1, -2, -4], -1), ([4, -3.8, 2], 4)],
)
def test_sharpness_is_the_largest_eigenvalue_not_the_largest_size(eigenvalues, largest):
    loss, params = quadratic(eigenvalues)
    found = sharpness(loss, params, iterations=500, tolerance=1e-13)
    assert found.item() == pytest.approx(largest, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(
    bulk=st.lists(st.floats(-1, 1), min_size=1, max_size=20),
    top=st.floats(2, 1e6),
    seed=st.integers(0, 99),
)
def test_sharpness_stands_out_of_any_bulk(bulk, top, seed):
    loss, params = quadratic([*bulk, top], seed)
    assert sharpness(loss, params, seed=seed).item() == pytest.approx(top, rel=1e-5)


def test_seeds_decide_the_first_vector():
    params = net(0)
    one, again, other = (lanczos(net_loss, params, order=5, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(one.weights, again.weights)
    assert not torch.allclose(one.weights, other.weights)


def test_density_is_that_of_the_eigenvalues():
    """Averaged over seeds it comes near the true one, which has a quarter of its mass at 5."""
    loss, params = quadratic([0.0] * 60 + [1.0] * 30 + [5.0] * 30)
    spectra = [lanczos(loss, params, order=3, seed=seed) for seed in range(40)]
    at = torch.linspace(-2, 7, 901, dtype=DOUBLE)
    found = density(spectra, at, width=0.1)
    assert (found * 0.01).sum().item() == pytest.approx(1, abs=1e-9)
    shares = [(found[(at - centre).abs() < 0.45] * 0.01).sum().item() for centre in (0, 1, 5)]
    assert shares == pytest.approx([0.5, 0.25, 0.25], abs=0.03)


def test_mean_of_the_eigenvalues_is_the_trace():
    params = net(3)
    spectra = [lanczos(net_loss, params, order=3, seed=seed) for seed in range(100)]
    estimate = torch.stack([of.eigenvalues @ of.weights for of in spectra]).mean()
    wanted = written_out(net_loss, params).diagonal().mean()
    assert estimate.item() == pytest.approx(wanted.item(), rel=0.1)


def test_float32_keeps_its_dtype():
    params = {name: x.float() for name, x in net(0).items()}

    def loss(params):
        hidden = torch.tanh(X.float() @ params["first"].T + params["bias"])
        return (hidden @ params["second"].T - Y.float()).square().mean()

    found = lanczos(loss, params, order=24).eigenvalues
    assert found.dtype == sharpness(loss, params).dtype == torch.float32
    wanted = torch.linalg.eigvalsh(written_out(net_loss, net(0)))
    assert (found.double() - wanted).abs().max() < 1e-4


def params_of(*values: float):
    return {"x": torch.tensor(values, dtype=DOUBLE)}


@pytest.mark.parametrize("measure", [sharpness, lambda *of: lanczos(*of, order=3)])
@pytest.mark.parametrize(
    "loss, params, message",
    [
        (lambda p: p["x"].sum(), {}, "`params` must hold at least one tensor, got none"),
        (lambda p: p["x"], params_of(1, 2), r"`loss` must give one number, got shape \(2,\)"),
        (lambda p: p["x"].log().sum(), params_of(-1), "`loss` must be finite .* got nan; start"),
        (
            lambda p: p["x"].sum(),
            params_of(1) | {"m": torch.ones(1, device="meta")},
            "`params` must share one device, got cpu, meta; move them.",
        ),
    ],
)
def test_losses_without_a_curvature_are_named(measure, loss, params, message):
    with pytest.raises(ValueError, match=message) as raised:
        measure(loss, params)
    assert "\n" not in str(raised.value)


def test_wrong_settings_are_named():
    loss, params = quadratic([1.0, 2.0])
    with pytest.raises(ValueError, match="`order` must be at least 1, got 0"):
        lanczos(loss, params, order=0)
    with pytest.raises(TypeError, match=r"`iterations` must be a whole number, got 2\.5"):
        sharpness(loss, params, iterations=2.5)
    with pytest.raises(ValueError, match="`width` must be greater than 0, got nan"):
        density(lanczos(loss, params, order=2), torch.zeros(1), width=math.nan)
    with pytest.raises(ValueError, match="`spectra` must hold at least one spectrum"):
        density([], torch.zeros(1), width=1.0)
    assert isinstance(lanczos(loss, params, order=2), Spectrum)
