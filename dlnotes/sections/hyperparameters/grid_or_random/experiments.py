"""A recorded table of nets, and searches in windows of it.

`python -m dlnotes.sections.hyperparameters.grid_or_random.experiments` makes the record beside
this file anew; it takes a minute.

Book: hyperparameters/grid_or_random
"""

from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor
from torch.func import functional_call, vmap

from dlnotes.core.seeds import seeded
from dlnotes.optimizers import sgd
from dlnotes.regularization.weight_decay import coupled
from dlnotes.sections.hyperparameters.grid_or_random.searches import Score, by_hand, laid_out
from dlnotes.training.data.mislabeled import CHOOSE, few_digits
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.records import Record, unpacked

SIZES, STEPS, WRONG = (64, 16, 10), 100, 0.15
SEEDS = tuple(range(8))
RATES = tuple(-3 + place / 4 for place in range(17))  # powers of ten
DECAYS = (-7.0, -5.0, *(-4 + place / 2 for place in range(11)))
DECADES = 6.0  # of each knob that a search covers, where it matters
WEAK = (-7.0, -3.0)  # decays that change little
WINDOWS = 400  # ranges to search in, with the best place anywhere inside
NEAR = 0.01  # of accuracy: within that of the best counts as found


def trained(seed: int, rates: Sequence[float] = RATES) -> Tensor:
    """Accuracy on the images that choose, of one seed, `(rates, decays)`."""
    net, data = MLP(SIZES), few_digits(seed, wrong=WRONG)
    places = [(10**rate, 10**decay) for rate in rates for decay in DECAYS]
    lr, decay = map(list, zip(*places, strict=True))
    runs = fleet(
        net, data, coupled(sgd), lr=lr, weight_decay=decay, steps=STEPS,
        seeds=[seed] * len(places), every=0, progress=False,
    )  # fmt: skip

    def right(params: dict[str, Tensor]) -> Tensor:
        answers = functional_call(net, params, (data.X_test[:CHOOSE],)).argmax(-1)
        return (answers == data.y_test[:CHOOSE]).double().mean()

    return vmap(right)(runs.params).reshape(len(rates), len(DECAYS))


@cache
def recorded() -> Tensor:
    """The table that came with the book, `(seeds, rates, decays)`."""
    return unpacked(RECORD.found["values"]["accuracy"])


def looked_up(table: Tensor, rate: Tensor, decay: Tensor) -> Tensor:
    """Accuracy between the entries of a table, linear along both axes; beyond its edge, the edge's.

    Args:
        table: shape `(S, rates, decays)`.
        rate: powers of ten, shape `(S, …)`.
        decay: powers of ten, shape `(S, …)`.
    """
    one, part = _place(RATES, rate)
    other, share = _place(DECAYS, decay)
    seed = torch.arange(len(table)).reshape(-1, *[1] * (rate.dim() - 1))
    low, high = (
        (1 - share) * table[seed, row, other] + share * table[seed, row, other + 1]
        for row in (one, one + 1)
    )
    return (1 - part) * low + part * high


def _place(axis: Sequence[float], values: Tensor) -> tuple[Tensor, Tensor]:
    """The entry before each value, and the part of the way to the next one."""
    ends = torch.tensor(axis, dtype=torch.float64)
    values = values.clamp(ends[0], ends[-1]).contiguous()
    before = torch.bucketize(values, ends, right=True).clamp(1, len(axis) - 1) - 1
    return before, (values - ends[before]) / (ends[before + 1] - ends[before])


def window(table: Tensor, weak: bool, decades: float = DECADES) -> tuple[Score, Tensor]:
    """Searches over some decades of both knobs, each with the best place somewhere inside.

    Args:
        table: shape `(S, rates, decays)`.
        weak: whether the decay is searched among `WEAK` alone.
        decades: of each knob, the weak decay aside.

    Returns:
        Points of the unit square, `(S, windows, n, 2)`, to accuracies less the best one; and what
        is best, `(S,)`.
    """
    allowed = torch.tensor(DECAYS) <= (WEAK[1] + 1e-6 if weak else torch.inf)
    best, place = table[..., allowed].flatten(1).max(1)
    wide = int(allowed.sum())
    drawn = torch.rand(2, len(table), WINDOWS, generator=seeded(3), dtype=torch.float64)
    rates, decays = (torch.tensor(axis, dtype=torch.float64) for axis in (RATES, DECAYS))
    left = rates[place // wide][:, None] - decades * drawn[0]
    low = decays[place % wide][:, None] - decades * drawn[1]
    low, tall = (torch.full_like(low, WEAK[0]), WEAK[1] - WEAK[0]) if weak else (low, decades)

    def score(points: Tensor) -> Tensor:
        rate = left[..., None] + decades * points[..., 0]
        decay = low[..., None] + tall * points[..., 1]
        return looked_up(table, rate, decay) - best[:, None, None]

    return score, best


def short(kind: str, weak: bool, table: Tensor | None = None) -> Tensor:
    """By how much the best of 25 trials is short of the best there is, `(S, windows)`."""
    table = recorded() if table is None else table
    score, _ = window(table, weak)
    if kind == "hand":
        return -by_hand(score, torch.zeros(len(table), WINDOWS, 2, dtype=torch.float64))
    return -score(laid_out(kind, WINDOWS)).amax(-1)


def nine(scale: str, table: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Nine rates over `DECADES`, ends included, with the least decay.

    Returns:
        By how much the best is short, and where in its range the best rate lies, 0 to 1 in
        decades; both `(S, windows)`.
    """
    table = (recorded() if table is None else table)[..., :1]
    best, place = table.flatten(1).max(1)
    at = torch.rand(len(table), WINDOWS, generator=seeded(4), dtype=torch.float64)
    left = torch.tensor(RATES, dtype=torch.float64)[place][:, None] - DECADES * at
    units = torch.linspace(0, 1, 9, dtype=torch.float64)
    low, high = (10**left)[..., None], (10 ** (left + DECADES))[..., None]
    values = low * (high / low) ** units if scale == "log" else low + (high - low) * units
    found = looked_up(table.expand(-1, -1, 2), values.log10(), torch.full_like(values, -7.0))
    return best[:, None] - found.amax(-1), at


def among_the_best(decades: float, share: float = 0.05, table: Tensor | None = None) -> Tensor:
    """How far the worst of the best part of a range is short of the best, `(S, windows)`."""
    table = recorded() if table is None else table
    score, _ = window(table, False, decades)
    points = torch.rand(1, 1, 400, 2, generator=seeded(5), dtype=torch.float64)
    return -score(points).quantile(1 - share, -1)


RECORD = Record(
    __file__,
    make=lambda: {"accuracy": torch.stack([trained(seed) for seed in SEEDS])},
    settings={
        "sizes": SIZES, "steps": STEPS, "wrong": WRONG, "seeds": SEEDS, "rates": RATES,
        "decays": DECAYS,
    },
    pieces={"rates": lambda: (trained(0, RATES[8:11]), recorded()[0, 8:11])},
    atol=0.0026,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()
