"""The tasks on what is said of learning rates, answered anew in other styles."""

import math

import numpy as np
import torch


def counted(curvature, lr, off, half):
    if lr < 2 / curvature:
        return -1
    for step in range(1, 10_000):
        if off * (lr * curvature - 1) ** step > half:
            return step
    return None


def shifted(digits, exponent):
    text = f"{digits:.12e}"
    left, right = text.split("e")
    return float(left), exponent + int(right)


def by_tensor(starts, lr, floor, steps):
    x = torch.tensor(starts, dtype=torch.float64).requires_grad_()
    for _ in range(steps):
        height = torch.minimum((x + 1) ** 2 / 2, 4 * (x - 2.5) ** 2 + floor).sum()
        (slope,) = torch.autograd.grad(height, x)
        x = (x - lr * slope).detach().requires_grad_()
    narrow = (4 * (x - 2.5) ** 2 + floor <= (x + 1) ** 2 / 2).double().mean().item()
    return narrow if floor < 0 else 1 - narrow


def by_array(starts, lr, floor, steps):
    x = np.array(starts)
    for _ in range(steps):
        wide = 0.5 * (x + 1) ** 2 < 4 * (x - 2.5) ** 2 + floor
        x = np.where(wide, (1 - lr) * x - lr, x - 8 * lr * (x - 2.5))
    wide = 0.5 * (x + 1) ** 2 < 4 * (x - 2.5) ** 2 + floor
    return np.float64((wide if floor > 0 else ~wide).mean())


def by_argmax(losses, rights, usual_losses, usual_rights, level):
    one, other = (int(np.argmax(np.array(seen) <= level)) for seen in (losses, usual_losses))
    return rights[one] - usual_rights[other]


def by_count(losses, rights, usual_losses, usual_rights, level):
    def place(seen):
        return sum(1 for loss in seen if loss > level)  # these losses fall all the way

    return np.float64(rights[place(losses)] - usual_rights[place(usual_losses)])


ANEW = {
    "hops_until_out": [
        counted,
        lambda curvature, lr, off, half: (
            int(math.log(half / off) // math.log(lr * curvature - 1)) + 1
            if lr * curvature > 2
            else -1.0
        ),
    ],
    "standard_form": [
        shifted,
        lambda digits, exponent: np.array(
            [
                digits / 10 ** len(str(int(digits))[1:]) if digits >= 1 else digits * 10,
                exponent + len(str(int(digits))[1:]) if digits >= 1 else exponent - 1,
            ]
        ),
    ],
    "share_in_deepest": [by_tensor, by_array],
    "gap_at_equal_loss": [by_argmax, by_count],
    "rising_rate": [
        lambda lr, weight_decay, step: (
            lr * math.exp(-(2 * step + 1) * math.log1p(-lr * weight_decay))
        ),
        lambda lr, weight_decay, step: (
            np.float64(lr) / np.prod([1 - lr * weight_decay] * (2 * step + 1))
        ),
    ],
}

HARMLESS = {
    "hops_until_out: off - lr * curvature * off: swapped": "only the side changes",
}
