"""Runs of the page that are too long for it, and what is read off them.

`python -m dlnotes.sections.convergence.five_outcomes.experiments` makes the record beside this
file anew.

Book: convergence/five_outcomes
"""

from collections import Counter
from collections.abc import Sequence
from functools import cache, partial
from itertools import product
from typing import Any, NamedTuple

import torch
from torch import Tensor

from dlnotes.convergence.diagnosis import LIMITS, Curves, Diagnosis, Thresholds, diagnose
from dlnotes.sections.convergence.five_outcomes import sweeps
from dlnotes.sections.convergence.five_outcomes.staged import (
    FLEETS,
    JUDGED,
    LAST,
    SEEDS,
    TUNED,
    Runs,
    curves,
    measured,
)  # fmt: skip
from dlnotes.training.records import Record, unpacked

GAIN = 0.05  # of the baseline loss: what a knob must gain to count
SHARE = 0.7  # of the best knob's gain: with so much, a cheaper knob is the answer
BARS = tuple(product((0.03, 0.1), (0.5, 0.9)))  # other gains and shares, and what they change
GRID = {
    "sway": (0.01, 0.015, 0.02, 0.03, 0.04), "fall": (0.01, 0.013, 0.016, 0.02, 0.03),
    "gap": (0.06, 0.1, 0.15, 0.2), "low": (0.05, 0.1, 0.15),
}  # fmt: skip


class Case(NamedTuple):
    """One run with its two judges.

    Attributes:
        task: its name.
        staged: what it was set up as.
        found: what the knobs say.
        curves: in units of the baseline.
        bigger: loss of a net four times as wide, likewise.
    """

    task: str
    staged: str
    found: str
    curves: Curves
    bigger: float

    def diagnosed(self, floor: bool = False, thresholds: Thresholds = LIMITS) -> Diagnosis:
        """The diagnosis; with the bigger net's loss as `floor`, or without."""
        known = self.bigger if floor else None
        return diagnose(self.curves, 1.0, floor=known, thresholds=thresholds)


def knobs(runs: Runs) -> list[dict[str, float]]:
    """What each knob gains in each run, in units of the baseline, the cheapest first."""
    gains = {
        "unstable": runs.end - runs.lower,
        "overfit": runs.end - torch.minimum(runs.more, runs.stop),
        "undertrained": runs.end - runs.longer,
        "small": runs.end - runs.bigger,
    }
    count = range(len(runs.staged))
    return [{name: gain[i].nan_to_num(-1).item() for name, gain in gains.items()} for i in count]


def found(runs: Runs, gain: float = GAIN, share: float = SHARE) -> list[str]:
    """What each run is, by what mends it.

    Stuck: the training loss is no lower than the baseline, and four times the steps leave it
    there. Else the cheapest knob that gains `gain`, and `share` of what the best one gains; good
    where none does.
    """
    level, names = runs.train[:, -LAST:].mean(1), []
    for i, gains in enumerate(knobs(runs)):
        best = max(gains.values())
        stuck = not level[i] < 0.95 and not runs.longer[i] < 0.9
        helping = [name for name, found in gains.items() if found >= max(gain, share * best)]
        names.append("stuck" if stuck else helping[0] if helping else "good")
    return names


def cases(runs: dict[str, Runs], gain: float = GAIN, share: float = SHARE) -> list[Case]:
    """Every run of several fleets, `task/fleet` -> runs; see `found`."""
    return [
        Case(name.split("/")[0], staged, truth, Curves(*curve), bigger)
        for name, fleet in runs.items()
        for staged, truth, *curve, bigger in zip(
            fleet.staged, found(fleet, gain, share), fleet.train.tolist(), fleet.held.tolist(),
            fleet.bigger.tolist(), strict=True,
        )
    ]  # fmt: skip


def tuned(seen: Sequence[Case]) -> list[Thresholds]:
    """The thresholds of a grid that do best: 1 for a right answer, half for "unclear"."""
    grid = [
        Thresholds(**dict(zip(GRID, values, strict=True))) for values in product(*GRID.values())
    ]

    def score(thresholds: Thresholds) -> float:
        said = [(case.diagnosed(thresholds=thresholds).outcome, case.found) for case in seen]
        return sum(1.0 if a == b else 0.5 if a == "unclear" else 0.0 for a, b in said)

    scores = [score(thresholds) for thresholds in grid]
    return [one for one, value in zip(grid, scores, strict=True) if value == max(scores)]


def recounted() -> dict[str, list[int]]:
    """How many of the judged runs `diagnose` names rightly where other gains count for a knob.

    `right`: of all, `others_right`: of those that are not stuck; a number for each of `BARS`.
    """
    counts = {"right": [], "others_right": []}
    for gain, share in BARS:
        table = confusion(cases(recorded("judged"), gain, share))
        right = sum(count for (found, said), count in table.items() if found == said)
        counts["right"].append(right)
        counts["others_right"].append(right - table["stuck", "stuck"])
    return counts


def confusion(seen: Sequence[Case], floor: bool = False) -> Counter:
    """(what the knobs say, what `diagnose` says) -> runs."""
    return Counter((case.found, case.diagnosed(floor).outcome) for case in seen)


