"""Trials side by side: in threads, in processes or on a cluster, through one interface.

Book: hyperparameters/grid_or_random
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Any

import torch
from torch import Tensor


def side_by_side(
    trial: Callable[..., float], executor: Executor | None = None
) -> Callable[..., Tensor]:
    """A trial of one setting, made into what searches ask for: the losses of many, in their order.

    What comes out goes into every search as its `objective`, and into `successive_halving` as
    its `measure`: what they ask for at once is tried at once, so all points of a design, the first
    ones of `bayesian_search`, and a round of a halving. The results are the same on any executor,
    whichever trial ends first.

    Args:
        trial: `(setting, *shared) -> loss`: of a point, a list of d floats; of the number of a
            setting; or of whatever else it is asked about. It depends on nothing that another
            trial changes, so it has a seed of its own and no generator that others draw from.
        executor: takes the trials: `ThreadPoolExecutor()`; for a trial that stands at the top of
            a module, `ProcessPoolExecutor()`; on a Dask cluster
            `distributed.Client(address).get_executor(pure=False)`. `None` makes them here, one
            after another.

    Returns:
        `(many, *shared) -> losses`: of a tensor with n rows or a sequence of n things, shape
        `(n,)`, float64. What a trial raises is raised there.

    Example:
        >>> from concurrent.futures import ThreadPoolExecutor
        >>> from dlnotes.hyperparameters.designs import grid
        >>> with ThreadPoolExecutor(2) as executor:
        ...     side_by_side(sum, executor)(grid([2, 2]))
        tensor([0., 1., 1., 2.], dtype=torch.float64)
    """

    def losses(many: Tensor | Sequence, *shared: Any) -> Tensor:
        each = many.tolist() if isinstance(many, Tensor) else list(many)
        columns = [each, *([one] * len(each) for one in shared)]
        found = (executor.map if executor else map)(trial, *columns)
        return torch.tensor(list(found), dtype=torch.float64)

    return losses
