"""Signals through random layers, the tiny gradient asked twice, and which layers training moves.

`python -m dlnotes.sections.gradients.vanishing_exploding.experiments` makes the record beside this
file anew.

Book: gradients/vanishing_exploding
"""

from collections.abc import Sequence
from functools import cache, partial
from types import ModuleType
from typing import NamedTuple

import torch
from torch import Tensor, nn

from dlnotes.core.seeds import generator
from dlnotes.gradients.flow import Flow, growth, signal_flow, stack
from dlnotes.optimizers import adam, momentum
from dlnotes.training.data import datasets
from dlnotes.training.data.examples import Data
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.records import Record, unpacked

DOUBLE = torch.float64
WIDTH, EXAMPLES = 128, 64  # of random layers
SEEDS = tuple(range(5))
HIDDEN, UNITS = 8, 32  # of the digit nets
STEPS, BATCH = 400, 50
RATES = (0.01, 0.03, 0.1, 0.3, 1.0)
ARMS = {  # activation, gain of the hidden layers, rule, learning rates
    "plain": ("sigmoid", 1.0, momentum, RATES),
    "raised": ("sigmoid", 4.0, momentum, RATES),
    "even": ("sigmoid", 12.0, momentum, RATES),
    "tanh": ("tanh", 1.0, momentum, RATES),
    "adam": ("sigmoid", 1.0, adam, (0.001, 0.003, 0.01, 0.03, 0.1)),
}


def drawn(seed: int, examples: int = EXAMPLES, width: int = WIDTH) -> tuple[Tensor, Tensor]:
    """Normal inputs and a normal message, each from a stream that no weight is drawn from."""
    x, message = (
        torch.randn(examples, width, generator=generator(seed, stream), dtype=DOUBLE)
        for stream in ("rows", "masks")
    )
    return x, message


def flow(
    activation: str,
    gain: float,
    depth: int = 20,
    *,
    width: int = WIDTH,
    seed: int = 0,
    examples: int = EXAMPLES,
) -> Flow:
    """Sizes forward and back through random layers, of normal inputs and a normal message.

    Args:
        activation: a name in `ACTIVATIONS`.
        gain: σ_w · √n.
        depth: L.
        width: n.
        seed: of weights, inputs and message, which have a stream each.
        examples: inputs.
    """
    layers = stack(depth, width, activation, gain, seed=seed)
    return signal_flow(layers, *drawn(seed, examples, width))


def factors(activation: str, gain: float, depth: int = 20, **options: int) -> list[float]:
    """What a layer multiplies the message by, on geometric average, for each of `SEEDS`."""
    return [
        growth(flow(activation, gain, depth, seed=seed, **options).backward.flip(0))
        for seed in SEEDS
    ]


def line_of_gains(
    gains: Sequence[float], activations: Sequence[str], seeds: Sequence[int] = SEEDS
) -> dict[str, Tensor]:
    """Factors of a layer for the message: activation -> shape `(seeds, gains)`."""
    small = {"width": 64, "examples": 32}

    def factor(name: str, gain: float, seed: int) -> float:
        return growth(flow(name, gain, seed=seed, **small).backward.flip(0))

    return {
        name: torch.tensor([[factor(name, gain, seed) for gain in gains] for seed in seeds])
        for name in activations
    }


class Begun(NamedTuple):
    """The hidden layers of a sigmoid digit net before training.

    Attributes:
        factor: what a layer multiplies a message by, on geometric average.
        flat: share of the slopes that are below a tenth of the largest, 1/4.
    """

    factor: float
    flat: float


def begun(gain: float, seed: int) -> Begun:
    """One of the nets that `train` begins with, reading the digits it learns from."""
    X, net = datasets.digits(0, dtype=DOUBLE).X[:1000], _net("sigmoid", gain, seed, DOUBLE)
    hidden = [lambda h, layer=layer: net.function(layer(h)) for layer in net.layers[:-1]]
    source = generator(seed, "masks")
    message = torch.randn(len(X), UNITS, generator=source, dtype=DOUBLE)
    factor, shares, h = growth(signal_flow(hidden, X, message).backward[1:].flip(0)), [], X
    for layer in hidden:
        h = layer(h).detach()
        shares.append((h * (1 - h) < 0.025).double().mean())
    return Begun(factor, torch.stack(shares).mean().item())


def _net(activation: str, gain: float, seed: int, dtype: torch.dtype = torch.float32) -> MLP:
    sizes = (64, *(UNITS,) * HIDDEN, 10)
    net = MLP(sizes, activation=activation, init="lecun", seed=seed, dtype=dtype)
    with torch.no_grad():
        for layer in net.layers[:-1]:
            layer.weight *= gain
    return net


