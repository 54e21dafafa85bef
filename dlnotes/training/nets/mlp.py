"""Nets: layers of `activation(norm(X · weightᵀ + bias))`, and nothing hidden.

A net holds its parameters and nothing else: what it computes depends on them and on its
arguments alone. So `functional_call`, `vmap`, `grad` and `torch.compile` take it as it is.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Generator, Tensor, nn

from dlnotes.core.arguments import non_negative, one_of, whole
from dlnotes.core.seeds import generator
from dlnotes.training.nets.activations import ACTIVATIONS
from dlnotes.training.nets.initialization import INITS
from dlnotes.training.nets.norms import NORMS


class Linear(nn.Module):
    """X · weightᵀ + bias.

    Args:
        weight: first value of the weight, shape `(outputs, inputs)`; the bias starts at 0.
    """

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight)
        self.bias = nn.Parameter(torch.zeros_like(weight[:, 0]))

    def forward(self, X: Tensor) -> Tensor:
        """X `(B, inputs)`, result `(B, outputs)`."""
        return X @ self.weight.T + self.bias


class MLP(nn.Module):
    """A multilayer perceptron: hidden layers of units, then one linear layer.

    A hidden layer makes of its input h: activation(norm(h · weightᵀ + bias)), times the dropout
    mask; with `residual` this is added to h. He et al. (2016) for the sum, Srivastava et al.
    (2014) for dropout, scaled by 1 / (1 - dropout) so that evaluation needs no change.

    Args:
        sizes: widths from input to output, such as `(2, 32, 32, 2)`; two of them make a linear
            model.
        activation: a name in `ACTIVATIONS`.
        norm: `None`, or a name in `NORMS`: `"batch"`, `"layer"`, `"rms"`.
        residual: add each hidden layer to its input, from the second one on; all hidden layers
            then have the same width.
        dropout: the part of hidden units a mask switches off, in [0, 1).
        init: a name in `INITS`, for the weights; biases start at 0.
        seed: of the weights.
        dtype: of the parameters.
        device: where they live; `None` is the CPU, the fastest place for one small net.

    Example:
        >>> net = MLP((2, 3, 1), activation="tanh")
        >>> {name: tuple(param.shape) for name, param in net.layers[0].named_parameters()}
        {'weight': (3, 2), 'bias': (3,)}
        >>> net(torch.zeros(5, 2)).shape
        torch.Size([5, 1])
    """

    def __init__(
        self,
        sizes: Sequence[int],
        *,
        activation: str = "relu",
        norm: str | None = None,
        residual: bool = False,
        dropout: float = 0.0,
        init: str = "he",
        seed: int = 0,
        dtype: torch.dtype = torch.float32,
        device: str | torch.device | None = None,
    ) -> None:
        super().__init__()
        _check(sizes, residual, dropout)
        if not (isinstance(dtype, torch.dtype) and dtype.is_floating_point):
            raise TypeError(f"`dtype` must be floating point such as torch.float32, got {dtype!r}.")
        self.sizes, self.residual, self.dropout = tuple(sizes), residual, dropout
        self.activation, self.norm, self.init = activation, norm, init
        self.function = ACTIVATIONS[one_of("activation", activation, ACTIVATIONS)]
        first, source = INITS[one_of("init", init, INITS)], generator(seed, "weights")
        weights = [first(outputs, inputs, source) for inputs, outputs in pairwise(sizes)]
        self.layers = nn.ModuleList(Linear(w.to(dtype=dtype, device=device)) for w in weights)
        make = NORMS[one_of("norm", norm, NORMS)] if norm else _no_norm
        self.norms = nn.ModuleList(make(w, dtype=dtype, device=device) for w in sizes[1:-1])

    def forward(
        self, X: Tensor, keep: Sequence[Tensor] | None = None, weight: Tensor | None = None
    ) -> Tensor:
        """The output of every example.

        Args:
            X: features, shape `(B, D)`.
            keep: dropout masks of 0 and 1, `(B, H)` for each hidden layer; `None` drops nothing.
            weight: which examples count, 0 or 1, shape `(B,)`; read by batch norm alone, which
                takes its statistics from those that do. `None` counts all.

        Returns:
            Shape `(B, C)`: the last layer's sums, such as one score a class.
        """
        _check_features(X, self.sizes[0])
        *hidden, last = self.layers
        h = X
        for depth, layer in enumerate(hidden):
            out = self.function(self.norms[depth](layer(h), weight))
            if keep is not None:
                out = out * keep[depth] / (1 - self.dropout)
            h = h + out if self.residual and depth > 0 else out
        return last(h)

    def masks(self, batch_size: int, source: Generator) -> list[Tensor] | None:
        """Dropout masks for one batch; `None` where nothing is dropped.

        Args:
            batch_size: B.
            source: of the random numbers, on the CPU.
        """
        if self.dropout == 0:
            return None
        chances = [torch.rand(batch_size, width, generator=source) for width in self.sizes[1:-1]]
        like = self.layers[0].weight
        return [(chance >= self.dropout).to(like) for chance in chances]


class _NoNorm(nn.Module):
    def forward(self, X: Tensor, weight: Tensor | None = None) -> Tensor:
        return X


def _no_norm(width: int, **_) -> nn.Module:
    return _NoNorm()


def _check(sizes: Sequence[int], residual: bool, dropout: float) -> None:
    if not isinstance(sizes, Sequence) or isinstance(sizes, str):
        raise TypeError(f"`sizes` must be widths such as (2, 32, 2), got {sizes!r}.")
    if len(sizes) < 2:
        raise ValueError(f"`sizes` must name inputs and outputs at least, got {tuple(sizes)}.")
    for width in sizes:
        whole("sizes", width)
    if not non_negative("dropout", dropout) < 1:
        raise ValueError(f"`dropout` must be in [0, 1), got {dropout}; 0 drops nothing.")
    if residual and len(set(sizes[1:-1])) > 1:
        raise ValueError(
            f"`residual` needs hidden layers of one width, got sizes={tuple(sizes)}; make them "
            "equal or leave residual out."
        )


def _check_features(X: Tensor, inputs: int) -> None:
    if X.ndim != 2 or X.shape[1] != inputs:
        raise ValueError(
            f"`X` must have shape (examples, {inputs}), got {tuple(X.shape)}; "
            "the net's sizes begin with the number of features."
        )
