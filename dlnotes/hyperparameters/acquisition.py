"""Which place to try next: what a trial there may be worth, from what is believed of its loss.

Book: hyperparameters/bayesian
"""

import math

import torch
from torch import Tensor

from dlnotes.core.arguments import non_negative
from dlnotes.hyperparameters.gaussian_process import Posterior


def expected_improvement(believed: Posterior, best: float) -> Tensor:
    """By how much a trial is expected to lower the best loss; 0 where it does not.

    E max(best - f, 0) = std (z Φ(z) + φ(z)),  z = (best - mean) / std    (Jones et al., 1998)

    Args:
        believed: mean and spread of the loss, shape `(m,)`.
        best: the lowest loss so far.

    Example:
        >>> one = Posterior(torch.tensor([0.0]), torch.tensor([1.0]))
        >>> round(expected_improvement(one, 0.0).item(), 4)
        0.3989
    """
    gain, std = best - believed.mean, believed.std
    z = gain / std
    found = std * (z * _below(z) + (-(z**2) / 2).exp() / math.sqrt(2 * math.pi))
    return torch.where(std > 0, found, gain.clamp(min=0))


def improvement_probability(believed: Posterior, best: float) -> Tensor:
    """The chance that a trial is better than the best, Φ((best - mean) / std)."""
    gain = best - believed.mean
    return torch.where(believed.std > 0, _below(gain / believed.std), (gain > 0).to(gain.dtype))


def lower_bound(believed: Posterior, width: float = 2.0) -> Tensor:
    """How good it may be, to be made large: -(mean - width · std).

    Args:
        believed: mean and spread of the loss.
        width: how many spreads of hope, at least 0.
    """
    return non_negative("width", width) * believed.std - believed.mean


def _below(z: Tensor) -> Tensor:
    return torch.special.ndtr(z)
