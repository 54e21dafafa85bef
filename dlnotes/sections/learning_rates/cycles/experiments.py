"""Runs whose learning rate rises again, beside runs where it only falls, each at its own peak.

`python -m dlnotes.sections.learning_rates.cycles.experiments` makes the record beside this file
anew; it takes three minutes.

Book: learning_rates/cycles
"""

from collections.abc import Sequence
from functools import cache, partial

import torch
from torch import Tensor

from dlnotes.sections.learning_rates.cycles import bells, nets, plans
from dlnotes.sections.learning_rates.cycles.plans import CYCLED, PLAIN, SHORT, STEPS
from dlnotes.training.records import Record, unpacked
from dlnotes.training.surfaces.spectrum import sharpness

CHOOSE = 5  # seeds that choose a peak; the other five are reported
SEEDS = tuple(range(2 * CHOOSE))
PEAKS = tuple(0.02 * 2 ** (k / 2) for k in range(1, 9))
SHOWN = (0.04, 0.08, 0.16)  # peaks of the demo
EVERY = 20
LOOKS = range(0, STEPS + 1, EVERY)
BUDGETS = (250, 500, 1000, 2000)

READ_PEAKS = tuple(0.01 * 2**k for k in range(8))
LONG_PEAKS = READ_PEAKS[2:6]  # of nets that are four times as long under way
PARTS = 4  # cycles of the reader, and nets of the other crowd
RUNG = ("constant", "cosine", f"equal {PARTS}")
CUT = 224  # of the digits held out, those that choose; the other 225 are reported
PRODUCTS, PLACES = 40, 21


@cache
def shapes() -> dict[str, Tensor]:
    """All schedules of the race, a peak of 1."""
    again = {f"{kind} {cycles}": plans.cycled(kind, cycles) for kind, cycles in CYCLED}
    return {name: plans.plain(name) for name in PLAIN} | again


def _rows(found: Sequence[Tensor], peaks: Sequence[float]) -> Tensor:
    return torch.stack([peak * shape for shape in found for peak in peaks])


# The teacher's student


def chosen(found: Sequence[Tensor], peaks: Sequence[float] = PEAKS) -> Tensor:
    """Loss at the end, seeds and examples that choose: `(schedules, peaks, 5)`."""
    steps, look = len(found[0]), partial(nets.above, part=0)
    (ends,) = nets.train(nets.PUPIL, _rows(found, peaks), SEEDS[:CHOOSE], look, [steps])
    return ends.view(len(found), len(peaks), CHOOSE)


def reported(rates: Tensor, looks: Sequence[int]) -> Tensor:
    """Loss at every look, the other seeds and examples: `(rows, 5, looks)`."""
    look = partial(nets.above, part=1)
    seen = nets.train(nets.PUPIL, rates, SEEDS[CHOOSE:], look, looks)
    return torch.stack(seen, -1).view(len(rates), CHOOSE, len(seen))


def best(ends: Tensor) -> list[int]:
    """The place of the peak with the lowest mean, one a schedule; what diverged is out."""
    return ends.mean(-1).nan_to_num(torch.inf, torch.inf).argmin(-1).tolist()


def _race() -> dict[str, Tensor]:
    found = list(shapes().values())
    pick = chosen(found)
    tuned = [PEAKS[at] * shape for shape, at in zip(found, best(pick), strict=True)]
    triangles = [plans.cycled("triangles", PARTS)]
    return {
        "chosen": pick,
        "tuned": reported(torch.stack(tuned), LOOKS),
        "shown": reported(_rows(found[PLAIN.index("one_cycle") :], SHOWN), LOOKS).mean(1),
        "triangles": reported(_rows(triangles, PEAKS), [STEPS])[..., 0],
    }


def _budget(steps: int) -> dict[str, Tensor]:
    """Schedules of this length, at every peak: `(schedules, peaks, 5)` each."""
    found = [plans.plain(name, steps) for name in SHORT]
    ends = reported(_rows(found, PEAKS), [steps])
    return {"chosen": chosen(found), "reported": ends.view(len(found), len(PEAKS), CHOOSE)}


# Readers of digits


def _crowds(wrong: float, peaks: Sequence[float], seeds: Sequence[int]) -> dict[str, Tensor]:
    """One cosine, one run in cycles, and short runs from other starts: the nets, `(K · S, …)`."""
    student, short = nets.reader(wrong), STEPS // PARTS
    ends = [short * part for part in range(1, PARTS + 1)]
    kept = lambda params: [each.clone() for each in params]  # noqa: E731
    (one,) = nets.train(student, _rows([plans.plain("cosine")], peaks), seeds, kept, [STEPS])
    valleys = nets.train(student, _rows([plans.cycled("equal", PARTS)], peaks), seeds, kept, ends)
    others = [100 + PARTS * seed + part for part in range(PARTS) for seed in seeds]
    (crowd,) = nets.train(
        student, _rows([plans.plain("cosine", short)], peaks), others, kept, [short]
    )
    apart = [each.view(len(peaks), PARTS, len(seeds), *each.shape[1:]) for each in crowd]
    fresh = [[each[:, part].flatten(0, 1) for each in apart] for part in range(PARTS)]
    return {"one": one, "valleys": valleys, "fresh": fresh}


