"""Nets with and without normalization: what is sent back, and which learning rates they bear.

`python -m dlnotes.sections.gradients.normalization.experiments` makes the record beside this file
anew.

Book: gradients/normalization
"""

from collections.abc import Callable, Sequence
from functools import cache, partial

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad

from dlnotes.core.seeds import seeded
from dlnotes.gradients.flow import signal_flow, stack
from dlnotes.optimizers import momentum
from dlnotes.training.data import datasets
from dlnotes.training.data.examples import Data
from dlnotes.training.fleet import fleet
from dlnotes.training.history import History
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.nets.mlp import MLP, Linear
from dlnotes.training.records import Record, unpacked

DEPTH, WIDTH, EXAMPLES, CLASSES = 30, 128, 256, 10  # of the nets whose signals are followed
ONE_RATE = 0.1  # learning rate of their one step
SEEDS = tuple(range(5))
RATES = tuple(10 ** (place / 2 - 3) for place in range(7))  # of every arm, 0.001 to 1
HIDDEN, BATCH, LOOKS = (64,) * 6, 50, (20, 200, 600)  # 1, 10 and 30 epochs of 1000 digits
ARMS = {
    f"{init} {norm}": (init, norm) for init in ("torch_linear", "he") for norm in ("none", "batch")
}
FEW = {2: 2000, 4: 1000, 32: 125}  # batch size -> steps: 4 epochs
NORMS = ("none", "batch", "layer")
PARTS = ("validation", "test")  # rates are chosen on the first, reported on the second


# What is sent back


def fresh(norm: str | None, seed: int, depth: int = DEPTH) -> list[nn.Module]:
    """A deep plain ReLU net as it is drawn: its layers, then the one that gives the scores."""
    last = stack(1, WIDTH, "identity", "he", seed=100 + seed)[0].linear.weight[:CLASSES]
    return [*stack(depth, WIDTH, "relu", "he", norm=norm, seed=seed), Linear(last.detach())]


def task(seed: int) -> tuple[Tensor, Tensor]:
    """Noise to read, `(256, 128)`, and random classes."""
    source = seeded(200 + seed)
    X = torch.randn(EXAMPLES, WIDTH, generator=source, dtype=torch.float64)
    return X, torch.randint(CLASSES, (EXAMPLES,), generator=source)


def sent(norm: str | None, seed: int, steps: int = 0, lr: float = ONE_RATE) -> Tensor:
    """Size of ∂f/∂h_1 … ∂f/∂h_L for the cross-entropy f, after some steps, `(L,)`.

    Args:
        norm: `None`, or a name in `dlnotes.training.nets.norms.NORMS`.
        seed: of weights and examples.
        steps: of gradient descent on all examples.
        lr: learning rate.
    """
    net, (X, y) = nn.Sequential(*fresh(norm, seed)), task(seed)
    params = {name: param.detach() for name, param in net.named_parameters()}

    def loss(params: dict[str, Tensor]) -> Tensor:
        return cross_entropy(functional_call(net, params, (X,)), y)

    for _ in range(steps):
        params = {name: params[name] - lr * g for name, g in grad(loss)(params).items()}
    net.load_state_dict(params)
    return signals_back(net, X, y)


def signals_back(net: Sequence[nn.Module], X: Tensor, y: Tensor) -> Tensor:
    """Size of ∂f/∂h_1 … ∂f/∂h_L, f the cross-entropy of the scores behind layer L + 1, `(L,)`."""
    scores = X
    for layer in net:
        scores = layer(scores)
    scores = scores.detach().requires_grad_()
    (message,) = torch.autograd.grad(cross_entropy(scores, y), scores)
    return signal_flow(list(net), X, message).backward[1:-1]


# Learning rates, starts and batch sizes


@cache
def digits(part: str) -> Data:
    """1000 digits to learn from, and 398 for `"validation"` or the other 399 for `"test"`."""
    data = datasets.digits(0)
    X, y = torch.cat([data.X, data.X_test]), torch.cat([data.y, data.y_test])
    held = slice(1000, 1398) if part == "validation" else slice(1398, None)
    return Data(X[:1000], y[:1000], X[held], y[held])


def trained(
    init: str,
    norm: str,
    hidden: Sequence[int],
    rates: Sequence[float],
    seeds: Sequence[int],
    part: str = "test",
    **more,
) -> History:
    """Nets on digits with momentum 0.9, one for every rate and seed, rates outermost."""
    net = MLP((64, *hidden, CLASSES), norm=None if norm == "none" else norm, init=init)
    grid = {"lr": [rate for rate in rates for _ in seeds], "seeds": [*seeds] * len(rates)}
    return fleet(net, digits(part), momentum, momentum=0.9, progress=False, **grid, **more)


