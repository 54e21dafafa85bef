"""A net on digits, and everything that is broken in it, one place at a time.

Book: convergence/nothing_moves
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.training.data import datasets
from dlnotes.training.data.examples import Data, standardize
from dlnotes.training.nets import losses
from dlnotes.training.nets.mlp import MLP

CLASSES, HIDDEN, LR, BATCH = 10, 32, 0.1, 50
TRAIN, HELD = 1000, 400  # images to learn from, and to watch; the other 397 are for the end


@dataclass(frozen=True)
class Case:
    """Everything that a run is made of, so that one part of it can be broken.

    Attributes:
        net: a 64-32-10 net of ReLU.
        data: 1000 images to learn from; the test part is the validation set.
        fresh: 397 more, images and labels, which nobody looks at before the end.
        wrong: which training labels were changed, shape `(N,)`.
    """

    net: MLP
    data: Data
    fresh: tuple[Tensor, Tensor]
    wrong: Tensor
    lr: float = LR
    batch_size: int = BATCH
    loss: Callable[..., Tensor] = losses.cross_entropy
    transform: Callable[[dict], dict] | None = None


@cache
def pixels(seed: int) -> tuple[Tensor, Tensor]:
    """All 1797 images, gray levels from 0 to 1, and their labels, in an order of the seed."""
    data = datasets.digits(seed, standardized=False)
    return torch.cat([data.X, data.X_test]), torch.cat([data.y, data.y_test])


def sound(seed: int) -> Case:
    """The case with nothing broken."""
    X, y = pixels(seed)
    whole = Data(X[:TRAIN], y[:TRAIN], X[TRAIN:], y[TRAIN:])
    data = standardize(whole)
    held, fresh = data.X_test[:HELD], (data.X_test[HELD:], y[TRAIN + HELD :])
    net = MLP((64, HIDDEN, CLASSES), seed=seed)
    kept = Data(data.X, data.y, held, y[TRAIN : TRAIN + HELD])
    return Case(net, kept, fresh, torch.zeros(TRAIN, dtype=torch.bool))


# ---- one thing broken at a time ------------------------------------------------------------------
def _shuffled(case: Case, seed: int, share: float) -> Case:
    """A share of the labels dealt anew among their own images."""
    source = seeded(1000 + seed)
    chosen = torch.randperm(TRAIN, generator=source)[: round(share * TRAIN)]
    dealt = chosen[torch.randperm(len(chosen), generator=source)]
    y = case.data.y.index_put((chosen,), case.data.y[dealt])
    return replace(case, data=case.data._replace(y=y), wrong=y != case.data.y)


def _bytes(case: Case, seed: int) -> Case:
    """Pixels from 0 to 255, as they lie in a file."""
    X, _ = pixels(seed)
    parts = (255 * X).split([TRAIN, HELD, len(X) - TRAIN - HELD])
    data = case.data._replace(X=parts[0], X_test=parts[1])
    return replace(case, data=data, fresh=(parts[2], case.fresh[1]))


def _leaked(case: Case, seed: int) -> Case:
    """All validation images among those that are learned from, in the place of others."""
    X, y, held, labels = case.data
    X, y = torch.cat([X[:-HELD], held]), torch.cat([y[:-HELD], labels])
    return replace(case, data=Data(X, y, held, labels))


def _mirrored(case: Case, seed: int) -> Case:
    """Images to learn from are loaded left to right, all others right to left."""
    X = case.data.X.reshape(-1, 8, 8).flip(2).flatten(1)
    return replace(case, data=case.data._replace(X=X))


def _with_net(case: Case, change: Callable[[MLP], None]) -> Case:
    with torch.no_grad():
        change(case.net)
    return case


def _equal(net: MLP) -> None:
    for layer in net.layers:
        layer.weight.fill_(0.1)


def _dead(net: MLP, bias: float = -20.0) -> None:
    net.layers[0].bias.fill_(bias)


def summed(output: Tensor, y: Tensor) -> Tensor:
    """Cross-entropy added up over the batch, where a mean was meant."""
    return losses.cross_entropy(output, y) * len(y)


def _frozen(grads: dict[str, Tensor]) -> dict[str, Tensor]:
    """The first layer was never handed to the optimizer."""
    return {name: grad * (not name.startswith("layers.0")) for name, grad in grads.items()}


def _scaled(case: Case, seed: int) -> Case:
    """Pixels from 0 to 16, as they come with scikit-learn."""
    data, part = _bytes(case, seed), 16 / 255
    held = data.data._replace(X=part * data.data.X, X_test=part * data.data.X_test)
    return replace(data, data=held, fresh=(part * data.fresh[0], data.fresh[1]))


FAULTS: dict[str, Callable[[Case, int], Case]] = {
    "none": lambda case, seed: case,
    "inputs": _bytes,
    "dead": lambda case, seed: _with_net(case, _dead),
    "equal": lambda case, seed: _with_net(case, _equal),
    "slow": lambda case, seed: replace(case, lr=LR / 1000),
    "fast": lambda case, seed: replace(case, lr=LR * 30),
    "single": lambda case, seed: replace(case, batch_size=1),
    "labels": partial(_shuffled, share=1.0),
    "mirror": _mirrored,
    "part": partial(_shuffled, share=0.15),
    "leak": _leaked,
    "frozen": lambda case, seed: replace(case, transform=_frozen),
    "sum": lambda case, seed: replace(case, loss=summed, lr=LR / BATCH),
}
MILD: dict[str, Callable[[Case, int], Case]] = {
    "inputs": _scaled,
    "dead": lambda case, seed: _with_net(case, partial(_dead, bias=-6.0)),
    "slow": lambda case, seed: replace(case, lr=LR / 30),
    "labels": partial(_shuffled, share=0.7),
}  # the same faults, smaller
SOUND: dict[str, Callable[[Case, int], Case]] = {
    "tenth": lambda case, seed: replace(case, lr=LR / 10),
    "third": lambda case, seed: replace(case, lr=LR / 3),
    "triple": lambda case, seed: replace(case, lr=LR * 3),
    "tenfold": lambda case, seed: replace(case, lr=LR * 10),
    "small batch": lambda case, seed: replace(case, batch_size=10),
    "large batch": lambda case, seed: replace(case, batch_size=200),
}  # other settings that train well
PLAIN = ("inputs", "dead", "equal", "slow", "fast", "single", "labels", "mirror")
QUIET = ("part", "leak", "frozen", "sum")
NAMED = {
    "none": None, "inputs": "inputs", "dead": "dead units", "equal": "equal weights",
    "slow": "rate too small", "fast": "rate too large", "single": "rate too large",
    "labels": "labels", "mirror": "other data",
}  # what a good checklist says  # fmt: skip


def broken(fault: str, seed: int, among: dict = FAULTS) -> Case:
    """A case with one fault."""
    return among[fault](sound(seed), seed)
