"""Which parameters move together: those on one device, in one dtype, with one count of updates."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd.graph import increment_version

from dlnotes.core.protocols import Rule, is_elementwise
from dlnotes.training.compiling.calls import LENGTHS
from dlnotes.training.compiling.programs import (
    CHUNK,
    Compiled,
    Fields,
    Written,
    compiled_rule,
    fields,
)
from dlnotes.training.optimizer.entries import Entry, belongs, entry_for
from dlnotes.training.optimizer.vectors import Alone, Together, packs


@dataclass
class Cohort:
    """Parameters that share a `t`, and with it everything that a rule computes from it.

    Attributes:
        program: carries out the rule.
        packs: what moves in one go.
        singles: the 0-d part of the state, shared by the entries of all parameters.
        first: one of the parameters.
    """

    program: Written | Compiled
    packs: list[Alone | Together]
    singles: dict[str, Tensor]
    first: Tensor

    def advance(self, hyper: dict[str, Any]) -> None:
        """One step of all of them."""
        begun = self.program.begin(self.singles, hyper)
        for pack in self.packs:
            for turn in pack.turns():
                after = self.program.move(begun, *turn)
            pack.close()
            increment_version(pack.params)  # autograd must know that they changed
        for name, single in self.singles.items():
            single.copy_(after[name])

    def fits(self, state: dict[Tensor, Entry]) -> bool:
        """Whether parameters and state are still those that were packed."""
        same = state.get(self.first, {}).get("t") is self.singles["t"]
        return same and all(pack.fits() for pack in self.packs)


def cohorts(
    rule: Rule,
    params: list[Tensor],
    state: dict[Tensor, Entry],
    homes: dict[Tensor, Tensor],
    hyper: dict[str, Any],
    fast: bool,
) -> list[Cohort]:
    """Sorts the parameters of a group into cohorts.

    Args:
        rule: a module with `init` and `update`.
        params: those with a gradient.
        state: the state of every parameter, made here where it is missing.
        homes: see `vectors.packs`.
        hyper: the hyperparameters of the group.
        fast: compile.
    """
    made = fields(rule, torch.Size([2])) if is_elementwise(rule) else None
    for param in params:
        if not belongs(state[param], param, made.tensors if made else ()):
            state[param] = entry_for(rule, param, state[param])
    if made is None:
        return [_by_itself(rule, param, state[param], hyper, fast) for param in params]
    alike = defaultdict(list)
    for param in params:
        values = [state[param][name].item() for name in made.singles]
        compiles = fast and param.numel() in LENGTHS
        alike[compiles, param.device, param.dtype, *values].append(param)
    return [
        _cohort(rule, made, some, state, homes, hyper, compiles)
        for (compiles, *_), some in alike.items()
    ]


def _cohort(rule, made: Fields, params, state, homes, hyper, fast) -> Cohort:
    first = params[0]
    program = (fast and compiled_rule(rule, first.shape, first, hyper)) or Written(
        rule, made, CHUNK if first.device.type == "cpu" else None
    )
    singles = {name: state[first][name].clone() for name in made.singles}
    for param in params:
        state[param].update(singles)
    stay = isinstance(program, Written)
    return Cohort(program, packs(params, state, made.tensors, stay, homes), singles, first)


def _by_itself(rule: Rule, param: Tensor, entry: Entry, hyper, fast: bool) -> Cohort:
    """A parameter of a rule that looks at it as a whole."""
    made = fields(rule, param.shape)
    fast = fast and param.ndim > 0  # all of a single number would be taken out of the loop
    program = (fast and compiled_rule(rule, param.shape, param, hyper)) or Written(rule, made, None)
    pack = Alone(param, entry, made.tensors, flat=False)
    return Cohort(program, [pack], {name: entry[name] for name in made.singles}, param)