def default_gain(width: int = WIDTH) -> float:
    """σ_w · √n of the weights that `torch.nn.Linear` draws by default."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        weight = nn.Linear(width, width).weight
    return weight.std().item() * width**0.5


def weight_gradient_ratio(activation: str, gain: float, depth: int = 20, seed: int = 0) -> float:
    """Norm of the weight gradient at the first layer over that at the last."""
    layers = stack(depth, WIDTH, activation, gain, seed=seed)
    x, message = drawn(seed)
    ends = [layers[0].linear.weight, layers[-1].linear.weight]
    first, last = torch.autograd.grad((layers(x) * message).sum(), ends)
    return (first.norm() / last.norm()).item()


class Asked(NamedTuple):
    """The gradient of a digit net's loss for the weights of one unit, asked twice.

    Attributes:
        autograd: length of the gradient for the 64 weights of the first layer's first unit.
        difference: the same from nudges of each weight, (f(+h) - f(-h)) / 2h.
        apart: distance between the two gradients, as a part of their length.
        last: length of the gradient for the weights of the first output.
    """

    autograd: float
    difference: float
    apart: float
    last: float


def asked_twice(
    seed: int, *, gain: float = 1.0, hidden: int = 10, h: float = 0.01, examples: int = 200
) -> Asked:
    """Backpropagation and plain nudges, on a sigmoid net of digits before training."""
    data = datasets.digits(0, dtype=DOUBLE)
    X, y = data.X[:examples], data.y[:examples]
    sizes = (64, *(UNITS,) * hidden, 10)
    net = MLP(sizes, activation="sigmoid", init="lecun", seed=seed, dtype=DOUBLE)
    with torch.no_grad():
        for layer in net.layers:
            layer.weight *= gain
    weight, last = net.layers[0].weight, net.layers[-1].weight
    grads = torch.autograd.grad(cross_entropy(net(X), y), [weight, last])
    exact, begun = grads[0][0], weight.detach().clone()

    def value(place: int, shift: float) -> Tensor:
        weight.copy_(begun)
        weight[0, place] += shift
        return cross_entropy(net(X), y)

    with torch.no_grad():
        nudged = [(value(i, h) - value(i, -h)) / (2 * h) for i in range(len(exact))]
    found = torch.stack(nudged)
    apart = (found - exact).norm() / exact.norm()
    return Asked(*(part.item() for part in (exact.norm(), found.norm(), apart, grads[1][0].norm())))


class Moved(NamedTuple):
    """How far training has moved each layer of a digit net from where it began.

    Attributes:
        rates: learning rates, shape `(R,)`.
        distance: |W - W_0| / |W_0|, shape `(R, seeds, layers)`.
        loss: on all training examples, shape `(R, seeds)`.
    """

    rates: Tensor
    distance: Tensor
    loss: Tensor

    @property
    def best(self) -> int:
        """Place of the learning rate with the lowest mean loss."""
        return int(self.loss.nan_to_num(torch.inf).mean(1).argmin())


def train(
    activation: str,
    gain: float,
    rule: ModuleType,
    rates: Sequence[float],
    seeds: Sequence[int] = SEEDS,
) -> Moved:
    """Nets of eight hidden layers on 1000 digits, at every rate from every seed."""
    found = [_from_seed(activation, gain, rule, rates, seed) for seed in seeds]
    distance, loss = (torch.stack(part, 1) for part in zip(*found, strict=True))
    return Moved(torch.tensor(rates, dtype=DOUBLE), distance, loss)


def _from_seed(
    activation: str, gain: float, rule: ModuleType, rates: Sequence[float], seed: int
) -> tuple[Tensor, Tensor]:
    """Distances `(R, layers)` and losses `(R,)` of the runs from one start."""
    digits = datasets.digits(0)
    data = Data(digits.X[:1000], digits.y[:1000], digits.X[1000:], digits.y[1000:])
    net = _net(activation, gain, seed)
    options = {"steps": STEPS, "batch_size": BATCH, "progress": False}
    # in a Sequential, so that the runs start from these weights
    runs = fleet(nn.Sequential(net), data, rule, lr=list(rates), seeds=seed, **options)
    begun = {f"0.{name}": value.detach() for name, value in net.named_parameters()}
    names = [f"0.layers.{layer}.weight" for layer in range(HIDDEN + 1)]
    change = [(runs.params[n] - begun[n]).flatten(1).norm(dim=1) / begun[n].norm() for n in names]
    return torch.stack(change, 1), runs.train_loss[:, -1]


def all_arms() -> dict[str, dict[str, Tensor]]:
    """Everything that the record holds."""
    return {
        name: {"distance": found.distance, "loss": found.loss}
        for name, arm in ARMS.items()
        for found in [train(*arm)]
    }


@cache
def recorded(arm: str) -> Moved:
    """One of `ARMS` as it was recorded."""
    found = RECORD.found["values"][arm]
    rates = torch.tensor(ARMS[arm][-1], dtype=DOUBLE)
    return Moved(rates, unpacked(found["distance"]), unpacked(found["loss"]))


def _piece(arm: str) -> tuple[Tensor, Tensor]:
    """One run of one arm, anew and recorded."""
    activation, gain, rule, rates = ARMS[arm]
    again = train(activation, gain, rule, rates[:1], seeds=(0,))
    return again.distance, recorded(arm).distance[:1, :1]


RECORD = Record(
    __file__,
    make=all_arms,
    settings={
        "hidden": HIDDEN, "units": UNITS, "steps": STEPS, "batch": BATCH, "seeds": SEEDS,
        "arms": {name: [*arm[:2], arm[2].__name__, arm[3]] for name, arm in ARMS.items()},
    },
    pieces={name: partial(_piece, name) for name in ("plain", "tanh")},
    rtol=5e-3,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()
