"""The tasks on the relatives of Adam, answered anew."""

import math

import numpy as np
import torch


def moved_by_play(beta2, spike):
    """Plays until nothing changes any more, instead of summing the series."""
    v, moves = 0.0, []
    for _ in range(1000):
        for grad in (spike, -1, -1):
            v = beta2 * v + (1 - beta2) * grad**2
            moves.append(-grad / v**0.5)
    return np.sum(moves[-3:])


def amsgrad_in_numpy(grad, state, param, *, lr, beta1, beta2):
    count, m, v, top = (np.array(part) for part in state)
    gradient = grad.numpy()
    m, v = m + (1 - beta1) * (gradient - m), v + (1 - beta2) * (gradient**2 - v)
    top = np.fmax(v, top)
    size = np.sqrt(top / (1 - beta2 ** (count + 1)))
    return -lr / (1 - beta1 ** (count + 1)) * m / size, (count + 1, m, v, top)


def with_amsgrad_of_torch(grad, state, param, *, lr, beta1, beta2):
    """Keeps the optimizer itself as its state."""
    if isinstance(state, tuple):
        place = torch.nn.Parameter(param.clone())
        state = torch.optim.Adam([place], lr=lr, betas=(beta1, beta2), eps=0, amsgrad=True)
    (place,) = state.param_groups[0]["params"]
    before, place.grad = place.detach().clone(), grad.clone()
    state.step()
    return place.detach() - before, state


def lion_in_lists(grad, state, param, *, lr, beta1, beta2):
    pairs = list(zip(state[0].tolist(), grad.tolist(), strict=True))
    steps = [math.copysign(lr, -(beta1 * m + (1 - beta1) * g)) for m, g in pairs]
    memory = [m + (1 - beta2) * (g - m) for m, g in pairs]
    return steps, (torch.tensor(memory, dtype=torch.float64),)


ANEW = {
    "heads_or_sizes": [
        lambda spike, period: [period - 1 - 1, sum([1] * (period - 1), -spike)],
        lambda spike, period: np.sum([[-1, -spike]] + [[1, 1]] * (period - 1), axis=0),
    ],
    "net_move": [
        moved_by_play,
        lambda beta2, spike: (
            -sum(
                g / math.sqrt(1 + (spike**2 - 1) * beta2**k / (1 + beta2 + beta2**2))
                for k, g in enumerate((spike, -1, -1))
            )
        ),
    ],
    "amsgrad": [amsgrad_in_numpy, with_amsgrad_of_torch],
    "adafactor_memory": [
        lambda shapes: np.sum([[2 * np.prod(shape), np.sum(shape)] for shape in shapes], axis=0),
        lambda shapes: tuple(
            sum(counts)
            for counts in zip(
                *((2 * torch.empty(shape).numel(), float(sum(shape))) for shape in shapes),
                strict=True,
            )
        ),
    ],
    "lion": [
        lion_in_lists,
        lambda grad, state, param, *, lr, beta1, beta2: (
            -lr * torch.sign(torch.lerp(grad, state[0], beta1)),
            (torch.lerp(grad, state[0], beta2),),
        ),
    ],
}
