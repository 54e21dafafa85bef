"""Nets on digits and on fresh examples, every schedule at its own peak.

`python -m dlnotes.sections.learning_rates.decay.experiments` makes the record beside this file
anew; it takes four minutes.

Book: learning_rates/decay
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import functional_call, vmap

from dlnotes.core.seeds import seeded
from dlnotes.learning_rates.decay import exponential, linear
from dlnotes.optimizers import sgd
from dlnotes.sections.learning_rates.decay import growing, race, sharp
from dlnotes.sections.learning_rates.decay.race import DROP, NAMES, STAIRS, shape
from dlnotes.training.data import datasets
from dlnotes.training.data.examples import Data
from dlnotes.training.fleet import fleet
from dlnotes.training.history import History
from dlnotes.training.nets.losses import accuracy, mean_squared_error
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.records import Record, unpacked

WRONG, BATCH, STEPS = 0.15, 16, 1000
FRESH_STEPS, FRESH_NOISE, HELD = 2000, 0.25, 2000
CHOOSE = 5  # seeds that choose a peak; the other five are reported
SEEDS = tuple(range(2 * CHOOSE))
CUT = 224  # of the digits held out, those that choose; the other 225 are reported
PEAKS = tuple(0.02 * 2 ** (k / 2) for k in range(17))
FRESH_PEAKS = tuple(0.02 * 2 ** (k / 2) for k in range(9))
SHARED = 0.32  # one peak for all schedules: the best training loss of the constant rate

SHARES = (1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)
HORIZONS, SHARE_BATCH = (400, 2000), 8
SHARE_PEAKS = tuple(0.06 * 2**k for k in range(6))
GROW_RATES = tuple(0.008 * 2**k for k in range(8))
LOWERED, RAISED = [(0.4, 1500), (0.2, 3000)], [(0.2, 3000), (0.4, 500)]
ENTROPY = [(2.0, 1500), (1.0, 1500)]


def fall(name: str, share: float, steps: int) -> Tensor:
    """From 1 to a share of it, along a line or an exponential, `(steps,)`."""
    now = torch.arange(steps)
    if name == "linear":
        return linear(now, lr=1.0, steps=steps, final=share)
    return exponential(now, lr=1.0, gamma=share, every=steps)


@cache
def digits(wrong: float = WRONG) -> Data:
    """Digits, a part of the training labels wrong; those held out are right."""
    data, source = datasets.digits(0), seeded(0)
    chosen = torch.randperm(len(data.y), generator=source)[: round(wrong * len(data.y))]
    moves = torch.randint(1, 10, (len(chosen),), generator=source)
    return data._replace(y=data.y.index_put((chosen,), (data.y[chosen] + moves) % 10))


@cache
def fresh() -> Data:
    """Examples of a teacher, as many as a run reads: none is read twice."""
    return datasets.teacher(BATCH * FRESH_STEPS, FRESH_NOISE, 0, test_examples=2 * HELD)


class Ends(NamedTuple):
    """How runs end, each of shape `(..., R, S)` for R peaks and S seeds; inf where one diverged.

    Attributes:
        train: loss on the examples learned from.
        validation: accuracy, or loss, on held-out examples that may choose.
        test: the same on the others.
    """

    train: Tensor
    validation: Tensor
    test: Tensor


def trained(shapes: list[Tensor], peaks: Sequence[float], seeds: Sequence[int], **more) -> History:
    """A run for every shape, peak and seed, in this order."""
    rows = torch.stack([peak * one for one in shapes for peak in peaks])
    rates = rows.repeat_interleave(len(seeds), 0).float().T.contiguous()
    every = list(seeds) * len(rows)
    return fleet(
        rule=sgd, seeds=every, progress=False, steps=len(rates),
        lr=lambda step: rates[min(step, len(rates) - 1)], **more,
    )  # fmt: skip


def _ends(runs: History, net: MLP, data: Data, cut: int, score: Callable, *grid: int) -> Ends:
    def scored(part: slice) -> Tensor:
        X, y = data.X_test[part], data.y_test[part]
        return vmap(lambda params: score(functional_call(net, params, (X,)), y))(runs.params)

    parts = runs.train_loss[:, -1], scored(slice(0, cut)), scored(slice(cut, None))
    lost = ~runs.losses[:, -1].isfinite()
    return Ends(*(torch.where(lost, torch.inf, part.double()).view(*grid) for part in parts))


def on_digits(
    wrong: float, names: Sequence[str] = NAMES, seeds: Sequence[int] = SEEDS, peaks=PEAKS
) -> Ends:
    """64-64-10 ReLU, each schedule at every peak: fields `(schedules, peaks, seeds)`."""
    net, data = MLP((64, 64, 10)), digits(wrong)
    shapes = [shape(name, STEPS) for name in names]
    runs = trained(shapes, peaks, seeds, net=net, data=data, batch_size=BATCH)
    return _ends(runs, net, data, CUT, accuracy, len(names), len(peaks), len(seeds))


def on_fresh(names: Sequence[str] = NAMES, seeds: Sequence[int] = SEEDS, peaks=FRESH_PEAKS) -> Ends:
    """10-64-1 tanh learns a teacher from examples that it sees once, noise on the targets."""
    net, data = MLP((10, 64, 1), activation="tanh"), fresh()
    shapes = [shape(name, FRESH_STEPS) for name in names]
    setting = {"net": net, "data": data, "batch_size": BATCH, "loss": mean_squared_error}
    runs = trained(shapes, peaks, seeds, **setting)
    return _ends(runs, net, data, HELD, mean_squared_error, len(names), len(peaks), len(seeds))


def teachers_own() -> float:
    """The loss of the teacher itself on the examples that are reported: nothing does better."""
    data, net = fresh(), MLP((10, 5, 1), activation="tanh", seed=0, dtype=torch.float64)
    miss = net(data.X_test[HELD:].double()) - data.y_test[HELD:].double()
    return miss.square().mean().item()


def shares(
    name: str, steps: int, seeds: Sequence[int] = SEEDS, peaks=SHARE_PEAKS, parts=SHARES
) -> Ends:
    """Softmax regression, 15 % wrong labels, falling to each share: `(shares, peaks, seeds)`."""
    net, data = MLP((64, 10)), digits()
    falls = [fall(name, part, steps) for part in parts]
    runs = trained(falls, peaks, seeds, net=net, data=data, batch_size=SHARE_BATCH)
    return _ends(runs, net, data, CUT, accuracy, len(parts), len(peaks), len(seeds))


def curves(wrong: float, peaks: dict[str, float], seeds: Sequence[int], every: int = 20) -> Tensor:
    """Training loss of each schedule at its own peak, `(schedules, seeds, looks)`."""
    found = [
        trained(
            [shape(name, STEPS)], [peak], seeds, net=MLP((64, 64, 10)), data=digits(wrong),
            batch_size=BATCH, every=every,
        ).train_loss
        for name, peak in peaks.items()
    ]  # fmt: skip
    return torch.stack(found)


# What is chosen, and what is reported


def by_loss(loss: Tensor) -> tuple[Tensor, Tensor]:
    """Place of the peak that the first seeds choose, and losses there of the others.

    Takes losses `(..., R, S)`; the shapes are `(...)` and `(..., S - 5)`.
    """
    place = loss[..., :CHOOSE].mean(-1).argmin(-1)
    return place, _at(loss[..., CHOOSE:], place)


def by_accuracy(ends: Ends) -> tuple[Tensor, Tensor]:
    """Peak chosen by the first seeds; accuracy of all, each half of seeds and images choosing."""
    first, second = ends.validation[..., :CHOOSE], ends.test[..., CHOOSE:]
    place, back = (half.mean(-1).nan_to_num(-1, posinf=-1).argmax(-1) for half in (first, second))
    return place, torch.cat((_at(second, place), _at(first, back)), -1)


def _at(values: Tensor, place: Tensor) -> Tensor:
    index = place[..., None, None].expand(*place.shape, 1, values.shape[-1])
    return values.gather(-2, index).squeeze(-2)


# The record


def all_runs() -> dict[str, dict]:
    """Everything the page shows of nets, and the schedules that end lowest in the bowl."""
    found = {
        "wrong": on_digits(WRONG), "clean": on_digits(0.0), "fresh": on_fresh(),
        **{f"{name} {steps}": shares(name, steps) for name in ("exponential", "linear")
           for steps in HORIZONS},
    }  # fmt: skip
    place = by_loss(found["wrong"].train)[0].tolist()
    tuned = {name: PEAKS[at] for name, at in zip(NAMES, place, strict=True)}
    grown = {kind: growing.grow(digits(), kind, GROW_RATES, SEEDS, CUT) for kind in growing.KINDS}
    return {
        **{name: ends._asdict() for name, ends in found.items()},
        "curves": {"train": curves(WRONG, tuned, SEEDS[CHOOSE:])},
        "grown": {kind: part._asdict() for kind, part in grown.items()},
        "sharp": {
            "lowered": sharp.along(LOWERED, SEEDS[:CHOOSE]),
            "raised": sharp.along(RAISED, SEEDS[:CHOOSE]),
            "entropy": sharp.along(ENTROPY, SEEDS[:CHOOSE], sharp.entropy),
        },
        "drawings": {"knots": race.best_knots()},
    }


@cache
def recorded(part: str) -> Ends:
    """Runs that came with the book: `"wrong"`, `"clean"`, `"fresh"`, `"linear 400"` and so on."""
    return Ends(*(unpacked(values).nan_to_num(torch.inf) for values in _found(part).values()))


@cache
def grown(kind: str) -> growing.Grown:
    """The recorded runs of `growing.KINDS`."""
    *parts, updates = _found("grown")[kind].values()
    return growing.Grown(*map(unpacked, parts), updates)


def sharpness(name: str) -> Tensor:
    """The recorded sharpness of `"lowered"`, `"raised"` or `"entropy"` runs, `(5, looks)`."""
    return unpacked(_found("sharp")[name])


def recorded_curves() -> Tensor:
    """Training loss every 20 steps at each schedule's own peak, `(schedules, 5, looks)`."""
    return unpacked(_found("curves")["train"])


