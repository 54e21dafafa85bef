"""The same numbers on every device this machine has."""

import pytest
import torch

from dlnotes.core.device import best_device
from dlnotes.optimizers import momentum, nadam, nesterov, sgd
from dlnotes.training.race import race, steps_to, trajectory
from dlnotes.training.surfaces.landscapes import (
    beale,
    himmelblau,
    rastrigin,
    ravine,
    rosenbrock,
    saddle,
)
from dlnotes.training.surfaces.slices import plane, random_direction
from dlnotes.training.surfaces.spectrum import lanczos, sharpness
from tests.contracts import rules as table

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


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("landscape", [saddle(), himmelblau(), rastrigin().rotated(30)])
def test_races_agree_with_the_cpu(device, landscape):
    lr = torch.logspace(-5, -3, 7, dtype=torch.float64)
    rules = {
        name: (row.rule, row.settings | {"lr": lr})
        for name, row in table.RULES.items()
        if not row.matrix
    }
    there = race(rules, landscape, (1.1, 0.7), steps=100, device=device)
    for name, (rule, settings) in rules.items():
        here = trajectory(rule, landscape, (1.1, 0.7), steps=100, **settings)
        assert there[name].device.type == device
        assert torch.allclose(there[name].cpu(), here, rtol=0, atol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("device", DEVICES)
def test_compiled_races_agree_with_the_cpu(device):
    start = torch.tensor([1.1, 0.7], dtype=torch.float64, device=device)
    rules = {"nadam": (nadam, {"lr": torch.tensor([1e-3, 1e-2], device=device)})}
    there = race(rules, beale(), start, steps=50, compiled=True)["nadam"]
    assert there.device.type == device
    here = trajectory(nadam, beale(), start.cpu(), steps=50, lr=torch.tensor([1e-3, 1e-2]))
    assert torch.allclose(there.cpu(), here, rtol=0, atol=1e-12)


def tanh_loss(params):
    hidden = torch.tanh(params["first"] @ torch.linspace(-1, 1, 3).to(params["first"]))
    return (params["second"] @ hidden - 1).square().sum()


@pytest.mark.parametrize("device", DEVICES)
def test_slices_and_curvature_agree_with_the_cpu(device):
    source = torch.Generator().manual_seed(0)
    shapes = {"first": (5, 3), "second": (2, 5)}
    here = {
        name: torch.randn(of, generator=source, dtype=torch.float64) for name, of in shapes.items()
    }
    there = {name: param.to(device) for name, param in here.items()}
    at = torch.linspace(-1, 1, 5), torch.linspace(-2, 2, 3)
    found = []
    for params in (here, there):
        directions = random_direction(params, seed=1), random_direction(params, seed=2)
        heights = plane(tanh_loss, params, directions, at)
        eigenvalues = lanczos(tanh_loss, params, order=25).eigenvalues
        found.append((heights, eigenvalues, sharpness(tanh_loss, params, iterations=1000)))
    for on_cpu, on_device in zip(*found, strict=True):
        assert on_device.device.type == device
        torch.testing.assert_close(on_device.cpu(), on_cpu, rtol=1e-5, atol=1e-8)
