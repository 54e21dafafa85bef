"""The tasks on Adam, answered anew."""

import itertools
import math

import numpy as np
import torch


def first_steps_of_torch(grad, lr, beta1, beta2):
    place = torch.nn.Parameter(torch.zeros((), dtype=torch.float64))
    optimizer = torch.optim.Adam([place], lr=lr, betas=(beta1, beta2), eps=0)
    place.grad = torch.full_like(place, grad)
    optimizer.step()
    memory = optimizer.state[place]
    return place.item(), -lr * memory["exp_avg"] / memory["exp_avg_sq"].sqrt()


def with_adam_of_torch(grad, state, param, *, lr, beta1, beta2, eps):
    """Keeps the optimizer itself as its state."""
    if isinstance(state, tuple):
        place = torch.nn.Parameter(param.clone())
        state = torch.optim.Adam([place], lr=lr, betas=(beta1, beta2), eps=eps)
    (place,) = state.param_groups[0]["params"]
    before, place.grad = place.detach().clone(), grad.clone()
    state.step()
    return place.detach() - before, state


def adam_in_numpy(grad, state, param, *, lr, beta1, beta2, eps):
    count, m, v = state[0] + 1, np.array(state[1]), np.array(state[2])
    gradient = grad.numpy()
    m *= beta1
    m += (1 - beta1) * gradient
    v = v + (1 - beta2) * (gradient * gradient - v)
    rate = lr * np.sqrt(1 - np.power(beta2, count)) / (1 - np.power(beta1, count))
    return -rate * m / (np.sqrt(v) + eps * np.sqrt(1 - beta2**count)), [count, m, v]


def adam_of_history(grad, state, param, *, lr, beta1, beta2, eps):
    """Keeps the gradients and weighs them anew at every step."""
    grads = [*(state if isinstance(state, list) else ()), grad]

    def mean(values, beta):
        weights = [beta**age for age in range(len(values))][::-1]
        return sum(w * value for w, value in zip(weights, values, strict=True)) / sum(weights)

    size = mean([g.square() for g in grads], beta2).sqrt()
    return mean(grads, beta1).div(size + eps).mul(-lr), grads


def longest_by_play(beta1, beta2, count):
    m = v = best = place = 0
    for step in range(1, count + 1):
        m, v = beta1 * m + 1 - beta1, beta2 * v + 1 - beta2
        if m / v**0.5 > best:
            best, place = m / v**0.5, step
    return [place, best]


def longest_in_numpy(beta1, beta2, count):
    t = np.arange(count) + 1.0
    lengths = (1 - beta1**t) / np.sqrt(1 - beta2**t)
    return np.array([t[lengths.argmax()], lengths.max()])


def bound_by_series(beta1, beta2):
    """The sum of the squares that Cauchy and Schwarz leave, added up."""
    weights = (
        (1 - beta1) * beta1**age / math.sqrt((1 - beta2) * beta2**age) for age in range(5000)
    )
    return math.sqrt(math.fsum(weight * weight for weight in weights))


def steepest_backwards(count, beta1, beta2):
    """From the last gradient, which is negative, to the first."""
    grads = [-7.0]
    while len(grads) < count:
        grads.insert(0, grads[0] * beta1 / beta2)
    return tuple(grads)


def restart_of_torch(beta1, beta2):
    """Loads what is left into the optimizer and takes one step."""
    steps = []
    for memory, count in ((0.0, 1e6), (1.0, 0.0)):
        place = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
        optimizer = torch.optim.Adam([place], lr=1.0, betas=(beta1, beta2), eps=0)
        full = torch.full_like(place, memory)
        kept = {"exp_avg": full.clone(), "exp_avg_sq": full.clone(), "step": torch.tensor(count)}
        optimizer.state[place] = kept
        place.grad = torch.ones_like(place)
        optimizer.step()
        steps.append(-place.item())
    return steps


def averaged_in_numpy(grads, beta1, beta2):
    """Both means by one triangular matrix of weights each."""
    grads = np.asarray(grads)
    ages = np.subtract.outer(np.arange(len(grads)), np.arange(len(grads)))

    def mean(values, beta):
        weights = np.tril(beta ** np.abs(ages))
        return weights @ values / weights.sum(axis=1)

    return mean(grads, beta1) / mean(grads**2, beta2) ** 0.5


def averaged_by_torch(grads, beta1, beta2):
    place = torch.nn.Parameter(torch.zeros((), dtype=torch.float64))
    optimizer, places = torch.optim.Adam([place], lr=1, betas=(beta1, beta2), eps=0), [0.0]
    for grad in grads:
        place.grad = torch.full_like(place, grad)
        optimizer.step()
        places.append(place.item())
    return [before - after for before, after in itertools.pairwise(places)]


ANEW = {
    "adam_first_step": [
        first_steps_of_torch,
        lambda grad, lr, beta1, beta2: (
            np.array([1, (1 - beta1) / np.sqrt(1 - beta2)]) * -np.sign(grad) * lr
        ),
        lambda grad, lr, beta1, beta2: [
            -math.copysign(lr, grad),
            -lr * (grad - beta1 * grad) / (grad * grad - beta2 * grad * grad) ** 0.5,
        ],
    ],
    "adam": [with_adam_of_torch, adam_in_numpy, adam_of_history],
    "longest_uncorrected": [longest_by_play, longest_in_numpy],
    "adam_step_bound": [
        bound_by_series,
        lambda beta1, beta2: (
            (1 - beta1) * np.sqrt(beta2) / np.sqrt((1 - beta2) * (beta2 - beta1**2))
        ),
    ],
    "steepest_gradients": [
        steepest_backwards,
        lambda count, beta1, beta2: np.logspace(0, count - 1, count, base=beta2 / beta1),
        lambda count, beta1, beta2: list(
            itertools.accumulate([1e-3] + [beta2 / beta1] * (count - 1), lambda a, b: a * b)
        ),
        lambda count, beta1, beta2: torch.tensor([beta1 / beta2]) ** torch.arange(count).flip(0),
    ],
    "adam_restart": [
        restart_of_torch,
        lambda beta1, beta2: np.power((1 - beta1) / np.sqrt(1 - beta2), [1, -1]),
    ],
    "average_first": [averaged_in_numpy, averaged_by_torch],
}
