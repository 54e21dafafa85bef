"""The tasks on dropout, answered anew in other styles."""

import itertools

import numpy as np
import torch


def by_masks(h, w, p):
    values, chances = [], []
    for bits in itertools.product((0, 1), repeat=len(h)):
        values.append(sum(b * x * y for b, x, y in zip(bits, h, w, strict=True)) / (1 - p))
        chances.append(np.prod([1 - p if b else p for b in bits]))
    mean = np.dot(chances, values)
    return mean, np.sqrt(np.dot(chances, np.square(values)) - mean**2)


def multiplied(h, drawn, p, training):
    keep = (drawn >= p) * (1 / (1 - p)) if training else torch.ones_like(h)
    return keep * h


def from_end_to_end(h, W, p):
    if len(h) == 0:
        return torch.zeros(len(W), dtype=W.dtype).softmax(0)

    def rest(scores, at):
        if at == len(h):
            return scores.softmax(0)
        on = rest(scores + W[:, at] * h[at] / (1 - p), at + 1)
        return (1 - p) * on + p * rest(scores, at + 1)

    return rest(torch.zeros(len(W), dtype=W.dtype), 0)


def in_numpy(h, W, p):
    h, W, total = h.numpy(), W.numpy(), 0.0
    for number in range(2 ** len(h)):
        bits = np.array([number >> k & 1 for k in range(len(h))])
        e = np.exp(W @ (bits * h / (1 - p)))
        total = total + np.prod(np.where(bits, 1 - p, p)) * e / e.sum()
    return torch.tensor(total)


def by_more_rows(X, y, p):
    rows = torch.diag((p / (1 - p) * X.square().sum(0)).sqrt())
    longer = torch.cat([y, torch.zeros(X.shape[1], dtype=y.dtype)])
    return torch.linalg.lstsq(torch.cat([X, rows]), longer[:, None]).solution[:, 0]


def by_sizes(X, y, p):
    sizes = X.square().mean(0).sqrt()
    Z = X / sizes
    inner = Z.T @ Z / len(y) + p / (1 - p) * torch.eye(X.shape[1], dtype=X.dtype)
    return torch.linalg.inv(inner) @ (Z.T @ y / len(y)) / sizes


def solved(copies, p):
    inner = np.ones((copies, copies)) + p / (1 - p) * np.eye(copies)
    return 1 - p, np.linalg.solve(inner, np.ones(copies)).sum()


def two_values(mean, variance, p):
    square = (1 - p) * (variance + mean**2) / (1 - p) ** 2
    return np.sqrt(variance) / np.sqrt(square - mean**2)


ANEW = {
    "noise_of_a_score": [
        by_masks,
        lambda h, w, p: (
            float(np.dot(h, w)),
            float(np.linalg.norm(np.multiply(h, w)) * np.sqrt(p / (1 - p))),
        ),
    ],
    "switch_off": [
        multiplied,
        lambda h, drawn, p, training: (
            h.masked_fill(drawn < p, 0) / (1 - p) if training else h.clone()
        ),
    ],
    "mean_of_all_votes": [from_end_to_end, in_numpy],
    "under_dropout": [by_more_rows, by_sizes],
    "copies_kept": [
        solved,
        lambda copies, p: (1 - p, 1 / (1 + p / (copies * (1 - p)))),
    ],
    "after_the_norm": [
        two_values,
        lambda mean, variance, p: (1 + p / (1 - p) * (1 + mean**2 / variance)) ** -0.5,
    ],
}
