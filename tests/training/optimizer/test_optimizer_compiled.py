"""The compiled optimizer: the same numbers, one graph, and a way on where nothing compiles."""

import logging
import os
import subprocess
import sys

import pytest
import torch
from torch import nn
from torch._dynamo.utils import counters
from torch.optim import lr_scheduler

from dlnotes.core.device import best_device
from dlnotes.optimizers import adam, momentum
from dlnotes.training.compiling import programs
from dlnotes.training.optimizer import Optimizer
from tests.training.optimizer.pairs import both, distance, drawn_step, loss_of, one_step

DEVICES = sorted({"cpu", best_device().type} - {"mps"})


@pytest.fixture(autouse=True)
def nothing_compiled_before():
    """What other tests compiled, or could not, is forgotten."""
    programs._program.cache_clear()
    programs._note.cache_clear()
    counters.clear()
    yield
    programs._program.cache_clear()


def notes(caplog):
    """What the reader was told; torch logs its own doings."""
    return [record.getMessage() for record in caplog.records if record.name == "dlnotes"]


@pytest.mark.slow
@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", ["adamw", "nadam", "amsgrad", "coupled(momentum)", "adafactor"])
def test_200_compiled_steps_equal_torch(name, device, double, caplog):
    pair, rng = both(name, compiled=True), torch.Generator().manual_seed(2)
    pair[0][0].to(device)
    schedules = [lr_scheduler.CosineAnnealingLR(optimizer, 200) for _, optimizer in pair]
    for _ in range(200):
        drawn_step(pair, rng)
        for schedule in schedules:
            schedule.step()
    assert distance(pair[0][0].cpu(), pair[1][0]) <= 1e-12
    assert notes(caplog) == []
    assert counters["stats"]["unique_graphs"] == (4 if name == "adafactor" else 1)  # of 4 shapes


