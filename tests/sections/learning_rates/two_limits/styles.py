"""The tasks on two limits, answered anew in other styles."""

import numpy as np


def by_power(hessian, momentum):
    table, v = np.array(hessian), np.array([0.3, -1.0])
    for _ in range(400):
        v = table @ v
        v = v / np.linalg.norm(v)
    return 2 * (1 + momentum) / (v @ table @ v)


def summed(lr, momentum):
    return lr / sum(momentum**step for step in range(4000))


ANEW = {
    "epochs_at_another_rate": [
        lambda epochs, lr, other, limit: epochs * lr / other if other < limit else -1,
        lambda epochs, lr, other, limit: (
            -1.0 if not other < limit else np.float64(epochs) / (other / lr)
        ),
    ],
    "outlier_bite": [
        lambda gradient, curvature, lr, steps: (
            lr * gradient,
            lr * gradient * (1 - lr * curvature) ** steps,
        ),
        lambda gradient, curvature, lr, steps: np.array(
            [lr * gradient, lr * gradient * np.exp(steps * np.log1p(-lr * curvature))]
        ),
    ],
    "stability_limit_from_hessian": [
        by_power,
        lambda hessian, momentum: 2 * (1 + momentum) / np.linalg.eigvalsh(np.array(hessian)).max(),
    ],
    "rate_with_momentum": [summed, lambda lr, momentum: np.float64(1 - momentum) * lr],
    "which_limit": [
        lambda losses, level: 0 if losses[-1] <= level else 2 - int(losses[-1] > losses[0]),
        lambda losses, level: float(
            np.select([np.array(losses)[-1] <= level, losses[-1] > losses[0]], [0, 1], 2)
        ),
    ],
}
