"""A table of real nets that searches race on, and landscapes of many axes.

`python -m dlnotes.sections.hyperparameters.bayesian.experiments` makes the record beside this file
anew; it takes two minutes.

Book: hyperparameters/bayesian
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import functional_call, vmap
from torch.nn.functional import cross_entropy

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.acquisition import lower_bound
from dlnotes.hyperparameters.bayesian import bayesian_search
from dlnotes.hyperparameters.designs import chance, grid, sobol
from dlnotes.hyperparameters.gaussian_process import rbf
from dlnotes.hyperparameters.spaces import Range, settings
from dlnotes.optimizers import momentum
from dlnotes.regularization.weight_decay import coupled
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
ASKED = {"many": 400, "few": 20}  # images that a trial is judged by, where it is an error

PLACES, LANDS, BUDGET = 1000, tuple(range(20)), 30
WORLDS = {"d1": (1, 0.3), "d2": (2, 0.3), "d4": (4, 0.3), "d8": (8, 0.3), "d16": (16, 0.3),
          "smooth16": (16, 1.0)}  # axes, length of the landscape  # fmt: skip


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
            loss from one start, drawn for each entry; `"many"` and `"few"`, the error on as many
            images of their own as `ASKED` says.
        seed: of the search.
    """
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
        search: `"bayes"`, `"random"`, `"sobol"`, or a name of `OTHER`.
        seed: of the search and of its noise.

    Returns:
        shape `(FOURFOLD,)` for `"random"`, `(DOUBLE,)` for `"sobol"` and `"bayes"`, `(TRIALS,)` for
        the others.
    """
    shown, worth = seen(found, judged, seed)
    order = torch.randperm(len(worth), generator=seeded(seed))
    if search == "random":
        tried = order[:FOURFOLD]
    elif search == "sobol":
        tried = spot(sobol(DOUBLE, 2, seed))
    else:
        tried = believing(shown, search, order, seed)
    best = [tried[shown[tried[: n + 1]].argmin()] for n in range(len(tried))]
    return worth[torch.stack(best)] - worth.min()


def believing(shown: Tensor, search: str, order: Tensor, seed: int) -> Tensor:
    """The entries that Bayesian optimization tries.

    Args:
        shown: what a trial of each entry gives.
        search: `"bayes"` or a name of `OTHER`; `"spread"` starts from Sobol's points and looks at
            the logarithms of the losses.
        order: of the entries, by chance.
        seed: of Sobol's points.
    """
    if search == "spread":
        first = spot(sobol(FIRST, 2, seed))
        order = torch.cat([first, order[~torch.isin(order, first)]])
        shown = shown.log()
    points = grid([SIDE, SIDE])[order]
    trials = DOUBLE if search == "bayes" else TRIALS
    more = OTHER.get(search, {})
    return spot(bayesian_search(lambda p: shown[spot(p)], points, trials, **more).points)


def raced(found: Table, judged: str, search: str, seeds: Sequence[int] = SEARCHES) -> Tensor:
    """`regrets` of several seeds, `(seeds, trials)`."""
    return torch.stack([regrets(found, judged, search, seed) for seed in seeds])


def grids(found: Table) -> Tensor:
    """What two grids of 20 miss without noise: 5 rates by 4 decays, and 4 by 5; `(2,)`."""
    worth = found.loss.mean(0)
    return torch.stack([worth[spot(grid(n))].min() - worth.min() for n in ([5, 4], [4, 5])])


def landscape(axes: int, length: float, seed: int, waves: int = 500) -> Callable:
    """A function drawn from the Gaussian process with mean 0, spread 1 and kernel `rbf`.

    A sum of cosines whose frequencies are those of the kernel (Rahimi and Recht, 2007).

    Args:
        axes: of the unit cube.
        length: of the kernel.
        seed: which function.
        waves: summed up; the more, the nearer to a Gaussian process.

    Returns:
        `(n, axes) -> (n,)`.
    """
    draws = seeded(1000 + seed)
    frequency = torch.randn(waves, axes, generator=draws).double() / length
    phase = 2 * math.pi * torch.rand(waves, generator=draws).double()
    height = torch.randn(waves, generator=draws).double() * math.sqrt(2 / waves)
    return lambda points: (points @ frequency.T + phase).cos() @ height


def lowest(world: str, seed: int) -> Tensor:
    """Of one landscape: the lowest by the process that it is drawn from, by chance, by twice that.

    The process is told the true length and tries `BUDGET` of `PLACES` points; `(3,)`.
    """
    axes, length = WORLDS[world]
    land, points = landscape(axes, length, seed), chance(PLACES, axes, seeded(seed))
    ours = bayesian_search(land, points, BUDGET, length=length, kernel=rbf, noise=0.01)
    values = land(points)
    return torch.stack([ours.losses.min(), values[:BUDGET].min(), values[: 2 * BUDGET].min()])


RACES = {
    "mean": ("bayes", "random", "sobol", *OTHER),
    "one": ("bayes", "random", "sobol"),
    "many": ("bayes", "random"),
    "few": ("bayes", "random"),
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
        "searches": SEARCHES, "first": FIRST, "asked": ASKED,
        "worlds": WORLDS, "places": PLACES, "lands": LANDS, "budget": BUDGET,
    },
    pieces={"nets": _nets, "race": _race, "land": _land},
    atol=1e-3,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()
