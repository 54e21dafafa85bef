"""SGD is torch.optim.SGD, step by step, for any shape and rate."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnotes.optimizers import sgd

SHAPES = st.lists(st.integers(1, 4), max_size=3).map(tuple)
RATES = st.floats(1e-5, 10)


def slopes(param: torch.Tensor) -> torch.Tensor:
    """A gradient that is neither linear nor bounded by the start."""
    return torch.sin(3 * param) + 0.5 * param


def ours(param: torch.Tensor, lr: float, steps: int) -> torch.Tensor:
    state = sgd.init(param)
    for _ in range(steps):
        delta, state = sgd.update(slopes(param), state, param, lr=lr)
        param = param + delta
    assert state.t == steps
    return param


def torchs(param: torch.Tensor, lr: float, steps: int) -> torch.Tensor:
    param = param.clone().requires_grad_(True)
    optimizer = torch.optim.SGD([param], lr=lr)
    for _ in range(steps):
        param.grad = slopes(param.detach())
        optimizer.step()
    return param.detach()


def random(shape: tuple, seed: int, dtype=torch.float64) -> torch.Tensor:
    source = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=source, dtype=torch.float64).to(dtype)


@pytest.mark.parametrize("lr", [1e-3, 0.1, 0.5])
def test_200_steps_equal_torch(lr):
    start = random((5, 3), seed=0)
    torch.testing.assert_close(ours(start, lr, 200), torchs(start, lr, 200), rtol=0, atol=1e-12)


@settings(deadline=None)
@given(shape=SHAPES, lr=RATES, dtype=st.sampled_from([torch.float32, torch.float64]))
def test_a_step_equals_torch_for_any_shape_rate_and_dtype(shape, lr, dtype):
    start = random(shape, seed=1, dtype=dtype)
    after = ours(start, lr, 1)
    assert after.dtype == dtype and after.shape == shape
    torch.testing.assert_close(after, torchs(start, lr, 1))


@given(lr=RATES, scale=st.floats(-100, 100))
def test_the_step_is_proportional_to_rate_and_gradient(lr, scale):
    grad, param = random((4,), seed=2), random((4,), seed=3)
    step = sgd.update(grad, sgd.init(param), param, lr=1.0)[0]
    scaled = sgd.update(scale * grad, sgd.init(param), param, lr=lr)[0]
    torch.testing.assert_close(scaled, lr * scale * step)
    torch.testing.assert_close(step, -grad, rtol=0, atol=0)


def test_vmap_over_rates_equals_one_rate_at_a_time():
    grad, param, rates = random((6,), 4), random((6,), 5), torch.tensor([0.01, 0.3, 2.0])
    state = sgd.init(param)
    together, after = torch.func.vmap(
        lambda lr: sgd.update(grad, state, param, lr=lr), out_dims=(0, None)
    )(rates)
    alone = torch.stack([sgd.update(grad, state, param, lr=lr)[0] for lr in rates])
    assert torch.equal(together, alone) and after.t == 1


def test_nothing_that_was_passed_in_is_changed():
    grad, param = random((3,), 6), random((3,), 7)
    copies, state = (grad.clone(), param.clone()), sgd.init(param)
    sgd.update(grad, state, param, lr=0.1)
    assert torch.equal(grad, copies[0]) and torch.equal(param, copies[1])
    assert state.t == 0 and state.t.dtype == torch.float64
