"""Early stopping: watch a validation loss, wait a while, go back to the best parameters.

Book: regularization/early_stopping
"""

import math
from collections.abc import Mapping

from torch import Tensor

from dlnotes.core.arguments import non_negative, whole


class EarlyStopping:
    """Says when to stop, and keeps the parameters of the best look.

    A look is better than the best so far if its loss is lower by more than `tolerance`; after
    `patience` looks in a row that are not, training is over. Prechelt (1998) compares this with
    other criteria. A loss that is NaN is never better.

    Args:
        patience: looks without a better one, at least 1.
        restore_best: keep a copy of the best parameters, for `params`; without it, `params` are
            those of the last look.
        tolerance: by how much a better loss is lower, at least 0, in units of the loss.

    Attributes:
        best: the lowest loss, inf before the first look.
        best_look: at which look it was seen, counted from 0; `None` before.
        looks: so many were made.
        waited: so many of them, the last ones, were not better.
        params: what to go on with.

    Example:
        >>> stopping = EarlyStopping(patience=2)
        >>> [stopping.look(loss) for loss in (0.9, 0.7, 0.8, 0.75, 0.6)]
        [False, False, False, True, True]
        >>> stopping.best, stopping.best_look
        (0.7, 1)
    """

    def __init__(self, patience: int, *, restore_best: bool = True, tolerance: float = 0.0) -> None:
        self.patience = whole("patience", patience)
        self.tolerance = non_negative("tolerance", tolerance)
        self.restore_best = restore_best
        self.best, self.best_look = math.inf, None
        self.looks = self.waited = 0
        self.params: dict[str, Tensor] = {}

    @property
    def over(self) -> bool:
        """Whether training is over."""
        return self.waited >= self.patience

    def look(self, loss: float, params: Mapping[str, Tensor] | None = None) -> bool:
        """Takes a validation loss, and the parameters that have it; says whether to stop.

        Once it has said so it keeps to it, and what comes later changes nothing.

        Args:
            loss: on data that the training does not see.
            params: name → parameter; copied where they are the best.
        """
        if self.over:
            return True
        better = loss < self.best - self.tolerance
        if better:
            self.best, self.best_look = float(loss), self.looks
        if better or not self.restore_best:
            self.params = {name: param.detach().clone() for name, param in (params or {}).items()}
        self.waited = 0 if better else self.waited + 1
        self.looks += 1
        return self.over
