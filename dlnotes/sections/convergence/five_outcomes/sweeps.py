"""What the gap between two curves is worth: sweeps, sure answers, other held-out data.

Book: convergence/five_outcomes
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.func import functional_call

from dlnotes.core.seeds import seeded
from dlnotes.optimizers import adam, adamw
from dlnotes.training.data import datasets
from dlnotes.training.data.examples import Data
from dlnotes.training.fleet import fleet
from dlnotes.training.history import History
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.nets.mlp import MLP

SEEDS = tuple(range(5))
WIDTHS, SIZES = (2, 4, 8, 16, 32, 64, 128), (50, 100, 200, 400, 800)
DECAYS = (0.0, 1.0, 3.0, 6.0, 10.0, 20.0, 40.0)  # a step takes LR times as much off each weight
WIDTH, SIZE = 32, 200  # of the net where the data vary, of the data where the net does
LR, STEPS = 5e-3, 300
HELD = slice(1200, 1797)
FEW, MANY = 100, 1200  # digits to learn from, for the three held-out sets
SHIFT, WRONG = 1.0, 0.2  # noise on standardized pixels; part of the labels
LONG, EVERY = 1500, 25  # steps with few points, and between two looks
SETTINGS = {
    "widths": WIDTHS,
    "sizes": SIZES,
    "decays": DECAYS,
    "lr": LR,
    "steps": STEPS,
    "few": FEW,
    "many": MANY,
    "long": LONG,
}


def digits(examples: int) -> Data:
    """The first digits to learn from, and 597 others."""
    data = datasets.digits(0)
    X, y = torch.cat([data.X, data.X_test]), torch.cat([data.y, data.y_test])
    return Data(X[:examples], y[:examples], X[HELD], y[HELD])


def trained(width: int, examples: int, seeds: Sequence[int] = SEEDS) -> History:
    """Nets with one hidden layer on digits, full-batch Adam, one a seed."""
    net = MLP((64, width, 10))
    return fleet(net, digits(examples), adam, lr=LR, steps=STEPS, seeds=list(seeds))


def ends(
    settings: Sequence[tuple[int, int]], seeds: Sequence[int] = SEEDS
) -> tuple[Tensor, Tensor]:
    """Gap between the losses and accuracy on held-out digits, `(seeds, settings)` each."""
    runs = [trained(*setting, seeds) for setting in settings]
    gaps = [run.test_loss[:, -1] - run.train_loss[:, -1] for run in runs]
    return torch.stack(gaps, 1), torch.stack([run.test_accuracy[:, -1] for run in runs], 1)


def by_width(seeds: Sequence[int] = SEEDS) -> tuple[Tensor, Tensor]:
    """`ends` for nets of every width."""
    return ends([(width, SIZE) for width in WIDTHS], seeds)


def by_size(seeds: Sequence[int] = SEEDS) -> tuple[Tensor, Tensor]:
    """`ends` for every number of examples."""
    return ends([(WIDTH, size) for size in SIZES], seeds)


def by_decay(seeds: Sequence[int] = SEEDS) -> tuple[Tensor, Tensor]:
    """The same for weight decay of every strength."""
    shape, decays = (len(DECAYS), len(seeds)), [decay for decay in DECAYS for _ in seeds]
    run = fleet(
        MLP((64, WIDTH, 10)), digits(SIZE), adamw, lr=LR, steps=STEPS,
        seeds=[*seeds] * len(DECAYS), weight_decay=decays,
    )  # fmt: skip
    gaps = run.test_loss[:, -1] - run.train_loss[:, -1]
    return gaps.reshape(shape).T, run.test_accuracy[:, -1].reshape(shape).T


def rank_correlation(a: Tensor, b: Tensor) -> Tensor:
    """Spearman's, along the last dimension: the correlation of the ranks, without ties.

    Example:
        >>> rank_correlation(torch.tensor([1.0, 2.0, 9.0]), torch.tensor([5.0, 4.0, 3.0])).item()
        -1.0
    """
    ranks = [x.argsort(-1).argsort(-1).to(torch.float64) for x in (a, b)]
    centered = [rank - rank.mean(-1, keepdim=True) for rank in ranks]
    return (centered[0] * centered[1]).sum(-1) / centered[0].square().sum(-1)


def other_held_out(examples: int, seeds: Sequence[int] = SEEDS) -> Tensor:
    """Losses of each seed's net, `(seeds, 4)`.

    On the training set; on held-out digits like it; on those with noise on the pixels; on those
    with some labels wrong.
    """
    data, source = digits(examples), seeded(0)
    noise = torch.randn(data.X_test.shape, generator=source)
    flip = torch.rand(len(data.y_test), generator=source) < WRONG
    moves = torch.randint(1, 10, data.y_test.shape, generator=source)
    wrong = torch.where(flip, (data.y_test + moves) % 10, data.y_test)
    sets = (
        (data.X, data.y), (data.X_test, data.y_test),
        (data.X_test + SHIFT * noise, data.y_test), (data.X_test, wrong),
    )  # fmt: skip
    net, run = MLP((64, 64, 10)), trained(64, examples, seeds)
    weights = [{name: part[i] for name, part in run.params.items()} for i in range(len(seeds))]
    return torch.stack([
        torch.stack([cross_entropy(functional_call(net, one, (X,)), y) for X, y in sets])
        for one in weights
    ]).detach()  # fmt: skip


def points(name: str, examples: int = 150) -> Data:
    """Few points of two moons or of five clouds, and 2000 others."""
    if name == "moons":
        return datasets.moons(examples, 0.2, 0, test_examples=2000)
    return datasets.blobs(examples, 0.35, 0, test_examples=2000, classes=5)


def sure(name: str, seeds: Sequence[int] = SEEDS, steps: int = LONG) -> dict[str, Tensor]:
    """A net trained far past its best: losses and accuracy on other points, `(seeds, looks)`.

    And `cooled`: its last loss there once all scores are divided by one number, chosen on the
    first half of those points and judged on the second, beside the loss as it is, `(seeds, 2)`.
    """
    data = points(name)
    net = MLP((2, 32, 32, int(data.y.max()) + 1))
    run = fleet(net, data, adam, lr=0.01, steps=steps, seeds=list(seeds), every=EVERY)
    weights = [{key: part[i] for key, part in run.params.items()} for i in range(len(seeds))]
    scores = [functional_call(net, one, (data.X_test,)).detach() for one in weights]
    cooled = torch.stack([torch.stack(_cooled(one, data.y_test)) for one in scores])
    return {"loss": run.test_loss, "accuracy": run.test_accuracy, "cooled": cooled}


def _cooled(scores: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """The loss on the second half as it is, and with scores divided by the first half's best."""
    half = len(y) // 2
    tries = torch.logspace(0, 2, 81)
    losses = torch.stack([cross_entropy(scores[:half] / by, y[:half]) for by in tries])
    best = tries[losses.argmin()]
    late, labels = scores[half:], y[half:]
    return cross_entropy(late, labels), cross_entropy(late / best, labels)


def all_runs() -> dict[str, object]:
    """What the record holds of these."""
    return {
        "widths": by_width(),
        "sizes": by_size(),
        "decays": by_decay(),
        "held": {str(n): other_held_out(n) for n in (FEW, MANY)},
        "sure": {name: sure(name) for name in ("moons", "blobs")},
    }