def readers(
    wrong: float, peaks: Sequence[float] = READ_PEAKS, seeds: Sequence[int] = SEEDS
) -> dict[str, Tensor]:
    """Losses and accuracies, each `(peaks, seeds)`; the last two are of the nets in the cycles."""
    data, crowds = nets.digits(wrong), _crowds(wrong, peaks, seeds)
    last, before, first = crowds["valleys"][-1], crowds["valleys"][-2], crowds["valleys"][0]

    def right(params: list, part: slice) -> Tensor:
        together = sum(nets.opinions(each, data.X_test[part]) for each in params)
        return (together.argmax(-1) == data.y_test[part]).double().mean(-1)

    crowd = {"one": [crowds["one"]], "last": [last], "valleys": crowds["valleys"],
             "fresh": crowds["fresh"]}  # fmt: skip
    found = {"one_train": nets.losses(crowds["one"], data), "last_train": nets.losses(last, data)}
    for name, params in crowd.items():
        found[f"{name}_choose"] = right(params, slice(0, CUT))
        found[f"{name}_test"] = right(params, slice(CUT, None))
    found["neighbors"] = nets.barrier(before, last, data)
    found["far"] = nets.barrier(first, last, data)
    found["strangers"] = nets.barrier(*crowds["fresh"][:2], data)
    said = [nets.opinions(each, data.X_test).argmax(-1)
            for each in (before, last, *crowds["fresh"][:2])]  # fmt: skip
    found["neighbors_differ"] = (said[0] != said[1]).double().mean(-1)
    found["strangers_differ"] = (said[2] != said[3]).double().mean(-1)
    return {name: values.view(len(peaks), len(seeds)) for name, values in found.items()}


def bent(wrong: float, peak: float, seeds: Sequence[int] = SEEDS[CHOOSE:]) -> Tensor:
    """Sharpness of the training loss in the last valley but one, `(seeds,)`."""
    data, student = nets.digits(wrong), nets.reader(wrong)
    stop = STEPS - STEPS // PARTS
    rates = peak * plans.cycled("equal", PARTS)[None, :stop]
    (found,) = nets.train(student, rates, seeds, list, [stop])

    def one(net: int) -> Tensor:
        params = {str(i): each[net] for i, each in enumerate(found)}

        def loss(params: dict) -> Tensor:
            return nets.losses([each[None] for each in params.values()], data)[0]

        return sharpness(loss, params, iterations=PRODUCTS)

    return torch.stack([one(net) for net in range(len(seeds))])


def ways(wrong: float, peak: float, seeds: Sequence[int] = SEEDS[CHOOSE:]) -> dict[str, Tensor]:
    """Loss on the straight way between two nets, each `(seeds, places)`."""
    data, crowds = nets.digits(wrong), _crowds(wrong, [peak], seeds)
    return {
        "neighbors": nets.between(*crowds["valleys"][-2:], data, PLACES),
        "strangers": nets.between(*crowds["fresh"][:2], data, PLACES),
    }


def by_accuracy(part: dict, name: str) -> int:
    """The place of the peak where the seeds that choose get most of their images right."""
    return int(part[f"{name}_choose"][:, :CHOOSE].mean(1).nan_to_num(0).argmax())


# The record


def all_runs() -> dict[str, dict]:
    """Everything the page shows of nets."""
    wrong, clean = readers(nets.WRONG), readers(0.0)
    peak = READ_PEAKS[by_accuracy(wrong, "valleys")]
    return {
        "race": _race(), "budgets": {str(steps): _budget(steps) for steps in BUDGETS},
        "wrong": wrong, "clean": clean,
        "bent": {"sharpness": bent(nets.WRONG, peak)}, "ways": ways(nets.WRONG, peak),
        "bells": bells.rung([shapes()[name] for name in RUNG], PEAKS, SEEDS, LOOKS[1:]),
        "old": {f"{part:g}": bells.grown_up(part, READ_PEAKS, SEEDS, PARTS)
                for part in (nets.WRONG, 0.0)},
        "long": bells.long_crowd(nets.WRONG, LONG_PEAKS, SEEDS, CUT, PARTS),
    }  # fmt: skip


@cache
def recorded(part: str, *more: str) -> dict[str, Tensor]:
    """Runs that came with the book: `"race"`, `"budgets", "500"`, `"wrong"`, `"clean"`, …"""
    found = RECORD.found["values"][part]
    for name in more:
        found = found[name]
    return {name: unpacked(values) for name, values in found.items()}


