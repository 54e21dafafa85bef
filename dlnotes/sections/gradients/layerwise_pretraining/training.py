"""Autoencoders layer by layer, and training with labels, for many nets at once.

Book: gradients/layerwise_pretraining
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from dlnotes.core.protocols import Rule
from dlnotes.core.seeds import seeded
from dlnotes.optimizers import adam, momentum
from dlnotes.sections.gradients.layerwise_pretraining.nets import (
    CHOOSING,
    EXAMPLES,
    LAYERS,
    SEEDS,
    Params,
    Start,
    Task,
    first,
    right,
    scores,
)
from dlnotes.training.nets.initialization import INITS

BATCH, PASS = 50, 20  # a pass: as many steps as 1000 examples take
CODING, TUNING = 20, 15  # passes: of each autoencoder, and with labels afterwards
WHOLE = LAYERS * CODING + TUNING
CODING_LR = 0.01
LRS = (3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0, 3.0)


# Without labels


def pretrained(
    task: Task, seeds: Sequence[int] = SEEDS, passes: int = CODING, lr: float = CODING_LR
) -> tuple[Params, Tensor]:
    """The hidden layers, each learned by an autoencoder on the output of the one before.

    Args:
        task: of which the first 1000 rows are seen, without their classes.
        seeds: of the weights.
        passes: over the rows, for each layer.
        lr: learning rate of Adam.

    Returns:
        Weights and biases, and of each layer's input the part of the variance that its
        autoencoder could not tell again, `(layers, seeds)`.
    """
    h, codes, missed = task.X[:EXAMPLES].expand(len(seeds), -1, -1), [], []
    fresh = first(Start(), task.X.shape[1], seeds)
    for place in range(LAYERS):
        weight, bias, miss = coded(fresh[2 * place], h, place, seeds, passes, lr)
        codes += [weight, bias]
        missed.append(miss / h.var(1, correction=0).mean(1))
        h = (h @ weight.mT + bias).sigmoid()
    return codes, torch.stack(missed)


def coded(
    weight: Tensor, h: Tensor, place: int, seeds: Sequence[int], passes: int, lr: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Weight and bias of a sigmoid layer from whose output a linear one can tell h again.

    The linear layer is thrown away; the third result is how far off it was, `(seeds,)`.
    """
    outputs, inputs = weight.shape[1:]
    back = [INITS["glorot"](inputs, outputs, seeded(100 * seed + place)).float() for seed in seeds]
    bias = torch.zeros(len(seeds), 1, outputs)
    params = [weight, bias, torch.stack(back), h.mean(1, keepdim=True)]
    order = rows(len(h[0]), passes * PASS, place + 1)

    def miss(params: Params, batch: Tensor) -> Tensor:
        told = told_again(params, batch)
        return (told - batch).square().mean((1, 2))

    loss = lambda params, step: miss(params, h[:, order[step]])  # noqa: E731
    params = descended(params, loss, torch.full((len(seeds), 1, 1), lr), passes * PASS, adam)
    return *(param.detach() for param in params[:2]), miss(params, h).detach()


def told_again(params: Params, h: Tensor) -> Tensor:
    """What the linear layer behind a sigmoid one makes of h."""
    code = torch.baddbmm(params[1], h, params[0].mT).sigmoid()
    return torch.baddbmm(params[3], code, params[2].mT)


# With labels


def trained(
    start: Start,
    params: Params,
    task: Task,
    chosen: Tensor,
    lrs: Sequence[float] = LRS,
    times: Sequence[int] = (TUNING,),
    rule: Rule = momentum,
) -> Tensor:
    """Accuracy after each of `times`, `(2, lrs, times, seeds)`: validation part, test part.

    Args:
        start: what the nets are.
        params: what they begin with, one net a seed.
        task: all pictures.
        chosen: the labeled rows of every seed, `(seeds, N)`.
        lrs: learning rates.
        times: passes after which one looks, rising; the last one ends it.
        rule: a module with `init` and `update`.
    """
    params, loss, X = _side_by_side(start, params, task, chosen, len(lrs), times[-1] * PASS)
    rates, found = torch.tensor(lrs).repeat_interleave(len(chosen)).view(-1, 1, 1), []

    def look(params: Params, step: int) -> None:
        if step % PASS == 0 and step // PASS in times:
            parts = slice(EXAMPLES, CHOOSING), slice(CHOOSING, None)
            found.append(
                torch.stack([right(start, params, task.X[p], task.y[p], X) for p in parts])
            )

    descended(params, loss, rates, times[-1] * PASS, rule, look)
    accuracies = torch.stack(found).view(len(times), 2, len(lrs), len(chosen))
    return accuracies.permute(1, 2, 0, 3)


def fitted(
    start: Start, params: Params, task: Task, lr: float, passes: int = TUNING
) -> tuple[Params, Tensor]:
    """Nets after training on all labels at one rate, and their loss there, `(seeds,)`."""
    chosen = torch.arange(EXAMPLES).expand(len(params[0]), -1)
    params, loss, X = _side_by_side(start, params, task, chosen, 1, passes * PASS)
    params = descended(params, loss, torch.tensor(lr), passes * PASS, momentum)
    return params, entropy(scores(start, params, X), task.y[chosen]).detach()


def _side_by_side(
    start: Start, params: Params, task: Task, chosen: Tensor, times: int, steps: int
) -> tuple[Params, Callable[[Params, int], Tensor], Tensor]:
    """Every seed's net so many times over, their loss at a step, and what they learn from."""
    X, y = task.X[chosen].repeat(times, 1, 1), task.y[chosen].repeat(times, 1)
    order = rows(len(y[0]), steps)

    def loss(params: Params, step: int) -> Tensor:
        return entropy(scores(start, params, X[:, order[step]]), y[:, order[step]])

    return [param.repeat(times, 1, 1) for param in params], loss, X


def entropy(out: Tensor, y: Tensor) -> Tensor:
    """Cross-entropy of scores `(R, B, C)` and classes `(R, B)`, one a net."""
    return -out.log_softmax(-1).gather(-1, y.unsqueeze(-1)).mean((1, 2))


def descended(
    params: Params,
    loss: Callable[[Params, int], Tensor],
    lrs: Tensor,
    steps: int,
    rule: Rule,
    look: Callable[[Params, int], None] = lambda params, step: None,
) -> Params:
    """R nets side by side; `look` sees the parameters before every step and after the last."""
    states = [rule.init(param) for param in params]
    for step in range(steps):
        look(params, step)
        params = [param.detach().requires_grad_() for param in params]
        grads = torch.autograd.grad(loss(params, step).sum(), params)
        with torch.no_grad():
            made = [
                rule.update(g, s, p, lr=lrs) for g, s, p in zip(grads, states, params, strict=True)
            ]
            params = [p + delta for p, (delta, _) in zip(params, made, strict=True)]
        states = [state for _, state in made]
    look(params, steps)
    return params


def rows(examples: int, steps: int, seed: int = 0) -> Tensor:
    """Rows of every step's batch, `(steps, B)`: all have their turn before one comes again."""
    source, size = seeded(seed), min(BATCH, examples)
    rounds = max(1, -(-steps * size // examples))
    order = torch.cat([torch.randperm(examples, generator=source) for _ in range(rounds)])
    return order[: steps * size].view(steps, size)
