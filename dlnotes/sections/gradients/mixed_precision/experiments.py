"""Formats, scales and pieces on a net for digits; training, too long for a page, is recorded.

A step averages over N losses, of which this device holds 128: each of its losses is divided by N.

`python -m dlnotes.sections.gradients.mixed_precision.experiments` makes the record anew.

Book: gradients/mixed_precision
"""

from collections.abc import Callable
from functools import cache, partial
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from dlnotes.core.seeds import seeded
from dlnotes.gradients.precision import Format, through
from dlnotes.training.data.datasets import digits
from dlnotes.training.data.examples import Data
from dlnotes.training.nets.initialization import he
from dlnotes.training.records import Record, unpacked

SIZES = (64, 32, 32, 10)
SEEDS = tuple(range(5))
WEIGHT_SEEDS = tuple(range(20))  # a tie asks for more of them
SHARE = 128  # examples on one device
FEW, MANY = 7, 22  # a step averages over 2 to this power: one device alone, and 32,768 of them
SCALE = 2.0**12
RATES = (0.01, 0.03, 0.1, 0.3, 1.0)
WEIGHT_RATES = (1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1)
STEPS, LAST = 300, 20
PIECE = 20
EXPONENTS = (7, 10, 12, 14, 16, 18, 20, 22, 24)

Layers = list[Tensor]
Store = Callable[[Tensor], Tensor]


class Net(NamedTuple):
    """Weights `(nets, inputs, outputs)` and biases `(nets, 1, outputs)` of many nets at once."""

    weights: Layers
    biases: Layers


@cache
def data() -> Data:
    """The digits, gray levels from 0 to 1."""
    return digits(standardized=False)


def nets(seeds: tuple[int, ...] = SEEDS, copies: int = 1) -> Net:
    """He's start, a net a seed; all of them `copies` times over."""
    weights: list[list[Tensor]] = [[] for _ in SIZES[1:]]
    for seed in seeds:
        source = seeded(seed)
        for layer, (inputs, outputs) in enumerate(pairwise(SIZES)):
            weights[layer].append(he(outputs, inputs, source).T.float())
    stacked = [torch.stack(layer * copies) for layer in weights]
    return Net(stacked, [torch.zeros_like(layer[:, :1]) for layer in stacked])


def outputs(net: Net, x: Tensor, store: Store) -> Tensor:
    """Signals, weights and what is sent back pass through `store`; sums are taken in float32."""
    h = store(x)
    for layer, (weight, bias) in enumerate(zip(*net, strict=True)):
        z = store(torch.bmm(h, store(weight)) + store(bias))
        h = z.relu() if layer < len(net.weights) - 1 else z
    return h


def losses(net: Net, x: Tensor, y: Tensor, store: Store) -> Tensor:
    """Cross-entropy of every example, shape `(nets, examples)`."""
    scores = outputs(net, x, store)
    return cross_entropy(scores.flatten(0, 1), y.flatten(), reduction="none").view(y.shape)


def gradient(
    net: Net, x: Tensor, y: Tensor, store: Store, factor: float
) -> tuple[list[Tensor], Tensor]:
    """Gradient of `factor` times the sum of losses, parameter by parameter; and the mean loss."""
    params = [param.detach().requires_grad_() for layers in net for param in layers]
    held = Net(params[: len(net.weights)], params[len(net.weights) :])
    each = losses(held, x, y, store)
    return list(torch.autograd.grad((factor * each).sum(), params)), each.detach().mean(1)


def batches(seeds: tuple[int, ...], examples: int) -> Callable[[], Tensor]:
    """Draws indices of the next 128 examples, a row a seed."""
    sources = [seeded(100 + seed) for seed in seeds]
    return lambda: torch.stack([torch.randperm(examples, generator=s)[:SHARE] for s in sources])


