"""The colors on handwritten digits: pulled levers beside those that were left, and fresh starts.

`python -m dlnotes.sections.learning_rates.four_curves.experiments` makes the record beside this
file anew.

Book: learning_rates/four_curves
"""

from collections.abc import Sequence
from functools import cache, partial

import torch
from torch import Tensor
from torch.func import functional_call

from dlnotes.core.seeds import seeded
from dlnotes.optimizers import momentum, sgd
from dlnotes.training.data import datasets
from dlnotes.training.data.examples import Data
from dlnotes.training.fleet import fleet
from dlnotes.training.history import History
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.records import Record, unpacked
from dlnotes.training.surfaces.spectrum import sharpness

SEEDS, MANY = tuple(range(5)), tuple(range(10))
TRAIN, BATCH, EPOCH = 1000, 25, 40  # images to learn from; 348 more choose; steps in an epoch
OFFSET = 3.0  # added to standardized pixels
WRONG = 0.15  # part of the labels dealt anew

SLOW, LATER, GROWN = 0.0005, 12, (1, 10, 30, 100, 300, 1000)  # rate, epochs, factors of the raise
HOT, BURNT, COOL, RATES = 3, 12, 0.02, (0.05, 0.1, 0.2, 0.3, 0.6, 1.0)
FLAT, TESTED, LEVERS = 20, 2, (1.0, 0.1, 3.0)  # epochs before, epochs of the test, factors

YELLOW = {
    "slow": {"sizes": (64, 64, 10)},
    "offset": {"sizes": (64, 64, 10)},
    "start": {"sizes": (64, 64, 64, 64, 64, 10), "init": "small"},
    "deep": {"sizes": (64, 64, 64, 64, 64, 10), "activation": "sigmoid", "init": "lecun"},
}
RED = {
    "relu": {"sizes": (64, 64, 64, 64, 64, 10)},
    "tanh": {"sizes": (64, 64, 64, 64, 64, 10), "activation": "tanh", "init": "lecun"},
}
PURPLE = {
    "noise": ({"sizes": (64, 10)}, sgd, 0.5, 8),
    "net": ({"sizes": (64, 32, 10)}, sgd, 0.5, 8),
    "narrow": ({"sizes": (64, 2, 10), "activation": "tanh", "init": "lecun"}, sgd, 0.1, 25),
    "plateau": (YELLOW["deep"], sgd, 0.1, 25),
}  # net, rule, rate, batch size
ONE_NET = {"yellow": 0.0003, "green": 0.03, "purple": 0.5, "red": 5.0}  # rates of one model


@cache
def digits(offset: float = 0.0, wrong: float = 0.0) -> Data:
    """1000 images to learn from and 348 to choose by; some labels of the former dealt anew."""
    data = datasets.digits(0)
    X, y = data.X + offset, data.y.clone()
    if wrong:
        source = seeded(7)
        dealt = torch.randperm(TRAIN, generator=source)[: round(wrong * TRAIN)]
        y[dealt] = (y[dealt] + torch.randint(1, 10, (len(dealt),), generator=source)) % 10
    return Data(X[:TRAIN], y[:TRAIN], X[TRAIN:], data.y[TRAIN:])


def pulled(
    net: MLP,
    data: Data,
    rule,
    before: Sequence[float],
    after: Sequence[float],
    *,
    steps: tuple[int, int],
    seeds: Sequence[int] = SEEDS,
    batch_size: int = BATCH,
    every: Sequence[int] | None = None,
) -> History:
    """Runs at one rate and then another, a row a pair of rates and seed; rates vary slowest.

    Args:
        before: learning rates until the lever is pulled.
        after: those from then on, as many.
        steps: before the pull and after it.
    """
    rates = [
        torch.tensor(part, dtype=torch.float64).repeat_interleave(len(seeds))
        for part in (before, after)
    ]
    return fleet(
        net, data, rule, lr=lambda step: rates[step >= steps[0]], steps=sum(steps),
        batch_size=batch_size, seeds=list(seeds) * len(before), progress=False,
        every=every or (0, steps[0], sum(steps)),
    )  # fmt: skip


