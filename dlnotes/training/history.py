"""What a training run leaves behind."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.language import both, language
from dlnotes.training.evaluation import Scores


class History(NamedTuple):
    """Curves and parameters of a run; of many runs together, with a leading dimension R.

    Attributes:
        losses: loss of each step's batch before its update, without the penalty, shape `(T,)`;
            a run that diverges keeps its inf and NaN, one that was interrupted is shorter.
        updates: how many updates had been made at each evaluation, shape `(E,)`, int64.
        train_loss: loss over the whole training part at each evaluation, shape `(E,)`.
        test_loss: the same over the test part.
        train_accuracy: part of the training examples that get the right class, shape `(E,)`;
            `None` where `y` holds targets instead of classes.
        test_accuracy: the same over the test part.
        params: after the last update, name -> tensor; `net.load_state_dict` takes them.
        interrupted: whether the run was stopped by hand.
    """

    losses: Tensor
    updates: Tensor
    train_loss: Tensor
    test_loss: Tensor
    train_accuracy: Tensor | None
    test_accuracy: Tensor | None
    params: dict[str, Tensor]
    interrupted: bool = False


class Record:
    """The notes of a run under way.

    Args:
        steps: T, updates to make.
        every: evaluate after so many updates; `None`: at the start and the end only.
        scores: `params -> Scores`, the evaluation.
        params: before the first update.
    """

    def __init__(
        self,
        steps: int,
        every: int | None,
        scores: Callable[[dict[str, Tensor]], Scores],
        params: dict[str, Tensor],
    ) -> None:
        self.done, self.steps, self.every, self.evaluate = 0, steps, every, scores
        self.scores = {0: scores(params)}
        # filled on the device and read once, at the end: reading each would make it wait
        self.losses = self.scores[0].train_loss.new_empty(steps)

    def add(self, loss: Tensor, params: dict[str, Tensor]) -> None:
        """Note one update: the loss before it, the parameters after it."""
        self.losses[self.done] = loss
        self.done += 1
        if self.every and self.done % self.every == 0:
            self.scores[self.done] = self.evaluate(params)

    def history(self, params: dict[str, Tensor]) -> History:
        """Everything noted, closed with an evaluation."""
        if self.done not in self.scores:
            self.scores[self.done] = self.evaluate(params)
        columns = zip(*self.scores.values(), strict=True)
        curves = [None if column[0] is None else torch.stack(column) for column in columns]
        updates, stopped = torch.tensor(list(self.scores)), self.done < self.steps
        return History(self.losses[: self.done], updates, *curves, params, stopped)


def note_interruption(done: int, steps: int) -> None:
    """Tell the reader, in their language, what an interrupted run still gives back."""
    note = both(
        zh=f"训练在第 {done} 步（共 {steps} 步）后中断；已完成的部分照常返回。",
        en=f"Interrupted after {done} of {steps} steps; what was done is returned.",
    )
    print(note[language()])
