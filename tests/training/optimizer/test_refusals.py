"""What the optimizer refuses, in one line and before anything moves."""

import math

import pytest
import torch
from torch import nn

from dlnotes.optimizers import adafactor, adam, adamw, momentum, muon, sgd
from dlnotes.training.optimizer import Optimizer


def test_sparse_gradients_are_refused_before_anything_moves():
    dense, table = nn.Parameter(torch.ones(2)), nn.Embedding(4, 2, sparse=True)
    optimizer = Optimizer([{"params": [dense]}, {"params": table.parameters()}], sgd, lr=0.1)
    dense.grad = torch.ones(2)
    table(torch.tensor([1])).sum().backward()
    with pytest.raises(RuntimeError, match="of sgd must be dense, got a sparse one; use "):
        optimizer.step()
    assert torch.equal(dense.detach(), torch.ones(2))


P = nn.Parameter(torch.ones(2))

LINE = torch.ones(5)


@pytest.mark.parametrize(
    ("params", "rule", "hyper", "error", "message"),
    [
        ([], adam, {}, ValueError, "`params` must hold at least one tensor, got none; "),
        (iter([]), adam, {}, ValueError, "`params` must hold at least one tensor, got none; "),
        (P, adam, {}, TypeError, r"`params` must be a list of tensors, got one tensor; "),
        ([1.0], adam, {}, TypeError, "`params` must hold tensors, got float; pass "),
        ([{"params": {P}}], adam, {}, TypeError, "`params` must have an order, got a set"),
        ([P, P], adam, {}, ValueError, "`params` must hold every tensor once, got one twice"),
        ([P * 2], adam, {}, ValueError, "can't optimize a non-leaf Tensor"),
        ([torch.ones(2, dtype=torch.complex64)], adam, {}, TypeError, "must be real, got complex"),
        ([{"params": [P]}, {"params": [P]}], adam, {}, ValueError, "more than one parameter group"),
        ([P], sgd, {}, TypeError, "`lr` of sgd must be given, for example lr=0.1"),
        ([P], adam, {"decay": 0.9}, TypeError, "which has lr, beta1, beta2, eps"),
        ([P], adam, {"lr": -1.0}, ValueError, "`lr` of adam must be at least 0, got -1"),
        ([P], adam, {"lr": float("nan")}, ValueError, "`lr` of adam must be at least 0, got nan"),
        ([P], adam, {"eps": -1e-8}, ValueError, "`eps` of adam must be at least 0, got -1e-08"),
        ([P], adam, {"beta2": 1.0}, ValueError, "`beta2` must be smaller than 1, got 1"),
        ([P], adamw, {"weight_decay": -1}, ValueError, "must be at least 0, got -1"),
        ([{"params": [P], "lr": -0.5}], adam, {}, ValueError, "must be at least 0, got -0.5"),
        ([P], adam, {"lr": "fast"}, TypeError, "`lr` of adam must be a number or a tensor, got 'f"),
        ([P], "adam", {}, TypeError, "`rule` must be a module with init and update, got 'adam'"),
        ([P], adam, {"lr": torch.ones(2)}, TypeError, "`lr` must be a number, got a tensor of"),
        ([P], muon, {}, ValueError, "`param` of muon must be a matrix"),
        (nn.Linear(2, 1), adam, {}, TypeError, "must be a list of tensors, got Linear; net.param"),
        (None, adam, {}, TypeError, "`params` must be a list of tensors, got NoneType"),
        ([{"lr": 0.1}], adam, {}, ValueError, 'A group must hold "params", got lr; '),
        (
            [{"params": [P], "weight_decay": 0.1}],
            sgd,
            {"lr": 0.1},
            TypeError,
            "`weight_decay` is no hyperparameter of sgd, which has lr, momentum; wrap the rule: ",
        ),
        ([torch.ones(2, dtype=torch.int64)], adam, {}, TypeError, "floating point, got torch.int"),
        (
            [LINE[:3], LINE[2:]],
            adam,
            {},
            ValueError,
            "`params` must not overlap in memory",
        ),
    ],
)
def test_bad_input_is_told_in_one_line(params, rule, hyper, error, message):
    with pytest.raises(error, match=message) as told:
        Optimizer(params, rule, **hyper)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("wrong", [-1.0, math.nan])
def test_a_learning_rate_that_turns_wrong_is_told_at_the_next_step(wrong):
    param = nn.Parameter(torch.ones(2))
    optimizer = Optimizer([param], adam, lr=0.1)
    param.grad = torch.ones(2)
    optimizer.step()
    before, optimizer.param_groups[0]["lr"] = param.detach().clone(), wrong
    with pytest.raises(ValueError, match="`lr` of adam must be at least 0, got"):
        optimizer.step()
    assert torch.equal(param.detach(), before)


def test_parameters_may_be_neighbors_in_memory():
    Optimizer([LINE[:2], LINE[2:]], adam)
    Optimizer([{"params": [P], "note": "head", "initial_lr": 0.1}], adam)


def test_a_learning_rate_may_come_with_the_group():
    optimizer = Optimizer([{"params": [P], "lr": 0.25}], sgd)
    assert optimizer.param_groups[0]["lr"] == 0.25
    with pytest.raises(TypeError, match="`lr` of sgd must be given"):
        optimizer.add_param_group({"params": [nn.Parameter(torch.ones(1))]})
    assert len(optimizer.param_groups) == 1


def test_the_state_of_another_rule_or_shape_is_refused():
    def saved(rule, shape):
        param = nn.Parameter(torch.ones(shape))
        param.grad = torch.ones(shape)
        optimizer = Optimizer([param], rule, lr=0.1)
        optimizer.step()
        return optimizer.state_dict()

    optimizer = Optimizer([nn.Parameter(torch.ones(2))], adam)
    with pytest.raises(ValueError, match="for adam must hold t, m, v, got t, velocity; load"):
        optimizer.load_state_dict(saved(momentum, 2))
    with pytest.raises(ValueError, match=r"`m` of a state must have shape \(2,\) .* got \(3,\)"):
        optimizer.load_state_dict(saved(adam, 3))
    with pytest.raises(ValueError, match="`lr` of adam must be at least 0, got -1"):
        bad = saved(adam, 2)
        bad["param_groups"][0]["lr"] = -1.0
        optimizer.load_state_dict(bad)


def test_factored_memories_are_small():
    param = nn.Parameter(torch.ones(30, 50))
    param.grad = torch.ones(30, 50)
    optimizer = Optimizer([param], adafactor)
    optimizer.step()
    assert sum(value.numel() for value in optimizer.state[param].values()) == 30 + 50 + 1
