"""Fifteen remedies on the chapter's digits, five doses each: chosen, reported, and ranked.

`python -m dlnotes.sections.regularization.the_bench.experiments` makes the record beside this file
anew; it takes about five minutes.

Book: regularization/the_bench
"""

from collections.abc import Sequence
from functools import cache
from itertools import combinations
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from dlnotes.regularization.early_stopping import EarlyStopping
from dlnotes.sections.regularization.the_bench import nets, remedies
from dlnotes.sections.regularization.the_bench.nets import NONE, STEPS, Judged, Setting
from dlnotes.sections.regularization.the_bench.remedies import DOSES, MORE, PAIRS, REMEDIES
from dlnotes.training.data.mislabeled import CHOOSE
from dlnotes.training.records import Record, unpacked

SEEDS = tuple(range(8))
LABELS = {"wrong": 0.15, "clean": 0.0}


def runs(settings: Sequence[Setting], wrong: float, seeds: Sequence[int] = SEEDS) -> Judged:
    """Nets of every setting and seed, `(settings, seeds)` each."""
    found = []
    for setting in settings:
        data = _digits(tuple(seeds), setting.examples, wrong)
        found.append(nets.judged(nets.train(data, setting, seeds), data))
    return Judged(*map(torch.stack, zip(*found, strict=True)))


@cache
def _digits(seeds: tuple[int, ...], examples: int, wrong: float) -> nets.Digits:
    return nets.digits(seeds, examples, wrong)


def stopped(wrong: float, seeds: Sequence[int] = SEEDS) -> dict[str, Judged]:
    """No remedy but an end: after so many steps, or once so many looks brought nothing better."""
    data, looks = _digits(tuple(seeds), NONE.examples, wrong), []
    held, y = data.scaled(data.held[:, :CHOOSE]), data.y_held[:, :CHOOSE]

    @torch.no_grad()
    def look(step: int, params: nets.Params) -> None:
        out = nets.scores(params, held).flatten(0, 1)
        looks.append(cross_entropy(out, y.flatten(), reduction="none").view(y.shape).mean(1))

    nets.train(data, NONE, seeds, watch=look)
    curves = torch.stack(looks, 1).tolist()
    early = [[best(curve, patience) for curve in curves] for patience in DOSES["early"]]
    ends = early + [[steps] * len(seeds) for steps in DOSES["epochs"]]
    seen = {}

    def judge(step: int, params: nets.Params) -> None:
        if any(step in row for row in ends):
            seen[step] = nets.judged(params, data)

    nets.train(data, NONE, seeds, max(map(max, ends)), judge)
    rows = [
        Judged(*(torch.stack([seen[at][k][run] for run, at in enumerate(row)]) for k in range(5)))
        for row in ends
    ]
    stack = [Judged(*map(torch.stack, zip(*part, strict=True))) for part in (rows[:5], rows[5:])]
    return dict(zip(("early", "epochs"), stack, strict=True))


def best(curve: Sequence[float], patience: int) -> int:
    """The look that early stopping hands back."""
    stopping = EarlyStopping(patience)
    for loss in curve:
        if stopping.look(loss):
            break
    return stopping.best_look


def everything(wrong: float) -> dict[str, Judged]:
    """All that is on the bench, for one kind of labels."""
    found = {"none": runs([NONE], wrong)} | stopped(wrong)
    for name in REMEDIES:
        if name not in found:
            found[name] = runs([remedies.setting(name, dose) for dose in DOSES[name]], wrong)
    for pair, doses in PAIRS.items():
        found["+".join(pair)] = runs([remedies.paired(pair, each) for each in doses], wrong)
    found["more"] = runs([Setting(examples=count) for count in MORE], wrong)
    return found


def first(values: Tensor) -> int:
    """The place of the largest; of those that rounding alone keeps apart, the first."""
    return int((values >= values.max() - 1e-9).double().argmax())


