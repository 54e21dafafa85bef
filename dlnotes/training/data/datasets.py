"""Data sets small enough to see, split into a training and a test part. Nothing is downloaded.

All of them take `seed`, which decides noise and order; `test_examples`, M, as many as for
training where it is `None`; `dtype` of the features, and `device` (`None` is the CPU). Training
and test part are one draw, shuffled and cut.
"""

import math

import torch
from torch import Generator, Tensor

from dlnotes.core.arguments import one_of, positive, whole
from dlnotes.core.seeds import seeded
from dlnotes.training.data.examples import (
    Data,
    cast,
    classified,
    held_out,
    measured,
    split,
    standardize,
)
from dlnotes.training.nets.mlp import MLP

CURVES = {
    "sine": lambda x: torch.sin(math.pi * x),
    "cubic": lambda x: 4 * x**3 - 3 * x,
    "runge": lambda x: 1 / (1 + 25 * x**2),
    "step": lambda x: torch.where(x > 0, 1.0, -1.0),
}


def moons(examples: int = 400, noise: float = 0.1, seed: int = 0, **options) -> Data:
    """Two half circles, each reaching into the other: scikit-learn's `make_moons`.

    Args:
        examples: N, for training, at least 1.
        noise: standard deviation of the normal noise on both coordinates, 0 or more.
        seed: of noise and order.
        **options: `test_examples`, `dtype`, `device`.

    Example:
        >>> moons(examples=100).X.shape
        torch.Size([100, 2])
    """

    def points(total: int) -> list[Tensor]:
        upper, lower = (_even(0, math.pi, count) for count in _shares(total, 2))
        return [_pair(upper.cos(), upper.sin()), _pair(1 - lower.cos(), 0.5 - lower.sin())]

    return classified(points, examples, noise, seed, **options)


def circles(
    examples: int = 400, noise: float = 0.1, seed: int = 0, *, factor: float = 0.5, **options
) -> Data:
    """A circle of radius 1 around one of radius `factor`: scikit-learn's `make_circles`.

    Args:
        examples: N, for training, at least 1.
        noise: standard deviation of the normal noise on both coordinates, 0 or more.
        seed: of noise and order.
        factor: inner radius, greater than 0.
        **options: `test_examples`, `dtype`, `device`.
    """
    positive("factor", factor)

    def points(total: int) -> list[Tensor]:
        outer, inner = (_even(0, 2 * math.pi, count + 1)[:-1] for count in _shares(total, 2))
        return [_pair(outer.cos(), outer.sin()), factor * _pair(inner.cos(), inner.sin())]

    return classified(points, examples, noise, seed, **options)


def spirals(
    examples: int = 400,
    noise: float = 0.02,
    seed: int = 0,
    *,
    classes: int = 2,
    turns: float = 1.0,
    **options,
) -> Data:
    """Arms that wind around the origin, one a class, out to radius 1.

    Args:
        examples: N, for training, at least 1.
        noise: standard deviation of the normal noise on both coordinates, 0 or more.
        seed: of noise and order.
        classes: C, how many arms, at least 2.
        turns: how often an arm goes round, greater than 0; more is harder.
        **options: `test_examples`, `dtype`, `device`.
    """
    whole("classes", classes, least=2)
    positive("turns", turns)

    def points(total: int) -> list[Tensor]:
        arms = []
        for label, count in enumerate(_shares(total, classes)):
            radius = _even(0.05, 1, count)
            angle = 2 * math.pi * (turns * radius + label / classes)
            arms.append(_pair(radius * angle.cos(), radius * angle.sin()))
        return arms

    return classified(points, examples, noise, seed, **options)


def blobs(
    examples: int = 400, noise: float = 0.3, seed: int = 0, *, classes: int = 3, **options
) -> Data:
    """Round clouds with their centers evenly on the unit circle, one a class.

    Args:
        examples: N, for training, at least 1.
        noise: standard deviation of a cloud in both coordinates, 0 or more.
        seed: of noise and order.
        classes: C, at least 2.
        **options: `test_examples`, `dtype`, `device`.
    """
    whole("classes", classes, least=2)

    def points(total: int) -> list[Tensor]:
        angles = [2 * math.pi * label / classes for label in range(classes)]
        centers = (torch.tensor([[math.cos(a), math.sin(a)]], dtype=torch.float64) for a in angles)
        pairs = zip(centers, _shares(total, classes), strict=True)
        return [center.repeat(count, 1) for center, count in pairs]

    return classified(points, examples, noise, seed, **options)


def xor(examples: int = 400, noise: float = 0.3, seed: int = 0, **options) -> Data:
    """Clouds at (±1, ±1); the class tells whether the signs differ. No line parts them.

    Args:
        examples: N, for training, at least 1.
        noise: standard deviation of a cloud in both coordinates, 0 or more.
        seed: of noise and order.
        **options: `test_examples`, `dtype`, `device`.
    """

    def points(total: int) -> list[Tensor]:
        ends = _pair(torch.tensor([1.0, -1.0]), torch.tensor([1.0, -1.0])).double()
        counts = _shares(total, 2)
        corners = (ends, ends * torch.tensor([1.0, -1.0], dtype=torch.float64))
        return [
            corner[torch.arange(count) % 2] for corner, count in zip(corners, counts, strict=True)
        ]

    return classified(points, examples, noise, seed, **options)


