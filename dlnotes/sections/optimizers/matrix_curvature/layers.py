"""What the matrices of real layers look like, and what K-FAC keeps of the Fisher matrix.

Book: optimizers/matrix_curvature
"""

import torch
from torch import Tensor

from dlnotes.optimizers.curvature import fisher
from dlnotes.optimizers.kronecker import factors, look
from dlnotes.training.data.datasets import digits
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.nets.mlp import MLP

MIX = torch.tensor([[1, 0.6, 0], [0, 1, 0.5], [0, 0, 1]], dtype=torch.float64)


def first_gradient(seed: int) -> Tensor:
    """Of the first layer's weights in a fresh 64-32-10 net, on 64 digits; shape `(32, 64)`."""
    data = digits(dtype=torch.float64)
    net = MLP((64, 32, 10), seed=seed, dtype=torch.float64)
    loss = cross_entropy(net(data.X[:64]), data.y[:64])
    return torch.autograd.grad(loss, net.layers[0].weight)[0]


def kept(seed: int, sizes: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """The Fisher matrix of a fresh tanh net on 200 correlated inputs, and K-FAC's version of it."""
    net, X = _net(seed, sizes)
    source = torch.Generator().manual_seed(seed)
    pairs = factors(look(net, X), cross_entropy, samples=None, source=source)
    return fisher(net, X), torch.block_diag(*[torch.kron(G, A) for A, G in pairs])


def lost(whole: Tensor, part: Tensor) -> float:
    """‖whole - part‖ / ‖whole‖."""
    return ((whole - part).norm() / whole.norm()).item()


def directions(seed: int, damping: float) -> tuple[float, float]:
    """Cosines with the natural gradient in a 3-3-2 net: of K-FAC, and of the plain gradient.

    Both matrices are damped by the same multiple of the identity.
    """
    net, X = _net(seed, (3, 3, 2))
    whole, part = kept(seed, (3, 3, 2))
    parts = torch.autograd.grad(cross_entropy(net(X), (X[:, 0] * X[:, 1] > 0).long()), _params(net))
    pairs = zip(parts[::2], parts[1::2], strict=True)
    slope = torch.cat([torch.cat([weight, bias[:, None]], 1).flatten() for weight, bias in pairs])
    more = damping * torch.eye(len(slope), dtype=slope.dtype)
    natural, kfac = (torch.linalg.solve(matrix + more, slope) for matrix in (whole, part))
    return _cosine(kfac, natural), _cosine(slope, natural)


def _net(seed: int, sizes: tuple[int, ...]) -> tuple[MLP, Tensor]:
    net = MLP(sizes, activation="tanh", seed=seed, dtype=torch.float64)
    source = torch.Generator().manual_seed(seed)
    return net, torch.randn(200, 3, generator=source, dtype=torch.float64) @ MIX


def _params(net: MLP) -> list[Tensor]:
    return [param for layer in net.layers for param in (layer.weight, layer.bias)]


def _cosine(one: Tensor, other: Tensor) -> float:
    return torch.cosine_similarity(one, other, dim=0).item()
