"""The runs of one rule in a race, and all rules moved together, one gradient a step."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from dlnotes.core.protocols import Rule, is_elementwise
from dlnotes.training.race.starts import point_of, runs_of, settings_of, stacked
from dlnotes.training.surfaces.landscapes import Landscape

CHUNK = 2**14  # runs at a time on a CPU: their states stay in its cache


class Lane(NamedTuple):
    """All runs of one rule, flattened to R; coordinates come first, so that each is contiguous.

    Attributes:
        rule: a module with `init` and `update`.
        settings: hyperparameters; tensors are 0-d or `(R,)`.
        path: points before the first step and after every step, shape `(T + 1, D, R)`; NaN where
            no step was made yet.
        runs: the shape of the runs, before they were flattened.
    """

    rule: Rule
    settings: dict[str, Any]
    path: Tensor
    runs: torch.Size

    @property
    def width(self) -> int:
        """R, how many runs."""
        return self.path.shape[-1]

    def part(self, chunk: int, chunks: int) -> "Lane":
        """The runs of one chunk out of `chunks`, all of the same width.

        Where that does not divide R, the last chunks overlap and compute some runs again.
        """
        width = math.ceil(self.width / chunks)
        rows = slice(min(chunk * width, self.width - width), None)
        cut = {name: _columns(value, rows, width) for name, value in self.settings.items()}
        return self._replace(settings=cut, path=_columns(self.path, rows, width))

    def result(self) -> Tensor:
        """The path as its readers want it, shape `(..., T + 1, D)`: a view."""
        return (
            self.path.permute(2, 0, 1)
            .unflatten(0, self.runs or (1,))
            .reshape(*self.runs, *self.path.shape[:2])
        )


def _columns(value: Any, rows: slice, width: int) -> Any:
    if not isinstance(value, Tensor) or value.ndim == 0:
        return value
    return value[..., rows][..., :width]


def lane(
    rule: Rule,
    hyperparameters: dict[str, Any],
    landscape: Landscape,
    start: Tensor | Sequence[float],
    *,
    steps: int,
    device: str | torch.device | None,
) -> Lane:
    """A lane at its start."""
    point = point_of(start, landscape, device)
    settings = settings_of(rule, hyperparameters, point)
    runs = runs_of(rule, settings, point)
    for name, value in settings.items():
        if isinstance(value, Tensor) and value.ndim:
            settings[name] = value.expand(runs).flatten()
    path = point.new_full((steps + 1, point.shape[-1], runs.numel()), math.nan)
    path[0] = point.expand(*runs, -1).reshape(-1, point.shape[-1]).T
    return Lane(rule, settings, path, runs)


def chunks_of(lanes: Sequence[Lane]) -> int:
    """How many chunks a race is cut into: one on an accelerator, as few as needed on a CPU."""
    if not lanes or not sum(one.width for one in lanes):
        return 0
    if lanes[0].path.device.type != "cpu":
        return 1
    return max(1, math.ceil(sum(one.width for one in lanes) / CHUNK))


@torch.no_grad()
def advance(lanes: Sequence[Lane], landscape: Landscape) -> None:
    """Fills the paths of all lanes, one gradient call a step."""
    updates = [coordinates_first(one.rule) for one in lanes]
    points = [one.path[0] for one in lanes]
    states = [init(point) for (init, _), point in zip(updates, points, strict=True)]
    widths = [one.width for one in lanes]
    for step in range(1, len(lanes[0].path)):
        grads = gradient(landscape, torch.cat(points, dim=1)).split(widths, dim=1)
        for number, (one, (_, update)) in enumerate(zip(lanes, updates, strict=True)):
            point, after = points[number], one.path[step]
            delta, states[number] = update(grads[number], states[number], point, **one.settings)
            points[number] = torch.add(point, delta, out=after)


@torch.enable_grad()
def gradient(landscape: Landscape, point: Tensor) -> Tensor:
    """Gradients at points whose coordinates come first, shape `(D, R)`, same shape."""
    point = point.detach().requires_grad_(True)
    (grad,) = torch.autograd.grad(landscape.function(*point.unbind()).sum(), point)
    return grad


def coordinates_first(rule: Rule) -> tuple:
    """`init` and `update` of a rule for parameters of shape `(D, R)`, every column a run."""
    if is_elementwise(rule):
        return rule.init, rule.update
    rows = stacked(rule)

    def update(grad: Tensor, state: Any, point: Tensor, **hyper: Any) -> tuple[Tensor, Any]:
        delta, state = rows.update(grad.T, state, point.T, **hyper)
        return delta.T, state

    return lambda point: rows.init(point.T), update
