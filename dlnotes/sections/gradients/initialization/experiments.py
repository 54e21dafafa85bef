"""Signals through twenty layers, digits learned from several first weights, and dead units.

`python -m dlnotes.sections.gradients.initialization.experiments` makes the record beside this
file anew; it takes ten minutes.

Book: gradients/initialization
"""

from collections.abc import Sequence
from functools import cache, partial
from itertools import repeat
from typing import NamedTuple

import torch
from torch import Tensor, nn

from dlnotes.core.seeds import generator
from dlnotes.gradients.activations import dead_fraction
from dlnotes.gradients.flow import growth, signal_flow, stack
from dlnotes.optimizers import adam, momentum, sgd
from dlnotes.training.data import datasets
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.records import Record, unpacked
from dlnotes.training.sweeps import Sweep, sweep

DEPTH, WIDTH, EXAMPLES = 20, 128, 256
SEEDS = tuple(range(5))

# Signals


def drawn(seed: int) -> tuple[Tensor, Tensor]:
    """Normal inputs and a normal message, each from a stream that no weight is drawn from."""
    x, message = (
        torch.randn(EXAMPLES, WIDTH, generator=generator(seed, stream), dtype=torch.float64)
        for stream in ("rows", "masks")
    )
    return x, message


def sent_back(activation: str, init: str | float, seeds: Sequence[int] = SEEDS) -> Tensor:
    """Size of a message on its way from the end of twenty layers to the front, `(S, L + 1)`."""
    flows = (
        signal_flow(stack(DEPTH, WIDTH, activation, init, seed=seed), *drawn(seed)).backward
        for seed in seeds
    )
    return torch.stack([sizes.flip(0) / sizes[-1] for sizes in flows])


def returned(activation: str, init: str | float, seeds: Sequence[int] = SEEDS) -> Tensor:
    """By how much one layer multiplies the message, on average over twenty, `(S,)`."""
    return torch.tensor([growth(sizes) for sizes in sent_back(activation, init, seeds)])


def plain_torch(seed: int, size: int = WIDTH) -> list[nn.Module]:
    """Twenty layers as one writes them in torch, nothing set by hand: weights and biases drawn."""
    torch.manual_seed(seed)
    return [
        nn.Sequential(nn.Linear(size, size, dtype=torch.float64), nn.ReLU()) for _ in range(DEPTH)
    ]


def through_torch(seeds: Sequence[int] = SEEDS) -> tuple[Tensor, Tensor]:
    """What `plain_torch` leaves of a message at the front, and of the signal at the end, `(S,)`."""
    flows = [signal_flow(plain_torch(seed), *drawn(seed)) for seed in seeds]
    left = torch.stack([flow.backward[0] / flow.backward[-1] for flow in flows])
    return left, torch.stack([flow.forward[-1] / flow.forward[0] for flow in flows])


def onward(init: str, seeds: Sequence[int] = SEEDS) -> Tensor:
    """What twenty ReLU layers with biases of 0 leave of the signal at the end, `(S,)`."""
    found = []
    for seed in seeds:
        forward = signal_flow(stack(DEPTH, WIDTH, "relu", init, seed=seed), *drawn(seed)).forward
        found.append(forward[-1] / forward[0])
    return torch.stack(found)


# Digits

UNITS, STEPS, BATCH, EVERY = 64, 600, 50, 30
CHOOSING = 224  # held-out examples that choose a learning rate; the other 225 are reported
RATES = tuple(10 ** (half / 2) for half in range(-6, 1))  # for momentum
ADAM_RATES = tuple(10 ** (half / 2) for half in range(-9, -2))
ARMS = {  # name -> layers, first weights, rule
    "torch": (DEPTH, "torch_linear", momentum),
    "he": (DEPTH, "he", momentum),
    "few_torch": (3, "torch_linear", momentum),
    "few_he": (3, "he", momentum),
    "adam_torch": (DEPTH, "torch_linear", adam),
    "adam_he": (DEPTH, "he", adam),
}
RULES = {momentum: RATES, adam: ADAM_RATES}
SHORT = 30  # updates of the piece that is made again: later ones hang on the last bit


def _net(depth: int, init: str, activation: str = "relu", seed: int = 0) -> MLP:
    return MLP((64, *repeat(UNITS, depth), 10), activation=activation, init=init, seed=seed)


@cache
def _digits() -> datasets.Data:
    return datasets.digits(0)


def learned(arm: str, seeds: Sequence[int] = SEEDS) -> Sweep:
    """Accuracy of an arm over its grid of learning rates."""
    depth, init, rule = ARMS[arm]
    setting = {"steps": STEPS, "batch_size": BATCH, "choose": CHOOSING}
    return sweep(_net(depth, init), _digits(), rule, lrs=RULES[rule], seeds=seeds, **setting)


