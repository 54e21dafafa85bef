"""Where parameters lie: who saves, shares or looks at one finds it as torch would leave it."""

import io
import sys

import pytest
import torch
from torch import nn

from dlnotes.optimizers import adafactor, adam, muon, sgd
from dlnotes.training.optimizer import Optimizer
from tests.training.optimizer.test_options import cubed, made


def saved_size(thing):
    file = io.BytesIO()
    torch.save(thing, file)
    return len(file.getvalue())


def layers():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(60, 200), nn.Linear(200, 3)), torch.randn(5, 60)


@pytest.mark.parametrize("kept", [False, True], ids=["new gradients", "kept gradients"])
def test_one_layer_is_saved_without_the_others(kept, compiled):
    net, X = layers()
    optimizer = Optimizer(net.parameters(), adam, compiled=compiled)
    net(X).sum().backward()
    parts = [net[1].state_dict, lambda: net[1].bias, lambda: net[1].bias.grad]
    before = [saved_size(part()) for part in parts]
    for _ in range(3):
        optimizer.zero_grad(set_to_none=not kept)
        net(X).sum().backward()
        optimizer.step()
    assert [saved_size(part()) for part in parts] == before
    moments = {name: optimizer.state[net[1].bias][name] for name in ("m", "v")}
    assert saved_size(moments) == saved_size({name: torch.zeros(3) for name in moments})


def test_shared_memory_stays_shared(compiled):
    net, X = layers()
    net.share_memory()
    places = [param.data_ptr() for param in net.parameters()]
    optimizer = Optimizer(net.parameters(), adam, compiled=compiled)
    net(X).sum().backward()
    optimizer.step()
    assert all(param.is_shared() for param in net.parameters())
    assert [param.data_ptr() for param in net.parameters()] == places


LOOKS = {
    "a view": lambda param: param.detach(),
    "a state dict": lambda param: nn.ParameterDict({"one": param}).state_dict()["one"],
    "numpy": lambda param: torch.from_numpy(param.detach().numpy()),
    "data": lambda param: param.data[:1],
}


@pytest.mark.parametrize("look", LOOKS)
def test_who_looks_at_a_parameter_sees_it_move(look, compiled):
    params = [made(1.0, 2.0), made(3.0, 4.0, 5.0), made(6.0)]
    seen = [LOOKS[look](param) for param in params[:2]]
    optimizer = Optimizer(params, adam, lr=0.1, compiled=compiled)
    for _ in range(3):
        cubed(params, optimizer)
        for param, one in zip(params, seen, strict=False):
            assert torch.equal(one, param.detach()[: len(one)])
    seen = [LOOKS[look](param) for param in params]
    params[0].grad = None  # packed anew, but not away from who looks at them now
    optimizer.step()
    for param, one in zip(params, seen, strict=True):
        assert torch.equal(one, param.detach()[: len(one)])


def test_who_moved_lies_side_by_side(compiled):
    params = [made(3.0, 4.0, 5.0), made(1.0, 2.0)]
    optimizer = Optimizer(params, adam, compiled=compiled)
    cubed(params, optimizer)
    assert (params[1].data_ptr() + params[1].nbytes == params[0].data_ptr()) == compiled


# Strides


@pytest.mark.parametrize("size", [10, 70_000])
def test_vectors_with_a_stride_are_stepped(size, compiled):
    table, twin = torch.ones(size, 2), torch.ones(size, 2)
    params = [nn.Parameter(table[:, 0]), nn.Parameter(torch.ones(size))]
    twins = [nn.Parameter(twin[:, 0]), nn.Parameter(torch.ones(size))]
    for some, optimizer in (
        (params, Optimizer(params, adam, lr=0.1, compiled=compiled)),
        (twins, torch.optim.Adam(twins, lr=0.1)),
    ):
        for _ in range(3):
            for param in some:  # the gradient of a sum is one number, expanded
                (param.grad,) = torch.autograd.grad(param.sum(), param)
            optimizer.step()
    assert params[1].grad.stride() == (0,)
    assert torch.allclose(table, twin) and torch.equal(table[:, 1], torch.ones(size))
    assert torch.allclose(params[1], twins[1])


@pytest.mark.slow
@pytest.mark.parametrize("rule", [adam, adafactor])
def test_vectors_with_a_stride_are_stepped_by_real_code(rule):
    table = torch.ones(10, 2)
    param, twin = nn.Parameter(table[:, 0]), nn.Parameter(torch.ones(10))
    for one, compiled in ((param, True), (twin, False)):
        optimizer = Optimizer([one], rule, lr=0.1, compiled=compiled)
        for _ in range(2):
            (one.grad,) = torch.autograd.grad(one.sum(), one)
            optimizer.step()
    assert torch.allclose(param, twin) and torch.equal(table[:, 1], torch.ones(10))


# Lazy modules


@pytest.mark.parametrize("rule", [sgd, adam, adafactor, muon])
def test_lazy_modules_train_after_their_first_forward(rule, compiled):
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.LazyLinear(4, bias=rule is not muon), nn.ReLU(), nn.Linear(4, 2, bias=False)
    )
    optimizer = Optimizer(net.parameters(), rule, lr=0.1, compiled=compiled)
    optimizer.step()
    optimizer.zero_grad(set_to_none=False)
    X = torch.randn(8, 3)
    begin = net(X).square().mean()
    before = net[0].weight.detach().clone()
    for _ in range(20):
        optimizer.zero_grad()
        loss = net(X).square().mean()
        loss.backward()
        optimizer.step()
    assert loss < begin and not torch.equal(net[0].weight, before)
    assert optimizer.state[net[0].weight]["t"] == 20


# Many small tensors


def calls(params):
    """How many functions are called until a second step with a gradient less is over."""
    found = []
    sys.setprofile(lambda frame, event, of: found.append(event) if "call" in event else None)
    try:
        optimizer = Optimizer(params, adam)
        optimizer.step()
        params[0].grad = None
        optimizer.step()
    finally:
        sys.setprofile(None)
    return len(found)


@pytest.mark.parametrize("apart", [True, False], ids=["apart", "parts of one tensor"])
def test_many_tensors_take_work_in_proportion(apart):
    """Calls are counted, not seconds."""

    def counted(count):
        params = [torch.ones(3) for _ in range(count)] if apart else torch.ones(count, 3).unbind()
        params = [nn.Parameter(param) for param in params]
        for param in params:
            param.grad = torch.ones(3)
        return calls(params)

    counted(2)
    few, many = counted(100), counted(400)
    assert many < 4 * few
