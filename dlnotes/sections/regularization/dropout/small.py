"""A small net that tells 8 from 3: what the demo thins out.

Book: regularization/dropout
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from dlnotes.core.seeds import seeded
from dlnotes.optimizers import adam
from dlnotes.regularization.dropout import dropout
from dlnotes.training.data import datasets

SEED, UNITS, SHARE = 5, 10, 0.3
LR, STEPS, LEARNED = 0.01, 600, 200  # of about 350 images
ASKED = (
    320,
    334,
    283,
    308,
)  # not learned from, among the 3s and 8s; the net takes the second for a 3


class Small(NamedTuple):
    """Two hidden layers of ten units, and a score for “8”.

    Attributes:
        first: what the first layer makes of each image asked, `(4, 10)`.
        weight: of the second layer, `(10, 10)`.
        bias: of the second layer, `(10,)`.
        last: weights of the score, `(10,)`.
        offset: its bias, `()`.
        images: pixels from 0 to 1, `(4, 64)`.
        labels: 1 for an 8, `(4,)`.
        right: accuracy on all images that were not learned from, `()`.
    """

    first: Tensor
    weight: Tensor
    bias: Tensor
    last: Tensor
    offset: Tensor
    images: Tensor
    labels: Tensor
    right: Tensor


def pictures() -> tuple[Tensor, Tensor]:
    """All 3s and 8s in a fixed order: pixels from 0 to 1, `(N, 64)`; 1 for an 8, `(N,)`."""
    data = datasets.digits(0, test=LEARNED / 1797, standardized=False, dtype=torch.float64)
    X, y = torch.cat([data.X, data.X_test]), torch.cat([data.y, data.y_test])
    kept = (y == 3) | (y == 8)
    return X[kept], (y[kept] == 8).to(X)


def trained() -> Small:
    """The net, trained with dropout on both hidden layers."""
    source = seeded(SEED)
    X, y = pictures()
    sizes = ((UNITS, 64), (UNITS, UNITS), (1, UNITS))
    weights = [
        torch.randn(out, into, generator=source, dtype=X.dtype) * (2 / into) ** 0.5
        for out, into in sizes
    ]
    params = [*weights, *(torch.zeros(out, dtype=X.dtype) for out, _ in sizes)]
    states = [adam.init(param) for param in params]

    def score(params: list[Tensor], X: Tensor, p: float) -> Tensor:
        h = X
        for layer in range(2):
            h = dropout((h @ params[layer].T + params[3 + layer]).relu(), p, source)
        return (h @ params[2].T + params[5])[:, 0]

    for _ in range(STEPS):
        params = [param.requires_grad_() for param in params]
        z = score(params, X[:LEARNED], SHARE)
        grads = torch.autograd.grad(binary_cross_entropy_with_logits(z, y[:LEARNED]), params)
        params = [param.detach() for param in params]
        found = [adam.update(*given, lr=LR) for given in zip(grads, states, params, strict=True)]
        params = [param + delta for param, (delta, _) in zip(params, found, strict=True)]
        states = [state for _, state in found]
    right = ((score(params, X, 0.0) > 0) == (y > 0)).to(X)[LEARNED:].mean()
    asked = torch.tensor(ASKED)
    first = (X[asked] @ params[0].T + params[3]).relu()
    return Small(first, params[1], params[4], params[2][0], params[5][0], X[asked], y[asked], right)
