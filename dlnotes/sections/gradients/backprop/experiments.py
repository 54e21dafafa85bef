"""Differences beside true derivatives, and a digit net whose gradient is worked out by hand.

Book: gradients/backprop
"""

from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.gradients.checking import gradient_check, numerical_gradient
from dlnotes.training.data import datasets

SEEDS = tuple(range(5))
NUDGES = tuple(10.0**-k for k in range(1, 11))  # from large to small


def exponential(h: float, *, central: bool, dtype: torch.dtype = torch.float64) -> float:
    """Relative error of a difference of e^x, whose derivatives are all e^x; median of 21 places.

    Args:
        h: the nudge, greater than 0.
        central: both ways, or upwards only.
        dtype: of the computation.
    """
    places = torch.linspace(0.5, 1.5, 21, dtype=dtype)
    found = torch.stack([numerical_gradient(torch.exp, x, h, central=central) for x in places])
    return (found.double() / places.double().exp() - 1).abs().median().item()


# ---- a net with a gradient by hand: 64 pixels, 32 and 32 units, 10 scores ------------------------
SIZES = (64, 32, 32, 10)
PARAMETERS = sum(outputs * (inputs + 1) for inputs, outputs in pairwise(SIZES))
LAYERS = len(SIZES) - 1
TRAINED, STEPS = 300, 200  # digits, steps on all of them
GRID = (0.1, 0.3, 1.0, 3.0, 10.0)  # learning rates; below, the best of each on validation digits
RATES = {"exact": 3.0, "random": 1.0, "forgetful": 0.3, "unsquared": 0.3}
FAULTS = {"forgetful": torch.ones_like, "unsquared": lambda h: 1 - h}  # a tanh's slope is 1 - h²


class Digits(NamedTuple):
    """Images `(N, 64)` and labels `(N,)`, in three parts."""

    X: Tensor
    y: Tensor
    X_valid: Tensor
    y_valid: Tensor
    X_test: Tensor
    y_test: Tensor


@cache
def digits(seed: int) -> Digits:
    """300 digits for training, 500 to choose the learning rate, 449 to judge."""
    data, last = datasets.digits(seed), TRAINED + 500
    X, X_test = data.X.double(), data.X_test.double()
    parts = X[:TRAINED], data.y[:TRAINED], X[TRAINED:last], data.y[TRAINED:last]
    return Digits(*parts, X_test, data.y_test)


def start(seed: int) -> dict[str, Tensor]:
    """Normal weights of standard deviation 1/√inputs, biases of 0.1, in float64."""
    source, params = seeded(seed), {}
    for layer, (inputs, outputs) in enumerate(pairwise(SIZES), 1):
        normal = torch.randn(outputs, inputs + 1, generator=source, dtype=torch.float64)
        params[f"W{layer}"], params[f"b{layer}"] = normal[:, 1:] / inputs**0.5, 0.1 * normal[:, 0]
    return params


def forward(params: dict[str, Tensor], X: Tensor, act: Callable = torch.tanh) -> list[Tensor]:
    """The signal after every layer, from the input to the scores."""
    signals = [X]
    for layer in range(1, LAYERS + 1):
        z = signals[-1] @ params[f"W{layer}"].T + params[f"b{layer}"]
        signals.append(act(z) if layer < LAYERS else z)
    return signals


def loss(params: dict[str, Tensor], X: Tensor, y: Tensor, act: Callable = torch.tanh) -> Tensor:
    """Mean cross-entropy."""
    return torch.nn.functional.cross_entropy(forward(params, X, act)[-1], y)


def by_hand(
    way: str, params: dict[str, Tensor], X: Tensor, y: Tensor, back: dict | None = None
) -> dict[str, Tensor]:
    """The gradient of the tanh net, a layer at a time from the end.

    Args:
        way: `"exact"`; `"random"`, messages go back through the matrices of `back` instead of the
            weights (Lillicrap et al. 2016); or one of `FAULTS`, a wrong slope of the second tanh.
        params: of the net.
        X: images, `(B, 64)`.
        y: labels, `(B,)`.
        back: weights by name, for `"random"`.
    """
    signals, grads = forward(params, X), {}
    message = (signals[-1].softmax(1) - torch.nn.functional.one_hot(y, SIZES[-1])) / len(y)
    for layer in range(LAYERS, 0, -1):
        below = signals[layer - 1]
        grads[f"W{layer}"], grads[f"b{layer}"] = message.T @ below, message.sum(0)
        through = back if way == "random" else params
        faulty = layer == LAYERS and way in FAULTS  # the slope of the second tanh
        slope = FAULTS[way](below) if faulty else 1 - below**2
        message = (message @ through[f"W{layer}"]) * slope
    return grads


class Trained(NamedTuple):
    """Nets at the end; a row a learning rate, a column a seed.

    Attributes:
        loss: on the training digits.
        valid: accuracy on the digits that choose the rate.
        test: accuracy on the digits that judge.
    """

    loss: Tensor
    valid: Tensor
    test: Tensor


