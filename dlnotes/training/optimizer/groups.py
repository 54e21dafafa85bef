"""What a parameter group holds: options of the rule, torch's names for them, a user's own notes."""

import inspect
from collections.abc import Iterable
from difflib import get_close_matches
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor
from torch.nn.parameter import is_lazy

from dlnotes.core.arguments import plain
from dlnotes.core.hyperparameters import LIMITS, USUAL, checked, defaults, limits, rule_name
from dlnotes.core.protocols import Rule

BETAS = ("beta1", "beta2")
FRACTIONS = {"momentum", "decay", *BETAS}
# what torch's schedulers, and torch itself, note in a group
BOOKED = {"initial_lr", "max_lr", "min_lr", "swa_lr", "base_momentum", "max_momentum"}
BOOKED |= {"params", "param_names"}
CLASSES = [kind for kind in vars(torch.optim).values() if inspect.isclass(kind)]
TORCHS = {
    name
    for kind in CLASSES
    if issubclass(kind, torch.optim.Optimizer) and kind is not torch.optim.Optimizer
    for name in inspect.signature(kind).parameters
} | set(BETAS)
FAST = "compiled=True is the fast form here."
USELESS = "leave it out of the group."
ADVICE = {
    "maximize": "minimize the negative of what shall grow.",
    "weight_decay": "wrap the rule: weight_decay.coupled(rule), or decoupled(rule).",
    "momentum": "take a rule with momentum.",
    "nesterov": "take the rule nesterov.",
    "amsgrad": "take the rule amsgrad.",
    "fused": FAST,
    "foreach": FAST,
}


class Group(dict):
    """The options of a group; NumPy's numbers become Python's.

    `betas`, where torch's schedulers look for a momentum, are `beta1` and `beta2` under one name.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__()
        self.update(*given, **named)

    def __setitem__(self, name: str, value: Any) -> None:
        if name != "betas" or not (own := self._own()):
            return super().__setitem__(name, plain(value))
        if not isinstance(value, tuple | list) or len(value) != len(own):
            raise ValueError(f"`betas` must be {', '.join(own)}, got {value!r}.")
        for beta, one in zip(own, value, strict=True):
            self[beta] = one
        return None

    def __missing__(self, name: str) -> Any:
        if name in self:
            return tuple(self[beta] for beta in self._own())
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (name == "betas" and bool(self._own()))

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default

    def setdefault(self, name: str, default: Any = None) -> Any:
        if name not in self:
            self[name] = default
        return self[name]

    def update(self, *given: Any, **named: Any) -> None:
        for name, value in dict(*given, **named).items():
            self[name] = value

    def __ior__(self, given: Any) -> "Group":
        self.update(given)
        return self

    def _own(self) -> list[str]:
        return [beta for beta in BETAS if super(Group, self).__contains__(beta)]


class Options:
    """The options that the groups of a rule may have.

    Args:
        rule: a module with `init` and `update`.
        named: hyperparameters that were named, for a rule that passes any on to another one.
    """

    def __init__(self, rule: Rule, named: Iterable[str]) -> None:
        found = defaults(rule)
        self.rule, self.known = rule, dict.fromkeys(named) if found is None else found
        self.moving = getattr(rule, "with_momentum", None)
        if self.moving:
            self.known = self.known | {"momentum": 0.0}
        self.rules = [self.moving, rule] if self.moving else [rule]
        self.free = {*self.known, *BOOKED}
        self.ranges = limits(self.moving or rule)
        self.tests = {name: LIMITS[self.ranges.get(name, USUAL)] for name in self.known}
        self.fractions = FRACTIONS & self.known.keys() - getattr(rule, "ranges", {}).keys()

    def ours(self, given: dict[str, Any]) -> dict[str, Any]:
        """Options in our names: `betas` taken apart."""
        own = [beta for beta in BETAS if beta in self.known]
        if "betas" not in given or not own:
            return given
        if twice := [beta for beta in own if beta in given]:
            raise TypeError(f"`betas` and `{twice[0]}` are one option, got both; drop one.")
        pair = Group(dict.fromkeys(own))
        pair["betas"] = given["betas"]
        return {name: value for name, value in given.items() if name != "betas"} | pair

    def of(self, group: dict[str, Any], *, thorough: bool = False) -> tuple[Rule, dict[str, Any]]:
        """The rule that moves a group, and its hyperparameters.

        Args:
            group: its options.
            thorough: look at what takes time too: missing names, tensors.

        Raises:
            TypeError: for an option that nobody would read, or one that is no number.
            ValueError: for a number out of its range.
        """
        if not self.free.issuperset(group):
            self._check_names(group)
        hyper = {name: group[name] for name in self.known if name in group}
        for name, value in hyper.items():
            if type(value) is not float:
                hyper[name] = self._number(name, value)
            elif not (self.tests[name](value) and (value < 1 or name not in self.fractions)):
                thorough = True
        rule = self.moving if self.moving and hyper.get("momentum") else self.rule
        if self.moving and rule is self.rule:
            hyper.pop("momentum", None)
        if thorough:
            self._check(rule, hyper)
        return rule, hyper

    def _number(self, name: str, value: Any) -> Any:
        """As the rule is to have it; a whole number only where it must be."""
        value = plain(value)
        if isinstance(value, Tensor):
            return value.reshape(()) if value.ndim and value.numel() == 1 else value
        whole = type(value) is int and type(self.known[name]) is not int
        return float(value) if whole else value

    def _check(self, rule: Rule, hyper: dict[str, Any]) -> None:
        for name, value in checked(rule, hyper).items():
            single = isinstance(value, int | float | Tensor) and not getattr(value, "ndim", 0)
            if not single and value is not self.known[name]:
                shape = f"a tensor of shape {tuple(getattr(value, 'shape', ()))}"
                got = shape if isinstance(value, Tensor) else repr(value)
                raise TypeError(
                    f"`{name}` must be a number, got {got}; pass a float or 0-d tensor."
                )
            if name in self.fractions and not value < 1:
                raise ValueError(f"`{name}` must be smaller than 1, got {float(value):g}.")

    def _check_names(self, group: dict[str, Any]) -> None:
        for name in [name for name in group if name not in self.free]:
            number = type(group[name]) is not bool and isinstance(group[name], int | float | Tensor)
            close = get_close_matches(str(name), self.known, cutoff=0.85) if number else []
            if name not in TORCHS and not close:
                self.free.add(name)  # a note
            elif close or _says_something(group[name]):
                self._refuse(name, close)

    def _refuse(self, name: str, close: list[str]) -> None:
        advice = f"did you mean {close[0]}?" if close else ADVICE.get(name, USELESS)
        raise TypeError(
            f"`{name}` is no hyperparameter of {rule_name(self.rule)}, which has "
            f"{', '.join(self.known)}; {advice}"
        )


def _says_something(value: Any) -> bool:
    """Whether an option of torch's is on: not None, False, 0 or empty."""
    return bool((value != 0).any()) if isinstance(value, Tensor) else bool(value)


