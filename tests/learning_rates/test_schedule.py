"""Every schedule takes numbers and tensors, alone and side by side, and says what it refuses."""

from functools import partial

import pytest
import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, LambdaLR

from dlnotes.core.device import best_device
from dlnotes.learning_rates import averages, cycles, decay, warmup
from dlnotes.live import emit
from tests.learning_rates.torchs import assert_same, rates

DEVICES = sorted({"cpu", best_device().type} - {"mps"})  # mps has no float64
REST = partial(decay.cosine, lr=0.3, steps=30)
SCHEDULES = {
    decay.constant: {"lr": 0.3},
    decay.step_decay: {"lr": 0.3, "every": 7, "gamma": 0.5},
    decay.multistep: {"lr": 0.3, "milestones": [5, 30], "gamma": 0.1},
    decay.exponential: {"lr": 0.3, "gamma": 0.9, "every": 2.0},
    decay.inverse_time: {"lr": 0.3, "decay": 0.2, "power": 0.7},
    decay.polynomial: {"lr": 0.3, "steps": 30, "power": 2.0, "final": 0.01},
    decay.linear: {"lr": 0.3, "steps": 30, "final": 0.01},
    decay.cosine: {"lr": 0.3, "steps": 30, "final": 0.01},
    cycles.cyclic: {"lr": 0.3, "lowest": 0.1, "up_steps": 4, "down_steps": 6},
    cycles.one_cycle: {"lr": 0.3, "steps": 30, "pct_start": 0.3, "div_factor": 20.0},
    cycles.warm_restarts: {"lr": 0.3, "steps": 5, "multiplier": 2, "final": 0.01},
    warmup.warmup: {"schedule": REST, "warmup_steps": 8, "start": 0.01},
    warmup.warmup_stable_decay: {
        "lr": 0.3,
        "steps": 30,
        "warmup_steps": 5,
        "decay_steps": 10,
        "final": 0.01,
    },
    averages.rising_decay: {"decay": 0.7},
}
ALL = pytest.mark.parametrize(
    "schedule, hyper", SCHEDULES.items(), ids=[of.__name__ for of in SCHEDULES]
)
EACH = pytest.mark.parametrize(
    "schedule, name",
    [
        pytest.param(schedule, name, id=f"{schedule.__name__}-{name}")
        for schedule, hyper in SCHEDULES.items()
        for name, value in hyper.items()
        if isinstance(value, int | float)
    ],
)
NEAR = {"rtol": 1e-14, "atol": 1e-15}


def one_at_a_time(schedule, steps, hyper):
    return torch.tensor([schedule(step, **hyper) for step in steps], dtype=torch.float64)


@ALL
def test_numbers_give_a_float_and_tensors_a_tensor(schedule, hyper):
    rate = schedule(3, **hyper)
    assert type(rate) is float and type(schedule(3.5, **hyper)) is float
    for now in (torch.tensor(3), torch.tensor(3.0), torch.tensor(3, dtype=torch.int32)):
        assert schedule(now, **hyper).dtype == torch.float64
        assert schedule(now, **hyper).item() == rate


@ALL
def test_a_row_of_steps_equals_one_at_a_time(schedule, hyper):
    curve = one_at_a_time(schedule, range(45), hyper)
    assert torch.allclose(schedule(torch.arange(45), **hyper), curve, **NEAR)
    side_by_side = torch.func.vmap(partial(schedule, **hyper))(torch.arange(45))
    assert torch.allclose(side_by_side, curve, **NEAR)
    between = torch.arange(10) + 0.5
    curve = one_at_a_time(schedule, between.tolist(), hyper)
    assert torch.allclose(schedule(between, **hyper), curve, **NEAR)


@EACH
def test_each_hyperparameter_may_differ_from_run_to_run(schedule, name):
    hyper = SCHEDULES[schedule]
    values = [factor * hyper[name] for factor in (1, 1.5, 2)]
    if name in ("gamma", "pct_start", "decay", "multiplier", "power"):
        values = [hyper[name], hyper[name] + 0.1, hyper[name] + 0.2]
    stacked = torch.tensor(values, dtype=torch.float64)
    steps = torch.arange(45)
    curves = [one_at_a_time(schedule, range(45), hyper | {name: value}) for value in values]

    def run(value):
        return schedule(steps, **hyper | {name: value})

    assert torch.allclose(torch.func.vmap(run)(stacked), torch.stack(curves), **NEAR)
    broadcast = schedule(steps[:, None], **hyper | {name: stacked})
    assert torch.allclose(broadcast, torch.stack(curves, 1), **NEAR)
    at_once = schedule(3, **hyper | {name: stacked.float()})
    assert at_once.dtype == torch.float64 and at_once.shape == (3,)


