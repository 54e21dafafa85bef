"""What stands in a group is read, or refused in one line; a user's own notes are free."""

import copy
import pickle
from io import BytesIO

import numpy as np
import pytest
import torch
from torch import nn
from torch.optim import lr_scheduler

from dlnotes.optimizers import adafactor, adagrad, adam, lion, momentum, muon, rmsprop, sgd
from dlnotes.regularization.weight_decay import coupled
from dlnotes.training.compiling import programs
from dlnotes.training.optimizer import Optimizer
from tests.contracts.rules import IN_TORCH, RULES
from tests.training.optimizer.conftest import PROGRAMS

CYCLES = {
    "one cycle": lambda of: lr_scheduler.OneCycleLR(of, 0.1, total_steps=30),
    "cyclic": lambda of: lr_scheduler.CyclicLR(of, 1e-3, 0.1, step_size_up=4),
}
# torch's classes that its own schedules can give a momentum
CYCLED = [
    name
    for name, row in IN_TORCH.items()
    if {"momentum", "beta1"} & row.settings.keys() or name in ("sgd", "coupled(sgd)")
]
USELESS = {
    "maximize": True,
    "weight_decay": 1,
    "nesterov": True,
    "amsgrad": True,
    "foreach": True,
    "fused": True,
    "dampening": 0.1,
    "lr_decay": 0.1,
    "rho": 0.9,
    "differentiable": True,
}


def made(*values, **options):
    return nn.Parameter(torch.tensor(values, **options))


def cubed(params, optimizer, steps=1):
    """Steps on the sum of param³."""
    for _ in range(steps):
        optimizer.zero_grad()
        sum((param**3).sum() for param in params).backward()
        optimizer.step()


# Schedules that move a momentum


@pytest.mark.parametrize("cycle", CYCLES)
@pytest.mark.parametrize("name", CYCLED)
def test_schedules_cycle_the_momentum_as_in_torch(name, cycle, compiled, double):
    """Theirs is 0 where ours is gradient descent alone: torch's SGD is one class."""
    row = IN_TORCH[name]
    params, twins = [made(1.0, -0.5), made(0.3)], [made(1.0, -0.5), made(0.3)]
    pair = (
        (params, Optimizer(params, row.rule, compiled=compiled, **row.settings)),
        (twins, row.reference.optimizer(twins, **row.settings)),
    )
    plans = [CYCLES[cycle](optimizer) for _, optimizer in pair]
    rng = torch.Generator().manual_seed(0)
    for _ in range(29):
        grads = [torch.randn(param.shape, generator=rng) for param in params]
        for (some, optimizer), plan in zip(pair, plans, strict=True):
            for param, grad in zip(some, grads, strict=True):
                param.grad = grad.clone()
            optimizer.step()
            plan.step()
    ours, theirs = (optimizer.param_groups[0] for _, optimizer in pair)
    for key in ("lr", "momentum", "betas"):
        assert ours.get(key) == theirs.get(key) or (key == "momentum" and key not in ours)
    for param, twin in zip(params, twins, strict=True):
        assert torch.allclose(param, twin, rtol=0, atol=1e-12)


@pytest.mark.parametrize("rule", [adagrad, rmsprop, adafactor])
def test_a_rule_without_a_momentum_is_given_none(rule):
    with pytest.raises(ValueError, match="must support momentum or beta1"):
        CYCLES["cyclic"](Optimizer([made(1.0)], rule, lr=0.1))


def test_a_momentum_that_comes_later_is_remembered_and_saved(compiled):
    def fresh():
        param, twin = made(1.0, 2.0), made(1.0, 2.0)
        ours = Optimizer([param], coupled(sgd), lr=0.01, weight_decay=0.1, compiled=compiled)
        return param, ours, twin, torch.optim.SGD([twin], lr=0.01, weight_decay=0.1)

    param, ours, twin, theirs = fresh()
    for value in (0.0, 0.9, 0.5):
        for some, optimizer in (([param], ours), ([twin], theirs)):
            optimizer.param_groups[0]["momentum"] = value
            cubed(some, optimizer, 3)
    assert torch.allclose(param, twin) and ours.state[param]["t"] == 9
    copied, again = copy.deepcopy((param, ours))
    kept = copy.deepcopy(ours.state_dict())
    cubed([copied], again, 3), cubed([param], ours, 3), cubed([twin], theirs, 3)
    assert torch.allclose(param, twin) and torch.equal(copied, param)
    again.load_state_dict(kept)
    velocity = again.state[copied]["velocity"]
    assert torch.equal(velocity, kept["state"][0]["velocity"])
    cubed([copied], again)
    assert not torch.equal(velocity, kept["state"][0]["velocity"])


