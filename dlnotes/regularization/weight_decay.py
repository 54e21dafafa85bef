"""Weight decay around any rule: into the gradient (coupled), or past the rule (decoupled).

For gradient descent the two are one. A rule with a memory or a division treats what L2 adds to
the gradient like any other gradient; the decoupled decay shrinks every entry by the same part.

Book: regularization/weight_decay
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any

from torch import Tensor, nn

from dlnotes.core.arguments import non_negative
from dlnotes.core.hyperparameters import defaults, rule_name
from dlnotes.core.protocols import Rule, is_elementwise


class Decayed:
    """A rule made from a rule; its `update` takes `weight_decay` as one keyword more."""

    def __init__(self, wrapper: Callable[[Rule], Rule], rule: Rule, update: Callable):
        """Keep everything of `rule` but its `update`.

        Args:
            wrapper: `coupled` or `decoupled`.
            rule: what it was given.
            update: the new `update`; takes the hyperparameters of `rule` as `**hyper`.

        Raises:
            TypeError: for what is no rule.
            ValueError: for a rule that decays by itself, unless its own decay is 0 by default.
        """
        if (defaults(rule) or {}).get("weight_decay", 0.0) != 0:
            raise ValueError(
                f"`rule` must not decay by itself, got {rule_name(rule)}; wrap a rule without "
                "weight_decay, such as adam for adamw."
            )
        self.__name__ = f"{wrapper.__name__}({rule_name(rule)})"
        self.elementwise = is_elementwise(rule)
        self.init = rule.init
        if hasattr(rule, "averaged"):
            self.averaged = rule.averaged
        if hasattr(rule, "ranges"):
            self.ranges = rule.ranges
        if hasattr(rule, "with_momentum"):
            self.with_momentum = wrapper(rule.with_momentum)
        self.update = update
        update.__signature__ = _joined(update, rule.update)
        self._made_by = wrapper, (rule,)

    def __repr__(self) -> str:
        return self.__name__

    def __reduce__(self) -> tuple:
        return self._made_by


@functools.cache
def coupled(rule: Rule) -> Rule:
    """`rule` under an L2 penalty: the decay goes into the gradient, and through the whole rule.

    grad ← grad + weight_decay · param,  then `rule`

    This is the gradient of weight_decay / 2 · ‖param‖², and torch.optim's argument
    `weight_decay` for every rule but AdamW, Adafactor and Muon.

    Args:
        rule: a module with `init` and `update`.

    Returns:
        A rule whose `update` takes `weight_decay`, at least 0.

    Example:
        >>> import torch
        >>> from dlnotes.optimizers import sgd
        >>> param = torch.tensor([2.0])
        >>> rule, grad = coupled(sgd), torch.tensor([1.0])
        >>> rule.update(grad, rule.init(param), param, lr=0.1, weight_decay=0.5)[0]
        tensor([-0.2000])
    """

    def update(
        grad: Tensor, state: Any, param: Tensor, *, weight_decay: float, **hyper: Any
    ) -> tuple[Tensor, Any]:
        return rule.update(grad + weight_decay * param, state, param, **hyper)

    return Decayed(coupled, rule, update)


@functools.cache
def decoupled(rule: Rule) -> Rule:
    """`rule` with the decay past it: every entry shrinks by lr · weight_decay of itself.

    delta = delta of `rule` - lr · weight_decay · param

    Loshchilov & Hutter (2019); `decoupled(adam)` is `adamw`.

    Args:
        rule: a module with `init` and `update`.

    Returns:
        A rule whose `update` takes `lr`, greater than 0, and `weight_decay`, at least 0.

    Example:
        >>> import torch
        >>> from dlnotes.optimizers import adam
        >>> param = torch.tensor([2.0])
        >>> rule, grad = decoupled(adam), torch.tensor([100.0])
        >>> rule.update(grad, rule.init(param), param, lr=0.1, weight_decay=0.5)[0]
        tensor([-0.2000])
    """

    def update(
        grad: Tensor, state: Any, param: Tensor, *, lr: float, weight_decay: float, **hyper: Any
    ) -> tuple[Tensor, Any]:
        delta, state = rule.update(grad, state, param, lr=lr, **hyper)
        return delta - lr * weight_decay * param, state

    return Decayed(decoupled, rule, update)


def param_groups(net: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """Two groups for an optimizer: weights that decay, and what has one dimension and does not.

    Args:
        net: whose parameters they are.
        weight_decay: of the first group, at least 0.

    Returns:
        Groups as torch.optim takes them, each with `params` and `weight_decay`.

    Example:
        >>> groups = param_groups(nn.Sequential(nn.Linear(3, 2), nn.LayerNorm(2)), 0.1)
        >>> [(len(group["params"]), group["weight_decay"]) for group in groups]
        [(1, 0.1), (3, 0.0)]
    """
    weights, others = [], []
    for param in net.parameters():
        (weights if param.ndim > 1 else others).append(param)
    return [
        {"params": weights, "weight_decay": non_negative("weight_decay", weight_decay)},
        {"params": others, "weight_decay": 0.0},
    ]


def _joined(outer: Callable, inner: Callable) -> inspect.Signature:
    """The signature of `outer` with what its `**hyper` may hold spelled out."""
    own = dict(inspect.signature(outer).parameters)
    own.pop("hyper")
    rest = [of for name, of in inspect.signature(inner).parameters.items() if name not in own]
    return inspect.Signature([*own.values(), *rest])
