"""Rules that torch does not have, from their papers, written down once more in NumPy's float64.

Each takes a parameter, its gradient and a dict to remember things in, where `t` is 1, 2, ….
"""

import numpy as np


def lion(x, g, memory, *, lr, beta1, beta2, weight_decay):
    """Chen et al. (2023), algorithm 2."""
    m = memory.get("m", 0 * g)
    c = beta1 * m + (1 - beta1) * g
    memory["m"] = beta2 * m + (1 - beta2) * g
    return x - lr * (np.sign(c) + weight_decay * x)


def adam_uncorrected(x, g, memory, *, lr, beta1, beta2, eps):
    """Kingma & Ba (2015), algorithm 1 without its two lines of correction."""
    m = memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
    v = memory["v"] = beta2 * memory.get("v", 0) + (1 - beta2) * g * g
    return x - lr * m / (np.sqrt(v) + eps)


def swats(w, g, memory, *, lr, beta1, beta2, eps, tolerance):
    """Keskar & Socher (2017), algorithm 1, with branches."""
    k = memory["t"]
    if "Lambda" in memory:
        memory["v"] = beta1 * memory["v"] + g
        return w - (1 - beta1) * memory["Lambda"] * memory["v"]
    m = memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
    a = memory["a"] = beta2 * memory.get("a", 0) + (1 - beta2) * g * g
    p = -lr * np.sqrt(1 - beta2**k) / (1 - beta1**k) * m / (np.sqrt(a) + eps)
    along = float(np.sum(p * g))
    if along != 0:
        gamma = float(np.sum(p * p)) / -along
        memory["lambda"] = beta2 * memory.get("lambda", 0) + (1 - beta2) * gamma
        corrected = memory["lambda"] / (1 - beta2**k)
        if k > 1 and abs(corrected - gamma) < tolerance and corrected > 0:
            memory["Lambda"], memory["v"] = corrected, 0
    return w + p


def muon(x, g, memory, *, lr, momentum, eps):
    """Jordan et al. (2024): Nesterov's momentum, five Newton-Schulz steps."""
    memory["m"] = momentum * memory.get("m", 0) + (1 - momentum) * g
    ahead = (1 - momentum) * g + momentum * memory["m"]
    wide = ahead.T if ahead.shape[0] > ahead.shape[1] else ahead
    wide = wide / max(np.sqrt((wide**2).sum()), eps)
    for _ in range(5):
        A = wide @ wide.T
        wide = 3.4445 * wide + (-4.7750 * A + 2.0315 * A @ A) @ wide
    step = wide.T if ahead.shape[0] > ahead.shape[1] else wide
    return x - lr * max(1, x.shape[0] / x.shape[1]) ** 0.5 * step


def schedule_free_sgd(y, g, memory, *, lr, beta1):
    """Defazio et al. (2024), algorithm 1 without its division: x is the mean of all z, with
    weights lr²."""
    return _mixed(y, g, memory, lr, beta1)


def schedule_free_adamw(y, g, memory, *, lr, beta1, beta2, eps, weight_decay):
    """Defazio et al. (2024), algorithm 1, the division with Adam's bias correction."""
    v = memory["v"] = beta2 * memory.get("v", 0) + (1 - beta2) * g * g
    size = np.sqrt(v / (1 - beta2 ** memory["t"])) + eps
    return _mixed(y, g / size + weight_decay * y, memory, lr, beta1)


def _mixed(y, direction, memory, lr, beta1):
    zs, weights = memory.setdefault("zs", [y]), memory.setdefault("weights", [])
    zs.append(zs[-1] - lr * direction)
    weights.append(lr * lr)
    x = np.average(np.stack(zs[1:]), axis=0, weights=weights)
    return (1 - beta1) * zs[-1] + beta1 * x
