"""SWATS: when it turns, at which rate, and that it is SGD from then on."""

import pytest
import torch

from dlnotes.optimizers import adam, momentum, swats

DOUBLE = torch.float64


def states(grads, **settings) -> list:
    """The state before and after every step, and the steps themselves."""
    param = torch.zeros_like(grads[0])
    state, seen, deltas = swats.init(param), [], []
    for grad in grads:
        delta, state = swats.update(grad, state, param, **settings)
        seen.append(state)
        deltas.append(delta)
    return seen, deltas


def test_a_steady_gradient_turns_it_at_the_second_step():
    """Adam's steps are all lr long: gradient descent makes them at lr / |grad|."""
    grads = torch.full((3, 4), -8.0, dtype=DOUBLE)
    seen, _ = states(grads, lr=0.4, eps=0.0, tolerance=1e-9)
    assert [state.sgd_lr > 0 for state in seen] == [False, True, True]
    assert seen[-1].sgd_lr.item() == pytest.approx(0.05, rel=1e-12)


def test_after_the_turn_it_is_momentum_at_that_rate_whatever_the_learning_rate():
    source = torch.Generator().manual_seed(0)
    grads = 2 + torch.randn(20, 4, generator=source, dtype=DOUBLE)
    grads[:2] = 2.0
    seen, deltas = states(grads, lr=0.4, tolerance=1e-6)
    rate, rest = seen[1].sgd_lr, momentum.init(grads[0])
    for grad, delta, state in zip(grads[2:], deltas[2:], seen[2:], strict=True):
        expected, rest = momentum.update(grad, rest, grad, lr=0.1 * rate, momentum=0.9)
        assert torch.allclose(delta, expected, rtol=1e-12) and state.sgd_lr == rate
    again, _ = swats.update(grads[0], seen[5], grads[0], lr=99.0)
    assert torch.equal(again, swats.update(grads[0], seen[5], grads[0], lr=0.4)[0])


def test_it_stays_adam_while_the_suggestions_disagree():
    source = torch.Generator().manual_seed(1)
    grads = torch.randn(50, 4, generator=source, dtype=DOUBLE)
    seen, deltas = states(grads, lr=0.1, eps=0.0)
    state = adam.init(grads[0])
    for grad, delta in zip(grads, deltas, strict=True):
        expected, state = adam.update(grad, state, grad, lr=0.1, eps=0.0)
        assert torch.allclose(delta, expected, rtol=1e-12)
    assert seen[-1].sgd_lr == 0


def test_every_run_of_many_turns_at_its_own_step():
    source = torch.Generator().manual_seed(2)
    grads = 1 + torch.randn(60, 5, 3, generator=source, dtype=DOUBLE)
    param = torch.zeros(5, 3, dtype=DOUBLE)

    def one(grad, state, param):
        return swats.update(grad, state, param, lr=0.1, tolerance=3e-3)

    state = torch.func.vmap(swats.init)(param)
    turned = torch.full((5,), -1)
    for step, grad in enumerate(grads):
        _, state = torch.func.vmap(one)(grad, state, param)
        turned = torch.where((turned < 0) & (state.sgd_lr > 0), step, turned)
    alone = []
    for run in range(5):
        seen, _ = states(grads[:, run], lr=0.1, tolerance=3e-3)
        alone.append(next((i for i, state in enumerate(seen) if state.sgd_lr > 0), -1))
    assert turned.tolist() == alone and len(set(alone)) > 2


def test_a_zero_gradient_suggests_nothing():
    seen, deltas = states(torch.zeros(3, 2, dtype=DOUBLE), eps=1e-9)
    assert seen[-1].rate == 0 and seen[-1].sgd_lr == 0
    assert not any(delta.any() for delta in deltas)
