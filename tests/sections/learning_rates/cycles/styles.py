"""The tasks on rates that rise again, answered anew in other styles."""

import math

import numpy as np
import torch


def by_logarithm(step, peak, first):
    passed = int(math.log2(step / first + 1) + 1e-12)
    done = (step - first * (2**passed - 1)) / (first * 2**passed)
    return peak * math.cos(math.pi * done / 2) ** 2


def by_list(step, peak, first):
    rates, length = [], first
    while len(rates) <= step:
        now = torch.arange(length, dtype=torch.float64)
        rates += (peak / 2 * (1 + torch.cos(torch.pi * now / length))).tolist()
        length *= 2
    return rates[step]


def walked(steps, low, high, half):
    lr, way, rates = low, (high - low) / half, []
    for step in range(steps):
        rates.append(lr)
        lr += way if step // half % 2 == 0 else -way
    return rates


def folded(steps, low, high, half):
    place = torch.arange(steps, dtype=torch.float64) % (2 * half)
    return low + (high - low) * (1 - (place / half - 1).abs())


def geometric(cycles, growth):
    last = 1 / cycles if growth == 1 else (growth - 1) / (growth - growth ** (1 - cycles))
    return math.exp(-2 / 3 * math.log(last))


def torchs(step, low, high, half):
    made = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = torch.optim.lr_scheduler.CyclicLR(made, low, high, step_size_up=half)
    for _ in range(step):
        made.step()
        scheduler.step()
    group = made.param_groups[0]
    return group["lr"] / (1 - group["momentum"])


ANEW = {
    "rate_after_restarts": [by_logarithm, by_list],
    "triangular_rates": [walked, folded],
    "floor_after_cycles": [
        geometric,
        lambda cycles, growth: np.cbrt(
            np.square(np.power(float(growth), np.arange(cycles) - cycles + 1).sum())
        ),
    ],
    "rate_that_acts": [
        torchs,
        lambda step, low, high, half: (
            np.interp(step, [0, half, 2 * half], [low, high, low])
            / (1 - np.interp(step, [0, half, 2 * half], [0.9, 0.8, 0.9]))
        ),
    ],
    "weights_to_take": [
        lambda stopped, first: first * (2 ** int(math.log2(stopped / first + 1) + 1e-12) - 1),
        lambda stopped, first: max(
            first * (2**k - 1) for k in range(1, 20) if first * (2**k - 1) <= stopped
        ),
    ],
}
