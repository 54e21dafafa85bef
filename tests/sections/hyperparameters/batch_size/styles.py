"""The tasks on batches and their noise, answered anew in other styles."""

import numpy as np
import torch


def solved(small, large, batch_size, larger):
    left = np.array([[1, 1 / batch_size], [1, 1 / larger]])
    right = [float((part.numpy() ** 2).sum(1).mean()) for part in (small, large)]
    signal, noise = np.linalg.solve(left, right)
    return noise / signal


def by_norms(small, large, batch_size, larger):
    short, long = (part.norm(dim=1).square().mean().item() for part in (small, large))
    signal = (larger * long - batch_size * short) / (larger - batch_size)
    return (short - signal) * batch_size / signal


def in_numpy(grads):
    values = grads.numpy()
    noise = values.var(0, ddof=1).sum()
    return noise / ((values.mean(0) ** 2).sum() - noise / len(values))


def by_pairs(grads):
    count = len(grads)
    table = grads @ grads.T
    signal = (table.sum() - table.trace()) / (count * (count - 1))
    return float(table.trace() / count / signal - 1)


def fitted(small, small_steps, large, large_steps, batch_size):
    slope, least = np.polyfit([1 / small, 1 / large], [small_steps, large_steps], 1)
    return least + slope / batch_size


def by_examples(small, small_steps, large, large_steps, batch_size):
    least = (large * large_steps - small * small_steps) / (large - small)
    return least + small * (small_steps - least) / batch_size


ANEW = {
    "how_long_is_a_batch_gradient": [
        lambda signal, noise, batch_size: (batch_size * signal + noise) / batch_size,
        lambda signal, noise, batch_size: torch.tensor([signal, noise / batch_size]).sum(),
    ],
    "the_rate_for_another_batch": [
        lambda lr, batch_size, new, scale: (
            lr * (batch_size + scale) / batch_size * new / (new + scale)
        ),
        lambda lr, batch_size, new, scale: (
            1 / (1 / (lr * (1 + scale / batch_size)) * (1 + scale / new))
        ),
    ],
    "steps_with_a_third_batch": [fitted, by_examples],
    "noise_scale_from_two_sizes": [solved, by_norms],
    "noise_scale_from_one_batch": [in_numpy, by_pairs],
}
