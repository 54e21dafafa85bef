"""A table of real nets that searches race on, and landscapes of many axes.

`python -m dlnotes.sections.hyperparameters.bayesian.experiments` makes the record beside this file
anew; it takes two minutes.

Book: hyperparameters/bayesian
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import functional_call, vmap
from torch.nn.functional import cross_entropy

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.acquisition import lower_bound
from dlnotes.hyperparameters.bayesian import bayesian_search, believed
from dlnotes.hyperparameters.designs import grid, sobol
from dlnotes.hyperparameters.heuristics import Tried
from dlnotes.hyperparameters.spaces import Range, settings
from dlnotes.optimizers import momentum
from dlnotes.regularization.weight_decay import coupled
from dlnotes.sections.hyperparameters.bayesian.lands import BUDGET, LANDS, PLACES, WORLDS, lowest
from dlnotes.training.data.mislabeled import CHOOSE, few_digits
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.records import DIGITS, Record, unpacked

SIZES, STEPS = (64, 32, 10), 60
SPACE = {"lr": Range(1e-3, 3, "log"), "weight_decay": Range(1e-4, 3, "log")}
SIDE = 24  # values along either axis of the table
STARTS = tuple(range(4))  # initial weights that every entry of the table was trained from
RATES, DECAYS = 61, (0.001, 0.03, 0.1, 0.3)  # of the curves in the demo, from the first start
GUESSING = math.log(10)  # the loss of a net that has learned nothing; what is worse counts as this

TRIALS, DOUBLE, FOURFOLD = 20, 40, 80
SEARCHES = tuple(range(40))  # seeds of the searches
FIRST = 8  # of Sobol's points, for the search that starts from those
OTHER = {  # what else is to be set, other than usual; as `bayesian_search` takes it
    "short": {"length": 0.01}, "right": {"length": 0.2}, "long": {"length": 3.0},
    "sure": {"noise": 0.01},
    "bound": {"acquisition": lambda believed, _: lower_bound(believed)},
    "spread": {"first": FIRST},
}  # fmt: skip
BATCHES = {"four": {"together": 4}, "four_right": {"together": 4, "length": 0.2}}  # likewise
ASKED = {"many": 400, "few": 20}  # images that a trial is judged by, where it is an error


class Table(NamedTuple):
    """Every net of the table, `(starts, SIDE²)` each.

    Attributes:
        loss: on the validation images.
        error: the share of them that it has wrong.
    """

    loss: Tensor
    error: Tensor


def trained(rows: Sequence[dict[str, float]], start: int) -> tuple[Tensor, Tensor]:
    """Validation loss and error of a net for each setting, `(rows,)` each."""
    net, data = MLP(SIZES), few_digits(0)
    X, y = data.X_test[:CHOOSE], data.y_test[:CHOOSE]
    columns = {name: [row[name] for row in rows] for name in SPACE}
    runs = fleet(
        net, data, coupled(momentum), **columns, momentum=0.9, steps=STEPS,
        seeds=[start] * len(rows), every=0, progress=False,
    )  # fmt: skip

    def judged(params: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        out = functional_call(net, params, (X,))
        return cross_entropy(out, y), (out.argmax(-1) != y).double().mean()

    loss, error = vmap(judged)(runs.params)
    return loss.double().nan_to_num(GUESSING).clamp(max=GUESSING), error


def table(starts: Sequence[int] = STARTS) -> Table:
    """All settings of the table, trained from each of the starts."""
    rows = settings(SPACE, grid([SIDE, SIDE]))
    return Table(*map(torch.stack, zip(*(trained(rows, start) for start in starts), strict=True)))


def curves() -> Tensor:
    """Loss over the rate for each decay of the demo, `(len(DECAYS), RATES)`."""
    rates = SPACE["lr"].value(torch.linspace(0, 1, RATES, dtype=torch.float64)).tolist()
    rows = [{"lr": lr, "weight_decay": decay} for decay in DECAYS for lr in rates]
    return trained(rows, STARTS[0])[0].reshape(len(DECAYS), RATES)


def spot(points: Tensor) -> Tensor:
    """The entry of the table that is nearest to each point of the unit square, `(n,)`."""
    place = (points * (SIDE - 1)).round().long()
    return place[:, 0] * SIDE + place[:, 1]


def seen(found: Table, judged: str, seed: int) -> tuple[Tensor, Tensor]:
    """What a trial of every entry would show in one search, and what it is worth, `(SIDE²,)` each.

    Args:
        found: the table.
        judged: `"mean"`, loss, the mean of all starts, so that a trial has no noise; `"one"`, the
            loss from one start, drawn for each entry; `"error"`, the error, without noise;
            `"many"` and `"few"`, the error on as many images of their own as `ASKED` says.
        seed: of the search.
    """
    if judged == "error":
        worth = found.error.mean(0)
        return worth, worth
    if judged in ASKED:
        worth, count = found.error.mean(0), ASKED[judged]
        wrong = torch.binomial(torch.full_like(worth, count), worth, generator=seeded(200 + seed))
        return wrong / count, worth
    worth = found.loss.mean(0)
    if judged == "mean":
        return worth, worth
    start = torch.randint(len(found.loss), worth.shape, generator=seeded(100 + seed))
    return found.loss[start, torch.arange(len(worth))], worth


def regrets(found: Table, judged: str, search: str, seed: int) -> Tensor:
    """After every trial: how much worse than the best entry is the one that looks best so far.

    Args:
        found: the table.
        judged: as `seen` takes it.
        search: `"bayes"`, `"random"`, `"sobol"`, `"told"`, where the term for noise is `actual`,
            `"smooth"`, where besides the process says what looks best, or a name of `OTHER` or
            `BATCHES`.
        seed: of the search and of its noise.

    Returns:
        shape `(FOURFOLD,)` for `"random"`, `(TRIALS,)` for a name of `OTHER`, `(DOUBLE,)` for the
        others.
    """
    shown, worth = seen(found, judged, seed)
    order = torch.randperm(len(worth), generator=seeded(seed))
    if search == "random":
        tried = order[:FOURFOLD]
    elif search == "sobol":
        tried = spot(sobol(DOUBLE, 2, seed))
    elif search in ("told", "smooth"):
        term = actual(found, judged)
        tried = believing(shown, search, order, seed, noise=term)
        if search == "smooth":
            return worth[smoothed(tried, shown, term)] - worth.min()
    else:
        tried = believing(shown, search, order, seed)
    best = [tried[shown[tried[: n + 1]].argmin()] for n in range(len(tried))]
    return worth[torch.stack(best)] - worth.min()


def actual(found: Table, judged: str) -> float:
    """The noise of a trial in standard deviations of what trials of the table show."""
    worth = found.error.mean(0)
    noise = (worth * (1 - worth) / ASKED[judged]).mean()
    return (noise / (noise + worth.var())).sqrt().item()


def smoothed(tried: Tensor, shown: Tensor, noise: float) -> Tensor:
    """After every trial: which of the entries tried the process believes to be the lowest."""
    points, best = grid([SIDE, SIDE])[tried], [tried[0]]
    for n in range(2, len(tried) + 1):
        so_far = Tried(points[:n], shown[tried[:n]])
        best.append(tried[believed(so_far, points[:n], noise=noise).mean.argmin()])
    return torch.stack(best)


def believing(shown: Tensor, search: str, order: Tensor, seed: int, **more: float) -> Tensor:
    """The entries that Bayesian optimization tries.

    Args:
        shown: what a trial of each entry gives.
        search: `"bayes"`, or a name of `OTHER` or `BATCHES`; `"spread"` starts from Sobol's points
            and looks at the logarithms of the losses.
        order: of the entries, by chance.
        seed: of Sobol's points.
        **more: as `bayesian_search` takes it.
    """
    if search == "spread":
        first = spot(sobol(FIRST, 2, seed))
        order = torch.cat([first, order[~torch.isin(order, first)]])
        shown = shown.log()
    points = grid([SIDE, SIDE])[order]
    trials = TRIALS if search in OTHER else DOUBLE
    more |= OTHER.get(search, {}) | BATCHES.get(search, {})
    return spot(bayesian_search(lambda p: shown[spot(p)], points, trials, **more).points)


def raced(found: Table, judged: str, search: str, seeds: Sequence[int] = SEARCHES) -> Tensor:
    """`regrets` of several seeds, `(seeds, trials)`."""
    return torch.stack([regrets(found, judged, search, seed) for seed in seeds])


def grids(found: Table) -> Tensor:
    """What two grids of 20 miss without noise: 5 rates by 4 decays, and 4 by 5; `(2,)`."""
    worth = found.loss.mean(0)
    return torch.stack([worth[spot(grid(n))].min() - worth.min() for n in ([5, 4], [4, 5])])


RACES = {
    "mean": ("bayes", "random", "sobol", *OTHER, *BATCHES),
    "one": ("bayes", "random", "sobol"),
    "error": ("bayes", "random"),
    "many": ("bayes", "random", "told", "smooth"),
    "few": ("bayes", "random", "told", "smooth"),
}


def _made() -> dict:
    """All of the record."""
    found = Table(*(_as_recorded(part) for part in table()))
    races = {
        judged: {search: raced(found, judged, search) for search in searches}
        for judged, searches in RACES.items()
    }
    lands = {world: torch.stack([lowest(world, seed) for seed in LANDS]) for world in WORLDS}
    return {**found._asdict(), "curves": curves(), "races": races, "lands": lands}


def _as_recorded(values: Tensor) -> Tensor:
    """With as many digits as a record keeps, so that its races can be run again on its table."""
    shown = [[float(f"{value:.{DIGITS}g}") for value in row] for row in values.tolist()]
    return torch.tensor(shown, dtype=torch.float64)


def recorded_table() -> Table:
    """The nets that came with the book."""
    return Table(*(unpacked(RECORD.found["values"][name]) for name in Table._fields))


def recorded_curves() -> Tensor:
    """The curves of the demo, `(len(DECAYS), RATES)`."""
    return unpacked(RECORD.found["values"]["curves"])


def recorded_races(judged: str) -> dict[str, Tensor]:
    """Search -> regrets, `(seeds, trials)`; `judged` as `seen` takes it."""
    return {name: unpacked(r) for name, r in RECORD.found["values"]["races"][judged].items()}


def recorded_lands() -> dict[str, Tensor]:
    """World -> lowest values found, `(seeds, 3)`, as `lowest` gives them."""
    return {name: unpacked(values) for name, values in RECORD.found["values"]["lands"].items()}


def _nets() -> tuple[Tensor, Tensor]:
    """Some entries of the table."""
    some = torch.arange(8, SIDE**2, 50)
    rows = settings(SPACE, grid([SIDE, SIDE])[some])
    return trained(rows, STARTS[0])[0], recorded_table().loss[0, some]


def _race() -> tuple[Tensor, Tensor]:
    """One race of every kind of search, on the table that came with the book."""
    found, kept = recorded_table(), recorded_races("mean")
    again = [regrets(found, "mean", search, 0) for search in kept]
    return torch.cat(again), torch.cat([kept[search][0] for search in kept])


def _land() -> tuple[Tensor, Tensor]:
    """One landscape of four axes."""
    return lowest("d4", 0), recorded_lands()["d4"][0]


RECORD = Record(
    __file__,
    make=_made,
    settings={
        "sizes": SIZES, "steps": STEPS, "space": SPACE, "side": SIDE, "starts": STARTS,
        "rates": RATES, "decays": DECAYS, "trials": [TRIALS, DOUBLE, FOURFOLD],
        "searches": SEARCHES, "first": FIRST, "asked": ASKED, "batches": BATCHES,
        "worlds": WORLDS, "places": PLACES, "lands": LANDS, "budget": BUDGET,
    },
    pieces={"nets": _nets, "race": _race, "land": _land},
    atol=1e-3,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()
