"""The record of the nets that were trained from several starts, and how far a signal gets in them.

`python -m dlnotes.sections.gradients.layerwise_pretraining.experiments` makes the record beside
this file anew, within minutes.

Book: gradients/layerwise_pretraining
"""

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor

from dlnotes.core.seeds import generator
from dlnotes.gradients.flow import growth, signal_flow
from dlnotes.optimizers import adam
from dlnotes.sections.gradients.layerwise_pretraining import nets, training
from dlnotes.sections.gradients.layerwise_pretraining.nets import SEEDS, STARTS, Params, Task
from dlnotes.sections.gradients.layerwise_pretraining.training import LRS, TUNING, WHOLE
from dlnotes.training.records import Record, unpacked

LONG = ("random", "times", "batch", "relu")  # as many passes as the others with their pretraining
TIMES = {True: (*range(TUNING), *range(TUNING, WHOLE + 1, 5)), False: tuple(range(TUNING + 1))}
FEW, COUNTS = 10, (1, 3, 10, 30, 1000)  # labels a class; 1000: all there are
TASKS = {"plain": (0, 1000), "few": (nets.NOISE, FEW)}  # inputs of noise, labels a class
ARMS = {"plain": (*LONG, "learned", "both", "mixed"), "few": (*LONG, "learned", "both")}
CODING_LRS = (3e-3, 1e-2, 3e-2)
ADAM_LRS = (1e-3, 3e-3, 1e-2, 3e-2, 1e-1)


# What is recorded


def runs(
    name: str, task: Task, codes: Params, each: int, lrs: Sequence[float] = LRS,
    times: Sequence[int] = (TUNING,), seeds: Sequence[int] = SEEDS, **options,
) -> Tensor:  # fmt: skip
    """Accuracies of one start, `(2, lrs, times, seeds)`; see `training.trained`."""
    start = STARTS[name]
    params = nets.begun(start, codes, task.X.shape[1], seeds)
    chosen = torch.stack([nets.labeled(task, each, seed) for seed in seeds])
    return training.trained(start, params, task, chosen, lrs, times, **options)


def _race(name: str, task: Task, codes: Params, each: int) -> dict[str, Tensor]:
    """Curves of the test part, and the two moments at which a rate is chosen."""
    times = TIMES[name in LONG]
    found = runs(name, task, codes, each, times=times)
    ends = [times.index(TUNING), len(times) - 1]
    return {"curves": found[1].mean(-1), "ends": found[:, :, ends]}


def _all_runs() -> dict[str, object]:
    races, labels, codings = {}, {}, {}
    for key, (noise, each) in TASKS.items():
        task = nets.pictures(noise)
        coded = [training.pretrained(task, lr=lr)[0] for lr in CODING_LRS]
        codings[key] = [runs("learned", task, codes, each)[:, :, 0] for codes in coded]
        codes = coded[CODING_LRS.index(training.CODING_LR)]
        races[key] = {name: _race(name, task, codes, each) for name in ARMS[key]}
        labels[key] = {
            name: [runs(name, task, codes, count)[:, :, 0] for count in COUNTS]
            for name in ("batch", "both")
        }
    plain = nets.pictures()
    coded, missed = training.pretrained(plain)
    return {
        "races": races,
        "labels": labels,
        "codings": codings,
        "missed": missed,
        "patient": runs("learned", plain, coded, 1000, times=(WHOLE,))[:, :, 0],
        "sized": runs("sized", plain, [], 1000)[:, :, 0],
        "adam": runs("random", plain, [], 1000, ADAM_LRS, rule=adam)[:, :, 0],
        "short": _short(),
    }


def _short() -> Tensor:
    """The first two passes of two nets a start, at a rate of 0.1: `(starts, 2, 1, 1, 2)`."""
    plain = nets.pictures()
    codes = training.pretrained(plain, (0, 1), passes=1)[0]
    return torch.stack(
        [runs(name, plain, codes, 1000, (0.1,), (2,), (0, 1)) for name in ARMS["plain"]]
    )


def recorded(*path: str | int) -> Tensor:
    """A part of the record, such as `"races", "plain", "relu", "ends"`."""
    found = RECORD.found["values"]
    for name in path:
        found = found[name]
    return unpacked(found)


RECORD = Record(
    __file__,
    make=_all_runs,
    settings={
        "layers": nets.LAYERS, "units": nets.UNITS, "examples": nets.EXAMPLES,
        "choosing": nets.CHOOSING, "noise": nets.NOISE, "cut": nets.CUT, "batch": training.BATCH,
        "coding": training.CODING, "tuning": TUNING, "coding_lr": training.CODING_LR,
        "coding_lrs": CODING_LRS, "lrs": LRS, "adam_lrs": ADAM_LRS, "counts": COUNTS,
        "few": FEW, "seeds": SEEDS,
    },
    pieces={"short": lambda: (_short(), recorded("short"))},
    atol=0.006,
)  # fmt: skip


# What is read of it


def chosen(scores: Tensor) -> int:
    """The place of the rate that is best on the validation part, of `(2, lrs, seeds)`."""
    return int(scores[0].mean(-1).argmax())


def tuned(scores: Tensor) -> Tensor:
    """Accuracies on the test part at that rate, `(seeds,)`."""
    return scores[1, chosen(scores)]


def ended(task: str, name: str, whole: bool = False) -> Tensor:
    """Test accuracies `(seeds,)` after 15 passes, or as many as pretraining and these take."""
    return tuned(recorded("races", task, name, "ends")[:, :, int(whole)])


def by_labels() -> dict[str, dict[str, Tensor]]:
    """Task -> with batch norm, not pretrained and pretrained -> accuracies `(counts, seeds)`."""
    return {
        task: {
            name: torch.stack([tuned(each) for each in recorded("labels", task, name)])
            for name in ("batch", "both")
        }
        for task in TASKS
    }


# A signal on its way back


def returned(name: str, codes: Params, task: Task) -> Tensor:
    """What comes back of a signal of size 1, before training: after each layer, `(seeds, 6)`."""
    start, X = STARTS[name], task.X[:256].double()
    params = [param.double() for param in nets.begun(start, codes, X.shape[1])]
    each, found = 3 if start.norm else 2, []
    for seed in range(len(SEEDS)):
        mine = [param[seed : seed + 1] for param in params]
        parts = [mine[each * place : each * (place + 1)] for place in range(nets.LAYERS)]
        source = generator(seed, "masks")
        message = torch.randn(len(X), nets.UNITS, generator=source, dtype=X.dtype)
        layers = [partial(_layer, start, part) for part in parts]
        back = signal_flow(layers, X, message).backward
        found.append(back / back[-1])
    return torch.stack(found)


def _layer(start: nets.Start, part: Params, h: Tensor) -> Tensor:
    return nets.layer(start, part, h.unsqueeze(0), h.unsqueeze(0)).squeeze(0)


def factor(back: Tensor) -> list[float]:
    """The factor a layer, on geometric average over all but the first, a seed each."""
    return [growth(each[1:].flip(0)) for each in back]


def losses(name: str, codes: Params, task: Task) -> list[float]:
    """Loss on the 1000 examples after 15 passes at the chosen rate, a seed each."""
    start = STARTS[name]
    lr = LRS[chosen(recorded("races", "plain", name, "ends")[:, :, 0])]
    params = nets.begun(start, codes, task.X.shape[1])
    return training.fitted(start, params, task, lr)[1].tolist()


if __name__ == "__main__":
    RECORD.write()
