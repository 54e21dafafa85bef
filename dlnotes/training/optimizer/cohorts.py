"""Which parameters move together: those on one device, in one dtype, with one count of updates."""

from collections import defaultdict
from collections.abc import Sequence
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
from dlnotes.training.optimizer.entries import Entry, Watch, belongs, filled
from dlnotes.training.optimizer.vectors import Alone, Together, packs


class Cohort:
    """Parameters that share a `t`, and with it everything that a rule computes from it.

    Args:
        program: carries out the rule.
        packs: what moves in one go.
        entries: the states of all of them.
        made: how the state is made; each single number becomes an entry of one vector.
    """

    def __init__(
        self,
        program: Written | Compiled,
        packs: list[Alone | Together],
        entries: list[Entry],
        made: Fields,
    ) -> None:
        self.program, self.packs = program, packs
        self.vectors = {
            name: torch.stack([entry[name] for entry in entries]) for name in made.singles
        }
        for name, vector in self.vectors.items():
            for entry, single in zip(entries, vector.unbind(), strict=True):
                entry[name] = single
        self.singles = {name: vector[0] for name, vector in self.vectors.items()}
        self.watch, self.versions = Watch([*made.singles, *made.tensors]), self._versions()
        for entry in entries:
            entry.watch = self.watch

    def advance(
        self, params: Sequence[Tensor], grads: Sequence[Tensor], hyper: dict[str, Any]
    ) -> None:
        """One step of all of them."""
        begun = self.program.begin(self.singles, hyper)
        for pack in self.packs:
            for turn in pack.turns(params, grads):
                after = self.program.move(begun, *turn)
            increment_version(pack.pick(params))  # autograd must know that they changed
        for name, vector in self.vectors.items():
            if after[name] is not self.singles[name]:
                vector.copy_(after[name])
        self.versions = self._versions()

    def fits(self, params: Sequence[Tensor]) -> bool:
        """Whether parameters and states are still those that were packed."""
        same = self.watch.same and self.versions == self._versions()
        return same and all(pack.fits(params) for pack in self.packs)

    def takes_its_own(self, grads: Sequence[Tensor]) -> bool:
        """Whether all gradients are those that `zero_grad` attached."""
        return all(pack.takes_its_own(grads) for pack in self.packs)

    def _versions(self) -> list[int]:
        """Counts what is done to a single number of any entry, without looking at it."""
        return [0 if one.is_inference() else one._version for one in self.vectors.values()]


def cohorts(
    rule: Rule,
    params: list[Tensor],
    state: dict[Tensor, Entry],
    hyper: dict[str, Any],
    fast: bool,
) -> list[Cohort]:
    """Sorts the parameters of a group into cohorts.

    Args:
        rule: a module with `init` and `update`.
        params: those with a gradient.
        state: the state of every parameter, made here where it is missing.
        hyper: the hyperparameters of the group.
        fast: compile.
    """
    whole = not is_elementwise(rule)
    alike = defaultdict(list)
    for place, param in enumerate(params):
        made = fields(rule, param.shape)
        entry = state.get(param)
        if not isinstance(entry, Entry):
            entry = state[param] = Entry(entry or {})
        if not belongs(entry, param, made):
            entry.update(filled(rule, param, entry))
        kind = (place,) if whole else _kind(param, entry, made, fast)
        alike[kind].append((place, made))
    return [_cohort(rule, params, found, state, hyper, fast) for found in alike.values()]


def _kind(param: Tensor, entry: Entry, made: Fields, fast: bool) -> tuple:
    """What parameters of a cohort have in common."""
    values = [entry[name].item() for name in made.singles]
    return param.device, param.dtype, fast and param.numel() in LENGTHS, *values


def _cohort(rule, params, found: list[tuple[int, Fields]], state, hyper, fast) -> Cohort:
    places, made = [place for place, _ in found], found[0][1]
    first, flat = params[places[0]], is_elementwise(rule)
    # all of a single number would be taken out of the loop
    fast = fast and (first.numel() in LENGTHS if flat else first.ndim > 0)
    program = fast and compiled_rule(rule, first.shape, first, hyper)
    if not program:
        chunk = CHUNK if flat and first.device.type == "cpu" else None
        program = Written(rule, made, chunk)
    if flat:
        stay = isinstance(program, Written)
        packed = packs(params, places, state, made.tensors, stay)
    else:
        packed = [Alone(places[0], first, state[first], made.tensors, flat=False)]
    return Cohort(program, packed, [state[params[place]] for place in places], made)
