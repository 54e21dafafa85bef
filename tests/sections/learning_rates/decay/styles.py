"""The tasks on falling rates, answered anew in other styles."""

import numpy as np
import torch


def walked(steps, curvature, square, noise):
    first = curvature * square / (curvature**2 * square + noise**2)
    return [first / (1 + curvature * first * t) for t in range(steps)]


def inverses(steps, curvature, square, noise):
    late = noise**2 / (curvature**2 * square)
    return 1 / (curvature * (torch.arange(1, steps + 1, dtype=torch.float64) + late))


def closed(lr, factor, steps, curvature, noise):
    def square(rate):
        return rate * noise**2 / (curvature * (2 - rate * curvature))

    new = factor * lr
    left = (1 - new * curvature) ** (2 * steps)
    return curvature / 2 * (left * square(lr) + (1 - left) * square(new))


def summed(lr, factor, steps, curvature, noise):
    keep, start = 1 - factor * lr * curvature, 1 - lr * curvature
    old = sum((lr * noise * start**k) ** 2 for k in range(3000))
    fresh = sum((factor * lr * noise * keep**k) ** 2 for k in range(steps))
    return np.float64(curvature / 2 * (keep ** (2 * steps) * old + fresh))


def settled(rate, curvature):
    a = 0.0
    for _ in range(4000):
        a = (1 - rate * curvature) ** 2 * a + rate**2
    return a


ANEW = {
    "rate_on_a_stair": [
        lambda peak, every, epoch: np.ldexp(peak, -(epoch // every)),
        lambda peak, every, epoch: peak * torch.tensor(0.5).double() ** int(epoch / every),
    ],
    "floors_apart": [
        lambda high, low, curvature: settled(high, curvature) / settled(low, curvature),
        lambda high, low, curvature: np.array(
            high * (2 / low - curvature) / (2 - high * curvature)
        ),
    ],
    "best_falling_rates": [walked, inverses],
    "after_the_drop": [closed, summed],
    "stepped_too_often": [
        lambda update, batches, lr, every: lr * 0.5 ** (update // (every * batches)),
        lambda update, batches, lr, every: np.ldexp(lr, -((update // batches) // every)),
    ],
}

HARMLESS = {
    "best_falling_rates: 1 - rate * curvature: swapped": "it is squared",
    "after_the_drop: 1 - factor * lr * curvature: swapped": "it is squared",
}
