"""The tasks on the four colors, answered anew in other styles."""

import numpy as np
import torch


def solved(ratio, factor):
    low, high = 0.0, 1.0
    for _ in range(200):
        part = (low + high) / 2
        low, high = (part, high) if 1 - part + part / factor > ratio else (low, part)
    return low


def with_numpy(before, kept, dropped, baseline):
    helps = np.mean(dropped) / np.mean(kept) <= 0.85
    return 0 if helps else 1 + int(np.mean(kept) >= 0.95 * baseline)


def with_torch(before, kept, dropped, baseline):
    usual, lowered = (torch.tensor(part, dtype=torch.float64).mean() for part in (kept, dropped))
    return torch.tensor(1.0 + (usual / baseline >= 0.95)) * (lowered > 0.85 * usual)


def listed(kept, raised, mean, spread):
    doubts = (raised < 0.5 * kept, mean > 1, spread < 0.01, True)
    return doubts.index(True)


def recursive(start, lr, steps):
    weight = start
    while steps > 0:
        steps -= 1
        if weight <= 0:
            return recursive(start, lr / 10, steps)
        weight = weight * (1 - 2 * lr) + 2 * lr
    return weight


def doubled(start, lr, steps):
    path = [torch.tensor(start, dtype=torch.float64)]
    for _ in range(steps):
        dead = bool(path[-1] <= 0)
        lr = lr * 0.1 if dead else lr
        path.append(path[0] if dead else path[-1] - 2 * lr * (path[-1] - 1))
    return path[-1]


ANEW = {
    "lever_noise_share": [solved, lambda ratio, factor: np.float64(1 - ratio) / (1 - 1 / factor)],
    "lever_drop_test": [with_numpy, with_torch],
    "lever_restart": [
        lambda losses, last, baseline: int(np.mean(losses[-last:]) >= baseline),
        lambda losses, last, baseline: float(sum(x - baseline for x in losses[-last:]) >= 0),
    ],
    "lever_yellow": [
        listed,
        lambda kept, raised, mean, spread: np.where(
            raised * 2 < kept, 0, np.where(mean > 1, 1, np.where(spread < 0.01, 2, 3))
        ),
    ],
    "lever_loop": [recursive, doubled],
}
