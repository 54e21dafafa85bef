"""Grids of settings on digits: what is the same on a tenth and on all, and what is not.

Book: hyperparameters/small_to_full
"""

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor
from torch.func import functional_call, vmap
from torch.nn.functional import one_hot

from dlnotes.core.protocols import Rule
from dlnotes.core.seeds import seeded
from dlnotes.optimizers import adam, sgd
from dlnotes.regularization.weight_decay import coupled
from dlnotes.training.data.examples import Data
from dlnotes.training.data.mislabeled import CHOOSE, few_digits
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.losses import cross_entropy, mean_squared_error
from dlnotes.training.nets.mlp import MLP

SEEDS = tuple(range(8))
SIZES, BATCH = (64, 64, 10), 40
TENTH, ALL = 80, 797
STEPS, SHORT = 200, 20  # 10 epochs of all data, and 10 of a tenth
LRS = (1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1)
PENALTIES = (0.0, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3)
RIDGES = tuple(float(f"{10 ** (k / 2):.3g}") for k in range(-8, 5))
FIRST, FIRST_STEPS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0), 100
FEW_LRS, FEW_STEPS = (1e-3, 3e-3, 0.01, 0.03, 0.1), 200
EXAMPLES = (40, 150, 797)
BEYOND = {  # where the best of a grid is its last or first: the rates beyond
    "even_sgd": (2.0, 4.0), "linear40": (0.3, 1.0), "wrong_entropy": (1e-4, 3e-4),
}  # fmt: skip


def digits(seed: int, examples: int, wrong: float = 0.15) -> Data:
    """The bench of this chapter: digits, some of them mislabeled."""
    return few_digits(seed, examples, wrong)


def uneven(seed: int) -> Data:
    """All digits with right labels, each pixel in a unit of its own: factors from 0.1 to 10."""
    data = digits(seed, ALL, 0.0)
    factors = 10 ** torch.linspace(-1, 1, 64)[torch.randperm(64, generator=seeded(seed))]
    return data._replace(X=data.X * factors, X_test=data.X_test * factors)


def as_numbers(seed: int, examples: int, wrong: float) -> Data:
    """Classes written as ten numbers, 1 for the class and 0 for the others."""
    data = digits(seed, examples, wrong)
    hot = [one_hot(y, 10).to(data.X) for y in (data.y, data.y_test)]
    return data._replace(y=hot[0], y_test=hot[1])


def tried(
    data: Callable[[int], Data],
    rule: Rule,
    *,
    sizes: tuple[int, ...] = SIZES,
    steps: int = STEPS,
    batch: int = BATCH,
    seeds: Sequence[int] = SEEDS,
    loss: Callable = cross_entropy,
    **columns,
) -> Tensor:
    """Accuracy of every setting on every data set, `(2, settings, seeds)`.

    First on the images that choose, then on those that report.
    """
    net, found = MLP(sizes), []
    count = max(len(column) for column in columns.values() if isinstance(column, Sequence))
    for seed in seeds:
        task = data(seed)
        runs = fleet(
            net, task, rule, steps=steps, seeds=[seed] * count, every=0, progress=False,
            batch_size=min(batch, len(task.X)), loss=loss, **columns,
        )  # fmt: skip
        finite = runs.losses[:, -1].isfinite().unsqueeze(1)
        found.append(torch.where(finite, _shares(net, runs.params, task), 0.0).T)
    return torch.stack(found, -1)


def _shares(net: MLP, params: dict[str, Tensor], data: Data) -> Tensor:
    classes = data.y_test.argmax(-1) if data.y_test.ndim > 1 else data.y_test
    said = vmap(lambda one: functional_call(net, one, (data.X_test,)).argmax(-1))(params)
    hits = (said == classes).double()
    return torch.stack([hits[:, :CHOOSE].mean(1), hits[:, CHOOSE:].mean(1)], 1)


def chosen(found: Tensor) -> int:
    """The place of the setting with the best mean score on the images that choose."""
    return int(found[0].mean(1).argmax())


def rates(seeds: Sequence[int] = SEEDS) -> dict[str, Tensor]:
    """Learning rates on a tenth, with as many steps and with as many epochs, and on all."""
    ways = {"tenth": (TENTH, STEPS), "epochs": (TENTH, SHORT), "all": (ALL, STEPS)}
    return {
        name: tried(partial(digits, examples=n), adam, steps=steps, lr=LRS, seeds=seeds)
        for name, (n, steps) in ways.items()
    }


