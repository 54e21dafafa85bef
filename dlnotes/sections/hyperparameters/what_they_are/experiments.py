"""Random trials of ten knobs on two tasks, and each knob turned by itself around the best trial.

`python -m dlnotes.sections.hyperparameters.what_they_are.experiments` makes the record beside this
file anew; it takes about four minutes of a busy core.

Book: hyperparameters/what_they_are
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from dlnotes.core.intervals import interval
from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.importance import share, together
from dlnotes.sections.hyperparameters.what_they_are.screen import (
    KNOBS,
    LOOKS,
    TASKS,
    Found,
    trained,
)
from dlnotes.training.records import Record, unpacked

SEEDS = tuple(range(8))
NOTCHES = 5
TRIALS = 200
RESAMPLES = 200


class Screen(NamedTuple):
    """What the record says of a task.

    Attributes:
        choose: accuracy of every random trial on the images that choose, `(trials, seeds)`.
        report: on those that judge, `(trials, seeds)`.
        best: the notch of every knob in the trial with the best mean of `choose`.
        turned: accuracy with one knob turned from there, `(knobs, notches, seeds)`.
        course: the mean over seeds on the way there, `(knobs, notches, looks)`.
    """

    choose: Tensor
    report: Tensor
    best: list[int]
    turned: Tensor
    course: Tensor


def design(trials: int = TRIALS) -> Tensor:
    """A notch for every knob in every trial, each equally often, in random order.

    Returns:
        Shape `(trials, knobs)`, int64.
    """
    source = seeded(0)
    return torch.stack([torch.randperm(trials, generator=source) % NOTCHES for _ in KNOBS], 1)


def setting(notches: Sequence[int]) -> dict[str, Any]:
    """What a notch of every knob stands for."""
    return {name: KNOBS[name][int(notch)] for name, notch in zip(KNOBS, notches, strict=True)}


def screen(task: str) -> Screen:
    """All random trials of a task, and every knob turned around the best of them."""
    points = design()
    tried = [trained(setting(notches), task, SEEDS) for notches in points]
    choose, report = (torch.stack([getattr(f, part) for f in tried]) for part in Found._fields[:2])
    best = points[int(choose.mean(1).argmax())].tolist()
    itself = trained(setting(best), task, SEEDS, LOOKS)
    turned = [
        [itself if notch == own else around(task, best, knob, notch) for notch in range(NOTCHES)]
        for knob, own in zip(KNOBS, best, strict=True)
    ]
    return Screen(
        choose,
        report,
        best,
        torch.stack([torch.stack([found.report for found in row]) for row in turned]),
        torch.stack([torch.stack([found.course.mean(1) for found in row]) for row in turned]),
    )


def around(task: str, best: Sequence[int], knob: str, notch: int) -> Found:
    """The best trial with one knob at another notch."""
    return trained(setting(best) | {knob: KNOBS[knob][notch]}, task, SEEDS, LOOKS)


def recorded(task: str) -> Screen:
    """The trials that came with the book."""
    found = RECORD.found["values"][task]
    return Screen(**{k: v if k == "best" else unpacked(v) for k, v in found.items()})


def costs(screen: Screen) -> dict[str, Tensor]:
    """Knob -> the accuracy that its worst notch costs, one seed an entry; the largest first."""
    found = {}
    for name, row, own in zip(KNOBS, screen.turned, screen.best, strict=True):
        found[name] = row[own] - row[int(row.mean(1).argmin())]
    return dict(sorted(found.items(), key=lambda each: -each[1].mean().item()))


def at_most(screen: Screen) -> dict[str, float]:
    """Knob -> how far from 0 a 95% interval of any notch's cost reaches, the smallest first."""
    found = {}
    for name, row, own in zip(KNOBS, screen.turned, screen.best, strict=True):
        others = [notch for notch in range(NOTCHES) if notch != own]
        ends = [interval((row[own] - row[notch]).tolist()) for notch in others]
        found[name] = max(abs(end) for pair in ends for end in pair)
    return dict(sorted(found.items(), key=lambda each: each[1]))


def luck(screen: Screen) -> float:
    """The share of the variance of the trials' mean scores that is left to the seeds."""
    seeds = screen.report.shape[1]
    return (screen.report.var(1).mean() / seeds / screen.report.mean(1).var()).item()


def columns(points: Tensor) -> dict[str, Tensor]:
    """Knob -> its notch in every trial."""
    return dict(zip(KNOBS, points.T, strict=True))


def interval_of(
    part: Sequence[str], scores: Tensor, resamples: int = RESAMPLES
) -> tuple[float, float, float]:
    """The share of a knob, of a pair beyond both or the sum of many, and its 95% interval.

    Args:
        part: one knob, two, or more.
        scores: of the trials of `design`, `(trials,)`.
        resamples: of the bootstrap over trials.
    """
    tried = columns(design(len(scores)))
    source = seeded(1)

    def of(rows: Tensor) -> float:
        if len(part) == 2:
            return together(*(tried[name][rows] for name in part), scores[rows])
        return sum(share(tried[name][rows], scores[rows]) for name in part)

    drawn = [torch.randint(len(scores), (len(scores),), generator=source) for _ in range(resamples)]
    spread = torch.tensor([of(rows) for rows in drawn]).double()
    whole = of(torch.arange(len(scores)))
    # trials drawn twice look alike: the resamples sit too high, and are only used for their spread
    reach = 1.96 * spread.std().item()
    return whole, whole - reach, whole + reach


def _piece() -> tuple[Tensor, Tensor]:
    """Two random trials and one turned knob."""
    points, digits = design(), recorded("digits")
    places = [0, 1]
    again = [trained(setting(points[place]), "digits", SEEDS).report for place in places]
    knob = list(KNOBS).index("gain")
    turned = around("digits", digits.best, "gain", 0).report
    kept = [digits.report[place] for place in places] + [digits.turned[knob, 0]]
    return torch.stack([*again, turned]), torch.stack(kept)


RECORD = Record(
    __file__,
    make=lambda: {task: screen(task)._asdict() for task in TASKS},
    settings={"knobs": KNOBS, "tasks": TASKS, "seeds": SEEDS, "trials": TRIALS, "looks": LOOKS},
    pieces={"trials": _piece},
    atol=0.0017,  # one image of 600
)

if __name__ == "__main__":
    RECORD.write()
