"""Curvature of a real net: its largest eigenvalue, and how all of them are spread.

The Hessian of a net is never built. It is only multiplied with vectors, each product at the cost
of about two gradients.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import positive, whole
from dlnotes.core.seeds import seeded
from dlnotes.training.surfaces.slices import Loss, Params, finite_loss


class Spectrum(NamedTuple):
    """What Lanczos finds of the eigenvalues of a Hessian.

    Attributes:
        eigenvalues: rising, shape `(K,)`; those at both ends are the first to be right.
        weights: of each, shape `(K,)`, together 1: the part of the spectrum it stands for.
    """

    eigenvalues: Tensor
    weights: Tensor


def hessian_vector(loss: Loss, params: Params, vector: Params) -> Params:
    """Hessian of the loss times a vector: the derivative of the gradient along it.

    Pearlmutter (1994), as forward over backward mode.

    Args:
        loss: takes parameters by name, gives one number.
        params: name -> tensor, where to take the Hessian.
        vector: the same names and shapes.

    Returns:
        name -> tensor, shaped like `params`.

    Example:
        >>> params, vector = {"w": torch.tensor([1.0, 2.0])}, {"w": torch.tensor([1.0, 0.0])}
        >>> hessian_vector(lambda params: params["w"].pow(3).sum(), params, vector)
        {'w': tensor([6., 0.])}
    """
    return torch.func.jvp(torch.func.grad(loss), (params,), (vector,))[1]


def sharpness(
    loss: Loss, params: Params, *, iterations: int = 200, tolerance: float = 1e-6, seed: int = 0
) -> Tensor:
    """The largest eigenvalue of the Hessian, by power iteration.

    v ← H v / ‖H v‖,  sharpness = vᵀ H v

    The iteration finds the eigenvalue of the largest size. Where that is a negative one, or two
    of opposite sign are in each other's way, a second one on H + size · 1 finds the largest.

    Args:
        loss: takes parameters by name, gives one number.
        params: name -> tensor.
        iterations: at most so many Hessian-vector products each time.
        tolerance: the relative change of the result at which to stop; 0 uses all iterations.
        seed: of the first vector.

    Returns:
        A 0-d tensor. Gradient descent is stable around `params` for learning rates up to
        2 / sharpness.

    Raises:
        ValueError: for a loss that is not one finite number at `params`.

    Example:
        >>> params = {"w": torch.zeros(2, dtype=torch.float64)}
        >>> curvatures = torch.tensor([3.0, -5.0], dtype=torch.float64)
        >>> sharpness(lambda params: curvatures @ params["w"].square() / 2, params)
        tensor(3., dtype=torch.float64)
    """
    whole("iterations", iterations)
    apply, first = _operator(loss, params, seed)
    value, size = _power(apply, first, iterations, tolerance)
    if value >= 0.999 * size:
        return value
    shifted, _ = _power(lambda v: apply(v) + size * v, first, iterations, tolerance)
    return torch.maximum(shifted - size, value)


def _power(apply: Callable, vector: Tensor, iterations: int, tolerance: float) -> tuple:
    """vᵀ H v and ‖H v‖ at the end of a power iteration."""
    value = vector.new_tensor(torch.inf)
    for _ in range(iterations):
        image, before = apply(vector), value
        value, size = vector @ image, image.norm()
        if (value - before).abs() <= tolerance * value.abs():
            break
        vector = image / size.clamp(min=torch.finfo(size.dtype).tiny)
    return value, size


def lanczos(loss: Loss, params: Params, *, order: int, seed: int = 0) -> Spectrum:
    """Eigenvalues of the Hessian and their weights, from `order` Hessian-vector products.

    Lanczos (1950) with full reorthogonalization, started from a random vector; the weights are
    those of Gauss quadrature (Golub & Welsch 1969), so that Σ weights · f(eigenvalues) is an
    estimate of the mean of f over all eigenvalues. Where the Krylov space closes early, a new
    random vector goes on beside it, so that repeated eigenvalues are found as well.

    Args:
        loss: takes parameters by name, gives one number.
        params: name -> tensor, D numbers altogether; float64 for eigenvalues to many digits.
        order: K, products to spend; D (or more) gives all D eigenvalues.
        seed: of the random vectors.

    Raises:
        ValueError: for a loss that is not one finite number at `params`.

    Example:
        >>> params = {"w": torch.zeros(3, dtype=torch.float64)}
        >>> curvatures = torch.tensor([1.0, 4.0, 9.0], dtype=torch.float64)
        >>> lanczos(lambda params: curvatures @ params["w"].square() / 2, params, order=3)[0]
        tensor([1.0000, 4.0000, 9.0000], dtype=torch.float64)
    """
    apply, vector = _operator(loss, params, seed)
    order = min(whole("order", order), len(vector))
    source = seeded(seed + 1)
    basis = vector.new_zeros(order, len(vector))
    tridiagonal = vector.new_zeros(order, order)
    for k in range(order):
        basis[k], image = vector, apply(vector)
        tridiagonal[k, k] = vector @ image
        rest = _orthogonal(image, basis[: k + 1])
        if k + 1 < order:
            off, vector = _next(rest, image.norm(), basis[: k + 1], source)
            tridiagonal[k, k + 1] = tridiagonal[k + 1, k] = off
    eigenvalues, vectors = torch.linalg.eigh(tridiagonal)
    return Spectrum(eigenvalues, vectors[0].square())


def _next(rest: Tensor, size: Tensor, basis: Tensor, source: torch.Generator) -> tuple:
    """The next vector of the basis and its coupling to the last one."""
    length = rest.norm()
    if length > len(rest) * torch.finfo(rest.dtype).eps * size:
        return length, rest / length
    drawn = torch.randn(len(rest), generator=source, dtype=torch.float64).to(rest)
    rest = _orthogonal(drawn, basis)
    return 0.0, rest / rest.norm()


def _orthogonal(vector: Tensor, basis: Tensor) -> Tensor:
    """What remains of a vector beside all of the basis; once more, for the rounding."""
    for _ in range(2):
        vector = vector - basis.T @ (basis @ vector)
    return vector


def density(spectra: Spectrum | Sequence[Spectrum], at: Tensor, *, width: float) -> Tensor:
    """How many eigenvalues lie around each place, as a part of them all per unit of curvature.

    density(λ) = mean over spectra of Σ weights · normal(λ; eigenvalues, width²)

    Ghorbani et al. (2019): every spectrum stands for one random vector; some five of them, with
    `order` around 80, show the bulk and the outliers of a net.

    Args:
        spectra: from `lanczos`, one or several with different seeds.
        at: where to look, shape `(A,)`.
        width: of the normal curve each eigenvalue is drawn as, greater than 0.

    Returns:
        Shape `(A,)`; its integral is 1.

    Example:
        >>> one = Spectrum(torch.tensor([0.0]), torch.tensor([1.0]))
        >>> density(one, torch.tensor([0.0, 9.0]), width=1.0)
        tensor([3.9894e-01, 1.0280e-18])
    """
    positive("width", width)
    several = [spectra] if isinstance(spectra, Spectrum) else list(spectra)
    if not several:
        raise ValueError("`spectra` must hold at least one spectrum, got none; see lanczos.")
    curves = []
    for eigenvalues, weights in several:
        apart = (at.to(eigenvalues).unsqueeze(-1) - eigenvalues) / width
        curves.append((weights * (-apart.square() / 2).exp()).sum(-1))
    return torch.stack(curves).mean(0) / (width * (2 * torch.pi) ** 0.5)


def _operator(loss: Loss, params: Params, seed: int) -> tuple[Callable[[Tensor], Tensor], Tensor]:
    """The Hessian as a function of vectors `(D,)`, and a random one of length 1."""
    like = finite_loss(loss, params)
    params = {name: param.detach() for name, param in params.items()}
    sizes = [param.numel() for param in params.values()]

    def apply(vector: Tensor) -> Tensor:
        parts = zip(params.items(), vector.split(sizes), strict=True)
        image = hessian_vector(loss, params, {n: part.view(p.shape) for (n, p), part in parts})
        return torch.cat([image[name].flatten() for name in params])

    source = seeded(seed)
    vector = torch.randn(sum(sizes), generator=source, dtype=torch.float64).to(like)
    return apply, vector / vector.norm()
