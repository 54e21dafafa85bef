"""Our optimizer beside torch's, as written and as its compiled form is put together."""

import copy
import pickle
from io import BytesIO

import pytest
import torch
from torch import nn
from torch.optim import lr_scheduler

from dlnotes.core.device import best_device
from dlnotes.optimizers import adam, adamw, momentum, sgd
from dlnotes.training.optimizer import Optimizer
from tests.contracts.rules import EVERY
from tests.training.optimizer.pairs import PAIRS, Net, both, distance, drawn_step, loss_of, one_step

DEVICES = sorted({"cpu", best_device().type} - {"mps"})


@pytest.mark.parametrize("name", PAIRS)
def test_200_steps_with_a_schedule_equal_torch(name, compiled, double):
    pair, rng = both(name, compiled=compiled), torch.Generator().manual_seed(2)
    schedules = [lr_scheduler.CosineAnnealingLR(optimizer, 200) for _, optimizer in pair]
    for _ in range(60 if compiled else 200):
        drawn_step(pair, rng)
        for schedule in schedules:
            schedule.step()
    assert distance(pair[0][0], pair[1][0]) <= 1e-12


SCHEDULES = {
    "step": lambda o: lr_scheduler.StepLR(o, 5, 0.5),
    "warmup from 0": lambda o: lr_scheduler.LambdaLR(o, lambda step: min(step / 10, 1)),
    "restarts": lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 7),
    "cyclic": lambda o: lr_scheduler.CyclicLR(o, 1e-3, 1e-1, step_size_up=4),
    "one cycle": lambda o: lr_scheduler.OneCycleLR(o, 0.1, total_steps=40),
    "sequence": lambda o: lr_scheduler.SequentialLR(
        o, [lr_scheduler.LinearLR(o), lr_scheduler.ExponentialLR(o, 0.9)], [6]
    ),
}


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_schedules_of_torch_drive_it(schedule, compiled):
    """Two of them move `momentum` too."""
    pair = both("momentum", compiled=compiled)
    schedules = [SCHEDULES[schedule](optimizer) for _, optimizer in pair]
    for _ in range(30):
        for one, plan in zip(pair, schedules, strict=True):
            one_step(*one)
            plan.step()
    (net, ours), (twin, theirs) = pair
    assert ours.param_groups[0]["momentum"] == theirs.param_groups[0]["momentum"]
    assert distance(net, twin) <= 1e-12


def test_a_plateau_lowers_the_learning_rate():
    net = Net()
    optimizer = Optimizer(net.parameters(), sgd, lr=0.1)
    plan = lr_scheduler.ReduceLROnPlateau(optimizer, patience=1)
    for _ in range(4):
        plan.step(1.0)
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.01)


def test_groups_have_settings_of_their_own(compiled):
    net = Net()
    twin = copy.deepcopy(net)

    def groups(of):
        return [
            {"params": of.first.parameters(), "lr": 0.01, "name": "first"},
            {"params": [of.scale], "weight_decay": 0.0},
        ]

    ours = Optimizer(groups(net), adamw, compiled=compiled, lr=0.03, weight_decay=0.2)
    theirs = torch.optim.AdamW(groups(twin), lr=0.03, weight_decay=0.2)
    pair = (net, ours), (twin, theirs)
    for step in range(30):
        if step == 10:
            for of, optimizer in pair:
                optimizer.add_param_group({"params": of.last, "lr": 0.002})
        if step == 20:
            ours.param_groups[0]["beta1"] = 0.5
            theirs.param_groups[0]["betas"] = (0.5, 0.999)
        for one in pair:
            one_step(*one)
    assert distance(net, twin) <= 1e-12
    assert ours.param_groups[0]["name"] == "first"
    assert ours.param_groups[1]["lr"] == 0.03 and ours.param_groups[2]["weight_decay"] == 0.2


def test_names_of_parameters_are_kept():
    optimizer = Optimizer(Net().named_parameters(), adam)
    assert optimizer.param_groups[0]["param_names"][:2] == ["last", "scale"]


