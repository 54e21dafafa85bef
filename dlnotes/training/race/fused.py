"""A race through `torch.compile`: several steps of gradient and rule in one loop over the runs.

A run never looks at another one, so the compiler can keep its point and its state in registers
from one step to the next; the path is all that goes to memory at every step. Numbers that depend
on the step alone, such as 1 - beta1ᵗ, are worked out beforehand, once for all runs.
"""

import logging
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.fx.experimental.proxy_tensor import make_fx
from torch.utils._pytree import tree_leaves, tree_structure, tree_unflatten

from dlnotes.core.hyperparameters import rule_name
from dlnotes.core.protocols import Rule, is_elementwise
from dlnotes.training.compiling.functions import inductor
from dlnotes.training.compiling.scalars import Hoisted, hoist
from dlnotes.training.race.lanes import Lane, chunks_of
from dlnotes.training.race.starts import stacked
from dlnotes.training.surfaces.landscapes import Landscape

BLOCK = 4  # steps in one compiled call
# left to itself, the compiler writes a step's formula anew wherever the next one reads from it
OPTIONS = {"realize_opcount_threshold": 4, "max_fusion_size": 1000}


class Layout(NamedTuple):
    """What the compiled code of a lane depends on.

    Attributes:
        rule: a module with `init` and `update`.
        settings: names of the hyperparameters, each with 1 for one number a run, 0 for a single
            number, or the value itself, alone in a tuple, when it is not a number.
        coordinates: D.
        width: R, how many runs.
        device: where they are.
    """

    rule: Rule
    settings: tuple[tuple[str, Any], ...]
    coordinates: int
    width: int
    device: torch.device


class Plan(NamedTuple):
    """One step of a lane, in the two parts that `hoist` makes.

    Attributes:
        parts: of the step; it takes and gives D rows of coordinates and the tensors of the
            states; what it takes besides are the hyperparameters.
        shapes: of the tensors of the states; only `t` is 0-d.
    """

    parts: Hoisted
    shapes: list[tuple[int, ...]]


def advance_fused(one: Lane, landscape: Landscape) -> bool:
    """Fills the path of a lane as `lanes.advance` does.

    Returns:
        False when it cannot be compiled here; the log says why.
    """
    chunks = chunks_of([one])
    return all(_advance(one.part(chunk, chunks), landscape) for chunk in range(chunks))


def _advance(one: Lane, landscape: Landscape) -> bool:
    plan, program = _program(_layout(one), landscape)
    if program is None:
        return False
    steps = len(one.path) - 1
    flat = _arguments(one, plan)
    numbers = _numbers(plan, flat, steps).split(BLOCK)
    vectors = _vectors(flat)
    for block, given in enumerate(numbers):
        path, *after = program(given, *vectors)
        vectors[: len(after)] = after
        first = block * BLOCK + 1
        one.path[first : first + BLOCK] = path[: steps + 1 - first]
    return True


def _layout(one: Lane) -> Layout:
    kinds = []
    for name, value in one.settings.items():
        number = isinstance(value, float | Tensor)
        kinds.append((name, getattr(value, "ndim", 0) if number else (value,)))
    _, coordinates, width = one.path.shape
    return Layout(one.rule, tuple(kinds), coordinates, width, one.path.device)


def _arguments(one: Lane, plan: Plan) -> list[Tensor]:
    """What the step takes first: rows, tensors of the states, hyperparameters."""
    rows = list(one.path[0].unbind())
    leaves = tree_leaves(_init(one.rule, rows))
    leaves = [x.expand(of).contiguous() for x, of in zip(leaves, plan.shapes, strict=True)]
    values = [x for x in one.settings.values() if isinstance(x, float | Tensor)]
    return [
        *rows,
        *leaves,
        *(torch.as_tensor(x, dtype=torch.float64, device=one.path.device) for x in values),
    ]


def _vectors(flat: list[Tensor]) -> list[Tensor]:
    return [x for x in flat if x.ndim]


def _numbers(plan: Plan, flat: list[Tensor], steps: int) -> Tensor:
    """What the second part of each step needs from the first, shape `(whole blocks, K)`."""
    single = [x for x in flat if x.ndim == 0]
    counters = sum(plan.parts.known)
    t = torch.arange(steps + -steps % BLOCK, dtype=torch.float64, device=flat[0].device)
    dims = (0,) * counters + (None,) * (len(single) - counters)
    scalars = plan.parts.scalars.forward
    of_step = torch.func.vmap(scalars, dims) if counters else scalars
    needed = of_step(*[t] * counters, *single[counters:])[counters:]
    return (
        torch.stack([x.expand(len(t)) for x in needed], dim=1) if needed else t.new_empty(len(t), 0)
    )


