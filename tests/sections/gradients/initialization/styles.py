"""The tasks on first weights and dead units, answered anew in other styles."""

import math

import numpy as np
import torch


def layer_by_layer(inputs, variance, layers):
    square = 1.0
    for _ in range(layers):
        square = square * inputs * variance
        square = square * 0.5
    return square**0.5


def solved(inputs, slope):
    low, high = 0.0, 2.0
    for _ in range(200):
        middle = (low + high) / 2
        kept = inputs * middle**2 * (1 + slope**2) / 2
        low, high = (middle, high) if kept < 1 else (low, middle)
    return low


def by_set(outputs):
    alive = {j for row in outputs for j, value in enumerate(row) if value > 0}
    return 1 - len(alive) / len(outputs[0])


def one_after_the_other(sizes):
    now, factors = list(sizes), []
    for at in range(1, len(now)):
        factors.append(now[0] / now[at])
        now = now[:at] + [value * factors[-1] for value in now[at:]]
    return factors


HARMLESS = {}
ANEW = {
    "left_through_relu": [
        layer_by_layer,
        lambda inputs, variance, layers: np.exp(layers / 2 * np.log(inputs * variance / 2)),
    ],
    "std_for_leaky": [
        solved,
        lambda inputs, slope: np.sqrt(2 / (inputs * (1 + slope**2))),
    ],
    "spread_of_a_start": [
        lambda sizes: np.exp(2 * np.diff(np.log(sizes)).mean() + np.log(2)),
        lambda sizes: 2 * math.exp(math.log(sizes[-1] / sizes[0]) * 2 / (len(sizes) - 1)),
    ],
    "dead_share": [
        by_set,
        lambda outputs: (torch.tensor(outputs).amax(0) == 0).double().mean(),
    ],
    "scaled_to_keep": [
        one_after_the_other,
        lambda sizes: np.array(sizes[:-1]) / np.array(sizes[1:]),
    ],
}