# ---- one gradient ------------------------------------------------------------------------------
def errors(form: Format, exponents=EXPONENTS, scale: float = 1.0):
    """Relative error of the first gradient, for steps that average over 2 to the exponents.

    Args:
        form: what signals and messages are stored in.
        exponents: of the N losses of a step.
        scale: on the loss, taken off again in float32.

    Returns:
        ‖stored - true‖ / ‖true‖, shape `(exponents, seeds)`.
    """
    net, rows = nets(), []
    here = batches(SEEDS, len(data().X))()
    x, y = data().X[here], data().y[here]
    for exponent in exponents:
        true = _flat(gradient(net, x, y, lambda h: h, 2.0**-exponent)[0])
        store = partial(through, form=form)
        found = _flat(gradient(net, x, y, store, scale * 2.0**-exponent)[0])
        rows.append((found / scale - true).norm(dim=1) / true.norm(dim=1))
    return torch.stack(rows)


def _flat(grads: list[Tensor]) -> Tensor:
    return torch.cat([grad.flatten(1) for grad in grads], 1).double()


def messages(seed: int = 0) -> Tensor:
    """Sizes of what comes back to the units of the first layer, each from the loss of one digit.

    Of an untrained net; zeros, of units that are shut, are left out, and so is every second one.
    The largest first.
    """
    net = nets((seed,))
    here = batches((seed,), len(data().X))()
    x, y = data().X[here], data().y[here]
    z = (torch.bmm(x, net.weights[0]) + net.biases[0]).requires_grad_()
    deeper = Net(net.weights[1:], net.biases[1:])
    scores = outputs(deeper, z.relu(), lambda h: h)
    loss = cross_entropy(scores.flatten(0, 1), y.flatten(), reduction="sum")
    size = torch.autograd.grad(loss, z)[0].abs().flatten()
    return size[size > 0].sort(descending=True).values[::2]


