"""The tasks on the boundary of divergence, answered anew in other styles."""

import math
from itertools import pairwise

import numpy as np


def by_halving(first, second, shared, lr1):
    """Where the largest eigenvalue of the scaled Hessian comes to 2."""
    low, high = 0.0, 2 / second
    for _ in range(80):
        lr2 = (low + high) / 2
        off = shared * math.sqrt(lr1 * lr2)
        top = np.linalg.eigvalsh(np.array([[first * lr1, off], [off, second * lr2]])).max()
        low, high = (lr2, high) if top < 2 else (low, lr2)
    return low


def by_recursion(w, lr, steps, taken=0):
    if taken == steps:
        return 0
    w = w * (1 - lr * (w + 1) * (w - 1))
    return taken + 1 if lr * (w * w - 1) > 2 else by_recursion(w, lr, steps, taken + 1)


def while_inside(w, lr, steps):
    done = 0
    while done < steps:
        w, done = w - lr * (w**3 - w), done + 1
        if abs(w) > math.sqrt((lr + 2) / lr):
            return float(done)
    return 0.0


def by_table(cells, small, large):
    counts = []
    for side in (small, large):
        table = np.zeros((64, 64), dtype=bool)
        places = np.array(cells) // side
        table[places[:, 0], places[:, 1]] = True
        counts.append(table.sum())
    return np.log(counts[0] / counts[1]) / np.log(large / small)


def by_sorting(cells, small, large):
    def number(side):
        boxes = sorted(100 * (row // side) + column // side for row, column in cells)
        return 1 + sum(one != other for one, other in pairwise(boxes))

    return math.log(number(large) / number(small), small / large)


def by_polyfit(left, right):
    lines = [-np.polyfit(np.log([1, 2, 4, 8]), np.log(each), 1)[0] <= 1.2 for each in (left, right)]
    return int(lines[0]) + 2 * int(lines[1])


def by_weights(left, right):
    def slope(counts):
        return (np.array([3, 1, -1, -3]) @ np.log2(counts)) / 10

    return sum(value * (slope(each) <= 1.2) for value, each in ((1, left), (2, right)))


def with_masks(rates, works, factor):
    rates, works = np.array(rates), np.array(works)
    top = rates[works].max()
    return 1 - works[(rates >= top / factor) & (rates <= top)].mean()


def from_the_top(rates, works, factor):
    place = len(works) - 1
    while not works[place]:
        place -= 1
    top, tried, failed = rates[place], 0, 0
    while place >= 0 and rates[place] >= top / factor:
        tried, failed = tried + 1, failed + (not works[place])
        place -= 1
    return failed / tried


ANEW = {
    "other_rate_limit": [
        by_halving,
        lambda first, second, shared, lr1: (
            1 / (second / 2 + lr1 * shared**2 / (4 - 2 * lr1 * first))
        ),
    ],
    "escape_step": [by_recursion, while_inside],
    "dimension_from_boxes": [by_table, by_sorting],
    "which_is_a_line": [by_polyfit, by_weights],
    "failing_share": [with_masks, from_the_top],
}

HARMLESS = {
    "escape_step: (1 + lr) * w - lr * w ** 3: swapped": "odd in w, and only w² is looked at",
}
