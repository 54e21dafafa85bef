"""A Gaussian process over 61 learning rates, one trial after another: the program of the demo.

Book: hyperparameters/bayesian
"""

import math

from torch import Tensor

PLACES = 61  # learning rates, evenly spaced in their logarithm
MEAN, SCALE = 1.4, 0.5  # of losses, before any trial
NOISE = 0.01  # standard deviation of a trial's own noise
FINE = 1e9  # worth is compared in these parts, so that the last bit decides nothing


def prior(places: Tensor, length: Tensor) -> Tensor:
    """Covariance of the loss at all places before any trial, `(PLACES, PLACES)`."""
    apart = places[:, None] - places
    return SCALE**2 * (-(apart**2) / (2 * length**2)).exp()


def conditioned(mean: Tensor, cov: Tensor, hit: Tensor, value: Tensor) -> dict[str, Tensor]:
    """Mean and covariance after one more trial.

    Args:
        mean: shape `(PLACES,)`.
        cov: shape `(PLACES, PLACES)`.
        hit: 1 at the place of the trial, 0 elsewhere, `(PLACES,)`.
        value: its loss.
    """
    k = cov @ hit
    weight = k / (hit @ k + NOISE**2)
    return {"mean": mean + weight * (value - hit @ mean), "cov": cov - weight[:, None] * k}


def spread(cov: Tensor) -> Tensor:
    """Standard deviation at all places, `(PLACES,)`."""
    return cov.diagonal().clamp(min=0).sqrt()


def worth(mean: Tensor, std: Tensor, best: Tensor) -> Tensor:
    """Expected improvement at all places, `(PLACES,)`."""
    gain = best - mean
    z = gain / std.clamp(min=1e-9)
    below = (1 + (z / math.sqrt(2)).erf()) / 2
    density = (-(z**2) / 2).exp() / math.sqrt(2 * math.pi)
    return gain * below + std * density


def proposed(worth: Tensor, taken: Tensor) -> Tensor:
    """The first place of the greatest worth among those not tried, `(1,)`.

    Args:
        worth: shape `(PLACES,)`.
        taken: 1 at places that have been tried, `(PLACES,)`.
    """
    return ((worth * FINE).round() - taken * FINE**2).argmax().to(worth.dtype)
