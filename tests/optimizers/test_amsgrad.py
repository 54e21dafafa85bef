"""Reddi, Kale & Kumar (2018): where Adam walks to the worst point, and AMSGrad does not."""

import torch

from dlnotes.optimizers import adam, amsgrad


def online(rule, *, period, spike, rest, steps, lr, **hyper) -> float:
    """Where `rule` ends on [-1, 1], a step of lr / √t each.

    The loss is spike · x once a period and rest · x otherwise; its mean is smallest at -1.
    """
    assert spike + (period - 1) * rest > 0
    x = torch.zeros((), dtype=torch.float64)
    slopes = torch.full((period,), rest, dtype=torch.float64)
    slopes[0] = spike
    state = rule.init(x)
    for step in range(steps):
        rate = lr / (step + 1) ** 0.5
        delta, state = rule.update(slopes[step % period], state, x, lr=rate, **hyper)
        x = (x + delta).clamp(-1, 1)
    return x.item()


def test_theorem_1_one_large_gradient_in_three():
    """C = 4, beta1 = 0, beta2 = 1 / (1 + C²)."""
    setting = {"period": 3, "spike": 4.0, "rest": -1.0, "steps": 1500, "lr": 0.1}
    hyper = {"beta1": 0.0, "beta2": 1 / 17}
    assert online(adam, **setting, **hyper) > 0.99
    assert online(amsgrad, **setting, **hyper) < -0.99


def test_the_online_sequence_of_section_3():
    """1010 once in 101 steps, else -10, with the usual memories."""
    setting = {"period": 101, "spike": 1010.0, "rest": -10.0, "steps": 60 * 101, "lr": 1.0}
    hyper = {"beta1": 0.9, "beta2": 0.99}
    assert online(adam, **setting, **hyper) > 0.99
    assert online(amsgrad, **setting, **hyper) < -0.5


def test_a_longer_memory_saves_adam():
    """With beta2 = 0.9999 the spike is still remembered when it comes again."""
    setting = {"period": 3, "spike": 4.0, "rest": -1.0, "steps": 1500, "lr": 0.1}
    assert online(adam, **setting, beta1=0.0, beta2=0.9999) < -0.99
