"""What noise on the inputs does to the loss of a net: by drawing it, and by Taylor's formula.

Book: regularization/more_data
"""

import torch
from torch import Tensor

from dlnotes.core.seeds import seeded
from dlnotes.regularization.augmentation import noisy
from dlnotes.sections.regularization.more_data.nets import Nets
from dlnotes.training.nets.losses import cross_entropy


def predicted(nets: Nets, X: Tensor, sigma: float) -> float:
    """The mean rise of the cross-entropy to second order: σ²/2 times the sum of curvatures.

    Between two kinks a net of ReLU units is linear in its input, and the second derivatives are
    those of the cross-entropy: their sum over the inputs is, summed likewise, the variance of the
    slope of a score among the classes, each as likely as the net says.

    Args:
        nets: one net, R = 1.
        X: what it is given, `(N, 64)`.
        sigma: σ.
    """
    W, V = nets.W[0], nets.V[0]
    on = (X @ W.T + nets.b[0] > 0).to(X.dtype)
    slopes = torch.einsum("ch,nh,hd->ncd", V, on, W)
    p = torch.softmax(nets.scores(X[None])[0], 1).unsqueeze(2)
    apart = slopes - (p * slopes).sum(1, keepdim=True)
    curvature = (p * apart.square()).sum((1, 2))
    return (sigma**2 / 2 * curvature.mean()).item()


def drawn(
    nets: Nets, X: Tensor, y: Tensor, sigma: float, draws: int = 100, *, frozen: bool = False
) -> float:
    """The same rise, as a mean over draws of the noise.

    Args:
        nets: one net, R = 1.
        X: what it is given, `(N, 64)`.
        y: labels, `(N,)`.
        sigma: σ.
        draws: how many for each image, even.
        frozen: whether each hidden unit stays on or off as it is at `X`: no kinks are met.
    """

    def scores(x: Tensor) -> Tensor:
        if not frozen:
            return nets.scores(x[None])[0]
        on = X @ nets.W[0].T + nets.b[0] > 0
        return ((x @ nets.W[0].T + nets.b[0]) * on) @ nets.V[0].T + nets.c[0]

    source = seeded(0)
    still = cross_entropy(scores(X), y)
    losses = []
    for _ in range(draws // 2):
        there = noisy(X, sigma, source)
        # each draw and its opposite: what is linear in the noise then cancels, as in the mean
        losses += [cross_entropy(scores(x), y) for x in (there, 2 * X - there)]
    return (torch.stack(losses).mean() - still).item()
