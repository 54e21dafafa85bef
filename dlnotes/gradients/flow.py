"""How large a signal is on its way through layers, and the message on its way back.

Book: gradients/vanishing_exploding
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Generator, Tensor, nn

from dlnotes.core.arguments import filled, function, one_of, positive, whole
from dlnotes.core.seeds import generator, seeded
from dlnotes.training.nets.activations import ACTIVATIONS
from dlnotes.training.nets.initialization import INITS
from dlnotes.training.nets.mlp import Linear
from dlnotes.training.nets.norms import NORMS


class Flow(NamedTuple):
    """Root mean squares at each of the L + 1 places between, before and behind L layers.

    Attributes:
        forward: of h_0 (the input), h_1, … h_L, shape `(L + 1,)`.
        backward: of ∂f/∂h_0, ∂f/∂h_1, … ∂f/∂h_L, shape `(L + 1,)`; the message starts at the
            last one and arrives at the first.
    """

    forward: Tensor
    backward: Tensor


def signal_flow(
    layers: Sequence[Callable[[Tensor], Tensor]], x: Tensor, message: Tensor | None = None
) -> Flow:
    """The size of the signal behind each layer, and of the message sent back through each.

    h_l = layer_l(h_{l-1}), h_0 = x; f = Σ message · h_L, so that ∂f/∂h_L is the message.

    Args:
        layers: L functions or modules, each from `(B, inputs)` to `(B, outputs)`.
        x: the input, floating point, shape `(B, inputs)`.
        message: ∂f/∂h_L, the shape of h_L; `None` draws it standard normal from seed 0.

    Raises:
        TypeError: where a layer is no function or `x` no tensor of floating point.
        ValueError: without any layer, or for a message of another shape than h_L.

    Example:
        >>> halve = lambda h: h / 2
        >>> flow = signal_flow([halve, halve], torch.ones(1, 4), torch.ones(1, 4))
        >>> flow.forward, flow.backward
        (tensor([1.0000, 0.5000, 0.2500]), tensor([0.2500, 0.5000, 1.0000]))
    """
    if not (isinstance(x, Tensor) and x.is_floating_point()):
        got = f"a tensor of {x.dtype}" if isinstance(x, Tensor) else repr(x)
        raise TypeError(f"`x` must be a tensor of floating point, got {got}.")
    signals = [x.detach().requires_grad_()]
    for layer in filled("layers", layers):
        signals.append(_called(layer, signals[-1]))
    sent = _normal_like(signals[-1]) if message is None else message
    if sent.shape != signals[-1].shape:
        raise ValueError(
            f"`message` must have the shape of the last signal, {tuple(signals[-1].shape)}, "
            f"got {tuple(sent.shape)}."
        )
    back = torch.autograd.grad(signals[-1], signals, sent)
    return Flow(_sizes(signals), _sizes(back))


def growth(values: Tensor | Sequence[float]) -> float:
    """The factor per layer, on geometric average: (last / first)^(1 / layers).

    Args:
        values: sizes of at least 0 in the order in which the signal passes them, the first above
            0, shape `(L + 1,)`: `flow.forward`, or `flow.backward.flip(0)`.

    Raises:
        ValueError: for fewer than two values, or a first one that is not above 0.

    Example:
        >>> growth([8.0, 4.0, 1.0, 1.0])
        0.5
    """
    sizes = [float(value) for value in values]
    if len(sizes) < 2:
        raise ValueError(f"`values` must hold two sizes at least, got {len(sizes)}.")
    first, last = positive("values[0]", sizes[0]), sizes[-1]
    if last == 0:
        return 0.0
    # each root by itself: the quotient of the two could leave the range of a float
    return last ** (1 / (len(sizes) - 1)) / first ** (1 / (len(sizes) - 1))


class Layer(nn.Module):
    """activation(norm(h · weightᵀ)), and h added to it where it is residual.

    Args:
        weight: shape `(width, width)`.
        activation: a name in `ACTIVATIONS`.
        norm: `None`, or a name in `NORMS`.
        residual: whether h is added.
    """

    def __init__(self, weight: Tensor, activation: str, norm: str | None, residual: bool) -> None:
        super().__init__()
        self.linear, self.residual = Linear(weight), residual
        self.norm = NORMS[norm](len(weight), dtype=weight.dtype) if norm else nn.Identity()
        self.function = ACTIVATIONS[activation]

    def forward(self, h: Tensor) -> Tensor:
        """h `(B, width)`, result the same shape."""
        out = self.function(self.norm(self.linear(h)))
        return h + out if self.residual else out


def stack(
    depth: int,
    width: int,
    activation: str,
    init: str | float,
    norm: str | None = None,
    residual: bool = False,
    seed: int = 0,
) -> nn.Sequential:
    """Layers of one width as they stand before training, in double precision, biases at 0.

    Args:
        depth: L, how many layers.
        width: n, inputs and outputs of each.
        activation: a name in `ACTIVATIONS`.
        init: a name in `INITS`; or the gain σ_w · √n itself, greater than 0, for normal weights
            of standard deviation σ_w (`2**0.5` is He's, 1 is LeCun's).
        norm: `None`, or a name in `NORMS`: between the sum and the activation.
        residual: whether each layer's input is added to what it makes of it.
        seed: of the weights.

    Raises:
        TypeError: for a depth or width that is not whole.
        ValueError: for a name that is not known, or a gain of 0 or less.

    Example:
        >>> layers = stack(20, 64, "sigmoid", "lecun")
        >>> layers(torch.randn(5, 64, dtype=torch.float64)).shape
        torch.Size([5, 64])
    """
    one_of("activation", activation, ACTIVATIONS)
    if norm is not None:
        one_of("norm", norm, NORMS)
    draw, source = _init(init), generator(seed, "weights")
    weights = [draw(whole("width", width), width, source) for _ in range(whole("depth", depth))]
    return nn.Sequential(*(Layer(weight, activation, norm, residual) for weight in weights))


def _init(init: str | float) -> Callable[[int, int, Generator], Tensor]:
    """How a weight matrix is drawn."""
    if isinstance(init, str):
        return INITS[one_of("init", init, INITS)]
    gain = positive("init", init)
    return lambda outputs, inputs, source: gain * INITS["lecun"](outputs, inputs, source)


def _called(layer: Callable[[Tensor], Tensor], h: Tensor) -> Tensor:
    if layer is None:
        raise TypeError("`layers` must hold functions, got None.")
    return function("layers", layer)(h)


def _normal_like(h: Tensor) -> Tensor:
    drawn = torch.randn(h.shape, generator=seeded(0), dtype=torch.float64)
    return drawn.to(dtype=h.dtype, device=h.device)


def _sizes(signals: Sequence[Tensor]) -> Tensor:
    """Root mean square of each, over examples and units."""
    return torch.stack([_root_mean_square(signal.detach()) for signal in signals])


def _root_mean_square(signal: Tensor) -> Tensor:
    # divided by the largest first, whose square could leave the range of a float
    largest = signal.abs().max()
    if not (math.isfinite(largest) and largest > 0):
        return largest
    return largest * (signal / largest).square().mean().sqrt()
