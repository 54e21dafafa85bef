"""Nets on few digits under any remedy, one for every seed, trained side by side.

Book: regularization/the_bench
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Generator, Tensor
from torch.nn.functional import one_hot

from dlnotes.core.seeds import generator
from dlnotes.regularization.augmentation import moved
from dlnotes.regularization.ghost_norm import ghost_norm
from dlnotes.regularization.pruning import magnitude_mask
from dlnotes.regularization.soft_targets import shares
from dlnotes.training.data.mislabeled import CHOOSE, few_digits
from dlnotes.training.nets.mlp import MLP

PIXELS, CLASSES = 8, 10
BETA1, BETA2, EPS = 0.9, 0.999, 1e-8  # of Adam, its defaults
STEPS, CUT = 400, 200  # steps in all, and after how many of them a net is pruned
WAYS = ((1, 0), (-1, 0), (0, 1), (0, -1))  # right and down: where the held-out images are moved

Params = dict[str, Tensor]


class Setting(NamedTuple):
    """What a net is trained with; as it stands, no remedy at all.

    Attributes:
        l2: α, of α/2 times the sum of squares of all parameters, in the loss.
        decay: of all parameters at every step, times the learning rate, past Adam.
        l1: of the sum of the sizes of all parameters, in the loss.
        drop: share of hidden units switched off.
        noise: σ, in standard deviations of all pixels together.
        shift: most pixels to each side, anew at every step.
        smooth: ε, dealt out to all classes.
        mix: a, of the shares of mixup; 0 for none.
        group: images that are normalized together; 0 for no batch norm.
        sparsity: part of every layer's weights that goes after `CUT` steps.
        lr: learning rate.
        width: hidden units; 0 for no hidden layer.
        examples: images to learn from.
    """

    l2: float = 0.0
    decay: float = 0.0
    l1: float = 0.0
    drop: float = 0.0
    noise: float = 0.0
    shift: float = 0.0
    smooth: float = 0.0
    mix: float = 0.0
    group: int = 0
    sparsity: float = 0.0
    lr: float = 0.003
    width: int = 64
    examples: int = 150


NONE = Setting()


class Digits(NamedTuple):
    """Digits for R nets, in gray levels, and the one scale that all pixels of a net share.

    Attributes:
        X: to learn from, `(R, N, 8, 8)`.
        y: their labels, `(R, N)`, some wrong.
        held: others, `(R, 1000, 8, 8)`: the first `CHOOSE` choose, the rest report.
        y_held: their labels.
        away: the held ones moved by a pixel, once in each of `WAYS`.
        mean: gray level that becomes 0, `(R, 1, 1)`.
        std: gray levels that become 1.
    """

    X: Tensor
    y: Tensor
    held: Tensor
    y_held: Tensor
    away: tuple[Tensor, ...]
    mean: Tensor
    std: Tensor

    def scaled(self, images: Tensor) -> Tensor:
        """What the nets are given, `(R, N, 64)`."""
        return (images.flatten(-2) - self.mean) / self.std


def digits(seeds: Sequence[int], examples: int, wrong: float) -> Digits:
    """One mean and one standard deviation for all pixels: a moved digit lights others."""
    found = [few_digits(seed, examples, wrong, standardized=False) for seed in seeds]
    X, y, held, y_held = (torch.stack(part) for part in zip(*found, strict=True))
    X, held = (part.unflatten(-1, (PIXELS, PIXELS)) for part in (X, held))
    flat = X.flatten(1)
    mean, std = flat.mean(1), flat.std(1, correction=0)
    away = tuple(moved(held, right=float(right), down=float(down)) for right, down in WAYS)
    return Digits(X, y, held, y_held, away, mean[:, None, None], std[:, None, None])


def first(seeds: Sequence[int], setting: Setting) -> Params:
    """The parameters that an `MLP` of each seed begins with."""
    sizes = [PIXELS**2, *([setting.width] if setting.width else []), CLASSES]
    layers = [MLP(sizes, seed=seed).layers for seed in seeds]
    params = {}
    for depth in range(len(sizes) - 1):
        params[f"W{depth}"] = torch.stack([each[depth].weight.detach() for each in layers])
        params[f"b{depth}"] = torch.stack([each[depth].bias.detach() for each in layers])[:, None]
    if setting.group:
        params["gain"] = torch.ones(len(layers), 1, setting.width)
    return params


def scores(params: Params, X: Tensor, normed: Callable | None = None, keep=None) -> Tensor:
    """`(R, N, 10)`; `normed` acts on what the hidden units are given, `keep` multiplies them."""
    if "W1" not in params:
        return X @ params["W0"].mT + params["b0"]
    if normed:
        hidden = normed(X @ params["W0"].mT) * params["gain"] + params["b0"]
    else:
        hidden = torch.baddbmm(params["b0"], X, params["W0"].mT)
    hidden = hidden.relu() if keep is None else hidden.relu() * keep
    return torch.baddbmm(params["b1"], hidden, params["W1"].mT)


def train(
    data: Digits,
    setting: Setting,
    seeds: Sequence[int],
    steps: int = STEPS,
    watch: Callable[[int, Params], None] = lambda step, params: None,
) -> Params:
    """A net for every seed, by full-batch Adam.

    Args:
        data: what each learns from.
        setting: what it is trained with.
        seeds: of weights and of all that is drawn.
        steps: T.
        watch: is shown how many steps were taken and the parameters, from 0 to T.
    """
    params, sources = first(seeds, setting), [generator(seed, "masks") for seed in seeds]
    for param in params.values():
        param.requires_grad_()
    moments = {name: (torch.zeros_like(p), torch.zeros_like(p)) for name, p in params.items()}
    hard = (1 - setting.smooth) * one_hot(data.y, CLASSES) + setting.smooth / CLASSES
    normed = (lambda Z: ghost_norm(Z, setting.group)) if setting.group else None
    kept: Params = {}
    for step in range(steps):
        watch(step, params)
        if setting.sparsity and step == CUT:
            cut = [name for name in params if name.startswith("W")]
            kept = {n: magnitude_mask(params[n].detach(), setting.sparsity) for n in cut}
        X, target = seen(data, hard, setting, sources)
        found = scores(params, X, normed, _masks(setting, X.shape[1], sources))
        # a mean over the images of a net, a sum over the nets: none sees another
        loss = -(found.log_softmax(-1) * target).sum() / X.shape[1]
        slopes = torch.autograd.grad(loss, tuple(params.values()))
        with torch.no_grad():
            for (name, param), slope in zip(params.items(), slopes, strict=True):
                _step(param, slope, *moments[name], step + 1, setting)
                if name in kept:
                    param *= kept[name]
    watch(steps, params)
    return params


def _step(param: Tensor, slope: Tensor, m: Tensor, v: Tensor, step: int, setting: Setting) -> None:
    """One step of Adam in place, `dlnotes.optimizers.adam` at its defaults; memory is reused."""
    if setting.l2:
        slope = slope.add(param, alpha=setting.l2)
    if setting.l1:
        slope = slope.add(param.sign(), alpha=setting.l1)
    if setting.decay:
        param.mul_(1 - setting.lr * setting.decay)
    m.lerp_(slope, 1 - BETA1)
    v.mul_(BETA2).addcmul_(slope, slope, value=1 - BETA2)
    size = (v / (1 - BETA2**step)).sqrt_().add_(EPS)
    param.addcdiv_(m, size, value=-setting.lr / (1 - BETA1**step))


def seen(
    data: Digits, target: Tensor, setting: Setting, sources: Sequence[Generator]
) -> tuple[Tensor, Tensor]:
    """What the nets are given in one step, and what is asked."""
    images, count = data.X, data.X.shape[1]
    if setting.shift:
        each = zip(images, sources, strict=True)
        images = torch.stack([_shifted(*one, setting.shift) for one in each])
    X = data.scaled(images)
    if setting.noise:
        X = X + setting.noise * torch.stack(
            [torch.randn(X.shape[1:], generator=s) for s in sources]
        )
    if setting.mix or setting.group:
        row = torch.arange(len(X))[:, None]
        order = torch.stack([torch.randperm(count, generator=source) for source in sources])
        if setting.group:
            X, target = X[row, order], target[row, order]
        else:
            drawn = [shares(count, setting.mix, source).float() for source in sources]
            r = torch.stack(drawn)[..., None]
            X = r * X + (1 - r) * X[row, order]
            target = r * target + (1 - r) * target[row, order]
    return X, target


def _shifted(images: Tensor, source: Generator, most: float) -> Tensor:
    """Every image moved evenly up to so many pixels; 0 comes in."""
    moves = most * (2 * torch.rand(2, len(images), 1, 1, generator=source) - 1)
    place = torch.arange(PIXELS)
    apart = place[:, None] - place  # from where a pixel is, to where it has come from
    down, right = ((1 - (apart - move).abs()).clamp(min=0) for move in moves)
    return down @ images @ right.mT


def _masks(setting: Setting, count: int, sources: Sequence[Generator]) -> Tensor | None:
    if not setting.drop:
        return None
    drawn = torch.stack([torch.rand(count, setting.width, generator=each) for each in sources])
    return (drawn >= setting.drop) / (1 - setting.drop)


class Judged(NamedTuple):
    """Accuracies of R nets, `(R,)` each.

    Attributes:
        train: on the images learned from, with their labels, wrong ones too.
        validation: on images that choose.
        test: on images that judge.
        validation_moved: on the first, moved by a pixel in each of four directions.
        test_moved: on the others, moved likewise.
    """

    train: Tensor
    validation: Tensor
    test: Tensor
    validation_moved: Tensor
    test_moved: Tensor


@torch.no_grad()
def judged(params: Params, data: Digits) -> Judged:
    """Everything switched off; batch norm by the images learned from."""
    X = data.scaled(data.X)
    normed = _population(X @ params["W0"].mT) if "gain" in params else None

    def right(images: Tensor, y: Tensor) -> Tensor:
        return (scores(params, data.scaled(images), normed).argmax(-1) == y).double()

    as_is = right(data.held, data.y_held)
    away = torch.stack([right(images, data.y_held) for images in data.away]).mean(0)
    halves = [(part[:, :CHOOSE].mean(1), part[:, CHOOSE:].mean(1)) for part in (as_is, away)]
    return Judged(right(data.X, data.y).mean(1), *halves[0], *halves[1])


def _population(Z: Tensor) -> Callable[[Tensor], Tensor]:
    mean, variance = Z.mean(1, keepdim=True), Z.var(1, correction=0, keepdim=True)
    return lambda values: (values - mean) * torch.rsqrt(variance + 1e-5)
