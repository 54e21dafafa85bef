"""What the page measures: zeros by four routes, twins, an imitator, sparse and dense truth.

`python -m dlnotes.sections.regularization.l1_l2.experiments` makes the record beside this file
anew; it takes three minutes.

Book: regularization/l1_l2
"""

from functools import cache
from typing import Any

import torch
from torch import Tensor

from dlnotes.regularization.linear import elastic_net, lasso, ridge, support_recovery
from dlnotes.regularization.proximal import soft_threshold
from dlnotes.sections.regularization.l1_l2 import net
from dlnotes.sections.regularization.l1_l2.problems import (
    FEATURES,
    USEFUL,
    Linear,
    fifty,
    imitated,
    spread,
    twins,
)
from dlnotes.training.records import Record, unpacked

SEEDS, MANY = tuple(range(5)), tuple(range(20))
ROUTES = ("subgradient", "falling", "adam", "proximal")
LR, STRENGTH, STEPS = 0.1, 0.2, 2000
ADAM_RATE, HALVED = 0.01, 20  # the falling rate is half of LR after so many steps
GRID = tuple(10 ** (k / 4) for k in range(-12, 5))  # strengths, from 0.001 to 10
COUNTS = (1, 2, 5, 10, 15, 20, 30, 40, 50)  # true weights that are not 0
EXAMPLES = 60  # to train on; as many to choose the strength on
METHODS = ("none", "ridge", "elastic_net", "lasso")
MIX, MIXES = 0.5, (0.0, 0.25, 0.5, 0.75, 1.0)  # shares of L1
TWINS = {"strength": 0.2, "mixes": (1.0, 0.5)}
IMITATED = (0.1, 0.18, 0.32, 0.56, 1.0)  # strengths
CLOSE = {"tolerance": 1e-6}


# Routes to zero


def arrived(
    route: str, problem: Linear, steps: int = STEPS, *, strength=STRENGTH, rate=None, halved=HALVED
) -> Tensor:
    """The weights at which a route ends, from 0; `(S, D)`, or `(A, S, D)` for A strengths.

    Args:
        route: `"subgradient"` and `"proximal"` at the rate `LR`; `"falling"` is the subgradient at
            a rate LR / (1 + t / 20); `"adam"` gets loss and penalty in one gradient.
        problem: what is fitted.
        steps: how many are made.
        strength: α, a number, or `(A, 1, 1)` on the routes without a threshold.
        rate: the learning rate, if not the usual one.
        halved: steps after which a falling rate is half of what it was.
    """
    rate = rate or (ADAM_RATE if route == "adam" else LR)
    X, y, _ = problem
    curved, pull = X.mT @ X / X.shape[1], (X.mT @ y[..., None])[..., 0] / X.shape[1]
    w = m = v = torch.zeros_like(pull)
    for t in range(steps):
        grad = (curved @ w[..., None])[..., 0] - pull
        if route == "proximal":
            w = soft_threshold(w - rate * grad, rate * strength)
            continue
        grad = grad + strength * w.sign()
        if route == "adam":
            m, v = 0.9 * m + 0.1 * grad, 0.999 * v + 0.001 * grad.square()
            hat, size = m / (1 - 0.9 ** (t + 1)), v / (1 - 0.999 ** (t + 1))
            w = w - rate * hat / (size.sqrt() + 1e-8)
        else:
            w = w - (rate / (1 + t / halved) if route == "falling" else rate) * grad
    return w


@cache
def zeros() -> dict[str, dict[str, list]]:
    """For every route, a number a seed: useless weights at 0, useful ones kept, and how far off.

    `far` is the size of the largest useless weight.
    """
    problem, found = fifty(SEEDS), {}
    for route in ROUTES:
        w = arrived(route, problem)
        kept = support_recovery(w, problem.truth).kept
        useless = w[:, USEFUL:]
        found[route] = {
            "zeros": (useless == 0).sum(1).tolist(),
            "kept": kept.tolist(),
            "far": useless.abs().amax(1).tolist(),
        }
    return found


OTHERS = {  # rates and schedules without a threshold
    "subgradient": ({"rate": 0.03}, {"rate": 0.1}),
    "falling": ({"halved": 20}, {"halved": 200}),
    "adam": ({"rate": 0.001}, {"rate": 0.01}, {"rate": 0.1}),
}


def without_threshold() -> int:
    """Useless weights at 0 over all of `OTHERS`, three strengths and every seed."""
    problem, alphas = fifty(SEEDS), torch.tensor([0.1, 0.2, 0.4]).view(3, 1, 1).double()
    ends = [
        arrived(route, problem, strength=alphas, **how)
        for route, ways in OTHERS.items()
        for how in ways
    ]
    return int((torch.stack(ends)[..., USEFUL:] == 0).sum())


def unrelated(strength: float, seeds: tuple[int, ...] = MANY) -> tuple[Tensor, Tensor]:
    """Of 50 independent features, how many useful and useless ones L1 keeps, `(S,)` each."""
    X, y, _ = fifty(seeds)
    kept = lasso(X, y, strength, **CLOSE) != 0
    return kept[:, :USEFUL].sum(1), kept[:, USEFUL:].sum(1)


# Sparse truth and dense truth


