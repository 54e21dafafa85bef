"""Paths of a rule across a landscape, many runs at once."""

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from dlnotes.core.arguments import positive, whole
from dlnotes.core.language import both, language
from dlnotes.core.progress import progress as bar
from dlnotes.core.protocols import Rule, is_elementwise
from dlnotes.training.race.fused import advance_fused
from dlnotes.training.race.lanes import advance, chunks_of, lane
from dlnotes.training.race.starts import point_of, runs_of, settings_of, stacked
from dlnotes.training.surfaces.landscapes import Landscape


def trajectory(
    rule: Rule,
    landscape: Landscape,
    start: Tensor | Sequence[float],
    *,
    steps: int,
    device: str | torch.device | None = None,
    **hyperparameters: float | Tensor,
) -> Tensor:
    """The points a rule visits.

    Args:
        rule: a module with `init` and `update`.
        landscape: what to descend on.
        start: shape `(..., D)`; leading dimensions are runs.
        steps: updates to make, at least 1.
        device: where to run; `None` stays where `start` lives, the CPU for plain numbers (a
            single small run is fastest there; thousands of runs are not).
        **hyperparameters: of the rule, floats or tensors of the runs' shape `(R,)`.

    Returns:
        Shape `(..., steps + 1, D)` in float64. A run that diverges keeps its inf and NaN; after an
        interrupt what was not done is NaN.

    Example:
        >>> from dlnotes.optimizers import sgd
        >>> from dlnotes.training.surfaces.landscapes import ravine
        >>> trajectory(sgd, ravine(1), (1.0, 0.0), steps=2, lr=0.5)[:, 0]
        tensor([1.0000, 0.5000, 0.2500], dtype=torch.float64)
    """
    whole("steps", steps)
    point = point_of(start, landscape, device)
    settings = settings_of(rule, hyperparameters, point)
    runs = runs_of(rule, settings, point)
    point = point.expand(*runs, -1).reshape(-1, point.shape[-1])
    settings = {name: _per_run(value, runs, rule) for name, value in settings.items()}
    rule = stacked(rule)
    state, path = rule.init(point), [point]
    try:
        for _ in range(steps):
            point, state = _step(rule, landscape, point, state, settings)
            path.append(point)
    except KeyboardInterrupt:
        _note_interruption()
        path += [torch.full_like(point, math.nan)] * (steps + 1 - len(path))
    return torch.stack(path, dim=-2).reshape(*runs, steps + 1, -1)


