"""The tasks on comparing remedies, answered anew in other styles."""

import math
import statistics

import numpy as np
import torch


def by_statistics(remedy, none, t, bound):
    apart = [a - b for a, b in zip(remedy.tolist(), none.tolist(), strict=True)]
    reach = t * statistics.stdev(apart) / math.sqrt(len(apart))
    low, high = statistics.fmean(apart) - reach, statistics.fmean(apart) + reach
    return low, high, 1 if low > -bound and high < bound else 0


def in_numpy(remedy, none, t, bound):
    apart = remedy.numpy() - none.numpy()
    ends = apart.mean() + t * apart.std(ddof=1) / np.sqrt(len(apart)) * np.array([-1, 1])
    return ends[0], ends[1], int(np.abs(ends).max() < bound)


def all_at_once(validation, test, none, few):
    doses = validation[..., :few].sum(-1).argmax(-1)
    gains = test.gather(1, doses[:, None, None].expand(-1, 1, test.shape[-1]))[:, 0] - none
    first = gains[:, :few].mean(-1).argmax()
    here, there = gains[first, :few], gains[first, few:]
    return here.mean().item(), there.mean().item()


def sorted_rows(validation, test, none, few):
    found = []
    for choose, report in zip(validation.numpy(), test.numpy(), strict=True):
        means = [row[:few].mean() for row in choose]
        gain = report[means.index(max(means))] - none.numpy()
        found.append((gain[:few].mean(), gain[few:].mean()))
    return max(found)


def in_flat_numpy(first, last, sparsity):
    flat = np.concatenate([first.numpy().ravel(), last.numpy().ravel()])
    gone = math.floor(len(flat) * sparsity + 1e-9)
    flat[np.argpartition(np.abs(flat), gone)[:gone]] = 0
    return flat[: first.numel()].reshape(first.shape), flat[first.numel() :].reshape(last.shape)


def one_by_one(first, last, sparsity):
    done = [first.clone(), last.clone()]
    for _ in range(int((first.numel() + last.numel()) * sparsity + 1e-9)):
        sizes = [torch.where(part == 0, torch.inf, part.abs()) for part in done]
        which = int(sizes[1].min() < sizes[0].min())
        done[which].view(-1)[sizes[which].argmin()] = 0.0
    return tuple(done)


def by_counting(inputs, hidden, classes, sparsity):
    kept = inputs * hidden * (1 - sparsity) + hidden * classes * (1 - sparsity) + hidden + classes
    units = 0
    while (units + 1) * (inputs + classes + 1) + classes <= kept:
        units += 1
    return kept, units


ANEW = {
    "as_good_as_none": [by_statistics, in_numpy],
    "winner_elsewhere": [all_at_once, sorted_rows],
    "a_whole_net_cut_down": [in_flat_numpy, one_by_one],
    "a_rival_of_equal_size": [
        by_counting,
        lambda inputs, hidden, classes, sparsity: (
            (1 - sparsity) * hidden * (inputs + classes) + hidden + classes,
            math.floor(hidden * ((1 - sparsity) * (inputs + classes) + 1) / (inputs + classes + 1)),
        ),
    ],
    "two_at_once": [
        lambda none, one, other, together: (
            together.mean() - none.mean() - (one.mean() - none.mean()) - (other - none).mean(),
            min((together - one).mean(), (together - other).mean()),
        ),
        lambda none, one, other, together: (
            float(np.mean((together - none - (one - none) - (other - none)).numpy())),
            statistics.fmean(together.tolist())
            - max(statistics.fmean(one.tolist()), statistics.fmean(other.tolist())),
        ),
    ],
}
