"""What an activation does to the size of a signal, forward and back, and which units are dead.

Book: gradients/initialization
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import grad, vmap

from dlnotes.core.arguments import one_of, positive
from dlnotes.training.nets.activations import ACTIVATIONS

REACH, PLACES = 10.0, 20_000  # standard deviations to either side; even: none on a kink at 0


class Passed(NamedTuple):
    """What is left of a mean square behind an activation φ.

    Attributes:
        forward: E[φ(z)²] / E[z²], of the signal.
        back: E[φ′(z)²], of the message sent back.
    """

    forward: float
    back: float


def passed(activation: str, size: float = 1.0) -> Passed:
    """The share of the mean square that an activation lets through, forward and back.

    Sums over a normal z of mean 0. He et al. (2015), section 2.2, for ReLU: 1/2 both ways. The
    mean square of a signal behind a layer of n inputs, with weights of variance σ², is n σ² times
    `forward` times that before it; that of the message in front is n σ² times `back`.

    Args:
        activation: a name in `ACTIVATIONS`.
        size: standard deviation of z, greater than 0; it matters unless φ is straight on either
            side of 0.

    Raises:
        ValueError: for a name that is not known, or a size of 0 or less.

    Example:
        >>> [round(share, 4) for share in passed("relu")]
        [0.5, 0.5]
        >>> [round(share, 4) for share in passed("tanh")]
        [0.3943, 0.4644]
    """
    phi = ACTIVATIONS[one_of("activation", activation, ACTIVATIONS)]
    z = torch.linspace(-REACH, REACH, PLACES, dtype=torch.float64)
    chance = torch.softmax(-z.square() / 2, 0)
    at = positive("size", size) * z
    signal, slope = phi(at), vmap(grad(phi))(at)
    forward = (chance @ signal.square()).item() / size**2
    return Passed(forward, (chance @ slope.square()).item())


def dead(outputs: Tensor, floor: float = 0.0) -> Tensor:
    """Which units no example opens: no output above the floor, hence, for ReLU, no gradient.

    Args:
        outputs: of a layer behind its activation, shape `(B, units)`; the examples are all those
            that are asked, and a unit may be dead on a few and not on more of them.
        floor: the output of a closed unit, 0 for ReLU.

    Returns:
        Shape `(units,)`, bool. NaN is not dead.

    Raises:
        ValueError: for another shape than `(B, units)`.

    Example:
        >>> dead(torch.tensor([[0.0, 0.0], [0.0, 3.0]]))
        tensor([ True, False])
    """
    if outputs.ndim != 2:
        raise ValueError(f"`outputs` must have shape (B, units), got {tuple(outputs.shape)}.")
    return (outputs <= floor).all(0)


def dead_fraction(outputs: Tensor, floor: float = 0.0) -> float:
    """How many of the units are `dead`, from 0 to 1.

    Example:
        >>> dead_fraction(torch.tensor([[0.0, 0.0], [0.0, 3.0]]))
        0.5
    """
    return dead(outputs, floor).double().mean().item()
