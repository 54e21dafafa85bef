"""PyTorch's own tests of its optimizers and schedulers, asked of ours: every rule, as written and,
where compiling matters, compiled.

A test has the name of the one in PyTorch's test/test_optim.py or test/optim/test_lrscheduler.py
whose question it asks. `ELSEWHERE` lists the questions of theirs that are not asked, and why.
"""

import copy
import gc
import sys
import weakref
from io import BytesIO

import pytest
import torch
from torch import nn
from torch.optim import lr_scheduler, swa_utils
from torch.optim.optimizer import (
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)

from dlnotes.training.optimizer import Optimizer
from tests.contracts.rules import EVERY, IN_TORCH, RULES

NAMES = [*RULES, "coupled(adam)", "decoupled(adafactor)"]
every = pytest.mark.parametrize("name", NAMES)
NO_GPU = "about several or large CUDA devices; ours take one way there"
NO_FLAG = "about foreach, fused, capturable or differentiable, which ours do not have"
ELSEWHERE = {
    "test_optim_infos_do_not_specify_global_cliquey_kwargs": "about their table of tests",
    "test_forloop_goes_right_direction_multigpu": NO_GPU,
    "test_mixed_device_dtype": "asked in test_optimizer.py: a group may mix devices and dtypes",
    "test_set_default_dtype_works_with_foreach": "t is float64 whatever the default dtype is",
    "test_foreach_large_tensor": NO_GPU,
    "test_peak_memory_foreach": NO_GPU,
    "test_fused_matches_forloop": "asked in test_optimizer_compiled.py, against torch's fused",
    "test_fused_error_on_params_on_meta": NO_FLAG,
    "test_fused_large_tensor": NO_GPU,
    "test_fused_does_not_step_if_foundinf": "asked in test_optimizer.py, of GradScaler",
    "test_fused_cpu_matches_cuda": "asked in test_optimizer.py: it moves to another device",
    "test_cpu_load_state_dict": NO_FLAG,
    "test_state_dict_with_cuda_params": "asked in test_optimizer.py: it moves to another device",
    "test_defaults_changed_to_foreach": NO_FLAG,
    "test_second_order_optims_return_consistent_types": "about LBFGS",
    "test_rosenbrock_sparse": "sparse gradients are refused in one line, see test_errors",
    "test_complex": "complex parameters are refused in one line, see test_errors",
    "test_complex_2d": "complex parameters are refused in one line, see test_errors",
    "TestDifferentiableOptimizer": NO_FLAG,
    "TestSWAUtils": "about averages of nets; SWALR is asked here",
    "test_error_when_getlr_has_epoch": "about the scheduler alone",
    "test_linearlr_start_factor_limits": "about the scheduler alone",
    "test_onecycle_lr_invalid_anneal_strategy": "about the scheduler alone",
    "test_onecycle_lr_invalid_pct_start": "about the scheduler alone",
    "test_onecycle_lr_cannot_calculate_total_steps": "about the scheduler alone",
    "test_swalr_hypers": "about the scheduler alone",
    "test_cycle_lr_state_dict_picklable": "about the scheduler alone",
    "test_cycle_lr_scale_fn_restored_from_state_dict": "about the scheduler alone",
    "test_lambda_lr_state_dict": "about the scheduler alone",
}


@pytest.fixture
def rule(name, compiled):
    """What makes an optimizer of a rule, with settings under which it learns quickly."""
    row = EVERY[name]
    mild = row.settings | {"lr": min(row.settings["lr"], 0.05)}

    def make(params, **others):
        return Optimizer(params, row.rule, compiled=compiled, **mild | others)

    make.row, make.settings = row, mild
    return make


@pytest.fixture
def written(name, monkeypatch):
    """As `rule`, never compiled: for what compiling has no part in."""
    row = EVERY[name]

    def make(params, **others):
        return Optimizer(params, row.rule, **row.settings | others)

    make.row, make.settings = row, row.settings
    return make


def parameters(row, *, contiguous=True, seed=0):
    """A weight and a bias; a column where a rule takes matrices alone."""
    torch.manual_seed(seed)
    shapes = [(10, 5), (10, 1) if row.matrix else (10,)]
    if contiguous:
        return [nn.Parameter(torch.randn(shape)) for shape in shapes]
    return [nn.Parameter(torch.randn(*shape, 2)[..., 0]) for shape in shapes]


def given_gradients(params, seed=0):
    torch.manual_seed(seed)
    for param in params:
        param.grad = torch.randn(param.shape)


def closure_for(optimizer, params):
    weight, bias = params
    rows = torch.linspace(-1, 1, 5)

    def closure():
        optimizer.zero_grad()
        loss = (weight.mv(rows) + bias.flatten()).square().sum()
        loss.backward()
        return loss

    return closure


