"""The tasks on normalization, answered anew in other styles."""

import math

import numpy as np
import torch
from torch.nn import functional


def by_torch(table, kind, eps):
    Z = torch.tensor(table, dtype=torch.float64)
    if kind == "batch":
        return functional.batch_norm(Z, None, None, training=True, eps=eps)
    if kind == "layer":
        return functional.layer_norm(Z, Z.shape[1:], eps=eps)
    return functional.rms_norm(Z, Z.shape[1:], eps=eps)


def by_numpy(table, kind, eps):
    Z = np.array(table)
    axis = 0 if kind == "batch" else 1
    Z = Z - (0 if kind == "rms" else Z.mean(axis, keepdims=True))
    return (Z / np.sqrt((Z**2).mean(axis, keepdims=True) + eps)).tolist()


def by_autograd(z, p):
    z = torch.tensor(z, dtype=torch.float64, requires_grad=True)
    hat = (z - z.mean()) / z.std(correction=0)
    return torch.autograd.grad(hat, z, torch.tensor(p, dtype=torch.float64))[0]


def by_matrix(z, p):
    z, p, size = np.array(z), np.array(p), len(z)
    hat = (z - z.mean()) / z.std()
    return (np.eye(size) - 1 / size - np.outer(hat, hat) / size) @ p / z.std()


def by_vectors(lr, grad_norm, weight_norm, factor):
    before = np.array([factor * weight_norm, 0])
    after = before - lr * np.array([0, grad_norm / factor])
    return np.arccos(before @ after / np.linalg.norm(before) / np.linalg.norm(after))


def by_quadrature(slope, depth):
    """The same means by a fine sum over the normal density."""
    x = np.linspace(-12, 12, 400_000)
    density = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi) * (x[1] - x[0])
    out, steep = np.where(x > 0, x, slope * x), np.where(x > 0, 1, slope) ** 2
    variance = out**2 @ density - (out @ density) ** 2
    return (steep @ density / variance) ** (depth / 2)


def by_logarithms(slope, depth):
    share = (1 - slope) ** 2 / (math.pi * (1 + slope**2))
    return math.exp(-depth / 2 * math.log1p(-share))


_SQUARED = "the difference is squared, or both of its signs meet in a product"
HARMLESS = {
    "normalization_backward: number - mean: swapped": _SQUARED,
    "normalization_leaky: 1 - slope: swapped": _SQUARED,
}
ANEW = {
    "normalization_moved": [
        lambda kind, examples, units: [examples, 1, units][kind],
        lambda kind, examples, units: {0: examples, 1: 1.0}.get(kind, units),
    ],
    "normalization_table": [by_torch, by_numpy],
    "normalization_backward": [by_autograd, by_matrix],
    "normalization_leaky": [by_quadrature, by_logarithms],
    "normalization_turn": [
        by_vectors,
        lambda lr, grad_norm, weight_norm, factor: math.asin(
            lr * grad_norm / math.hypot(lr * grad_norm, weight_norm * factor**2)
        ),
    ],
}
