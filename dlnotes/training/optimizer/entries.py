"""The state of one parameter as a dict: the fields of the rule, and what a user keeps there."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from dlnotes.core.hyperparameters import rule_name
from dlnotes.core.protocols import Rule
from dlnotes.training.compiling.programs import Fields


class Watch:
    """What several entries have in common: whether the fields of each are still `same`.

    Args:
        names: of the fields that matter.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names, self.same = frozenset(names), True


class Entry(dict):
    """The state of one parameter. It tells its watch when somebody exchanges what it holds: to
    look into every entry at every step would cost more than a small step itself."""

    watch = Watch(())

    def __setitem__(self, name: str, value: Any) -> None:
        if name in self.watch.names:
            self.watch.same = False
        super().__setitem__(name, value)


def _telling(name: str) -> Callable:
    plain = getattr(dict, name)

    def change(self: Entry, *given: Any, **named: Any) -> Any:
        self.watch.same = False
        return plain(self, *given, **named)

    return change


for _name in ("__delitem__", "__ior__", "clear", "pop", "popitem", "setdefault", "update"):
    setattr(Entry, _name, _telling(_name))


def filled(rule: Rule, param: Tensor, held: dict[str, Any]) -> dict[str, Any]:
    """A state with every field of the rule, on the device and in the dtype of the parameter.

    Args:
        rule: a module with `init` and `update`.
        param: the parameter.
        held: values to take over; what is missing starts afresh, what is no field stays.

    Raises:
        ValueError: for the state of a parameter of another shape.
    """
    # cloned, because a rule may name one tensor of zeros twice; in line, to be cut from one vector
    fresh = rule.init(param.detach())._asdict().items()
    entry = {name: value.clone(memory_format=torch.contiguous_format) for name, value in fresh}
    for name in [name for name in entry if name in held]:
        value = torch.as_tensor(held[name], dtype=entry[name].dtype)
        entry[name].copy_(_alike(name, value, entry[name]))
    return entry | {name: value for name, value in held.items() if name not in entry}


def loaded(rules: Sequence[Rule], param: Any, held: Any) -> Any:
    """An entry of a saved state as `filled` makes it; what belongs to no parameter, as it is.

    Args:
        rules: the first of them whose fields are there is the one.
        param: the parameter, or a key of the user's own.
        held: what was saved of it.

    Raises:
        ValueError: for a state of another rule, or of a parameter of another shape.
    """
    if not isinstance(param, Tensor) or not held:
        return held
    for rule in rules:
        fields = rule.init(param.detach())._fields
        if held.keys() >= set(fields):
            return Entry(filled(rule, param, held))
    raise ValueError(
        f"The state for {rule_name(rule)} must hold {', '.join(fields)}, got "
        f"{', '.join(map(str, held))}; load what was saved with the same rule."
    )


def belongs(entry: dict[str, Any], param: Tensor, made: Fields) -> bool:
    """Whether a state has every field, of the right shape, in line, and on the device and in the
    dtype of its parameter; `t` is float64, other single numbers may be.

    Args:
        entry: the state.
        param: the parameter.
        made: how its state is made.
    """
    double = (torch.float64,)
    kinds = {name: (shape, (param.dtype,)) for name, shape in made.tensors.items()}
    kinds |= dict.fromkeys(made.singles, ((), (param.dtype, *double))) | {"t": ((), double)}
    return all(_fits(entry.get(name), param, *kind) for name, kind in kinds.items())


def _fits(value: Any, param: Tensor, shape: Sequence[int], dtypes: tuple[torch.dtype, ...]) -> bool:
    if not isinstance(value, Tensor) or value.device != param.device:
        return False
    return value.shape == shape and value.dtype in dtypes and value.is_contiguous()


def _alike(name: str, value: Tensor, wanted: Tensor) -> Tensor:
    if value.shape != wanted.shape:
        raise ValueError(
            f"`{name}` of a state must have shape {tuple(wanted.shape)} like the new one, got "
            f"{tuple(value.shape)}; load the state of the same parameters in the same order."
        )
    return value
