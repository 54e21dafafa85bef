"""Digits behind a random layer, and nets of the chapter's bench made narrow, shallow or flat.

`python -m dlnotes.sections.regularization.double_descent.experiments` makes the record beside this
file anew; it takes three minutes.

Book: regularization/double_descent
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import functional_call, grad, vmap

from dlnotes.core.seeds import seeded
from dlnotes.optimizers import adam
from dlnotes.regularization.random_features import path, random_layer
from dlnotes.regularization.sharpness_aware import sharpness_aware
from dlnotes.regularization.weight_decay import coupled
from dlnotes.training.data.mislabeled import CHOOSE, few_digits
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.losses import accuracy, cross_entropy
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.records import Record, unpacked
from dlnotes.training.surfaces.spectrum import sharpness

SEEDS = tuple(range(8))
LABELS = {"wrong": 0.15, "clean": 0.0}
EXAMPLES = 150

# Digits behind a random layer
WIDTHS = (10, 20, 40, 60, 80, 100, 120, 135, 150, 165, 180, 220, 300, 500, 1000, 2000, 4000)
PRICES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)  # α

# Nets
STEPS = 400
SIZES = {  # width, or how many hidden layers of 64
    "4": (64, 4, 10), "8": (64, 8, 10), "16": (64, 16, 10), "64": (64, 64, 10),
    "256": (64, 256, 10), "none": (64, 10), "two": (64, 64, 64, 10), "three": (64, 64, 64, 64, 10),
}  # fmt: skip
RATES, STRENGTHS = (0.003, 0.01), (0.0, 0.01, 0.03, 0.1)
CELLS = [(lr, strength) for lr in RATES for strength in STRENGTHS]

# Flat
RADII = (0.0, 0.3, 0.6, 1.0, 1.4)
FLAT = {"full": (EXAMPLES, 400), "small": (10, 1000)}  # examples a step, steps
FLAT_SIZES, FLAT_LR = (64, 64, 10), 0.003
PRODUCTS = 30  # of the Hessian with a vector


class Layered(NamedTuple):
    """Least squares behind a random layer, each of shape `(widths, seeds)`.

    Attributes:
        error: on test images, the squared distance to the ten targets; without a penalty.
        accuracy: on them.
        size: length of all weights.
        paid_error: with the penalty that validation images choose.
        paid_accuracy: with it.
    """

    error: Tensor
    accuracy: Tensor
    size: Tensor
    paid_error: Tensor
    paid_accuracy: Tensor


def layered(wrong: float, seeds: Sequence[int] = SEEDS, widths=WIDTHS) -> Layered:
    """Every width and seed; a wider layer has all units of a narrower one."""
    columns = []
    for seed in seeds:
        data = few_digits(seed, wrong=wrong, dtype=torch.float64)
        layer = random_layer(max(WIDTHS), 64, seed=seed)
        X, there, target = layer(data.X), layer(data.X_test), torch.eye(10, dtype=torch.float64)
        rows = []
        for width in widths:
            found = path(X[:, :width], target[data.y], (0.0, *PRICES))
            miss = there[:, :width] @ found - target[data.y_test]
            error = miss.square().sum(-1)
            right = ((miss + target[data.y_test]).argmax(-1) == data.y_test).double()
            best = int(error[:, :CHOOSE].mean(1).argmin())
            error, right = error[:, CHOOSE:].mean(1), right[:, CHOOSE:].mean(1)
            rows.append([error[0], right[0], found[0].norm(), error[best], right[best]])
        columns.append(torch.tensor(rows, dtype=torch.float64))
    return Layered(*torch.stack(columns, 1).unbind(-1))


class Bench(NamedTuple):
    """Accuracies, each of shape `(settings, seeds)`.

    Attributes:
        train: on the labels learned from, wrong ones included.
        validation: on images that may choose a setting.
        test: on others.
    """

    train: Tensor
    validation: Tensor
    test: Tensor

    def chosen(self, among: Sequence[int]) -> int:
        """Of some settings, the one with the best mean validation accuracy."""
        means = self.validation.mean(1)
        return max(among, key=lambda place: means[place].item())


def bench(sizes: Sequence[int], wrong: float, seeds: Sequence[int] = SEEDS, cells=None) -> Bench:
    """Nets of one shape with every rate and strength of `CELLS`; biases are penalized too."""
    net, columns, cells = MLP(sizes), [], cells or CELLS
    for seed in seeds:
        data = few_digits(seed, wrong=wrong)
        runs = fleet(
            net, data, coupled(adam), lr=[lr for lr, _ in cells], steps=STEPS,
            seeds=[seed] * len(cells), weight_decay=[strength for _, strength in cells], every=0,
            progress=False,
        )  # fmt: skip
        columns.append(_scores(net, data, runs.params))
    return Bench(*torch.stack(columns, 1).unbind(-1))


def flat(
    kind: str, wrong: float, seeds: Sequence[int] = SEEDS, radii: Sequence[float] = RADII
) -> tuple[Bench, Tensor]:
    """Nets whose gradient is asked uphill, at every radius; and their sharpness at the end.

    Args:
        kind: `"full"`: every step on all examples; `"small"`: on ten.
        wrong: the part of labels that is.
        seeds: of images, labels and weights.
        radii: ρ.

    Returns:
        The bench, and the largest eigenvalue of the Hessian of the loss on all training examples,
        `(radii, seeds)`.
    """
    columns, sharp = [], []
    for seed in seeds:
        data, net = few_digits(seed, wrong=wrong), MLP(FLAT_SIZES, seed=seed)

        def loss(params, X=data.X, y=data.y, net=net) -> Tensor:
            return cross_entropy(functional_call(net, params, (X,)), y)

        params = _descended(net, loss, data, torch.tensor(radii), *FLAT[kind], seed)
        columns.append(_scores(net, data, params))
        each = [{name: value[i] for name, value in params.items()} for i in range(len(radii))]
        sharp.append([sharpness(loss, one, iterations=PRODUCTS, tolerance=0.0) for one in each])
    return Bench(*torch.stack(columns, 1).unbind(-1)), torch.tensor(sharp).T.double()


def _descended(net, loss, data, radii, examples, steps, seed) -> dict[str, Tensor]:
    """Adam from the net's weights for every radius, all on the same examples."""
    starts = {name: param.detach() for name, param in net.named_parameters()}
    params = {n: p.expand(len(radii), *p.shape).clone() for n, p in starts.items()}
    state = {name: adam.init(param) for name, param in params.items()}
    source = seeded(seed)

    def asked(params, radius, X, y):
        return sharpness_aware(grad(lambda params: loss(params, X, y)), params, radius)

    asked = vmap(asked, in_dims=(0, 0, None, None))
    for _ in range(steps):
        rows = torch.randperm(EXAMPLES, generator=source)[:examples]
        slopes = asked(params, radii, data.X[rows], data.y[rows])
        for name, slope in slopes.items():
            delta, state[name] = adam.update(slope, state[name], params[name], lr=FLAT_LR)
            params[name] = params[name] + delta
    return params