@cache
def recorded(part: str) -> dict[str, Runs]:
    """The runs that came with the book, `task/fleet` -> runs: "tuned" or "judged"."""
    return {
        name: Runs(staged, *map(unpacked, values))
        for name, (staged, *values) in RECORD.found["values"][part].items()
    }


@cache
def judged() -> list[Case]:
    """The runs on which `diagnose` is judged."""
    return cases(recorded("judged"))


class Tally(NamedTuple):
    """How `diagnose` does: of `runs` it names `right`, leaves `unclear` and names `wrong`."""

    runs: int
    right: int
    unclear: int
    wrong: int


def tally(seen: Sequence[Case], floor: bool = False) -> Tally:
    """The sums of `confusion`."""
    table = confusion(seen, floor)
    right = sum(count for (found, said), count in table.items() if found == said)
    unclear = sum(count for (_, said), count in table.items() if said == "unclear")
    return Tally(len(seen), right, unclear, len(seen) - right - unclear)


def underfit() -> dict[str, list[float]]:
    """What is left of the loss on fresh examples, a median a judged task.

    `small_longer`: of nets too small, after four times the steps; `small_bigger`: of nets four
    times as wide or more in their place; `slow_longer`: of nets staged as undertrained.
    """
    runs, left = recorded("judged"), {}
    for task in JUDGED:
        small, plenty = runs[f"{task}/small"], runs[f"{task}/plenty"]
        slow = torch.tensor([name == "undertrained" for name in plenty.staged])
        for name, after, before in (
            ("small_longer", small.longer, small.end),
            ("small_bigger", small.bigger, small.end),
            ("slow_longer", plenty.longer[slow], plenty.end[slow]),
        ):
            left.setdefault(name, []).append((after / before).median().item())
    return left


def correlations() -> dict[str, list[float]]:
    """Rank correlation of gap and held-out accuracy over each sweep, one a seed."""
    found = RECORD.found["values"]
    return {
        name: sweeps.rank_correlation(*map(unpacked, found[name])).tolist()
        for name in ("sizes", "widths", "decays")
    }


def afterwards(name: str) -> dict[str, list[float]]:
    """From the lowest loss on other points to the last step, one number a seed.

    `rise`: how many times the loss goes into the last one; `gain`: of accuracy; `cooled`: what
    is left of the last loss once the scores are divided by one number.
    """
    loss, accuracy, cooled = (
        unpacked(RECORD.found["values"]["sure"][name][part])
        for part in ("loss", "accuracy", "cooled")
    )
    best, last = loss.argmin(1, keepdim=True), (slice(None), -1)
    rise = loss[last] / loss.gather(1, best).squeeze(1)
    gain = accuracy[last] - accuracy.gather(1, best).squeeze(1)
    left = cooled[:, 1] / cooled[:, 0]
    return {"rise": rise.tolist(), "gain": gain.tolist(), "cooled": left.tolist()}


def gaps(examples: int) -> dict[str, list[float]]:
    """How far each held-out loss lies above the training loss, one number a seed.

    `beyond`: what the noisy set has beyond the one that is like the training set.
    """
    losses = unpacked(RECORD.found["values"]["held"][str(examples)])
    names = ("like", "noisy", "mislabeled")
    found = {name: (losses[:, i + 1] - losses[:, 0]).tolist() for i, name in enumerate(names)}
    return found | {"beyond": (losses[:, 2] - losses[:, 1]).tolist()}


def gallery(task: str = "spirals") -> dict[str, Case]:
    """A run of each outcome on one task, the first that was staged so and whose judges agree."""
    seen = [case for case in judged() if case.task == task]

    def first(name: str) -> Case:
        said = "unclear" if name == "small" else name
        agreed = (c for c in seen if c.staged == c.found == name)
        return next(c for c in agreed if c.diagnosed().outcome == said)

    names = ("good", "undertrained", "small", "unstable", "overfit", "stuck")
    return {name: first(name) for name in names}


def _all(tasks: dict) -> dict[str, Runs]:
    return {
        f"{name}/{part}": measured(task, part) for name, task in tasks.items() for part in FLEETS
    }


def all_runs() -> dict[str, Any]:
    """What the record holds."""
    return {"tuned": _all(TUNED), "judged": _all(JUDGED), **sweeps.all_runs()}


def _piece(name: str, part: str) -> tuple[Tensor, Tensor]:
    """Curves of a judged fleet, anew and recorded, in units of the baseline at the start."""
    kept, again = recorded("judged")[f"{name}/{part}"], curves(JUDGED[name], part)
    pairs = (again.train_loss, kept.train), (again.test_loss, kept.held)
    return tuple(torch.cat([pair[i] / pair[i][:, :1] for pair in pairs]) for i in (0, 1))


RECORD = Record(
    __file__,
    make=all_runs,
    settings={
        "tuned": list(TUNED), "judged": list(JUDGED), "fleets": list(FLEETS), "seeds": SEEDS,
        **sweeps.SETTINGS,
    },
    pieces={
        "too small for a cubic": partial(_piece, "cubic", "small"),
        "too few points of moons": partial(_piece, "moons", "few"),
    },
    rtol=5e-3,
    atol=2e-3,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()
