"""Nets on few digits, sick in some way, one for every seed, trained side by side.

Book: hyperparameters/remedies
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.regularization.augmentation import moved
from dlnotes.training.data.mislabeled import CHOOSE, few_digits

PIXELS, CLASSES = 8, 10
MOMENTUM, BATCH = 0.9, 30
WAYS = ((1, 0), (-1, 0), (0, 1), (0, -1))  # right and down

Params = dict[str, Tensor]


class Setting(NamedTuple):
    """How a net is made and trained; as it stands, in good health.

    Attributes:
        lr: learning rate of SGD with momentum 0.9.
        steps: T, on batches of 30.
        layers: hidden ones.
        width: units of each.
        relu: instead of tanh.
        norm: batch norm before each activation.
        l2: α, of α/2 times the sum of squares of all weights, in the loss.
        examples: images to learn from.
        wrong: part of them that is labeled wrongly.
        shuffled: whether labels are dealt out at random.
        shift: most pixels to each side that a training image is moved, anew at every step.
        away: whether validation and test images are moved by a pixel.
        gray: whether pixels are left as gray levels from 0 to 255.
        start: of the first weights, times the root of the layer's inputs.
    """

    lr: float = 0.03
    steps: int = 200
    layers: int = 1
    width: int = 32
    relu: bool = False
    norm: bool = False
    l2: float = 0.0
    examples: int = 150
    wrong: float = 0.0
    shuffled: bool = False
    shift: float = 0.0
    away: bool = False
    gray: bool = False
    start: float = 1.0


class Digits(NamedTuple):
    """Digits for R nets.

    Attributes:
        X: gray levels to learn from, `(R, N, 8, 8)`.
        y: their labels, `(R, N)`.
        held: others, `(R, 1000, 8, 8)`: the first `CHOOSE` choose, the rest report.
        y_held: their labels.
        mean: gray level that becomes 0, `(R, 1, 1)`.
        std: gray levels that become 1.
    """

    X: Tensor
    y: Tensor
    held: Tensor
    y_held: Tensor
    mean: Tensor
    std: Tensor

    def scaled(self, images: Tensor) -> Tensor:
        """What the nets are given, `(R, N, 64)`."""
        return (images.flatten(-2) - self.mean) / self.std


def digits(settings: Sequence[Setting], seeds: Sequence[int]) -> Digits:
    """What the nets of every setting and seed learn from and are asked."""
    found = [_digits(setting, seeds) for setting in settings]
    return Digits(*(torch.cat(part) for part in zip(*found, strict=True)))


def _digits(setting: Setting, seeds: Sequence[int]) -> Digits:
    found = [
        few_digits(seed, setting.examples, setting.wrong, standardized=False) for seed in seeds
    ]
    X, y, held, y_held = (torch.stack(part) for part in zip(*found, strict=True))
    X, held = (part.unflatten(-1, (PIXELS, PIXELS)) for part in (X, held))
    if setting.shuffled:
        drawn = [torch.randperm(y.shape[1], generator=seeded(3 * s + 2)) for s in seeds]
        y = torch.stack([row[order] for row, order in zip(y, drawn, strict=True)])
    if setting.away:
        ways = [moved(held, right=float(right), down=float(down)) for right, down in WAYS]
        held = torch.cat([ways[i % 4][:, i : i + 1] for i in range(held.shape[1])], 1)
    flat = X.flatten(1)
    mean, std = flat.mean(1)[:, None, None], flat.std(1, correction=0)[:, None, None]
    if setting.gray:
        mean, std = torch.zeros_like(mean), torch.full_like(std, 1 / 255)
    return Digits(X, y, held, y_held, mean, std)


def first(setting: Setting, seeds: Sequence[int]) -> Params:
    """Normal weights, zero biases."""
    sizes = [PIXELS**2, *[setting.width] * setting.layers, CLASSES]
    params = {}
    sources = [seeded(3 * seed + 1) for seed in seeds]
    for depth, (inputs, outputs) in enumerate(pairwise(sizes)):
        drawn = [torch.randn(inputs, outputs, generator=source) for source in sources]
        params[f"W{depth}"] = setting.start * torch.stack(drawn) / inputs**0.5
        params[f"b{depth}"] = torch.zeros(len(seeds), 1, outputs)
        if setting.norm and depth < setting.layers:
            params[f"g{depth}"] = torch.ones(len(seeds), 1, outputs)
    return params


def scores(params: Params, X: Tensor, setting: Setting, first_rows: int | None = None) -> Tensor:
    """`(R, N, 10)`; batch norm takes its statistics from the first rows alone."""
    for depth in range(setting.layers + 1):
        if depth < setting.layers and setting.norm:
            Z = X @ params[f"W{depth}"]
            rows = Z[:, :first_rows]
            mean, variance = rows.mean(1, keepdim=True), rows.var(1, correction=0, keepdim=True)
            Z = (Z - mean) * torch.rsqrt(variance + 1e-5) * params[f"g{depth}"]
            Z = Z + params[f"b{depth}"]
        else:
            Z = torch.baddbmm(params[f"b{depth}"], X, params[f"W{depth}"])
        if depth == setting.layers:
            return Z
        X = Z.relu() if setting.relu else Z.tanh()


def loss_of(found: Tensor, y: Tensor) -> Tensor:
    """Mean cross-entropy of each net, `(R,)`."""
    return -found.log_softmax(-1).gather(-1, y[..., None])[..., 0].mean(1)


def train(
    data: Digits,
    settings: Sequence[Setting],
    seeds: Sequence[int],
    watch: Callable[[int, Params], None] = lambda step, params: None,
) -> Params:
    """A net for every setting and seed; one that diverges keeps what it ended with.

    Args:
        data: what the nets of the first setting learn from, then the next.
        settings: equal but for `lr`, `l2` and the data.
        seeds: of weights and batches.
        watch: is shown how many steps were taken, and the parameters.
    """
    setting = settings[0]
    found = [first(each, seeds) for each in settings]
    params = {name: torch.cat([one[name] for one in found]).requires_grad_() for name in found[0]}
    lr, l2 = (
        torch.tensor([[[getattr(each, name)]] for each in settings for _ in seeds])
        for name in ("lr", "l2")
    )
    penalized = bool(l2.any())
    speeds = {name: torch.zeros_like(param) for name, param in params.items()}
    sources = [seeded(3 * seed) for _ in settings for seed in seeds]
    row, count = torch.arange(len(data.X))[:, None], data.X.shape[1]
    orders = torch.empty(len(data.X), 0, dtype=torch.int64)
    fixed = data.scaled(data.X)
    for step in range(setting.steps):
        if orders.shape[1] < BATCH:
            orders = torch.stack([torch.randperm(count, generator=each) for each in sources])
        batch, orders = orders[:, :BATCH], orders[:, BATCH:]
        if setting.shift:
            images = data.X[row, batch]
            each = zip(images, sources, strict=True)
            X = data.scaled(torch.stack([shifted(*one, setting.shift) for one in each]))
        else:
            X = fixed[row, batch]
        loss = loss_of(scores(params, X, setting), data.y[row, batch]).sum()
        slopes = torch.autograd.grad(loss, tuple(params.values()))
        with torch.no_grad():
            for (name, param), slope in zip(params.items(), slopes, strict=True):
                if penalized and name.startswith("W"):
                    slope = slope + l2 * param
                param -= lr * speeds[name].mul_(MOMENTUM).add_(slope)
        watch(step + 1, params)
    return params


def shifted(images: Tensor, source: torch.Generator, most: float) -> Tensor:
    """Every image moved evenly up to so many pixels; 0 comes in."""
    moves = most * (2 * torch.rand(2, len(images), 1, 1, generator=source) - 1)
    place = torch.arange(PIXELS)
    apart = place[:, None] - place  # from where a pixel is, to where it has come from
    down, right = ((1 - (apart - move).abs()).clamp(min=0) for move in moves)
    return down @ images @ right.mT


class Judged(NamedTuple):
    """Accuracies of R nets, `(R,)` each: on what was learned, on what chooses and what reports."""

    train: Tensor
    validation: Tensor
    test: Tensor


@torch.no_grad()
def judged(params: Params, data: Digits, setting: Setting) -> Judged:
    """Everything switched off; batch norm by the images learned from."""
    X = torch.cat([data.scaled(data.X), data.scaled(data.held)], 1)
    y, count = torch.cat([data.y, data.y_held], 1), data.X.shape[1]
    found = scores(params, X, setting, count)
    right = ((found.argmax(-1) == y) & found.isfinite().all(-1)).double()
    cuts = right.split([count, CHOOSE, right.shape[1] - count - CHOOSE], 1)
    return Judged(*(part.mean(1) for part in cuts))