def listed(params: Any) -> list[Any]:
    """The parameters of a group as a list; (name, tensor) pairs stay as they are."""
    params = [params] if isinstance(params, Tensor) else params
    if isinstance(params, set):
        raise TypeError("`params` must have an order, got a set; write it as a list.")
    params = list(params)
    tensors = [entry[1] if isinstance(entry, tuple) else entry for entry in params]
    for tensor in tensors:
        _check_kind(tensor)
    if len(set(tensors)) < len(tensors):
        raise ValueError("`params` must hold every tensor once, got one twice; drop one.")
    _check_apart(tensors)
    return params


def _check_kind(param: Any) -> None:
    if not isinstance(param, Tensor):
        kind = type(param).__name__
        raise TypeError(f"`params` must hold tensors, got {kind}; pass net.parameters().")
    if param.is_complex():
        raise TypeError("`params` must be real, got complex; keep two real parameters.")
    if not param.is_floating_point():
        raise TypeError(f"`params` must be floating point, got {param.dtype}; use .float().")


def _check_apart(params: list[Tensor]) -> None:
    """Raise when two parameters, lying in line, share memory."""
    spans: dict[torch.device, list[tuple[int, int]]] = {}
    for param in params:
        if is_lazy(param) or param.device.type == "meta" or not param.is_contiguous():
            continue
        begin, length = param.data_ptr(), param.numel() * param.element_size()
        spans.setdefault(param.device, []).extend([(begin, begin + length)] * (length > 0))
    for found in spans.values():
        found.sort()
        if any(end > begin for (_, end), (begin, _) in pairwise(found)):
            raise ValueError(
                "`params` must not overlap in memory, got two that do; make one of them a clone, "
                "or pass the tensor that both are parts of."
            )
