"""Made data: images moved, turned, mirrored, and noise on every feature.

An augmentation guesses what leaves the label as it is. Nothing here knows the label.

Book: regularization/more_data
"""

import math

import torch
from torch import Generator, Tensor

from dlnotes.core.arguments import non_negative


def noisy(X: Tensor, sigma: float, source: Generator) -> Tensor:
    """Normal noise on every feature: x + σ ε.

    Args:
        X: features, any shape.
        sigma: σ, standard deviation of the noise, in the unit of the features, at least 0.
        source: of the noise, on the CPU: so that every device sees the same.

    Example:
        >>> noisy(torch.zeros(2), 0.0, torch.Generator())
        tensor([0., 0.])
    """
    drawn = torch.randn(X.shape, generator=source, dtype=X.dtype)
    return X + non_negative("sigma", sigma) * drawn.to(X.device)


def spread(X: Tensor, sigma: float) -> Tensor:
    """Two copies of every row for each feature, that feature moved by ±σ√D.

    The moves have mean 0 and covariance σ² I, exactly, as normal noise has it on average.

    Args:
        X: features, `(N, D)`.
        sigma: σ, at least 0.

    Returns:
        `(2 D, N, D)`.

    Example:
        >>> spread(torch.tensor([[1.0]]), 1.0).flatten()
        tensor([2., 0.])
    """
    reach = non_negative("sigma", sigma) * X.shape[-1] ** 0.5
    moves = reach * torch.eye(X.shape[-1], dtype=X.dtype, device=X.device)
    return X + torch.cat([moves, -moves]).unsqueeze(1)


def sampled(images: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """What images show at places between their pixels: bilinear, 0 outside.

    value = Σ_ij tent(row - i) tent(column - j) image_ij,  tent(u) = max(0, 1 - |u|)

    Args:
        images: `(..., H, W)`.
        rows: places of P points, in pixels from the top row, `(..., P)`.
        columns: in pixels from the left column, `(..., P)`.

    Returns:
        `(..., P)`.

    Example:
        >>> image = torch.tensor([[0.0, 1.0], [0.0, 1.0]])
        >>> sampled(image, torch.tensor([0.0]), torch.tensor([0.25]))
        tensor([0.2500])
    """
    high, wide = images.shape[-2:]
    down = _tents(rows, high)
    across = _tents(columns, wide)
    return ((down @ images) * across).sum(-1)


def moved(
    images: Tensor,
    *,
    right: Tensor | float = 0.0,
    down: Tensor | float = 0.0,
    degrees: Tensor | float = 0.0,
) -> Tensor:
    """Images turned about their middle, then shifted; what comes in from outside is 0.

    Args:
        images: `(..., H, W)`.
        right: pixels to the right, one for all images or one each, `(...)`.
        down: pixels down.
        degrees: angle, counterclockwise as one sees it, rows running down.

    Returns:
        As `images`.

    Example:
        >>> moved(torch.tensor([[1.0, 2.0], [3.0, 4.0]]), right=1)
        tensor([[0., 1.],
                [0., 3.]])
    """
    high, wide = images.shape[-2:]
    right, down, degrees = (_each(value, images) for value in (right, down, degrees))
    row = torch.arange(high, dtype=images.dtype, device=images.device) - (high - 1) / 2
    column = torch.arange(wide, dtype=images.dtype, device=images.device) - (wide - 1) / 2
    y = row.repeat_interleave(wide) - down
    x = column.repeat(high) - right
    cos, sin = (degrees * (math.pi / 180)).cos(), (degrees * (math.pi / 180)).sin()
    # each pixel asks the image where it has come from: back by the shift, then by the turn
    rows = y * cos + x * sin + (high - 1) / 2
    columns = x * cos - y * sin + (wide - 1) / 2
    return sampled(images, rows, columns).reshape(images.shape)


def jittered(
    images: Tensor, source: Generator, *, shift: float = 0.0, degrees: float = 0.0
) -> Tensor:
    """Every image moved at random, evenly between the ends.

    Args:
        images: `(..., H, W)`.
        source: of the moves, on the CPU.
        shift: most pixels to each side, at least 0.
        degrees: largest angle to each side, at least 0.
    """
    ends = (non_negative("shift", shift),) * 2 + (non_negative("degrees", degrees),)
    drawn = 2 * torch.rand(3, *images.shape[:-2], generator=source, dtype=images.dtype) - 1
    right, down, angle = (
        end * each.to(images.device) for end, each in zip(ends, drawn, strict=True)
    )
    return moved(images, right=right, down=down, degrees=angle)


def _tents(places: Tensor, count: int) -> Tensor:
    """How much each of `count` pixels has to say at each place, `(..., P, count)`."""
    pixels = torch.arange(count, dtype=places.dtype, device=places.device)
    return (1 - (places.unsqueeze(-1) - pixels).abs()).clamp(min=0)


def _each(value: Tensor | float, images: Tensor) -> Tensor:
    """A number for every image, with a dimension for the pixels."""
    return torch.as_tensor(value, dtype=images.dtype, device=images.device).unsqueeze(-1)
