"""Two rules that take turns in one training, each beginning its turn with an empty memory.

Book: optimizers/fair_comparison
"""

from collections import namedtuple
from typing import Any

import torch
from torch import Tensor

from dlnotes.core.arguments import whole
from dlnotes.core.hyperparameters import rule_name
from dlnotes.core.protocols import Rule, is_elementwise


class Turns:
    """A rule made of two: so many steps of the first, as many of the second, and so on.

    Two turns are a switch, such as from Adam to SGD by hand. When its turn begins, a rule starts
    from `init`: what it remembered is lost, and its t counts from 1 again.

    Args:
        first: the rule that begins.
        second: the rule that takes over.
        steps: length of a turn, at least 1.

    Example:
        >>> from dlnotes.optimizers import adam, sgd
        >>> rule, param = Turns(adam, sgd, steps=1), torch.tensor([0.0])
        >>> state, grad = rule.init(param), torch.tensor([4.0])
        >>> for _ in range(3):
        ...     delta, state = rule.update(grad, state, param, lr=0.1, second_lr=0.5)
        ...     print(f"{delta.item():.1f}")
        -0.1
        -2.0
        -0.1
    """

    def __init__(self, first: Rule, second: Rule, steps: int) -> None:
        self.rules, self.steps = (first, second), whole("steps", steps)
        self.elementwise = is_elementwise(first) and is_elementwise(second)
        self.__name__ = f"Turns({rule_name(first)}, {rule_name(second)})"
        empty = torch.zeros(1)
        held = [f"{rule}_{name}" for rule in (1, 2) for name in self._empty(rule, empty)._fields]
        self.State = namedtuple("State", ["t", *(f"of_{name}" for name in held)])

    def init(self, param: Tensor) -> Any:
        """The state before the first update: t and both rules' states, one field after another."""
        t = torch.zeros((), dtype=torch.float64, device=param.device)
        return self.State(t, *self._empty(1, param), *self._empty(2, param))

    def update(
        self, grad: Tensor, state: Any, param: Tensor, *, lr: float, second_lr: float
    ) -> tuple[Tensor, Any]:
        """The change of `param`, made by the rule whose turn it is.

        Args:
            grad: gradient of the loss at `param`, same shape.
            state: from `init` or the last update.
            param: the parameter.
            lr: learning rate of the first rule, at least 0.
            second_lr: of the second rule, at least 0.
        """
        t = state.t + 1
        begins = (torch.remainder(t - 1, self.steps) == 0).to(torch.float64)
        resting = torch.remainder(torch.floor((t - 1) / self.steps), 2)
        held, deltas, after = list(state[1:]), [], []
        for rule, rate in ((1, lr), (2, second_lr)):
            empty = self._empty(rule, param)
            own = [old + begins * (new - old) for new, old in zip(empty, held, strict=False)]
            held = held[len(own) :]
            delta, kept = self.rules[rule - 1].update(grad, type(empty)(*own), param, lr=rate)
            deltas.append(delta)
            after += kept
        return (1 - resting) * deltas[0] + resting * deltas[1], self.State(t, *after)

    def _empty(self, rule: int, param: Tensor) -> Any:
        return self.rules[rule - 1].init(param)
