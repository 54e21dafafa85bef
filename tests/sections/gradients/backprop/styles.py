"""The tasks on back-propagation, answered anew in other styles."""

import numpy as np
import torch


def by_torch(x, w):
    x, w = (torch.tensor(each, dtype=torch.float64, requires_grad=True) for each in (x, w))
    (x * w + x).square().backward()
    return x.grad, w.grad


def by_powers(x, w):
    return 2 * x * (w + 1) ** 2, 2 * x**2 * (w + 1)


def by_matrix(edges, count):
    """Ways of every length: the powers of a matrix."""
    table = np.zeros((count, count))
    for child, parent, slope in edges:
        table[child, parent] += slope
    return sum(np.linalg.matrix_power(table, k) for k in range(1, count))[-1, 0]


def by_dictionary(edges, count):
    heard = {count - 1: 1.0}
    for child, parent, slope in sorted(edges, reverse=True):
        heard[parent] = heard.get(parent, 0) + heard.get(child, 0) * slope
    return heard.get(0, 0.0)


def by_shapes(widths):
    matrices = [(widths[k], widths[k - 1]) for k in range(1, len(widths))]
    row = sum(rows * columns for rows, columns in matrices[:-1])
    return row, sum(rows * columns for rows, columns in matrices[1:]) * widths[0]


def by_dots(widths):
    w = np.array(widths)
    return w[:-2] @ w[1:-1], w[0] * (w[1:-1] @ w[2:])


def by_logarithms(value, second, rounding):
    return np.exp(0.5 * (np.log(2 * rounding) + np.log(-value) - np.log(second)))


def by_count(errors):
    return sum(np.array(errors) > 1e-4)


def by_index(errors):
    found = np.flatnonzero(np.array(errors) > 1e-4)
    return int(found[-1]) + 1 if len(found) else 0


ANEW = {
    "two_ways": [by_torch, by_powers],
    "tape_gradient": [by_matrix, by_dictionary],
    "bracket_costs": [by_shapes, by_dots],
    "best_nudge": [
        by_logarithms,
        lambda value, second, rounding: np.sqrt(-value * rounding / (second / 2)),
    ],
    "faulty_layer": [by_count, by_index],
}
