"""The tasks on gradient descent, answered anew."""

import math

import numpy as np
import torch


def minibatches_in_numpy(examples, batch_size, seed):
    rows = np.random.default_rng(seed).permutation(examples)
    return np.split(rows, range(batch_size, examples, batch_size))


def minibatches_dealt(examples, batch_size, seed):
    torch.manual_seed(seed)
    deck = torch.randperm(examples).tolist()
    while deck:
        hand, deck = deck[:batch_size], deck[batch_size:]
        yield tuple(hand)


def accumulated_in_place(batch_gradients, batch_sizes):
    total = batch_gradients[0].clone()
    total *= batch_sizes[0]
    for grad, size in zip(batch_gradients[1:], batch_sizes[1:], strict=True):
        total.add_(grad, alpha=size)
    return total.div_(sum(batch_sizes))


def counted(rate, factor):
    steps, left = 0, 1.0
    while left * factor > 1:
        left *= rate
        steps += 1
    return float(steps)


def autograd_step(x, y, condition, lr):
    point = torch.tensor([x, y], dtype=torch.float64, requires_grad=True)
    ((point**2 * torch.tensor([1.0, condition], dtype=torch.float64)).sum() / 2).backward()
    return point.detach() - lr * point.grad


HARMLESS = {"accumulated_gradient: 0 -> 1": "only the shape of that gradient is used"}
ANEW = {
    "gd_step": [
        autograd_step,
        lambda x, y, condition, lr: np.array([x, y]) * (1 - lr * np.array([1, condition])),
        lambda x, y, condition, lr: [*map(float, ((1 - lr) * x, (1 - lr * condition) * y))],
    ],
    "largest_stable_lr": [
        lambda curvatures: 2 / np.max(curvatures),
        lambda curvatures: min(2 / curvature for curvature in curvatures),
        lambda curvatures: torch.tensor(curvatures, dtype=torch.float64).max().reciprocal().mul(2),
    ],
    "best_lr": [
        lambda smallest, largest: np.array([2, largest - smallest]) / (largest + smallest),
        lambda smallest, largest: [
            lr := 2 / (smallest + largest),
            abs(1 - lr * smallest),
        ],
    ],
    "steps_needed": [
        counted,
        lambda rate, factor: np.ceil(np.log(1 / factor) / np.log(rate)),
        lambda rate, factor: -int(math.log(factor, rate) // 1),
    ],
    "minibatches": [
        minibatches_in_numpy,
        minibatches_dealt,
        lambda examples, batch_size, seed: torch.randperm(
            examples, generator=torch.Generator().manual_seed(seed)
        ).split(batch_size),
    ],
    "accumulated_gradient": [
        accumulated_in_place,
        lambda batch_gradients, batch_sizes: np.average(
            np.stack(batch_gradients), axis=0, weights=batch_sizes
        ),
        lambda batch_gradients, batch_sizes: [
            math.fsum(g[i] * n for g, n in zip(batch_gradients, batch_sizes, strict=True))
            / sum(batch_sizes)
            for i in range(3)
        ],
    ],
    "batch_for_noise": [
        lambda example_std, target_std: np.ceil(np.square(example_std / target_std)),
        lambda example_std, target_std: next(
            n for n in range(1, 10_000) if example_std / n**0.5 <= target_std
        ),
    ],
}
