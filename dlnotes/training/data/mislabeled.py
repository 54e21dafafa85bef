"""Few digits, some with a wrong label: what chapter 6 tries its remedies on.

Book: regularization/the_gap
"""

import torch
from torch import Tensor

from dlnotes.core.arguments import whole
from dlnotes.core.seeds import seeded
from dlnotes.training.data import datasets
from dlnotes.training.data.examples import Data, cast, standardize

CHOOSE, REPORT = 400, 600  # images held out: those that choose a setting, those that judge it
MOST = 1797 - CHOOSE - REPORT  # left to learn from


def few_digits(
    seed: int = 0,
    examples: int = 150,
    wrong: float = 0.15,
    *,
    standardized: bool = True,
    dtype: torch.dtype = torch.float32,
) -> Data:
    """Digits to learn from, some mislabeled, and 1000 others with right labels.

    A larger training part begins with the smaller one, wrong labels included: more data are added,
    not exchanged. `wrong=0` gives the same images with their right labels.

    Args:
        seed: which images, and which wrong labels.
        examples: N, to learn from, 1 to 797.
        wrong: the part of them that is labeled wrongly, from 0 to less than 1.
        standardized: every pixel with mean 0 and standard deviation 1 over the training part; else
            gray levels from 0 to 1.
        dtype: of the pixels.

    Returns:
        `X` of shape `(N, 64)` and `y`, `(N,)`; `X_test`, `(1000, 64)`: the first `CHOOSE` are there
        to choose a setting by, the other `REPORT` to report it on.

    Example:
        >>> data = few_digits(seed=0)
        >>> data.X.shape, int((data.y != few_digits(seed=0, wrong=0).y).sum())
        (torch.Size([150, 64]), 22)
    """
    whole("examples", examples, most=MOST)
    if not 0 <= wrong < 1:
        raise ValueError(f"`wrong` must be from 0 to less than 1, got {wrong}.")
    data = datasets.digits(seed, test=REPORT / 1797, standardized=False, dtype=torch.float64)
    X, y = data.X[CHOOSE:], mislabeled(data.y[CHOOSE:], wrong, seed)
    held = torch.cat([data.X[:CHOOSE], data.X_test]), torch.cat([data.y[:CHOOSE], data.y_test])
    few = Data(X[:examples], y[:examples], *held)
    return cast(standardize(few) if standardized else few, dtype, None)


def mislabeled(y: Tensor, wrong: float, seed: int = 0, classes: int = 10) -> Tensor:
    """The same labels, a part of them moved to another class, each other class equally likely.

    Of the first n labels, n · `wrong` are moved, rounded down, whatever n is.

    Args:
        y: labels in random order, shape `(N,)`, int64.
        wrong: the part that is moved, from 0 to 1.
        seed: of the classes they are moved to.
        classes: C, at least 2.

    Example:
        >>> y = torch.zeros(8, dtype=torch.int64)
        >>> (mislabeled(y, 0.25) != y).tolist()
        [False, False, False, True, False, False, False, True]
    """
    due = (torch.arange(len(y) + 1, dtype=torch.float64) * wrong + 1e-9).floor()
    moves = torch.randint(1, classes, y.shape, generator=seeded(seed))
    return torch.where(due[1:] > due[:-1], (y + moves) % classes, y)
