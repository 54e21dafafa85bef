"""Losses against torch's own: values, gradients, weights, extremes."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnotes.training.nets.losses import LOSSES, accuracy, cross_entropy, log_softmax

DOUBLE = torch.float64


def sign(y):
    return torch.where(y > 0, 1.0, -1.0).to(DOUBLE)


ORACLES = {
    "cross_entropy": F.cross_entropy,
    "logistic": lambda out, y: F.binary_cross_entropy_with_logits(out[:, 0], (y > 0).double()),
    "hinge": lambda out, y: F.margin_ranking_loss(
        out[:, 0], torch.zeros_like(out[:, 0]), sign(y), margin=1.0
    ),
    "mean_squared_error": F.mse_loss,
    "mean_absolute_error": F.l1_loss,
}
SCALES = st.sampled_from([0.0, 1e-8, 1.0, 30.0, 1e3, 1e8])
ALL = pytest.mark.parametrize("name", LOSSES)


def drawn(name, rows, columns, scale, seed):
    source = torch.Generator().manual_seed(seed)
    columns = 1 if name in ("logistic", "hinge") else columns
    output = scale * torch.randn(rows, columns, generator=source, dtype=DOUBLE)
    if name.startswith("mean"):
        return output, torch.randn(rows, columns, generator=source, dtype=DOUBLE)
    top = columns if name == "cross_entropy" else 2
    return output, torch.randint(top, (rows,), generator=source)


def value_and_gradient(function, output, *rest):
    output = output.clone().requires_grad_(True)
    value = function(output, *rest)
    return value.detach(), torch.autograd.grad(value, output)[0]


def test_every_loss_has_an_oracle():
    assert set(ORACLES) == set(LOSSES)


@ALL
@settings(max_examples=40, deadline=None)
@given(
    rows=st.integers(1, 8),
    columns=st.integers(2, 6),
    scale=SCALES,
    seed=st.integers(0, 10**6),
)
def test_values_and_gradients_equal_torchs(name, rows, columns, scale, seed):
    given = drawn(name, rows, columns, scale, seed)
    mine = value_and_gradient(LOSSES[name], *given)
    theirs = value_and_gradient(ORACLES[name], *given)
    for one, other in zip(mine, theirs, strict=True):
        assert torch.allclose(one, other, rtol=1e-12, atol=1e-12), (one, other)


@ALL
@settings(max_examples=40, deadline=None)
@given(counts=st.lists(st.booleans(), min_size=6, max_size=6).filter(any), seed=st.integers(0, 99))
def test_a_weight_leaves_examples_out(name, counts, seed):
    output, y = drawn(name, 6, 3, 1.0, seed)
    some = torch.tensor(counts)
    value, grad = value_and_gradient(LOSSES[name], output, y, some.double())
    wanted, kept = value_and_gradient(LOSSES[name], output[some], y[some])
    assert torch.allclose(value, wanted, rtol=1e-12, atol=1e-12)
    assert torch.allclose(grad[some], kept, rtol=1e-12, atol=1e-12)
    assert (grad[~some] == 0).all()


@ALL
def test_float32_stays_float32(name):
    output, y = drawn(name, 5, 3, 1.0, 0)
    weight = torch.tensor([1, 0, 1, 1, 1])
    targets = y.float() if y.is_floating_point() else y
    assert LOSSES[name](output.float(), targets, weight).dtype == torch.float32
    assert accuracy(output.float(), y.argmax(1) if y.ndim > 1 else y).dtype == torch.float32


@ALL
def test_a_nan_output_gives_a_nan_loss(name):
    output, y = drawn(name, 5, 3, 1.0, 0)
    output[2] = math.nan
    assert LOSSES[name](output, y).isnan()


@ALL
def test_vmap_equals_one_at_a_time(name):
    runs = [drawn(name, 4, 3, 1.0, seed) for seed in range(5)]
    outputs, ys = (torch.stack(column) for column in zip(*runs, strict=True))
    together = torch.func.vmap(LOSSES[name])(outputs, ys)
    assert torch.allclose(together, torch.stack([LOSSES[name](*run) for run in runs]), rtol=1e-13)


def test_classes_may_be_given_as_floats():
    output, y = drawn("cross_entropy", 7, 4, 1.0, 3)
    assert torch.equal(cross_entropy(output, y.double()), cross_entropy(output, y))


@pytest.mark.parametrize("name", ["logistic", "hinge"])
def test_two_classes_are_0_and_1_or_minus_1_and_1(name):
    output, y = drawn(name, 9, 1, 2.0, 1)
    assert torch.equal(LOSSES[name](output, y), LOSSES[name](output, 2 * y - 1))
    assert torch.equal(LOSSES[name](output, y), LOSSES[name](output.squeeze(1), y))


def test_log_softmax_equals_torchs_where_exp_overflows():
    output = torch.tensor([[1e6, -1e6, 0.0], [-800.0, -900.0, -800.0]], dtype=DOUBLE)
    assert torch.allclose(log_softmax(output), F.log_softmax(output, -1), rtol=1e-14)


def test_targets_may_lack_the_last_dimension():
    output, y = torch.randn(6, 1), torch.randn(6)
    for name in ("mean_squared_error", "mean_absolute_error"):
        assert torch.equal(LOSSES[name](output, y), LOSSES[name](output, y.unsqueeze(1)))


def test_accuracy_counts_right_classes():
    output = torch.tensor([[3.0, 1.0], [0.0, 2.0], [5.0, 4.0], [1.0, 2.0]])
    y = torch.tensor([0, 1, 1, 0])
    assert accuracy(output, y) == 0.5
    assert accuracy(output, y, torch.tensor([1, 1, 0, 0])) == 1
    assert accuracy(torch.tensor([[2.0], [-1.0], [0.0], [3.0]]), y * 2 - 1) == 0
    assert accuracy(torch.tensor([-2.0, 1.0, 0.5, 3.0]), y) == 0.75


@pytest.mark.parametrize(
    ("name", "output", "y"),
    [
        ("cross_entropy", (4, 3), (5,)),
        ("cross_entropy", (4, 3), (4, 1)),
        ("cross_entropy", (3,), (3,)),
        ("mean_squared_error", (4, 1), (1, 4)),
        ("mean_squared_error", (4, 2), (4,)),
        ("hinge", (4, 1), (3,)),
        ("logistic", (4, 2), (4,)),
    ],
)
def test_shapes_that_would_broadcast_into_nonsense_are_refused(name, output, y):
    with pytest.raises(ValueError, match=r"^`y` must .* got .*"):
        LOSSES[name](torch.zeros(output), torch.zeros(y))
