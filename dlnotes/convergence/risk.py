"""The loss as a mean over examples: other examples, another surface.

Book: convergence/landscape
"""

from collections.abc import Callable, Sequence
from typing import Any

from dlnotes.core.arguments import filled


def empirical_risk(loss: Callable[..., float], data: Sequence[Any]) -> Callable[..., float]:
    """The mean of a loss over examples, as a function of the parameters.

    f(θ) = (1/N) Σ ℓ(θ, example i)

    Args:
        loss: takes the parameters one by one and then an example.
        data: N examples, at least one.

    Example:
        >>> miss = lambda b, w, point: (b + w * point[0] - point[1]) ** 2
        >>> empirical_risk(miss, [(0, 1), (1, 1), (2, 3), (3, 2), (4, 3)])(0, 0)
        4.8
    """
    examples = list(filled("data", data))
    return lambda *params: sum(loss(*params, each) for each in examples) / len(examples)
