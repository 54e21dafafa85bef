"""A net on digits, broken in one place at a time, and what a checklist finds of it.

`python -m dlnotes.sections.convergence.nothing_moves.experiments` makes the record beside this
file anew.

Book: convergence/nothing_moves
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial

import torch
from torch import Tensor

from dlnotes.convergence.baselines import baseline_loss
from dlnotes.convergence.checklist import BOUNDS, MEASUREMENTS, first_suspect
from dlnotes.core.seeds import seeded
from dlnotes.optimizers import sgd
from dlnotes.sections.convergence.nothing_moves.cases import (
    BATCH,
    CLASSES,
    FAULTS,
    HIDDEN,
    LR,
    MILD,
    NAMED,
    QUIET,
    SOUND,
    TRAIN,
    broken,
    pixels,
    sound,
)
from dlnotes.sections.convergence.nothing_moves.looks import (
    MARKS,
    STEPS,
    Looks,
    accuracy_of,
    looked,
    run_of,
)
from dlnotes.training.data.examples import Data
from dlnotes.training.loop import train
from dlnotes.training.nets import losses
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.records import Record, unpacked

SEEDS = tuple(range(10))


# ---- what the checklist says ---------------------------------------------------------------------
def verdicts(looks: Looks) -> list[str | None]:
    """What the checklist names for each of several cases."""
    named = [dict(zip(MEASUREMENTS, row, strict=True)) for row in looks.measured.tolist()]
    return [first_suspect(measured) for measured in named]


def tally(looks: dict[str, Looks], right: Callable[[str, str | None], bool]) -> list[int]:
    """For each seed, of how many faults the checklist's word is `right(fault, word)`."""
    words = {fault: verdicts(look) for fault, look in looks.items()}
    seeds = range(len(next(iter(words.values()))))
    return [sum(right(fault, word[seed]) for fault, word in words.items()) for seed in seeds]


def recognized(fault: str, word: str | None) -> bool:
    """Whether the checklist names the fault."""
    return word == NAMED[fault]


def alarmed(fault: str, word: str | None) -> bool:
    """Whether the checklist suspects anything."""
    return word is not None


def stopped(looks: dict[str, Looks]) -> list[int]:
    """For each seed, how many cases fail to learn one small batch by heart."""
    place = MEASUREMENTS.index("batch")
    most = next(bound.high for bound in BOUNDS if bound.name == "batch")
    failed = [(look.measured[:, place] <= most).logical_not() for look in looks.values()]
    return torch.stack(failed).sum(0).tolist()


def entropy() -> float:
    """Label entropy of the 1000 training labels, a mean over the seeds."""
    each = [baseline_loss("cross_entropy", sound(seed).data.y) for seed in SEEDS]
    return sum(each) / len(each)


def off_entropy(looks: dict[str, Looks], faults: Sequence[str]) -> Tensor:
    """How far the last training loss is from the label entropy, as a part of it.

    Returns:
        Shape `(faults, seeds)`; inf for a run that has no loss any more.
    """
    place = MEASUREMENTS.index("train")
    last = torch.stack([looks[fault].measured[:, place] for fault in faults])
    return (last - 1).abs().nan_to_num(torch.inf)


def caught(looks: dict[str, Looks]) -> list[int]:
    """For each seed, how many of four plain questions find the fault each is made for."""
    asked = questions(looks)
    answers = [asked[fault][fault] for fault in QUIET]
    return torch.stack(answers).sum(0).tolist()


def mistaken(looks: dict[str, Looks]) -> list[int]:
    """For each seed, how many of them find something where nothing is broken."""
    return torch.stack([answers["none"] for answers in questions(looks).values()]).sum(0).tolist()


def questions(looks: dict[str, Looks]) -> dict[str, dict[str, Tensor]]:
    """Question -> case -> whether it finds something, a truth value a seed.

    Are more than half of the 50 most surprising labels wrong? Are images shared? Has a tensor of
    parameters not moved? Does the gradient change when a batch stands there twice?
    """
    return {
        "part": {name: look.odd > 0.5 for name, look in looks.items()},
        "leak": {name: look.shared > 0 for name, look in looks.items()},
        "frozen": {name: look.still > 0 for name, look in looks.items()},
        "sum": {name: (look.doubled - 1).abs() > 0.01 for name, look in looks.items()},
    }


