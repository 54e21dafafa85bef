"""The references of the exercises, against mathematics that does not come from the library."""

import math

import numpy as np
import pytest
import torch

from dlnotes.grading.tasks import declarations


def reference(task_id):
    return declarations.find(task_id).reference


def test_edge_of_the_learning_rate_separates_the_two_fates():
    curvatures = [0.5, 3.0, 8.0]
    edge = reference("largest_stable_lr")(curvatures)
    for factor, converges in ((0.99, True), (1.01, False)):
        left = [abs(1 - factor * edge * curvature) ** 1000 for curvature in curvatures]
        assert all(x < 1 for x in left) == converges


def test_best_lr_beats_its_neighbors():
    smallest, largest = 0.7, 23.0
    lr, rate = reference("best_lr")(smallest, largest)

    def worst(lr):
        return max(abs(1 - lr * curvature) for curvature in (smallest, largest))

    assert worst(lr) == pytest.approx(rate)
    assert worst(lr) < min(worst(lr * 1.01), worst(lr * 0.99))


def test_accumulated_gradient_is_that_of_the_full_batch():
    source = torch.Generator().manual_seed(0)
    features = torch.randn(19, 3, generator=source, dtype=torch.float64)
    targets = torch.randn(19, generator=source, dtype=torch.float64)
    weights = torch.zeros(3, dtype=torch.float64, requires_grad=True)

    def gradient(rows):
        loss = (features[rows] @ weights - targets[rows]).square().mean() / 2
        return torch.autograd.grad(loss, weights)[0]

    rows = torch.arange(19).split(8)
    parts, sizes = [gradient(some) for some in rows], [len(some) for some in rows]
    assert torch.allclose(
        reference("accumulated_gradient")(parts, sizes), gradient(torch.arange(19)), atol=1e-12
    )


def test_batch_for_noise_keeps_its_promise():
    size = reference("batch_for_noise")(2.0, 0.3)
    noise = np.random.default_rng(0).normal(0, 2.0, (100_000, size)).mean(1).std()
    assert noise == pytest.approx(2.0 / math.sqrt(size), rel=0.02)
    assert 2.0 / math.sqrt(size) <= 0.3 < 2.0 / math.sqrt(size - 1)


def test_gains_match_the_geometric_series():
    agreeing, alternating = reference("gains")(0.9)
    assert agreeing == pytest.approx(10.0)
    assert alternating == pytest.approx(1 / 1.9)


def test_tuned_heavy_ball_at_a_condition_number_of_100():
    assert reference("tuned_heavy_ball")(1, 100)[1] == pytest.approx(0.669, abs=5e-4)


@pytest.mark.parametrize("case", range(3))
def test_heavy_ball_rate_is_the_spectral_radius(case):
    inputs = declarations.find("heavy_ball_rate").draws("radius")[case]
    lr, beta, curvature = inputs.values()
    step = np.array([[1 + beta - lr * curvature, -beta], [1, 0]])
    radius = np.abs(np.linalg.eigvals(step)).max()
    assert float(reference("heavy_ball_rate")(*inputs.values())) == pytest.approx(radius)


@pytest.mark.parametrize("nesterov", [False, True])
def test_rules_are_those_of_torch(nesterov):
    task = declarations.find("nesterov" if nesterov else "momentum")
    for inputs in task.draws("torch"):
        start, curvatures, lr, beta = inputs.values()
        deltas = task.drive(task.reference, *inputs.values())
        param = torch.nn.Parameter(start.clone())
        optimizer = torch.optim.SGD([param], lr=lr, momentum=beta, nesterov=nesterov)
        for delta in deltas:
            before = param.detach().clone()
            param.grad = curvatures * before
            optimizer.step()
            assert torch.allclose(param.detach() - before, delta, rtol=1e-10, atol=1e-12)


def test_a_hundred_unit_gradients_leave_adagrad_a_tenth():
    assert reference("effective_lr")(1.0, [1.0] * 100) == pytest.approx(0.1)


@pytest.mark.parametrize("name", ["adagrad", "rmsprop"])
def test_rules_of_size_are_those_of_torch(name):
    task = declarations.find(name)
    for inputs in task.draws("torch"):
        deltas = task.drive(task.reference, *inputs.values())
        param = torch.nn.Parameter(inputs["start"].clone())
        if name == "adagrad":
            optimizer = torch.optim.Adagrad([param], lr=inputs["lr"], eps=inputs["eps"])
        else:
            settings = {"alpha": inputs["decay"], "eps": inputs["eps"]}
            optimizer = torch.optim.RMSprop([param], lr=inputs["lr"], **settings)
        for delta in deltas:
            before = param.detach().clone()
            param.grad = inputs["curvatures"] * before
            optimizer.step()
            assert torch.allclose(param.detach() - before, delta, rtol=1e-10, atol=1e-12)


