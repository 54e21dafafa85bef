"""The tasks on reading a loss curve, answered anew in other styles."""

import math

import numpy as np


def halved(start, end, gap):
    loss, count = start, 0
    while loss - end > gap:
        loss, count = (loss + end) / 2, count + 1
    return count


def from_one(spread, old, new):
    return np.sqrt(spread**2 * old / new)


def each_example(losses, sizes):
    return np.repeat(losses, sizes).mean()


def counting(losses, patience):
    for t in range(1, len(losses)):
        low = min(losses[:t])
        bar = max((losses[0] + low) / 2, 1.5 * low)
        run = 0
        while t + run < len(losses) and losses[t + run] > bar:
            run += 1
        if run >= patience:
            return t
    return -1


def windows(losses, patience):
    values = np.array(losses)
    lowest = np.minimum.accumulate(values)[:-1]
    bars = np.maximum((values[0] + lowest) / 2, 1.5 * lowest)
    smallest = np.lib.stride_tricks.sliding_window_view(values[1:], patience).min(1)
    above = np.flatnonzero(smallest > bars[: len(smallest)])
    return int(above[0]) + 1 if len(above) else -1


def by_arrays(losses, window, tol):
    older, newer = np.array(losses[-2 * window :]).reshape(2, window)
    if newer.mean() < (1 - tol) * older.mean():
        return 0
    return 1 + int(newer.std() / newer.mean() > tol)


def by_sums(losses, window, tol):
    newer = losses[len(losses) - window :]
    older = losses[len(losses) - 2 * window : len(losses) - window]
    ratio = sum(newer) / sum(older)
    mean = sum(newer) / window
    spread = math.sqrt(sum(x * x for x in newer) / window - mean * mean)
    return 0.0 if ratio - 1 < -tol else 1.0 if spread <= tol * mean else 2.0


HARMLESS = {"curve_verdict: loss - level: swapped": "the difference is squared"}
ANEW = {
    "halving_epochs": [
        halved,
        lambda start, end, gap: np.ceil(np.log((start - end) / gap) / np.log(2)),
    ],
    "batch_swing": [from_one, lambda spread, old, new: spread * (old / new) ** 0.5],
    "epoch_loss": [
        each_example,
        lambda losses, sizes: np.average(losses, weights=sizes),
    ],
    "runaway_step": [counting, windows],
    "curve_verdict": [by_arrays, by_sums],
}