def raised(cause: str, factors=GROWN, seeds=SEEDS, epochs: int = LATER) -> dict[str, Tensor]:
    """Slow for 12 epochs, then faster; and a fresh start at the faster rate, for 12 epochs."""
    net, data = MLP(**YELLOW[cause]), digits(OFFSET if cause == "offset" else 0.0)
    rates, length = [SLOW * factor for factor in factors], epochs * EPOCH
    given = {"steps": (length, length), "seeds": seeds}
    on = pulled(net, data, momentum, [SLOW] * len(rates), rates, **given)
    anew = pulled(net, data, momentum, rates, rates, **{**given, "steps": (1, length - 1)})
    shape = (len(rates), len(seeds))
    return {
        "before": on.train_loss[:, 1].reshape(shape)[0],
        "on": on.train_loss[:, -1].reshape(shape),
        "fresh": anew.train_loss[:, -1].reshape(shape),
        "held": on.test_loss[:, -1].reshape(shape),
    }


def begins(offset: float, seeds=SEEDS) -> Tensor:
    """Sharpness of the sound net at its start, on inputs with this offset, `(seeds,)`."""
    X, y, *_ = digits(offset)
    found = []
    for seed in seeds:
        net = MLP(**YELLOW["slow"], seed=seed)
        loss = partial(_loss, net, X, y)
        found.append(sharpness(loss, dict(net.named_parameters())).item())
    return torch.tensor(found, dtype=torch.float64)


def _loss(net: MLP, X: Tensor, y: Tensor, params: dict[str, Tensor]) -> Tensor:
    return cross_entropy(functional_call(net, params, (X,)), y)


def cooled(kind: str, rates=RATES, seeds=MANY, epochs=(HOT, BURNT)) -> dict[str, Tensor]:
    """Hot for 3 epochs, then cool; and a fresh start at the cool rate."""
    net, data, steps = MLP(**RED[kind]), digits(), tuple(part * EPOCH for part in epochs)
    run = pulled(net, data, momentum, rates, [COOL] * len(rates), steps=steps, seeds=seeds)
    fresh = pulled(net, data, momentum, [COOL], [COOL], steps=(1, steps[1] - 1), seeds=seeds)
    shape = (len(rates), len(seeds))
    first, early = run.train_loss[:, 0], run.losses[:, :20].nan_to_num(torch.inf)
    return {
        "peak": (early.amax(1) / first).reshape(shape),
        "dropped": run.train_loss[:, 1].reshape(shape),
        "end": run.train_loss[:, -1].reshape(shape),
        "fresh": fresh.train_loss[:, -1],
    }