def same(one, other):
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def equal(one, other):
    """Whether two saved states hold the same, tensor by tensor."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return torch.equal(one, other) if isinstance(one, torch.Tensor) else one == other


# Steps


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


# Saving and loading


@every
@pytest.mark.parametrize("named", [(False, False), (True, True), (True, False), (False, True)])
def test_state_dict_deterministic(rule, named):
    """And test_can_load_from_to_named_state_dict: names are kept if either has them."""

    def of(params, names):
        return [(f"name{i}", p) for i, p in enumerate(params)] if names else params

    params = parameters(rule.row)
    optimizer = rule(of(params, named[0]))
    for seed in range(5):
        given_gradients(params, seed)
        optimizer.step()
    twins = [nn.Parameter(param.detach().clone()) for param in params]
    again = rule(of(twins, named[1]))
    again.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    for seed in range(5):
        for some, one in ((params, optimizer), (twins, again)):
            given_gradients(some, seed)
            one.step()
        assert same(params, twins)
    saved = [one.state_dict() for one in (optimizer, again)]
    names = [one["param_groups"][0].pop("param_names", None) for one in saved]
    assert equal(*saved) and names[1] == (["name0", "name1"] if any(named) else None)
    again.param_groups.extend(again.param_groups)
    assert again.state_dict()["param_groups"][-1]["params"] == [0, 1]


@every
def test_can_load_older_state_dict(written):
    """What a rule did not have when the state was saved has its default."""
    params = parameters(written.row)
    optimizer = written(params)
    given_gradients(params)
    optimizer.step()
    saved = copy.deepcopy(optimizer.state_dict())
    gone = [
        name for name in saved["param_groups"][0] if name not in ("lr", "params", "weight_decay")
    ]
    for name in gone:
        del saved["param_groups"][0][name]
    optimizer.load_state_dict(saved)
    given_gradients(params)
    optimizer.step()
    assert optimizer.state[params[0]]["t"] == 2


@every
def test_save_load_equality_with_weights_only(rule):
    params = parameters(rule.row)
    optimizer = rule(params)
    given_gradients(params)
    optimizer.step()
    for weights_only in (False, True):
        file = BytesIO()
        torch.save(optimizer.state_dict(), file)
        file.seek(0)
        assert equal(torch.load(file, weights_only=weights_only), optimizer.state_dict())


@every
def test_load_nontensor_step(rule):
    params = parameters(rule.row)
    optimizer = rule(params)
    for seed in range(3):
        given_gradients(params, seed)
        optimizer.step()
    saved = copy.deepcopy(optimizer.state_dict())
    for entry in saved["state"].values():
        entry["t"] = entry["t"].item()
    optimizer.load_state_dict(saved)
    optimizer.step()
    assert [optimizer.state[param]["t"].item() for param in params] == [4, 4]


@every
def test_deepcopy_copies_all_public_attrs(written):
    optimizer = written(parameters(written.row))
    public = [
        {key for key in vars(one) if key[0] != "_"} for one in (optimizer, copy.deepcopy(optimizer))
    ]
    assert public[0] == public[1] >= {"defaults", "state", "param_groups", "rule", "compiled"}


# Hooks


@every
def test_state_dict_hooks(written):
    """test_state_dict_pre_hook, test_state_dict_post_hook and test_state_dict_pre_post_hook"""
    optimizer = written(parameters(written.row))
    optimizer.register_state_dict_pre_hook(lambda one: one.state.__setitem__("test", 1))
    assert optimizer.state_dict()["state"]["test"] == 1

    def without(one, saved):
        saved["state"].pop("test")
        return saved | {"hooked": True}

    optimizer.register_state_dict_post_hook(without)
    saved = optimizer.state_dict()
    assert "test" not in saved["state"] and saved["hooked"]


@every
def test_load_state_dict_hooks(written):
    """test_load_state_dict_pre_hook_and_prepend, …_post_hook and …_pre_post_hook"""

    def first(one, saved):
        saved["param_groups"][0]["lr"] = 0.002

    def second(one, saved):
        saved = copy.deepcopy(saved)
        saved["param_groups"][0]["lr"] = 0.003
        return saved

    optimizer = written(parameters(written.row))
    saved = optimizer.state_dict()
    optimizer.register_load_state_dict_pre_hook(first)
    optimizer.load_state_dict(saved)
    assert optimizer.param_groups[0]["lr"] == 0.002
    optimizer.register_load_state_dict_pre_hook(second, prepend=True)
    optimizer.register_load_state_dict_post_hook(lambda one: one.state.update(loaded=True))
    optimizer.load_state_dict(saved)
    assert optimizer.param_groups[0]["lr"] == 0.002 and optimizer.state["loaded"] is True


@every
def test_step_all_hooks(written):
    """And test_step_pre_hook, test_step_post_hook."""
    params, seen = parameters(written.row), []
    optimizers = [written(params), torch.optim.SGD(params)]
    handles = [
        register_optimizer_step_pre_hook(lambda *_: seen.append(0)),
        register_optimizer_step_post_hook(lambda *_: seen.append(5)),
    ]
    for one in optimizers:
        handles.append(one.register_step_pre_hook(lambda *_: seen.append(1)))
        handles.append(one.register_step_post_hook(lambda *_: seen.append(2)))
    for one in (*optimizers, optimizers[0]):
        one.step()
    assert seen == [0, 1, 2, 5] * 3
    for handle in handles:
        handle.remove()
    optimizers[0].step()
    assert len(seen) == 12


# Errors


@every
def test_errors(written):
    """What theirs refuse, and what ours refuse besides; each in one line."""
    one, two = (nn.Parameter(torch.randn(1, 1)) for _ in range(2))
    table = nn.Embedding(4, 2, sparse=True)
    wrong = [
        (TypeError, one, {}),
        (ValueError, [one, one], {}),
        (ValueError, [{"params": one}, {"params": one}], {}),
        (TypeError, [one], {"lr": torch.tensor([0.001, 0.001])}),
        (ValueError, [("weight", one), two], {}),
        (ValueError, [{"params": [one], "lr": 0.01}, {"params": [("weight", two)]}], {}),
        (ValueError, [one], {"lr": -0.5}),
        *((ValueError, [one], {name: 1.0}) for name in ("beta1", "beta2", "decay", "momentum")),
        *((ValueError, [one], {name: -1.0}) for name in ("eps", "weight_decay", "momentum_decay")),
        (TypeError, [torch.ones(1, 1, dtype=torch.complex64)], {}),
        (TypeError, [torch.ones(1, 1, dtype=torch.int64)], {}),
    ]
    known = written.settings.keys() - getattr(written.row.rule, "ranges", {}).keys()
    for error, params, others in wrong:
        if others.keys() <= known:
            with pytest.raises(error) as told:
                written(params, **others)
            assert len(str(told.value).splitlines()) == 1
    optimizer = written(table.parameters())
    table(torch.tensor([1])).sum().backward()
    with pytest.raises(RuntimeError, match="must be dense"):
        optimizer.step()


# Schedulers


def cosine_after_warmup(of):
    parts = [lr_scheduler.LinearLR(of, 0.25, total_iters=4), lr_scheduler.CosineAnnealingLR(of, 9)]
    return lr_scheduler.SequentialLR(of, parts, [4])


def chained(of):
    return lr_scheduler.ChainedScheduler(
        [
            lr_scheduler.ExponentialLR(of, 0.9),
            lr_scheduler.ConstantLR(of, 0.2, 4),
            lr_scheduler.StepLR(of, 3),
        ]
    )


SCHEDULES = {
    "lambda_lr": lambda of: lr_scheduler.LambdaLR(of, [lambda x: 0.9**x, lambda x: 0.8**x]),
    "multiplicative_lr": lambda of: lr_scheduler.MultiplicativeLR(of, lambda x: 0.95),
    "step_lr": lambda of: lr_scheduler.StepLR(of, 3),
    "multi_step_lr": lambda of: lr_scheduler.MultiStepLR(of, [2, 5, 9]),
    "constantlr": lambda of: lr_scheduler.ConstantLR(of, 0.5, 5),
    "linearlr": lambda of: lr_scheduler.LinearLR(of, 0.25, 0.6, 4),
    "exp_lr": lambda of: lr_scheduler.ExponentialLR(of, 0.9),
    "poly_lr": lambda of: lr_scheduler.PolynomialLR(of, 5, 0.9),
    "cos_anneal_lr": lambda of: lr_scheduler.CosineAnnealingLR(of, 10, 1e-10),
    "CosineAnnealingWarmRestarts_lr": lambda of: lr_scheduler.CosineAnnealingWarmRestarts(of, 4, 2),
    "reduce_lr_on_plateau": lambda of: lr_scheduler.ReduceLROnPlateau(
        of, patience=2, min_lr=[0.4, 0.001]
    ),
    "sequentiallr": cosine_after_warmup,
    "chained_lr": chained,
    "cycle_lr": lambda of: lr_scheduler.CyclicLR(of, [1e-3, 2e-3], 0.1, 4, 6, mode="triangular2"),
    "cycle_lr_exp_range": lambda of: lr_scheduler.CyclicLR(
        of, 1e-3, 0.1, 2, mode="exp_range", gamma=0.9, cycle_momentum=False
    ),
    "onecycle_lr": lambda of: lr_scheduler.OneCycleLR(of, 0.1, total_steps=21),
    "onecycle_lr_three_phases": lambda of: lr_scheduler.OneCycleLR(
        of, [0.1, 0.2], total_steps=21, anneal_strategy="linear", three_phase=True
    ),
    "swalr": lambda of: swa_utils.SWALR(of, 0.01, 5, "linear"),
}
# torch's own class has a momentum there, ours does not
CANNOT = {"rmsprop", "coupled(rmsprop)"}


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("name", [name for name in IN_TORCH if name in NAMES])
def test_schedulers(name, schedule, double):
    """Whatever the schedule does to torch's groups, it does to ours, and both go on alike."""
    row = IN_TORCH[name]
    pairs = []
    for make in (lambda p, **o: Optimizer(p, row.rule, **o), row.reference.optimizer):
        first, second = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(3))
        groups = [{"params": [first], "lr": 0.05}, {"params": [second], "lr": 0.5}]
        optimizer = make(groups, **row.settings)
        try:
            plan = SCHEDULES[schedule](optimizer)
        except ValueError as error:
            plan = str(error)
        pairs.append((optimizer, plan, [first, second]))
    (ours, plan, params), (theirs, other, twins) = pairs
    if isinstance(plan, str):
        assert plan == other or name in CANNOT
        return
    for step in range(20):
        for optimizer, schedules, some in pairs:
            given_gradients(some, step)
            optimizer.step()
            schedules.step(*([0.5] if schedule == "reduce_lr_on_plateau" else []))
        for mine, yours in zip(ours.param_groups, theirs.param_groups, strict=True):
            assert mine["lr"] == yours["lr"]
            assert mine.get("betas") == yours.get("betas", None) or "betas" not in mine
            assert mine.get("momentum", 0.0) == yours.get("momentum", 0.0)
        assert all(
            torch.allclose(a, b, rtol=1e-9, atol=1e-12) for a, b in zip(params, twins, strict=True)
        )
    assert plan.get_last_lr() == other.get_last_lr()


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_scheduler_state_dict(schedule):
    """test_step_lr_state_dict and its like: saved with the optimizer, it goes on where it was."""
    row = EVERY["adam"]

    def made():
        params = parameters(row)
        optimizer = Optimizer([{"params": [p]} for p in params], row.rule, **row.settings)
        return params, optimizer, SCHEDULES[schedule](optimizer)

    def go(params, optimizer, plan, steps):
        for step in range(steps):
            given_gradients(params, step)
            optimizer.step()
            plan.step(*([0.5] if schedule == "reduce_lr_on_plateau" else []))

    params, optimizer, plan = made()
    go(params, optimizer, plan, 5)
    twins, again, copied = made()
    with torch.no_grad():
        for twin, param in zip(twins, params, strict=True):
            twin.copy_(param)
    again.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    copied.load_state_dict(plan.state_dict())
    for one in ((params, optimizer, plan), (twins, again, copied)):
        go(*one, 10)
    assert same(params, twins) and plan.get_last_lr() == copied.get_last_lr()