def scores(
    arm: str,
    rates: Sequence[float] = RATES,
    seeds: Sequence[int] = SEEDS,
    looks: Sequence[int] = LOOKS,
    part: str = "test",
) -> tuple[Tensor, History]:
    """Accuracy of one of `ARMS` at each look, `(rates, seeds, looks)`, and its runs."""
    every = {"steps": looks[-1], "every": looks, "batch_size": BATCH}
    runs = trained(*ARMS[arm], HIDDEN, rates, seeds, part, **every)
    return runs.test_accuracy.reshape(len(rates), len(seeds), -1)[..., -len(looks) :], runs


def few(
    norm: str,
    size: int,
    rates: Sequence[float] = RATES,
    seeds: Sequence[int] = SEEDS,
    part: str = "test",
) -> Tensor:
    """Accuracy after 4 epochs with so many digits a batch, `(rates, seeds)`; He's start."""
    steps = FEW[size]
    every = {"steps": steps, "every": [steps], "batch_size": size}
    runs = trained("he", norm, (64, 64), rates, seeds, part, **every)
    return runs.test_accuracy[:, -1].reshape(len(rates), len(seeds))


def learned(runs: History, rate: int) -> dict[str, Tensor]:
    """Scales and shifts of the batch norms at one rate, each `(seeds, units)`."""
    rows = slice(rate * len(SEEDS), (rate + 1) * len(SEEDS))
    kinds = {
        kind: [value[rows] for name, value in runs.params.items() if name.endswith(kind)]
        for kind in ("scale", "shift")
    }
    return {kind: torch.cat(values, 1) for kind, values in kinds.items()}


# The record


def all_runs() -> dict[str, dict]:
    """What the record holds."""
    arms = {arm: _parts(_scores, arm) for arm in ARMS}
    rate = int(arms["he batch"][0, ..., 1].mean(1).argmax())
    moved = learned(scores("he batch", looks=LOOKS[:2])[1], rate)
    free = ((moved["scale"] - 1).abs() > 0.05) | (moved["shift"].abs() > 0.05)
    sizes = {norm: {str(size): _parts(few, norm, size) for size in FEW} for norm in NORMS}
    return {"arms": arms, "few": sizes, "free": free.double().mean(1)}


def _scores(arm: str, part: str) -> Tensor:
    return scores(arm, part=part)[0]


def _parts(run: Callable[..., Tensor], *given: object) -> Tensor:
    return torch.stack([run(*given, part=part) for part in PARTS])


@cache
def recorded(arm: str) -> Tensor:
    """Accuracy of one of `ARMS`, on each of `PARTS` after 1, 10 and 30 epochs, `(2, 7, 5, 3)`."""
    return unpacked(RECORD.found["values"]["arms"][arm])


def best(values: Tensor) -> Tensor:
    """Test accuracy of every seed at the rate with the best mean validation accuracy.

    Args:
        values: `(2, rates, seeds)`, the validation part first.
    """
    validation, test = values
    return test[validation.mean(1).argmax()]


def borne(values: Tensor, within: float = 0.03) -> int:
    """How many rates are, on average, so close to the best of them: `(rates, seeds)`."""
    means = values.mean(1)
    return int((means > means.max() - within).sum())


def few_recorded(norm: str, size: int) -> Tensor:
    """`few` as it came with the book, at the best of its rates, `(5,)`."""
    return best(unpacked(RECORD.found["values"]["few"][norm][str(size)]))


def freed() -> Tensor:
    """Part of the hidden units with |scale - 1| or |shift| above 0.05 after 10 epochs, `(5,)`."""
    return unpacked(RECORD.found["values"]["free"])


def _piece(arm: str) -> tuple[Tensor, Tensor]:
    again = scores(arm, RATES[3:5], SEEDS[:1], LOOKS[:1])[0]
    return again, recorded(arm)[1, 3:5, :1, :1]


def _few_piece(norm: str) -> tuple[Tensor, Tensor]:
    kept = unpacked(RECORD.found["values"]["few"][norm]["32"])
    return few(norm, 32, RATES[2:4], SEEDS[:1]), kept[1, 2:4, :1]


RECORD = Record(
    __file__,
    make=all_runs,
    settings={
        "rates": RATES, "seeds": SEEDS, "hidden": HIDDEN, "batch": BATCH, "looks": LOOKS,
        "arms": list(ARMS), "few": FEW, "norms": NORMS,
        "parts": PARTS,
    },
    pieces={
        **{f"few {norm}": partial(_few_piece, norm) for norm in NORMS},
        **{arm: partial(_piece, arm) for arm in ARMS},
    },
    atol=0.006,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()
