"""The tasks on the five outcomes, answered anew in other styles."""

import numpy as np
import torch


def squares(ys, chosen, c):
    ys = np.array(ys)
    middle, few = ys.mean(), ys[chosen].mean()
    f1, f2, now = ys.var(), ys.var() + (few - middle) ** 2, ys.var() + (c - middle) ** 2
    return np.array([f1, f2 - f1, now - f2])


def tensors(ys, chosen, c):
    every = torch.tensor(ys, dtype=torch.float64)
    numbers = torch.stack(
        [every.mean(), every[chosen].mean(), torch.tensor(c, dtype=torch.float64)]
    )
    return torch.diff((numbers[:, None] - every).square().mean(1), prepend=torch.zeros(1))


def averages(train, held, baseline):
    last = len(train) // 4
    return (np.mean(held[-last:]) - np.mean(train[-last:])) / baseline


def differences(train, held, baseline):
    apart = [(b - a) / baseline for a, b in zip(train, held, strict=True)]
    return sum(apart[len(apart) - len(apart) // 4 :]) / (len(apart) // 4)


def stretches(start, now, floor):
    loss = start
    for _ in range(4):
        loss = floor + (loss - floor) * (now - floor) / (start - floor)
    return loss


def sorted_out(end, lower, more, longer, bigger):
    gains = end - np.array([lower, more, longer, bigger])
    fine = np.flatnonzero((gains >= 0.05) & (gains >= 0.7 * gains.max()))
    return int(fine[0]) + 1 if len(fine) else 0


def listed(end, lower, more, longer, bigger):
    knobs = {1: lower, 2: more, 3: longer, 4: bigger}
    most = end - min(knobs.values())
    fine = [n for n, loss in knobs.items() if end - loss >= 0.05 and end - loss >= 0.7 * most]
    return min(fine, default=0)


def nested(level, gap, fall, sway):
    wide = gap >= 0.1 and gap >= 2 * sway
    flat = 1 if level <= 0.15 else 0
    return (
        5 if level >= 0.95 else 4 if wide else 3 if sway >= 0.02 else 2 if fall >= 0.016 else flat
    )


def table(level, gap, fall, sway):
    signs = [level >= 0.95, gap >= max(0.1, 2 * sway), sway >= 0.02, fall >= 0.016, level <= 0.15]
    return [5, 4, 3, 2, 1, 0][int(np.argmax([*signs, True]))]


HARMLESS = {}
HARMLESS = {
    "three_parts: value - y: swapped": "it is squared",
    "longer_run: now - floor: swapped": "its fourth power is taken",
}
ANEW = {
    "three_parts": [squares, tensors],
    "end_gap": [averages, differences],
    "longer_run": [
        stretches,
        lambda start, now, floor: floor + (now - floor) ** 4 / (start - floor) ** 3,
    ],
    "helping_knob": [sorted_out, listed],
    "named_outcome": [nested, table],
}
