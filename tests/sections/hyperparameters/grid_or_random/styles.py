"""The tasks on where to put trials, answered anew in other styles."""

import itertools
import math

import numpy as np
import torch
from scipy.stats import geom, hypergeom


def by_quantile(part, important, certainty):
    return int(geom.ppf(certainty, part**important))


def by_counting(part, important, certainty):
    q = math.prod([part] * important)
    return next(n for n in itertools.count(1) if 1 - (1 - q) ** n >= certainty)


def by_product(k, n):
    missed = 1.0
    for place in range(n):
        missed *= (k * k - k - place) / (k * k - place)
    return k * (1 - missed)


def in_numpy(places, low, high):
    return np.power(10, np.log10(low) + np.asarray(places) * (np.log10(high) - np.log10(low)))


def by_meshgrid(axes):
    columns = torch.meshgrid(*[torch.tensor(each).double() for each in axes], indexing="ij")
    return torch.stack([column.flatten() for column in columns], 1)


def by_digits(axes):
    total = math.prod(map(len, axes))
    rows = np.empty((total, len(axes)))
    for trial in range(total):
        left = trial
        for knob in reversed(range(len(axes))):
            left, place = divmod(left, len(axes[knob]))
            rows[trial, knob] = axes[knob][place]
    return rows


def by_sorting(accuracies, row):
    rows, columns = accuracies.shape
    column = sorted(range(columns), key=lambda place: -accuracies[row, place].item())[0]
    return [max(range(rows), key=lambda place: accuracies[place, column].item()), column]


def by_numpy(accuracies, row):
    table = accuracies.numpy()
    column = int(np.argmax(table[row]))
    return [int(np.argmax(table[:, column])), column]


ANEW = {
    "trials_until_good": [by_quantile, by_counting],
    "values_of_a_part": [
        by_product,
        lambda k, n: k * hypergeom.sf(0, k * k, k, n),
    ],
    "rates_by_factors": [in_numpy, lambda places, low, high: low * (high / low) ** places],
    "every_combination": [by_meshgrid, by_digits],
    "one_knob_at_a_time": [by_sorting, by_numpy],
}
