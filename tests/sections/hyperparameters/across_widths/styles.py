"""The tasks on carrying a rate to another width, answered anew in other styles."""

import math
from itertools import pairwise
from statistics import geometric_mean, linear_regression

import numpy as np
import torch

from dlnotes.optimizers import adam


def by_adam(values, slope, lr):
    zero = torch.zeros_like(values)
    change, _ = adam.update(slope * values, adam.init(zero), zero, lr=lr, eps=0.0)
    return change @ values


def in_a_loop(sizes, base):
    ratios = [wide / narrow for wide, narrow in zip(sizes, base, strict=True)]
    rows = [
        (math.sqrt(s / r) if s < r else 1, s / r, s) for r, s in pairwise(ratios)
    ]  # fmt: skip
    return torch.tensor(rows, dtype=torch.float64)


def in_numpy(sizes, base):
    ratios = np.array(sizes) / np.array(base)
    before, after = ratios[:-1], ratios[1:]
    share = after / before
    return np.stack([np.minimum(1, np.sqrt(share)), share, after], axis=1)


def by_regression(widths, changes):
    x, y = (np.log2(np.asarray(part, dtype=np.float64)) for part in (widths, changes))
    return linear_regression(x.tolist(), y.tolist()).slope


def by_powers(narrow, wide, accuracy):
    old, own = (
        min(range(len(losses)), key=lambda row: geometric_mean(losses[row].tolist()))
        for losses in (narrow, wide)
    )
    return float(accuracy[own].mean()) - float(accuracy[old].mean())


HARMLESS = {
    "points_lost_by_keeping: log -> log10": "the order of the means is the same",
}

ANEW = {
    "push_of_a_step": [
        by_adam,
        lambda values, slope, lr: math.copysign(lr, -slope) * float(values.abs().sum()),
    ],
    "sgd_layer_by_layer": [in_a_loop, in_numpy],
    "behind_a_multiplier": [
        lambda start, adam_rate, sgd_rate, multiplier: torch.tensor(
            [start / multiplier, adam_rate / multiplier, sgd_rate / multiplier / multiplier]
        ),
        lambda start, adam_rate, sgd_rate, multiplier: (
            (1 / multiplier) * start,
            (1 / multiplier) * adam_rate,
            (1 / multiplier) ** 2 * sgd_rate,
        ),
    ],
    "power_of_the_width": [
        by_regression,
        lambda widths, changes: np.polyfit(np.log(widths), np.log(changes.numpy()), 1)[0],
    ],
    "points_lost_by_keeping": [
        by_powers,
        lambda narrow, wide, accuracy: (
            accuracy[wide.prod(1).argmin()].mean() - accuracy[narrow.prod(1).argmin()].mean()
        ),
    ],
}
