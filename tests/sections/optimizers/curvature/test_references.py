"""The references of the exercises, against mathematics that does not come from the library."""

import pytest
import torch

from dlnotes.grading.tasks import declarations


def reference(task_id):
    return declarations.find(task_id).reference


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


def test_a_step_that_does_not_climb_gains_along_every_eigenvector():
    for inputs in declarations.find("no_more_climbing").draws("down"):
        curvatures, basis = torch.linalg.eigh(inputs["hessian"])
        slopes, steps = basis.T @ inputs["grad"], basis.T @ reference("no_more_climbing")(**inputs)
        assert (slopes * steps < 0).all() and curvatures[0] < 0
        assert torch.allclose(steps.abs() * curvatures.abs(), slopes.abs(), atol=1e-12)
