"""The tasks on noise floors and edges, answered anew in other styles."""

import numpy as np
import torch


def settled(lr, curvature, noise):
    square, keep = 0.0, (1 - lr * curvature) ** 2
    for _ in range(5000):
        square = keep * square + lr**2 * noise**2
    return curvature * square / 2


def summed(lr, curvature, noise):
    return curvature / 2 * lr**2 * noise**2 / (1 - (1 - lr * curvature) ** 2)


def halved(floor, curvature, noise):
    low, high = 0.0, 2 / curvature
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if summed(middle, curvature, noise) > floor else (middle, high)
    return low


def torch_power(hessian, start, rounds):
    table, direction = torch.tensor(hessian, dtype=torch.float64), torch.tensor(start).double()
    for _ in range(rounds):
        direction = table @ direction
        direction = direction / direction.norm()
    return direction @ table @ direction


_SETTLED = "after so many rounds one more or fewer changes nothing"
HARMLESS = {
    "noise_floor_sharpness: rounds + 1: another sign": _SETTLED,
    "noise_floor_sharpness: 1 -> 2": _SETTLED,
}
ANEW = {
    "noise_floor_height": [settled, summed],
    "noise_floor_rate": [
        halved,
        lambda floor, curvature, noise: np.float64(4) / (noise**2 / floor + 2 * curvature),
    ],
    "noise_floor_sharpness": [
        torch_power,
        lambda hessian, start, rounds: np.linalg.eigvalsh(np.array(hessian))[-1],
    ],
    "noise_or_edge": [
        lambda few, full: 2 if (np.diff(full) > 0).any() else int((np.diff(few) > 0).any()),
        lambda few, full: (
            2.0 if sorted(full, reverse=True) != full else float(sorted(few, reverse=True) != few)
        ),
    ],
    "decay_that_arrives": [
        lambda lr, needed: (needed - lr) / needed,
        lambda lr, needed: np.array(1 - lr / needed),
    ],
}
