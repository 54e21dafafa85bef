"""The tasks on what is set and what matters, answered anew in other styles."""

import numpy as np
import torch
from torch import Tensor


def by_loop(before, after, grads):
    learned = fixed = kept = 0
    for name, value in before.items():
        if name in grads:
            learned += len(value)
        elif bool((value == after[name]).all()):
            fixed += 1
        else:
            kept += 1
    return learned, fixed, kept


def by_sets(before, after, grads):
    others = set(before) - set(grads)
    moved = {name for name in others if (before[name] - after[name]).abs().sum() > 0}
    return torch.tensor([sum(len(grads[g]) for g in grads), len(others - moved), len(moved)])


def by_autograd(spread, pull, spread_val, pull_val, alpha):
    a = torch.tensor(alpha, dtype=torch.float64, requires_grad=True)
    w = pull / (spread + a)
    (spread_val * w**2 / 2 - pull_val * w).backward()
    return a.grad


def in_one_line(spread, pull, spread_val, pull_val, alpha):
    total = spread + alpha
    return pull * (pull_val * total - spread_val * pull) / total**3


def in_numpy(notches: Tensor, scores: Tensor):
    places, values = notches.numpy(), scores.numpy()
    means = np.array([values[places == place].mean() for place in places])
    return means.var() / values.var()


def by_regression(notches, scores):
    columns = torch.nn.functional.one_hot(notches).double()
    columns = columns[:, columns.sum(0) > 0]
    fitted = columns @ torch.linalg.lstsq(columns, scores[:, None]).solution
    return 1 - (scores - fitted[:, 0]).square().sum() / (scores - scores.mean()).square().sum()


ANEW = {
    "learned_set_remembered": [by_loop, by_sets],
    "slope_along_the_penalty": [by_autograd, in_one_line],
    "share_of_a_knob": [in_numpy, by_regression],
    "share_without_chance": [
        lambda share, notches, trials: (share * (trials - 1) - (notches - 1)) / (trials - notches),
        lambda share, notches, trials: share - (1 - share) * (notches - 1) / (trials - notches),
    ],
    "one_after_the_other": [
        lambda table, start: (
            table.numpy().max() - table.numpy()[table.numpy()[:, start].argmax()].max()
        ),
        lambda table, start: (
            max(max(row) for row in table.tolist())
            - max(max(table.tolist(), key=lambda row: row[start]))
        ),
    ],
}
