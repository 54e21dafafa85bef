"""Test benches for the relatives of Adam: sizes, factored memories, soft signs.

Book: optimizers/adam_relatives
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import at_least, between
from dlnotes.core.protocols import Rule
from dlnotes.training.data import datasets
from dlnotes.training.nets import mlp
from dlnotes.training.replay import replay
from dlnotes.training.sweeps import sweep

SEEDS = 5
# β₁² above β₂; the same β₂ without momentum; a β₂ far above the default
BETAS = {
    "faster": {"beta1": 0.9, "beta2": 0.5},
    "alone": {"beta1": 0.0, "beta2": 0.5},
    "high": {"beta1": 0.9, "beta2": 0.9999},
}


def sizes(grads: Tensor, power: float, beta2: float = 0.999) -> Tensor:
    """The size of gradients that a memory with the q-th power keeps.

    (1 - beta2^q) · Σ beta2^(q · (t - i)) · |gradᵢ|^q to the power 1 / q; q = 2 is Adam's √v with
    beta2² for its beta2, q = ∞ the maximum max(beta2 · n, |grad|) of AdaMax. Kingma & Ba (2015),
    section 7.1, which calls it p.

    Args:
        grads: shape `(T,)`.
        power: q, at least 1, `math.inf` for the maximum.
        beta2: what is kept in a step, in [0, 1).

    Returns:
        The size after every gradient, shape `(T,)`.
    """
    at_least("power", power, 1)
    between("beta2", beta2, 0, 1)
    kept, found = torch.zeros((), dtype=grads.dtype), []
    for grad in grads.abs():
        if power == math.inf:
            kept = torch.maximum(beta2 * kept, grad)
        else:
            kept = beta2**power * kept + (1 - beta2**power) * grad**power
        found.append(kept)
    return torch.stack(found) ** (1.0 if power == math.inf else 1 / power)


def factored(squares: Tensor) -> Tensor:
    """What is left of a matrix of squares when only the means of its rows and columns are kept.

    rows · columns / mean: the rank-1 matrix of Shazeer & Stern (2018). Exact for squares of rank 1.

    Args:
        squares: shape `(N, M)`, at least 0.

    Example:
        >>> factored(torch.tensor([[1.0, 2.0], [2.0, 4.0]]))
        tensor([[1., 2.],
                [2., 4.]])
    """
    rows, columns = squares.mean(1, keepdim=True), squares.mean(0, keepdim=True)
    return rows * columns / squares.mean()


def state_size(rule: Rule, *shape: int) -> int:
    """How many numbers a rule remembers of a parameter of this shape, besides counters.

    Example:
        >>> from dlnotes.optimizers import adafactor, adam
        >>> state_size(adam, 1000, 500), state_size(adafactor, 1000, 500)
        (1000000, 1500)
    """
    state = rule.init(torch.empty(shape, device="meta"))
    return sum(value.numel() for value in state if value.ndim)


def second_moments(steps: int = 200, seed: int = 0) -> Tensor:
    """What torch's Adam remembers of the squared gradients of a layer, after some training.

    The first layer of a 64-32-10 net on the digits; the columns of pixels that are black in every
    example hold zeros and are left out.

    Args:
        steps: updates, each with 64 examples.
        seed: of weights and order.

    Returns:
        Second moments, shape `(32, pixels)`.
    """
    data = datasets.digits(seed)
    net, rng = mlp.MLP((64, 32, 10), seed=seed), torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
    for _ in range(steps):
        rows = torch.randint(len(data.X), (64,), generator=rng)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(data.X[rows]), data.y[rows]).backward()
        optimizer.step()
    found = optimizer.state[next(net.parameters())]["exp_avg_sq"].double()
    return found[:, found.sum(0) > 0]


def digits_scores(
    rules: dict[str, Rule], lrs: tuple[float, ...] = (3e-3, 1e-2, 3e-2), **hyper: float
) -> dict[str, list[float]]:
    """Test accuracy on the digits, each rule at the learning rate it does best with.

    The same for all: a 64-32-10 net, the same weights, batches of 64 and 200 updates a seed. Half
    of the examples set aside choose the learning rate (the mean over seeds decides), the other
    half is reported.

    Args:
        rules: name -> a rule.
        lrs: learning rates to choose from.
        **hyper: of all the rules.

    Returns:
        Name -> accuracy of every seed.
    """
    data, net = datasets.digits(), mlp.MLP((64, 32, 10))
    grid = {"lrs": lrs, "seeds": range(SEEDS), "steps": 200, "batch_size": 64} | hyper
    half = len(data.X_test) // 2
    return {
        name: sweep(net, data, rule, choose=half, progress=False, **grid).best.tolist()
        for name, rule in rules.items()
    }


def longest_step(rule: Rule, grads: Tensor, **hyper: float) -> float:
    """The longest step a rule makes on given gradients, in learning rates.

    Args:
        rule: a module with `init` and `update`.
        grads: one gradient a step, shape `(T,)`.
        **hyper: of the rule, but the learning rate.
    """
    return replay(rule, grads, lr=1.0, **hyper).deltas.abs().max().item()


class Walk(NamedTuple):
    """Average steps in learning rates, shape `(SEEDS, S)`.

    Attributes:
        net: against the gradient: forward less backward.
        length: whatever the direction.
    """

    net: Tensor
    length: Tensor


def average_steps(rule: Rule, signal: Tensor, *, steps: int = 400, copies: int = 200) -> Walk:
    """How far a rule moves in an average step when the gradient is a mean plus noise.

    Args:
        rule: a module with `init` and `update`.
        signal: mean over standard deviation of the gradient, shape `(S,)`.
        steps: steps that are averaged, after as many that are not.
        copies: independent walks that are averaged, a seed.
    """
    shape, found = (2 * steps, copies, len(signal)), []
    for seed in range(SEEDS):
        rng = torch.Generator().manual_seed(seed)
        noise = torch.randn(shape, generator=rng, dtype=torch.float64)
        made = replay(rule, signal + noise, lr=1.0).deltas[steps:]
        found.append((-made.mean((0, 1)), made.abs().mean((0, 1))))
    return Walk(*(torch.stack(each) for each in zip(*found, strict=True)))


def expected_steps(signal: Tensor, beta1: float = 0.9, beta2: float = 0.99) -> dict[str, Tensor]:
    """The same for Adam and Lion, computed: a soft sign and a hard sign of an average.

    Adam: the mean over the root of mean² + variance. Lion: the chance of a plus minus that of a
    minus; the noise in its average has the variance beta1² · (1 - beta2) / (1 + beta2) +
    (1 - beta1)².

    Args:
        signal: mean over standard deviation of the gradient, shape `(S,)`.
        beta1, beta2: of Lion.
    """
    noise = math.sqrt(beta1**2 * (1 - beta2) / (1 + beta2) + (1 - beta1) ** 2)
    return {
        "adam": signal / (1 + signal**2).sqrt(),
        "lion": torch.erf(signal / (noise * math.sqrt(2))),
    }