def penalties(seeds: Sequence[int] = SEEDS) -> dict[str, Tensor]:
    """L2 penalties on a tenth and on all, as many steps each."""
    return {
        name: tried(
            partial(digits, examples=n), coupled(adam), lr=0.003, weight_decay=PENALTIES,
            seeds=seeds,
        )
        for name, n in (("tenth", TENTH), ("all", ALL))
    }  # fmt: skip


def ridges(seeds: Sequence[int] = SEEDS) -> dict[str, Tensor]:
    """A linear model of squares, solved exactly, with penalties on a tenth and on all.

    The mean over the images of the squared misses, plus the penalty times the squared weights.
    """
    return {
        name: torch.stack([_solved(as_numbers(seed, n, 0.15)) for seed in seeds], -1)
        for name, n in (("tenth", TENTH), ("all", ALL))
    }


def _solved(data: Data) -> Tensor:
    """Accuracy for each of `RIDGES`, `(2, penalties)`."""
    X, Y, asked = data.X.double(), data.y.double(), data.X_test.double()
    middle, eye = Y.mean(0), torch.eye(X.shape[1], dtype=torch.float64)
    square, mixed = X.T @ X / len(X), X.T @ (Y - middle) / len(X)
    found = []
    for penalty in RIDGES:
        said = (asked @ torch.linalg.solve(square + penalty * eye, mixed) + middle).argmax(-1)
        hits = (said == data.y_test.argmax(-1)).double()
        found.append(torch.stack([hits[:CHOOSE].mean(), hits[CHOOSE:].mean()]))
    return torch.stack(found, 1)


def rules(seeds: Sequence[int] = SEEDS) -> dict[str, Tensor]:
    """Adam and SGD over the same learning rates, with pixels in one unit and in many."""
    given = {"lr": FIRST, "steps": FIRST_STEPS, "seeds": seeds}
    even = partial(digits, examples=ALL, wrong=0.0)
    return {
        f"{name}_{word}": tried(data, rule, **given)
        for name, data in (("even", even), ("uneven", uneven))
        for word, rule in (("adam", adam), ("sgd", sgd))
    }


def models(seeds: Sequence[int] = SEEDS) -> dict[str, Tensor]:
    """A linear model and a net, with few images and many."""
    given = {"lr": FEW_LRS, "steps": FEW_STEPS, "seeds": seeds}
    return {
        f"{word}{n}": tried(partial(digits, examples=n, wrong=0.0), adam, sizes=sizes, **given)
        for n in EXAMPLES
        for word, sizes in (("linear", (64, 10)), ("net", SIZES))
    }


def beyond(seeds: Sequence[int] = SEEDS) -> dict[str, Tensor]:
    """The grids of `BEYOND`, as if they went on."""
    few = {"steps": FEW_STEPS, "seeds": seeds}
    lrs, bench = BEYOND, {n: partial(digits, examples=n, wrong=0.0) for n in (40, ALL)}
    linear = tried(bench[40], adam, sizes=(64, 10), lr=lrs["linear40"], **few)
    wrong = partial(digits, examples=150, wrong=0.15)
    return {
        "even_sgd": tried(bench[ALL], sgd, lr=lrs["even_sgd"], steps=FIRST_STEPS, seeds=seeds),
        "linear40": linear,
        "wrong_entropy": tried(wrong, adam, lr=lrs["wrong_entropy"], **few),
    }


def both_losses(seeds: Sequence[int] = SEEDS) -> dict[str, Tensor]:
    """Cross-entropy and squares as the loss of a classifier, right labels and wrong ones."""
    given = {"lr": FEW_LRS, "steps": FEW_STEPS, "seeds": seeds}
    found = {}
    for name, wrong in (("clean", 0.0), ("wrong", 0.15)):
        data = partial(digits, examples=150, wrong=wrong)
        found[f"{name}_entropy"] = tried(data, adam, **given)
        squares = partial(as_numbers, examples=150, wrong=wrong)
        found[f"{name}_squares"] = tried(squares, adam, loss=mean_squared_error, **given)
    return found
