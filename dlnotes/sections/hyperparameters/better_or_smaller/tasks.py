"""Two tasks that share some of their hidden features, and nets that go from the one to the other.

A task is a sum of six waves: y = Σ ±φ(w · x), each along a direction of its own. The directions of
both tasks are perpendicular and x is normal, so the waves are independent of each other.

Book: hyperparameters/better_or_smaller
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.optimizers import adam
from dlnotes.training.data.batches import rows
from dlnotes.training.fleet.backward import Layer, gradient
from dlnotes.training.nets.losses import mean_squared_error

INPUTS, FEATURES, UNITS = 16, 6, 32
ANSWERS = 8  # of the source task, each another mixture of its features
SOURCE, SOURCE_STEPS, BATCH, SOURCE_LR = 4000, 1000, 128, 0.01
VALIDATION, REPORT = 400, 1000
SHARED = tuple(range(FEATURES + 1))
SAMPLES = (15, 20, 30, 60, 120, 250)
RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1)
STEPS = 300
ARMS = ("scratch", "frozen", "tuned")


def wave(z: Tensor) -> Tensor:
    """What a task makes of the way along a direction: φ(z) = tanh(2z)."""
    return torch.tanh(2 * z)


def directions(seed: int) -> Tensor:
    """Perpendicular directions of length 1, `(16, 16)`: the target uses the first six."""
    return torch.linalg.qr(torch.randn(INPUTS, INPUTS, generator=seeded(seed)))[0].T


def spread() -> float:
    """Standard deviation of a wave, by the trapezoid rule."""
    z = torch.linspace(-8, 8, 4001, dtype=torch.float64)
    density = (-z.square() / 2).exp() / (2 * torch.pi) ** 0.5
    return float(torch.trapezoid(wave(z).square() * density, z)) ** 0.5


def target(seed: int, examples: int, draw: int) -> tuple[Tensor, Tensor]:
    """Inputs `(N, 16)` and answers `(N, 1)` with variance 1.

    Args:
        seed: which task.
        examples: N; a larger draw begins with a smaller one.
        draw: which inputs: 0 to learn from, 1 to choose by, 2 to report on.
    """
    signs = torch.randn(FEATURES, generator=seeded(1000 + seed)).sign()
    X = torch.randn(examples, INPUTS, generator=seeded(2000 + 1000 * draw + seed))
    waves = wave(X @ directions(seed)[:FEATURES].T)
    return X, (waves @ signs / (spread() * FEATURES**0.5))[:, None]


def source(seed: int, shared: int) -> tuple[Tensor, Tensor]:
    """4,000 inputs and the answers `(4000, 8)` of a task with `shared` features of the target."""
    at = [*range(shared), *range(FEATURES, 2 * FEATURES - shared)]
    mixtures = torch.randn(ANSWERS, FEATURES, generator=seeded(6000 + seed))
    mixtures = mixtures / mixtures.norm(dim=1, keepdim=True)
    X = torch.randn(SOURCE, INPUTS, generator=seeded(7000 + seed))
    return X, wave(X @ directions(seed)[at].T) @ mixtures.T / spread()


def fresh(seeds: Sequence[int], outputs: int) -> list[Layer]:
    """Untrained nets, one a seed: normal weights of variance 2 / inputs, and a head of zeros."""
    weight = [torch.randn(UNITS, INPUTS, generator=seeded(8000 + seed)) for seed in seeds]
    first = torch.stack(weight) * (2 / INPUTS) ** 0.5
    return [Layer(first, torch.zeros(len(seeds), UNITS)), new_head(len(seeds), outputs)]


def new_head(nets: int, outputs: int = 1) -> Layer:
    """A last layer that answers 0 to everything, for each of the nets."""
    return Layer(torch.zeros(nets, outputs, UNITS), torch.zeros(nets, outputs))


def hidden(layers: list[Layer], X: Tensor) -> Tensor:
    """What the hidden layer says, `(R, N, 32)`."""
    return (X @ layers[0].weight.mT + layers[0].bias.unsqueeze(1)).relu()


def errors(layers: list[Layer], X: Tensor, y: Tensor) -> Tensor:
    """Mean squared error over the variance of the answers, which is 1; `(R,)`."""
    out = hidden(layers, X) @ layers[1].weight.mT + layers[1].bias.unsqueeze(1)
    return (out - y).square().mean((1, 2))


def trained(
    layers: list[Layer], X: Tensor, y: Tensor, lr: Tensor, steps: int, order: Tensor | None = None
) -> list[Layer]:
    """All nets after so many steps of Adam, each at its own rate.

    Args:
        layers: one or two, with R nets each.
        X: `(R, N, inputs)`.
        y: `(R, N, outputs)`.
        lr: `(R,)`; with an `order` it falls to 0 along a line.
        steps: T.
        order: rows of every batch, `(T, B)`; without one, all of them at each step.
    """
    states = [[adam.init(part) for part in layer] for layer in layers]
    size = X.shape[1] if order is None else order.shape[1]
    share = torch.full((1, size), 1 / size)
    for step in range(steps):
        at = slice(None) if order is None else order[step]
        _, slopes = gradient(layers, "relu", mean_squared_error, X[:, at], y[:, at], share)
        rate = lr if order is None else lr * (1 - step / steps)
        moved = []
        for layer, slope, held in zip(layers, slopes, states, strict=True):
            parts = []
            for i, part in enumerate(layer):
                own = rate.view(-1, *[1] * (part.ndim - 1))
                delta, held[i] = adam.update(slope[i], held[i], part, lr=own)
                parts.append(part + delta)
            moved.append(Layer(*parts))
        layers = moved
    return layers


def pretrained(seeds: Sequence[int], shared: Sequence[int] = SHARED) -> list[Layer]:
    """Nets that learned the source task, for every share and, within it, every seed."""
    tasks = [source(seed, share) for share in shared for seed in seeds]
    X, y = (torch.stack(part) for part in zip(*tasks, strict=True))
    lr, order = torch.full((len(tasks),), SOURCE_LR), rows(SOURCE, BATCH, SOURCE_STEPS, 0)
    return trained(fresh(list(seeds) * len(shared), ANSWERS), X, y, lr, SOURCE_STEPS, order)


def learned(
    first: Layer, seeds: Sequence[int], samples: int, arm: str, choose: int = VALIDATION
) -> Tensor:
    """Errors after learning the target from few samples, `(2, rates, nets)`.

    Args:
        first: the hidden layer that the nets begin with.
        seeds: one for each of them.
        samples: N, from the target.
        arm: `"frozen"` for the head alone, else all layers.
        choose: how many samples choose a rate.

    Returns:
        On the samples that choose a rate, and on those that report.
    """
    count, nets = len(RATES), len(seeds)
    many = [Layer(*(part.repeat(count, *[1] * (part.ndim - 1)) for part in first))]
    many.append(new_head(count * nets))
    lr = torch.tensor(RATES).repeat_interleave(nets)

    def drawn(examples: int, draw: int) -> list[Tensor]:
        pairs = [target(seed, examples, draw) for seed in seeds]
        return [torch.stack(part).repeat(count, 1, 1) for part in zip(*pairs, strict=True)]

    X, y = drawn(samples, 0)
    if arm == "frozen":
        done = [many[0], *trained(many[1:], hidden(many, X), y, lr, STEPS)]
    else:
        done = trained(many, X, y, lr, STEPS)
    scores = [errors(done, *drawn(size, draw)) for draw, size in ((1, choose), (2, REPORT))]
    return torch.stack(scores).view(2, count, nets)
