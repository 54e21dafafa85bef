"""The references of the exercises, against mathematics that does not come from the library."""

import numpy as np
import pytest
import torch

from dlnotes.grading.tasks import declarations


def reference(task_id):
    return declarations.find(task_id).reference


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
