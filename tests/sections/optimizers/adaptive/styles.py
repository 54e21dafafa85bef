"""The tasks on the memory of size, answered anew."""

import functools
import math

import numpy as np
import torch


def adagrad_in_numpy(grad, state, param, *, lr, eps):
    total = np.array(state[0])
    total += np.square(grad.numpy())
    return np.negative(lr) * np.array(grad) / (np.sqrt(total) + eps), [total]


def adagrad_in_lists(grad, state, param, *, lr, eps):
    """Keeps every gradient, and adds them up again at every step."""
    seen = [*(state if isinstance(state, list) else ()), grad.tolist()]
    sizes = [math.hypot(*column) + eps for column in zip(*seen, strict=True)]
    return [-lr * g / size for g, size in zip(seen[-1], sizes, strict=True)], seen


def on_a_copy(make):
    """Lets an optimizer of torch take a step on a copy, and keeps the optimizer as its state."""

    def answer(grad, state, param, **hyper):
        if isinstance(state, tuple):
            state = make(torch.nn.Parameter(param.clone()), **hyper)
        (place,) = state.param_groups[0]["params"]
        before, place.grad = place.detach().clone(), grad.clone()
        state.step()
        return place.detach() - before, state

    return answer


def rmsprop_in_place(grad, state, param, *, lr, decay, eps):
    mean = state[0].clone().mul_(decay).addcmul_(grad, grad, value=1 - decay)
    return torch.zeros_like(param).addcdiv_(grad, mean.sqrt().add_(eps), value=-lr), (mean,)


def rmsprop_in_numpy(grad, state, param, *, eps, decay, lr=0.01):
    mean = state["mean"] if isinstance(state, dict) else np.zeros(len(param))
    mean = mean - (1 - decay) * (mean - grad.numpy() ** 2)
    return -(lr / (mean**0.5 + eps) * grad.numpy()), {"mean": mean}


def forgotten_by_play(steep, flat, decay):
    root, steps = abs(steep), 0
    while root / flat > 2:
        root = np.hypot(root * decay**0.5, flat * (1 - decay) ** 0.5)
        steps += 1
    return np.int64(steps)


def adadelta_of_torch(grads, decay):
    place = torch.nn.Parameter(torch.ones((), dtype=torch.float64))
    optimizer, path = torch.optim.Adadelta([place], lr=1.0, rho=decay, eps=1e-3), []
    for grad in grads:
        place.grad = torch.full_like(place, grad)
        optimizer.step()
        path.append(place.item())
    return path


def adadelta_by_recursion(grads, decay, eps=0.001, x=1.0, mean=0.0, own=0.0):
    if not grads:
        return ()
    grad, *later = grads
    mean += (1 - decay) * (grad * grad - mean)
    move = grad * math.sqrt((own + eps) / (mean + eps))
    own += (1 - decay) * (move * move - own)
    return (x - move, *adadelta_by_recursion(later, decay, eps, x - move, mean, own))


def adadelta_in_arrays(grads, decay, eps=1e-3):
    positions, memory = np.empty(len(grads) + 1), np.zeros(2)
    positions[0] = 1
    for n, grad in enumerate(np.asarray(grads)):
        memory[0] = np.average([memory[0], grad**2], weights=[decay, 1 - decay])
        step = grad * np.sqrt(memory[1] + eps) / np.sqrt(memory[0] + eps)
        memory[1] = np.average([memory[1], step**2], weights=[decay, 1 - decay])
        positions[n + 1] = positions[n] - step
    return positions[1:]


ANEW = {
    "effective_lr": [
        lambda lr, grads: lr / np.linalg.norm(grads),
        lambda lr, grads: lr * sum(g * g for g in grads) ** -0.5,
        lambda lr, grads: torch.tensor(grads, dtype=torch.float64).norm().reciprocal() * lr,
        lambda lr, grads: lr / functools.reduce(math.hypot, grads),
    ],
    "adagrad": [
        adagrad_in_numpy,
        adagrad_in_lists,
        on_a_copy(lambda place, lr, eps: torch.optim.Adagrad([place], lr=lr, eps=eps)),
    ],
    "rmsprop": [
        rmsprop_in_place,
        rmsprop_in_numpy,
        on_a_copy(
            lambda place, lr, eps, decay: torch.optim.RMSprop([place], lr, alpha=decay, eps=eps)
        ),
    ],
    "steps_to_forget": [
        forgotten_by_play,
        lambda steep, flat, decay: math.ceil(
            math.log(3 * flat**2 / (steep**2 - flat**2)) / math.log(decay)
        ),
        lambda steep, flat, decay: next(
            float(n)
            for n in range(10_000)
            if decay**n * steep**2 + (1 - decay**n) * flat**2 <= 4 * flat**2
        ),
    ],
    "settings_from_steps": [
        lambda first, final: np.array([final, 1 - final**2 / first**2]),
        lambda first, final: [lr := final, (first - lr) * (first + lr) / first**2],
    ],
    "repaired_adadelta": [adadelta_of_torch, adadelta_by_recursion, adadelta_in_arrays],
}
