"""Right answers written as somebody else would write them earn everything."""

import functools
import inspect
import math

import numpy as np
import pytest
import torch

from dlnotes.core.solutions import without_marks
from dlnotes.grading import declarations
from dlnotes.grading.judging import judge
from dlnotes.grading.producing import produce

TASKS = declarations.all_tasks()
every_task = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)


def verdict(task, answer, seed="style"):
    return judge(task, seed, produce(answer, task.drive, task.draws(seed), seconds=task.seconds))


def solution(task):
    names = {"math": math, "torch": torch}
    exec(without_marks(task.solution), names)
    return names[task.id]


# The same solution, wrapped or packed in another way


def other(value, numbers, arrays):
    """A value with its numbers and its arrays made into something else."""
    if isinstance(value, tuple | list):
        return [other(item, numbers, arrays) for item in value]
    if isinstance(value, torch.Tensor):
        return arrays(value) if value.is_floating_point() else value.tolist()
    return numbers(value) if isinstance(value, float) else value


PACKED = {
    "0-d tensors, float32": (torch.tensor, lambda x: x.to(torch.float32)),
    "numpy": (np.float64, lambda x: x.detach().numpy()),
    "0-d arrays": (np.array, lambda x: x),
    "tensors that want gradients": (lambda x: x, lambda x: x.clone().requires_grad_()),
    "parameters": (lambda x: x, torch.nn.Parameter),
    "columns turned and back": (lambda x: x, lambda x: x.flip(0).flip(0)),
}


@every_task
@pytest.mark.parametrize("numbers, arrays", PACKED.values(), ids=PACKED)
def test_numbers_of_any_kind(task, numbers, arrays):
    answer = solution(task)

    def packed(*args, **named):
        value = answer(*args, **named)
        if isinstance(value, tuple) and isinstance(value[-1], tuple):  # a state is the learner's
            return other(value[0], numbers, arrays), value[1]
        return other(value, numbers, arrays)

    assert verdict(task, packed).share == 1


class Called:
    """An object that is called like a function."""

    def __init__(self, answer):
        self.answer = answer

    def __call__(self, *args, **named):
        return self.answer(*args, **named)

    def method(self, *args, **named):
        return self.answer(*args, **named)

    @staticmethod
    def by_name(answer):
        """A function whose own helper takes keywords only."""
        signature = inspect.signature(answer)

        def named_only(*args, **named):
            return answer_with(**signature.bind(*args, **named).arguments)

        def answer_with(**arguments):
            return answer(**arguments)

        return named_only


WRAPPED = {
    "an object": Called,
    "a bound method": lambda answer: Called(answer).method,
    "a lambda": lambda answer: lambda *args, **named: answer(*args, **named),
    "a partial": functools.partial,
    "cached by identity": lambda answer: functools.wraps(answer)(Called(answer)),
    "keywords only": Called.by_name,
    "nested": lambda answer: [lambda *args, **named: answer(*args, **named)][0],
}


@every_task
@pytest.mark.parametrize("wrap", WRAPPED.values(), ids=WRAPPED)
def test_callables_of_any_kind(task, wrap):
    assert verdict(task, wrap(solution(task))).share == 1


# Written anew, without a look at the solution


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


def repaired_in_numpy(grads, lrs, momentum):
    weights = np.tril(momentum ** np.abs(np.subtract.outer(range(len(grads)), range(len(grads)))))
    return -np.array(lrs) * (weights @ np.array(grads))


def autograd_step(x, y, condition, lr):
    point = torch.tensor([x, y], dtype=torch.float64, requires_grad=True)
    ((point**2 * torch.tensor([1.0, condition], dtype=torch.float64)).sum() / 2).backward()
    return point.detach() - lr * point.grad


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


def adamw_in_place(grad, state, param, *, lr, beta1, beta2, weight_decay):
    count, m, v = state[0] + 1, state[1].clone(), state[2].clone()
    m.mul_(beta1).add_(grad, alpha=1 - beta1)
    v.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
    after = param * (1 - lr * weight_decay)
    scale = math.sqrt(1 - beta2**count) / (1 - beta1**count)
    after -= lr * scale * m / v.sqrt()
    return after - param, [count, m, v]


def with_adamw_of_torch(grad, state, param, *, lr, beta1, beta2, weight_decay):
    if isinstance(state, tuple):
        place = torch.nn.Parameter(param.clone())
        hyper = {"lr": lr, "betas": (beta1, beta2), "eps": 0, "weight_decay": weight_decay}
        state = torch.optim.AdamW([place], **hyper)
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
    "heads_or_weights": [
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
    "adamw": [adamw_in_place, with_adamw_of_torch],
    "lion": [
        lion_in_lists,
        lambda grad, state, param, *, lr, beta1, beta2: (
            -lr * torch.sign(torch.lerp(grad, state[0], beta1)),
            (torch.lerp(grad, state[0], beta2),),
        ),
    ],
}


def test_every_task_has_been_written_anew():
    assert set(ANEW) == {task.id for task in TASKS}
    assert all(len(answers) >= 2 for answers in ANEW.values())


@pytest.mark.parametrize(
    ("name", "number"), [(name, i) for name, answers in ANEW.items() for i in range(len(answers))]
)
def test_right_in_another_way(name, number):
    task = declarations.find(name)
    for seed in range(5):
        found = verdict(task, ANEW[name][number], seed)
        assert found.share == 1, found
