"""The tasks on race pictures, answered anew."""

import cmath
import math
from itertools import groupby

import numpy as np
import torch


def arrival_in_windows(distances, within, hold):
    away = np.array(distances) / distances[0]
    worst = np.lib.stride_tricks.sliding_window_view(away, hold + 1).max(axis=1)
    found = np.flatnonzero(worst <= within)
    return found[0] if found.size else -1


def arrival_in_runs(distances, within, hold):
    step = 0
    for near, run in groupby(distance / distances[0] <= within for distance in distances):
        length = len([*run])
        if near and length > hold:
            return float(step)
        step += length
    return -1.0


def arrival_in_one_pass(distances, within, hold):
    since = None
    for step, distance in enumerate(distances):
        if distance > within * distances[0]:
            since = None
        elif since is None:
            since = step
        if since is not None and step - since == hold:
            return since
    return -1


def turned_by_autograd(x, y, degrees, condition):
    point = torch.tensor([x, y], dtype=torch.float64, requires_grad=True)
    angle = torch.deg2rad(torch.tensor(degrees, dtype=torch.float64))
    u = point[0] * angle.cos() + point[1] * angle.sin()
    v = point[1] * angle.cos() - point[0] * angle.sin()
    ((u.square() + condition * v.square()) / 2).backward()
    return point.grad


def turned_by_matrix(x, y, degrees, condition):
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return turn @ np.diag([1, condition]) @ turn.T @ [x, y]


def turned_in_the_complex_plane(x, y, degrees, condition):
    turn = cmath.rect(1, math.radians(degrees))
    old = complex(x, y) / turn
    there = complex(old.real, condition * old.imag) * turn
    return there.real, there.imag


def angle_of_optimizer(x, y, condition):
    place = torch.nn.Parameter(torch.tensor([x, y], dtype=torch.float64))
    (place @ (place * torch.tensor([1, condition])) / 2).backward()
    start, downhill = place.detach().clone(), -place.grad
    torch.optim.Adagrad([place], lr=0.5).step()
    cosine = torch.cosine_similarity(place.detach() - start, downhill, dim=0)
    return torch.rad2deg(torch.acos(cosine))


def angle_of_headings(x, y, condition):
    """The difference of two headings."""
    gx, gy = x, condition * y
    gap = math.atan2(gy, gx) - math.atan2(math.copysign(1, gy), math.copysign(1, gx))
    return abs(math.degrees(gap))


def winners_in_numpy(steps, common):
    table = np.array(steps, dtype=float)
    table[table < 0] = np.inf
    return np.array([table[:, common].argmin(), table.min(axis=1).argmin()])


def winners_in_torch(steps, common):
    table = torch.tensor(steps)
    table = torch.where(table == -1, 10**6, table)
    return table[:, common].argmin(), table.amin(1).argmin()


def winners_by_key(steps, common):
    rows = range(len(steps))
    arrived = [row for row in rows if steps[row][common] > -1]
    best = {row: min(step for step in steps[row] if step > -1) for row in rows}
    return [min(arrived, key=lambda row: steps[row][common]), min(best, key=best.get)]


def tuned_in_numpy(lrs, losses):
    table = np.array(losses)
    table[~np.isfinite(table)] = np.inf
    best = np.argmin(table)
    return lrs[best], best == 0 or best == len(lrs) - 1


def tuned_in_torch(lrs, losses):
    best = torch.nan_to_num(torch.tensor(losses), nan=torch.inf).argmin()
    return torch.tensor(lrs)[best], (best == 0) | (best == len(lrs) - 1)


def tuned_by_filter(lrs, losses):
    _, lr = min((loss, lr) for lr, loss in zip(lrs, losses, strict=True) if loss - loss == 0)
    return [lr, int(lr in {lrs[0], lrs[-1]})]


ANEW = {
    "rescaled_lr": [
        lambda lr, factor: np.array([lr, lr * factor]) / factor,
        lambda lr, factor: [factor**-1 * lr, float(lr)],
    ],
    "arrival_step": [arrival_in_windows, arrival_in_runs, arrival_in_one_pass],
    "turned_gradient": [turned_by_autograd, turned_by_matrix, turned_in_the_complex_plane],
    "first_step_angle": [angle_of_optimizer, angle_of_headings],
    "two_winners": [winners_in_numpy, winners_in_torch, winners_by_key],
    "tuned_lr": [tuned_in_numpy, tuned_in_torch, tuned_by_filter],
}
