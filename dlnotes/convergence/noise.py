"""How high noise keeps a loss, and how large a step the curvature allows.

Book: convergence/noise_floor
"""

from dlnotes.core.arguments import non_negative, positive


def step_limit(curvature: float) -> float:
    """2 / λ: gradient descent on a parabola converges below this learning rate.

    Each step multiplies the distance from the bottom by 1 - η λ.

    Args:
        curvature: λ, second derivative along the most curved direction, greater than 0.

    Raises:
        ValueError: for a curvature of 0 or less, which sets no limit.

    Example:
        >>> step_limit(8)
        0.25
    """
    return 2 / positive("curvature", curvature)


def noise_variance(lr: float, curvature: float, noise: float) -> float:
    """The variance at which a parameter goes on swaying about the bottom of a parabola.

    v = η σ² / (λ (2 - η λ)),  from  v = (1 - η λ)² v + η² σ²

    The case of a constant learning rate in Bottou, Curtis & Nocedal (2018), §4.2.

    Args:
        lr: η, greater than 0 and below the limit 2 / λ.
        curvature: λ, greater than 0.
        noise: σ, standard deviation of the noise in the gradient, at least 0.

    Raises:
        ValueError: where the learning rate reaches the limit and nothing settles.

    Example:
        >>> round(noise_variance(0.1, curvature=1, noise=1), 5)
        0.05263
    """
    positive("lr", lr)
    limit = step_limit(curvature)
    if lr >= limit:
        raise ValueError(
            f"`lr` must be below 2 / curvature = {limit:g}, got {lr:g}; there nothing settles."
        )
    return lr * non_negative("noise", noise) ** 2 / (curvature * (2 - lr * curvature))


def noise_floor(lr: float, curvature: float, noise: float) -> float:
    """How far above the bottom the loss stays on average: λ v / 2 = η σ² / (2 (2 - η λ)).

    For a small learning rate it is η σ² / 4 and hangs on the curvature no more.

    Args:
        lr: η, greater than 0 and below the limit 2 / λ.
        curvature: λ, greater than 0.
        noise: σ, standard deviation of the noise in the gradient, at least 0.

    Raises:
        ValueError: where the learning rate reaches the limit.

    Example:
        >>> round(noise_floor(0.1, curvature=1, noise=1), 5)
        0.02632
    """
    return curvature * noise_variance(lr, curvature, noise) / 2
