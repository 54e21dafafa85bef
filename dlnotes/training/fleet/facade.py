"""Thousands of nets trained at once: the same training as `loop`, side by side."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor

import torch
from torch import Tensor, nn

from dlnotes.core.arguments import whole
from dlnotes.core.protocols import Rule
from dlnotes.training.data.examples import Data
from dlnotes.training.fleet.by_hand import can_go_by_hand
from dlnotes.training.fleet.chunk import Work
from dlnotes.training.fleet.chunks import chunk_size, run_chunks
from dlnotes.training.fleet.members import listed, runs_of
from dlnotes.training.fleet.method import Method, Params
from dlnotes.training.history import History, evaluations
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.requirements import check_training, check_weighted

Numbers = float | Tensor | Sequence[float]


def fleet(
    net: nn.Module,
    data: Data,
    rule: Rule,
    *,
    lr: Numbers | Callable[[int], float | Tensor],
    steps: int,
    batch_size: int | Tensor | Sequence[int] | None = None,
    seeds: int | Tensor | Sequence[int] = 0,
    loss: Callable[..., Tensor] = cross_entropy,
    transform: Callable[[Params], Params] | None = None,
    penalty: Callable[[Params], Tensor] | None = None,
    every: int | Sequence[int] | None = None,
    chunk: int | None = None,
    compiled: bool = False,
    by_hand: bool | None = None,
    executor: Executor | None = None,
    progress: bool | None = None,
    **hyper: Numbers,
) -> History:
    """Trains R nets; run by run the same as `loop.train`.

    Whatever is given one value a run decides R; a single value serves all runs. A run that
    diverges ends there: its loss stays the inf or NaN it ended with, its parameters stay the last
    finite ones, and no other run notices.

    Args:
        net: an `MLP`: each run starts from the weights of an MLP with its own seed. Or any other
            module without buffers: each run starts from the weights it has.
        data: `Data(X, y, X_test, y_test)`, where the net lives and of its dtype.
        rule: a module with `init` and `update`; where it offers `averaged`, that is evaluated and
            returned.
        lr: learning rate, at least 0, one or R; or a schedule, a function of the 0-based step
            that gives one or R.
        steps: T, updates to make, at least 1.
        batch_size: B, examples a step, one or R; `None` takes all of them. Smaller batches are
            padded to the largest, and what pads them has weight 0.
        seeds: one or R: of initial weights, order of the examples and dropout.
        loss: `(output, y, weight) -> scalar`; without `weight` where all batches are equal.
        transform: of the gradients of a run, name -> tensor, such as a clipping.
        penalty: of the parameters of a run, added to the loss that is descended on; not in the
            curves.
        every: evaluate both parts after so many updates; `None`: at the start and the end only,
            0: never. Or the updates themselves, such as `range(80, 101)`.
        chunk: runs at a time; `None` takes as many as the cache of a CPU holds, on an
            accelerator as many as its memory does.
        compiled: through torch's compiler: that takes ten seconds or more for the first chunk, up
            to a minute for deep nets, and makes the rest several times as fast. Without a C++
            compiler it runs uncompiled.
        by_hand: gradients by `backward` instead of `torch.func.grad`; `None` does so where it
            knows the net, the loss and the rule: plain MLPs and elementwise rules.
        executor: takes the chunks, for example `concurrent.futures.ProcessPoolExecutor()`;
            `None` works through them here.
        progress: show a bar; `None` shows it when the work is long.
        **hyper: further hyperparameters of the rule, one or R.

    Returns:
        As `loop.train`, each with R in front. After an interrupt what was not done is NaN.

    Raises:
        ValueError: when shapes, numbers of runs, devices, dtypes or hyperparameters do not fit,
            the loss of all runs is nan or inf before the first update, or it has no `weight` for
            batches of several sizes.

    Example:
        >>> from dlnotes.optimizers import sgd
        >>> from dlnotes.training.data import datasets
        >>> from dlnotes.training.nets.mlp import MLP
        >>> net, data = MLP((2, 8, 2)), datasets.moons(100)
        >>> runs = fleet(net, data, sgd, lr=[0.01, 0.1, 1.0], steps=50, batch_size=20)
        >>> runs.losses.shape, runs.test_loss[:, -1].argmin().item()
        (torch.Size([3, 50]), 2)
    """
    lr = lr if callable(lr) else listed("lr", lr)
    columns = {name: listed(name, value) for name, value in hyper.items()}
    numbers = {name: _number(value) for name, value in {"lr": lr, **columns}.items()}
    given = {**numbers, "transform": transform, "penalty": penalty}
    data = check_training(net, data, loss, rule, steps=steps, **given)
    whole("chunk", 1 if chunk is None else chunk)
    runs = runs_of(seeds, batch_size, len(data.X), columns, lr, steps)
    fixed = tuple(runs.fixed.items())
    method = Method(net, rule, loss, transform, penalty, fixed, compiled)
    width = max(runs.batch_sizes)
    padded = min(runs.batch_sizes) < width
    if padded:
        check_weighted(net, data, loss)
    updates = evaluations(steps, every)
    work = Work(method, _chosen(by_hand, method), data, steps, updates, width, padded)
    return run_chunks(work, runs, chunk or chunk_size(work, len(runs.seeds)), executor, progress)


def _number(value: object) -> object:
    """What the checks of hyperparameters take: a tensor for a list."""
    return torch.tensor(value, dtype=torch.float64) if isinstance(value, list) else value


def _chosen(by_hand: bool | None, method: Method) -> bool:
    possible = can_go_by_hand(method)
    if by_hand and not possible:
        raise ValueError(
            "`by_hand` must be left out here, got True; gradients by hand are for an MLP without "
            "norm, residual and dropout, cross_entropy or mean_squared_error, and an elementwise "
            "rule."
        )
    return possible if by_hand is None else by_hand
