"""Fifteen remedies on one bench: how many of them help for sure, and who comes first?

Book: regularization/the_bench
"""

import json
import math
import random
from functools import cache
from typing import Any, ClassVar

from dlnotes.core.intervals import interval
from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.sections.regularization.the_bench import experiments, tally
from dlnotes.sections.regularization.the_bench.nets import Judged
from dlnotes.sections.regularization.the_bench.remedies import DOSES, REMEDIES
from dlnotes.sections.regularization.the_bench.words import TEXT

GUESSES = {"all": 15, "ten": 10, "five": 5, "two": 2}
PROBLEMS = ("noisy", "clean", "moved")
ORDERS = tally.orders(8)
MOST = 5  # doses of a remedy


class TheBenchDemo(Demo):
    """Rows of remedies, their gains over none, and how the ranking settles."""

    words = TEXT
    start: ClassVar = {"problem": "noisy", "tried": 5, "pick": 0, "draw": 0, "now": 1}
    sliders: ClassVar = {"tried": Slider(stops=(1, 3, 5))}
    choices: ClassVar = {"problem": PROBLEMS}
    handles: ClassVar = {"row": Drag(0, 88, ("pick",)), "time": Drag(140, 0, ("now",))}
    buttons: ClassVar = {"again": ("draw",)}
    presets = ("one", "all_right", "away")
    guesses = tuple(GUESSES)
    formula = ("gain",)
    rounding = 1e-12

    @staticmethod
    def emitted() -> str:
        eight = {"values": (tally.SEEDS,)}
        shapes = {"mean": eight, "reach": eight}
        numbers = {
            "SEEDS": tally.SEEDS, "REACH": tally.REACH, "ORDERS": ORDERS, "GUESSES": GUESSES,
            "NAMES": REMEDIES, "DOSES": DOSES,
            "VALIDATION": {problem: _told(problem, "validation", REMEDIES) for problem in PROBLEMS},
            "TEST": {problem: _told(problem, "test", ("none", *REMEDIES)) for problem in PROBLEMS},
        }  # fmt: skip
        program = emit(mean=tally.mean, reach=tally.reach, shapes=shapes)
        return program + "".join(
            f"export const {n} = {json.dumps(v)};\n" for n, v in numbers.items()
        )

    @staticmethod
    def readouts(*, problem: str, tried: int, pick: int, draw: int, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            problem: which labels, and which images are asked.
            tried: doses that every remedy may choose among, those in the middle.
            pick: number of the remedy looked at.
            draw: which order the data sets come in.
            now: how many of them were run.
        """
        seeds = ORDERS[draw % len(ORDERS)][:now]
        bench, name = _bench(problem, tried), REMEDIES[pick]
        found = [bench.gains(each, seeds, seeds) for each in REMEDIES]
        ends = [interval(each.tolist()) if now > 1 else (-math.inf, math.inf) for each in found]
        means = [each.mean().item() for each in found]
        return {
            "now": now,
            "ahead": sum(low > 0 for low, _ in ends),
            "behind": sum(high < 0 for _, high in ends),
            "best": max(means),
            "gain": means[pick],
            "dose": DOSES[name][(MOST - tried) // 2 + bench.chosen(name, seeds)],
        }

    @staticmethod
    def answer() -> str:
        end = TheBenchDemo.start | {"now": tally.SEEDS}
        ahead = TheBenchDemo.readouts(**end)["ahead"]
        return min(GUESSES, key=lambda name: abs(GUESSES[name] - ahead))

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        own = {
            "now": draw.randint(1, tally.SEEDS),
            "draw": draw.randint(0, 20),
            "pick": draw.randrange(len(REMEDIES)),
        }
        return super().random_setting(draw) | own


def _told(problem: str, part: str, names: tuple[str, ...]) -> dict[str, list]:
    """Accuracies of every dose and seed, as the page gets them."""
    accuracies = getattr(_bench(problem, MOST), part)
    return {name: accuracies(name).tolist() for name in names}


@cache
def _bench(problem: str, tried: int) -> experiments.Bench:
    """What came with the book: labels right in all but the first, images moved in the last."""
    labels = "wrong" if problem == "noisy" else "clean"
    found, moved = experiments.recorded(labels, moved=problem == "moved")
    middle = slice((MOST - tried) // 2, (MOST + tried) // 2)
    few = {name: Judged(*(part[middle] for part in found[name])) for name in REMEDIES}
    return experiments.Bench({"none": found["none"]} | few, moved)
