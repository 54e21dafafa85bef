"""L-BFGS: curvature read from the last few steps and what they changed in the gradient.

Book: optimizers/curvature
"""

from collections.abc import Sequence

from torch import Tensor


def lbfgs_direction(grad: Tensor, moves: Sequence[Tensor], turns: Sequence[Tensor]) -> Tensor:
    """-(inverse Hessian, as the pairs tell it) · grad, by two loops over them.

    Nocedal & Wright (2006), algorithm 7.4, with equation 7.20 for the first guess of the inverse,
    move · turn / turn · turn times the identity, of the latest pair.

    Args:
        grad: gradient, shape `(D,)`.
        moves: the last steps, oldest first, each `(D,)`.
        turns: what each of them added to the gradient, each with move · turn > 0.

    Returns:
        Shape `(D,)`; -grad where there are no pairs.

    Example:
        >>> import torch
        >>> move, turn = torch.tensor([1.0, 0.0]), torch.tensor([4.0, 0.0])
        >>> lbfgs_direction(torch.tensor([4.0, 1.0]), [move], [turn])
        tensor([-1.0000, -0.2500])
    """
    pairs, shares, q = list(zip(moves, turns, strict=True)), [], grad
    for move, turn in reversed(pairs):
        shares.append(move @ q / (move @ turn))
        q = q - shares[-1] * turn
    if pairs:
        q = q * (moves[-1] @ turns[-1]) / (turns[-1] @ turns[-1])
    for (move, turn), share in zip(pairs, reversed(shares), strict=True):
        q = q + (share - turn @ q / (move @ turn)) * move
    return -q