def peak_of(name: str) -> float:
    """The peak that a schedule of the race chose."""
    return PEAKS[best(recorded("race")["chosen"])[list(shapes()).index(name)]]


def tuned(name: str) -> Tensor:
    """Loss of a schedule at its own peak at every look, `(5, looks)`."""
    return recorded("race")["tuned"][list(shapes()).index(name)]


@cache
def curves() -> dict[str, Tensor]:
    """Mean losses of the demo: `(looks,)` at the own peak, `(3, looks)` at those of `SHOWN`."""
    names = ["one_cycle", *(f"{kind} {cycles}" for kind, cycles in CYCLED)]
    rows = recorded("race")["shown"].unflatten(0, (len(names), len(SHOWN)))
    plain = {name: tuned(name).mean(0) for name in PLAIN[:2]}
    return plain | dict(zip(names, rows, strict=True))


def lowest_counts(kept: bool = False, found: Tensor | None = None) -> dict[str, int]:
    """At how many of the 100 looks each of three schedules has the lowest mean loss.

    Args:
        kept: whether the restarts hand in the weights of the last valley instead of the present.
        found: losses at those looks, `(3, looks)`; those at the peaks chosen for the end if None.
    """
    if found is None:
        found = torch.stack([tuned(name).mean(0) for name in RUNG])[:, 1:]
    if kept:
        step = torch.arange(1, len(LOOKS))
        valley = step // (len(step) // PARTS) * (len(step) // PARTS)
        found = found.clone()
        found[-1] = torch.where(valley > 0, found[-1][valley - 1], found[-1])
    first = found.argmin(0)
    return {name: int((first == place).sum()) for place, name in enumerate(RUNG)}


def quarter_peak() -> tuple[float, float]:
    """Loss of four triangles at a quarter of the peak that they chose, and at this peak."""
    ends, own = recorded("race")["triangles"].mean(1), peak_of(f"triangles {PARTS}")
    low = min(range(len(PEAKS)), key=lambda place: abs(PEAKS[place] - own / 4))
    return ends[low].item(), ends[PEAKS.index(own)].item()


def by_budget(name: str, peak: float | None = None) -> Tensor:
    """Loss at the end of each budget, `(5, budgets)`; at its own peaks, or at one for all."""
    rows = []
    for steps in BUDGETS:
        found = recorded("budgets", str(steps))
        row, place = SHORT.index(name), best(found["chosen"])[SHORT.index(name)]
        if peak is not None:
            place = min(range(len(PEAKS)), key=lambda at: abs(PEAKS[at] - peak))
        rows.append(found["reported"][row, place])
    return torch.stack(rows, -1)


def own_loss(part: str, name: str) -> Tensor:
    """Training loss of readers at the peak that the other seeds chose, `(5,)`."""
    found = recorded(part)[f"{name}_train"]
    return found[best(found[None, :, :CHOOSE])[0], CHOOSE:]


def _race_piece() -> tuple[Tensor, Tensor]:
    """One schedule of the demo."""
    place = (1 + CYCLED.index(("equal", 8))) * len(SHOWN) + len(SHOWN) - 1
    again = reported(SHOWN[-1] * plans.cycled("equal", 8)[None], LOOKS[:30])
    return again.mean(1)[0], recorded("race")["shown"][place, :30]


def _budget_piece() -> tuple[Tensor, Tensor]:
    again = chosen([plans.plain("one_cycle", 250)], PEAKS[1:3])
    return again[0], recorded("budgets", "250")["chosen"][SHORT.index("one_cycle"), 1:3]


def _reader_piece() -> tuple[Tensor, Tensor]:
    """One cosine, two seeds."""
    peaks, seeds = READ_PEAKS[2:3], SEEDS[:2]
    student, rates = nets.reader(nets.WRONG), _rows([plans.plain("cosine")], peaks)
    look = partial(nets.losses, data=nets.digits(nets.WRONG))
    (again,) = nets.train(student, rates, seeds, look, [STEPS])
    return again, recorded("wrong")["one_train"][2, :2]


RECORD = Record(
    __file__,
    make=all_runs,
    settings={
        "steps": STEPS, "seeds": SEEDS, "choose": CHOOSE, "peaks": PEAKS, "shown": SHOWN,
        "every": EVERY, "budgets": BUDGETS, "read": READ_PEAKS, "parts": PARTS, "cut": CUT,
        "kinds": plans.KINDS, "cycles": plans.CYCLES, "plain": PLAIN, "short": SHORT,
        "nets": [nets.BATCH, nets.NOISE, nets.HELD, nets.WRONG], "products": [PRODUCTS, PLACES],
    },
    pieces={"race": _race_piece, "budget": _budget_piece, "reader": _reader_piece},
    rtol=5e-3,
)  # fmt: skip

if __name__ == "__main__":
    import time

    began = time.process_time()
    RECORD.write()
    print(f"{time.process_time() - began:.0f} s")
