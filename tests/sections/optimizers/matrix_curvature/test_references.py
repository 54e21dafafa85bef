"""The references of the exercises, against mathematics that does not come from the library."""

import pytest
import torch

from dlnotes.grading.tasks import declarations


def reference(task_id):
    return declarations.find(task_id).reference


def test_a_step_of_descent_teaches_by_frequency_and_a_leveled_one_all_alike():
    for inputs in declarations.find("taught_in_one_step").draws("taught"):
        descent, leveled = reference("taught_in_one_step")(**inputs)
        assert descent == pytest.approx(inputs["lr"] * min(inputs["frequencies"]), rel=1e-12)
        assert leveled == pytest.approx(inputs["lr"], rel=1e-12)


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
