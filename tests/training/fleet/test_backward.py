"""Gradients by hand equal autograd's, for every activation and loss."""

from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.func import functional_call, grad_and_value, vmap

from dlnotes.training.fleet import backward
from dlnotes.training.nets.activations import ACTIVATIONS
from dlnotes.training.nets.losses import cross_entropy, mean_squared_error
from dlnotes.training.nets.mlp import MLP

DOUBLE = torch.float64
R, B = 3, 7


def parameters(sizes, source):
    made = []
    for inputs, outputs in pairwise(sizes):
        for shape in ((R, outputs, inputs), (R, outputs)):
            made.append(torch.randn(shape, generator=source, dtype=DOUBLE))
    return made


def problem(sizes, loss, seed):
    source = torch.Generator().manual_seed(seed)
    values = parameters(sizes, source)
    X = torch.randn(R, B, sizes[0], generator=source, dtype=DOUBLE)
    if loss is cross_entropy:
        y = torch.randint(sizes[-1], (R, B), generator=source)
    else:
        y = torch.randn(R, B, sizes[-1], generator=source, dtype=DOUBLE)
    counts = torch.rand(R, B, generator=source, dtype=DOUBLE) < 0.7
    counts[:, 0] = True
    return values, X, y, counts.double()


def by_autograd(sizes, activation, loss, values, X, y, counts):
    net = MLP(sizes, activation=activation, dtype=DOUBLE)
    params = dict(zip(dict(net.named_parameters()), values, strict=True))

    def one(params, X, y, counts):
        return loss(functional_call(net, params, (X,)), y, counts)

    grads, value = vmap(grad_and_value(one))(params, X, y, counts)
    return value, list(grads.values())


def assert_equal(sizes, activation, loss, seed):
    values, X, y, counts = problem(sizes, loss, seed)
    layers = [backward.Layer(*pair) for pair in zip(values[::2], values[1::2], strict=True)]
    share = counts / counts.sum(1, keepdim=True)
    wanted, grads = by_autograd(sizes, activation, loss, values, X, y, counts)
    for terms in (backward.TINY, backward.SHORT):
        value, slopes = backward.gradient(layers, activation, loss, X, y, share, terms)
        torch.testing.assert_close(value, wanted, rtol=1e-12, atol=1e-12)
        for mine, theirs in zip([x for layer in slopes for x in layer], grads, strict=True):
            torch.testing.assert_close(mine, theirs, rtol=1e-11, atol=1e-12)


def test_every_activation_has_its_slope():
    assert set(backward.SLOPES) == set(ACTIVATIONS)


@pytest.mark.parametrize("loss", backward.LOSSES, ids=lambda loss: loss.__name__)
@pytest.mark.parametrize("activation", backward.SLOPES)
def test_gradients_equal_autograd(activation, loss):
    assert_equal((4, 6, 5, 3), activation, loss, seed=1)


@settings(max_examples=15, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 9), min_size=2, max_size=5),
    activation=st.sampled_from(sorted(backward.SLOPES)),
    loss=st.sampled_from([cross_entropy, mean_squared_error]),
    seed=st.integers(0, 1000),
)
def test_any_shape_equals_autograd(sizes, activation, loss, seed):
    assert_equal(tuple(sizes), activation, loss, seed)


@pytest.mark.parametrize("activation", backward.SLOPES)
def test_slopes_at_zero_and_far_out_equal_autograd(activation):
    x = torch.tensor([-800.0, -30.0, -1e-9, 0.0, 1e-9, 30.0, 800.0], dtype=DOUBLE)
    function = ACTIVATIONS[activation]
    wanted = vmap(torch.func.grad(function))(x)
    mine = backward.SLOPES[activation](x, function(x))
    torch.testing.assert_close(mine, wanted, rtol=1e-12, atol=1e-12)


def test_targets_without_a_second_dimension():
    values, X, y, counts = problem((3, 4, 1), mean_squared_error, seed=2)
    layers = [backward.Layer(*pair) for pair in zip(values[::2], values[1::2], strict=True)]
    share = counts / counts.sum(1, keepdim=True)
    flat, wide = (
        backward.gradient(layers, "tanh", mean_squared_error, X, t, share)[0]
        for t in (y[..., 0], y)
    )
    assert torch.equal(flat, wide)
