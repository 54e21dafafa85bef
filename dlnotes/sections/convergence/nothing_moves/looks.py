"""A run of one case, and everything that is measured on it.

Book: convergence/nothing_moves
"""

from dataclasses import replace
from functools import partial
from statistics import median
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import functional_call

from dlnotes.convergence.baselines import baseline_loss
from dlnotes.convergence.checklist import (
    MEASUREMENTS,
    alive_share,
    input_size,
    relative_step,
    twin_share,
)
from dlnotes.optimizers import sgd
from dlnotes.sections.convergence.nothing_moves.cases import Case, summed
from dlnotes.training.data.examples import Data
from dlnotes.training.history import History, Update
from dlnotes.training.loop import train
from dlnotes.training.nets import losses

STEPS = 400
EARLY, FEW, FIT = 20, 20, 200  # steps before the early look; images and steps of the small batch
MARKS = (0, 1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 75, 100, 150, 200, 250, 300, 350, 400)


class Looks(NamedTuple):
    """What is seen of one case; with a leading dimension of several.

    Attributes:
        measured: the numbers of the checklist, in the order of `MEASUREMENTS`.
        curve: training loss at each of `MARKS`.
        held: accuracy on the validation set.
        fresh: accuracy on images that nobody looked at.
        still: how many of the 4 parameter tensors have not moved after the early steps.
        doubled: length of the gradient of a batch that is written twice, over that of the batch.
        shared: how many validation images are among those that are learned from.
        odd: of the 50 training images with the largest loss, the part that is labeled wrongly.
    """

    measured: Tensor
    curve: Tensor
    held: Tensor
    fresh: Tensor
    still: Tensor
    doubled: Tensor
    shared: Tensor
    odd: Tensor


def hidden(params: dict[str, Tensor], X: Tensor) -> Tensor:
    """What the hidden units give out."""
    return (X @ params["layers.0.weight"].T + params["layers.0.bias"]).relu()


def run_of(case: Case, steps: int = STEPS, **options) -> History:
    """The training of a case."""
    given = {"lr": case.lr, "loss": case.loss, "transform": case.transform}
    batch_size = min(case.batch_size, len(case.data.X))
    return train(
        case.net, case.data, sgd, steps=steps, batch_size=batch_size, progress=False,
        **(given | options),
    )  # fmt: skip


def looked(case: Case) -> Looks:
    """Trains it, with the measurements of the checklist and those that go beyond it."""
    early: dict[str, list] = {"steps": [], "params": []}

    def watch(update: Update) -> None:
        if update.step < EARLY:
            early["steps"].append(relative_step(update.params, update.moved))
            early["params"].append(update.moved)

    run = run_of(case, every=MARKS, watch=watch)
    after, start = early["params"][-1], dict(case.net.named_parameters())
    outputs = hidden(after, case.data.X)
    base = baseline_loss("cross_entropy", case.data.y)
    final, held = _final(case, run), _loss(case, run.params, *case.data[2:])
    measured = {
        "input": input_size(case.data.X),
        "alive": alive_share(outputs),
        "twins": twin_share(outputs),
        "step": median(early["steps"]),
        "batch": one_batch(case) / baseline_loss("cross_entropy", case.data.y[:FEW]),
        "train": final / base,
        "gap": (held - final) / base,
    }
    score = partial(accuracy_of, case, run.params)
    curve = run.train_loss / (len(case.data.X) if case.loss is summed else 1)
    return Looks(
        torch.tensor([measured[name] for name in MEASUREMENTS]), curve,
        score(*case.data[2:]), score(*case.fresh),
        torch.tensor(sum(torch.equal(after[name], start[name]) for name in after)),
        doubled(case), shared(case.data), odd(case, run.params),
    )  # fmt: skip


def one_batch(case: Case) -> float:
    """Loss on 20 training images after 200 steps on these alone, at the case's own rate."""
    X, y = case.data.X[:FEW], case.data.y[:FEW]
    small = replace(case, data=Data(X, y, X, y))
    return _final(small, run_of(small, FIT))


def doubled(case: Case) -> Tensor:
    """How much longer the gradient is when the same batch stands there twice: 1 for a mean."""
    X, y = case.data.X[:FEW], case.data.y[:FEW]
    lengths = []
    for rows, classes in ((X, y), (X.repeat(2, 1), y.repeat(2))):
        grads = torch.autograd.grad(case.loss(case.net(rows), classes), list(case.net.parameters()))
        lengths.append(torch.cat([grad.flatten() for grad in grads]).norm())
    return lengths[1] / lengths[0]


def shared(data: Data) -> Tensor:
    """How many of the validation images are also learned from, pixel for pixel."""
    known = {tuple(row) for row in data.X.tolist()}
    return torch.tensor(sum(tuple(row) in known for row in data.X_test.tolist()))


def odd(case: Case, params: dict[str, Tensor], most: int = 50) -> Tensor:
    """Of the training images with the largest loss, the part whose label was changed."""
    output = functional_call(case.net, params, (case.data.X,))
    each = -losses.log_softmax(output).gather(1, case.data.y.unsqueeze(1)).squeeze(1)
    return case.wrong[each.topk(most).indices].double().mean()


def _loss(case: Case, params: dict[str, Tensor], X: Tensor, y: Tensor) -> float:
    return losses.cross_entropy(functional_call(case.net, params, (X,)), y).item()


def _final(case: Case, run: History) -> float:
    return _loss(case, run.params, case.data.X, case.data.y)


def accuracy_of(case: Case, params: dict[str, Tensor], X: Tensor, y: Tensor) -> Tensor:
    """The part of these images that the net with these parameters gets right."""
    return losses.accuracy(functional_call(case.net, params, (X,)), y)