def _scores(net: MLP, data, params: dict[str, Tensor]) -> Tensor:
    """Training, validation and test accuracy of many nets, `(nets, 3)`."""
    X, y = data.X_test, data.y_test
    asked = ((data.X, data.y), (X[:CHOOSE], y[:CHOOSE]), (X[CHOOSE:], y[CHOOSE:]))

    def score(params: dict[str, Tensor]) -> Tensor:
        return torch.stack([accuracy(functional_call(net, params, (X,)), y) for X, y in asked])

    return vmap(score)(params).double()


def recorded_layers(labels: str) -> Layered:
    """The random layers that came with the book, `"wrong"` or `"clean"`."""
    return Layered(*map(unpacked, RECORD.found["values"]["layers"][labels].values()))


def recorded(shape: str, labels: str) -> Bench:
    """The nets of a shape in `SIZES` that came with the book."""
    return Bench(*map(unpacked, RECORD.found["values"]["nets"][labels][shape].values()))


def recorded_flat(kind: str, labels: str) -> tuple[Bench, Tensor]:
    """The nets at every radius that came with the book, and their sharpness."""
    found = RECORD.found["values"]["flat"][labels][kind]
    return Bench(*map(unpacked, found["bench"].values())), unpacked(found["sharpness"])


def _layers_again() -> tuple[Tensor, Tensor]:
    again, kept = layered(0.15, SEEDS[:1], WIDTHS[7:11]), recorded_layers("wrong")
    return torch.stack(again), torch.stack(kept)[:, 7:11, :1]


def _nets_again() -> tuple[Tensor, Tensor]:
    again = bench(SIZES["16"], 0.15, SEEDS[:2])
    return torch.stack(again), torch.stack(recorded("16", "wrong"))[:, :, :2]


def _flat_again() -> tuple[Tensor, Tensor]:
    again, kept = flat("small", 0.15, SEEDS[:1], RADII[3:4])[0], recorded_flat("small", "wrong")[0]
    return torch.stack(again), torch.stack(kept)[:, 3:4, :1]


def _flat_all(kind: str, wrong: float) -> dict:
    found, sharp = flat(kind, wrong)
    return {"bench": found._asdict(), "sharpness": sharp}


RECORD = Record(
    __file__,
    make=lambda: {
        "layers": {name: layered(wrong)._asdict() for name, wrong in LABELS.items()},
        "nets": {
            name: {shape: bench(sizes, wrong)._asdict() for shape, sizes in SIZES.items()}
            for name, wrong in LABELS.items()
        },
        "flat": {
            "wrong": {kind: _flat_all(kind, LABELS["wrong"]) for kind in FLAT},
            "clean": {"small": _flat_all("small", LABELS["clean"])},
        },
    },
    settings={
        "seeds": SEEDS, "labels": LABELS, "widths": WIDTHS, "prices": PRICES, "steps": STEPS,
        "sizes": SIZES, "cells": CELLS, "radii": RADII,
        "flat": [FLAT, FLAT_SIZES, FLAT_LR, PRODUCTS],
    },
    pieces={"layers": _layers_again, "nets": _nets_again, "flat": _flat_again},
    rtol=5e-3,
    atol=0.004,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()
