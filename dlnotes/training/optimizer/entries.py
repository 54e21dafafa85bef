"""The state of one parameter as a dict, made fresh or brought into the form it must have."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from dlnotes.core.hyperparameters import rule_name
from dlnotes.core.protocols import Rule

Entry = dict[str, Tensor]


def entry_for(rule: Rule, param: Tensor, held: dict[str, Any] | None = None) -> Entry:
    """The state of a parameter, field by field, on its device and in its dtype.

    Args:
        rule: a module with `init` and `update`.
        param: the parameter.
        held: a state to copy the values from; `None` starts afresh.

    Raises:
        ValueError: for a state of another rule, or of a parameter of another shape.
    """
    # cloned, because a rule may name one tensor of zeros twice; in line, to be cut from one vector
    fresh = rule.init(param.detach())._asdict().items()
    entry = {name: value.clone(memory_format=torch.contiguous_format) for name, value in fresh}
    if not held:
        return entry
    if held.keys() != entry.keys():
        raise ValueError(
            f"The state for {rule_name(rule)} must hold {', '.join(entry)}, got "
            f"{', '.join(map(str, held))}; load what was saved with the same rule."
        )
    for name, value in held.items():
        entry[name].copy_(
            _alike(name, torch.as_tensor(value, dtype=entry[name].dtype), entry[name])
        )
    return entry


def belongs(entry: Entry, param: Tensor, names: Iterable[str]) -> bool:
    """Whether a state is on the device and in the dtype of its parameter.

    Args:
        entry: the state; an empty one does not belong.
        param: the parameter.
        names: the fields that must have its dtype; a single number may be float64 otherwise.
    """
    own, single = {param.dtype}, {param.dtype, torch.float64}
    return bool(entry) and all(
        value.device == param.device
        and value.dtype in (own if value.ndim or name in names else single)
        for name, value in entry.items()
    )


def _alike(name: str, value: Tensor, wanted: Tensor) -> Tensor:
    if value.shape != wanted.shape:
        raise ValueError(
            f"`{name}` of a state must have shape {tuple(wanted.shape)} like the new one, got "
            f"{tuple(value.shape)}; load the state of the same parameters in the same order."
        )
    return value
