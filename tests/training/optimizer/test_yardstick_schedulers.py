"""What PyTorch asks of schedulers and of errors, asked of ours."""

import copy
import gc
import re
import weakref
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.optim import lr_scheduler, swa_utils

from dlnotes.training.optimizer import Optimizer
from tests.contracts.rules import EVERY, IN_TORCH
from tests.training.optimizer.yardstick import (
    ELSEWHERE,
    NAMES,
    every,
    given_gradients,
    parameters,
    same,
)


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
    files = Path(__file__).parent.glob("test_yardstick_*.py")
    asked = {
        name for file in files for name in re.findall(r"^def (test_\w+)", file.read_text(), re.M)
    }
    assert not asked & ELSEWHERE.keys() and all(ELSEWHERE.values())