def test_a_wrapped_schedule_may_differ_from_run_to_run():
    lrs = torch.tensor([0.1, 0.2, 0.7], dtype=torch.float64)

    def run(lr):
        rest = partial(decay.cosine, lr=lr, steps=30)
        return warmup.warmup(12, schedule=rest, warmup_steps=8)

    expected = torch.tensor([run(lr) for lr in lrs.tolist()], dtype=torch.float64)
    assert torch.allclose(run(lrs), expected, **NEAR)
    assert torch.allclose(torch.func.vmap(run)(lrs), expected, **NEAR)


def test_lambda_lr_takes_a_schedule_as_a_factor():
    ours = rates(lambda of: LambdaLR(of, partial(decay.cosine, lr=1.0, steps=200)), 0.3)
    theirs = rates(lambda of: CosineAnnealingLR(of, T_max=200), 0.3)
    assert_same(ours, theirs, 0.3)


@ALL
@pytest.mark.parametrize("device", DEVICES)
def test_every_device_gives_the_same(schedule, hyper, device):
    steps = torch.arange(45)
    there = schedule(steps.to(device), **hyper)
    assert there.device.type == device
    assert torch.allclose(there.cpu(), schedule(steps, **hyper), rtol=1e-12, atol=1e-15)
    lr = torch.ones(2, device=device)
    name = next(name for name, value in hyper.items() if isinstance(value, int | float))
    assert schedule(3, **hyper | {name: lr}).device.type == device


@ALL
def test_a_demo_may_run_it_in_the_page(schedule, hyper):
    """No branch on a value, and no operation that the page does not know."""

    def rate(step):
        return schedule(step, **hyper)

    assert "export function rate(step)" in emit(rate=rate)


def test_tensors_on_two_devices_are_named():
    other = torch.ones(2, device="meta")
    with pytest.raises(ValueError) as error:
        decay.cosine(torch.arange(2), lr=other, steps=10)
    assert "`step` and `lr` must live on one device, got cpu and meta" in str(error.value)


@EACH
@pytest.mark.parametrize("value", [-1.0, float("nan")])
def test_no_hyperparameter_is_negative_or_nan(schedule, name, value):
    with pytest.raises(ValueError, match=rf"^`{name}` must be .*, got {value:g}\.$"):
        schedule(3, **SCHEDULES[schedule] | {name: value})


@EACH
@pytest.mark.parametrize("value", ["fast", True, None, [0.1]])
def test_a_hyperparameter_is_a_number(schedule, name, value):
    if (name, value) == ("down_steps", None):
        return  # as many as up
    with pytest.raises(TypeError, match=f"^`{name}` must be a number or a tensor, got "):
        schedule(3, **SCHEDULES[schedule] | {name: value})


@ALL
def test_no_step_lies_before_the_first(schedule, hyper):
    with pytest.raises(ValueError, match=r"^`step` must be at least 0, got -1\.$"):
        schedule(-1, **hyper)


@pytest.mark.parametrize(
    "schedule, change, message",
    [
        (decay.cosine, {"steps": 0}, "`steps` must be greater than 0, got 0."),
        (decay.step_decay, {"every": 0}, "`every` must be greater than 0, got 0."),
        (
            cycles.cyclic,
            {"mode": "sawtooth"},
            "`mode` must be one of triangular, triangular2, exp_range, got 'sawtooth'.",
        ),
        (
            cycles.one_cycle,
            {"pct_start": 1.5},
            "`pct_start` must be between 0 and 1, got 1.5.",
        ),
        (
            cycles.one_cycle,
            {"anneal_strategy": "sqrt"},
            "`anneal_strategy` must be one of cos, linear, got 'sqrt'.",
        ),
        (
            cycles.warm_restarts,
            {"multiplier": 0.5},
            "`multiplier` must be at least 1, got 0.5.",
        ),
        (
            warmup.warmup_stable_decay,
            {"warmup_steps": 500, "steps": 300},
            "`warmup_steps` must be smaller than `steps`, got warmup_steps=500 and steps=300.",
        ),
        (
            warmup.warmup_stable_decay,
            {"decay_steps": 26},
            "`decay_steps` must be at most `steps` - `warmup_steps`, got decay_steps=26, steps=30 "
            "and warmup_steps=5.",
        ),
        (
            warmup.warmup_stable_decay,
            {"shape": "cubic"},
            "`shape` must be one of linear, cos, sqrt, got 'cubic'.",
        ),
    ],
)
def test_what_is_refused_and_why(schedule, change, message):
    with pytest.raises(ValueError) as error:
        schedule(3, **SCHEDULES[schedule] | change)
    assert str(error.value) == message