def test_old_pattern_warning():
    """And test_new_pattern_no_warning: the schedule sees whether our optimizer has stepped."""
    row, params = EVERY["sgd"], parameters(EVERY["sgd"])
    plan = lr_scheduler.StepLR(Optimizer(params, row.rule, lr=0.1), 3)
    with pytest.warns(UserWarning, match="how-to-adjust-learning-rate"):
        plan.step()
    optimizer = Optimizer(params, row.rule, lr=0.1)
    plan = lr_scheduler.StepLR(optimizer, 3)
    for _ in range(5):
        optimizer.step(), plan.step()


@every
def test_no_cyclic_references(written):
    """And test_no_cyclic_references_in_step, test_cycle_lr_removed_after_out_of_scope."""
    params = parameters(written.row)
    gc.collect()
    gc.disable()
    try:
        optimizer = written(params)
        plan = lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)
        given_gradients(params)
        optimizer.step(), plan.step()
        gone = weakref.ref(plan), weakref.ref(optimizer)
        del optimizer, plan
        assert [one() for one in gone] == [None, None]
    finally:
        gc.enable()


def test_what_is_not_asked_has_its_reason():
    asked = {name for name in vars(sys.modules[__name__]) if name.startswith("test_")}
    assert not asked & ELSEWHERE.keys() and all(ELSEWHERE.values())
