"""Two ways to carry out a step of a rule in place: as it is written, or compiled.

Both are used alike: `begin` once for all tensors that share a `t`, then `move` for each of them.
"""

import logging
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, NamedTuple

import torch
from torch import Tensor

from dlnotes.core.hyperparameters import rule_name
from dlnotes.core.protocols import Rule, is_elementwise
from dlnotes.training.compiling.calls import straight
from dlnotes.training.compiling.scalars import Hoisted, hoist

CHUNK = 2**14  # entries; what a rule makes of them on the way stays in the cache
EXAMPLE = 64  # entries; compiling for any length needs one

Named = dict[str, Tensor]


class Fields(NamedTuple):
    """How the state of a rule is made: its type, its tensors with their shapes, and its single
    numbers."""

    kind: type
    tensors: dict[str, torch.Size]
    singles: tuple[str, ...]


@lru_cache(maxsize=256)
def fields(rule: Rule, shape: torch.Size) -> Fields:
    """The fields of a rule's state for a parameter of this shape, the 0-d ones apart.

    What is of the shape of a parameter without dimensions is taken for a tensor if every entry
    moves by itself.
    """
    like = torch.Size([2]) if is_elementwise(rule) else shape
    state = rule.init(torch.zeros(like, device="meta"))
    found = {name: value.shape for name, value in state._asdict().items()}
    tensors = {name: shape if is_elementwise(rule) else x for name, x in found.items() if len(x)}
    return Fields(type(state), tensors, tuple(name for name in found if name not in tensors))


class Written:
    """The rule as it is written.

    Args:
        rule: a module with `init` and `update`.
        made: how its state is made.
        chunk: entries at a time, for an elementwise rule; `None` takes all at once.
    """

    def __init__(self, rule: Rule, made: Fields, chunk: int | None) -> None:
        self.rule, self.made, self.chunk = rule, made, chunk

    def begin(self, singles: Named, hyper: dict[str, Any]) -> tuple[Named, dict[str, Any]]:
        """What `move` needs, from the 0-d part of the state and the hyperparameters."""
        return singles, hyper

    def move(self, begun: tuple, grad: Tensor, param: Tensor, tensors: Named) -> Named:
        """Changes `param` and `tensors`, its state, in place; gives the next 0-d part."""
        every = (grad, param, *tensors.values())
        parts = zip(*map(self._split, every), strict=True)
        for grad, param, *held in parts:
            after = advance(self.rule, self.made, grad, param, held, *begun)
        return after

    def _split(self, tensor: Tensor) -> tuple[Tensor, ...]:
        return tensor.split(self.chunk) if self.chunk else (tensor,)


class Compiled:
    """The rule compiled once, its single numbers taken out of the loop over the entries.

    Args:
        made: how the state of the rule is made.
        parts: the rule in two parts.
        loop: the compiled second part.
        numbers: names of the hyperparameters that are handed over as 0-d tensors.
    """

    def __init__(self, made: Fields, parts: Hoisted, loop: Callable, numbers: tuple[str, ...]):
        self.made, self.parts, self.loop = made, parts, loop
        self.numbers: dict[str, tuple] = dict.fromkeys(numbers, (None, None))
        self.known = sum(parts.known)

    def begin(self, singles: Named, hyper: dict[str, Any]) -> tuple[list[Tensor], list[Tensor]]:
        """As `Written.begin`; all that depends on single numbers alone is computed here."""
        for name, (value, _) in self.numbers.items():
            if value is not hyper[name] or isinstance(value, Tensor):
                self.numbers[name] = hyper[name], number(hyper[name], singles["t"].device)
        numbers = (tensor for _, tensor in self.numbers.values())
        results = self.parts.scalars.forward(*singles.values(), *numbers)
        return results[: self.known], results[self.known :]

    def move(self, begun: tuple, grad: Tensor, param: Tensor, tensors: Named) -> Named:
        """As `Written.move`."""
        given, needed = begun
        found = iter(self.loop(grad, param, *tensors.values(), *needed))
        given = iter(given)
        after = [next(given) if known else next(found) for known in self.parts.known]
        return dict(zip(self.made.singles, after, strict=True))