def falling(arm: str, lr: float, seeds: Sequence[int] = SEEDS, steps: int = STEPS) -> Tensor:
    """Training loss of an arm at one learning rate, every 30 updates, `(S, E)`."""
    depth, init, rule = ARMS[arm]
    setting = {"steps": steps, "batch_size": BATCH, "every": EVERY}
    runs = fleet(_net(depth, init), _digits(), rule, lr=lr, seeds=list(seeds), **setting)
    return runs.train_loss


def modules(seeds: Sequence[int] = SEEDS) -> Tensor:
    """Accuracy of twenty of torch's own layers, biases and all, at every rate, `(R, S)`."""
    columns = []
    for seed in seeds:
        torch.manual_seed(seed)
        hidden = [part for _ in range(DEPTH) for part in (nn.Linear(UNITS, UNITS), nn.ReLU())]
        net = nn.Sequential(*hidden, nn.Linear(UNITS, 10))
        setting = {"steps": STEPS, "batch_size": BATCH, "choose": CHOOSING}
        columns.append(sweep(net, _digits(), momentum, lrs=RATES, seeds=[seed], **setting).scores)
    return torch.cat(columns, 1)


# Dead units


class Units(NamedTuple):
    """Of the last hidden layer, over the digits to learn from; each of shape `(S,)`.

    Attributes:
        zeros: the share of the answers that are 0.
        dead: the share of the units that no digit opens.
        open: the share of the units that every digit opens.
        alike: cosine of the answers to two digits, on average over all pairs.
    """

    zeros: Tensor
    dead: Tensor
    open: Tensor
    alike: Tensor


def at_first(depth: int, seeds: Sequence[int] = SEEDS) -> Units:
    """The last of `depth` hidden layers before training, from He's weights."""
    last = [_last_hidden(_net(depth, "he", seed=seed)) for seed in seeds]
    zeros = torch.stack([(h <= 0).double().mean() for h in last])
    always = torch.stack([(h > 0).all(0).double().mean() for h in last])
    dead = torch.tensor([dead_fraction(h) for h in last])
    return Units(zeros, dead, always, torch.stack([_alike(h) for h in last]))


def _alike(h: Tensor) -> Tensor:
    rays, many = h.double() / h.double().norm(dim=1, keepdim=True), len(h)
    return (rays.sum(0).square().sum() - many) / (many**2 - many)


def dead_after(lr: float, activation: str = "relu", seeds: Sequence[int] = SEEDS) -> Tensor:
    """Units of the second of two hidden layers that are shut after 300 updates of SGD, `(S,)`.

    Shut: no digit makes the sum positive. For ReLU such a unit is dead.
    """
    net = _net(2, "he", activation)
    setting = {"steps": 300, "batch_size": BATCH, "every": 0}
    runs = fleet(net, _digits(), sgd, lr=lr, seeds=list(seeds), **setting)
    found = []
    for run in range(len(seeds)):
        net.load_state_dict({name: value[run] for name, value in runs.params.items()})
        found.append(dead_fraction(_last_hidden(net)))
    return torch.tensor(found)


@torch.no_grad()
def _last_hidden(net: MLP) -> Tensor:
    h = _digits().X
    for layer in net.layers[:-1]:
        h = net.function(layer(h))
    return h


# The record


def all_runs() -> dict[str, dict]:
    """Accuracies of every arm, the curves at its best rate, and those of torch's own layers."""
    found = {}
    for arm in ARMS:
        scores = learned(arm)
        found[arm] = {
            "chosen": scores.chosen,
            "validation": scores.validation,
            "scores": scores.scores,
            "train_loss": falling(arm, scores.chosen),
        }
    return found | {"modules": {"scores": modules()}}


@cache
def recorded(arm: str) -> dict[str, Tensor]:
    """What came with the book: `scores`, `validation` `(R, 5)` and `train_loss` `(5, E)`."""
    found = RECORD.found["values"][arm]
    return {name: unpacked(values) for name, values in found.items() if name != "chosen"}


def chosen(arm: str) -> float:
    """The learning rate with the best mean accuracy on the examples that choose."""
    return RECORD.found["values"][arm]["chosen"]


def best(arm: str) -> Tensor:
    """Accuracy at the learning rate chosen, on examples that did not choose it, `(5,)`."""
    found = recorded(arm)
    return found["scores"][int(found["validation"].mean(1).argmax())]


def _piece(arm: str) -> tuple[Tensor, Tensor]:
    """The first losses of two runs, anew and recorded."""
    again = falling(arm, chosen(arm), SEEDS[:2], SHORT)
    return again, recorded(arm)["train_loss"][:2, : again.shape[1]]


def _named(arms: dict[str, tuple[int, str, object]]) -> dict[str, list]:
    return {name: [depth, init] for name, (depth, init, _) in arms.items()}


RECORD = Record(
    __file__,
    make=all_runs,
    settings={
        "arms": _named(ARMS), "units": UNITS, "steps": STEPS, "batch": BATCH, "every": EVERY,
        "choosing": CHOOSING, "rates": RATES, "adam_rates": ADAM_RATES, "seeds": SEEDS,
    },
    pieces={arm: partial(_piece, arm) for arm in ("he", "few_torch", "few_he")},
    rtol=5e-3,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()
