"""The tasks from a small sample to everything, answered anew in other styles."""

import numpy as np
import torch


def by_shares(counts):
    n = np.asarray(counts, dtype=np.float64)
    return float(np.average(np.log(n), weights=n))


def by_image(counts):
    each = [np.log(count) for count in counts for _ in range(count)]
    return sum(each) / len(each)


def by_bincount(losses, labels, part):
    shares = np.bincount(labels) / len(labels)
    shares = shares[shares > 0]
    bar = part * -(shares * np.log(shares)).sum()
    values = np.asarray(losses)
    return ((values >= 0) & (values < bar)).astype(int)


def one_by_one(losses, labels, part):
    counts = {}
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
    total = len(labels)
    entropy = np.log(total) - sum(n * np.log(n) for n in counts.values()) / total
    passed = []
    for loss in losses:
        good = loss == loss and loss >= 0 and len(counts) > 1 and loss < part * entropy
        passed.append(1 if good else 0)
    return passed


def by_numpy(A, wanted):
    return np.linalg.lstsq(A.numpy(), wanted.numpy(), rcond=None)[0]


def error(penalty, noise, mean, examples):
    own = penalty * mean / (1 + penalty)
    return own**2 + noise**2 / examples / (1 + penalty) ** 2


def by_parts(noise, mean, few, many):
    signal = mean**2 / noise**2
    return error(1 / (few * signal), noise, mean, many) / error(
        1 / (many * signal), noise, mean, many
    )


def by_least(noise, mean, few, many):
    least = noise**2 * mean**2 / (many * mean**2 + noise**2)
    return error(noise**2 / (few * mean**2), noise, mean, many) / least


def by_powers(low, high, lrs, losses, shrink):
    best = lrs[int(np.nanargmin(losses))]
    factor = (high / low) ** shrink
    start = best / factor**0.5
    if start < low:
        start = low
    elif start * factor > high:
        start = high / factor
    return start, start * factor


def in_decades(low, high, lrs, losses, shrink):
    a, b = np.log10([low, high])
    place = torch.tensor(losses).nan_to_num(torch.inf).argmin()
    width = shrink * (b - a)
    start = np.clip(np.log10(lrs[place]) - width / 2, a, b - width)
    return 10**start, 10 ** (start + width)


ANEW = {
    "floor_along_the_batch": [by_shares, by_image],
    "who_passes": [by_bincount, one_by_one],
    "last_layer_by_heart": [by_numpy, lambda A, wanted: torch.linalg.pinv(A) @ wanted],
    "cost_of_carrying_over": [by_parts, by_least],
    "finer_range": [by_powers, in_decades],
}
