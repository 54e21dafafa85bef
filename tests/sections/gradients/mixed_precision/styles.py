"""The tasks on few bits and small pieces, answered anew in other styles."""

import math

import numpy as np
import torch

from dlnotes.gradients.precision import FP16, rounded


def by_torch(g, power):
    stored = torch.tensor(g * 2**power, dtype=torch.float64).half().double()
    return stored, stored / 2**power


def by_numpy(g, power):
    stored = np.float64(np.float16(g * 2**power))
    return [stored, np.ldexp(stored, -power)]


def by_repeating(means, counts):
    every = np.repeat(means, counts)
    return every.mean(), np.mean(means)


def by_torch_means(means, counts):
    means, counts = torch.tensor(means, dtype=torch.float64), torch.tensor(counts)
    return (means * counts).sum() / counts.sum(), means.mean()


def by_adding(step):
    total = torch.zeros((), dtype=torch.bfloat16)
    while True:
        after = (total.double() + step).to(torch.bfloat16)
        if after == total:
            return total.double()
        total = after


def by_trial(step):
    power = -40
    while 2.0 ** (power - 8) <= step:
        power += 1
    return 2.0**power


def by_scaler(largest, scale, interval):
    from torch.amp import GradScaler

    weight = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    scaler = GradScaler("cpu", init_scale=scale, growth_interval=interval)
    optimizer, scales = torch.optim.SGD([weight], 0.1), []
    scaler.scale(torch.ones(1))  # which makes the scale
    for each in largest:
        stored = rounded(torch.tensor([each * scaler.get_scale()], dtype=torch.float64), FP16)
        weight.grad = stored
        scaler.step(optimizer)
        scaler.update()
        scales.append(scaler.get_scale())
    return scales


def by_exponents(largest, scale, interval):
    power, row, powers = math.log2(scale), 0, []
    for each in largest:
        good = each <= 65504 / 2**power
        row = (row + 1) * good
        power += (row == interval) - (not good)
        row %= interval
        powers.append(2.0**power)
    return np.array(powers)


def by_clip(grads, scale, bound, lr):
    grad = torch.tensor(grads, dtype=torch.float64)
    if not torch.isfinite(grad).all():
        return torch.zeros_like(grad)
    grad = grad / scale
    return -lr * grad * min(1.0, bound / grad.norm().item())


def scaled_bound(grads, scale, bound, lr):
    length = np.linalg.norm(grads)
    if np.isinf(length):
        return [0.0, 0.0, 0.0]
    factor = lr / scale * min(1.0, bound * scale / length)
    return [-factor * each for each in grads]


ANEW = {
    "fp16_there_and_back": [by_torch, by_numpy],
    "two_means": [by_repeating, by_torch_means],
    "bf16_stops": [by_adding, by_trial],
    "dynamic_scale": [by_scaler, by_exponents],
    "scaled_step": [by_clip, scaled_bound],
}

HARMLESS = {
    # the task and the format part between 65504 and 65520, which fp16 stores as 65504
    "dynamic_scale: 65504 -> 65505": "fp16 holds no number from here to the overflow",
}