def teacher(
    examples: int = 400,
    noise: float = 0.0,
    seed: int = 0,
    *,
    sizes: tuple[int, ...] = (10, 5, 1),
    activation: str = "tanh",
    **options,
) -> Data:
    """Targets made by another net, the teacher, from normal features: regression.

    A student of the teacher's shape can reach a loss of `noise`²; nothing can do better.

    Args:
        examples: N, for training, at least 1.
        noise: standard deviation of the normal noise on the targets, 0 or more.
        seed: of the teacher's weights, features, noise and order.
        sizes: of the teacher, from features to targets.
        activation: of the teacher.
        **options: `test_examples`, `dtype`, `device`.
    """
    net = MLP(sizes, activation=activation, seed=seed, dtype=torch.float64)

    def points(total: int, source: Generator) -> tuple[Tensor, Tensor]:
        X = torch.randn(total, sizes[0], generator=source, dtype=torch.float64)
        return X, net(X).detach()

    return measured(points, examples, noise, seed, **options)


def curve(
    examples: int = 30, noise: float = 0.1, seed: int = 0, *, shape: str = "sine", **options
) -> Data:
    """A function of one number in [-1, 1], seen through noise: regression.

    Args:
        examples: N, for training, at least 1.
        noise: standard deviation of the normal noise on the targets, 0 or more.
        seed: of features, noise and order.
        shape: a name in `CURVES`: `"sine"`, `"cubic"`, `"runge"` or `"step"`.
        **options: `test_examples`, `dtype`, `device`.
    """
    function = CURVES[one_of("shape", shape, CURVES)]

    def points(total: int, source: Generator) -> tuple[Tensor, Tensor]:
        X = 2 * torch.rand(total, 1, generator=source, dtype=torch.float64) - 1
        return X, function(X)

    return measured(points, examples, noise, seed, **options)


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
        test: the part set aside for testing, greater than 0 and smaller than 1.
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

    pixels, labels = load_digits(return_X_y=True)
    if not 1 <= len(labels) * (1 - positive("test", test)) <= len(labels) - 1:
        raise ValueError(
            f"`test` must leave digits to learn from and to test on, got {test:g} of {len(labels)}."
        )
    X, y = torch.tensor(pixels, dtype=torch.float64) / 16, torch.tensor(labels, dtype=torch.int64)
    data = split(X, y, len(X) - round(test * len(X)), seeded(seed))
    return cast(standardize(data) if standardized else data, dtype, device)


def separable(
    examples: int = 200,
    share: float = 0.7,
    seed: int = 0,
    *,
    test_examples: int | None = None,
    dtype: torch.dtype = torch.float32,
    device: str | torch.device | None = None,
) -> Data:
    """Classes that one feature tells, while adaptive rules learn to answer always "positive".

    Wilson et al. (2017), section 3.3: the first feature is the class, the next two are always 1.
    Each example has five features of its own, 0 in all other examples; a positive example has 1
    in the first of the five, a negative one in all five.

    Args:
        examples: N, for training, at least 1.
        share: the part of positive examples in each part, greater than 1/2 and smaller than 1.
        seed: of the order.
        test_examples: M; `None` takes as many as `examples`.
        dtype: of the features.
        device: where to put them; `None` is the CPU.

    Returns:
        `X` of shape `(N, 3 + 5 (N + M))`, `y` of -1 and 1, int64; the test part likewise.

    Example:
        >>> separable(examples=10, test_examples=4).X.shape
        torch.Size([10, 73])
    """
    if not 0.5 < share < 1:
        raise ValueError(f"`share` must be greater than 1/2 and smaller than 1, got {share}.")
    held = held_out(examples, test_examples)
    source = seeded(seed)
    y = torch.cat([_signs(count, share, source) for count in (examples, held)])
    first, own = y.unsqueeze(1), torch.eye(examples + held, dtype=torch.int64)
    pattern = torch.cat([torch.ones_like(first), (first < 0).long().expand(-1, 4)], dim=1)
    own = (own.unsqueeze(2) * pattern.unsqueeze(1)).flatten(1)
    X = torch.cat([first, torch.ones_like(first).expand(-1, 2), own], dim=1).to(torch.float64)
    return cast(Data(X[:examples], y[:examples], X[examples:], y[examples:]), dtype, device)


def _shares(total: int, classes: int) -> list[int]:
    """`total` in parts as equal as can be, smaller ones first."""
    return [(total + label) // classes for label in range(classes)]


def _even(first: float, last: float, count: int) -> Tensor:
    return torch.linspace(first, last, count, dtype=torch.float64)


def _pair(x: Tensor, y: Tensor) -> Tensor:
    return torch.stack([x, y], dim=1)


def _signs(count: int, share: float, source: Generator) -> Tensor:
    """1 for the share, rounded, and -1 for the rest, in random order."""
    ranks = torch.randperm(count, generator=source)
    return torch.where(ranks < round(share * count), 1, -1)