# ---- training ----------------------------------------------------------------------------------
CAST = {"float32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}


def cast(name: str) -> Store:
    """Rounds on the way forward and back, by torch."""
    return lambda x: x.to(CAST[name]).float()


class Runs(NamedTuple):
    """Rows are learning rates, columns seeds.

    Attributes:
        loss: mean loss of every 10 steps, shape `(steps / 10, rates, seeds)`.
        moved: share of the weights of the first layer that the last step changed.
        accuracy: on the test digits, after the last step.
    """

    loss: Tensor
    moved: Tensor
    accuracy: Tensor


def momentum(memory: Tensor, grad: Tensor, lr: Tensor, _: int) -> tuple[Tensor, Tensor]:
    """Heavy ball with 0.9."""
    memory = 0.9 * memory + grad
    return memory, lr * memory


def adam(memory: Tensor, grad: Tensor, lr: Tensor, step: int) -> tuple[Tensor, Tensor]:
    """Adam at its defaults; the two moments lie side by side."""
    first, second = memory if len(memory) == 2 else (0 * grad, 0 * grad)
    first, second = 0.9 * first + 0.1 * grad, 0.999 * second + 0.001 * grad**2
    sized = (second / (1 - 0.999**step)).sqrt() + 1e-8
    return torch.stack([first, second]), lr * first / (1 - 0.9**step) / sized


def train(
    store: Store, rates: tuple[float, ...], rule, *, steps: int = STEPS, exponent: int = FEW,
    scale: float = 1.0, keep: Store = lambda weight: weight, seeds: tuple[int, ...] = SEEDS,
) -> Runs:  # fmt: skip
    """All rates and seeds at once; where N is larger than 128, all devices hold the same 128.

    Args:
        store: what signals, weights and messages pass through.
        rates: learning rates.
        rule: `(memory, grad, lr, step) -> (memory, way)`.
        steps: how many.
        exponent: a step averages over N = 2^exponent losses.
        scale: on the loss, taken off again in float32.
        keep: what the weights pass through after every step.
        seeds: of weights and batches.
    """
    net = nets(seeds, copies=len(rates))
    params = [keep(param) for layers in net for param in layers]
    lr = torch.tensor(rates).repeat_interleave(len(seeds)).view(-1, 1, 1)
    memory, draw, curve = [torch.zeros_like(p) for p in params], batches(seeds, len(data().X)), []
    for step in range(1, steps + 1):
        here = draw().repeat(len(rates), 1)
        net, before = Net(params[:3], params[3:]), params[0]
        factor = scale * 2.0**-exponent
        grads, loss = gradient(net, data().X[here], data().y[here], store, factor)
        curve.append(loss)
        for i, grad in enumerate(grads):
            true = grad / scale * (2.0**exponent / SHARE)
            memory[i], way = rule(memory[i], true, lr, step)
            params[i] = keep(params[i] - way)
    shape = len(rates), len(seeds)
    moved = (params[0] != before).float().mean((1, 2)).view(shape)
    right = accuracy(Net(params[:3], params[3:]), store).view(shape)
    return Runs(torch.stack(curve).view(-1, 10, *shape).mean(1), moved, right)


def accuracy(net: Net, store: Store) -> Tensor:
    """On the test digits, shape `(nets,)`."""
    X, y = data().X_test, data().y_test
    scores = outputs(net, X.expand(len(net.weights[0]), -1, -1), store)
    return (scores.argmax(-1) == y).float().mean(1)


class Arm(NamedTuple):
    """What signals are stored in, the scale on the loss, and what the weights are kept in."""

    store: str
    scale: float = 1.0
    keep: str = "float32"


MANY_ARMS = {
    "float32": Arm("float32"), "fp16": Arm("fp16"), "scaled": Arm("fp16", SCALE),
    "bf16": Arm("bf16"),
}  # fmt: skip
WEIGHT_ARMS = {"copy": Arm("bf16"), "alone": Arm("bf16", keep="bf16")}


def many(arm: Arm, steps: int = STEPS) -> Runs:
    """Steps that average over 4 million losses, heavy ball."""
    store = cast(arm.store)
    return train(store, RATES, momentum, steps=steps, exponent=MANY, scale=arm.scale)


def small(arm: Arm, steps: int = STEPS) -> Runs:
    """Small and large learning rates, Adam."""
    keep, seeds = cast(arm.keep), WEIGHT_SEEDS
    return train(cast(arm.store), WEIGHT_RATES, adam, steps=steps, keep=keep, seeds=seeds)


def all_runs() -> dict[str, dict]:
    """Both trainings, arm by arm."""
    return {
        "many": {name: many(arm)._asdict() for name, arm in MANY_ARMS.items()},
        "small": {name: small(arm)._asdict() for name, arm in WEIGHT_ARMS.items()},
    }


def recorded(training: str, arm: str) -> Runs:
    """Runs that came with the book: of `"many"` in `MANY_ARMS` or of `"small"` in `WEIGHT_ARMS`."""
    return Runs(*(unpacked(values) for values in RECORD.found["values"][training][arm].values()))


def ends(runs: Runs) -> Tensor:
    """Mean loss of the last 20 steps, shape `(rates, seeds)`; inf where it flew off."""
    return torch.nan_to_num(runs.loss[-LAST // 10 :].mean(0), nan=torch.inf)


def best(runs: Runs) -> int:
    """The row of the learning rate with the lowest mean loss at the end."""
    return int(ends(runs).mean(1).argmin())


def _piece() -> tuple[Tensor, Tensor]:
    """At the two highest rates the last bit of a processor's sum grows to a percent."""
    again = many(MANY_ARMS["scaled"], PIECE).loss
    return again[:, :-2], recorded("many", "scaled").loss[: len(again), :-2]


SETTINGS = {
    "sizes": SIZES, "seeds": SEEDS, "weight_seeds": WEIGHT_SEEDS, "share": SHARE,
    "exponents": [FEW, MANY], "scale": SCALE,
    "rates": RATES, "weight_rates": WEIGHT_RATES, "steps": STEPS,
}  # fmt: skip
RECORD = Record(__file__, all_runs, SETTINGS, {"curves": _piece})

if __name__ == "__main__":
    RECORD.write()
