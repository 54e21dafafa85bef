"""The tasks on one step down, answered anew in other styles."""

import math

import numpy as np
import torch


def arrays(curvatures, x, lr):
    c, at = np.array(curvatures), np.array(x)
    g = c * at
    to = at - lr * g
    return np.array([lr * g @ g, (c * at**2).sum() / 2 - (c * to**2).sum() / 2])


def by_autograd(curvatures, x, lr):
    c = torch.tensor(curvatures, dtype=torch.float64)
    at = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    loss = (c * at**2).sum() / 2
    loss.backward()
    after = (c * (at - lr * at.grad) ** 2).sum() / 2
    return [lr * at.grad.square().sum(), (loss - after).detach()]


def cubes(curvatures, x):
    pairs = list(zip(curvatures, x, strict=True))
    return sum(c**2 * a**2 for c, a in pairs) / sum(c**3 * a**2 for c, a in pairs)


def fitted(curvatures, x):
    c, at = np.array(curvatures), np.array(x)
    losses = [(c * (at - lr * c * at) ** 2).sum() / 2 for lr in (0.0, 0.1, 0.2)]
    square, line, _ = np.polyfit([0.0, 0.1, 0.2], losses, 2)
    return -line / (2 * square)


def logarithms(low, high, part):
    kappa = high / low
    return math.ceil(np.log(part) / np.log((kappa - 1) / (kappa + 1)))


def two_directions(low, high, part):
    lr, far, steps = 2 / (low + high), np.ones(2), 0
    while np.abs(far).max() > part:
        far, steps = far * (1 - lr * np.array([low, high])), steps + 1
    return float(steps)


def geometric(curvature, x, lr, steps):
    left = np.abs(1 - lr * curvature) ** np.arange(steps)
    return (lr * curvature * x * left).sum()


def places(curvature, x, lr, steps):
    at = [x]
    for _ in range(steps):
        at.append(at[-1] * (1 - lr * curvature))
    return float(np.abs(np.diff(at)).sum())


def tried(tilt, x, lr):
    g = 4 * x * x * x + tilt
    rates = lr * 0.8 ** np.arange(80)
    to = x - rates * g
    fell = x**4 + tilt * x - to**4 - tilt * to
    return rates[np.argmax(fell >= rates * g**2 / 2)]


def recursive(tilt, x, lr):
    at = torch.tensor(x, dtype=torch.float64, requires_grad=True)

    def f(place):
        return place**4 + tilt * place

    (g,) = torch.autograd.grad(f(at), at)
    kept = (f(at) - f(at - lr * g)) / (lr * g * g)
    return lr if kept >= 0.5 else recursive(tilt, x, lr * 0.8)


HARMLESS = {}
ANEW = {
    "promise_and_fall": [arrays, by_autograd],
    "best_single_rate": [cubes, fitted],
    "steps_at_best": [logarithms, two_directions],
    "way_walked": [geometric, places],
    "trusted_rate": [tried, recursive],
}