def test_a_learning_rate_may_be_a_tensor(compiled):
    pair = both("adam", compiled=compiled)
    lr = torch.tensor(0.02)
    pair[0][1].param_groups[0]["lr"] = lr
    for step in range(10):
        lr.fill_(0.02 / (step + 1))
        pair[1][1].param_groups[0]["lr"] = lr.item()
        for one in pair:
            one_step(*one)
    assert distance(pair[0][0], pair[1][0]) <= 1e-12


@pytest.mark.parametrize("name", ["adamw", "nadam", "adafactor", "coupled(momentum)"])
@pytest.mark.parametrize("switch", [False, True], ids=["same form", "other form"])
def test_a_saved_state_goes_on_where_it_was(name, switch, compiled, double):
    (net, ours), theirs = both(name, compiled=compiled)
    for _ in range(7):
        one_step(net, ours), one_step(*theirs)
    file = BytesIO()
    torch.save({"net": net.state_dict(), "optimizer": ours.state_dict()}, file)
    file.seek(0)
    saved = torch.load(file, weights_only=True)
    other = Net()
    rule, settings = EVERY[name].rule, EVERY[name].settings
    again = Optimizer(other.parameters(), rule, compiled=compiled != switch, **settings)
    other.load_state_dict(saved["net"])
    again.load_state_dict(saved["optimizer"])
    for _ in range(7):
        one_step(other, again), one_step(*theirs)
    assert distance(other, theirs[0]) <= 1e-12
    one_step(net, ours)  # and what was saved from is its own master still
    assert ours.state[net.scale]["t"] == 8 and again.state[other.scale]["t"] == 14


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_loading_keeps_what_must_be_exact(dtype):
    """torch casts a loaded state to the dtype of the parameter: 1001 would become 1000."""
    param = nn.Parameter(torch.ones(3, dtype=dtype))
    optimizer = Optimizer([param], momentum, lr=0.1)
    param.grad = torch.ones_like(param)
    optimizer.step()
    optimizer.state[param]["t"].fill_(16_777_217)
    optimizer.load_state_dict(optimizer.state_dict())
    state = optimizer.state[param]
    assert state["t"].dtype == torch.float64 and state["t"] == 16_777_217
    assert state["velocity"].dtype == dtype


