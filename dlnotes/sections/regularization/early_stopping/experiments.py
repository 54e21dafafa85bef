"""Where runs stop by a validation loss, and what that is worth; straight lines and nets.

`python -m dlnotes.sections.regularization.early_stopping.experiments` makes the record beside this
file anew; it takes three minutes.

Book: regularization/early_stopping
"""

from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor

from dlnotes.regularization.early_stopping import EarlyStopping
from dlnotes.sections.regularization.early_stopping import watched
from dlnotes.sections.regularization.early_stopping.watched import SEEDS, STEPS, Arm, Curves
from dlnotes.training.records import Record, unpacked

ARMS = {
    "wrong": watched.BENCH,
    "clean": Arm(wrong=0.0),
    "many": Arm(wrong=0.3),
    "more": Arm(examples=600),
    "batches": Arm(batch=10),
    "small": Arm(lr=0.0003),
    "small_more": Arm(examples=600, lr=0.0003),
    "kept": Arm(kept=0.8),
    "kept_clean": Arm(wrong=0.0, kept=0.8),
    "kept_many": Arm(wrong=0.3, kept=0.8),
}
PATIENCES = (1, 3, 10, 30, 100)
FEW, WATCHED = 20, (20, 50, 100, 400)  # images that are watched, out of 400
LABELS = ("wrong", "clean")
DRAWN = sorted({1, 400, *(round(10 ** (i / 20)) for i in range(53))})  # steps that are drawn


def ends(seen: Curves) -> dict[str, Tensor]:
    """Where validation loss and accuracy are best, and what the test says there, `(R,)` each."""
    run = torch.arange(len(seen.train))
    places = {
        "loss": seen.loss.double().mean(2).argmin(1),
        "right": seen.right.double().mean(2).argmax(1),
        "end": torch.full_like(run, seen.train.shape[1] - 1),
    }
    found = {}
    for name, at in places.items():
        found[f"{name}_at"] = at.double()
        for what in ("train", "test", "accuracy"):
            found[f"{name}_{what}"] = getattr(seen, what)[run, at].double()
    return found


def waited(seen: Curves, patience: int, count: int) -> dict[str, Tensor]:
    """Runs stopped by `count` of the watched images; means over the parts of 400, `(R,)` each.

    Returns:
        restored: test accuracy of the best look; last: of the last one; looks: so many were made.
    """
    found = []
    for run in range(len(seen.train)):
        rows = []
        for part in seen.loss[run].split(count, dim=1):
            stopping = EarlyStopping(patience)
            for loss in part.double().mean(1).tolist():
                if stopping.look(loss):
                    break
            test = seen.accuracy[run]
            rows.append((test[stopping.best_look], test[stopping.looks - 1], stopping.looks))
        found.append(torch.tensor(rows, dtype=torch.float64).mean(0))
    names = ("restored", "last", "looks")
    return dict(zip(names, torch.stack(found).T, strict=True))


def lucky(seen: Curves, count: int) -> dict[str, Tensor]:
    """The best accuracy on `count` watched images, and the test accuracy there, `(R,)` each."""
    best, there = [], []
    for right, test in zip(seen.right.double(), seen.accuracy.double(), strict=True):
        parts = torch.stack([part.mean(1) for part in right.split(count, dim=1)])
        best.append(parts.amax(1).mean())
        there.append(test[parts.argmax(1)].mean())
    return {"best": torch.stack(best), "there": torch.stack(there)}


def short(seen: Curves) -> Tensor:
    """The number of steps with the lowest mean validation loss of the *other* seeds, `(R,)`."""
    loss = seen.loss.double().mean(2)
    return ((loss.sum(0) - loss) / (len(loss) - 1)).argmin(1)


def at_level(train: Tensor, accuracy: Tensor, level: Tensor) -> Tensor:
    """Accuracy where the training loss is first at a level or below, `(R,)` from `(R, T + 1)`."""
    first = (train <= level[:, None].to(train.dtype)).double().argmax(1)
    return accuracy[torch.arange(len(first)), first].double()


@cache
def recorded(name: str) -> dict[str, Tensor]:
    """A part of the record: name -> one value a seed; of curves, `(seeds, DRAWN)`."""
    return {key: unpacked(value) for key, value in RECORD.found["values"][name].items()}


def of_arm(name: str, seen: Curves) -> dict[str, dict[str, Tensor]]:
    """What is read off the curves of one arm alone, by name of its part of the record."""
    found = {name: ends(seen)}
    if name in LABELS:
        thin = {"loss": seen.loss.mean(2), "right": seen.right.mean(2), "train": seen.train}
        drawn = [step for step in DRAWN if step < seen.train.shape[1]]
        found[f"curves_{name}"] = {key: value[:, drawn].double() for key, value in thin.items()}
        found[f"lucky_{name}"] = {
            f"{what}_{count}": value
            for count in WATCHED
            for what, value in lucky(seen, count).items()
        }
    if name in ("wrong", "batches"):
        found[f"patience_{name}"] = {
            f"{what}_{count}_{patience}": value
            for count in (FEW, 400)
            for patience in PATIENCES
            for what, value in waited(seen, patience, count).items()
        }
    return found


def made(seeds: Sequence[int] = SEEDS, steps: int = STEPS) -> dict:
    """Everything. The curves of one arm are dropped before the next, as they are large."""
    found, train, accuracy, counts = {}, {}, {}, {}
    for name, arm in ARMS.items():
        seen = watched.curves(arm, seeds, steps)
        found |= of_arm(name, seen)
        train[name], accuracy[name] = seen.train, seen.accuracy
        if arm.kept == 1:
            counts[name] = short(seen)
    run = torch.arange(len(seeds))
    for name, at in counts.items():
        found[name]["short_at"] = at.double()
        found[name]["short_accuracy"] = accuracy[name][run, at].double()
    for name in ("clean", "small", "more"):
        found[name]["carried"] = accuracy[name][run, counts["wrong"]].double()
    for name, usual in (("small", "wrong"), ("small_more", "more")):
        level = found[name]["end_train"]
        found[name]["matched"] = at_level(train[usual], accuracy[usual], level)
    for name, whole in (("kept", "wrong"), ("kept_clean", "clean"), ("kept_many", "many")):
        at = found[name]["loss_at"].long()
        found[name]["again"] = accuracy[whole][run, at].double()
    return found


def _piece() -> tuple[Tensor, Tensor]:
    """One seed of the first arm, 80 steps: the watched loss has its lowest place there."""
    seen = watched.curves(ARMS["wrong"], SEEDS[:1], 80)
    again = ends(seen)
    names = ("loss_at", "loss_train", "loss_test", "loss_accuracy")
    kept = recorded("wrong")
    return torch.stack([again[n][0] for n in names]), torch.stack([kept[n][0] for n in names])


RECORD = Record(
    __file__,
    make=made,
    settings={
        "sizes": watched.SIZES, "steps": STEPS, "seeds": SEEDS, "patiences": PATIENCES,
        "few": FEW, "watched": WATCHED, "drawn": DRAWN,
        "arms": {name: list(arm) for name, arm in ARMS.items()},
    },
    pieces={"first": _piece},
    atol=1e-4,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()
