"""The tasks on the noise of batches, answered anew in other styles."""

import math

import numpy as np
import torch
from torch.nn import functional as F


def by_torch(Z, size):
    return torch.cat([F.batch_norm(group, None, None, training=True) for group in Z.split(size)])


def by_numpy(Z, size):
    groups = Z.numpy().reshape(-1, size, Z.shape[1])
    middle = groups - groups.mean(1, keepdims=True)
    return (middle / np.sqrt(groups.var(1, keepdims=True) + 1e-5)).reshape(Z.shape)


def weighted(batches, momentum):
    shares = [momentum * (1 - momentum) ** age for age in reversed(range(len(batches)))]
    mean = sum(share * batch.mean(0) for share, batch in zip(shares, batches, strict=True))
    variance = sum(share * batch.var(0) for share, batch in zip(shares, batches, strict=True))
    return mean, variance + (1 - momentum) ** len(batches)


def recursive(batches, momentum):
    if not batches:
        return np.float64(0), np.float64(1)
    *before, last = batches
    mean, variance = recursive(before, momentum)
    rows = last.numpy()
    return (
        (1 - momentum) * mean + momentum * rows.mean(0),
        (1 - momentum) * variance + momentum * rows.var(0, ddof=1),
    )


def in_tensors(quiet_validation, quiet_test, noisy_validation, noisy_test):
    quiet, noisy = torch.tensor(quiet_validation), torch.tensor(noisy_validation)
    before = torch.tensor(quiet_test, dtype=torch.float64)[quiet.mean(1).argmax()]
    after = torch.tensor(noisy_test, dtype=torch.float64)[noisy.mean(1).argmax()]
    return (after - before).mean()


def in_pairs(quiet_validation, quiet_test, noisy_validation, noisy_test):
    _, quiet = max(zip(map(sum, quiet_validation), quiet_test, strict=True))
    _, noisy = max(zip(map(sum, noisy_validation), noisy_test, strict=True))
    return np.mean(np.subtract(noisy, quiet))


ANEW = {
    "noise_of_a_batch": [
        lambda sigma, kurtosis, size: tuple(
            sigma * math.sqrt(part / size) for part in (1, (kurtosis - 1) / 4)
        ),
        lambda sigma, kurtosis, size: (
            torch.tensor([4, kurtosis - 1], dtype=torch.float64).sqrt() * sigma / 2 / size**0.5
        ),
    ],
    "batch_large_enough": [
        lambda limit: next(size for size in range(2, 10**6) if 1.5 / size <= limit**2),
        lambda limit: -int(-3 / limit**2 // 2),
    ],
    "small_groups": [by_torch, by_numpy],
    "statistics_to_keep": [weighted, recursive],
    "worth_of_noise": [in_tensors, in_pairs],
}
