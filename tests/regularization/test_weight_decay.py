"""Two ways to decay: equal for gradient descent, not for Adam."""

import inspect
import pickle

import pytest
import torch

from dlnotes.core.protocols import is_elementwise
from dlnotes.optimizers import adafactor, adam, adamw, lion, momentum, sgd
from dlnotes.regularization import penalties
from dlnotes.regularization.weight_decay import coupled, decoupled, param_groups

DOUBLE = torch.float64


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=DOUBLE)


def run(rule, param, grads, **hyper):
    state = rule.init(param)
    for grad in grads:
        delta, state = rule.update(grad, state, param, **hyper)
        param = param + delta
    return param


def test_adamw_is_adam_with_decoupled_decay_bit_for_bit():
    param, grads, hyper = normal(5), normal(50, 5, seed=1), {"lr": 0.01, "weight_decay": 0.1}
    assert torch.equal(
        run(adamw, param, grads, **hyper), run(decoupled(adam), param, grads, **hyper)
    )


def test_for_gradient_descent_both_are_one_and_for_the_others_not():
    param, grads, hyper = normal(5), normal(50, 5, seed=1), {"lr": 0.01, "weight_decay": 0.1}

    def apart(rule):
        through, past = (run(way(rule), param, grads, **hyper) for way in (coupled, decoupled))
        return (through - past).abs().max()

    assert apart(sgd) < 1e-15
    assert apart(momentum) > 1e-3 and apart(adam) > 1e-3


@pytest.mark.parametrize("size", [1.0, 100.0])
def test_adamw_follows_theory_and_l2_only_for_small_gradients(size):
    """Mean-free gradients move nothing on average: what is left is (1 - lr · weight_decay)^T."""
    lr, weight_decay, steps = 1e-3, 0.1, 500
    theory = (1 - lr * weight_decay) ** steps
    param, grads = torch.ones(20_000, dtype=DOUBLE), size * normal(100, 20_000)
    hyper = {"lr": lr, "weight_decay": weight_decay}
    repeated = [grads[step % 100] * (-1) ** (step // 100) for step in range(steps)]
    shrunk = {way: run(way, param, repeated, **hyper).mean() for way in (adamw, coupled(adam))}
    assert theory == pytest.approx(0.95123, abs=1e-5)
    assert abs(shrunk[adamw] - theory) < 1e-3
    if size > 1:  # the division by the gradient's size takes the decay away
        assert shrunk[coupled(adam)] > 0.998


def test_l2_is_the_gradient_of_its_penalty():
    param, grad = normal(3, 2), normal(3, 2, seed=1)
    cost = torch.func.grad(lambda p: penalties.l2({"weight": p}, strength=0.3))(param)
    with_penalty, _ = adam.update(grad + cost, adam.init(param), param, lr=0.1)
    wrapped, _ = coupled(adam).update(grad, adam.init(param), param, lr=0.1, weight_decay=0.3)
    assert torch.allclose(with_penalty, wrapped, rtol=1e-15)


def test_without_decay_nothing_changes():
    param, grad = normal(4), normal(4, seed=1)
    plain, _ = adam.update(grad, adam.init(param), param, lr=0.1)
    for way in (coupled, decoupled):
        delta, _ = way(adam).update(grad, adam.init(param), param, lr=0.1, weight_decay=0.0)
        assert torch.equal(delta, plain)


def test_a_wrapped_rule_is_a_rule():
    rule = decoupled(adam)
    assert rule.__name__ == repr(rule) == "decoupled(adam)"
    assert is_elementwise(rule) and not is_elementwise(coupled(adafactor))
    assert rule.init(normal(3)).t == 0
    named = inspect.signature(coupled(adam).update).parameters
    assert list(named)[3:] == ["weight_decay", "lr", "beta1", "beta2", "eps"]
    assert (
        named["beta2"].default == 0.999 and named["weight_decay"].default is inspect.Parameter.empty
    )


def test_the_same_rule_wrapped_twice_is_one_rule():
    assert (
        coupled(adam) is coupled(adam)
        and coupled(adam) is not decoupled(adam)
        and coupled(adam) is not coupled(sgd)
    )


def test_a_wrapper_around_what_can_travel_travels():
    assert pickle.loads(pickle.dumps(decoupled(STANDS_STILL))) is decoupled(STANDS_STILL)


class _StandsStill:
    """A rule that is an object, not a module."""

    __name__ = "stands_still"

    def init(self, param):
        return sgd.init(param)

    def update(self, grad, state, param, *, lr):
        return torch.zeros_like(param), state

    def __reduce__(self):
        return "STANDS_STILL"


STANDS_STILL = _StandsStill()


def test_decay_alone_shrinks_geometrically():
    param = normal(3)
    left = run(decoupled(STANDS_STILL), param, [param] * 10, lr=0.1, weight_decay=0.5)
    assert torch.allclose(left, param * 0.95**10, rtol=1e-14)


@pytest.mark.parametrize("way", [coupled, decoupled])
def test_a_rule_decays_once(way):
    for rule, name in ((adamw, "adamw"), (coupled(sgd), r"coupled\(sgd\)")):
        with pytest.raises(ValueError, match=f"^`rule` must not decay by itself, got {name};"):
            way(rule)
    param = normal(3)  # lion has a decay of its own, 0 unless given: what is given is the outer one
    left = run(way(lion), param, [0 * param], lr=0.1, weight_decay=0.5)
    assert torch.allclose(left, {coupled: param - 0.1 * param.sign(), decoupled: 0.95 * param}[way])


@pytest.mark.parametrize("rule", ["adam", None, torch.optim.Adam])
def test_only_a_rule_is_wrapped(rule):
    for way in (coupled, decoupled):
        with pytest.raises(TypeError, match=r"^`rule` must be a module with init and update, got"):
            way(rule)


def test_a_missing_decay_is_an_error():
    param = normal(2)
    for way in (coupled, decoupled):
        with pytest.raises(TypeError, match="weight_decay"):
            way(sgd).update(param, sgd.init(param), param, lr=0.1)


def test_groups_decay_matrices_and_nothing_else():
    net = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.LayerNorm(2), torch.nn.Linear(2, 1))
    before = [param.detach().clone() for param in net.parameters()]
    optimizer = torch.optim.SGD(param_groups(net, 0.5), lr=0.1)
    for param in net.parameters():
        param.grad = torch.zeros_like(param)
    optimizer.step()
    for param, was in zip(net.parameters(), before, strict=True):
        torch.testing.assert_close(param.detach(), (0.95 if was.ndim > 1 else 1) * was)
    with pytest.raises(ValueError, match=r"^`weight_decay` must be at least 0, got -1\.$"):
        param_groups(net, -1)