def tested(case: str, factors=LEVERS, seeds=MANY, epochs=(FLAT, TESTED)) -> dict[str, Tensor]:
    """Flat, then two epochs with the lever kept, lowered and raised: five looks at the last one.

    Returns:
        `"before"`, training loss at the pull, `(seeds,)`; `"after"` and `"held"`, mean training
        and validation loss of the looks, `(factors, seeds)`; `"sway"`, how far apart the highest
        and lowest validation loss of the looks are, as a part of their mean.
    """
    body, rule, lr, batch_size = PURPLE[case]
    steps = tuple(part * TRAIN // batch_size for part in epochs)
    looks = tuple(sum(steps) - steps[1] // 10 * i for i in range(5))
    rates = [lr * factor for factor in factors]
    run = pulled(
        MLP(**body), digits(wrong=WRONG if case in ("noise", "net") else 0.0), rule,
        [lr] * len(rates), rates, steps=steps, seeds=seeds, batch_size=batch_size,
        every=(0, steps[0], *looks),
    )  # fmt: skip
    shape, seen = (len(rates), len(seeds)), run.test_loss[:, 2:]
    return {
        "before": run.train_loss[:, 1].reshape(shape)[0],
        "after": run.train_loss[:, 2:].mean(1).reshape(shape),
        "held": seen.mean(1).reshape(shape),
        "sway": ((seen.amax(1) - seen.amin(1)) / seen.mean(1)).reshape(shape),
    }


def colored(seeds=SEEDS, epochs: int = FLAT) -> dict[str, Tensor]:
    """Softmax regression at four rates: training loss after every epoch, `(seeds, epochs + 1)`."""
    body, rule, _, batch_size = PURPLE["noise"]
    length = TRAIN // batch_size
    run = pulled(
        MLP(**body), digits(wrong=WRONG), rule, list(ONE_NET.values()), list(ONE_NET.values()),
        steps=(1, epochs * length - 1), seeds=seeds, batch_size=batch_size,
        every=range(0, epochs * length + 1, length),
    )  # fmt: skip
    losses = run.train_loss.reshape(len(ONE_NET), len(seeds), -1)
    return dict(zip(ONE_NET, losses, strict=True))


# The record


def recorded(*path: str) -> Tensor:
    """A part of the record, such as `"raised", "slow", "on"`: `(factors, seeds)`."""
    found = RECORD.found["values"]
    for name in path:
        found = found[name]
    return unpacked(found)


def chosen(cause: str) -> int:
    """Which factor of `GROWN` leaves the lowest mean validation loss after the raise."""
    held = recorded("raised", cause, "held").mean(1)
    return int(held.nan_to_num(torch.inf).argmin())


def rescued(kind: str) -> tuple[Tensor, Tensor]:
    """Loss at the drop and at the end, of all rates and seeds; inf where it is no number."""
    return tuple(
        recorded("cooled", kind, part).flatten().nan_to_num(torch.inf)
        for part in ("dropped", "end")
    )


def beside_fresh() -> Tensor:
    """End of every run of `rescued`, ReLU then tanh, over the fresh start of its seed."""
    pairs = [[recorded("cooled", kind, part) for part in ("end", "fresh")] for kind in RED]
    return torch.cat([(end / fresh).flatten() for end, fresh in pairs])


def kept(case: str, part: str = "after") -> Tensor:
    """Mean loss where the lever was left alone, one a seed; `"held"` is that on validation."""
    return recorded("tested", case, part)[0]


def left(case: str, part: str = "after") -> Tensor:
    """Mean loss at a tenth of the rate, over that of the kept run, one a seed."""
    return recorded("tested", case, part)[1] / kept(case, part)


def _all_runs() -> dict[str, object]:
    return {
        "colored": colored(),
        "raised": {cause: raised(cause) for cause in YELLOW},
        "cooled": {kind: cooled(kind) for kind in RED},
        "tested": {case: tested(case) for case in PURPLE},
    }


def _raised() -> tuple[Tensor, Tensor]:
    again = raised("slow", factors=(30,), seeds=(0, 1))
    return again["on"][0], recorded("raised", "slow", "on")[GROWN.index(30), :2]


def _cooled() -> tuple[Tensor, Tensor]:
    again = cooled("tanh", rates=(0.1,), seeds=(0, 1))
    return again["end"][0], recorded("cooled", "tanh", "end")[RATES.index(0.1), :2]


def _tested() -> tuple[Tensor, Tensor]:
    again = tested("noise", factors=(0.1,), seeds=(0, 1))
    return again["after"][0], recorded("tested", "noise", "after")[1, :2]


RECORD = Record(
    __file__,
    make=_all_runs,
    settings={
        "seeds": SEEDS, "many": MANY, "train": TRAIN, "batch": BATCH, "offset": OFFSET,
        "wrong": WRONG, "slow": SLOW, "later": LATER, "grown": GROWN, "hot": HOT, "burnt": BURNT,
        "cool": COOL, "rates": RATES, "flat": FLAT, "tested": TESTED, "levers": LEVERS,
        "one": ONE_NET, "purple": {case: [lr, size] for case, (_, _, lr, size) in PURPLE.items()},
    },
    pieces={"raised": _raised, "cooled": _cooled, "tested": _tested},
    rtol=5e-3,
)  # fmt: skip


if __name__ == "__main__":
    RECORD.write()
