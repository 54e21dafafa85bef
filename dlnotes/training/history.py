"""What a training run leaves behind."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import whole
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
        watched: what `watch` gave back at each step, T of them; `None` where nobody watched.
    """

    losses: Tensor
    updates: Tensor
    train_loss: Tensor
    test_loss: Tensor
    train_accuracy: Tensor | None
    test_accuracy: Tensor | None
    params: dict[str, Tensor]
    interrupted: bool = False
    watched: list[Any] | None = None


class Update(NamedTuple):
    """One update, for who watches a training; every field but `step` maps name -> value.

    Attributes:
        step: 0-based.
        params: before it.
        grads: the gradients it was made from, transformed.
        states: of the rule, after it.
        moved: the parameters after it.
    """

    step: int
    params: dict[str, Tensor]
    grads: dict[str, Tensor]
    states: dict[str, Any]
    moved: dict[str, Tensor]


Watch = Callable[[Update], Any]


def evaluations(steps: int, every: int | Sequence[int] | None) -> tuple[int, ...]:
    """After how many updates to evaluate.

    Args:
        steps: T.
        every: so many updates lie between two evaluations, and the start and the end are among
            them; `None`: at the start and the end only, 0: never. Or those numbers themselves.

    Example:
        >>> evaluations(10, 4), evaluations(10, None), evaluations(10, range(6, 9))
        ((0, 4, 8, 10), (0, 10), (6, 7, 8))
    """
    if every is None or isinstance(every, int):
        whole("every", 1 if every is None else every, least=0)
        return () if every == 0 else (*range(0, steps, every or steps), steps)
    for update in every:
        whole("every", update, least=0, most=steps)
    return tuple(sorted(set(every)))


class Record:
    """The notes of a run under way.

    Args:
        steps: T, updates to make.
        updates: after how many of them to evaluate.
        scores: `params -> Scores`, the evaluation.
        params: before the first update.
        watch: `Update -> anything`, or `None`.
    """

    def __init__(
        self,
        steps: int,
        updates: Sequence[int],
        scores: Callable[[dict[str, Tensor]], Scores],
        params: dict[str, Tensor],
        watch: Watch | None = None,
    ) -> None:
        self.done, self.steps, self.updates, self.evaluate = 0, steps, set(updates), scores
        self.watch, self.watched = watch, []
        self.start = scores(params)
        self.scores = {0: self.start} if 0 in self.updates else {}
        # filled on the device and read once, at the end: reading each would make it wait
        self.losses = self.start.train_loss.new_empty(steps)

    def add(self, loss: Tensor, params: dict[str, Tensor], *update: Any) -> None:
        """Note one update: the loss before it, what to evaluate after it, and all for `watch`."""
        if self.watch:
            self.watched.append(self.watch(Update(self.done, *update)))
        self.losses[self.done] = loss
        self.done += 1
        if self.done in self.updates:
            self.scores[self.done] = self.evaluate(params)

    def history(self, params: dict[str, Tensor]) -> History:
        """Everything noted; what was interrupted is closed with an evaluation."""
        stopped = self.done < self.steps
        if stopped and self.updates and self.done not in self.scores:
            self.scores[self.done] = self.evaluate(params)
        curves = [self._curve(name) for name in Scores._fields]
        updates = torch.tensor(list(self.scores), dtype=torch.int64)
        seen = self.watched[: self.done] if self.watch else None
        return History(self.losses[: self.done], updates, *curves, params, stopped, seen)

    def _curve(self, name: str) -> Tensor | None:
        """One score at every evaluation, `(E,)`."""
        first, values = getattr(self.start, name), [getattr(s, name) for s in self.scores.values()]
        if first is None:
            return None
        return torch.stack(values) if values else first.new_empty(0)


def note_interruption(done: int, steps: int) -> None:
    """Tell the reader, in their language, what an interrupted run still gives back."""
    note = both(
        zh=f"训练在第 {done} 步（共 {steps} 步）后中断；已完成的部分照常返回。",
        en=f"Interrupted after {done} of {steps} steps; what was done is returned.",
    )
    print(note[language()])
