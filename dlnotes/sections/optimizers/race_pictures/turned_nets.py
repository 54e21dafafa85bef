"""A race of small networks, whose axes can be turned like those of a valley.

Book: optimizers/race_pictures
"""

from functools import cache

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from dlnotes.core.protocols import Rule
from dlnotes.core.seeds import seeded
from dlnotes.training.data.datasets import digits
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.sweeps import lowest

SHAPE = (64, 8, 10)  # of the nets
IMAGES = 300
SEEDS = range(5)
RATES = tuple(float(f"{10 ** (power / 2):.3g}") for power in range(-3, 2))  # 0.0316 to 3.16


def trained(rule: Rule, *, turned: bool, steps: int = 60) -> tuple[float, Tensor]:
    """Trains small nets on digits, full batch, with the axes of their parameters turned or not.

    Turned means: the rule sees φ = Rθ and the gradient Rg, where R is a random rotation of all
    parameters of a net, another one for every seed; the net computes with θ all the same.

    Args:
        rule: a module with `init` and `update` that moves every coordinate by itself.
        turned: whether to turn.
        steps: T.

    Returns:
        The learning rate of `RATES` with the lowest median loss at the end, and the losses of every
        seed, at the one that the other seeds choose like this, before every step and after the
        last, shape `(S, T + 1)`.
    """
    lr = torch.tensor(RATES).view(-1, 1, 1)
    turn = _rotations() if turned else None
    params = _starts() if turn is None else (turn @ _starts().unsqueeze(-1)).squeeze(-1)
    params = params.repeat(len(RATES), 1, 1)
    state, losses = rule.init(params), []
    for _ in range(steps + 1):
        loss, grad = _descent(
            params if turn is None else torch.einsum("ksi,sij->ksj", params, turn)
        )
        grad = grad if turn is None else torch.einsum("sij,ksj->ksi", turn, grad)
        delta, state = rule.update(grad, state, params, lr=lr)
        losses.append(loss)
        params = params + delta
    curves = torch.stack(losses, dim=-1)
    ends, seeds = curves[..., -1], range(len(SEEDS))
    others = [[other for other in seeds if other != seed] for seed in seeds]
    chosen = [int(lowest(ends[:, those])) for those in others]
    return RATES[int(lowest(ends))], curves[chosen, list(seeds)]


def _descent(params: Tensor) -> tuple[Tensor, Tensor]:
    """Losses `(R, S)` of nets and their gradients; parameters `(R, S, D)`."""
    X, y = _digits()
    params = params.detach().requires_grad_(True)
    inputs, units, classes = SHAPE
    sizes = [units * inputs, units, classes * units, classes]
    W, b, V, c = params.split(sizes, dim=-1)
    hidden = torch.relu(X @ W.unflatten(-1, (units, inputs)).mT + b.unsqueeze(-2))
    scores = hidden @ V.unflatten(-1, (classes, units)).mT + c.unsqueeze(-2)
    runs = scores.flatten(0, 1).mT
    each = cross_entropy(runs, y.expand(len(runs), -1), reduction="none").mean(-1)
    (grad,) = torch.autograd.grad(each.sum(), params)
    return each.detach().view(params.shape[:2]), grad


@cache
def _digits() -> tuple[Tensor, Tensor]:
    data = digits()
    return data.X[:IMAGES], data.y[:IMAGES]


@cache
def _starts() -> Tensor:
    """Fresh parameters, one net a seed, shape `(S, D)`."""
    nets = [MLP(SHAPE, seed=seed) for seed in SEEDS]
    return torch.stack(
        [torch.cat([p.detach().flatten() for p in net.parameters()]) for net in nets]
    )


@cache
def _rotations() -> Tensor:
    """A random orthogonal matrix a seed, shape `(S, D, D)`."""
    size = _starts().shape[-1]
    noise = [torch.randn(size, size, generator=seeded(seed)) for seed in SEEDS]
    return torch.linalg.qr(torch.stack(noise)).Q
