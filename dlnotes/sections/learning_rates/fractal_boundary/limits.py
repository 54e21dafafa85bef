"""How far below the largest rate that works do rates fail: small nets, and one on digits.

Book: learning_rates/fractal_boundary
"""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.learning_rates.trainability import losses, measure, start
from dlnotes.sections.learning_rates.fractal_boundary.windows import EXAMPLES, HIDDEN, NETS, STEPS
from dlnotes.training.data import datasets

BANDS = (1.0, 1.05, 1.1, 1.25, 1.5, 2.0, 4.0)  # the largest rate that works, divided by so much
RATIOS = (0.1, 0.3, 1.0, 3.0, 10.0)  # input rate over output rate, small nets
SEEDS = tuple(range(5))
EQUAL, APART = 1.0, 30.0  # the same ratio, on digits
IMAGES, UNITS, DIGIT_STEPS = 100, 16, 100
BROAD = (-2.0, 4.0, 121)  # powers of ten and points of the first look
NEAR = (-0.6, 0.3, 361)  # around the largest rate of the first look that works

Works = Callable[[Tensor], Tensor]  # rates (R,) -> which of them train, (R,) bool


def look(works: Works) -> tuple[Tensor, Tensor]:
    """Rates over the largest that works, and which of them work, `(R,)` each, rising."""
    broad = torch.logspace(*BROAD, dtype=torch.float64)
    top = broad[works(broad)].max()
    rates = top * torch.logspace(*NEAR, dtype=torch.float64)
    found = works(rates)
    return rates / rates[found].max(), found


def failing(rates: Tensor, works: Tensor) -> Tensor:
    """The share of rates that fail, in each band below the largest that works.

    Args:
        rates: over the largest that works, shape `(R,)`.
        works: which do, `(R,)`.

    Returns:
        One share for each pair of neighbors in `BANDS`.
    """
    bands = [(rates <= 1 / high) & (rates > 1 / low) for high, low in pairwise(BANDS)]
    return torch.stack([(~works[band]).double().mean() for band in bands])


def small(seed: int, ratio: float) -> Works:
    """The small tanh net: rates of the two layers whose ratio stays."""
    shared = start(seed, hidden=HIDDEN, examples=EXAMPLES)
    one, other = ratio**0.5, ratio**-0.5
    return lambda rates: measure(losses(rates * one, rates * other, shared, steps=STEPS)) < 0


def small_failing(nets: Sequence[int] = NETS) -> Tensor:
    """Mean over the ratios, `(S, bands)`."""
    return torch.stack(
        [torch.stack([failing(*look(small(net, each))) for each in RATIOS]).mean(0) for net in nets]
    )


@cache
def _images() -> tuple[Tensor, Tensor]:
    data = datasets.digits(0, dtype=torch.float64)
    right = data.y[:IMAGES, None] == torch.arange(10)
    return data.X[:IMAGES], right.double()


def on_digits(seed: int, ratio: float) -> Works:
    """A 64-16-10 tanh net on 100 digits, all in every step, squared error."""
    X, right = _images()
    source = seeded(seed)
    first = torch.randn(64, UNITS, generator=source, dtype=torch.float64) / 8
    last = torch.randn(UNITS, 10, generator=source, dtype=torch.float64) / UNITS**0.5

    def works(rates: Tensor) -> Tensor:
        one, other = (rates[:, None, None] * ratio**power for power in (0.5, -0.5))
        W, V = (each.expand(len(rates), -1, -1) for each in (first, last))
        seen = []
        for _ in range(DIGIT_STEPS):
            h = torch.tanh(X @ W)
            error = h @ V - right
            seen.append(error.square().sum(-1).mean(1) / 2)
            back = error / IMAGES
            W, V = W - one * (X.T @ (back @ V.mT * (1 - h * h))), V - other * (h.mT @ back)
        return measure(torch.stack(seen)) < 0

    return lambda rates: torch.cat([works(part) for part in rates.split(64)])
