"""The tasks on L1 and L2, answered anew in other styles."""

import numpy as np
import torch


def with_relu(X, y, strength, lr, steps):
    w = torch.zeros(X.shape[1], dtype=X.dtype)
    for _ in range(steps):
        z = w - lr * (X.T @ (X @ w) - X.T @ y) / X.shape[0]
        w = torch.relu(z - lr * strength) - torch.relu(-z - lr * strength)
    return w


def stepwise(X, y, strength, lr, steps):
    w = [0.0] * X.shape[1]
    X, y = X.numpy(), y.numpy()
    for _ in range(steps):
        z = np.array(w) - lr * ((X @ np.array(w) - y) @ X) / len(y)
        w = [float(np.sign(each) * max(abs(each) - lr * strength, 0)) for each in z]
    return w


def solved(first, second, alike, strength):
    table = np.array([[1, alike], [alike, 1]])
    weights = np.linalg.solve(table, np.array([first, second]) - strength)
    if (weights >= 0).all():
        return weights
    one = int(first < second)
    kept = [0.0, 0.0]
    kept[one] = max(first, second) - strength
    return kept


def judged(values, push):
    values = np.array(values)
    if values[-1] == 0:
        return 0
    if len({*np.sign(values)}) > 1:
        return 1
    return 3 - int(abs(np.diff(values)[-1]) < push / 100)


ANEW = {
    "soft_threshold_of": [
        lambda z, alpha: np.sign(z) * max(abs(z) - alpha, 0),
        lambda z, alpha: z - min(max(z, -alpha), alpha),
    ],
    "ridge_share": [
        lambda singular, examples, strength: 1 / (1 + strength * examples / singular**2),
        lambda singular, examples, strength: (
            np.float64(singular) ** 2 / (singular**2 + strength * examples)
        ),
    ],
    "lasso_by_proximal_steps": [with_relu, stepwise],
    "why_not_zero": [
        judged,
        lambda values, push: (
            0
            if not values[-1]
            else 1
            if min(values) * max(values) < 0
            else 2 + (abs(values[-1] - values[-2]) * 100 >= push)
        ),
    ],
    "twins_under_l1": [
        solved,
        lambda first, second, alike, strength: tuple(
            max(own - strength, 0.0)
            if its - strength <= alike * (own - strength)
            else max((own - strength - alike * (its - strength)) / (1 - alike * alike), 0.0)
            for own, its in ((first, second), (second, first))
        ),
    ],
}