def tuned_peaks() -> dict[str, float]:
    """The peak at which the training loss of each schedule ends lowest, wrong labels."""
    place = by_loss(recorded("wrong").train)[0].tolist()
    return {name: PEAKS[at] for name, at in zip(NAMES, place, strict=True)}


def at_one_peak(ends: Ends) -> Tensor:
    """Test accuracy of every schedule at `SHARED`, on the seeds that are reported, `(5, S)`."""
    return ends.test[:, PEAKS.index(SHARED), CHOOSE:]


def by_fresh() -> Tensor:
    """Loss above the teacher's own, each schedule at the peak its validation chose, `(5, S)`."""
    ends = recorded("fresh")
    place = ends.validation[..., :CHOOSE].mean(-1).argmin(-1)
    return _at(ends.test[..., CHOOSE:], place) - teachers_own()


def drawings(narrow: float, noise: float) -> Tensor:
    """The drawn schedule that ends lowest in a bowl of the demo, `(KNOTS,)`."""
    found = unpacked(_found("drawings")["knots"])
    return found[race.NARROW.index(narrow), race.NOISES.index(noise)]


def _found(part: str) -> dict:
    return RECORD.found["values"][part]


def _digits_piece() -> tuple[Tensor, Tensor]:
    """Two schedules at one peak, two seeds."""
    again = on_digits(WRONG, NAMES[:2], SEEDS[:2], PEAKS[2:3]).train
    return again, recorded("wrong").train[:2, 2:3, :2]


