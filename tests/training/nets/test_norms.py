"""Norms against torch's own: values and gradients, and what a weight leaves out."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnotes.training.nets.norms import EPS, NORMS

DOUBLE = torch.float64
ORACLES = {
    "batch": lambda X, norm: F.batch_norm(
        X, None, None, norm.scale, norm.shift, training=True, eps=EPS
    ),
    "layer": lambda X, norm: F.layer_norm(X, X.shape[-1:], norm.scale, norm.shift, eps=EPS),
    "rms": lambda X, norm: F.rms_norm(X, X.shape[-1:], norm.scale, eps=EPS),
}


def made(name, width, source):
    norm = NORMS[name](width, dtype=DOUBLE)
    for param in norm.parameters():
        param.data += torch.randn(width, generator=source, dtype=DOUBLE)
    return norm


def result(function, X, norm, direction):
    """Output and all gradients of a random combination of it."""
    X = X.clone().requires_grad_(True)
    output = function(X)
    grads = torch.autograd.grad((output * direction).sum(), [X, *norm.parameters()])
    return output.detach(), *grads


def assert_same(mine, theirs):
    for one, other in zip(mine, theirs, strict=True):
        scale = other.abs().max().clamp(min=1)
        assert ((one - other).abs().max() / scale).item() <= 1e-12


def test_every_norm_has_an_oracle():
    assert set(ORACLES) == set(NORMS)


@pytest.mark.parametrize("name", NORMS)
@settings(max_examples=30, deadline=None)
@given(
    rows=st.integers(2, 9),
    width=st.integers(2, 7),
    scale=st.sampled_from([1e-8, 1e-3, 1.0, 1e3]),
    seed=st.integers(0, 10**6),
)
def test_values_and_gradients_equal_torchs(name, rows, width, scale, seed):
    source = torch.Generator().manual_seed(seed)
    norm = made(name, width, source)
    X, direction = (torch.rand(rows, width, generator=source, dtype=DOUBLE) for _ in range(2))
    # near-equal entries would be compared through differences that rounding decides
    X = scale * (X + 3 * torch.arange(rows).unsqueeze(1) + 2 * torch.arange(width))
    mine = result(norm, X, norm, direction)
    assert_same(mine, result(lambda X: ORACLES[name](X, norm), X, norm, direction))


@pytest.mark.parametrize("name", NORMS)
def test_zeros_and_equal_values_stay_finite(name):
    norm = NORMS[name](3, dtype=DOUBLE)
    for value in (0.0, 2.0):
        X = torch.full((4, 3), value, dtype=DOUBLE)
        found = result(norm, X, norm, torch.ones_like(X))
        assert_same(found, result(lambda X: ORACLES[name](X, norm), X, norm, torch.ones_like(X)))


@settings(max_examples=30, deadline=None)
@given(counts=st.lists(st.booleans(), min_size=8, max_size=8).filter(lambda c: sum(c) > 1))
def test_batch_norm_takes_its_statistics_from_the_rows_that_count(counts):
    source = torch.Generator().manual_seed(sum(counts))
    norm, X = made("batch", 4, source), torch.randn(8, 4, generator=source, dtype=DOUBLE)
    some = torch.tensor(counts)
    output = norm(X, some.double())
    torch.testing.assert_close(output[some], norm(X[some]), rtol=1e-12, atol=1e-12)
    mean, variance = X[some].mean(0), X[some].var(0, correction=0)
    every = F.batch_norm(X, mean, variance, norm.scale, norm.shift, training=False, eps=EPS)
    torch.testing.assert_close(output, every, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ["layer", "rms"])
def test_other_norms_look_at_one_example_alone(name):
    norm, X = NORMS[name](5, dtype=DOUBLE), torch.randn(6, 5, dtype=DOUBLE)
    output = norm(X, torch.tensor([1.0, 0, 0, 1, 0, 1], dtype=DOUBLE))
    assert torch.equal(output, torch.cat([norm(row) for row in X.split(1)]))


@pytest.mark.parametrize("name", NORMS)
def test_output_of_a_new_norm_has_size_one(name):
    X = 7 + 5 * torch.randn(200, 100, dtype=DOUBLE, generator=torch.Generator().manual_seed(0))
    output = NORMS[name](100, dtype=DOUBLE)(X)
    assert output.square().mean().item() == pytest.approx(1, abs=1e-5)
    assert (abs(output.mean().item()) < 1e-12) == (name != "rms")
