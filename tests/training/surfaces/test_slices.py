"""Cuts show the loss where it is, and directions are scaled as Li et al. (2018) say."""

import pytest
import torch
from torch.func import functional_call

from dlnotes.training.data.datasets import moons
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.surfaces.slices import line, plane, random_direction

DATA = moons(seed=0)
AT = torch.linspace(-1, 1, 7, dtype=torch.float64)


def trained(**kind):
    net = MLP((2, 8, 8, 2), dtype=torch.float64, **kind)
    X, y = DATA.X.double(), DATA.y

    def loss(params):
        return cross_entropy(functional_call(net, params, (X,)), y)

    return loss, {name: param.detach() for name, param in net.named_parameters()}


KINDS = [{}, {"activation": "tanh", "norm": "batch"}, {"norm": "layer", "residual": True}]


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("chunk", [None, 1, 3, 64])
def test_a_line_through_a_real_net_equals_one_loss_at_a_time(kind, chunk):
    loss, params = trained(**kind)
    direction = random_direction(params, seed=1)
    found = line(loss, params, direction, AT, chunk=chunk)
    for a, height in zip(AT, found, strict=True):
        there = {name: param + a * direction[name] for name, param in params.items()}
        torch.testing.assert_close(height, loss(there))
    assert found.shape == (7,) and found[3] == loss(params)


def test_a_plane_through_a_real_net_equals_one_loss_at_a_time():
    loss, params = trained()
    first, second = (random_direction(params, seed=seed) for seed in (1, 2))
    found = plane(loss, params, (first, second), (AT, AT[:3]))
    assert found.shape == (7, 3)
    for (i, j), height in zip(
        torch.cartesian_prod(*map(torch.arange, (7, 3))), found.flatten(), strict=True
    ):
        there = {n: p + AT[i] * first[n] + AT[j] * second[n] for n, p in params.items()}
        torch.testing.assert_close(height, loss(there))


def test_a_line_between_two_nets_begins_and_ends_at_them():
    loss, start = trained(seed=0)
    _, end = trained(seed=1)
    ahead = {name: end[name] - start[name] for name in start}
    ends = line(loss, start, ahead, torch.tensor([0.0, 1.0]))
    torch.testing.assert_close(ends, torch.stack([loss(start), loss(end)]))


def test_directions_have_the_length_of_each_filter():
    params = {
        "weight": torch.randn(5, 3, dtype=torch.float64),
        "kernel": torch.randn(4, 3, 2, 2),
        "bias": torch.randn(5),
        "scale": torch.tensor(2.0),
    }
    direction = random_direction(params, seed=3)
    for name in ("weight", "kernel"):
        sizes = [of[name].flatten(1).norm(dim=1) for of in (direction, params)]
        torch.testing.assert_close(*sizes)
        assert direction[name].dtype == params[name].dtype
        cosines = (direction[name] * params[name]).flatten(1).sum(1) / sizes[0] ** 2
        assert cosines.abs().max() < 0.999  # scaled, not copied
    assert (direction["bias"] == 0).all() and direction["scale"] == 0


def test_a_filter_of_zeros_stays():
    direction = random_direction({"weight": torch.tensor([[0.0, 0.0], [3.0, 4.0]])})
    assert torch.equal(direction["weight"][0], torch.zeros(2))


def test_directions_without_scaling_are_standard_normal():
    drawn = random_direction({"weight": torch.zeros(100, 100)}, normalized=False)["weight"]
    assert drawn.mean().abs() < 0.05 and abs(drawn.std() - 1) < 0.05


def test_seeds_decide_directions():
    _, params = trained()
    one, again, other = (random_direction(params, seed=seed) for seed in (1, 1, 2))
    name = "layers.0.weight"
    assert torch.equal(one[name], again[name]) and not torch.allclose(one[name], other[name])


def rescaled(params):
    """The same function in other numbers: the first layer times 10, the second divided by it."""
    factor = {"layers.0.weight": 10.0, "layers.0.bias": 10.0, "layers.1.weight": 0.1}
    return {name: param * factor.get(name, 1.0) for name, param in params.items()}


def test_scaled_slices_do_not_see_how_layers_are_scaled():
    """The reason for the scaling: a net of ReLUs in other units has the same picture."""
    loss, params = trained()
    params["layers.0.bias"] = torch.ones_like(params["layers.0.bias"])
    other = rescaled(params)
    torch.testing.assert_close(loss(other), loss(params))
    for normalized, same in ((True, True), (False, False)):
        cuts = [
            line(loss, of, random_direction(of, normalized=normalized), AT)
            for of in (params, other)
        ]
        assert torch.allclose(*cuts, rtol=1e-9) == same


def test_a_far_point_may_be_infinite():
    params, ahead = {"w": torch.tensor([0.0])}, {"w": torch.tensor([1.0])}
    heights = line(lambda params: params["w"].exp().sum(), params, ahead, torch.tensor([0.0, 1e4]))
    assert heights.tolist() == [1.0, torch.inf]


ONE, AHEAD = {"w": torch.tensor([1.0])}, {"w": torch.tensor([2.0])}


def total(params):
    return params["w"].sum()


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: random_direction({}), "`params` must hold at least one tensor, got none"),
        (lambda: line(total, {}, {}, AT), "`params` must hold at least one tensor, got none"),
        (
            lambda: line(total, ONE, {"v": torch.ones(1)}, AT),
            r"`direction` must be shaped like params, \{'w': \(1,\)\}, got \{'v': \(1,\)\}",
        ),
        (lambda: line(total, ONE, {"w": torch.ones(2)}, AT), "must be shaped like params"),
        (lambda: line(total, ONE, AHEAD, AT[:0]), r"`at` must be a tensor .* got \(0,\)"),
        (lambda: line(total, ONE, AHEAD, 0.5), r"`at` must be a tensor .* got float; see"),
        (lambda: plane(total, ONE, (AHEAD,), (AT, AT)), "must be two each, got 1 and 2"),
        (lambda: line(lambda p: p["w"], ONE, AHEAD, AT), r"one number, got shape \(1,\); take"),
        (
            lambda: line(lambda p: (-p["w"]).log().sum(), ONE, AHEAD, AT),
            "`loss` must be finite at `params`, got nan; start elsewhere.",
        ),
        (lambda: line(total, ONE, AHEAD, AT, chunk=0), "`chunk` must be at least 1, got 0"),
        (lambda: line(lambda p: 3.0, ONE, AHEAD, AT), "`loss` must give a tensor, got float; comp"),
        (lambda: random_direction(torch.nn.Linear(1, 1)), "`params` must be a dict, .* got Linear"),
    ],
)
def test_wrong_arguments_are_named_in_one_line(call, message):
    with pytest.raises((ValueError, TypeError), match=message) as raised:
        call()
    assert "\n" not in str(raised.value)
