"""Curvature without a Hessian, steps that leave saddles, and what a step costs, counted.

Book: optimizers/curvature
"""

import math
from collections.abc import Callable, Iterable

import torch
from torch import Tensor
from torch.func import functional_call, grad, jacrev, jvp, vmap
from torch.utils.flop_counter import FlopCounterMode

from dlnotes.training.nets.mlp import MLP

Shapes = Iterable[tuple[int, int]]
PAIRS = 10  # that L-BFGS keeps, as in scipy; torch keeps 100


def hessian_vector_product(
    loss: Callable[[Tensor], Tensor], vector: Tensor, direction: Tensor
) -> Tensor:
    """The Hessian times a direction, without the Hessian.

    hessian · direction = d/dt ∇loss(vector + t · direction)  at  t = 0

    Pearlmutter (1994): one forward derivative of the gradient.

    Args:
        loss: takes parameters `(D,)` and gives one number.
        vector: where, shape `(D,)`.
        direction: shape `(D,)`.

    Returns:
        Shape `(D,)`.

    Example:
        >>> hessian_vector_product(lambda x: (x**3).sum(), torch.ones(2), torch.tensor([1.0, 2.0]))
        tensor([ 6., 12.])
    """
    return jvp(grad(loss), (vector,), (direction,))[1]


def saddle_free_step(grad: Tensor, hessian: Tensor, *, damping: float = 0.0) -> Tensor:
    """Newton's step with the absolute value of every curvature: no direction leads uphill.

    delta = -(|hessian| + damping · I)⁻¹ grad

    Dauphin et al. (2014); |hessian| has the eigenvectors of the Hessian and the absolute values of
    its eigenvalues.

    Args:
        grad: gradient, shape `(D,)`.
        hessian: second derivatives, symmetric, shape `(D, D)`.
        damping: at least 0, in units of the Hessian.

    Returns:
        Shape `(D,)`; inf or NaN where a direction has neither curvature nor damping.

    Example:
        >>> slope, saddle = torch.tensor([2.0, -0.5]), torch.diag(torch.tensor([2.0, -2.0]))
        >>> saddle_free_step(slope, saddle)
        tensor([-1.0000,  0.2500])
    """
    curvatures, basis = torch.linalg.eigh(hessian)
    return -(basis @ ((basis.mT @ grad) / (curvatures.abs() + damping)))


def fisher(net: MLP, X: Tensor) -> Tensor:
    """The Fisher matrix of a small classifier, written out.

    F = E[Jᵀ (diag(p) - p pᵀ) J], a mean over examples: J are the derivatives of the scores in the
    parameters, p the net's own probabilities. It is the mean of ∇log p(y) ∇log p(y)ᵀ over the
    classes y that the net itself predicts; Martens & Grosse (2015), section 2.

    Args:
        net: gives scores, shape `(B, C)`; linear layers only.
        X: features, shape `(B, D)`.

    Returns:
        Shape `(P, P)`; layer by layer, and in a layer unit by unit, its weights and then its bias.

    Example:
        >>> fisher(MLP((1, 2)), torch.zeros(3, 1)).diagonal()
        tensor([0.0000, 0.2500, 0.0000, 0.2500])
    """
    params = {name: param.detach() for name, param in net.named_parameters()}

    def scores(params: dict[str, Tensor], x: Tensor) -> Tensor:
        return functional_call(net, params, (x[None],))[0]

    J = vmap(jacrev(scores), (None, 0))(params, X)
    layers = [f"layers.{depth}" for depth in range(len(net.layers))]
    units = [torch.cat([J[f"{of}.weight"], J[f"{of}.bias"][..., None]], -1) for of in layers]
    J = torch.cat([unit.flatten(2) for unit in units], -1)
    p = net(X).detach().softmax(1)
    curvature = torch.diag_embed(p) - p[:, :, None] * p[:, None, :]
    return torch.einsum("bci,bcd,bdj->ij", J, curvature, J) / len(X)


def multiplications(run: Callable[[], object]) -> int:
    """How many multiplications the matrix products and linear systems of a computation take.

    Counted while it runs, so nothing has to be believed: B · N · M for a product of `(B, N)` and
    `(N, M)`, N³ / 3 + N² · M for a system of N equations with M right-hand sides. What goes entry
    by entry, such as an activation or a moment of Adam, is left out.

    Args:
        run: the computation, without arguments.

    Example:
        >>> multiplications(lambda: torch.ones(2, 3) @ torch.ones(3, 4))
        24
    """
    counter = FlopCounterMode(display=False, custom_mapping=_MORE)
    with counter:
        run()
    return counter.get_total_flops() // 2


def numbers_kept(shapes: Shapes) -> dict[str, int]:
    """How many numbers each method keeps from step to step, besides the parameters.

    Args:
        shapes: a `(units, inputs)` for every layer; a bias counts as one more input, a
            convolution's inputs are those of one patch.

    Returns:
        Method → numbers. Newton's Hessian is not kept but written down at every step; K-FAC's
        are its factors alone, without inverses or momentum.

    Example:
        >>> numbers_kept([(2, 3), (1, 3)])["kfac"]
        23
    """
    shapes = list(shapes)
    params = sum(units * inputs for units, inputs in shapes)
    return {
        "sgd": 0,
        "momentum": params,
        "muon": params,
        "adam": 2 * params,
        "lbfgs": 2 * PAIRS * params,
        "kfac": sum(units**2 + inputs**2 for units, inputs in shapes),
        "newton": params**2,
    }


def resnet50() -> list[tuple[int, int]]:
    """The layers of ResNet-50 as `numbers_kept` wants them, without its norms; He et al. (2016).

    A first convolution of 7 × 7, then 16 blocks of three convolutions, 1 × 1, 3 × 3 and 1 × 1,
    of which the first of every stage has a fourth beside it, then a linear layer.

    Example:
        >>> sum(units * inputs for units, inputs in resnet50())
        25503912
    """
    shapes, inputs = [(64, 3 * 7 * 7)], 64
    for width, blocks in ((64, 3), (128, 4), (256, 6), (512, 3)):
        shapes.append((4 * width, inputs))  # past the block
        for _ in range(blocks):
            shapes += [(width, inputs), (width, 9 * width), (4 * width, width)]
            inputs = 4 * width
    return [*shapes, (1000, inputs + 1)]


def _solve(matrix, right, *_, out_shape=None, **__) -> int:
    """Twice the multiplications of a linear system, as the counter wants it."""
    n = matrix[-1]
    return round(2 * (n**3 / 3 + n * math.prod(right)))


def _times_vector(matrix, vector, *_, out_shape=None, **__) -> int:
    return 2 * matrix[0] * matrix[1]


_MORE = {torch.ops.aten._linalg_solve_ex: _solve, torch.ops.aten.mv: _times_vector}
