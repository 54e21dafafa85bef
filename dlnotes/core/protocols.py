"""What a rule is, for those who take one as an argument."""

import copyreg
import importlib
from types import ModuleType
from typing import Any, Protocol

from torch import Tensor


class Rule(Protocol):
    """A module with `init` and `update`: how one parameter moves, given its gradient.

    A rule that looks at the parameter as a whole (a mean, a norm, a matrix) says
    `elementwise = False`; for all others every entry moves by itself, whatever the shape.
    """

    __name__: str

    def init(self, param: Tensor) -> Any:
        """The state before the first update; its first field `t` is a 0-d float64 tensor."""

    def update(self, grad: Tensor, state: Any, param: Tensor, **hyper: Any) -> tuple[Tensor, Any]:
        """The change to add to `param`, and the next state."""


def is_elementwise(rule: Rule) -> bool:
    """Whether every entry of a parameter moves by itself."""
    return getattr(rule, "elementwise", True)


def _by_name(module: ModuleType) -> tuple:
    return importlib.import_module, (module.__name__,)


# A rule is a module, and what holds one must be copied, saved and sent to other processes.
copyreg.pickle(ModuleType, _by_name)
