"""Our optimizer beside torch's, as written and as its compiled form is put together."""

import copy
import math
import pickle
from collections import defaultdict
from io import BytesIO
from typing import NamedTuple

import pytest
import torch
from torch import Tensor, nn
from torch.optim import lr_scheduler

from dlnotes.core.device import best_device
from dlnotes.optimizers import adafactor, adam, adamw, momentum, muon, sgd, swats
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


@pytest.mark.parametrize("name", ["adamw", "momentum", "adafactor"])
@pytest.mark.parametrize(
    ("dtype", "close"), [(torch.float32, 1e-5), (torch.bfloat16, 0.03), (torch.float16, 0.003)]
)
def test_small_dtypes_stay_what_they_are(name, dtype, close, compiled):
    # torch's other forms round in between; its fused momentum goes wrong in half precision
    fused = {"fused": True} if name == "adamw" else {}
    (net, ours), (twin, theirs) = both(name, compiled=compiled, dtype=dtype, **fused)
    rng = torch.Generator().manual_seed(2)
    for _ in range(10):
        for param, other in zip(net.parameters(), twin.parameters(), strict=True):
            grad = torch.randn(param.shape, generator=rng)
            param.grad = torch.zeros_like(param).copy_(grad)  # torch's fused wants its layout
            other.grad = param.grad.clone()
        ours.step(), theirs.step()
    assert distance(net, twin) <= close
    for param, state in ours.state.items():
        assert param.dtype == dtype and state["t"].dtype == torch.float64
        assert {value.dtype for value in state.values() if value.ndim} <= {dtype}


@pytest.mark.parametrize("name", ["adamw", "adafactor"])
def test_state_follows_its_parameter(name, compiled):
    """torch's own optimizers must be made after `.to`; ours need not."""
    (net, ours), theirs = both(name, compiled=compiled, dtype=torch.float32)
    for _ in range(3):
        one_step(net, ours)
    before = distance(net, theirs[0])
    net.double()
    twin = Net()
    twin.load_state_dict(net.state_dict())
    again = Optimizer(twin.parameters(), EVERY[name].rule, **EVERY[name].settings)
    again.load_state_dict(ours.state_dict())
    for _ in range(3):
        one_step(net, ours), one_step(twin, again)
    assert before > 0 and distance(net, twin) <= 1e-12
    assert {v.dtype for s in ours.state.values() for v in s.values()} == {torch.float64}


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", ["adamw", "adafactor", "nadam"])
def test_it_moves_to_another_device(device, name, compiled, double):
    (net, ours), theirs = both(name, compiled=compiled)
    for step in range(6):
        if step == 3:
            net.to(device)
        one_step(net, ours), one_step(*theirs)
    assert distance(net.cpu(), theirs[0]) <= 1e-12
    assert {v.device.type for v in ours.state[net.scale].values()} == {device}


@pytest.mark.parametrize("device", DEVICES)
def test_a_group_may_mix_devices_and_dtypes(device, compiled):
    params = [
        nn.Parameter(torch.ones(3, dtype=dtype, device=where))
        for dtype in (torch.float32, torch.float64)
        for where in ("cpu", device)
    ]
    optimizer = Optimizer(params, adam, compiled=compiled, lr=0.5)
    for param in params:
        param.grad = torch.full_like(param, 2.0)
    optimizer.step()
    for param in params:
        assert torch.allclose(param.detach().cpu().double(), torch.full((3,), 0.5).double())


def test_a_gradient_may_have_a_dtype_of_its_own(compiled):
    """PyTorch lets a parameter say so (`grad_dtype`); compiled code would misread it."""
    params = [nn.Parameter(torch.zeros(n, dtype=torch.bfloat16)) for n in (3, 4, 70_000)]
    optimizer = Optimizer(params, momentum, compiled=compiled, lr=0.5)
    for param in params:
        param.grad_dtype = torch.float32
        param.grad = torch.full(param.shape, 3.0)
    optimizer.step()
    assert all(torch.equal(param, torch.full_like(param, -1.5)) for param in params)


def test_hooks_and_the_count_of_a_schedule_work(compiled):
    (net, ours), _ = both("adam", compiled=compiled)
    seen = []
    ours.register_step_pre_hook(lambda *_: seen.append("before"))
    ours.register_step_post_hook(lambda *_: seen.append("after"))
    ours.register_load_state_dict_post_hook(lambda one: seen.append(one.state[net.scale]["t"]))
    one_step(net, ours)
    ours.load_state_dict(ours.state_dict())
    assert seen == ["before", "after", 1.0] and seen[2].dtype == torch.float64


def test_what_the_reader_does_to_a_parameter_between_steps_counts(compiled):
    pair = both("momentum", compiled=compiled)
    for _ in range(10):
        for net, optimizer in pair:
            one_step(net, optimizer)
            net.last.data.clamp_(-0.2, 0.2)
            net.scale.data = net.scale.data * 0.9
    assert distance(pair[0][0], pair[1][0]) <= 1e-12


