"""Newton's method and its trust region, against exact answers and SciPy."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize, rosen, rosen_der, rosen_hess

from dlnotes.core.device import best_device
from dlnotes.optimizers.newton import Newton, newton_step
from dlnotes.optimizers.trust_region import TrustRegion, trust_region_step

DEVICES = sorted({"cpu", best_device().type} - {"mps"})  # mps has no float64
DOUBLE = torch.float64


def source(seed=0):
    return torch.Generator().manual_seed(seed)


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=source(seed), dtype=DOUBLE)


def rosenbrock(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def saddle(x):
    """A saddle at the origin between the minima (0, ±1)."""
    return x[0] ** 2 - x[1] ** 2 + x[1] ** 4 / 2


def run(method, steps):
    return torch.stack([method.step() for _ in range(steps)])


# Newton


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("condition", [1.0, 1e3, 1e6])
def test_one_step_solves_a_quadratic(condition, device):
    curvatures = torch.logspace(0, math.log10(condition), 6, dtype=DOUBLE)
    basis, _ = torch.linalg.qr(normal(6, 6))
    matrix = ((basis * curvatures) @ basis.T).to(device)
    answer = normal(6, seed=1).to(device)
    newton = Newton(lambda x: (x - answer) @ matrix @ (x - answer) / 2, torch.zeros_like(answer))
    newton.step()
    assert newton.params.device.type == device
    assert torch.allclose(newton.params, answer, rtol=0, atol=1e-10)


def test_one_step_solves_linear_least_squares_of_named_params():
    X, y = normal(50, 3), normal(50, 2, seed=1)
    start = {"weight": normal(2, 3, seed=2), "bias": normal(2, seed=3)}
    kept = {name: param.clone() for name, param in start.items()}

    def loss(params):
        return (X @ params["weight"].T + params["bias"] - y).square().mean()

    newton = Newton(loss, start)
    before = newton.step()
    exact = torch.linalg.lstsq(torch.cat([X, torch.ones(50, 1, dtype=DOUBLE)], 1), y).solution
    assert before == loss(start)
    assert torch.allclose(newton.params["weight"], exact[:3].T, rtol=0, atol=1e-10)
    assert torch.allclose(newton.params["bias"], exact[3], rtol=0, atol=1e-10)
    assert all(torch.equal(start[name], kept[name]) for name in start)


def test_near_the_minimum_the_error_is_squared_by_every_step():
    newton = Newton(lambda x: (x.exp() - x).sum(), torch.tensor([0.3, -0.5], dtype=DOUBLE))
    points = [newton.params]
    for _ in range(8):
        newton.step()
        points.append(newton.params)
    errors = [(point - points[-1]).norm().item() for point in points]
    logs = [math.log(error) for error in errors if error > 1e-14]
    orders = [(c - b) / (b - a) for a, b, c in zip(logs, logs[1:], logs[2:], strict=False)]
    assert len(orders) >= 2 and orders[-1] == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize("start", [(0.3, 0.2), (-2.0, 0.35), (1.0, -0.4)])
def test_undamped_it_walks_into_a_saddle(start):
    newton = Newton(saddle, torch.tensor(start, dtype=DOUBLE))
    run(newton, 30)
    assert newton.params.norm() < 1e-10


@pytest.mark.parametrize("start", [(0.3, 0.2), (-2.0, 0.35), (1.0, -0.4)])
def test_enough_damping_keeps_it_from_the_saddle(start):
    """2.5 is above the steepest negative curvature, 2: every step goes downhill."""
    newton = Newton(saddle, torch.tensor(start, dtype=DOUBLE), damping=2.5)
    losses = run(newton, 100)
    assert (losses.diff() <= 1e-15).all()
    assert newton.params[1].abs() == pytest.approx(1, abs=1e-6)


@given(damping=st.floats(0, 1e6), seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_a_damped_step_solves_its_equation(damping, seed):
    root = normal(4, 4, seed=seed)
    hessian, grad = root @ root.T + torch.eye(4, dtype=DOUBLE), normal(4, seed=seed + 100)
    delta = newton_step(grad, hessian, damping=damping)
    assert torch.allclose(hessian @ delta + damping * delta, -grad, rtol=1e-9, atol=1e-9)


def test_heavy_damping_is_gradient_descent():
    hessian, grad = torch.diag(torch.tensor([1.0, 9.0], dtype=DOUBLE)), normal(2)
    delta = newton_step(grad, hessian, damping=1e9)
    assert torch.allclose(delta, -grad / 1e9, rtol=1e-8, atol=0)


def test_a_singular_hessian_names_the_way_out():
    newton = Newton(lambda x: (x[0] + x[1]) ** 2, torch.ones(2, dtype=DOUBLE))
    with pytest.raises(ValueError) as error:
        newton.step()
    assert str(error.value) == (
        "The Hessian must be invertible, got one of rank below 2 with damping=0; "
        "pass a larger `damping` or use `TrustRegion`."
    )
    damped = Newton(lambda x: (x[0] + x[1]) ** 2, torch.ones(2, dtype=DOUBLE), damping=1e-6)
    region = TrustRegion(lambda x: (x[0] + x[1]) ** 2, torch.ones(2, dtype=DOUBLE))
    assert run(damped, 4)[-1] < 1e-12 and run(region, 4)[-1] < 1e-12


def test_a_run_that_diverges_keeps_its_curve():
    newton = Newton(lambda x: torch.log1p(x**2).sum(), torch.full((1,), 0.99, dtype=DOUBLE))
    kept = run(newton, 5)
    assert kept.isfinite().all()
    newton = Newton(lambda x: x.sqrt().sum() + x.square().sum(), torch.full((1,), 0.1))
    losses = run(newton, 6)
    assert losses[0].isfinite() and losses[-1].isnan() and newton.params.isnan()


# Trust region


def quadratics():
    """Hessians with eigenvalues of any sign, gradients with some components exactly absent."""
    values = st.sampled_from([-3.0, -1.0, -1e-3, 0.0, 1e-3, 1.0, 50.0])
    slopes = st.sampled_from([0.0, 1e-9, 0.1, -1.0, 20.0])
    pairs = st.lists(st.tuples(values, slopes), min_size=1, max_size=5)
    return st.tuples(pairs, st.sampled_from([0.0, 1.0]), st.floats(1e-3, 1e3), st.integers(0, 50))


@given(quadratics())
@settings(max_examples=150, deadline=None)
def test_the_step_meets_the_conditions_of_more_and_sorensen(case):
    """(hessian + shift) delta = -grad, shift ≥ 0, no negative curvature left, |delta| ≤ radius."""
    pairs, turned, radius, seed = case
    curvatures, slopes = torch.tensor(pairs, dtype=DOUBLE).T
    basis, _ = torch.linalg.qr(normal(len(pairs), len(pairs), seed=seed))
    basis = basis if turned else torch.eye(len(pairs), dtype=DOUBLE)
    hessian, grad = (basis * curvatures) @ basis.T, basis @ slopes
    hessian = (hessian + hessian.T) / 2
    delta = trust_region_step(grad, hessian, radius)
    length, scale = delta.norm(), 1 + grad.norm() + 50 * radius
    assert length <= radius * (1 + 1e-9)
    shift = -(grad + hessian @ delta) @ delta / delta.square().sum() if length else torch.zeros(())
    assert ((hessian @ delta + shift * delta + grad).norm()) <= 1e-7 * scale
    assert shift >= -1e-7 * (1 + grad.norm() / radius)
    assert shift + torch.linalg.eigvalsh(hessian)[0] >= -1e-6 * (1 + grad.norm() / radius)
    assert length >= radius * (1 - 1e-9) or abs(shift * length) <= 1e-7 * scale


@given(quadratics(), st.integers(0, 1000))
@settings(max_examples=50, deadline=None)
def test_no_point_within_the_radius_is_lower(case, seed):
    pairs, _, radius, _ = case
    curvatures, slopes = torch.tensor(pairs, dtype=DOUBLE).T
    delta = trust_region_step(slopes, torch.diag(curvatures), radius)
    others = torch.nn.functional.normalize(normal(200, len(pairs), seed=seed))
    others = others * radius * torch.rand(200, 1, generator=source(seed), dtype=DOUBLE)

    def model(move):
        return (move * slopes).sum(-1) + (curvatures * move.square()).sum(-1) / 2

    assert (model(others) >= model(delta) - 1e-8 * (1 + abs(model(delta)))).all()


@pytest.mark.parametrize("start", [(-1.2, 1.0), (0.0, 0.0), (1.3, 0.7, 0.8, 1.9)])
def test_rosenbrock_as_scipy_does_it(start):
    found = minimize(
        rosen, np.array(start), method="trust-exact", jac=rosen_der, hess=rosen_hess, tol=1e-8
    )
    region = TrustRegion(rosenbrock, torch.tensor(start, dtype=DOUBLE))
    steps = next(n for n in range(100) if n and region.step() < 1e-14)
    assert found.success and np.allclose(found.x, 1, atol=1e-6)
    assert torch.allclose(region.params, torch.ones_like(region.params), atol=1e-6)
    assert abs(steps - found.nit) <= 6


@pytest.mark.parametrize("start", [(0.3, 0.2), (-2.0, 0.35), (1.0, -0.4), (0.5, 0.0), (0.0, 0.0)])
def test_a_trust_region_leaves_a_saddle(start):
    """Even from the ridge, y = 0, where the gradient says nothing about the way down."""
    region = TrustRegion(saddle, torch.tensor(start, dtype=DOUBLE), radius=0.5)
    losses = run(region, 20)
    assert (losses.diff() <= 0).all()
    assert torch.allclose(region.params.abs(), torch.tensor([0, 1.0], dtype=DOUBLE), atol=1e-7)


def test_the_radius_follows_the_success_of_the_model():
    bowl = TrustRegion(lambda x: x @ x, torch.tensor([100.0]), radius=1.0, max_radius=3.0)
    assert [bowl.step() and bowl.radius for _ in range(3)] == [2.0, 3.0, 3.0]
    assert bowl.params.item() == 100 - 1 - 2 - 3


def test_a_step_into_the_undefined_is_not_made_and_shrinks_the_radius():
    region = TrustRegion(lambda x: (x - x.log()).sum(), torch.tensor([3.0]), radius=4.0)
    region.step()
    assert region.params.item() == 3 and region.radius == 1
    losses = run(region, 12)
    assert losses.isfinite().all() and region.params.item() == pytest.approx(1, abs=1e-3)


# Bad input

START = torch.ones(2, dtype=DOUBLE)
BAD = {
    "`damping` must be at least 0, got -1.": lambda: Newton(torch.sum, START, damping=-1.0),
    "`damping` must be at least 0, got nan.": lambda: Newton(torch.sum, START, damping=math.nan),
    "`damping` must be finite, got inf.": lambda: Newton(torch.sum, START, damping=math.inf),
    "`radius` must be greater than 0, got 0.": lambda: TrustRegion(torch.sum, START, radius=0.0),
    "`max_radius` must be at least `radius`, got 1 and 2.": lambda: TrustRegion(
        torch.sum, START, radius=2.0, max_radius=1.0
    ),
    "`accept` must be in [0, 0.25), got 0.5.": lambda: TrustRegion(torch.sum, START, accept=0.5),
    "`params` must hold at least one tensor, got none; pass name -> tensor.": lambda: Newton(
        lambda params: torch.zeros(()), {}
    ),
    "`w` must be floating point, got torch.int64; convert it.": lambda: Newton(
        lambda params: torch.zeros(()), {"w": torch.ones(2, dtype=torch.int64)}
    ),
    "`params` must share one type, got ['torch.float32', 'torch.float64']; convert them.": (
        lambda: Newton(lambda params: torch.zeros(()), {"w": START, "b": START.float()})
    ),
    "`params` must share one device, got ['cpu', 'meta']; move them.": lambda: Newton(
        lambda params: torch.zeros(()), {"w": START, "b": torch.ones(0, device="meta").double()}
    ),
    "`params` must be finite, got NaN or inf; start elsewhere.": lambda: Newton(
        torch.sum, START * math.nan
    ),
    "`loss` must give one number, got shape (2,); take its mean or sum.": lambda: Newton(
        torch.exp, START
    ),
    "`loss` must give a tensor, got float; compute it from the parameters.": lambda: Newton(
        lambda x: 3.0, START
    ),
    "`w` must be a tensor, got list; pass tensors, one or by name.": lambda: Newton(
        torch.sum, {"w": [1.0, 2.0]}
    ),
    "`params` must be a tensor, got Linear; pass tensors, one or by name.": lambda: TrustRegion(
        torch.sum, torch.nn.Linear(2, 1)
    ),
    "`loss` must be finite at the start, got nan; start elsewhere.": lambda: TrustRegion(
        lambda x: (-x).log().sum(), START
    ),
}


@pytest.mark.parametrize("message", BAD)
def test_wrong_arguments_get_one_line(message):
    with pytest.raises((ValueError, TypeError)) as error:
        BAD[message]()
    assert str(error.value) == message


def test_a_hessian_that_is_not_finite_stops_the_trust_region():
    region = TrustRegion(lambda x: x.abs().pow(1.5).sum(), torch.zeros(1))
    with pytest.raises(ValueError, match="`hessian` must be finite, got NaN or inf; start elsew"):
        region.step()