def race(
    rules: dict[str, tuple[Rule, dict[str, Any]]],
    landscape: Landscape,
    start: Tensor | Sequence[float],
    *,
    steps: int,
    compiled: bool = False,
    device: str | torch.device | None = None,
    progress: bool | None = None,
) -> dict[str, Tensor]:
    """The paths of many rules, learning rates and starts at once; each as `trajectory` gives it.

    All runs of all rules share one gradient call a step. A race of many runs is cut into chunks
    that fit a CPU's cache; the paths themselves take 8 · (T + 1) · D bytes a run.

    Args:
        rules: name -> (a module with `init` and `update`, its hyperparameters: floats or tensors
            of the runs' shape).
        landscape: what to descend on.
        start: shape `(..., D)`; its leading dimensions broadcast against the hyperparameters'.
        steps: T, updates to make, at least 1.
        compiled: let `torch.compile` fuse gradient and rule. That takes seconds for every rule,
            once for a landscape and a number of runs, and pays for races that are run again
            (keep the landscape: each call of `ravine()` makes a new one). Where it fails, as
            without a C++ compiler, the race is run as usual, and the log says so.
        device: where to run; `None` stays where `start` lives, the CPU for plain numbers.
        progress: show a bar; `None` shows it when the race takes long and somebody watches.

    Returns:
        name -> shape `(..., T + 1, D)` in float64. A run that diverges keeps its inf and NaN; after
        an interrupt what was not done is NaN.

    Example:
        >>> from dlnotes.optimizers import momentum, sgd
        >>> from dlnotes.training.surfaces.landscapes import ravine
        >>> lr = torch.tensor([0.1, 0.5])
        >>> rules = {"gd": (sgd, {"lr": lr}), "ball": (momentum, {"lr": 0.1, "momentum": 0.5})}
        >>> paths = race(rules, ravine(1), (1.0, 0.0), steps=2)
        >>> paths["gd"].shape, paths["ball"][:, 0]
        (torch.Size([2, 3, 2]), tensor([1.0000, 0.9000, 0.7600], dtype=torch.float64))
    """
    whole("steps", steps)
    if not isinstance(rules, dict) or not all(map(_is_entry, rules.values())):
        raise TypeError(
            "`rules` must be a dict of name -> (rule, its hyperparameters), such as "
            f'{{"gd": (sgd, {{"lr": 0.1}})}}, got {type(rules).__name__}.'
        )
    if not rules:
        raise ValueError("`rules` must hold at least one rule, got none; pass name -> (rule, {}).")
    lanes = {
        name: lane(rule, given, landscape, start, steps=steps, device=device)
        for name, (rule, given) in rules.items()
    }
    left = list(lanes.values())
    try:
        if compiled:
            lined_up = bar(left, show=progress, label="compiled race")
            left = [one for one in lined_up if not advance_fused(one, landscape)]
        chunks = chunks_of(left)
        for chunk in bar(range(chunks), show=progress, label="race"):
            advance([one.part(chunk, chunks) for one in left], landscape)
    except KeyboardInterrupt:
        _note_interruption()
    return {name: one.result() for name, one in lanes.items()}


def steps_to(
    rule: Rule,
    landscape: Landscape,
    start: Tensor | Sequence[float],
    *,
    within: float = 1e-6,
    max_steps: int = 100_000,
    **hyperparameters: float,
) -> int | None:
    """How many steps one run needs to come close to the minimum.

    Args:
        rule: a module with `init` and `update`.
        landscape: what to descend on.
        start: shape `(D,)`.
        within: the fraction of the first distance to the minimum that counts as there.
        max_steps: where to give up.
        **hyperparameters: of the rule, floats.

    Returns:
        The first step at which the distance is at most `within` times the first one; `None`
        when that does not happen in `max_steps` steps, diverging runs included.

    Example:
        >>> from dlnotes.optimizers import sgd
        >>> from dlnotes.training.surfaces.landscapes import ravine
        >>> steps_to(sgd, ravine(1), (1.0, 0.0), within=0.1, lr=0.5)
        4
    """
    positive("within", within)
    point = point_of(start, landscape, None)
    hyperparameters = settings_of(rule, hyperparameters, point)
    if runs_of(rule, hyperparameters, point):
        raise ValueError(
            "`start` and the hyperparameters must be those of one run, got several; call steps_to "
            "once a run, or race and count."
        )
    minimum = point.new_tensor(landscape.minimum)
    state, goal = rule.init(point), within * (point - minimum).norm()
    for step in range(1, max_steps + 1):
        point, state = _step(rule, landscape, point, state, hyperparameters)
        distance = (point - minimum).norm()
        if distance <= goal:
            return step
        if not distance.isfinite():
            return None
    return None


def _note_interruption() -> None:
    """Tell the reader, in their language, what an interrupted race still gives back."""
    note = both(
        zh="轨迹没有走完就被中断；没走的步记为 NaN。",
        en="Interrupted before the paths were complete; what was not done is NaN.",
    )
    print(note[language()])


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, tuple) and len(entry) == 2 and isinstance(entry[1], dict)


def _step(rule: Rule, landscape: Landscape, point: Tensor, state: Any, settings: dict):
    delta, state = rule.update(landscape.gradient(point), state, point, **settings)
    return point + delta, state


def _per_run(value: Any, runs: torch.Size, rule: Rule) -> Any:
    if not isinstance(value, Tensor) or value.ndim == 0:
        return value
    flat = value.expand(runs).flatten()
    return flat.unsqueeze(-1) if is_elementwise(rule) else flat