def errors(useful: int, seeds: tuple[int, ...] = MANY) -> dict[str, Tensor]:
    """For every method how far from the truth it ends, `(S,)`, its strength chosen on validation.

    It is ‖w - truth‖², which for these features is the test error above that of the truth.
    """
    both = spread(seeds, useful, 2 * EXAMPLES)
    X, y, truth = both.X[:, :EXAMPLES], both.y[:, :EXAMPLES], both.truth
    found = {"none": (ridge(X, y, 0.0) - truth).square().sum(-1)}
    for name, mix in (("ridge", 0.0), ("elastic_net", MIX), ("lasso", 1.0)):
        found[name] = (picked(both, (mix,)) - truth).square().sum(-1)
    return found


def picked(both: Linear, mixes: tuple[float, ...]) -> Tensor:
    """Weights learned from the first half, `(S, D)`: share of L1 and strength fit the second."""
    X, y = both.X[:, :EXAMPLES], both.y[:, :EXAMPLES]
    held, targets = both.X[:, EXAMPLES:], both.y[:, EXAMPLES:]

    def fit(mix: float, strength: float) -> Tensor:
        if mix == 0:
            return ridge(X, y, strength)
        return elastic_net(X, y, strength, mix, **CLOSE)

    weights = torch.stack([fit(mix, strength) for mix in mixes for strength in GRID])  # (A, S, D)
    misses = ((held @ weights[..., None])[..., 0] - targets).square().mean(-1)
    return weights[misses.argmin(0), torch.arange(len(y))]


def any_mix(useful: int, seeds: tuple[int, ...] = MANY) -> Tensor:
    """As `errors`, where the validation samples choose the share of L1 as well, `(S,)`."""
    both = spread(seeds, useful, 2 * EXAMPLES)
    return (picked(both, MIXES) - both.truth).square().sum(-1)


def useless(useful: int, seeds: tuple[int, ...] = MANY) -> Tensor:
    """How many useless features L1 keeps at the strength that validation chooses, `(S,)`."""
    found = picked(spread(seeds, useful, 2 * EXAMPLES), (1.0,))
    return (found[:, useful:] != 0).sum(1)


# Twins, and an imitator


def twin_weights(mix: float, seeds: tuple[int, ...] = MANY) -> Tensor:
    """The weights of two features that are nearly the same, `(S, 2)`."""
    X, y, _ = twins(seeds)
    return elastic_net(X, y, TWINS["strength"], mix, tolerance=1e-8)


def imitation(sign: int, seeds: tuple[int, ...] = MANY) -> Tensor:
    """The lasso's three weights at every strength, `(5, S, 3)`."""
    X, y, _ = imitated(seeds, sign)
    return torch.stack([lasso(X, y, strength) for strength in IMITATED])


def chosen(sign: int) -> dict[str, list]:
    """Of five strengths, at how many the right features are chosen, and the imitator is; a seed."""
    kept = recorded("imitated")["same" if sign > 0 else "opposite"] != 0
    right = kept[..., 0] & kept[..., 1] & ~kept[..., 2]
    return {"right": right.sum(0).tolist(), "false": kept[..., 2].sum(0).tolist()}


def unequal(mix: float) -> list[float]:
    """|w₁ - w₂| / (|w₁| + |w₂|) of the twins, a number a seed: 0 for equal, 1 for one alone."""
    first, second = recorded("twins")[f"{mix:g}"].unbind(-1)
    return ((first - second).abs() / (first.abs() + second.abs())).tolist()


# The record


def all_runs() -> dict[str, Any]:
    """Everything that takes longer than a page may."""
    return {
        "errors": {str(useful): errors(useful) for useful in COUNTS},
        "any_mix": {str(useful): any_mix(useful) for useful in (USEFUL, 30, FEATURES)},
        "useless": useless(USEFUL),
        "twins": {f"{mix:g}": twin_weights(mix) for mix in TWINS["mixes"]},
        "imitated": {"same": imitation(1), "opposite": imitation(-1)},
        "net": {
            route: net.trained(route, SEEDS)._asdict()
            for route in ("none", "subgradient", "proximal")
        },
    }


@cache
def recorded(part: str) -> Any:
    """One part of the record: tensors by name."""
    return _tensors(RECORD.found["values"][part])


def _tensors(values: Any) -> Any:
    if isinstance(values, dict):
        return {name: _tensors(value) for name, value in values.items()}
    return unpacked(values)


def _few() -> tuple[Tensor, Tensor]:
    again, before = errors(5, (0, 1)), recorded("errors")["5"]
    return (
        torch.stack([again[name] for name in METHODS]),
        torch.stack([before[name][:2] for name in METHODS]),
    )


def _pair() -> tuple[Tensor, Tensor]:
    return twin_weights(0.5), recorded("twins")["0.5"]


def _imitator() -> tuple[Tensor, Tensor]:
    return imitation(-1, MANY[:2]), recorded("imitated")["opposite"][:, :2]


RECORD = Record(
    __file__,
    make=all_runs,
    settings={
        "seeds": [SEEDS, MANY], "grid": GRID, "counts": COUNTS, "examples": EXAMPLES,
        "mix": MIX, "mixes": MIXES, "twins": TWINS, "imitated": IMITATED,
        "features": [FEATURES, USEFUL],
        "net": [net.SIZES, net.EXAMPLES, net.LR, net.STRENGTH, net.STEPS],
    },
    pieces={"few": _few, "pair": _pair, "imitator": _imitator},
    rtol=5e-3,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()
