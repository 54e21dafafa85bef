"""The training of one chunk of a fleet: as many runs as fit into the cache of a CPU."""

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import vmap

from dlnotes.training.data.examples import Data
from dlnotes.training.evaluation import evaluate
from dlnotes.training.fleet.by_hand import ByHand
from dlnotes.training.fleet.mapped import Mapped
from dlnotes.training.fleet.members import Runs, batches, counted, first_params, masks_of
from dlnotes.training.fleet.method import Batch, Method, Params
from dlnotes.training.requirements import check_start


class Work(NamedTuple):
    """What all chunks of a fleet share.

    Attributes:
        method: what a step does.
        by_hand: by `ByHand`, not by `Mapped`.
        data: both parts.
        steps: T.
        updates: after how many updates to evaluate, E of them, from 0 to T.
        width: of the largest batch in the fleet.
        padded: whether smaller ones exist.
    """

    method: Method
    by_hand: bool
    data: Data
    steps: int
    updates: tuple[int, ...]
    width: int
    padded: bool


class Outcome(NamedTuple):
    """What a chunk leaves behind; what an interrupt left undone is NaN.

    Attributes:
        losses: `(R, T)`.
        curves: train and test loss, then, for classes, train and test accuracy: `(R, E)` each.
        params: after the last update made, `(R, …)` each.
        done: updates made.
    """

    losses: Tensor
    curves: list[Tensor]
    params: Params
    done: int


@torch.no_grad()
def train_chunk(work: Work, runs: Runs, tick: Callable[[], None] | None = None) -> Outcome:
    """Trains some runs side by side.

    Args:
        work: what all chunks share.
        runs: the runs of this one.
        tick: called after every step.
    """
    _keep_memory()
    data, R = work.data, len(runs.seeds)
    home = data.X.device
    numbers = {name: values.to(home) for name, values in runs.numbers.items()}
    kind = ByHand if work.by_hand else Mapped
    engine = kind(work.method, first_params(work.method.net, runs.seeds), numbers)
    order = batches(runs, len(data.X), work.steps, work.width).to(home)
    weight = counted(runs, work.width, data.X) if work.padded else None
    masks = masks_of(work.method.net, runs, work.width)
    losses = data.X.new_full((work.steps, R), math.nan)
    scores = partial(_scores, work)
    curves, done = {0: scores(engine.answers)} if work.updates else {}, 0
    try:
        for step in range(work.steps):
            losses[step] = engine.step(step, Batch(data.X, data.y, order[step], weight, masks()))
            done = step + 1
            if step == 0 and not losses[0].isfinite().any():
                check_start(losses[0, 0], data)
            if done in work.updates:
                curves[done] = scores(engine.answers)
            if tick:
                tick()
    except KeyboardInterrupt:
        losses[done:] = math.nan
    return Outcome(losses.T.contiguous(), _curves(curves, work, R), engine.answers, done)


def _keep_memory() -> None:
    """Lets glibc keep what a step frees: it would go back to the system, to be asked for again.

    Having seen one large block come and go, it keeps as much from then on.
    """
    torch.empty(31 * 2**20, dtype=torch.uint8)


def _scores(work: Work, params: Params) -> list[Tensor]:
    def one_run(params: Params) -> list[Tensor]:
        found = evaluate(work.method.net, work.data, work.method.loss, params)
        return [value for value in found if value is not None]

    return vmap(one_run)(params)


def _curves(found: dict[int, list[Tensor]], work: Work, R: int) -> list[Tensor]:
    """Each score of every run at every evaluation, `(R, E)`; NaN where none was made."""
    count = 2 if work.data.y.is_floating_point() else 4
    missing = [work.data.X.new_full((R,), math.nan)] * count
    rows = [found.get(update, missing) for update in work.updates]
    if not rows:
        return [work.data.X.new_empty(R, 0)] * count
    return [torch.stack(column, dim=1) for column in zip(*rows, strict=True)]
