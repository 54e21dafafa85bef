"""The same numbers on every device this machine has."""

import pytest
import torch

from dlnotes.core.device import best_device
from dlnotes.optimizers import momentum, nesterov, sgd
from dlnotes.training.landscapes import beale, ravine, rosenbrock
from dlnotes.training.trajectories import steps_to, trajectory

DEVICES = sorted({"cpu", best_device().type} - {"mps"})  # mps has no float64
RULES = {sgd: {}, momentum: {"momentum": 0.9}, nesterov: {"momentum": 0.9}}


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__.rpartition(".")[2])
@pytest.mark.parametrize("landscape", [ravine(30), beale(), rosenbrock().rotated(30)])
def test_paths_agree_with_the_cpu(device, rule, landscape):
    lr = torch.logspace(-5, -4, 7, dtype=torch.float64)
    settings = {"steps": 200, "lr": lr, **RULES[rule]}
    there = trajectory(rule, landscape, (1.1, 0.7), device=device, **settings)
    here = trajectory(rule, landscape, (1.1, 0.7), **settings)
    assert there.device.type == device
    assert torch.allclose(there.cpu(), here, rtol=0, atol=1e-12)


@pytest.mark.parametrize("device", DEVICES)
def test_a_start_decides_where_steps_are_counted(device):
    start = torch.tensor([1.0, 1.0], dtype=torch.float64, device=device)
    assert steps_to(momentum, ravine(100), start, lr=4 / 121, momentum=(9 / 11) ** 2) == 93
