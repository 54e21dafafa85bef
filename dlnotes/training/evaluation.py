"""How good a net is, on the data it learns from and on data it does not."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call

from dlnotes.training.data.examples import Data
from dlnotes.training.nets.losses import accuracy


class Scores(NamedTuple):
    """Loss and accuracy over both parts, 0-d tensors; no accuracy where `y` holds targets."""

    train_loss: Tensor
    test_loss: Tensor
    train_accuracy: Tensor | None
    test_accuracy: Tensor | None


def evaluate(net: nn.Module, data: Data, loss: Callable, params: dict[str, Tensor]) -> Scores:
    """Scores of the net with these parameters; nothing is dropped.

    Batch norm takes its statistics from the training part, for the test examples too: those go
    through the net beside it with weight 0.

    Args:
        net: what computes the output.
        data: both parts.
        loss: `(output, y) -> scalar`.
        params: name -> tensor.
    """
    output, output_test = _outputs(net, params, data)
    losses = loss(output, data.y), loss(output_test, data.y_test)
    if data.y.is_floating_point():
        return Scores(*losses, None, None)
    return Scores(*losses, accuracy(output, data.y), accuracy(output_test, data.y_test))


def _outputs(net: nn.Module, params: dict[str, Tensor], data: Data) -> tuple[Tensor, Tensor]:
    if getattr(net, "norm", None) != "batch":
        return tuple(functional_call(net, params, (X,)) for X in (data.X, data.X_test))
    counts = torch.cat([torch.ones_like(data.X[:, 0]), torch.zeros_like(data.X_test[:, 0])])
    together = torch.cat([data.X, data.X_test])
    output = functional_call(net, params, (together,), {"weight": counts})
    return output[: len(data.X)], output[len(data.X) :]
