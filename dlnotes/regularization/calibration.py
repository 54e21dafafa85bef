"""Does a net that says 90 % hit 90 %? Bins of confidence, one number for the misses, one cure.

Book: regularization/soft_labels
"""

from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import whole
from dlnotes.training.nets.losses import log_softmax


class Bins(NamedTuple):
    """Predictions sorted by their confidence; each of shape `(bins,)`.

    Attributes:
        count: of predictions in the bin.
        confidence: their mean; NaN in an empty bin.
        accuracy: the part that was right; NaN in an empty bin.
    """

    count: Tensor
    confidence: Tensor
    accuracy: Tensor


def binned(confidence: Tensor, right: Tensor, bins: int = 10) -> Bins:
    """Predictions in bins of equal width, from 0 to 1; a bin holds its lower end.

    Guo et al. (2017), section 2, the table behind a reliability diagram.

    Args:
        confidence: the probability of the class that was chosen, shape `(N,)`, 0 to 1.
        right: whether it was the right one, shape `(N,)`.
        bins: how many, at least 1.

    Example:
        >>> found = binned(torch.tensor([0.6, 0.7, 0.9]), torch.tensor([1, 0, 1]), bins=2)
        >>> found.count, found.accuracy
        (tensor([0, 3]), tensor([   nan, 0.6667]))
    """
    whole("bins", bins)
    place = (confidence * bins).long().clamp(0, bins - 1)
    count = torch.zeros(bins, dtype=torch.int64, device=place.device)
    count = count.index_add(0, place, torch.ones_like(place))

    def mean(values: Tensor) -> Tensor:
        total = torch.zeros(bins, dtype=confidence.dtype, device=place.device)
        return total.index_add(0, place, values.to(confidence.dtype)) / count

    return Bins(count, mean(confidence), mean(right))


def calibration_error(confidence: Tensor, right: Tensor, bins: int = 10) -> Tensor:
    """The mean distance of a bin's confidence from its accuracy, bins weighted by their counts.

    ECE = Σ_j n_j / N · |accuracy_j - confidence_j|

    Guo et al. (2017), eq. 3. Not 0 by chance alone: a few predictions never
    hit exactly as often as they say.

    Args:
        confidence: as in `binned`.
        right: as in `binned`.
        bins: how many.

    Example:
        >>> calibration_error(torch.tensor([0.9, 0.9, 0.6, 0.6]), torch.tensor([1, 0, 1, 0]))
        tensor(0.2500)
    """
    found = binned(confidence, right, bins)
    apart = (found.accuracy - found.confidence).abs().nan_to_num()
    return (found.count * apart).sum() / len(confidence)


def temperature(scores: Tensor, y: Tensor, steps: int = 60) -> Tensor:
    """The number that all scores are best divided by: the lowest cross-entropy on these examples.

    Guo et al. (2017), section 4.2. The loss is convex in the inverse 1/τ; the root of its slope is
    found by halving, between 1/1000 and 1000. No order of scores changes, and no answer.

    Args:
        scores: shape `(N, K)`, of examples that the net was not trained on.
        y: their classes, shape `(N,)`.
        steps: halvings.

    Returns:
        τ, 0-d, float64: above 1 where the net was too sure.

    Example:
        >>> scores = torch.tensor([[2.0, 0.0]] * 4)
        >>> temperature(scores, torch.tensor([0, 0, 0, 1]))  # 2 / log 3
        tensor(1.8205, dtype=torch.float64)
    """
    scores = scores.double()
    right = scores.gather(-1, y.unsqueeze(-1)).squeeze(-1)
    low, high = (torch.tensor(end, device=scores.device).double() for end in (1e-3, 1e3))
    for _ in range(steps):
        middle = (low * high).sqrt()
        said = (log_softmax(middle * scores).exp() * scores).sum(-1)
        rises = (said - right).mean() > 0
        low, high = torch.where(rises, low, middle), torch.where(rises, middle, high)
    return 1 / (low * high).sqrt()
