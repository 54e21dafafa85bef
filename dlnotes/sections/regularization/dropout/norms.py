"""Dropout in front of a batch normalization, and behind all of them.

Book: regularization/dropout
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from dlnotes.core.seeds import generator
from dlnotes.regularization.dropout import Dropout
from dlnotes.training.data.mislabeled import few_digits

SHARE, WIDTH = 0.5, 64
LR, STEPS, PASSES = 0.003, 300, 3
PLACES = ("each", "before", "after")


def net(place: str, seed: int) -> nn.Sequential:
    """Two hidden layers, each ReLU behind it a norm; dropout before each norm, or only at the last.

    `"before"` and `"after"` have one dropout, on one side or the other of the last norm.
    """
    first, last = (Dropout(SHARE, seed=2 * seed + k) for k in range(2))
    norm = nn.BatchNorm1d(WIDTH)
    tail = (norm, last) if place == "after" else (last, norm)
    made = (
        nn.Linear(64, WIDTH), nn.ReLU(), *((first,) if place == "each" else ()),
        nn.BatchNorm1d(WIDTH), nn.Linear(WIDTH, WIDTH), nn.ReLU(), *tail, nn.Linear(WIDTH, 10),
    )  # fmt: skip
    layers, source = nn.Sequential(*made), generator(seed, "weights")
    for layer in layers:
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight, generator=source)
            nn.init.zeros_(layer.bias)
    return layers


def compared(place: str, seeds: Sequence[int]) -> dict[str, Tensor]:
    """What a seed's net scores with the statistics of training, and with those of evaluation.

    Returns:
        `kept`, `again`: test accuracy with each, `(seeds,)`; `ratio`: the last norm's variance
        without dropout over the one it has stored, the median of its units, `(seeds,)`.
    """
    rows = [_compared(net(place, seed), few_digits(seed, wrong=0.0)) for seed in seeds]
    return dict(zip(("kept", "again", "ratio"), torch.tensor(rows).double().T, strict=True))


def _compared(layers: nn.Sequential, data) -> tuple[float, float, float]:
    rule = torch.optim.Adam(layers.parameters(), lr=LR)
    for _ in range(STEPS):
        rule.zero_grad()
        cross_entropy(layers(data.X), data.y).backward()
        rule.step()
    norms = [each for each in layers if isinstance(each, nn.BatchNorm1d)]
    stored = norms[-1].running_var.clone()
    kept = _accuracy(layers, data)
    for norm in norms:
        norm.train()  # the rest stays in evaluation: dropout is off
        norm.reset_running_stats()
        norm.momentum = None  # a plain mean over the passes
    with torch.no_grad():
        for _ in range(PASSES):  # a norm's statistics depend on those before it
            layers(data.X)
    ratio = (norms[-1].running_var / stored).median().item()
    return kept, _accuracy(layers, data), ratio


def _accuracy(layers: nn.Sequential, data) -> float:
    with torch.no_grad():
        scores = layers.eval()(data.X_test)
    return (scores.argmax(1) == data.y_test).double().mean().item()
