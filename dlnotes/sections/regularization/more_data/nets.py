"""Nets that see the digits anew at every step: shifted, mirrored, turned, or with noise.

Book: regularization/more_data
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.optimizers import adam
from dlnotes.regularization.augmentation import jittered, moved, noisy
from dlnotes.training.data.mislabeled import CHOOSE, few_digits
from dlnotes.training.nets.losses import log_softmax
from dlnotes.training.nets.mlp import MLP

PIXELS = 8  # of a side
WAYS = ((1, 0), (-1, 0), (0, 1), (0, -1))  # right and down: where a test image is moved to


class Made(NamedTuple):
    """What is done to the training images, anew at every step.

    Attributes:
        noise: σ of the noise, in standard deviations of all pixels together.
        shift: most pixels to each side.
        flip: `"mirror"` or `"half turn"`, done to half of them; `""` for none.
    """

    noise: float = 0.0
    shift: float = 0.0
    flip: str = ""


NOTHING = Made()


class Digits(NamedTuple):
    """Digits of one seed, in gray levels, and the one scale that all pixels share.

    Attributes:
        X: to learn from, `(N, 8, 8)`.
        y: their labels, some wrong.
        validation: images and labels that choose.
        test: images and labels that judge.
        mean: gray level that becomes 0.
        std: gray levels that become 1.
    """

    X: Tensor
    y: Tensor
    validation: tuple[Tensor, Tensor]
    test: tuple[Tensor, Tensor]
    mean: Tensor
    std: Tensor

    def scaled(self, images: Tensor) -> Tensor:
        """What a net is given, `(..., 64)`."""
        return (images.flatten(-2) - self.mean) / self.std


def digits(seed: int, examples: int = 150, wrong: float = 0.15) -> Digits:
    """One mean and one standard deviation for all pixels, over the training images.

    Pixel by pixel a place that no training image lights has no scale, and a moved digit lights it.
    """
    data = few_digits(seed, examples, wrong, standardized=False)
    X, held = (part.unflatten(1, (PIXELS, PIXELS)) for part in (data.X, data.X_test))
    parts = [(held[cut], data.y_test[cut]) for cut in (slice(CHOOSE), slice(CHOOSE, None))]
    return Digits(X, data.y, *parts, X.mean(), X.std())


def seen(digits: Digits, made: Made, source: torch.Generator) -> Tensor:
    """The training images of one step, as the net gets them, `(N, 64)`."""
    images = digits.X
    if made.shift:
        images = jittered(images, source, shift=made.shift)
    if made.flip:
        flipped = images.flip(-1) if made.flip == "mirror" else images.flip(-1, -2)
        coin = torch.rand(len(images), generator=source) < 0.5
        images = torch.where(coin[:, None, None], flipped, images)
    X = digits.scaled(images)
    return noisy(X, made.noise, source) if made.noise else X


class Nets(NamedTuple):
    """R nets of one hidden layer.

    Attributes:
        W: `(R, H, 64)`.
        b: `(R, 1, H)`.
        V: `(R, C, H)`.
        c: `(R, 1, C)`.
    """

    W: Tensor
    b: Tensor
    V: Tensor
    c: Tensor

    def scores(self, X: Tensor) -> Tensor:
        """Of the images of every net, `(R, N, 64)`, the scores of the classes, `(R, N, C)`."""
        hidden = torch.baddbmm(self.b, X, self.W.mT).relu()
        return torch.baddbmm(self.c, hidden, self.V.mT)

    def right(self, images: Sequence[Tensor], labels: Sequence[Tensor]) -> Tensor:
        """The share of its images that every net reads right, `(R,)`."""
        found = self.scores(torch.stack(list(images))).argmax(-1)
        return (found == torch.stack(list(labels))).double().mean(1)


def trained(
    data: Sequence[Digits],
    made: Made = NOTHING,
    *,
    seeds: Sequence[int],
    hidden: int,
    lr: float,
    steps: int,
) -> Nets:
    """A net for every seed, by full-batch Adam on images made anew at every step.

    Args:
        data: what each learns from, R of them, equally many images each.
        made: what is done to the images.
        seeds: of weights and of what is made, R.
        hidden: H, units.
        lr: learning rate.
        steps: T.
    """
    nets, sources = _first(seeds, hidden), [seeded(seed) for seed in seeds]
    states = [adam.init(param) for param in nets]
    right = torch.nn.functional.one_hot(torch.stack([one.y for one in data]), 10)
    kept = torch.stack([one.scaled(one.X) for one in data])
    for _ in range(steps):
        if made != NOTHING:
            both = zip(data, sources, strict=True)
            kept = torch.stack([seen(one, made, source) for one, source in both])
        nets = Nets(*(param.requires_grad_() for param in nets))
        # a mean over the images of a net, a sum over the nets: none sees another
        loss = -(log_softmax(nets.scores(kept)) * right).sum() / kept.shape[1]
        grads = torch.autograd.grad(loss, nets)
        with torch.no_grad():
            moves = [
                adam.update(grad, state, param, lr=lr)
                for grad, state, param in zip(grads, states, nets, strict=True)
            ]
            nets = Nets(*(param + delta for param, (delta, _) in zip(nets, moves, strict=True)))
        states = [state for _, state in moves]
    return nets


def _first(seeds: Sequence[int], hidden: int) -> Nets:
    """The weights that an `MLP` of each seed begins with."""
    nets = [MLP((PIXELS**2, hidden, 10), seed=seed) for seed in seeds]
    W, b, V, c = (torch.stack(each).detach() for each in zip(*map(_params, nets), strict=True))
    return Nets(W, b.unsqueeze(1), V, c.unsqueeze(1))


def _params(net: MLP) -> list[Tensor]:
    return [param for layer in net.layers for param in (layer.weight, layer.bias)]


def moved_away(images: Tensor) -> list[Tensor]:
    """The images moved by one pixel, once in each of `WAYS`."""
    return [moved(images, right=right, down=down) for right, down in WAYS]