@pytest.mark.parametrize("sizes", [(3, 3), (70_000, 70_000), (1, 1)])
def test_autograd_knows_that_parameters_changed(sizes, compiled):
    first, second = (nn.Parameter(torch.ones(size)) for size in sizes)
    optimizer = Optimizer([first, second], adam, compiled=compiled)
    for _ in range(3):
        loss = (first * second).sum()
        loss.backward(retain_graph=True)
        optimizer.step()
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            loss.backward()


def test_a_fresh_state_starts_over(compiled):
    pair = both("adam", compiled=compiled)
    for net, optimizer in pair:
        one_step(net, optimizer)
        optimizer.state = defaultdict(dict)
        one_step(net, optimizer)
    assert distance(pair[0][0], pair[1][0]) <= 1e-12
    assert pair[0][1].state[pair[0][0].scale]["t"] == 1


def test_a_layout_and_a_shared_storage_are_left_alone(compiled):
    torch.manual_seed(0)
    conv = nn.Conv2d(3, 4, 3).to(memory_format=torch.channels_last)
    whole = torch.randn(10)
    part, other = nn.Parameter(whole[2:6]), nn.Parameter(torch.randn(4))
    params = [*conv.parameters(), part, other]
    twins = [nn.Parameter(param.detach().clone()) for param in params]
    ours = Optimizer(params, adam, compiled=compiled, lr=0.1)
    theirs = torch.optim.Adam(twins, lr=0.1)
    for seed in range(5):
        for some in (params, twins):
            torch.manual_seed(seed)
            for param in some:
                param.grad = torch.randn(param.shape)
        ours.step(), theirs.step()
    assert conv.weight.is_contiguous(memory_format=torch.channels_last)
    assert torch.equal(whole[2:6], part.detach())
    for param, twin in zip(params, twins, strict=True):
        assert torch.allclose(param, twin, atol=1e-6)


def test_large_and_empty_parameters_are_served_too(compiled):
    rng = torch.Generator().manual_seed(0)
    sizes = (100_000, 0, 1, 70_000, 3, 5)
    params = [nn.Parameter(torch.randn(size, generator=rng)) for size in sizes]
    twins = [nn.Parameter(param.detach().clone()) for param in params]
    ours = Optimizer(params, adam, compiled=compiled)
    theirs = torch.optim.Adam(twins)
    for _ in range(3):
        for param, twin in zip(params, twins, strict=True):
            param.grad = torch.randn(param.shape, generator=rng)
            twin.grad = param.grad.clone()
        ours.step(), theirs.step()
    for param, twin in zip(params, twins, strict=True):
        assert torch.allclose(param, twin, atol=1e-7, rtol=1e-6)


class Previous(NamedTuple):
    t: Tensor
    newest: Tensor
    older: Tensor


class Delayed:
    """A rule that hands on old tensors: it steps along the gradient before the last one."""

    __name__ = "delayed"

    @staticmethod
    def init(param):
        empty = torch.zeros_like(param)
        return Previous(torch.zeros((), dtype=torch.float64), empty, empty)

    @staticmethod
    def update(grad, state, param, *, lr=1.0):
        return -lr * state.older, Previous(state.t + 1, grad, state.newest)


def test_a_state_may_hand_on_what_it_held(compiled):
    params = [nn.Parameter(torch.zeros(3)), nn.Parameter(torch.zeros(2))]
    optimizer = Optimizer(params, Delayed(), compiled=compiled)
    for value in (1.0, 2.0, 4.0, 8.0):
        for param in params:
            param.grad = torch.full_like(param, value)
        optimizer.step()
    assert [param[0].item() for param in params] == [-3.0, -3.0]


def test_rules_for_whole_tensors_see_whole_tensors(compiled):
    """Every matrix is made orthogonal by itself; SWATS keeps 0-d numbers that tensors decide."""
    net, twin = (nn.Linear(5, 4, bias=False).double() for _ in range(2))
    twin.load_state_dict(net.state_dict())
    for rule, hyper in ((muon, {"ns_steps": 3}), (swats, {"lr": 0.01})):
        optimizer = Optimizer(net.parameters(), rule, compiled=compiled, **hyper)
        state, param = rule.init(twin.weight.detach()), twin.weight.detach().clone()
        for seed in range(5):
            rng = torch.Generator().manual_seed(seed)
            grad = torch.randn(4, 5, generator=rng, dtype=torch.float64)
            net.weight.grad = grad.clone()
            delta, state = rule.update(grad, state, param, **hyper)
            param = param + delta
            optimizer.step()
        assert torch.allclose(net.weight.detach(), param, rtol=0, atol=1e-12)
        net.load_state_dict(twin.state_dict())


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
