"""When a path of a race has arrived: close to a minimum, and there to stay."""

import math

import torch
from torch import Tensor

from dlnotes.core.arguments import positive, whole
from dlnotes.training.surfaces.landscapes import Landscape

WITHIN = 0.01  # of the first distance to a minimum: as close as the eye can tell
HOLD = 100  # steps to stay there, so that passing by is no arrival


def arrivals(
    path: Tensor, landscape: Landscape, *, within: float = WITHIN, hold: int = HOLD
) -> Tensor:
    """The step from which on each path stays close to a minimum.

    Close is at most `within` times the first distance to the nearest of the listed minima; to
    stay is to be close for `hold` more steps. A path must reach `hold` steps beyond its arrival.

    Args:
        path: points as `trajectory` and `race` give them, shape `(..., T + 1, D)`.
        landscape: where the paths were walked.
        within: a fraction, greater than 0.
        hold: steps to stay, at least 1.

    Returns:
        Shape `(...)`, float64; inf for a path that does not arrive, or diverges.

    Example:
        >>> from dlnotes.training.surfaces.landscapes import bowl
        >>> path = torch.tensor([[1.0, 0.0], [0.0, 0.0], [0.5, 0.0], [0.0, 0.0], [0.0, 0.0]])
        >>> arrivals(path, bowl(), hold=1)
        tensor(3., dtype=torch.float64)
    """
    positive("within", within)
    whole("hold", hold)
    minima = path.new_tensor(landscape.minima)
    distance = (path.unsqueeze(-2) - minima).norm(dim=-1).amin(-1)
    near = distance <= within * distance[..., :1]
    if near.shape[-1] <= hold:
        raise ValueError(
            f"`path` must be longer than `hold`, got {near.shape[-1] - 1} and {hold} steps; "
            "walk on."
        )
    stays = near.unfold(-1, hold + 1, 1).all(-1)
    first = stays.to(torch.int64).argmax(-1).double()
    return torch.where(stays.any(-1), first, math.inf)
