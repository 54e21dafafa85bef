"""Examples to learn from and examples to be judged on."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from dlnotes.core.arguments import non_negative, whole
from dlnotes.core.seeds import seeded


class Data(NamedTuple):
    """Examples to learn from and examples to be judged on.

    Attributes:
        X: features, shape `(N, D)`.
        y: classes, shape `(N,)`, int64; or targets, shape `(N, C)`, of the dtype of `X`.
        X_test: features of the test part, shape `(M, D)`.
        y_test: classes or targets of the test part.
    """

    X: Tensor
    y: Tensor
    X_test: Tensor
    y_test: Tensor

    def to(self, device: str | torch.device) -> "Data":
        """The same data on another device."""
        return Data(*(part.to(device) for part in self))


def standardize(data: Data) -> Data:
    """Every feature with mean 0 and standard deviation 1 over the training part.

    The test part is moved and scaled by the same numbers: it must not have a say in them. A
    feature that never changes in the training part becomes 0 in both.
    """
    mean, std = data.X.mean(0), data.X.std(0, correction=0)
    scale = torch.where(std > 0, 1 / std, 0.0)
    return data._replace(X=(data.X - mean) * scale, X_test=(data.X_test - mean) * scale)


def split(X: Tensor, y: Tensor, examples: int, source: Generator) -> Data:
    """Shuffles the examples and cuts off the first ones for training.

    Args:
        X: features, shape `(N + M, D)`.
        y: classes or targets, one row an example.
        examples: N, how many to learn from.
        source: of the order.
    """
    order = torch.randperm(len(X), generator=source)
    train, held = order[:examples], order[examples:]
    return Data(X[train], y[train], X[held], y[held])


def cast(data: Data, dtype: torch.dtype, device: str | torch.device | None) -> Data:
    """Features and targets in this dtype, everything on this device; classes stay int64."""
    parts = (part.to(dtype) if part.is_floating_point() else part for part in data)
    return Data(*(part.to(device) for part in parts))


def classified(
    points: Callable[[int], list[Tensor]],
    examples: int,
    noise: float,
    seed: int,
    *,
    test_examples: int | None = None,
    dtype: torch.dtype = torch.float32,
    device: str | torch.device | None = None,
) -> Data:
    """Points of several classes, moved by normal noise, shuffled and cut.

    Args:
        points: takes how many there are in all, gives those of every class, `(count, D)`, float64.
        examples: N, for training.
        noise: standard deviation in every coordinate, 0 or more.
        seed: of noise and order.
        test_examples: M; `None` takes as many as `examples`.
        dtype: of the features.
        device: where to put them; `None` is the CPU.
    """
    noise = non_negative("noise", noise)
    groups = points(examples + held_out(examples, test_examples))
    source, X = seeded(seed), torch.cat(groups)
    y = torch.cat([torch.full((len(group),), label) for label, group in enumerate(groups)])
    X = X + noise * torch.randn(X.shape, generator=source, dtype=torch.float64)
    return cast(split(X, y, examples, source), dtype, device)


def measured(
    points: Callable[[int, Generator], tuple[Tensor, Tensor]],
    examples: int,
    noise: float,
    seed: int,
    *,
    test_examples: int | None = None,
    dtype: torch.dtype = torch.float32,
    device: str | torch.device | None = None,
) -> Data:
    """Features with targets moved by normal noise, shuffled and cut.

    Args:
        points: takes how many and a source of random numbers, gives features `(N + M, D)` and
            targets `(N + M, C)`, float64.
        examples: N, for training.
        noise: standard deviation of the targets, 0 or more.
        seed: of features, noise and order.
        test_examples: M; `None` takes as many as `examples`.
        dtype: of features and targets.
        device: where to put them; `None` is the CPU.
    """
    noise = non_negative("noise", noise)
    source = seeded(seed)
    X, y = points(examples + held_out(examples, test_examples), source)
    y = y + noise * torch.randn(y.shape, generator=source, dtype=torch.float64)
    return cast(split(X, y, examples, source), dtype, device)


def held_out(examples: int, test_examples: int | None) -> int:
    """M: as many test examples as asked for, else as many as for training."""
    whole("examples", examples)
    return examples if test_examples is None else whole("test_examples", test_examples)