class Bench(NamedTuple):
    """What came with the book for one kind of labels.

    Attributes:
        found: name -> accuracies, `(doses, seeds)` each: `"none"` (one dose), the remedies, pairs
            such as `"l2+noise"`, and `"more"`, with the images of `MORE`.
        moved: whether to choose and report on images moved by a pixel.
    """

    found: dict[str, Judged]
    moved: bool = False

    def validation(self, name: str) -> Tensor:
        """Accuracy on the images that choose, `(doses, seeds)`."""
        return self.found[name].validation_moved if self.moved else self.found[name].validation

    def test(self, name: str) -> Tensor:
        """Accuracy on the images that report."""
        return self.found[name].test_moved if self.moved else self.found[name].test

    def chosen(self, name: str, seeds: Sequence[int] = SEEDS) -> int:
        """The place of the dose with the best mean validation accuracy of some seeds."""
        return first(self.validation(name)[:, list(seeds)].mean(1))

    def gains(
        self, name: str, choose: Sequence[int] = SEEDS, report: Sequence[int] = SEEDS
    ) -> Tensor:
        """Test accuracy less that without a remedy, seed by seed, at the dose chosen."""
        place, seeds = self.chosen(name, choose), list(report)
        return self.test(name)[place, seeds] - self.test("none")[0, seeds]

    def ruler(self, count: int) -> Tensor:
        """What so many images gain over 150, seed by seed."""
        return self.test("more")[MORE.index(count)] - self.test("none")[0]

    def contest(self, seeds: Sequence[int]) -> tuple[str, float, float]:
        """Who comes first where only these seeds were run, and how far ahead of no remedy.

        Returns:
            The remedy, its mean gain on these seeds, and the same dose's on all other seeds.
        """
        means = [self.gains(name, seeds, seeds).mean().item() for name in REMEDIES]
        first = REMEDIES[means.index(max(means))]
        others = [seed for seed in SEEDS if seed not in seeds]
        there = self.gains(first, seeds, others).mean().item() if others else float("nan")
        return first, max(means), there


def contests(bench: Bench, count: int) -> list[tuple[str, float, float]]:
    """The contest held with every choice of so many seeds."""
    return [bench.contest(seeds) for seeds in combinations(SEEDS, count)]


def recorded(labels: str, *, moved: bool = False) -> Bench:
    """The runs that came with the book, `"wrong"` or `"clean"`."""
    return Bench(_recorded(labels), moved)


@cache
def _recorded(labels: str) -> dict[str, Judged]:
    found = RECORD.found["values"][labels]
    return {name: Judged(*map(unpacked, each)) for name, each in found.items()}


def _piece(name: str) -> tuple[Tensor, Tensor]:
    """Two seeds of one dose in the middle, wrong labels."""
    again = runs([remedies.setting(name, DOSES[name][2])], LABELS["wrong"], SEEDS[:2])
    kept = recorded("wrong").found[name]
    return torch.stack(again), torch.stack(kept)[:, 2:3, :2]


def _ends() -> tuple[Tensor, Tensor]:
    """Two seeds of no remedy, ended early."""
    again, kept = stopped(LABELS["wrong"], SEEDS[:2]), recorded("wrong").found
    return torch.stack(again["epochs"]), torch.stack(kept["epochs"])[..., :2]


def _make() -> dict:
    return {
        labels: {name: list(each) for name, each in everything(wrong).items()}
        for labels, wrong in LABELS.items()
    }


RECORD = Record(
    __file__,
    make=_make,
    settings={
        "none": NONE._asdict(), "steps": STEPS, "cut": nets.CUT, "seeds": SEEDS, "labels": LABELS,
        "doses": DOSES, "more": MORE,
        "pairs": {"+".join(pair): doses for pair, doses in PAIRS.items()},
    },
    pieces={"l2": lambda: _piece("l2"), "pruning": lambda: _piece("pruning"), "ends": _ends},
    atol=0.005,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()
