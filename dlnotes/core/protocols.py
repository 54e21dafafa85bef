"""What a rule is, for those who take one as an argument."""

import copyreg
import importlib
from types import ModuleType
from typing import Any, Protocol

from torch import Tensor


class Rule(Protocol):
    """A module with `init` and `update`: how one parameter moves, given its gradient.

    A rule that looks at the parameter as a whole (a mean, a norm, a matrix) says
    `elementwise = False`; for all others every entry moves by itself, whatever the shape. A rule
    whose answer is not the parameter it moves offers `averaged(state)`, which gives the answer.
    `ranges` may name the range of a hyperparameter that is not just at least 0, in the words of
    `hyperparameters.LIMITS`; `with_momentum`, the rule that this one becomes when PyTorch's
    schedulers give it a momentum.
    """

    __name__: str

    def init(self, param: Tensor) -> Any:
        """The state before the first update; its first field `t` is a 0-d float64 tensor."""

    def update(self, grad: Tensor, state: Any, param: Tensor, **hyper: Any) -> tuple[Tensor, Any]:
        """The change to add to `param`, and the next state."""


def is_elementwise(rule: Rule) -> bool:
    """Whether every entry of a parameter moves by itself."""
    return getattr(rule, "elementwise", True)


def moved(
    rule: Rule,
    grads: dict[str, Tensor],
    states: dict[str, Any],
    params: dict[str, Tensor],
    **hyper: Any,
) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The parameters after one update of each, and their states.

    Args:
        rule: a module with `init` and `update`.
        grads: name -> gradient.
        states: of the rule, one a parameter.
        params: name -> tensor.
        **hyper: the hyperparameters of the rule.
    """
    found, after = {}, {}
    for name, param in params.items():
        delta, after[name] = rule.update(grads[name], states[name], param, **hyper)
        # a parameter without dimensions would take the dtype of the rule's float64 scalars
        found[name] = param + delta.to(param.dtype)
    return found, after


def answers(rule: Rule, params: dict[str, Tensor], states: dict[str, Any]) -> dict[str, Tensor]:
    """What to evaluate and to keep: the parameters, or what the rule gives in their place.

    Args:
        rule: a module with `init` and `update`.
        params: name -> tensor.
        states: of the rule, one a parameter.
    """
    if not hasattr(rule, "averaged"):
        return params
    return {name: rule.averaged(states[name]).to(param.dtype) for name, param in params.items()}


def _by_name(module: ModuleType) -> tuple:
    return importlib.import_module, (module.__name__,)


# A rule is a module, and what holds one must be copied, saved and sent to other processes.
copyreg.pickle(ModuleType, _by_name)