# ---- two faults that another rate undoes ---------------------------------------------------------
RATES = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7)
FIVE = SEEDS[:5]


def undivided(lr: float, seed: int) -> float:
    """Validation accuracy with pixels from 0 to 255, at another learning rate."""
    case = replace(broken("inputs", seed), lr=lr)
    return accuracy_of(case, run_of(case).params, *case.data[2:]).item()


def one_by_one(lr: float, seed: int, batch_size: int = 1, epochs: int = 5) -> float:
    """Validation accuracy after 5 epochs, one image a step."""
    case = replace(sound(seed), lr=lr, batch_size=batch_size)
    run = run_of(case, epochs * TRAIN // batch_size)
    return accuracy_of(case, run.params, *case.data[2:]).item()


# ---- baselines -----------------------------------------------------------------------------------
def targets() -> Tensor:
    """All labels as numbers."""
    return pixels(0)[1].float()


def unseeing(seed: int, *, numbers: bool = False) -> tuple[float, float]:
    """Last loss of a net that gets only zeros as input, and the loss of the best single answer.

    Args:
        seed: of the choice of images, and of the net.
        numbers: learn the digit as a number, by mean squared error; else its class, with the
            classes 5 to 9 five times as rare as the others.
    """
    _, y = pixels(seed)
    kept = (y < 5) | (torch.rand(len(y), generator=seeded(seed)) < 0.2)
    y = y if numbers else y[kept]
    name = "mean_squared_error" if numbers else "cross_entropy"
    y = y.float().unsqueeze(1) if numbers else y
    blank = torch.zeros(len(y), 64)
    net = MLP((64, HIDDEN, 1 if numbers else CLASSES), seed=seed)
    data, loss = Data(blank, y, blank, y), losses.LOSSES[name]
    run = train(net, data, sgd, lr=0.3, steps=150, loss=loss, progress=False)
    return run.train_loss[-1].item(), baseline_loss(name, y)


# ---- the record ----------------------------------------------------------------------------------
GROUPS = {"faults": FAULTS, "mild": MILD, "sound": SOUND}


def together(group: str, fault: str, seeds: Sequence[int] = SEEDS) -> Looks:
    """One kind of case over several seeds."""
    looks = [looked(broken(fault, seed, GROUPS[group])) for seed in seeds]
    return Looks(
        *(torch.stack([part.float() for part in parts]) for parts in zip(*looks, strict=True))
    )


@cache
def recorded(group: str = "faults") -> dict[str, Looks]:
    """The cases that came with the book, by their fault, ten seeds each."""
    found = RECORD.found["values"][group]
    return {fault: Looks(*map(unpacked, found[fault])) for fault in GROUPS[group]}


def rates() -> Tensor:
    """Accuracy with pixels from 0 to 255, shape `(RATES, 5 seeds)`."""
    return unpacked(RECORD.found["values"]["rates"])


def batches() -> Tensor:
    """Accuracy after 5 epochs, 5 seeds: 50 images a step, 1, and 1 at a 20th of the rate."""
    return unpacked(RECORD.found["values"]["batches"])


def all_runs() -> dict:
    """What the record holds."""
    groups = {
        name: {fault: together(name, fault) for fault in group} for name, group in GROUPS.items()
    }
    ways = ((LR, BATCH), (LR, 1), (LR / 20, 1))
    return groups | {
        "rates": [[undivided(lr, seed) for seed in FIVE] for lr in RATES],
        "batches": [[one_by_one(lr, seed, size) for seed in FIVE] for lr, size in ways],
    }


def _piece(fault: str) -> tuple[Tensor, Tensor]:
    """The measurements of one seed, anew and recorded."""
    anew, kept = together("faults", fault, (9,)), recorded()[fault]
    return anew.measured[0].double(), kept.measured[9]


RECORD = Record(
    __file__,
    make=all_runs,
    settings={
        "lr": LR, "batch": BATCH, "steps": STEPS, "seeds": SEEDS, "marks": MARKS,
        "faults": [*FAULTS], "mild": [*MILD], "sound": [*SOUND], "rates": RATES,
    },
    pieces={fault: partial(_piece, fault) for fault in ("none", "part")},
    rtol=5e-3,
    atol=1e-3,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()
