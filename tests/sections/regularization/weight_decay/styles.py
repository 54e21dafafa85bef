"""The tasks on decay, answered anew in other styles."""

import numpy as np
import torch


def walked(bottom, bend, alpha):
    """By gradient descent, and by steps of the sign that get smaller and smaller."""
    inside = beside = 0.0
    for step in range(20_000):
        inside -= 0.2 * (bend * (inside - bottom) + alpha * inside)
        beside -= 0.999**step * (np.sign(beside - bottom) + alpha * beside)
    return inside, beside


def by_powers(params, grads, lr, alpha):
    return [
        torch.lerp(param, torch.zeros_like(param), lr * alpha * (len(param.shape) - 1)) - lr * grad
        for param, grad in zip(params, grads, strict=True)
    ]


def rolled_on(bottom, alpha, momentum):
    found = []
    for beside in (False, True):
        x = velocity = 0.0
        for _ in range(20_000):
            slope = x - bottom + (0 if beside else alpha * x)
            velocity = momentum * velocity + slope
            x -= 0.02 * (velocity + (alpha * x if beside else 0))
        found.append(x)
    return tuple(found)


def grown(slope, lr, alpha):
    squared = torch.tensor(1.0, dtype=torch.float64)
    for _ in range(60):
        squared = (squared + lr * slope**2 / (2 * alpha) / squared) / 2
    return squared.sqrt()


ANEW = {
    "where_they_rest": [
        walked,
        lambda bottom, bend, alpha: (
            bottom - alpha * bottom / (bend + alpha),
            np.sign(bottom) * np.minimum(np.abs(bottom), 1 / alpha),
        ),
    ],
    "decay_what_has_two_dimensions": [
        by_powers,
        lambda params, grads, lr, alpha: [
            (1 - lr * alpha) * params[0] - lr * grads[0],
            *(param - lr * grad for param, grad in zip(params[1:], grads[1:], strict=True)),
        ],
    ],
    "beside_momentum": [
        rolled_on,
        lambda bottom, alpha, momentum: np.linalg.solve(
            [[1 + alpha, 0], [0, 1 / (1 - momentum) + alpha]], [bottom, bottom / (1 - momentum)]
        ),
    ],
    "angle_of_a_step": [
        lambda lr, alpha, other_lr: (
            np.sqrt(2) * np.exp(0.5 * np.log(lr * alpha)),
            lr / other_lr * alpha,
        ),
        lambda lr, alpha, other_lr: torch.tensor(
            [(lr * alpha * 2) ** 0.5, alpha / (other_lr / lr)], dtype=torch.float64
        ),
    ],
    "steady_length": [
        grown,
        lambda slope, lr, alpha: np.exp(0.25 * np.log(lr * slope**2 / (2 * alpha))),
    ],
}