def advance(
    rule: Rule,
    made: Fields,
    grad: Tensor,
    param: Tensor,
    held: list[Tensor],
    singles: Named,
    hyper: dict[str, Any],
) -> Named:
    """One step in place: `param` and `held` change and keep their dtype; gives next `singles`.

    Half precision is computed in float32 and rounded once, as torch's fused optimizers do.
    """
    wide = torch.promote_types(param.dtype, torch.float32)
    fields = [one.to(wide) for one in held]
    state = made.kind(**dict(zip(made.tensors, fields, strict=True)), **singles)
    delta, state = rule.update(grad.to(wide), state, param.to(wide), **hyper)
    moved, after = param + delta, [_apart(getattr(state, name), held) for name in made.tensors]
    for old, new in zip(held, after, strict=True):
        old.copy_(new)
    param.copy_(moved)
    return {name: getattr(state, name) for name in made.singles}


def _apart(value: Tensor, held: list[Tensor]) -> Tensor:
    """A copy where a rule hands on an old tensor, which is about to be overwritten."""
    return value.clone() if any(value is old for old in held) else value


def number(value: float | Tensor, device: torch.device) -> Tensor:
    """A hyperparameter as a 0-d float64 tensor of its own.

    Never one tensor for two: the compiler would take them for the same, and start anew when they
    part.
    """
    if isinstance(value, Tensor):
        return value.detach().to(device, torch.float64, copy=True)
    return torch.tensor(value, dtype=torch.float64, device=device)


def compiled_rule(
    rule: Rule, shape: torch.Size, like: Tensor, hyper: dict[str, Any]
) -> Compiled | None:
    """The rule compiled for tensors like one, or `None` where that does not succeed.

    Args:
        rule: a module with `init` and `update`.
        shape: of the parameter; for an elementwise rule one length serves for all.
        like: a tensor with the right dtype on the right device.
        hyper: the hyperparameters; those that are not floats or tensors are built in.
    """
    numbers = tuple(name for name, value in hyper.items() if isinstance(value, float | Tensor))
    fixed = tuple((name, value) for name, value in hyper.items() if name not in numbers)
    shape = torch.Size([EXAMPLE]) if is_elementwise(rule) else shape
    return _program(rule, shape, like.dtype, like.device, numbers, fixed)


@lru_cache(maxsize=256)
def _program(rule, shape, dtype, device, numbers, fixed) -> Compiled | None:
    made = fields(rule, shape)
    param = torch.zeros(shape, dtype=dtype, device=device)
    state = rule.init(param)._asdict()
    tensors = [param, param.clone(), *(state[name].clone() for name in made.tensors)]
    singles = [state[name] for name in made.singles] + [number(0.5, device) for _ in numbers]

    def step(grad, param, *rest):
        held, alone = rest[: len(made.tensors)], rest[len(made.tensors) :]
        known = dict(zip(made.singles, alone, strict=False))
        hyper = dict(zip(numbers, alone[len(known) :], strict=True)) | dict(fixed)
        return tuple(advance(rule, made, grad, param, held, known, hyper).values())

    whole = not is_elementwise(rule)
    try:
        parts = hoist(step, *tensors, *singles, mode="fake" if whole else "symbolic")
        needed = parts.scalars.forward(*singles)[sum(parts.known) :]
        loop = straight(parts.vectors.forward, *tensors, *needed, dynamic=not whole)
    except Exception as error:  # whatever stops the compiler, the rule as written goes on
        _note(rule_name(rule), f"{type(error).__name__}: {error}".splitlines()[0])
        return None
    return Compiled(made, parts, loop, numbers)


@cache
def _note(name: str, reason: str) -> None:
    logging.getLogger("dlnotes").warning(
        "%s runs as it is written, not compiled (%s). A C++ compiler such as g++ helps.",
        name,
        reason,
    )
