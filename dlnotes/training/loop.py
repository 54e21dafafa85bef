"""Training one net: the plain text."""

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor, nn
from torch.func import functional_call

from dlnotes.core import progress as bars
from dlnotes.core.arguments import function
from dlnotes.core.hyperparameters import torchs
from dlnotes.core.protocols import Rule, answers, moved
from dlnotes.core.seeds import generator
from dlnotes.training.data.batches import rows
from dlnotes.training.data.examples import Data
from dlnotes.training.evaluation import evaluate
from dlnotes.training.history import History, Record, Watch, evaluations, note_interruption
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.requirements import check_start, check_training, transformed

Params = dict[str, Tensor]


def train(
    net: nn.Module,
    data: Data,
    rule: Rule,
    *,
    lr: float | Callable[[int], float],
    steps: int,
    batch_size: int | None = None,
    seed: int = 0,
    loss: Callable[..., Tensor] = cross_entropy,
    transform: Callable[[Params], Params] | None = None,
    penalty: Callable[[Params], Tensor] | None = None,
    every: int | Sequence[int] | None = None,
    watch: Watch | None = None,
    progress: bool | None = None,
    **hyper: float,
) -> History:
    """Trains a net; the net itself keeps its weights, the trained ones are in the result.

    Each step: take a batch, find loss and gradients, transform the gradients, let the rule turn
    each into a change, add it.

    Args:
        net: such as `MLP`, or any module without buffers that maps `(B, D)` to outputs.
        data: `Data(X, y, X_test, y_test)`, where the net lives and of its dtype.
        rule: a module with `init` and `update`; where it offers `averaged`, that is evaluated and
            returned.
        lr: learning rate, at least 0, or a schedule: a function of the 0-based step.
        steps: T, updates to make, at least 1.
        batch_size: B, examples a step; `None` takes all of them.
        seed: of the order of the examples and of dropout.
        loss: `(output, y) -> scalar`.
        transform: of the gradients, name -> tensor, such as a clipping.
        penalty: of the parameters, added to the loss that is descended on; not in the curves.
        every: evaluate both parts after so many updates; `None`: at the start and the end only,
            0: never. Or the updates themselves, such as `range(80, 101)`.
        watch: looks into every step: a function of an `Update`, which holds `step`, `params`,
            `grads`, `states` and `moved`; what it gives back is in `watched`.
        progress: show a bar; `None` shows it when the work is long.
        **hyper: further hyperparameters of the rule.

    Returns:
        The curves and the parameters. A run that diverges is no error and returns its NaN curve;
        an interrupt (Ctrl-C, or the stop button) returns what was done until then.

    Raises:
        ValueError: when shapes, devices, dtypes or hyperparameters do not fit, or the loss is
            nan or inf before the first update.

    Example:
        >>> from dlnotes.optimizers import sgd
        >>> from dlnotes.training.data import datasets
        >>> from dlnotes.training.nets.mlp import MLP
        >>> run = train(MLP((2, 16, 2)), datasets.moons(), sgd, lr=0.5, steps=200)
        >>> run.losses.shape, (run.test_accuracy[-1] > 0.8).item()
        (torch.Size([200]), True)

        How large the gradients of the last layer are:

        >>> looks = {"watch": lambda update: update.grads["layers.1.weight"].norm().item()}
        >>> run = train(MLP((2, 16, 2)), datasets.moons(), sgd, lr=0.5, steps=200, **looks)
        >>> run.watched[-1] < run.watched[0]
        True
    """
    hyper = {name: torchs(value) for name, value in hyper.items()}
    given = {"lr": lr, **hyper, "transform": transform, "penalty": penalty}
    data = check_training(net, data, loss, rule, steps=steps, single=True, **given)
    updates, watch = evaluations(steps, every), function("watch", watch)
    batch_size = len(data.X) if batch_size is None else batch_size
    order = rows(len(data.X), batch_size, steps, seed).to(data.X.device)
    masks = generator(seed, "masks")
    params = {name: param.detach().clone() for name, param in net.named_parameters()}
    states = {name: rule.init(param) for name, param in params.items()}
    slope = _slope(partial(_objective, net, loss, penalty))
    record = Record(steps, updates, partial(evaluate, net, data, loss), params, watch)
    try:
        for step in bars.progress(range(steps), steps, show=progress, label="train"):
            X, y = data.X[order[step]], data.y[order[step]]
            grads, value = slope(params, X, y, _masks(net, batch_size, masks))
            if step == 0:
                check_start(value, data)
            if transform:
                grads = transformed(transform, grads)
            rate, before = torchs(lr(step) if callable(lr) else lr), params
            params, states = moved(rule, grads, states, params, lr=rate, **hyper)
            record.add(value, answers(rule, params, states), before, grads, states, params)
    except KeyboardInterrupt:
        note_interruption(record.done, steps)
    return record.history(answers(rule, params, states))


def _slope(objective: Callable[..., tuple[Tensor, Tensor]]) -> Callable[..., tuple[Params, Tensor]]:
    """A function that gives the gradients, and the loss alone.

    By autograd: `torch.func.grad` would import a compiler first, and takes twice as long a step.
    """

    @torch.enable_grad()
    def slope(params: Params, *given) -> tuple[Params, Tensor]:
        leaves = {name: param.detach().requires_grad_() for name, param in params.items()}
        total, value = objective(leaves, *given)
        grads = torch.autograd.grad(total, list(leaves.values()), materialize_grads=True)
        return dict(zip(leaves, grads, strict=True)), value.detach()

    return slope


def _objective(net: nn.Module, loss, penalty, params: Params, X: Tensor, y: Tensor, keep):
    """What is descended on, and the loss alone."""
    output = functional_call(net, params, (X,) if keep is None else (X, keep))
    value = loss(output, y)
    return (value + penalty(params) if penalty else value), value


def _masks(net: nn.Module, batch_size: int, source: torch.Generator) -> list[Tensor] | None:
    return net.masks(batch_size, source) if hasattr(net, "masks") else None
