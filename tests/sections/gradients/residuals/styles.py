"""The tasks on residual blocks, answered anew in other styles."""

import itertools
import math

import numpy as np
import torch


def by_paths(message, slopes):
    total = 0.0
    for count in range(1, len(slopes) + 1):
        for taken in itertools.combinations(slopes, count):
            total += message * math.prod(taken)
    return total


def by_autograd(message, weights, signals, scale):
    sent = torch.tensor(message, dtype=torch.float64)
    for weight, h in zip(reversed(weights), reversed(signals), strict=True):
        x = torch.tensor(h, dtype=torch.float64, requires_grad=True)
        out = x + scale * torch.tensor(weight, dtype=torch.float64) @ x.relu()
        (sent,) = torch.autograd.grad(out, x, sent)
    return sent


def by_matrices(message, weights, signals, scale):
    sent = np.array(message)
    for weight, h in list(zip(weights, signals, strict=True))[::-1]:
        whole = np.eye(len(h)) + scale * np.array(weight) * (np.array(h) > 0)
        sent = whole.T @ sent
    return sent.tolist()


def halved(blocks, limit):
    low, high = 0.0, 2.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if (1 + middle**2) ** (blocks / 2) > limit else (middle, high)
    return low


ANEW = {
    "residual_branches": [
        by_paths,
        lambda message, slopes: message * (np.prod(1 + np.array(slopes)) - 1),
    ],
    "residual_backward": [by_autograd, by_matrices],
    "residual_scale": [
        halved,
        lambda blocks, limit: np.sqrt(np.float64(limit) ** (2 / blocks) - 1),
    ],
    "residual_teeth": [
        lambda layers: sum(2**layer for layer in range(layers)) - 2 * layers,
        lambda layers: np.array(2.0**layers - 1 - 2 * layers),
    ],
    "residual_diagnosis": [
        lambda back: int(np.argmin(np.array(back[:-1]) / np.array(back[1:]))) + 1,
        lambda back: max(range(1, len(back)), key=lambda block: back[block] / back[block - 1]),
    ],
}