# Torch's name for both betas


def test_betas_are_beta1_and_beta2(compiled):
    ways = (
        lambda p: Optimizer([p], adam, betas=(0.5, 0.9), compiled=compiled),
        lambda p: Optimizer([{"params": [p], "betas": (0.5, 0.9)}], adam, compiled=compiled),
        lambda p: Optimizer([p], adam, beta1=0.5, beta2=0.9, compiled=compiled),
        lambda p: torch.optim.Adam([p], betas=(0.5, 0.9)),
    )
    params = [made(1.0, 2.0) for _ in ways]
    for param, way in zip(params, ways, strict=True):
        optimizer = way(param)
        cubed([param], optimizer, 3)
        optimizer.param_groups[0]["betas"] = (0.0, 0.95)
        cubed([param], optimizer, 3)
    for param in params:
        assert torch.allclose(param, params[-1], rtol=0, atol=1e-7)


def test_a_group_knows_betas_without_holding_them():
    group = Optimizer([made(1.0)], lion).param_groups[0]
    assert group["betas"] == group.get("betas") == (0.9, 0.99) and "betas" in group
    assert group.setdefault("betas", None) == (0.9, 0.99) and "betas" not in dict(group)
    group.update(betas=(0.1, 0.2))
    group |= {"betas": (group["beta1"], 0.3)}
    assert (group["beta1"], group["beta2"]) == (0.1, 0.3)
    for again in (copy.deepcopy(group), pickle.loads(pickle.dumps(group))):
        assert again["betas"] == (0.1, 0.3)
    group = Optimizer([made(1.0)], momentum, lr=0.1).param_groups[0]
    assert "betas" not in group and group.get("betas", 7) == 7
    with pytest.raises(KeyError):
        group["betas"]


@pytest.mark.parametrize("betas", [0.9, (0.9,), (0.9, 0.9, 0.9)])
def test_betas_come_in_pairs(betas):
    with pytest.raises(ValueError, match="`betas` must be beta1, beta2, got "):
        Optimizer([made(1.0)], adam, betas=betas)
    with pytest.raises(TypeError, match="`betas` and `beta2` are one option, got both; drop one"):
        Optimizer([{"params": [made(1.0)], "betas": (0.9, 0.9), "beta2": 0.9}], adam)


# Options that nobody would read


@pytest.mark.parametrize("later", [False, True], ids=["at once", "later"])
@pytest.mark.parametrize("name", USELESS)
def test_an_option_of_torchs_that_is_not_read_is_refused(name, later):
    param = made(1.0)
    message = rf"`{name}` is no hyperparameter of adam, which has lr, beta1, beta2, eps; .*\.$"
    with pytest.raises(TypeError, match=message) as told:
        optimizer = Optimizer(
            [{"params": [param]} | ({} if later else {name: USELESS[name]})], adam
        )
        optimizer.param_groups[0][name] = USELESS[name]
        cubed([param], optimizer)
    assert "\n" not in str(told.value) and param.item() == 1


@pytest.mark.parametrize("off", [None, False, 0, 0.0, torch.tensor(0.0)])
def test_an_option_that_is_off_is_taken(off):
    """As recipes write it for biases and norms; switched on later, it is refused."""
    param = made(1.0)
    optimizer = Optimizer(
        [{"params": [param], "weight_decay": off, "maximize": False}], sgd, lr=0.1
    )
    cubed([param], optimizer, 2)
    optimizer.param_groups[0]["weight_decay"] = torch.tensor(0.1)
    with pytest.raises(TypeError, match="`weight_decay` is no hyperparameter of sgd"):
        optimizer.step()


def test_a_slip_of_the_pen_is_told_from_a_note(compiled):
    with pytest.raises(TypeError, match=r"`weight_decays` is no .*; did you mean weight_decay\?"):
        Optimizer([{"params": [made(1.0)], "weight_decays": 0.1}], RULES["adamw"].rule)
    notes = {"lr_scale": 0.5, "name": "head", "layer": 3, "decays": True}
    param = made(1.0, 2.0)
    optimizer = Optimizer([{"params": [param], **notes}], adam, compiled=compiled)
    optimizer.param_groups[0]["since"] = 4.5
    cubed([param], optimizer, 2)
    optimizer.load_state_dict(optimizer.state_dict())
    found = optimizer.param_groups[0]
    assert {key: found[key] for key in notes} == notes and found["since"] == 4.5


