"""Dropout: units switched off at random, what that adds to a loss, and the nets it stands for.

`p` is the share that is switched off, as in PyTorch; Srivastava et al. (2014) write p for the
share that stays.

Book: regularization/dropout
"""

import torch
from torch import Generator, Tensor, nn

from dlnotes.core.arguments import non_negative, whole
from dlnotes.core.seeds import seeded

MOST = 16  # units of which all masks are listed: 65,536 of them


def mask(like: Tensor, p: float, source: Generator) -> Tensor:
    """Which entries stay: 1 with chance 1 - p, else 0, each drawn for itself.

    On the CPU these are the masks of torch.nn.functional.dropout, number for number.

    Args:
        like: of any shape, a floating dtype, where the mask shall live.
        p: share switched off, in [0, 1).
        source: of the random numbers, on the device of `like`.

    Raises:
        ValueError: for `p` outside [0, 1).

    Example:
        >>> mask(torch.ones(1000), 0.5, seeded(0)).unique()
        tensor([0., 1.])
    """
    return torch.empty_like(like).bernoulli_(1 - share_off(p), generator=source)


def dropout(h: Tensor, p: float, source: Generator) -> Tensor:
    """h · mask / (1 - p): some entries switched off, the others turned up.

    Of mean h, and of variance h² · p / (1 - p), so that evaluation needs no change. Srivastava et
    al. (2014), who divide in training in §10 only.

    Args:
        h: what units put out, of any shape.
        p: share switched off, in [0, 1).
        source: of the random numbers, on the device of `h`.

    Example:
        >>> dropout(torch.ones(1000), 0.5, seeded(0)).unique()
        tensor([0., 2.])
    """
    return h * mask(h, p, source) / (1 - p)


class Dropout(nn.Module):
    """Dropout while training, nothing in evaluation; `train()` and `eval()` switch.

    It draws from a generator of its own on the device of its input, so that two nets with one
    seed drop the same units, and no other random number depends on it.

    Args:
        p: share switched off, in [0, 1).
        seed: of the masks.

    Example:
        >>> layer = Dropout(0.5, seed=0)
        >>> ones = torch.ones(1000)
        >>> layer(ones).unique(), layer.eval()(ones).unique()
        (tensor([0., 2.]), tensor([1.]))
    """

    def __init__(self, p: float = 0.5, seed: int = 0) -> None:
        super().__init__()
        seeded(seed)  # a seed that is none is told at once
        self.p, self.seed = share_off(p), seed
        self.sources: dict[torch.device, Generator] = {}

    def forward(self, h: Tensor) -> Tensor:
        if not self.training:
            return h
        if h.device not in self.sources:
            self.sources[h.device] = Generator(h.device).manual_seed(self.seed)
        return dropout(h, self.p, self.sources[h.device])

    def extra_repr(self) -> str:
        return f"p={self.p}, seed={self.seed}"


def thinned(units: int, p: float, *, like: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Every net that switching units off can leave, and how likely each is.

    Args:
        units: n, from 1 to 16.
        p: share switched off, in [0, 1).
        like: dtype and device of the result; `None` is float64 on the CPU.

    Returns:
        Masks, shape `(2ⁿ, n)`, the last with every unit on; their chances, `(2ⁿ,)`, of sum 1.

    Example:
        >>> masks, chances = thinned(2, 0.25)
        >>> masks.tolist(), chances.tolist()
        ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0.0625, 0.1875, 0.1875, 0.5625])
    """
    whole("units", units, most=MOST)
    kind = torch.zeros((), dtype=torch.float64) if like is None else like
    bits = torch.arange(units - 1, -1, -1, device=kind.device)
    masks = ((torch.arange(2**units, device=kind.device)[:, None] >> bits) & 1).to(kind.dtype)
    on = masks.sum(1)
    return masks, (1 - share_off(p)) ** on * p ** (units - on)


def geometric_mean(probabilities: Tensor, weights: Tensor) -> Tensor:
    """Π probabilities ** weights over all nets, scaled to sum to 1 over the classes.

    For nets that end in a softmax it is the softmax of the mean of their scores.

    Args:
        probabilities: of M nets, `(..., M, C)`, greater than 0.
        weights: of the nets, `(M,)`, of sum 1.

    Returns:
        Shape `(..., C)`.

    Example:
        >>> two = torch.tensor([[0.5, 0.5], [0.9, 0.1]])
        >>> geometric_mean(two, torch.tensor([0.5, 0.5]))
        tensor([0.7500, 0.2500])
    """
    return (weights[:, None] * probabilities.log()).sum(-2).softmax(-1)


def added_loss(X: Tensor, w: Tensor, p: float) -> Tensor:
    """What dropout on the features adds to the mean of (X w - y)², on average over the masks.

    p / (1 - p) · Σⱼ wⱼ² · mean of xⱼ²

    An L2 penalty whose strength a feature sets by its own size; Wager, Wang & Liang (2013).

    Args:
        X: features, `(N, D)`.
        w: weights, `(D,)`.
        p: share switched off, in [0, 1).

    Example:
        >>> added_loss(torch.tensor([[1.0, 10.0]]), torch.tensor([1.0, 0.1]), 0.5)
        tensor(2.)
    """
    return share_off(p) / (1 - p) * (w.square() * X.square().mean(0)).sum()


def dropout_regression(X: Tensor, y: Tensor, p: float) -> Tensor:
    """The weights with the smallest mean of (X w - y)² under dropout on the features.

    (XᵀX + p / (1 - p) · diag(XᵀX)) w = Xᵀy

    Srivastava et al. (2014), §9.1.

    Args:
        X: features, `(N, D)`; for p = 0 of rank D.
        y: targets, `(N,)`.
        p: share switched off, in [0, 1).

    Returns:
        Weights, `(D,)`; for evaluation, with every feature there.

    Example:
        >>> dropout_regression(torch.eye(2), torch.tensor([4.0, 2.0]), 0.25)
        tensor([3.0000, 1.5000])
    """
    products = X.T @ X
    noise = share_off(p) / (1 - p) * products.diagonal()
    return torch.linalg.solve(products + noise.diag(), X.T @ y)


def share_off(p: float) -> float:
    """`p`, if it is a number from 0 to less than 1."""
    if not non_negative("p", p) < 1:
        raise ValueError(f"`p` must be in [0, 1), got {p}; 0 switches nothing off.")
    return p
