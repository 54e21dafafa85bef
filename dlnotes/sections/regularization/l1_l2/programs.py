"""What the demo computes: 50 weights on two routes, and two weights under a penalty.

Book: regularization/l1_l2
"""

from functools import cache

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.regularization.proximal import proximal
from dlnotes.sections.regularization.l1_l2.problems import F64, FEATURES, USEFUL, fifty

STEPS = 120
USELESS = FEATURES - USEFUL
SWEEPS = 120  # of coordinate descent, after which two weights rest
FAR = 1.5  # how far the handle goes
ELLIPSES = 200
LEAN = 0.8  # how far the random ellipses lean, at most


def _moments() -> tuple[Tensor, Tensor]:
    X, y, _ = (part[0] for part in fifty((0,)))
    return X.T @ X / len(y), (X.T @ y / len(y)).unsqueeze(1)


def _begin() -> Tensor:
    """Useful weights at 0, the others a little off it."""
    off = 0.2 * torch.rand(USELESS, generator=seeded(1), dtype=F64) - 0.1
    return torch.cat([torch.zeros(USEFUL, dtype=F64), off])


CURVED, PULL = _moments()
BEGIN = _begin()


def downhill(w: Tensor, lr: Tensor) -> Tensor:
    """The weights after a step of gradient descent on the loss alone."""
    return w - lr * (CURVED @ w.unsqueeze(1) - PULL).squeeze(1)


def subgradient(w: Tensor, lr: Tensor, strength: Tensor, mix: Tensor) -> Tensor:
    """A step on which loss and penalty go into one gradient; sign(0) is 0."""
    return downhill(w, lr) - lr * strength * (mix * w.sign() + (1 - mix) * w)


def stop(w: Tensor, lr: Tensor, strength: Tensor, mix: Tensor) -> Tensor:
    """A proximal step."""
    return proximal(downhill(w, lr), lr * strength, mix)


def zeros(w: Tensor) -> Tensor:
    """How many useless weights are 0 exactly."""
    return (w[USEFUL:] == 0).to(w.dtype).sum()


def sweep(
    a: Tensor, b: Tensor, x: Tensor, y: Tensor, tilt: Tensor, strength: Tensor, mix: Tensor
) -> dict[str, Tensor]:
    """Each of two weights set to its best, the other held still.

    The loss has its bottom at (x, y), curvature 1 along either axis, and leans by `tilt`.
    """
    first = proximal(x - tilt * (b - y), strength, mix)
    return {"a": first, "b": proximal(y - tilt * (first - x), strength, mix)}


def sweep_all(a: Tensor, b: Tensor, strength: Tensor, mix: Tensor) -> dict[str, Tensor]:
    """The same for every random ellipse."""
    x, y, tilt = ellipses()
    return sweep(a, b, x, y, tilt, strength, mix)


def on_an_axis(a: Tensor, b: Tensor) -> Tensor:
    """For how many ellipses at least one weight is 0 exactly."""
    return ((a == 0) | (b == 0)).to(a.dtype).sum()


def hill(a: Tensor, b: Tensor, x: Tensor, y: Tensor, tilt: Tensor) -> Tensor:
    """The loss at (a, b)."""
    return ((a - x).square() + (b - y).square()) / 2 + tilt * (a - x) * (b - y)


def price(a: Tensor, b: Tensor, mix: Tensor) -> Tensor:
    """What the penalty asks at (a, b), for a strength of 1."""
    return mix * (a.abs() + b.abs()) + (1 - mix) / 2 * (a.square() + b.square())


@cache
def ellipses() -> tuple[Tensor, Tensor, Tensor]:
    """Bottoms and leanings, `(ELLIPSES,)` each."""
    source = seeded(2)
    x, y = torch.randn(2, ELLIPSES, generator=source, dtype=F64)
    return x, y, LEAN * (2 * torch.rand(ELLIPSES, generator=source, dtype=F64) - 1)


# The same, run by the library


def run(route, lr: float, strength: float, mix: float, now: int) -> Tensor:
    """The weights after so many steps of `subgradient` or `stop`."""
    w, given = BEGIN, [_number(value) for value in (lr, strength, mix)]
    for _ in range(now):
        w = route(w, *given)
    return w


def touched(x: float, y: float, tilt: float, strength: float, mix: float) -> tuple[float, float]:
    """Where the penalized loss of two weights is smallest."""
    given = [_number(value) for value in (x, y, tilt, strength, mix)]
    a, b = given[:2]
    for _ in range(SWEEPS):
        a, b = sweep(a, b, *given).values()
    return a.item(), b.item()


@cache
def corners(strength: float, mix: float) -> int:
    """For how many of the random ellipses a weight is 0 exactly."""
    a, b, _ = ellipses()
    for _ in range(SWEEPS):
        a, b = sweep_all(a, b, _number(strength), _number(mix)).values()
    return int(on_an_axis(a, b))


def _number(value: float) -> Tensor:
    return torch.tensor(value, dtype=F64)