def test_the_repaired_adadelta_is_that_of_torch():
    task = declarations.find("repaired_adadelta")
    for inputs in task.draws("torch"):
        param = torch.nn.Parameter(torch.ones(1, dtype=torch.float64))
        optimizer = torch.optim.Adadelta([param], rho=inputs["decay"], eps=1e-3)
        for grad, place in zip(inputs["grads"], task.reference(**inputs), strict=True):
            param.grad = torch.tensor([grad], dtype=torch.float64)
            optimizer.step()
            assert param.item() == pytest.approx(place, rel=1e-10)


def test_a_wall_is_forgotten_at_the_step_that_the_formula_gives():
    for inputs in declarations.find("steps_to_forget").draws("formula"):
        steep, flat, decay = inputs.values()
        account = [flat**2 + decay**n * (steep**2 - flat**2) for n in range(2000)]
        first = next(n for n, v in enumerate(account) if v <= 4 * flat**2)
        assert reference("steps_to_forget")(**inputs) == first


def test_settings_read_off_the_steps_make_those_steps():
    lr, decay = reference("settings_from_steps")(0.5, 0.1)
    param = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    optimizer = torch.optim.RMSprop([param], lr=lr, alpha=decay, eps=0.0)
    places = [0.0]
    for _ in range(3000):
        param.grad = torch.ones(1, dtype=torch.float64)
        optimizer.step()
        places.append(param.item())
    assert places[0] - places[1] == pytest.approx(0.5)
    assert places[-2] - places[-1] == pytest.approx(0.1)


def test_a_step_seen_along_eigenvectors_makes_the_model_flat():
    for inputs in declarations.find("newton_by_directions").draws("flat"):
        slopes, curvatures, damping = inputs.values()
        steps = reference("newton_by_directions")(**inputs)
        for slope, curvature, step in zip(slopes, curvatures, steps, strict=True):
            assert slope + (curvature + damping) * step == pytest.approx(0, abs=1e-12)


def test_from_the_damping_needed_on_every_step_leads_down():
    for inputs in declarations.find("damping_needed").draws("down"):
        curvatures, least = inputs["curvatures"], reference("damping_needed")(**inputs)
        assert all(curvature + least + 1e-9 > 0 for curvature in curvatures)
        assert least == 0 or any(curvature + least - 1e-9 < 0 for curvature in curvatures)


def test_the_product_with_the_hessian_is_a_small_difference_of_gradients():
    task = declarations.find("curvature_times")
    for inputs in task.draws("difference"):
        found = task.drive(task.reference, *inputs.values())

        def difference(loss, point, direction, h=1e-5):
            ahead, behind = (torch.func.grad(loss)(point + s * direction) for s in (h, -h))
            return (ahead - behind) / (2 * h)

        assert torch.allclose(found, task.drive(difference, *inputs.values()), rtol=1e-6, atol=1e-6)


def test_the_direction_of_kfac_solves_the_large_system():
    for inputs in declarations.find("kfac_direction").draws("system"):
        slope, A, G = inputs.values()
        assert torch.allclose(G @ reference("kfac_direction")(**inputs) @ A, -slope, atol=1e-12)


def test_muons_rounds_move_singular_values_alone():
    for inputs in declarations.find("muon_level").draws("values"):
        U, s, Vh = torch.linalg.svd(inputs["matrix"], full_matrices=False)
        s = s / s.norm()
        for _ in range(5):
            s = 3.4445 * s - 4.7750 * s**3 + 2.0315 * s**5
        assert torch.allclose(U @ s.diag() @ Vh, reference("muon_level")(**inputs), atol=1e-12)


def test_a_step_that_does_not_climb_gains_along_every_eigenvector():
    for inputs in declarations.find("no_more_climbing").draws("down"):
        curvatures, basis = torch.linalg.eigh(inputs["hessian"])
        slopes, steps = basis.T @ inputs["grad"], basis.T @ reference("no_more_climbing")(**inputs)
        assert (slopes * steps < 0).all() and curvatures[0] < 0
        assert torch.allclose(steps.abs() * curvatures.abs(), slopes.abs(), atol=1e-12)
