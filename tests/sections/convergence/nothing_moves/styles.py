"""The tasks on baselines and first checks, answered anew in other styles."""

import math

import numpy as np
import torch


def surprise(counts):
    counts = np.array([n for n in counts if n])
    return np.log(counts.sum()) - (counts * np.log(counts)).sum() / counts.sum()


def best_answer(counts):
    scores = torch.tensor(counts, dtype=torch.float64).log()
    weights = torch.tensor(counts, dtype=torch.float64)
    each = torch.where(weights > 0, -scores.log_softmax(0), 0.0)
    return (weights * each).sum() / weights.sum()


def two_places(h, y, x):
    def after(lr):
        return h - lr * (h - y) * x * x - lr * (h - y)

    return h / (after(0) - after(1))


def arrays(rows, weights, biases):
    return np.maximum(np.array(rows) @ np.array(weights).T + np.array(biases), 0).any(0).sum()


def highest(rows, weights, biases):
    X, W, b = (torch.tensor(part, dtype=torch.float64) for part in (rows, weights, biases))
    return int(((X @ W.T + b).amax(0) > 0).sum())


def in_turn(start, end, entropy, uniform, alive):
    resting = abs(end / start - 1) <= 0.02
    questions = {
        3: not resting and end / uniform > 1.2,
        1: not alive,
        2: resting,
        0: 2 * end < entropy,
        4: True,
    }
    return next(answer for answer, holds in questions.items() if holds)


HARMLESS = {"flat_suspect: end - start: swapped": "only how far apart they are counts"}
ANEW = {
    "label_entropy": [surprise, best_answer],
    "killing_rate": [two_places, lambda h, y, x: h / ((h - y) * x**2 + (h - y))],
    "alive_units": [arrays, highest],
    "flat_suspect": [in_turn, lambda *given: float(in_turn(*given))],
    "short_batch_rate": [
        lambda lr, batch_size, last: lr * (last / batch_size),
        lambda lr, batch_size, last: math.exp(math.log(lr) + math.log(last) - math.log(batch_size)),
    ],
}
