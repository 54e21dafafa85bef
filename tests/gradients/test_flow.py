"""The flow through layers: as written out, as torch's hooks see it, as papers reckon it."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from dlnotes.gradients.flow import growth, signal_flow, stack

DOUBLE = torch.float64


def inputs(width: int, examples: int = 32, seed: int = 0) -> torch.Tensor:
    source = torch.Generator().manual_seed(seed)
    return torch.randn(examples, width, generator=source, dtype=DOUBLE)


def rms(signal: torch.Tensor) -> float:
    return signal.square().mean().sqrt().item()


def test_the_message_is_multiplied_by_slope_and_transposed_weight():
    """∂f/∂h_{l-1} = W_lᵀ (φ'(z_l) ⊙ ∂f/∂h_l), walked by hand through three sigmoid layers."""
    layers, x = stack(3, 8, "sigmoid", 2.0), inputs(8)
    message = inputs(8, seed=1)
    h, sums, forward = x, [], [rms(x)]
    for layer in layers:
        sums.append(h @ layer.linear.weight.T)
        h = torch.sigmoid(sums[-1])
        forward.append(rms(h))
    sent, backward = message, [rms(message)]
    for layer, z in zip(reversed(layers), reversed(sums), strict=True):
        slope = torch.sigmoid(z) * (1 - torch.sigmoid(z))
        sent = (slope * sent) @ layer.linear.weight
        backward.insert(0, rms(sent))
    flow = signal_flow(layers, x, message)
    assert flow.forward.tolist() == pytest.approx(forward, rel=1e-12)
    assert flow.backward.tolist() == pytest.approx(backward, rel=1e-12)


@pytest.mark.parametrize("norm", [None, "batch", "layer", "rms"])
@pytest.mark.parametrize("residual", [False, True])
def test_as_torch_sees_it_with_hooks(norm, residual):
    layers, x = stack(4, 16, "tanh", "he", norm, residual, seed=3), inputs(16)
    seen = {}

    def watch(module, grads, sent):
        seen[module] = rms(sent[0])

    for layer in layers:
        layer.register_full_backward_hook(watch)
    message = inputs(16, seed=2)
    (layers(x.clone().requires_grad_()) * message).sum().backward()
    found = signal_flow(layers, x, message).backward[1:].tolist()
    assert found == pytest.approx([seen[layer] for layer in layers], rel=1e-12)


def test_layers_may_be_any_functions_and_of_any_widths():
    wide = nn.Linear(4, 6, bias=False, dtype=DOUBLE)
    flow = signal_flow([wide, torch.relu, lambda h: h.sum(1, keepdim=True)], inputs(4))
    assert flow.forward.shape == flow.backward.shape == (4,)


def test_the_default_message_is_drawn_once_for_all():
    layers, x = stack(2, 16, "relu", "he"), inputs(16)
    first, second = (signal_flow(layers, x).backward for _ in range(2))
    assert torch.equal(first, second)
    assert first[-1].item() == pytest.approx(1, abs=0.1)


def test_nothing_is_left_behind():
    layers, x = stack(2, 16, "relu", "he"), inputs(16)
    flow = signal_flow(layers, x)
    assert not x.requires_grad and not flow.forward.requires_grad
    assert all(param.grad is None for param in layers.parameters())


@given(exponent=st.floats(-250, 250))
@settings(max_examples=20, deadline=None)
def test_sizes_whose_square_would_leave_the_range_are_still_sizes(exponent):
    scale = 10.0**exponent
    flow = signal_flow([lambda h: h * scale], torch.full((2, 3), 1.0, dtype=DOUBLE))
    assert flow.forward[1].item() == pytest.approx(scale, rel=1e-12)


@pytest.mark.parametrize("bad", [0.0, math.inf, math.nan])
def test_what_is_dead_or_overflown_is_data(bad):
    flow = signal_flow([lambda h: h * bad], torch.ones(2, 3))
    assert flow.forward[1].item() == pytest.approx(bad, nan_ok=True)


@pytest.mark.parametrize(
    ("activation", "init", "factor"),
    [("relu", "he", 1.0), ("relu", 1.0, math.sqrt(1 / 2)), ("identity", 1.5, 1.5)],
)
def test_one_layer_multiplies_by_what_the_papers_say(activation, init, factor):
    """He et al. (2015), equations 9 and 14: n σ_w² / 2 a layer for the squares, both ways."""
    both = []
    for seed in range(5):
        flow = signal_flow(stack(20, 128, activation, init, seed=seed), inputs(128, 128, seed))
        both.append((growth(flow.forward), growth(flow.backward.flip(0))))
    for way in zip(*both, strict=True):
        assert sum(way) / 5 == pytest.approx(factor, rel=0.03)


@given(exponents=st.lists(st.floats(-300, 300), min_size=2, max_size=60))
@settings(max_examples=50, deadline=None)
def test_growth_is_the_factor_that_leads_from_first_to_last(exponents):
    factor = growth([10.0**exponent for exponent in exponents])
    steps = len(exponents) - 1
    assert math.log10(factor) * steps == pytest.approx(exponents[-1] - exponents[0], abs=1e-9)


def test_growth_of_a_signal_that_dies_or_explodes():
    assert growth([1.0, 0.5, 0.0]) == 0
    assert growth(torch.tensor([1.0, math.inf])) == math.inf
    assert growth([1, 1]) == 1


def test_a_gain_is_the_standard_deviation_times_the_root_of_the_width():
    for init, gain in (("lecun", 1.0), ("he", 2**0.5)):
        named, numbered = (stack(2, 16, "relu", way, seed=4) for way in (init, gain))
        for one, other in zip(named, numbered, strict=True):
            assert torch.allclose(one.linear.weight, other.linear.weight, rtol=1e-15, atol=0)


def test_stack_refuses_what_it_cannot_build():
    with pytest.raises(ValueError, match=r"`activation` must be one of .*got 'step'"):
        stack(2, 4, "step", "he")
    with pytest.raises(ValueError, match=r"`init` must be one of .*got 'xavier'"):
        stack(2, 4, "relu", "xavier")
    with pytest.raises(ValueError, match="`init` must be greater than 0, got -1"):
        stack(2, 4, "relu", -1.0)
    with pytest.raises(ValueError, match=r"`norm` must be one of .*got 'group'"):
        stack(2, 4, "relu", "he", norm="group")
    with pytest.raises(ValueError, match="`depth` must be at least 1, got 0"):
        stack(0, 4, "relu", "he")
    with pytest.raises(TypeError, match=r"`width` must be a whole number, got 2\.5"):
        stack(2, 2.5, "relu", "he")


def test_the_flow_refuses_what_it_cannot_follow():
    x = torch.ones(2, 3)
    with pytest.raises(ValueError, match="`layers` must hold at least one entry"):
        signal_flow([], x)
    for bad in (None, 3):
        with pytest.raises(TypeError, match="`layers` must"):
            signal_flow([bad], x)
    with pytest.raises(TypeError, match=r"`x` must be a tensor of floating point.*int64"):
        signal_flow([torch.relu], torch.ones(2, 3, dtype=torch.long))
    with pytest.raises(TypeError, match=r"`x` must be a tensor of floating point, got \[1\.0\]"):
        signal_flow([torch.relu], [1.0])
    with pytest.raises(ValueError, match=r"`message` must have .* \(2, 3\), got \(3,\)"):
        signal_flow([torch.relu], x, torch.ones(3))


def test_growth_refuses_what_has_no_factor():
    with pytest.raises(ValueError, match="`values` must hold two sizes at least, got 1"):
        growth([1.0])
    with pytest.raises(ValueError, match=r"`values\[0\]` must be greater than 0, got 0"):
        growth([0.0, 1.0])
