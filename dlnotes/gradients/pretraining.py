"""Layer-wise pretraining: autoencoders one after the other, without labels; then fine-tuning.

Book: gradients/layerwise_pretraining
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from dlnotes.core.arguments import positive, whole
from dlnotes.core.protocols import Rule
from dlnotes.core.seeds import generator
from dlnotes.training.data.batches import rows
from dlnotes.training.data.examples import Data
from dlnotes.training.history import History
from dlnotes.training.loop import train
from dlnotes.training.nets.initialization import glorot
from dlnotes.training.nets.mlp import MLP, Linear


class Autoencoder(nn.Module):
    """A layer, and a linear one behind it that tells the layer's input again.

    code = activation(W h + b), told = W' code + b'

    Bengio, Lamblin, Popovici & Larochelle (2007) pretrain with these; there W' is Wᵀ.

    Args:
        layer: W and b.
        activation: of the code, entry by entry.
        back: first value of W', shape `(inputs, outputs)`.

    Example:
        >>> layer = Linear(torch.tensor([[0.5, 0.5]]))
        >>> coder = Autoencoder(layer, lambda z: z, torch.tensor([[1.0], [1.0]]))
        >>> coder(torch.tensor([[2.0, 2.0], [2.0, 0.0]])).tolist()
        [[2.0, 2.0], [1.0, 1.0]]
    """

    def __init__(self, layer: Linear, activation: Callable[[Tensor], Tensor], back: Tensor) -> None:
        super().__init__()
        self.layer, self.activation, self.back = layer, activation, Linear(back)

    def forward(self, h: Tensor) -> Tensor:
        """h `(B, inputs)`, and what is told of it, the same shape."""
        return self.back(self.code(h))

    def code(self, h: Tensor) -> Tensor:
        """What the layer makes of h, `(B, outputs)`."""
        return self.activation(self.layer(h))

    def error(self, h: Tensor) -> Tensor:
        """Mean of (told - h)² over examples and inputs, 0-d."""
        return (self(h) - h).square().mean()


class Pretrained(NamedTuple):
    """What layer-wise pretraining leaves.

    Attributes:
        net: a new net, its hidden layers pretrained, its last layer as it was.
        errors: of each hidden layer's autoencoder after every step, `(layers, steps)`.
    """

    net: MLP
    errors: Tensor


def layerwise_pretrain(
    net: MLP,
    X: Tensor,
    rule: Rule,
    *,
    lr: float,
    steps: int,
    batch_size: int,
    seed: int = 0,
) -> Pretrained:
    """Teaches each hidden layer to keep what the one before it tells, the first one first.

    Layer l is trained as an autoencoder on h_{l-1}, with everything before it held; then its
    linear way back is thrown away, and h_l is what the next layer sees. No label is seen.

    Hinton, Osindero & Teh (2006) did so with Boltzmann machines, Bengio, Lamblin, Popovici &
    Larochelle (2007) with autoencoders.

    Args:
        net: without norm or residuals; it keeps its weights.
        X: features, labeled or not, of the net's dtype, shape `(N, D)`.
        rule: a module with `init` and `update`.
        lr: learning rate of every autoencoder, greater than 0.
        steps: of every autoencoder, at least 1.
        batch_size: examples a step, at most N.
        seed: of the ways back and of the order of the examples.

    Raises:
        TypeError: for a net that is no `MLP`.
        ValueError: for a net with norm or residuals, or features that do not fit.

    Example:
        >>> from dlnotes.optimizers import adam
        >>> from dlnotes.training.data import datasets
        >>> net, budget = MLP((2, 8, 8, 2), activation="tanh"), {"steps": 100, "batch_size": 50}
        >>> made = layerwise_pretrain(net, datasets.moons().X, adam, lr=0.01, **budget)
        >>> made.errors.shape, (made.errors[0, -1] < made.errors[0, 0]).item()
        (torch.Size([2, 100]), True)
    """
    _check(net, X)
    positive("lr", lr), whole("steps", steps), whole("batch_size", batch_size, most=len(X))
    made = _copied(net)
    source, h, errors = generator(seed, "weights"), X, []
    for place, layer in enumerate(made.layers[:-1]):
        outputs, inputs = layer.weight.shape
        coder = Autoencoder(layer, made.function, glorot(inputs, outputs, source).to(X))
        order = rows(len(X), batch_size, steps, seed + place)
        errors.append(_descended(coder, h, order, rule, lr))
        h = coder.code(h).detach()
    return Pretrained(made, torch.stack(errors))


def finetune(net: MLP, data: Data, rule: Rule, *, lr: float, steps: int, **options: Any) -> History:
    """Trains the whole net with labels, from where it stands; nothing else than `train`.

    Args:
        net: such as `layerwise_pretrain(...).net`; it keeps its weights, the trained ones are in
            the result.
        data: labeled examples; there may be far fewer than were pretrained on.
        rule: a module with `init` and `update`.
        lr: learning rate, greater than 0.
        steps: T, at least 1.
        **options: of `train`, such as `batch_size=50`.

    Raises:
        ValueError: where net and data do not fit.

    Example:
        >>> from dlnotes.optimizers import adam, momentum
        >>> from dlnotes.training.data import datasets
        >>> data, budget = datasets.moons(), {"steps": 100, "batch_size": 50}
        >>> net = MLP((2, 8, 8, 2), activation="tanh")
        >>> made = layerwise_pretrain(net, data.X, adam, lr=0.01, **budget)
        >>> (finetune(made.net, data, momentum, lr=0.1, steps=200).test_accuracy[-1] > 0.8).item()
        True
    """
    return train(net, data, rule, lr=lr, steps=steps, **options)


def _descended(coder: Autoencoder, h: Tensor, order: Tensor, rule: Rule, lr: float) -> Tensor:
    """Trains an autoencoder in place; its error after every step."""
    params, errors = list(coder.parameters()), []
    states = [rule.init(param.detach()) for param in params]
    for batch in order:
        grads = torch.autograd.grad(coder.error(h[batch]), params)
        with torch.no_grad():
            for place, (param, grad) in enumerate(zip(params, grads, strict=True)):
                delta, states[place] = rule.update(grad, states[place], param, lr=lr)
                param += delta
            errors.append(coder.error(h))
    return torch.stack(errors)


def _copied(net: MLP) -> MLP:
    like = net.layers[0].weight
    made = MLP(
        net.sizes, activation=net.activation, init=net.init, dropout=net.dropout,
        dtype=like.dtype, device=like.device,
    )  # fmt: skip
    made.load_state_dict(net.state_dict())
    return made


def _check(net: MLP, X: Tensor) -> None:
    if not isinstance(net, MLP):
        raise TypeError(f"`net` must be an MLP, got {type(net).__name__}.")
    if net.norm or net.residual:
        raise ValueError("`net` must be without norm and residuals; pretrain first, then add them.")
    if len(net.sizes) < 3:
        raise ValueError(f"`net` must have a hidden layer, got sizes {net.sizes}.")
    if X.ndim != 2 or X.shape[1] != net.sizes[0]:
        raise ValueError(f"`X` must have shape (examples, {net.sizes[0]}), got {tuple(X.shape)}.")
