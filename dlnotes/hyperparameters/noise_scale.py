"""How noisy a gradient is, and up to which batch size more examples buy fewer steps.

The gradient of one example is G + noise with covariance Σ; the mean of B of them has covariance
Σ / B. The noise scale tr(Σ) / |G|² is the batch at which noise and gradient are equally long.

McCandlish et al. (2018), An Empirical Model of Large-Batch Training.

Book: hyperparameters/batch_size
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, vmap

from dlnotes.core.arguments import positive, whole


class Noise(NamedTuple):
    """A gradient and its noise.

    Attributes:
        signal: |G|², of the mean gradient, in (loss per parameter)².
        noise: tr(Σ), how far the gradient of one example is from it, squared and averaged.
    """

    signal: float
    noise: float

    @property
    def scale(self) -> float:
        """tr(Σ) / |G|², in examples."""
        return self.noise / self.signal if self.signal else float("inf")


class Tradeoff(NamedTuple):
    """What reaching a loss costs at any batch size: S = least · (1 + critical / B) steps.

    Attributes:
        least: S_min, steps with a batch without end.
        critical: the batch that takes twice as many steps, and twice the fewest examples.
    """

    least: float
    critical: float


def example_gradients(
    net: nn.Module, params: dict[str, Tensor], X: Tensor, y: Tensor, loss: Callable[..., Tensor]
) -> Tensor:
    """The gradient of every example by itself.

    Args:
        net: what computes the output, without anything that mixes examples.
        params: name -> tensor, D numbers in all.
        X: features, `(N, …)`.
        y: labels, `(N,)`.
        loss: `(output, y) -> scalar`.

    Returns:
        Shape `(N, D)`, the parameters in the order of `params`.
    """

    def one(params: dict[str, Tensor], x: Tensor, label: Tensor) -> Tensor:
        return loss(functional_call(net, params, (x[None],)), label[None])

    found = vmap(grad(one), (None, 0, 0))(params, X, y)
    return torch.cat([found[name].flatten(1) for name in params], dim=1)


def noise_of(grads: Tensor) -> Noise:
    """|G|² and tr(Σ) from the gradients of all examples there are.

    Args:
        grads: one a row, `(N, D)`.

    Example:
        >>> noise_of(torch.tensor([[3.0, 0.0], [1.0, 0.0], [2.0, 3.0], [2.0, -3.0]]))
        Noise(signal=4.0, noise=5.0)
    """
    mean = grads.double().mean(0)
    return Noise(mean.square().sum().item(), (grads - mean).square().sum(1).mean().item())


def two_batches(small: float, large: float, batch_size: int, larger: int) -> Noise:
    """|G|² and tr(Σ) from squared lengths of gradients at two batch sizes, without bias.

    On average a gradient of B examples, drawn independently, has |G|² + tr(Σ) / B: two sizes,
    two equations. McCandlish et al. (2018), appendix A.1. Average both numbers over many steps
    before dividing: of single batches they may even be negative.

    Args:
        small: |g|² of a batch, or the mean of many.
        large: likewise of larger ones.
        batch_size: examples in the former.
        larger: examples in the latter.

    Raises:
        ValueError: unless the second batch is larger.

    Example:
        >>> two_batches(small=6.5, large=4.5, batch_size=2, larger=10)
        Noise(signal=4.0, noise=5.0)
    """
    B, A = whole("batch_size", batch_size), whole("larger", larger)
    if A <= B:
        raise ValueError(f"`larger` must be greater than `batch_size`, got {A} and {B}.")
    signal = (A * large - B * small) / (A - B)
    return Noise(signal, (small - large) / (1 / B - 1 / A))


def progress(batch_size: float, scale: float) -> float:
    """How much of the best step with all examples a batch can make: 1 / (1 + scale / B).

    It is both the best learning rate and the best fall of the loss, as a part of those without
    noise; McCandlish et al. (2018), equations 2.6 and 2.7.

    Args:
        batch_size: B, greater than 0.
        scale: of the noise, in examples, greater than 0.

    Example:
        >>> progress(100, scale=100), progress(300, scale=100)
        (0.5, 0.75)
    """
    return 1 / (1 + positive("scale", scale) / positive("batch_size", batch_size))


def steps_needed(batch_size: float, cost: Tradeoff) -> float:
    """Steps to the loss with batches of this size.

    Example:
        >>> steps_needed(50, Tradeoff(least=10, critical=50))
        20.0
    """
    return cost.least / progress(batch_size, cost.critical)


def examples_needed(batch_size: float, cost: Tradeoff) -> float:
    """Examples read until then.

    Example:
        >>> examples_needed(50, Tradeoff(least=10, critical=50))
        1000.0
    """
    return batch_size * steps_needed(batch_size, cost)


def fitted(batch_sizes: Tensor, steps: Tensor) -> Tradeoff:
    """The trade-off that fits measured steps best, all of them equally in relative terms.

    Args:
        batch_sizes: shape `(K,)`, at least two sizes.
        steps: taken with each, `(K,)`.

    Example:
        >>> cost = fitted(torch.tensor([10.0, 50.0, 250.0]), torch.tensor([60.0, 20.0, 12.0]))
        >>> round(cost.least, 6), round(cost.critical, 6)
        (10.0, 50.0)
    """
    B, S = batch_sizes.double(), steps.double()
    if len(B) < 2 or len(B) != len(S):
        raise ValueError(f"`steps` must be one for each of two sizes or more, got {len(S)}.")
    rows = torch.stack([1 / S, 1 / (B * S)], dim=1)  # S_min / S + S_min B_crit / (B S) = 1
    least, product = torch.linalg.lstsq(rows, torch.ones_like(S)[:, None]).solution[:, 0].tolist()
    return Tradeoff(least, product / least)


def linear_scaling(lr: float, batch_size: float, new: float) -> float:
    """The learning rate times as much as the batch: Goyal et al. (2017).

    Example:
        >>> linear_scaling(0.1, batch_size=32, new=256)
        0.8
    """
    return positive("lr", lr) * positive("new", new) / positive("batch_size", batch_size)


def sqrt_scaling(lr: float, batch_size: float, new: float) -> float:
    """The learning rate times the root of that, for methods that divide by √v.

    Example:
        >>> sqrt_scaling(0.1, batch_size=32, new=512)
        0.4
    """
    return positive("lr", lr) * (positive("new", new) / positive("batch_size", batch_size)) ** 0.5
