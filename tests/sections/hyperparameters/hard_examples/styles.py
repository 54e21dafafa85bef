"""The tasks on examples of high loss, answered anew in other styles."""

import numpy as np
import torch


def by_counting(rho, p_right, p_wrong):
    wrong, right = 1000 * rho, 1000 * (1 - rho)
    return 1 / (1 + right * (1 - p_right) / (wrong * (1 - p_wrong)))


def by_rank(losses, keep):
    count = max(round(keep * len(losses)), 1)
    ahead = (losses[None, :] > losses[:, None]).sum(1)
    return torch.where(ahead < count, 1.0 / count, 0.0).to(losses.dtype)


def in_lists(losses, keep):
    values = losses.tolist()
    count = max(round(keep * len(values)), 1)
    least = sorted(values)[-count]
    return torch.tensor([(value >= least) / count for value in values], dtype=losses.dtype)


def in_numpy(x, y, start, slope):
    pull = np.clip(start + slope * x.numpy() - y.numpy(), -1, 1)
    return np.array([pull.mean(), (pull * x.numpy()).mean()])


def by_columns(x, y, start, slope):
    A = torch.stack([torch.ones_like(x), x], 1)
    error = A @ torch.tensor([start, slope], dtype=x.dtype) - y
    size = error.abs()
    return A.T @ torch.where(size > 1, error / size, error) / len(x)


def row_by_row(p, y):
    classes = range(p.shape[1])
    bars = [float(p[y == label, label].mean()) for label in classes]
    found = []
    for chances, label in zip(p.tolist(), y.tolist(), strict=True):
        able = [one for one in classes if chances[one] >= bars[one]]
        found.append(bool(able) and max(able, key=lambda one: chances[one]) != label)
    return np.array(found, dtype=np.float64)


def by_one_hot(p, y):
    given = torch.nn.functional.one_hot(y, p.shape[1]).to(p.dtype)
    bars = (p * given).sum(0) / given.sum(0)
    sure = p.masked_fill(p < bars, -torch.inf)
    best, place = sure.max(1)
    return torch.where(best.isfinite() & (place != y), 1.0, 0.0)


ANEW = {
    "pull_of_the_wrong": [
        by_counting,
        lambda rho, p_right, p_wrong: (
            rho * (1 - p_wrong) / (1 - rho * p_wrong - (1 - rho) * p_right)
        ),
    ],
    "weights_of_mining": [by_rank, in_lists],
    "pull_at_a_line": [in_numpy, by_columns],
    "labels_to_doubt": [row_by_row, by_one_hot],
    "threshold_for_a_weight": [
        lambda weight, bar: 1 / (1 + weight * (1 - bar) / bar),
        lambda weight, bar: 1 / (1 + np.exp(np.log(weight) - np.log(bar / (1 - bar)))),
    ],
}
