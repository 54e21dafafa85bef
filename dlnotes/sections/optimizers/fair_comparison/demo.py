"""The fair-comparison explorer: who wins, on which task, tuned how, over which seeds.

Every score was reached by a net that `optimizers.fair_comparison` trained; the page ranks, draws
at random in expectation, and averages, by functions emitted from PyTorch.

Book: optimizers/fair_comparison
"""

import json
from typing import ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.sections.optimizers.fair_comparison.experiments import (
    ENTRANTS,
    LRS,
    SEEDS,
    recorded,
    tuned,
)
from dlnotes.sections.optimizers.fair_comparison.words import TEXT
from dlnotes.training.sweeps import Sweep

L, S = len(LRS), len(SEEDS)
TRIALS = (1, 2, 3, 4, 6, 8, 12, 16, 21, 25, 29, 33)
TOPS = (1.0, 10.0, 100.0, 1000.0)
CLOSE = 1e-9  # what rounding may do to two equal means


def places(scores: Tensor, inside: Tensor) -> Tensor:
    """Each learning rate's place among those inside the grid, 0 for the best; L for the others.

    Args:
        scores: on the validation part, shape `(S, L)`.
        inside: 1 for a learning rate that may be tried, 0 for one that may not, shape `(L,)`.
    """
    one, other = scores.unsqueeze(2), scores.unsqueeze(1)
    number = torch.arange(L, dtype=torch.float64)
    earlier = number.unsqueeze(0) < number.unsqueeze(1)
    ahead = (other > one) | ((other == one) & earlier)
    place = (ahead.to(torch.float64) * inside).sum(2)
    return torch.where(inside > 0, place, float(L))


def chance(trials: Tensor, count: Tensor) -> Tensor:
    """How likely each place is the best of the trials, shape `(L + 1,)`; the last is never drawn.

    The same numbers as `fair_comparison.chances`, one from the other.

    Args:
        trials: how many are drawn.
        count: of how many.
    """
    here, rows = trials / count, []
    for place in range(L):
        rows.append(here)
        left = (count - trials - place).clamp(min=0)
        here = here * left / (count - 1 - place).clamp(min=1)
    return torch.stack([*rows, torch.zeros_like(here)])


def landed(place: Tensor, chance: Tensor, mask: Tensor) -> Tensor:
    """How likely the tuner ends at each learning rate, mean over the seeds shown, `(L,)`."""
    likely = chance[place.long()]
    return (likely * mask.unsqueeze(1)).sum(0) / mask.sum()


def expected(scores: Tensor, place: Tensor, chance: Tensor) -> Tensor:
    """Test score a tuner can expect with every seed, shape `(S,)`."""
    return (scores * chance[place.long()]).sum(1)


def summary(scores: Tensor, mask: Tensor) -> dict[str, Tensor]:
    """Mean and range over the seeds shown; scores and mask `(S,)`."""
    return {
        "mean": (scores * mask).sum() / mask.sum(),
        "low": torch.where(mask > 0, scores, 2.0).amin(),
        "high": torch.where(mask > 0, scores, -1.0).amax(),
    }


EMITTED = (places, chance, landed, expected, summary)
SHAPES = {
    "places": {"scores": (S, L), "inside": (L,)},
    "landed": {"place": (S, L), "chance": (L + 1,), "mask": (S,)},
    "expected": {"scores": (S, L), "place": (S, L), "chance": (L + 1,)},
    "summary": {"scores": (S,), "mask": (S,)},
}


class FairComparisonDemo(Demo):
    """The explorer: task, how the learning rate is set, trials, grid and seeds."""

    words = TEXT
    start: ClassVar = {
        "task": "digits",
        "setting": "same",
        "lr": 0.001,
        "trials": 1,
        "top": 1000.0,
        "seeds": 10,
        "first": 0,
    }
    sliders: ClassVar = {
        "lr": Slider(stops=LRS),
        "trials": Slider(stops=TRIALS),
        "top": Slider(stops=TOPS),
        "seeds": Slider(1, S, steps=S - 1),
        "first": Slider(0, S - 1, steps=S - 1),
    }
    choices: ClassVar = {"task": ("digits", "words", "trap"), "setting": ("same", "own", "tuned")}
    handles: ClassVar = {
        "lr_line": Drag(90, 0, ("lr",)),
        "trials_line": Drag(60, 0, ("trials", "setting")),
    }
    at_once = ("task", "setting", "lr", "trials")
    guesses = ("rmsprop", "adam", "sgd", "nobody")
    apart = ("setting", "trials")  # by these the question is played
    presets = ("all_same", "all_own", "each_tuned", "three", "one_seed")
    timeless = True
    formula = ("trials", "scores")
    draws_with = ("sqrt",)  # an area

    @staticmethod
    def answer() -> str:
        tuned = FairComparisonDemo.start | {"setting": "tuned", "trials": TRIALS[-1]}
        found = FairComparisonDemo.readouts(**tuned)
        return "nobody" if found["level"] > 1 else max(ENTRANTS, key=found.get)

    @staticmethod
    def emitted() -> str:
        program = emit(shapes=SHAPES, **{function.__name__: function for function in EMITTED})
        constants = {
            "RATES": LRS,
            "DEFAULTS": {name: entrant.default for name, entrant in ENTRANTS.items()},
            "TRIALS": TRIALS,
            "TOPS": TOPS,
            "SWEEP": {
                task: {name: _parts(scores) for name, scores in entrants.items()}
                for task, entrants in recorded().items()
            },
        }
        lines = (
            f"export const {name} = {json.dumps(value, separators=(',', ':'))};\n"
            for name, value in constants.items()
        )
        return program + "\n" + "".join(lines)

    @staticmethod
    def readouts(
        *, task: str, setting: str, lr: float, trials: int, top: float, seeds: int, first: int
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            task: `"digits"`, `"words"` or `"trap"`.
            setting: `"same"`, `"own"` or `"tuned"`.
            lr: learning rate of all, where it is the same.
            trials: learning rates tried for each rule, where they are tuned.
            top: largest learning rate of the grid.
            seeds: how many are shown.
            first: the first of them; after the last comes number 0.

        Returns:
            The mean score of every rule by name, `gap`, `level` and `runs`.
        """
        shown = [(first + number) % S for number in range(seeds)]
        found = {}
        for name, scores in recorded()[task].items():
            grid = scores.upto(top)
            count = min(trials, len(grid.lrs))
            rate = lr if setting == "same" else ENTRANTS[name].default
            found[name] = tuned(grid, count) if setting == "tuned" else scores.at(rate)
        found = {name: scores[shown] for name, scores in found.items()}
        means = {name: scores.mean().item() for name, scores in found.items()}
        best = max(means.values())
        leader = next(name for name, mean in means.items() if mean >= best - CLOSE)
        low = found[leader].min().item() - CLOSE
        each = count if setting == "tuned" else 1
        return means | {
            "gap": best - min(means.values()),
            "level": sum(mean >= low for mean in means.values()),
            "runs": each * len(means) * seeds,
        }


def _parts(scores: Sweep) -> dict[str, list[int]]:
    """Validation and test scores in hundred thousandths, seed after seed."""
    parts = {"validation": scores.validation, "test": scores.scores}
    return {
        name: (part.T * 100_000).round().long().flatten().tolist() for name, part in parts.items()
    }