@pytest.mark.parametrize("way", [copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
@pytest.mark.parametrize("name", ["adam", "coupled(momentum)", "adafactor"])
def test_copies_go_their_own_way(way, name, compiled):
    (net, ours), theirs = both(name, compiled=compiled)
    for _ in range(5):
        one_step(net, ours), one_step(*theirs)
    twin, again = way((net, ours))
    for _ in range(5):
        one_step(twin, again), one_step(*theirs)
    assert distance(twin, theirs[0]) <= 1e-12
    assert ours.state[net.scale]["t"] == 5 and again.compiled == compiled


def test_a_closure_is_called_with_gradients_on(compiled):
    pair = both("adam", compiled=compiled)

    def closure(net, optimizer):
        optimizer.zero_grad()
        loss = loss_of(net)
        loss.backward()
        return loss

    with torch.no_grad():
        for _ in range(5):
            losses = [one[1].step(lambda one=one: closure(*one)) for one in pair]
            assert losses[0].item() == pytest.approx(losses[1].item(), rel=1e-12)
    assert distance(pair[0][0], pair[1][0]) <= 1e-12
    assert pair[0][1].step() is None


@pytest.mark.parametrize("name", ["adamw", "adafactor"])
def test_missing_gradients_are_skipped_as_torch_does(name, compiled):
    """Any of them may miss in any step; each parameter counts its own updates."""
    pair = both(name, compiled=compiled)
    rng = torch.Generator().manual_seed(3)
    for _ in range(40):
        gone = torch.rand(5, generator=rng) < 0.4
        for net, optimizer in pair:
            optimizer.zero_grad()
            loss_of(net).backward()
            for param, drop in zip(net.parameters(), gone, strict=True):
                param.grad = None if drop else param.grad
            optimizer.step()
    (net, ours), (twin, theirs) = pair
    assert distance(net, twin) <= 1e-12
    assert net.unused not in ours.state
    for param, other in zip(net.parameters(), twin.parameters(), strict=True):
        if param in ours.state:
            assert ours.state[param]["t"] == theirs.state[other]["step"]


def test_gradients_are_zeroed_as_torch_does(compiled):
    for none in (True, False):
        (net, ours), _ = both("adam", compiled=compiled)
        one_step(net, ours)
        ours.zero_grad(set_to_none=none)
        assert net.unused.grad is None
        assert (net.scale.grad is None) if none else net.scale.grad == 0


def test_gradients_kept_from_step_to_step_equal_new_ones(compiled):
    """Zeroed, added to, now and then taken away; some never come."""
    pair = both("adamw", compiled=compiled)
    for step in range(30):
        for net, optimizer in pair:
            optimizer.zero_grad(set_to_none=step % 10 == 7)
            for rows in (slice(0, 5), slice(5, 16)):
                loss_of(net, rows).backward()
            if step % 10 == 3:
                net.last.grad = net.last.grad.clone()
            optimizer.step()
    assert distance(pair[0][0], pair[1][0]) <= 1e-12
    assert pair[0][0].unused.grad is None


def test_kept_gradients_of_large_parameters_move_in_one_turn(compiled):
    rng = torch.Generator().manual_seed(0)
    params = [nn.Parameter(torch.randn(n, generator=rng)) for n in (70_000, 3, 90_000)]
    twins = [nn.Parameter(param.detach().clone()) for param in params]
    ours = Optimizer(params, adam, compiled=compiled)
    theirs = torch.optim.Adam(twins)
    turns = []
    for kept in (False, True, True, False, True):
        for some, optimizer in ((params, ours), (twins, theirs)):
            optimizer.zero_grad(set_to_none=not kept)
            sum(param.square().sum() for param in some).backward()
            optimizer.step()
        packs = [pack for cohort in ours._packed[0][1] for pack in cohort.packs]
        grads = [param.grad for param in params]
        with torch.no_grad():
            turns.append(sum(1 for pack in packs for _ in pack.turns(params, grads)))
    for param, twin in zip(params, twins, strict=True):
        assert torch.allclose(param, twin, atol=1e-7, rtol=1e-6)
    assert turns == ([3, 1, 1, 3, 1] if compiled else [3, 3, 3, 3, 3])
    if compiled:
        assert [pack.copied.numel() for pack in packs] == [3]  # a large gradient stays where it is


def test_zeroed_gradients_still_move_what_remembers(compiled):
    pair = both("momentum", compiled=compiled)
    for net, optimizer in pair:
        one_step(net, optimizer)
        optimizer.zero_grad(set_to_none=False)
        optimizer.step()
        assert optimizer.state_dict()["state"]
    assert distance(pair[0][0], pair[1][0]) <= 1e-12


def test_gradients_add_up_and_are_clipped(compiled):
    pair = both("adam", compiled=compiled)
    for _ in range(10):
        for net, optimizer in pair:
            optimizer.zero_grad()
            for rows in (slice(0, 8), slice(8, 16)):
                (loss_of(net, rows) / 2).backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 0.1)
            optimizer.step()
    assert distance(pair[0][0], pair[1][0]) <= 1e-12


@pytest.mark.parametrize("device", DEVICES)
def test_a_gradient_scaler_skips_what_overflows(device, compiled):
    pair = [(net.to(device).float(), None) for net, _ in both("adam")]
    pair[0] = pair[0][0], Optimizer(pair[0][0].parameters(), adam, compiled=compiled, lr=0.02)
    pair[1] = pair[1][0], torch.optim.Adam(pair[1][0].parameters(), lr=0.02)
    scalers = [torch.amp.GradScaler(device, init_scale=8.0) for _ in pair]
    for step in range(6):
        for (net, optimizer), scaler in zip(pair, scalers, strict=True):
            optimizer.zero_grad()
            with torch.autocast(device, dtype=torch.bfloat16):
                loss = loss_of(net)
            scaler.scale(loss).backward()
            if step == 2:
                net.scale.grad.fill_(torch.inf)
            scaler.step(optimizer)
            scaler.update()
    (net, ours), (twin, _) = pair
    assert distance(net, twin) <= 1e-6 and ours.state[net.scale]["t"] == 5
    assert [scaler.get_scale() for scaler in scalers] == [4.0, 4.0]
