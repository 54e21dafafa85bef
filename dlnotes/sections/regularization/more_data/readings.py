"""What the page reads off the record: errors, slopes in logarithms, and the chosen arms.

Book: regularization/more_data
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from dlnotes.core.intervals import interval
from dlnotes.sections.regularization.more_data.experiments import (
    COUNTS,
    FEW,
    NOISES,
    SHIFTS,
    TOGETHER,
    TUNED,
    chosen,
    recorded,
)
from dlnotes.sections.regularization.more_data.nets import NOTHING, Made

SPLIT = COUNTS.index(100)  # where the first half of the curve ends and the second begins
NOISY = [Made(noise=noise) for noise in NOISES]
SHIFTED = [Made(shift=shift) for shift in SHIFTS]
EITHER = [*NOISY, *SHIFTED[1:], *(Made(noise=n, shift=s) for n, s in TOGETHER)]


def errors(labels: str) -> Tensor:
    """Test errors with nothing added, `(counts, seeds)`."""
    return torch.stack([recorded(labels, examples=count).error for count in COUNTS])


def slopes(found: Tensor) -> tuple[Tensor, Tensor]:
    """Slopes of log error over log count, up to 100 images and from there, `(seeds,)` each.

    Args:
        found: errors, `(counts, seeds)`.
    """
    halves = slice(SPLIT + 1), slice(SPLIT, None)
    return tuple(slope(COUNTS[half], found[half]) for half in halves)


def slope(counts: Sequence[int], found: Tensor) -> Tensor:
    """The slope of the line of least squares through the logarithms, one for each seed.

    Args:
        counts: at least two.
        found: errors, `(counts, seeds)`.
    """
    x = torch.tensor(counts, dtype=torch.float64).log()
    x = x - x.mean()
    return x @ found.log() / x.square().sum()


def by_noise() -> dict[str, Tensor]:
    """Test accuracy over `NOISES`, with wrong labels and with right ones."""
    return {
        labels: torch.stack([recorded(labels, made).test for made in NOISY])
        for labels in ("wrong", "clean")
    }


def by_shift() -> dict[str, Tensor]:
    """Test accuracy over `SHIFTS`, as the images stand and moved by a pixel; right labels."""
    arms = [recorded("clean", made) for made in SHIFTED]
    return {
        "stand": torch.stack([arm.test for arm in arms]),
        "moved": torch.stack([arm.moved for arm in arms]),
    }


def best(labels: str, examples: int = FEW) -> Made:
    """What validation chooses among all that was made of so many images."""
    return chosen(labels, EITHER) if examples == FEW else noise(labels, examples)


def noise(labels: str, examples: int = FEW) -> Made:
    """What validation chooses of the doses of noise that were tried on all images, or none."""
    return chosen(labels, [NOTHING, *(Made(noise=dose) for dose in TUNED[labels])], examples)


def compared(name: str, one: Tensor, other: Tensor) -> dict[str, float]:
    """Mean of `one`, and the ends of the 95 % interval of its difference to `other`.

    Args:
        name: how the three are called: `name`, `name_low`, `name_high`.
        one: a value for each seed.
        other: the same.
    """
    low, high = interval((one - other).tolist())
    return {name: one.mean().item(), f"{name}_low": low, f"{name}_high": high}
