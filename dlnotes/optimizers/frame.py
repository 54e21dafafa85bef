"""Rules from two memories: descent, momentum, Adagrad and RMSprop in one frame.

Book: optimizers/adaptive
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

Memory = Callable[[Tensor, Tensor], Tensor]


def latest(old: Tensor, new: Tensor) -> Tensor:
    """No memory: only what has just been seen."""
    return new


def added(old: Tensor, new: Tensor) -> Tensor:
    """The sum of everything seen, forgetting nothing."""
    return old + new


def discounted(keep: float) -> Memory:
    """A sum whose past shrinks by `keep` at every step."""
    return lambda old, new: keep * old + new


def averaged(keep: float) -> Memory:
    """An exponential moving average that keeps the share `keep` at every step."""
    return lambda old, new: keep * old + (1 - keep) * new


class Memories(NamedTuple):
    """`t`: updates made, 0-d float64; `m`: of the direction, `v`: of the size, like param."""

    t: Tensor
    m: Tensor
    v: Tensor


@dataclass(frozen=True)
class Frame:
    """A rule put together from two memories: delta = -lr · m / (√v + eps).

    `m` remembers gradients, `v` their squares; without a memory of size the step is -lr · m.
    Gradient descent, momentum, Adagrad and RMSprop are four frames. Adadelta is none, as it has a
    third memory, and Nesterov's method is none, as it asks for the gradient elsewhere.

    Args:
        direction: `(old m, grad) -> m`.
        size: `(old v, grad²) -> v`, or `None`.
        eps: added to the root, at least 0, in units of the gradient.

    Example:
        >>> rule, param = Frame(latest, added), torch.tensor([1.0, 1.0])
        >>> rule.update(torch.tensor([3.0, -0.001]), rule.init(param), param, lr=0.1)[0]
        tensor([-0.1000,  0.1000])
    """

    direction: Memory
    size: Memory | None = None
    eps: float = 1e-10

    __name__ = "frame"

    def init(self, param: Tensor) -> Memories:
        """The state before the first update: nothing seen."""
        t = torch.zeros((), dtype=torch.float64, device=param.device)
        return Memories(t, torch.zeros_like(param), torch.zeros_like(param))

    def update(
        self, grad: Tensor, state: Memories, param: Tensor, *, lr: float
    ) -> tuple[Tensor, Memories]:
        """The change to add to `param`, and the next state."""
        m, v = self.direction(state.m, grad), state.v
        if self.size is None:
            return -lr * m, Memories(state.t + 1, m, v)
        v = self.size(v, grad.square())
        return -lr * m / (v.sqrt() + self.eps), Memories(state.t + 1, m, v)
