"""One image among neighbors drawn anew: its normalized value, batch after batch.

Book: regularization/batch_norm
"""

import random
from functools import cache
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.demos.seeded import Random
from dlnotes.live import emit
from dlnotes.sections.regularization.batch_norm.net import EPS
from dlnotes.sections.regularization.batch_norm.population import COUNT, POPULATIONS
from dlnotes.sections.regularization.batch_norm.words import TEXT

HALF = 100  # batches of the first size, then as many of the second
BATCHES = 2 * HALF
SIZES = (2, 4, 8, 16, 32, 64, 128, COUNT)
OPENING = 504  # rank of the image of the question: one standard deviation above the mean


def normalized(table: Tensor, first: Tensor, second: Tensor) -> dict[str, Tensor]:
    """What batch norm makes of the image in each batch, with the batch's statistics.

    Args:
        table: a row for each batch: the image, then the others in random order, `(200, 600)`.
        first: so many of a row make up a batch, in the first half.
        second: and in the second.
    """
    early = (torch.arange(BATCHES) < HALF).to(table.dtype).unsqueeze(1)
    size = early * first + (1 - early) * second
    share = (torch.arange(COUNT) < size).to(table.dtype) / size
    mean = (share * table).sum(1)
    deviation = (share * (table - mean.unsqueeze(1)).square()).sum(1).add(EPS).sqrt()
    return {"value": (table[:, 0] - mean) / deviation, "mean": mean, "deviation": deviation}


def spread(value: Tensor, begin: Tensor, end: Tensor) -> Tensor:
    """Standard deviation of the values from number `begin` to before `end`; 0 where none is."""
    place = torch.arange(BATCHES)
    share = ((place >= begin) & (place < end)).to(value.dtype) / torch.clamp(end - begin, min=1)
    return (share * (value - (share * value).sum()).square()).sum().sqrt()


def ratio(after: Tensor, before: Tensor) -> Tensor:
    """The second spread as a part of the first."""
    return after / before


def edges(mean: Tensor, deviation: Tensor) -> Tensor:
    """One standard deviation below the mean, and above it."""
    return torch.stack([mean - deviation, mean + deviation])


EMITTED = (normalized, spread, ratio, edges)
_SHAPES = {
    "normalized": {"table": (BATCHES, COUNT)},
    "spread": {"value": (BATCHES,)},
}


class BatchNormDemo(Demo):
    """The same image in one batch after another; the batches of the second half are larger."""

    words = TEXT
    start: ClassVar = {
        "first": 8, "second": 32, "sample": OPENING, "people": "bell", "now": HALF,
    }  # fmt: skip
    sliders: ClassVar = {"first": Slider(stops=SIZES), "second": Slider(stops=SIZES)}
    choices: ClassVar = {"people": tuple(POPULATIONS)}
    handles: ClassVar = {"image": Drag(0, 60, ("sample",)), "time": Drag(-60, 0, ("now",))}
    presets = ("double", "pair", "everyone", "center", "far", "real")
    guesses = ("same", "half", "quarter")
    formula = ("mean", "deviation")
    rounding = 1e-9

    @staticmethod
    def emitted() -> str:
        program = emit(**{function.__name__: function for function in EMITTED}, shapes=_SHAPES)
        numbers = {
            "HALF": HALF, "BATCHES": BATCHES, "COUNT": COUNT,
            "POPULATIONS": {name: values.tolist() for name, values in POPULATIONS.items()},
        }  # fmt: skip
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(
        *, first: int, second: int, sample: int, people: str, now: int
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            first: size of the batches of the first half.
            second: and of the second.
            sample: which image, by the rank of its value.
            people: whose values the batches are drawn from, a name in `POPULATIONS`.
            now: so many batches have been drawn.
        """
        sizes = [torch.tensor(float(size), dtype=torch.float64) for size in (first, second)]
        found = normalized(_table(people, sample), *sizes)["value"]
        halves = found[: min(now, HALF)], found[HALF : max(now, HALF)]
        before, after = (half.std(correction=0).item() if len(half) else 0.0 for half in halves)
        return {
            "now": now,
            "image": POPULATIONS[people][sample].item(),
            "value": found[max(now, 1) - 1].item(),
            "before": before,
            "after": after,
        }

    @staticmethod
    def answer() -> str:
        found = BatchNormDemo.readouts(**(BatchNormDemo.start | {"now": BATCHES}))
        part = found["after"] / found["before"]
        return "same" if part > 0.75 else "half" if part > 0.375 else "quarter"

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        own = {"sample": draw.randint(0, COUNT - 1), "now": draw.randint(0, BATCHES)}
        return super().random_setting(draw) | own


@cache
def _orders() -> list[list[int]]:
    return [Random(batch).order(COUNT - 1) for batch in range(BATCHES)]


def _table(people: str, sample: int) -> Tensor:
    """The rows that the page makes as well, `(200, 600)`."""
    values = POPULATIONS[people]
    others = torch.cat([values[:sample], values[sample + 1 :]])
    image = values[sample].expand(BATCHES, 1)
    return torch.cat([image, others[torch.tensor(_orders())]], 1)