def _share_piece() -> tuple[Tensor, Tensor]:
    again = shares("linear", 400, SEEDS[:2], SHARE_PEAKS[:2], SHARES[:2]).train
    return again, recorded("linear 400").train[:2, :2, :2]


def _sharp_piece() -> tuple[Tensor, Tensor]:
    """The first looks of one run."""
    again = sharp.along([(0.4, 100)], SEEDS[:1])
    return again[:, :2], sharpness("lowered")[:1, :2]


def _grown_piece() -> tuple[Tensor, Tensor]:
    again = growing.grow(digits(), "doubled", GROW_RATES[:2], SEEDS[:1], CUT)
    return again.train, grown("doubled").train[:2, :1]


RECORD = Record(
    __file__,
    make=all_runs,
    settings={
        "wrong": WRONG, "batch": BATCH, "steps": STEPS, "seeds": SEEDS, "choose": CHOOSE,
        "cut": CUT, "peaks": PEAKS, "names": NAMES, "stairs": STAIRS, "drop": DROP,
        "fresh": [FRESH_STEPS, FRESH_NOISE, HELD, FRESH_PEAKS],
        "shares": [SHARES, HORIZONS, SHARE_BATCH, SHARE_PEAKS],
        "grown": [growing.BATCH, growing.EPOCHS, growing.EVERY, GROW_RATES],
        "sharp": [LOWERED, RAISED, ENTROPY],
        "looks": [sharp.EXAMPLES, sharp.SIZES, sharp.EVERY, sharp.PRODUCTS],
        "bowl": [race.STEPS, race.DIRECTIONS, race.NARROW, race.NOISES, race.KNOTS, race.TOP],
    },
    pieces={
        "digits": _digits_piece, "shares": _share_piece, "sharp": _sharp_piece,
        "grown": _grown_piece,
    },
    rtol=5e-3,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()
