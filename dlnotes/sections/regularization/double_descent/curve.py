"""Fifteen points and random waves, one more at a time: the program of the demo.

What a fit makes of any heights is a matrix times them. A further feature changes it by a matrix of
rank one, so one pass gives every width, with a penalty or without.

Book: regularization/double_descent
"""

from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.regularization.random_features import Layer, path, random_layer

POINTS = 15  # N, to learn from
MOST = 200  # D, the widest layer
GRID = 81  # G, places where a fit is drawn and asked
SCALE = 9.0  # standard deviation of the frequencies
PLACES = torch.linspace(-1, 1, POINTS, dtype=torch.float64)
THERE = torch.linspace(-1, 1, GRID, dtype=torch.float64)
WIDTHS = (*range(1, 21), 22, 24, 27, 30, 35, 40, 50, 60, 80, 100, 125, 150, 200)
DRAWS = range(9, 17)  # seeds
NARROW_AND_MOST = (*range(1, POINTS + 1), MOST)
_ALL = torch.cat([PLACES, THERE])


def truth(x: Tensor) -> Tensor:
    """The curve behind the points: a wave."""
    return torch.sin(4 * x)


@cache
def drawn(draw: int) -> tuple[Tensor, Tensor, Tensor]:
    """Frequencies and phases of the features, `(MOST,)` each, and standard normal noise, `(N,)`.

    To three decimals, so that a page can carry them.
    """
    layer = random_layer(MOST, 1, scale=SCALE, activation="cos", seed=draw)
    noise = torch.randn(POINTS, generator=seeded(1000 + draw), dtype=torch.float64)
    return tuple(each.round(decimals=3) for each in (layer.weight[:, 0], layer.bias, noise))


def layer_of(draw: int) -> Layer:
    """The features of a draw as a layer."""
    frequency, phase, _ = drawn(draw)
    return Layer(frequency[:, None], phase, "cos")


def heights(draws: Tensor, noise: Tensor) -> Tensor:
    """The points: the truth at `PLACES`, and noise from standard normal draws, `(N,)`."""
    return truth(PLACES) + noise * draws


def widen(
    weights: Tensor, fit: Tensor, frequency: Tensor, phase: Tensor, before: Tensor
) -> tuple[Tensor, Tensor]:
    """One feature more, without a penalty.

    The new weight v is the one with the smallest ‖r - v c‖², r being what is missed, c what the
    others leave of the feature, as long as c is not 0, which it is from N features on; then the
    one with the smallest ‖w - v d‖² + v², d being how the others make up the feature.

    Args:
        weights: what makes weights of heights, `(D, N)`; rows of features to come are 0.
        fit: what makes the curve of them, at the points and on the grid, `(N + G, N)`.
        frequency: of the new feature, 0-d.
        phase: of the new feature, 0-d.
        before: how many there are, 0-d.
    """
    feature = torch.cos(frequency * _ALL + phase)
    here = feature[:POINTS]
    exact = (before >= POINTS).to(torch.float64)
    made_up, left = weights @ here, here - fit[:POINTS] @ here
    pull = (1 - exact) * (left - left @ fit[:POINTS]) + exact * (made_up @ weights)
    new = pull / ((1 - exact) * (left @ left) + exact * (1 + made_up @ made_up))
    itself = (torch.arange(MOST) == before).to(torch.float64)
    weights = weights + (itself - made_up)[:, None] * new
    return weights, fit + (feature - fit @ here)[:, None] * new


def widen_paid(
    pairs: Tensor, fit: Tensor, frequency: Tensor, phase: Tensor, alpha: Tensor
) -> tuple[Tensor, Tensor]:
    """One feature more under a penalty.

    The new weight v has the smallest ‖r - v c‖² + N α (‖w - v d‖² + v²), in the terms of `widen`.
    Of the weights their products are enough: the penalty keeps them precise.

    Args:
        pairs: the products of what makes the weights, its transpose times itself, `(N, N)`.
        fit: what makes the curve of them, at the points and on the grid, `(N + G, N)`.
        frequency: of the new feature, 0-d.
        phase: of the new feature, 0-d.
        alpha: α, more than 0, 0-d.
    """
    feature = torch.cos(frequency * _ALL + phase)
    here = feature[:POINTS]
    made_up, left = pairs @ here, here - fit[:POINTS] @ here
    whole = 1 + made_up @ here
    pull = left - left @ fit[:POINTS] + POINTS * alpha * made_up
    new = pull / (left @ left + POINTS * alpha * whole)
    more = whole / 2 * new - made_up
    pairs = pairs + more[:, None] * new + new[:, None] * more
    return pairs, fit + (feature - fit @ here)[:, None] * new


def curve(fit: Tensor, y: Tensor) -> Tensor:
    """The curve on the grid, `(G,)`."""
    return fit[POINTS:] @ y


def train(fit: Tensor, y: Tensor) -> Tensor:
    """Mean squared miss on the points; 0 where only rounding is left."""
    miss = (fit[:POINTS] @ y - y).square().mean()
    return torch.where(miss < 1e-15, 0.0, miss)


def test(fit: Tensor, y: Tensor, noise: Tensor) -> Tensor:
    """Mean squared miss on new points, all over the grid, with noise of their own."""
    return (fit[POINTS:] @ y - truth(THERE)).square().mean() + noise * noise


def size(weights: Tensor, y: Tensor) -> Tensor:
    """The length of the weights."""
    return (weights @ y).square().sum().sqrt()


def size_paid(pairs: Tensor, y: Tensor) -> Tensor:
    """The length of the weights, from their products."""
    return (y @ (pairs @ y)).sqrt()


# One width at a time, by the library: what the page computes and counts


def fitted(draw: int, width: int, alpha: float, noise: float) -> tuple[Tensor, Tensor, Tensor]:
    """Weights, what they predict at the points, and on the grid."""
    layer = layer_of(draw).first(width)
    y = heights(drawn(draw)[2], torch.tensor(noise, dtype=torch.float64))
    w = path(layer(PLACES[:, None]), y, [alpha])[0]
    return w, layer(PLACES[:, None]) @ w, layer(THERE[:, None]) @ w


def errors(
    draw: int, noise: float, alpha: float = 0.0, widths: Sequence[int] = WIDTHS
) -> list[float]:
    """The error on new points at each width."""
    curves = (fitted(draw, width, alpha, noise)[2] for width in widths)
    return [((there - truth(THERE)).square().mean() + noise**2).item() for there in curves]


def many(noise: float, draws: int = 100) -> Tensor:
    """The same for many draws at 1 to N waves and at the most, `(draws, N + 1)`."""
    rows = [errors(draw, noise, widths=NARROW_AND_MOST) for draw in range(draws)]
    return torch.tensor(rows, dtype=torch.float64)
