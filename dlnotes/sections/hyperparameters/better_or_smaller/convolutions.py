"""Small convolutional nets on digits, ordinary and separable, many of them side by side.

R nets are one net: their channels lie next to each other, and groups keep them apart.

Book: hyperparameters/better_or_smaller
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.cost import Cost, net_cost
from dlnotes.optimizers import adam
from dlnotes.training.data.batches import rows
from dlnotes.training.data.mislabeled import CHOOSE, MOST, few_digits

WIDTHS = {"ordinary": (2, 4, 8, 16), "separable": (2, 4, 8, 16), "shallow": (13,)}
RATES = (0.003, 0.01, 0.03, 0.1)
STEPS, BATCH = 300, 32
SEEDS = tuple(range(8))


def plain(kind: str, width: int) -> nn.Sequential:
    """One of the nets, for its cost: three convolutions (shallow: two) on 8 by 8 pixels."""
    third = [] if kind == "shallow" else [*_block(kind, 2 * width, 2 * width), nn.ReLU()]
    return nn.Sequential(
        nn.Conv2d(1, width, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2),
        *_block(kind, width, 2 * width), nn.ReLU(), *third, nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(8 * width, 10),
    )  # fmt: skip


def _block(kind: str, inputs: int, outputs: int) -> list[nn.Conv2d]:
    if kind != "separable":
        return [nn.Conv2d(inputs, outputs, 3, padding=1)]
    depthwise = nn.Conv2d(inputs, inputs, 3, padding=1, groups=inputs, bias=False)
    return [depthwise, nn.Conv2d(inputs, outputs, 1)]


def cost(kind: str, width: int) -> Cost:
    """Of such a net, for one image."""
    return net_cost(plain(kind, width), torch.zeros(1, 1, 8, 8))


def accuracies(kind: str, width: int, seeds: Sequence[int] = SEEDS, steps: int = STEPS) -> Tensor:
    """On images that choose a rate and on others, `(2, rates, seeds)`."""
    runs = [(lr, seed) for lr in RATES for seed in seeds]
    data = {seed: few_digits(seed, MOST, wrong=0.0) for seed in seeds}
    X = torch.stack([data[seed].X.view(-1, 8, 8) for _, seed in runs], 1)
    y = torch.stack([data[seed].y for _, seed in runs], 1)
    nets, shapes = len(runs), [param.shape for param in plain(kind, width).parameters()]
    params = [
        _first(shape, place, [seed for _, seed in runs]) for place, shape in enumerate(shapes)
    ]
    states, rate = [adam.init(param) for param in params], torch.tensor([lr for lr, _ in runs])
    order = rows(MOST, BATCH, steps, 0)
    for step in range(steps):
        params = [param.requires_grad_() for param in params]
        scores = _scores(kind, params, X[order[step]], nets)
        loss = F.cross_entropy(scores.flatten(0, 1), y[order[step]].flatten()) * nets
        slopes = torch.autograd.grad(loss, params)
        now = rate * (1 - step / steps)
        for place, (slope, param) in enumerate(zip(slopes, params, strict=True)):
            lr = now.view(-1, *[1] * (param.ndim - 1))
            delta, states[place] = adam.update(slope, states[place], param.detach(), lr=lr)
            params[place] = param.detach() + delta
    X = torch.stack([data[seed].X_test.view(-1, 8, 8) for _, seed in runs], 1)
    y = torch.stack([data[seed].y_test for _, seed in runs], 1)
    hits = (_scores(kind, params, X, nets).argmax(-1) == y).double()
    parts = hits[:CHOOSE].mean(0), hits[CHOOSE:].mean(0)
    return torch.stack(parts).view(2, len(RATES), len(seeds))


def _first(shape: torch.Size, place: int, seeds: Sequence[int]) -> Tensor:
    """Normal weights of variance 2 / inputs for every run; biases of 0. `(R, *shape)`."""
    if len(shape) == 1:
        return torch.zeros(len(seeds), *shape)
    scale = (2 / shape[1:].numel()) ** 0.5
    drawn = [scale * torch.randn(shape, generator=seeded(100 * seed + place)) for seed in seeds]
    return torch.stack(drawn)


@torch.enable_grad()
def _scores(kind: str, params: list[Tensor], X: Tensor, nets: int) -> Tensor:
    """What all nets answer to images `(B, R, 8, 8)`; `(B, R, 10)`."""
    left = iter(params)

    def conv(X: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
        flat = weight.flatten(0, 1)
        groups = X.shape[1] // weight.shape[2]
        return F.conv2d(X, flat, None if bias is None else bias.flatten(), 1, "same", 1, groups)

    def block(X: Tensor) -> Tensor:
        X = conv(X, next(left)) if kind == "separable" else X
        return conv(X, next(left), next(left)).relu()

    X = F.avg_pool2d(conv(X, next(left), next(left)).relu(), 2)
    X = block(X) if kind == "shallow" else block(block(X))
    X = F.avg_pool2d(X, 2)
    X = X.view(len(X), nets, -1)
    return torch.einsum("brh,roh->bro", X, next(left)) + next(left)
