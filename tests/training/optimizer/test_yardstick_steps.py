"""What PyTorch asks of a step, asked of ours."""

import pytest
import torch
from torch import nn
from torch.optim import lr_scheduler

from dlnotes.training.optimizer import Optimizer
from tests.contracts.rules import EVERY
from tests.training.optimizer.yardstick import closure_for, every, given_gradients, parameters, same


@every
@pytest.mark.parametrize("contiguous", [True, False])
@pytest.mark.parametrize("with_lrsched", [True, False])
def test_forloop_goes_right_direction(rule, contiguous, with_lrsched):
    params = parameters(rule.row, contiguous=contiguous)
    optimizer = rule(params)
    plans = [lr_scheduler.StepLR(optimizer, 10, 0.9), lr_scheduler.ReduceLROnPlateau(optimizer)]
    closure = closure_for(optimizer, params)
    first = closure().item()
    for _ in range(20):
        loss = optimizer.step(closure)
        if with_lrsched:
            plans[0].step(), plans[1].step(loss.item())
    assert closure().item() < first


@every
def test_param_group_with_lrscheduler_goes_right_direction(rule):
    weight, bias = params = parameters(rule.row)
    optimizer = rule([{"params": [weight]}, {"params": [bias], "lr": 0.01}])
    plan = lr_scheduler.StepLR(optimizer, 10, 0.9)
    closure = closure_for(optimizer, params)
    first = closure().item()
    for _ in range(20):
        optimizer.step(closure), plan.step()
    assert closure().item() < first


@every
def test_tensor_lr(rule):
    params, twins = parameters(rule.row), parameters(rule.row)
    optimizers = [rule(params, lr=0.01), rule(twins, lr=torch.tensor(0.01, dtype=torch.float64))]
    for some, optimizer in zip((params, twins), optimizers, strict=True):
        for seed in range(5):
            given_gradients(some, seed)
            optimizer.step()
    for param, twin in zip(params, twins, strict=True):
        assert torch.allclose(param, twin, rtol=1e-5, atol=1e-7)


@every
def test_foreach_matches_forloop(name, monkeypatch, compiled):
    """Ours compiled and as written: frozen layers, steps without any gradient, a 0-d parameter."""
    row, nets, optimizers = EVERY[name], [], []
    for fast in (False, compiled):
        torch.manual_seed(1)
        net = nn.Sequential(
            nn.Linear(2, 3, bias=not row.matrix), nn.Sigmoid(), nn.Linear(3, 1, bias=not row.matrix)
        ).double()
        single = [] if row.matrix else [nn.Parameter(torch.tensor(0.5, dtype=torch.float64))]
        params = [*net.parameters(), *single]
        for param in single:
            param.grad = torch.ones_like(param)
        (
            nets.append(net),
            optimizers.append(Optimizer(params, row.rule, compiled=fast, **row.settings)),
        )
    X = torch.linspace(0.1, 0.6, 6, dtype=torch.float64).view(3, 2)
    for step in range(7):
        for net, optimizer in zip(nets, optimizers, strict=True):
            optimizer.zero_grad()
            net[2].requires_grad_(step not in (3, 4))
            if step != 2:
                net(X).sum().backward()
            optimizer.step()
        for mine, other in zip(*(net.parameters() for net in nets), strict=True):
            assert torch.allclose(mine, other, rtol=1e-12, atol=1e-14)
            one, two = (
                of.state.get(p, {}) for of, p in zip(optimizers, (mine, other), strict=True)
            )
            assert one.keys() == two.keys()
            assert all(torch.allclose(one[key], two[key], atol=1e-14) for key in one)


@every
def test_param_groups_weight_decay(written):
    """A group may go without the decay, whether the rule has one or not."""
    weight, bias = params = parameters(written.row)
    groups = [{"params": [weight]}, {"params": [bias], "weight_decay": 0.0}]
    optimizer = written(groups, lr=min(written.settings["lr"], 0.05))
    closure = closure_for(optimizer, params)
    first = closure().item()
    for _ in range(20):
        optimizer.step(closure)
    assert closure().item() < first


@every
def test_param_groups_lr(rule):
    params, idle = parameters(rule.row), nn.Parameter(torch.randn(2, 2))
    kept = idle.detach().clone()
    groups = [{"params": params, "lr": rule.settings["lr"]}, {"params": [idle]}]
    optimizer = rule(
        groups, lr=1e-28, **({"final_lr": 1e-28} if "final_lr" in rule.settings else {})
    )
    optimizer.param_groups[0].update(rule.settings)
    closure = closure_for(optimizer, params)
    first = closure().item()
    for _ in range(20):
        closure()
        idle.grad = torch.rand_like(idle)
        optimizer.step()
    # an average of equal points is equal but for its last digit
    assert closure().item() < first and torch.allclose(idle, kept, rtol=1e-6, atol=0)


@every
def test_step_is_noop_when_params_have_no_grad(rule):
    params = parameters(rule.row)
    kept = [param.detach().clone() for param in params]
    optimizer = rule(params)
    assert optimizer.step(lambda: 7) == 7
    assert same(params, kept) and not optimizer.state


@every
def test_step_is_noop_for_zero_grads(rule):
    params = parameters(rule.row)
    kept = [param.detach().clone() for param in params]
    decay = {"weight_decay": 0.0} if "weight_decay" in rule.settings else {}
    optimizer = rule(params, **decay)
    for param in params:
        param.grad = torch.zeros_like(param)
    optimizer.step()
    for param, before in zip(params, kept, strict=True):
        assert torch.allclose(param, before, rtol=1e-6, atol=0)


@every
def test_non_empty_state(rule):
    params = parameters(rule.row)
    optimizer = rule(params)
    given_gradients(params)
    optimizer.step()
    assert len(optimizer.state) == 2 and all(optimizer.state.values())


@every
def test_optimizer_can_be_printed(written):
    text = repr(written(parameters(written.row)))
    assert text.startswith("Optimizer (") and "lr: " in text
