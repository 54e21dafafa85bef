"""The tasks on momentum, answered anew."""

import math

import numpy as np
import torch


class Ball:
    """Three updates, as an object that keeps its velocity."""

    def __call__(self, x, grads, lr, momentum):
        self.velocity, self.path = 0, ()
        for grad in grads:
            self.velocity = grad + self.velocity * momentum
            x -= self.velocity * lr
            self.path += (x,)
        return self.path


def in_place(grad, state, param, *, lr, momentum):
    velocity = state[0].clone().mul_(momentum).add_(grad)
    return velocity.clone().mul_(-lr), (velocity,)


def in_numpy(grad, state, param, *, lr, momentum):
    velocity = np.asarray(state[0]) * momentum + np.asarray(grad)
    return -lr * velocity, [velocity]


def in_lists(grad, state, param, *, lr, momentum):
    velocity = [momentum * v + g for v, g in zip(*(state[0].tolist(), grad.tolist()), strict=True)]
    return [-lr * v for v in velocity], (torch.tensor(velocity, dtype=torch.float64),)


def richer(grad, state, param, *, lr, momentum=0.9, **rest):
    """Keeps a count beside the velocity, in a dict."""
    memory = state if isinstance(state, dict) else {"velocity": state[0], "count": 0}
    velocity = torch.add(grad, memory["velocity"], alpha=momentum)
    return velocity.neg() * lr, {"velocity": velocity, "count": memory["count"] + 1}


def with_optimizer(nesterov):
    """Lets torch take a step on a copy: right values, whatever a teacher says of it."""

    def answer(grad, state, param, *, lr, momentum=0.9):
        copy = torch.nn.Parameter(param.clone())
        optimizer = torch.optim.SGD([copy], lr=lr, momentum=momentum, nesterov=nesterov)
        optimizer.state[copy]["momentum_buffer"] = state[0].clone()
        copy.grad = grad.clone()
        optimizer.step()
        return copy.detach() - param, (optimizer.state[copy]["momentum_buffer"].clone(),)

    return answer


def nesterov_in_place(grad, state, param, *, lr, momentum):
    velocity = state[0] * momentum
    velocity += grad
    step = grad.clone()
    step += momentum * velocity
    step *= -lr
    return step, (velocity,)


def nesterov_in_numpy(grad, state, param, *, lr, momentum):
    gradient = grad.numpy().copy()
    velocity = momentum * np.array(state[0]) + gradient
    return -(lr * gradient + lr * momentum * velocity), (velocity,)


def repaired_in_numpy(grads, lrs, momentum):
    weights = np.tril(momentum ** np.abs(np.subtract.outer(range(len(grads)), range(len(grads)))))
    return -np.array(lrs) * (weights @ np.array(grads))


HARMLESS = {
    "momentum: default 0.9 -> 1.9": "it is always passed",
    "nesterov: default 0.9 -> 1.9": "it is always passed",
    "tuned_heavy_ball: high - low: swapped": "it is squared",
    "heavy_ball_rate: 1 + momentum - lr * curvature: swapped": "only its size and square are used",
}
ANEW = {
    "three_updates": [Ball(), Ball().__call__, lambda *args: np.array(Ball()(*args))],
    "gains": [
        lambda beta: np.array([1 / (1 - beta), 1 / (1 + beta)]),
        lambda beta: [sum(beta**k for k in range(500)), sum((-beta) ** k for k in range(500))],
    ],
    "momentum": [in_place, in_numpy, in_lists, richer, with_optimizer(nesterov=False)],
    "nesterov": [nesterov_in_place, nesterov_in_numpy, with_optimizer(nesterov=True)],
    "tuned_heavy_ball": [
        lambda smallest, largest: (
            (np.array([2, largest**0.5 - smallest**0.5]) / (largest**0.5 + smallest**0.5)) ** 2
        ),
        lambda smallest, largest: [
            4 / (smallest + largest + 2 * math.sqrt(smallest * largest)),
            (1 - 2 / (math.sqrt(largest / smallest) + 1)) ** 2,
        ],
    ],
    "heavy_ball_rate": [
        lambda lr, momentum, curvature: abs(
            np.linalg.eigvals([[1 + momentum - lr * curvature, -momentum], [1, 0]])
        ).max(),
        lambda lr, momentum, curvature: max(
            map(abs, np.roots([1, -(1 + momentum - lr * curvature), momentum]))
        ),
    ],
    "momentum_after_drop": [
        repaired_in_numpy,
        lambda grads, lrs, momentum: [
            -lr * sum(momentum ** (t - s) * grads[s] for s in range(t + 1))
            for t, lr in enumerate(lrs)
        ],
    ],
}
