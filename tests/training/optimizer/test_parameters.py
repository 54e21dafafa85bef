"""What parameters may be, and what may be done to them between the steps."""

from collections import defaultdict
from typing import NamedTuple

import pytest
import torch
from torch import Tensor, nn

from dlnotes.core.device import best_device
from dlnotes.optimizers import adam, momentum, muon, swats
from dlnotes.training.optimizer import Optimizer
from tests.contracts.rules import EVERY
from tests.training.optimizer.pairs import Net, both, distance, one_step

DEVICES = sorted({"cpu", best_device().type} - {"mps"})


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