def test_a_group_may_be_exchanged_for_a_plain_dict(compiled):
    param = made(1.0, 2.0)
    optimizer = Optimizer([param], adam, lr=0.1, compiled=compiled)
    optimizer.param_groups[0] = {**optimizer.param_groups[0], "lr": 0.0}
    cubed([param], optimizer)
    assert param.tolist() == [1.0, 2.0]


def test_a_value_that_turns_wrong_moves_nothing(compiled):
    """Not even the groups before it."""
    first, second = made(1.0, 2.0), made(3.0, 4.0)
    optimizer = Optimizer([{"params": [first]}, {"params": [second]}], adam, compiled=compiled)
    for name, wrong in (("beta1", 1.0), ("lr", -1.0), ("maximize", True)):
        kept = optimizer.param_groups[1].get(name, False)
        optimizer.param_groups[1][name] = wrong
        with pytest.raises((ValueError, TypeError), match=f"`{name}` "):
            cubed([first, second], optimizer)
        optimizer.param_groups[1][name] = kept
    assert first.tolist() == [1.0, 2.0] and not optimizer.state[first].get("t")


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        (adafactor, {"d": 0.0}),
        (adafactor, {"beta2_decay": 0.8}),
        (RULES["adabound"].rule, {"final_lr": 0.0}),
        (muon, {"ns_steps": 2.5}),
        (muon, {"ns_steps": -1}),
        (RULES["schedule_free.SGD"].rule, {"beta1": 1.1, "lr": 0.1}),
    ],
)
def test_values_with_which_a_rule_stands_still_are_refused(rule, wrong):
    with pytest.raises(ValueError, match=f"`{next(iter(wrong))}` of .* must be .*, got "):
        Optimizer([nn.Parameter(torch.ones(2, 2))], rule, **wrong)


def test_the_average_alone_is_a_setting():
    Optimizer([made(1.0)], RULES["schedule_free.SGD"].rule, lr=0.1, beta1=1.0)


# NumPy's numbers


NUMBERS = [np.float32(0.125), np.float64(0.125), np.float16(0.125), np.array(0.125)]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda one: f"{type(one).__name__} {one.dtype}")
def test_numbers_of_numpy_are_numbers(number, compiled):
    params = [made(1.0, 2.0) for _ in range(4)]
    first, second, third, plain = params
    optimizers = [
        Optimizer([first], adam, lr=number, compiled=compiled),
        Optimizer([{"params": [second], "lr": number}], adam, compiled=compiled),
        Optimizer([third], adam, compiled=compiled),
        Optimizer([plain], adam, lr=0.125, compiled=compiled),
    ]
    optimizers[2].param_groups[0]["lr"] = number
    for param, optimizer in zip(params, optimizers, strict=True):
        cubed([param], optimizer, 3)
        assert torch.equal(param, plain) or param is not plain
        file = BytesIO()
        torch.save(optimizer.state_dict(), file)
        file.seek(0)
        torch.load(file, weights_only=True)
    assert all(torch.equal(param, plain) for param in params)


def test_numbers_of_numpy_compile_once(compiled):
    param = made(1.0, 2.0)
    optimizer = Optimizer([param], adam, eps=np.float32(1e-8), compiled=compiled)
    cubed([param], optimizer)
    before = PROGRAMS.cache_info().misses
    for lr in np.linspace(0.1, 0.2, 5, dtype=np.float32):
        optimizer.param_groups[0]["lr"] = lr
        cubed([param], optimizer)
    assert programs._program.cache_info().misses == before


def test_a_learning_rate_of_one_entry_is_a_number(compiled):
    """As torch has it: a tensor of one element, whatever its shape."""
    param, twin = made(1.0, 2.0), made(1.0, 2.0)
    lr = torch.tensor([0.1])
    pair = Optimizer([param], adam, lr=lr, compiled=compiled), torch.optim.Adam([twin], lr=0.1)
    cubed([param], pair[0], 2), cubed([twin], pair[1], 2)
    lr.fill_(0.01)
    pair[1].param_groups[0]["lr"] = 0.01
    cubed([param], pair[0], 2), cubed([twin], pair[1], 2)
    assert torch.allclose(param, twin, rtol=0, atol=1e-6)