def trained(way: str, rates: Sequence[float], seeds: Sequence[int] = SEEDS) -> Trained:
    """200 steps of full-batch gradient descent from every seed at every rate, all at once."""
    runs = [(rate, seed) for rate in rates for seed in seeds]
    parts = [torch.stack(each) for each in zip(*(digits(seed) for _, seed in runs), strict=True)]
    X, y, X_valid, y_valid, X_test, y_test = (_single(part) for part in parts)
    params, back = (_stacked(runs, add) for add in (0, 1000))
    several = torch.func.vmap(partial(by_hand, way))
    for _ in range(STEPS):
        params = _step(params, several(params, X, y, back), [rate for rate, _ in runs])
    scores = torch.func.vmap(accuracy)
    shape = len(rates), len(seeds)
    ends = torch.func.vmap(loss)(params, X, y), scores(params, X_valid, y_valid)
    return Trained(*(each.view(shape) for each in (*ends, scores(params, X_test, y_test))))


def _stacked(runs: list[tuple[float, int]], add: int) -> dict[str, Tensor]:
    starts = [start(seed + add) for _, seed in runs]
    return {name: torch.stack([each[name] for each in starts]).float() for name in starts[0]}


def _step(params: dict, grads: dict, rates: list[float]) -> dict[str, Tensor]:
    lr = torch.tensor(rates)
    return {name: p - lr.view(-1, *[1] * (p.ndim - 1)) * grads[name] for name, p in params.items()}


def _single(part: Tensor) -> Tensor:
    return part.float() if part.is_floating_point() else part


def accuracy(params: dict[str, Tensor], X: Tensor, y: Tensor) -> Tensor:
    """The part of images whose highest score is at their label."""
    return (forward(params, X)[-1].argmax(1) == y).float().mean()


# ---- the net checked -----------------------------------------------------------------------------
def errors(
    seed: int,
    h: float,
    *,
    way: str = "exact",
    act: Callable = torch.tanh,
    dtype: torch.dtype = torch.float64,
    entries: int = 30,
) -> dict[str, float]:
    """Relative error of the numerical gradient, or of a wrong one, layer by layer.

    Args:
        seed: of digits, net and entries.
        h: the nudge.
        way: of `by_hand`; a net with another activation is asked autograd.
        act: of the net.
        dtype: of the computation.
        entries: weights looked at in each layer.
    """
    X, y, *_ = digits(seed)
    X, y = X[:50].to(dtype), y[:50]
    params = {name: param.to(dtype) for name, param in start(seed).items()}
    hand = by_hand(way, params, X, y)
    claimed = hand if act is torch.tanh else torch.func.grad(loss)(params, X, y, act)
    weights = {name: param for name, param in params.items() if name.startswith("W")}

    def of(some: dict[str, Tensor]) -> Tensor:
        return loss({**params, **some}, X, y, act)

    checks = gradient_check(of, weights, claimed, h=h, entries=entries, seed=seed)
    return {name: check.error for name, check in checks.items()}


@cache
def valley(dtype: torch.dtype = torch.float64) -> Tensor:
    """Errors of the tanh net, shape `(seeds, nudges, layers)`."""
    rows = [[list(errors(s, h, dtype=dtype).values()) for h in NUDGES] for s in SEEDS]
    return torch.tensor(rows)


def differences() -> tuple[Tensor, ...]:
    """Nudges, and the errors of `exponential`: forward, central, and central in float32."""
    kinds = (False, torch.float64), (True, torch.float64), (True, torch.float32)
    errors = [[exponential(h, central=c, dtype=d) for h in NUDGES] for c, d in kinds]
    return torch.tensor(NUDGES), *map(torch.tensor, errors)


class Modes(NamedTuple):
    """The same gradient from both ends.

    Attributes:
        apart: largest difference of an entry, over the largest entry.
        passes: how many passes forward mode takes.
    """

    apart: float
    passes: int


def both_modes(seed: int) -> Modes:
    """Forward mode, one pass for every parameter, and reverse mode, one in all."""
    X, y, *_ = digits(seed)
    params = start(seed)
    shapes = {name: param.shape for name, param in params.items()}
    flat = torch.cat([param.flatten() for param in params.values()])

    def of(vector: Tensor) -> Tensor:
        pieces = vector.split([shape.numel() for shape in shapes.values()])
        named = {n: p.view(s) for (n, s), p in zip(shapes.items(), pieces, strict=True)}
        return loss(named, X[:20], y[:20])

    def along(direction: Tensor) -> Tensor:
        return torch.func.jvp(of, (flat,), (direction,))[1]

    ways = torch.eye(len(flat), dtype=flat.dtype)
    forwards = torch.func.vmap(along, chunk_size=256)(ways)
    backwards = torch.func.grad(of)(flat)
    apart = (forwards - backwards).abs().max() / backwards.abs().max()
    return Modes(apart.item(), len(ways))


class Faulty(NamedTuple):
    """A wrong gradient, checked and trained with; lists have a number a seed.

    Attributes:
        below: smallest error of the layers that get their message through the fault.
        above: error of the layer behind it.
        loss: training loss at the end.
        gap: by how much accuracy is better with the right gradient, on the same seed.
    """

    below: list[float]
    above: list[float]
    loss: list[float]
    gap: list[float]


def faulty(way: str) -> Faulty:
    """One of `FAULTS` beside the right gradient, each at its own learning rate."""
    checks = [errors(seed, 1e-5, way=way) for seed in SEEDS]
    right, wrong = (trained(each, [RATES[each]]) for each in ("exact", way))
    return Faulty(
        [min(check["W1"], check["W2"]) for check in checks],
        [check["W3"] for check in checks],
        wrong.loss[0].tolist(),
        (right.test - wrong.test)[0].tolist(),
    )
