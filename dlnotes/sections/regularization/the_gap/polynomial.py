"""Polynomials of every degree through the same points at once: the program of the demo.

The columns 1, x, x², … are made orthogonal one after the other; the fit of degree d is then the
sum of the first d + 1 pieces, so that one pass gives all degrees.

Book: regularization/the_gap
"""

from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.regularization.smoothers import Parts, parts, ridge_matrix

POINTS = 15  # N, to learn from
TERMS = 15  # D, of degree 0 to 14: as many as there are points
GRID = 81  # G, places where a fit is drawn and asked
PLACES = torch.linspace(-1, 1, POINTS, dtype=torch.float64)
THERE = torch.linspace(-1, 1, GRID, dtype=torch.float64)
DRAWS = torch.randn(24, POINTS, generator=seeded(0), dtype=torch.float64).round(decimals=3)
_UP_TO = torch.tril(torch.ones(TERMS, TERMS, dtype=torch.float64))  # adds pieces up to a degree


def powers(x: Tensor) -> Tensor:
    """1, x, …, x¹⁴ as columns, `(N, D)`."""
    return torch.stack([x**k for k in range(TERMS)], dim=1)


def truth(x: Tensor) -> Tensor:
    """The curve behind the points: a wave."""
    return torch.sin(4 * x)


def heights(draws: Tensor, noise: Tensor) -> Tensor:
    """The points: the truth at `PLACES`, and noise from standard normal draws, `(N,)`."""
    return truth(PLACES) + noise * draws


def columns(alpha: Tensor) -> Tensor:
    """The powers made orthogonal, `(N + D + G, D)`.

    The first N rows are at the points, the last G on the grid; the D in between say what a column
    is made of. Two columns are orthogonal when their product over the points plus N α times that
    over the rows in between is 0; the first of these, the intercept, costs nothing.
    """
    paid = (torch.arange(TERMS) > 0).to(torch.float64)
    weight = torch.cat(
        [torch.ones(POINTS, dtype=torch.float64), POINTS * alpha * paid, torch.zeros(GRID)]
    )
    left = torch.cat([powers(PLACES), torch.eye(TERMS, dtype=torch.float64), powers(THERE)])
    done = []
    for _ in range(TERMS - 1):
        first, rest = left[:, 0], left[:, 1:]
        share = (weight * first) @ rest / (weight * first * first).sum()
        done.append(first)
        left = rest - first[:, None] * share
    return torch.stack([*done, left[:, 0]], dim=1)


def pieces(z: Tensor, alpha: Tensor) -> Tensor:
    """How a fit answers to the heights, a matrix for each piece, `(D, N + D + G, N)`."""
    paid = (torch.arange(TERMS) > 0).to(torch.float64)
    at, made = z[:POINTS], z[POINTS : POINTS + TERMS]
    length = at.square().sum(0) + POINTS * alpha * (paid[:, None] * made.square()).sum(0)
    return (z / length).T[:, :, None] * at.T[:, None, :]


def fits(z: Tensor, y: Tensor, alpha: Tensor) -> Tensor:
    """For every degree: at the points, its coefficients, and on the grid, `(D, N + D + G)`."""
    return _UP_TO @ (pieces(z, alpha) @ y)


def curve(found: Tensor) -> Tensor:
    """Every degree's curve on the grid, `(D, G)`."""
    return found[:, POINTS + TERMS :] + 0.0


def size(found: Tensor) -> Tensor:
    """The length of the coefficients, but for the intercept, `(D,)`."""
    return found[:, POINTS + 1 : POINTS + TERMS].square().sum(1).sqrt()


def train(found: Tensor, y: Tensor) -> Tensor:
    """Mean squared miss on the points, `(D,)`; 0 where only rounding is left."""
    miss = (found[:, :POINTS] - y).square().mean(1)
    return torch.where(miss < 1e-15, 0.0, miss)


def test(found: Tensor, noise: Tensor) -> Tensor:
    """Mean squared miss on new points, all over the grid, with noise of their own, `(D,)`."""
    return (found[:, POINTS + TERMS :] - truth(THERE)).square().mean(1) + noise * noise


def variance(z: Tensor, alpha: Tensor, noise: Tensor) -> Tensor:
    """Variance of the fit over the noise in the heights, a mean over the grid, `(D,)`."""
    whole = (_UP_TO @ pieces(z, alpha)[:, POINTS + TERMS :].flatten(1)).view(TERMS, GRID, POINTS)
    return noise * noise * whole.square().sum(2).mean(1)


# One degree at a time, by the library: what the page computes and counts


def matrices(degree: int, alpha: float) -> tuple[Tensor, Tensor]:
    """What makes of heights a polynomial at the points, `(N, N)`, and on the grid, `(G, N)`."""
    X, there = (powers(x)[:, : degree + 1] for x in (PLACES, THERE))
    return ridge_matrix(X, alpha), ridge_matrix(X, alpha, at=there)


def apart(alpha: float, noise: float) -> list[Parts]:
    """The expected error on new points for every degree, taken apart."""
    S = [matrices(degree, alpha)[1] for degree in range(TERMS)]
    return [parts(one, truth(PLACES), truth(THERE), noise) for one in S]


def best_degree(alpha: float, noise: float) -> int:
    """The degree whose expected error on new points is lowest."""
    totals = [sum(each).item() for each in apart(alpha, noise)]
    return totals.index(min(totals))


class Counted(NamedTuple):
    """Means over many draws of the noise.

    Attributes:
        gap: new noise at the same places: its error less the training error.
        new: the error on new points, all over the grid.
    """

    gap: float
    new: float


def counted(degree: int, alpha: float, noise: float, draws: int = 2000, seed: int = 0) -> Counted:
    """The gap of a fit and its error on new points, by fitting to one draw after another."""
    source, double = seeded(seed), torch.float64
    first, again = noise * torch.randn(2, draws, POINTS, generator=source, dtype=double)
    here, there = matrices(degree, alpha)
    y = truth(PLACES) + first
    fit, wide = y @ here.T, y @ there.T
    gap = (truth(PLACES) + again - fit).square() - (y - fit).square()
    new = (wide - truth(THERE)).square().mean() + noise**2
    return Counted(gap.mean().item(), new.item())