def _init(rule: Rule, rows: Sequence[Tensor]) -> list:
    """States: one a coordinate, or one for them all where a rule looks at the whole point."""
    if is_elementwise(rule):
        return [rule.init(x) for x in rows]
    return [stacked(rule).init(torch.stack(rows, dim=1))]


def _move(rule: Rule, landscape: Landscape, rows: list[Tensor], states: list, settings: dict):
    rows = [x.detach().requires_grad_(True) for x in rows]
    height = landscape.function(*rows).sum()
    slopes = torch.autograd.grad(height, rows, materialize_grads=True)
    rows = [x.detach() for x in rows]
    if is_elementwise(rule):
        found = [rule.update(*of, **settings) for of in zip(slopes, states, rows, strict=True)]
        deltas, states = zip(*found, strict=True)
    else:
        grad, point = torch.stack(slopes, dim=1), torch.stack(rows, dim=1)
        delta, state = stacked(rule).update(grad, states[0], point, **settings)
        deltas, states = delta.unbind(dim=1), (state,)
    return [x + delta for x, delta in zip(rows, deltas, strict=True)], states


def _plan(layout: Layout, landscape: Landscape) -> Plan:
    rule, settings, coordinates, width, device = layout
    rows = [torch.ones(width, dtype=torch.float64, device=device) for _ in range(coordinates)]
    states = _init(rule, rows)
    leaves, structure = tree_leaves(states), tree_structure(states)
    names = [name for name, kind in settings if isinstance(kind, int)]
    fixed = {name: kind[0] for name, kind in settings if not isinstance(kind, int)}
    values = [rows[0].new_ones((width,) * kind) for _, kind in settings if isinstance(kind, int)]

    def step(*flat: Tensor) -> tuple[Tensor, ...]:
        here, held = list(flat[:coordinates]), flat[coordinates : coordinates + len(leaves)]
        given = dict(zip(names, flat[coordinates + len(leaves) :], strict=True)) | fixed
        states = tree_unflatten(held, structure)
        return tuple(tree_leaves(_move(rule, landscape, here, states, given)))

    shapes = [x.shape for x in step(*rows, *leaves, *values)[coordinates:]]
    each = len(leaves) // len(states)  # the first of them is t, known for every step beforehand
    shapes = [of or (width,) * (place % each > 0) for place, of in enumerate(shapes)]
    leaves = [x.expand(of).contiguous() for x, of in zip(leaves, shapes, strict=True)]
    return Plan(hoist(step, *rows, *leaves, *values, mode="fake"), shapes)


@lru_cache(maxsize=64)
def _program(layout: Layout, landscape: Landscape) -> tuple[Plan | None, Callable | None]:
    """The plan of a lane, and BLOCK steps in one compiled function."""
    try:
        plan = _plan(layout, landscape)
        examples = _examples(layout, plan)
        program = _compiled(layout, plan, examples)
        program(*examples)
    except Exception as error:  # whatever stops the compiler, the race goes on as usual
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        logging.getLogger("dlnotes").warning(
            "%s races uncompiled (%s).", rule_name(layout.rule), reason
        )
        return None, None
    return plan, program


def _examples(layout: Layout, plan: Plan) -> list[Tensor]:
    """Tensors such as `_compiled` will be called with."""
    shapes = [(layout.width,)] * layout.coordinates + [of for of in plan.shapes if of]
    shapes += [(layout.width,) for _, kind in layout.settings if kind == 1]
    vectors = [torch.ones(of, dtype=torch.float64, device=layout.device) for of in shapes]
    inputs = plan.parts.vectors.graph.find_nodes(op="placeholder")
    return [vectors[0].new_ones(BLOCK, len(inputs) - len(vectors)), *vectors]


def _compiled(layout: Layout, plan: Plan, examples: list[Tensor]) -> Callable:
    def block(numbers: Tensor, *vectors: Tensor) -> list[Tensor]:
        held, path = list(vectors), []
        for step in range(BLOCK):
            after = plan.parts.vectors(*held, *numbers[step].unbind())
            held[: len(after)] = after
            path += after[: layout.coordinates]
        return [torch.stack(path).unflatten(0, (BLOCK, -1)), *after]

    traced = make_fx(block, tracing_mode="fake")(*examples)
    return inductor(traced, examples, **OPTIONS)
