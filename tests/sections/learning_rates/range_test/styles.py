"""The tasks on finding a learning rate, answered anew."""

import copy
import math

import numpy as np
import torch


def steepest_in_numpy(rates, losses):
    logs = np.log(rates)
    place = np.argmin(np.diff(losses) / np.diff(logs))
    return np.exp(logs[place : place + 2].mean())


def steepest_one_by_one(rates, losses):
    best, steepest = None, 0.0
    for before, after, one, other in zip(rates, rates[1:], losses, losses[1:], strict=False):
        slope = (one - other) / (math.log10(after) - math.log10(before))
        if slope > steepest:
            best, steepest = (before * after) ** 0.5, slope
    return best


def factor_by_torch(low, high, batches):
    up = torch.logspace(math.log10(low), math.log10(high), batches, dtype=torch.float64)
    even = torch.linspace(low, high, batches, dtype=torch.float64)
    return up[1] / up[0], even[1] - even[0]


def picks_by_walking(rates, curvature, loss, steps):
    x, falls = math.sqrt(2 * loss / curvature), {}
    for rate in rates:
        before = curvature * x**2 / 2
        for _ in range(steps):
            x = x - rate * curvature * x
        falls[rate] = before - curvature * x**2 / 2
    return max(falls.items(), key=lambda pair: pair[1])


def picks_in_numpy(rates, curvature, loss, steps):
    left = np.cumprod([loss, *np.abs(1 - np.array(rates) * curvature) ** (2.0 * steps)])
    falls = -np.diff(left)
    return rates[int(falls.argmax())], falls.max()


def clean_in_torch(theta, curvatures, rates):
    trial, scale = torch.tensor(theta, dtype=torch.float64), torch.tensor(curvatures).double()
    losses = []
    for rate in rates:
        trial.requires_grad_()
        loss = (scale * trial**2).sum() / 2
        (slope,) = torch.autograd.grad(loss, trial)
        losses.append(loss.item())
        trial = trial.detach() - rate * slope
    return [*losses, *theta]


def clean_by_copy(theta, curvatures, rates):
    kept, losses = copy.deepcopy(theta), []
    for rate in rates:
        losses.append(0.5 * sum(c * x * x for c, x in zip(curvatures, kept, strict=True)))
        for place, c in enumerate(curvatures):
            kept[place] *= 1 - rate * c
    return np.array(losses + theta)


HARMLESS = {
    "steepest_rate: log -> log10": "all widths by one factor: the same piece is steepest",
    "order_picks: 1 - lr * curvature: swapped": "an even power",
    "clean_range_test: x - lr * c * x: swapped": "the loss is even in x",
}
ANEW = {
    "steepest_rate": [steepest_in_numpy, steepest_one_by_one],
    "growth_factor": [
        factor_by_torch,
        lambda low, high, batches: (
            math.exp((math.log(high) - math.log(low)) / (batches - 1)),
            np.linspace(low, high, batches)[1] - low,
        ),
    ],
    "order_picks": [picks_by_walking, picks_in_numpy],
    "clean_range_test": [clean_in_torch, clean_by_copy],
    "rate_regret": [
        lambda validation, test, guess: test[int(np.argmax(validation))] - np.array(test)[guess],
        lambda validation, test, guess: (
            max(zip(validation, test, strict=True))[1] - torch.tensor(test).double()[guess]
        ),
    ],
}
