"""What the recorded runs say: the regret of guesses, of advice, and where the phases lie.

Book: learning_rates/range_test
"""

from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.intervals import interval
from dlnotes.learning_rates.range_test import phases, smoothed, suggest
from dlnotes.sections.learning_rates.range_test.experiments import (
    FIXED,
    GUESSES,
    READ,
    RULES,
    advice_regret,
    recorded,
    regret,
    seen,
)
from dlnotes.sections.learning_rates.range_test.tasks import RAW, TASKS

WIDTH = 11  # batches of the smoothing


class Regret(NamedTuple):
    """What a guess loses: mean over the tasks for every seed, and on its worst task."""

    seeds: list[float]
    worst: float


def table() -> dict[tuple[str, float], Regret]:
    """The regret of every guess for every rule."""
    found = {}
    for rule in RULES:
        for lr in GUESSES:
            each = torch.stack([regret(rule, task, lr) for task in TASKS])
            found[rule, lr] = Regret(each.mean(0).tolist(), each.mean(1).max().item())
    return found


def readings() -> dict[str, float]:
    """Points lost by what is read off a test, and by 0.1 without one; intervals over the seeds.

    A column is a seed: its own test, its own runs, so that differences are taken in pairs.
    """
    lost = {task: advice_regret(task) for task in (*TASKS, *RAW)}
    rows = {name: row for row, name in enumerate(READ)}
    here = torch.stack([lost[task] for task in TASKS])  # (8, 7, S)
    means, worst = here.mean((0, 2)), here.mean(2).amax(0)

    def apart(one: str, other: str) -> tuple[float, float]:
        return interval((here[:, rows[one]] - here[:, rows[other]]).mean(0).tolist())

    names = {"steep": "steepest 11", "wide": "steepest 31", "lowest": "lowest",
             "quarter": "lowest / 4", "fixed": FIXED}  # fmt: skip
    steep, wide = (apart(names[name], "lowest / 4") for name in ("steep", "wide"))
    even = apart("lowest / 4", FIXED)
    far = {
        f"{task}_{name}": lost[task][rows[names[name]]].mean().item()
        for task in RAW for name in ("quarter", "fixed")
    }  # fmt: skip
    by_task = here.mean(2)  # (8, 7)
    readings = by_task[:, : rows[FIXED]]
    others = (readings.sum(0) - readings).argmin(1)  # the reading that seven tasks choose
    return far | {
        "worse": int((by_task[:, rows["steepest 11"]] > by_task[:, rows["lowest / 4"]]).sum()),
        "others": int((others == rows["lowest / 4"]).sum()),
        **{name: means[rows[row]].item() for name, row in names.items()},
        "steep_worst": worst[rows["steepest 11"]].item(),
        "quarter_worst": worst[rows["lowest / 4"]].item(),
        "fixed_worst": worst[rows[FIXED]].item(),
        "steep_least": steep[0], "steep_most": steep[1], "wide_least": wide[0],
        "even_least": even[0], "even_most": even[1],
        "raw_steep": lost["raw"][rows["steepest 11"]].mean().item(),
        "level": min(_lowest(task) for task in ("bytes", "dim")),
        "clean_read": suggest(*seen("digits"), divide=4).median().item(),
        "wrong_read": suggest(*seen("wrong"), divide=4).median().item(),
        "clean_best": recorded("sgd", "digits").chosen,
        "wrong_best": recorded("sgd", "wrong").chosen,
    }  # fmt: skip


def _lowest(task: str) -> float:
    """The lowest smoothed loss of any of the tests."""
    return smoothed(seen(task).losses, WIDTH).nan_to_num(torch.inf).min().item()


class Stretches(NamedTuple):
    """What the loss of a test does in its three stretches, shape `(S,)` each.

    Attributes:
        still: how far the smoothed loss gets from its start, as a part of it, at rates below a
            third of the one from which it falls.
        left: the lowest smoothed loss over that at the start.
        wild: by how much two neighboring batches differ where the loss is above its start again,
            over the same before it falls; medians.
        edge: the rate from which it is above its start, over that of the lowest loss.
    """

    still: Tensor
    left: Tensor
    wild: Tensor
    edge: Tensor


def stretches(task: str) -> Stretches:
    """The three stretches of the recorded tests of a task."""
    lrs, losses = seen(task)
    found = phases(lrs, losses)
    curve = smoothed(losses, WIDTH).nan_to_num(torch.inf, torch.inf)
    start = curve[:, : len(lrs) // 10].mean(1, keepdim=True)
    early = lrs < found.falls.unsqueeze(1) / 3
    still = torch.where(early, (curve / start - 1).abs(), 0.0).amax(1)
    jumps = losses.diff(dim=1).abs().nan_to_num(torch.inf)
    quiet, loud = (
        torch.where(part, jumps, torch.nan).nanmedian(1).values
        for part in (lrs[1:] < found.falls.unsqueeze(1), lrs[1:] > found.above.unsqueeze(1))
    )
    left = (curve / start).amin(1)
    return Stretches(still, left, loud / quiet, found.above / found.lowest)


def borders() -> dict[str, float | int]:
    """What all tests have in common, and what becomes of the third stretch on raw pixels."""
    found = {task: stretches(task) for task in (*TASKS, "raw")}
    here = Stretches(*map(torch.cat, zip(*(found[task] for task in TASKS), strict=True)))
    middle = [part.median().item() for part in phases(*seen("digits"))]
    return {
        "tests": here.still.numel(), "still": here.still.max().item(),
        "least": here.left.min().item(), "left": here.left.max().item(),
        "wild": here.wild.min().item(), "edge": here.edge.median().item(),
        "raw": found["raw"].wild.numel(), "calm": int((found["raw"].wild < 1).sum()),
        "falls": middle[0], "lowest": middle[1], "above": middle[2],
    }  # fmt: skip
