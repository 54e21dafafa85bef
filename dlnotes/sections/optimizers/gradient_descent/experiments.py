"""Gradient descent with the whole data set, one example or a mini-batch: one loop, one dial.

Book: optimizers/gradient_descent
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import positive, whole
from dlnotes.core.seeds import seeded
from dlnotes.optimizers import sgd


class Descent(NamedTuple):
    """What a run leaves behind.

    Attributes:
        path: the parameter before the first step and after every step, shape `(..., T + 1, D)`.
        read: examples read so far at each of those points, shape `(T + 1,)`, int64.
    """

    path: Tensor
    read: Tensor


def batches(
    examples: int,
    batch_size: int,
    *,
    epochs: int = 1,
    seed: int | Sequence[int] = 0,
    replacement: bool = False,
) -> Iterator[Tensor]:
    """The rows of every mini-batch, in the order in which they are used.

    Every epoch shuffles anew and deals out each example exactly once; the last batch of an epoch
    is short when `batch_size` does not divide `examples`.

    Args:
        examples: N, the size of the data set.
        batch_size: B, from 1 (one example at a time) to N (the full batch).
        epochs: passes over the data.
        seed: one seed, or one for each of R runs side by side.
        replacement: draw every example from all N instead; an epoch is still N draws.

    Yields:
        Row numbers of shape `(B,)`, or `(R, B)` for R seeds.

    Raises:
        ValueError: for a `batch_size` above `examples`.

    Example:
        >>> [len(rows) for rows in batches(10, 4, epochs=2)]
        [4, 4, 2, 4, 4, 2]
        >>> sorted(torch.cat(list(batches(5, 2))).tolist())
        [0, 1, 2, 3, 4]
    """
    whole("examples", examples)
    if whole("batch_size", batch_size) > examples:
        raise ValueError(
            f"`batch_size` must be at most `examples`, got batch_size={batch_size} "
            f"and examples={examples}; use batch_size={examples} for the full batch."
        )
    sources = _generators(seed)
    for _ in range(whole("epochs", epochs)):
        orders = torch.stack([_order(examples, source, replacement) for source in sources])
        yield from (orders[0] if isinstance(seed, int) else orders).split(batch_size, dim=-1)


def descend(
    gradient: Callable[[Tensor, Tensor, Tensor], Tensor],
    X: Tensor,
    y: Tensor,
    start: Tensor | Sequence[float],
    *,
    lr: float,
    batch_size: int,
    epochs: int,
    seed: int | Sequence[int] = 0,
    replacement: bool = False,
) -> Descent:
    """Run `param ← param - lr · gradient(param, X[rows], y[rows])`, one batch a step.

    Robbins & Monro (1951); with `batch_size` N it is Cauchy's gradient descent.

    Args:
        gradient: of the mean loss over the rows it is given, as `training.tasks.gradient`.
        X: features, shape `(N, D)`.
        y: targets, shape `(N,)`.
        start: first parameter, shape `(D,)`.
        lr: learning rate, greater than 0, in units of param² per loss.
        batch_size: B, from 1 to N.
        epochs: passes over the data.
        seed: of the shuffling; a sequence of R seeds makes R runs with a leading dimension.
        replacement: draw with replacement instead of shuffling.

    Returns:
        The path and the examples read. A run that diverges keeps its inf and NaN.

    Example:
        >>> from dlnotes.training.data.tasks import gradient, least_squares
        >>> task = least_squares(examples=100, condition=1)
        >>> run = descend(gradient, task.X, task.y, (0, 0), lr=1.0, batch_size=100, epochs=1)
        >>> run.path[-1].round(decimals=6), run.read
        (tensor([1., 1.], dtype=torch.float64), tensor([  0, 100]))
    """
    positive("lr", lr)
    param = torch.as_tensor(start, dtype=X.dtype, device=X.device)
    if not isinstance(seed, int):
        param = param.expand(len(seed), -1)
    state, path, read = sgd.init(param), [param], [0]
    order = {"epochs": epochs, "seed": seed, "replacement": replacement}
    for rows in batches(len(X), batch_size, **order):
        delta, state = sgd.update(gradient(param, X[rows], y[rows]), state, param, lr=lr)
        param = param + delta
        path.append(param)
        read.append(read[-1] + rows.shape[-1])
    return Descent(torch.stack(path, dim=-2), torch.tensor(read))


def stability_limit(curvature: float) -> float:
    """2 / curvature: full-batch descent on a quadratic converges below it, diverges above.

    Args:
        curvature: the largest eigenvalue of the Hessian, greater than 0.

    Example:
        >>> stability_limit(10)
        0.2
    """
    return 2 / positive("curvature", curvature)


def _generators(seed: int | Sequence[int]) -> list[torch.Generator]:
    seeds = [seed] if isinstance(seed, int) else seed
    return [seeded(one) for one in seeds]


def _order(examples: int, source: torch.Generator, replacement: bool) -> Tensor:
    if replacement:
        return torch.randint(examples, (examples,), generator=source)
    return torch.randperm(examples, generator=source)