@pytest.mark.slow
def test_one_graph_serves_all_sizes_and_settings():
    """No length, learning rate or other number is built in, nor that two numbers are equal."""
    for sizes in ([5, 7], [100_000, 3, 200_000], [64, 2]):
        params = [nn.Parameter(torch.ones(size)) for size in sizes]
        twins = [nn.Parameter(torch.ones(size)) for size in sizes]
        ours = Optimizer(params, adam, compiled=True, lr=1e-8, beta1=0.9, beta2=0.9)
        theirs = torch.optim.Adam(twins, lr=1e-8, betas=(0.9, 0.9))
        for step in range(5):
            for group in (ours.param_groups[0], theirs.param_groups[0]):
                group["lr"] = 0.1 / (step + 1)
            ours.param_groups[0]["beta1"] = 0.5
            theirs.param_groups[0]["betas"] = (0.5, 0.9)
            for param, twin in zip(params, twins, strict=True):
                param.grad = torch.randn(param.shape)
                twin.grad = param.grad.clone()
            ours.step(), theirs.step()
        for param, twin in zip(params, twins, strict=True):
            assert torch.allclose(param, twin, atol=1e-6)
    assert counters["stats"]["unique_graphs"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_is_rounded_once(dtype, compiled):
    """As torch's fused form; most entries are the same to the last bit."""
    rng = torch.Generator().manual_seed(0)
    param = nn.Parameter(torch.randn(1000, generator=rng).to(dtype))
    twin = nn.Parameter(param.detach().clone())
    ours = Optimizer([param], adam, compiled=compiled, lr=0.01)
    theirs = torch.optim.Adam([twin], lr=0.01, fused=True)
    for _ in range(20):
        param.grad = torch.randn(1000, generator=rng).to(dtype)
        twin.grad = param.grad.clone()
        ours.step(), theirs.step()
    assert (param != twin).double().mean() < 0.02
    assert torch.allclose(param, twin, atol=torch.finfo(dtype).eps * 4, rtol=0)


@pytest.mark.slow
def test_small_parameters_move_into_one_buffer_and_back_out(double):
    (net, ours), theirs = both("adamw", compiled=True)
    net.scale = theirs[0].scale = None  # 0-d, alone of its kind: it would stay where it is
    net.forward = lambda X: torch.tanh(net.first(X)) @ net.last.T
    theirs[0].forward = lambda X: torch.tanh(theirs[0].first(X)) @ theirs[0].last.T
    one_step(net, ours), one_step(*theirs)
    home = net.first.weight.data_ptr()
    assert home - net.first.bias.data_ptr() == net.first.bias.nbytes
    net.first.float().double()
    theirs[0].first.float().double()
    one_step(net, ours), one_step(*theirs)
    again = net.first.weight.data_ptr()
    assert home != again == net.first.bias.data_ptr() + net.first.bias.nbytes
    assert distance(net, theirs[0]) <= 1e-12


@pytest.mark.slow
def test_kept_gradients_take_one_turn(double):
    (net, ours), theirs = both("adamw", compiled=True)
    for _ in range(5):
        for one, optimizer in ((net, ours), theirs):
            optimizer.zero_grad(set_to_none=False)
            loss_of(one).backward()
            optimizer.step()
    weight, bias = (param.grad for param in net.first.parameters())
    assert weight.data_ptr() - bias.data_ptr() == bias.nbytes and distance(net, theirs[0]) <= 1e-12


@pytest.mark.slow
def test_a_large_gradient_of_another_dtype_is_not_misread():
    params = [nn.Parameter(torch.zeros(n, dtype=torch.bfloat16)) for n in (4, 70_000, 80_000)]
    optimizer = Optimizer(params, momentum, compiled=True, lr=0.5)
    for param in params:
        param.grad_dtype = torch.float32
        param.grad = torch.full(param.shape, 3.0)
    optimizer.step()
    assert all(torch.equal(param, torch.full_like(param, -1.5)) for param in params)


def broken(*_, **__):
    raise RuntimeError("no compiler\nand a long story")


@pytest.mark.parametrize("name", ["adamw", "adafactor"])
def test_without_a_compiler_it_runs_as_written_and_says_so_once(name, monkeypatch, caplog):
    """No warning: pytest would turn it into an error here."""
    monkeypatch.setattr(torch, "compile", broken)
    pair = both(name, compiled=True)
    with caplog.at_level(logging.WARNING, logger="dlnotes"):
        for _ in range(10):
            for one in pair:
                one_step(*one)
    assert distance(pair[0][0], pair[1][0]) <= 1e-12
    (note,) = notes(caplog)
    assert f"{name} runs as it is written, not compiled (RuntimeError: no compiler). " in note
    assert "\n" not in note


# In a process of its own: what is left of a failed compilation would stay with the other tests.
WITHOUT_COMPILER = """
import torch
from dlnotes.optimizers import momentum
from dlnotes.training.optimizer import Optimizer
param = torch.nn.Parameter(torch.ones(3))
param.grad = torch.ones(3)
Optimizer([param], momentum, lr=0.25, compiled=True).step()
print(param.tolist())
"""


@pytest.mark.slow
def test_a_missing_compiler_is_noticed_for_real():
    bare = {"CXX": "no-such-compiler", "TORCHINDUCTOR_FORCE_DISABLE_CACHES": "1"}
    command = [sys.executable, "-c", WITHOUT_COMPILER]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | bare)
    assert done.stdout.strip() == "[0.75, 0.75, 0.75]"
    assert "momentum runs as it is written" in done.stderr


def test_a_rule_that_looks_at_values_runs_as_written(caplog):
    class Signed:
        __name__ = "signed"
        init = staticmethod(momentum.init)

        @staticmethod
        def update(grad, state, param, *, lr=0.1):
            step = -lr if state.t < 1 else lr
            return step * grad, momentum.State(state.t + 1, state.velocity)

    params = [nn.Parameter(torch.zeros(2))]
    optimizer = Optimizer(params, Signed(), compiled=True)
    for _ in range(3):
        params[0].grad = torch.ones(2)
        optimizer.step()
    assert torch.allclose(params[0].detach(), torch.full((2,), 0.1))
    (note,) = notes(caplog)
    assert "signed runs as it is written" in note


@pytest.mark.slow
@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("name", ["adam", "adafactor"])
def test_a_step_within_compiled_code_is_a_step(name, compiled):
    pair = both(name, compiled=compiled)
    step = torch.compile(lambda: pair[0][1].step())
    rng = torch.Generator().manual_seed(2)
    for _ in range(3):
        drawn_step(pair, rng, step)
    assert distance(pair[0][0], pair[1][0]) <= 1e-12
