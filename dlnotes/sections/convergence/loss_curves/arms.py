"""Three arms of points told apart: one run, seen from two sides.

Book: convergence/loss_curves
"""

from typing import NamedTuple

from torch import Tensor, nn

from dlnotes.optimizers import sgd
from dlnotes.training.data import datasets
from dlnotes.training.data.examples import Data
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.mlp import MLP

POINTS, STEPS, LOOK = 100, 600, 10


class Setting(NamedTuple):
    """What makes a run: learning rate, batch size, seed of the first parameters."""

    lr: float
    batch: int
    seed: int


RUNS = {  # the curves that the demo shows
    "spike": Setting(2.0, 100, 0),
    "gone": Setting(3.0, 100, 2),
    "back": Setting(3.0, 100, 1),
    "even": Setting(0.1, 100, 0),
    "tiny": Setting(0.003, 100, 0),
    "noisy": Setting(0.03, 5, 1),
    "sway": Setting(1.0, 10, 0),
}


def arms() -> tuple[nn.Module, Data]:
    """A 2-32-32-3 tanh net, and 100 points in three spiral arms."""
    return MLP((2, 32, 32, 3), activation="tanh"), datasets.spirals(POINTS, classes=3)


class Seen(NamedTuple):
    """A run from two sides.

    Attributes:
        batch: the loss on its own batch, each step.
        full: the loss on all points, every 10 steps.
    """

    batch: Tensor
    full: Tensor


def run(setting: Setting, steps: int = STEPS) -> Seen:
    """One run of the three arms by gradient descent, `steps + 1` losses."""
    net, data = arms()
    looks = [*range(0, steps + 1, LOOK)]
    found = fleet(
        net, data, sgd, lr=setting.lr, steps=steps + 1, batch_size=setting.batch,
        seeds=[setting.seed], every=looks,
    )  # fmt: skip
    return Seen(found.losses[0], found.train_loss[0])
