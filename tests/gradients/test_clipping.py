"""Clipping as torch clips, and a normalized gradient of length 1."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnotes.gradients.clipping import by_norm, by_value, norm, normalize

DOUBLE = torch.float64
SIZES = st.floats(-8, 8).map(lambda exponent: 10**exponent)


def gradients(size: float = 1.0, seed: int = 0, dtype=DOUBLE) -> dict[str, torch.Tensor]:
    source = torch.Generator().manual_seed(seed)
    shapes = {"weight": (4, 3), "bias": (3,), "scale": ()}
    return {
        name: (size * torch.randn(shape, generator=source, dtype=DOUBLE)).to(dtype)
        for name, shape in shapes.items()
    }


def clipped_by_torch(clip, grads: dict, limit: float) -> dict:
    params = {name: torch.nn.Parameter(torch.zeros_like(grad)) for name, grad in grads.items()}
    for name, param in params.items():
        param.grad = grads[name].clone()
    clip(params.values(), limit)
    return {name: param.grad for name, param in params.items()}


@pytest.mark.parametrize(
    ("ours", "torchs"),
    [
        (by_norm, torch.nn.utils.clip_grad_norm_),
        (by_value, torch.nn.utils.clip_grad_value_),
    ],
)
@given(size=SIZES, limit=SIZES, seed=st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_as_torch(ours, torchs, size, limit, seed):
    for dtype, tolerance in ((DOUBLE, 1e-12), (torch.float32, 1e-5)):
        grads = gradients(size, seed, dtype)
        expected = clipped_by_torch(torchs, grads, limit)
        for name, grad in ours(grads, limit).items():
            assert grad.dtype == dtype
            assert torch.allclose(grad, expected[name], rtol=tolerance, atol=0)


@given(size=SIZES, max_norm=SIZES)
@settings(max_examples=30, deadline=None)
def test_the_norm_stays_below_and_the_direction_stays(size, max_norm):
    grads = gradients(size)
    clipped = by_norm(grads, max_norm)
    assert norm(clipped) <= max_norm * (1 + 1e-12)
    ratios = torch.cat([(clipped[name] / grad).flatten() for name, grad in grads.items()])
    assert torch.allclose(ratios, ratios[0].expand_as(ratios), rtol=1e-12) and ratios[0] > 0


def test_short_gradients_pass_untouched():
    grads = gradients()
    for same in (by_norm(grads, 1e6), by_value(grads, 1e6)):
        assert all(torch.equal(same[name], grad) for name, grad in grads.items())


def test_clipping_by_value_turns_the_gradient():
    grads = {"weight": torch.tensor([10.0, 1.0])}
    assert by_value(grads, 1.0)["weight"].tolist() == [1.0, 1.0]


@given(size=SIZES)
@settings(max_examples=30, deadline=None)
def test_a_normalized_gradient_has_length_1(size):
    assert norm(normalize(gradients(size))).item() == pytest.approx(1, rel=1e-12)


def test_a_zero_gradient_has_no_direction():
    zeros = {name: torch.zeros_like(grad) for name, grad in gradients().items()}
    for transform in (normalize, lambda grads: by_norm(grads, 1.0)):
        assert all((grad == 0).all() for grad in transform(zeros).values())


def test_one_norm_over_all_gradients():
    assert norm({"a": torch.tensor([3.0]), "b": torch.tensor([[4.0]])}).item() == 5
    flat = torch.cat([grad.flatten() for grad in gradients().values()])
    assert norm(gradients()).item() == pytest.approx(flat.norm().item(), rel=1e-14)


def test_vmap_clips_every_run_by_itself():
    runs = [gradients(size, seed=i) for i, size in enumerate((0.01, 1.0, 100.0))]
    stacked = {name: torch.stack([run[name] for run in runs]) for name in runs[0]}
    limits = torch.tensor([1.0, 0.5, 2.0], dtype=DOUBLE)
    for transform in (by_norm, by_value, lambda grads, limit: normalize(grads)):
        together = torch.func.vmap(transform)(stacked, limits)
        for i, run in enumerate(runs):
            for name, grad in transform(run, limits[i]).items():
                assert torch.allclose(together[name][i], grad, rtol=1e-12)


def test_nothing_that_was_passed_in_is_changed():
    grads = gradients(100)
    for transform in (lambda g: by_norm(g, 1.0), lambda g: by_value(g, 1.0), normalize):
        assert list(transform(grads)) == list(grads)
        assert all(torch.equal(grads[name], grad) for name, grad in gradients(100).items())


@pytest.mark.parametrize(
    ("transform", "name"), [(by_value, "limit"), (by_norm, "max_norm"), (normalize, "eps")]
)
@pytest.mark.parametrize("value", [0.0, -1.0, math.nan])
def test_a_bad_limit(transform, name, value):
    with pytest.raises(ValueError, match=f"`{name}` must be greater than 0, got {value:g}"):
        transform(gradients(), value)


@pytest.mark.parametrize(
    "transform", [lambda g: by_value(g, 1.0), lambda g: by_norm(g, 1.0), normalize, norm]
)
def test_no_gradients(transform):
    with pytest.raises(ValueError, match="`grads` must hold at least one entry"):
        transform({})
