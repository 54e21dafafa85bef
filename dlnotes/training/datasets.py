"""Data sets small enough to see, split into a training and a test part. Nothing is downloaded."""

import math
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from dlnotes.core.arguments import non_negative, whole


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


def moons(
    examples: int = 400,
    noise: float = 0.1,
    seed: int = 0,
    *,
    test_examples: int | None = None,
    dtype: torch.dtype = torch.float32,
    device: str | torch.device | None = None,
) -> Data:
    """Two half circles, each reaching into the other; scikit-learn's `make_moons`.

    Training and test part are one draw, shuffled and cut.

    Args:
        examples: N, at least 2.
        noise: standard deviation of the normal noise on both coordinates, 0 or more.
        seed: of the noise and the order.
        test_examples: M, at least 2; `None` takes as many as `examples`.
        dtype: of the features.
        device: where to put them; `None` is the CPU.

    Example:
        >>> moons(examples=100).X.shape
        torch.Size([100, 2])
    """
    whole("examples", examples, least=2)
    total = examples + whole("test_examples", test_examples or examples, least=2)
    upper, lower = (
        torch.linspace(0, math.pi, count, dtype=torch.float64)
        for count in (total // 2, total - total // 2)
    )
    first = torch.stack([upper.cos(), upper.sin()], dim=1)
    second = torch.stack([1 - lower.cos(), 0.5 - lower.sin()], dim=1)
    source = Generator().manual_seed(seed)
    return _split(_noisy([first, second], noise, source), examples, source, dtype, device)


def digits(
    seed: int = 0,
    test: float = 0.25,
    standardized: bool = True,
    *,
    dtype: torch.dtype = torch.float32,
    device: str | torch.device | None = None,
) -> Data:
    """1797 handwritten digits of 8 × 8 pixels, 10 classes, bundled with scikit-learn.

    Alpaydin & Kaynak (1998), Optical Recognition of Handwritten Digits.

    Args:
        seed: of the split.
        test: the part set aside for testing, in (0, 1).
        standardized: every pixel with mean 0 and standard deviation 1 *over the training part*
            (a pixel that never changes there becomes 0); else gray levels from 0 to 1.
        dtype: of the features.
        device: where to put them; `None` is the CPU.

    Example:
        >>> data = digits()
        >>> data.X.shape, data.X_test.shape, data.y.max()
        (torch.Size([1348, 64]), torch.Size([449, 64]), tensor(9))
    """
    from sklearn.datasets import load_digits

    if not 0 < test < 1:
        raise ValueError(f"`test` must be greater than 0 and smaller than 1, got {test}.")
    pixels, labels = load_digits(return_X_y=True)
    X, y = torch.tensor(pixels, dtype=torch.float64) / 16, torch.tensor(labels, dtype=torch.int64)
    order = torch.randperm(len(X), generator=Generator().manual_seed(seed))
    held = round(test * len(X))
    data = Data(X[order[held:]], y[order[held:]], X[order[:held]], y[order[:held]])
    return _cast(standardize(data) if standardized else data, dtype, device)


def standardize(data: Data) -> Data:
    """Every feature with mean 0 and standard deviation 1 over the training part.

    The test part is moved and scaled by the same numbers: it must not have a say in them. A
    feature that never changes in the training part becomes 0 in both.
    """
    mean, std = data.X.mean(0), data.X.std(0, correction=0)
    scale = torch.where(std > 0, 1 / std, 0.0)
    return data._replace(X=(data.X - mean) * scale, X_test=(data.X_test - mean) * scale)


def _noisy(groups: list[Tensor], noise: float, source: Generator) -> tuple[Tensor, Tensor]:
    """The points of all classes, moved by normal noise, and their classes."""
    X = torch.cat(groups)
    y = torch.cat([torch.full((len(group),), label) for label, group in enumerate(groups)])
    non_negative("noise", noise)
    return X + noise * torch.randn(X.shape, generator=source, dtype=X.dtype), y


def _split(points, examples: int, source: Generator, dtype, device) -> Data:
    """Shuffles points and classes, and cuts off the training part."""
    X, y = points
    order = torch.randperm(len(X), generator=source)
    train, held = order[:examples], order[examples:]
    return _cast(Data(X[train], y[train], X[held], y[held]), dtype, device)


def _cast(data: Data, dtype, device) -> Data:
    parts = (part.to(dtype) if part.is_floating_point() else part for part in data)
    return Data(*(part.to(device) for part in parts))
