"""Training in the page: a step of a net, and what the net says on a grid of points.

Both come as a function and the shapes of its arguments, for `emit`:

    step, shapes = training_step(net, adam, batch_size=64)
    show, points = prediction(net, examples=900)
    emit(step=step, predict=show, shapes={"step": shapes, "predict": points})
"""

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad_and_value

from dlnotes.core.arguments import whole
from dlnotes.core.hyperparameters import defaults
from dlnotes.core.protocols import Rule, moved
from dlnotes.training.nets.losses import cross_entropy

_DATA = ("params", "states", "X", "y")


class Live(NamedTuple):
    """A function and the shapes of those of its arguments that are more than one number."""

    function: Callable
    shapes: dict[str, Any]


def training_step(
    net: nn.Module,
    rule: Rule,
    loss: Callable[..., Tensor] = cross_entropy,
    *,
    batch_size: int,
    targets: tuple[int, ...] = (),
    masked: bool = False,
    transform: Callable[..., dict[str, Tensor]] | None = None,
    penalty: Callable[..., Tensor] | None = None,
) -> Live:
    """One update of every parameter, as `training.loop.train` makes it.

    The program `step(params, states, X, y, …)` gives `{params, states, loss}`: the parameters
    and the states of the rule after the step, by name, and the loss before it. Its further
    arguments are `keep`, the dropout masks of the hidden layers, where the net drops units;
    `weight`, which examples count, with `masked`; and numbers: the rule's hyperparameters and
    those of the penalty and the transform (`strength`, `max_norm`), with their own defaults.
    Where two have one of the same name, the rule's is meant.

    Args:
        net: such as `MLP`; of its parameters only names and shapes are used.
        rule: a module with `init` and `update`.
        loss: `(output, y, weight) -> scalar`; classes in `y` are whole numbers in float64.
        batch_size: B, rows of X.
        targets: shape of one target: `()` for classes and for a single number.
        masked: take `weight`, 0 or 1 an example: smaller batches, without another program.
        transform: of the gradients, such as `clipping.by_norm`.
        penalty: of the parameters, such as `penalties.l2`.

    Raises:
        TypeError: for what is no rule.
        ValueError: where penalty or transform need a number whose name is taken.

    Example:
        >>> from dlnotes.optimizers import momentum
        >>> from dlnotes.training.nets.mlp import MLP
        >>> step, shapes = training_step(MLP((2, 8, 2)), momentum, batch_size=32)
        >>> list(inspect.signature(step).parameters)
        ['params', 'states', 'X', 'y', 'lr', 'momentum']
        >>> shapes["X"], shapes["y"], shapes["params"]["layers.0.weight"]
        ((32, 2), (32,), (8, 2))
    """
    whole("batch_size", batch_size)
    defaults(rule)  # what is no rule is told here
    parts = {"rule": rule.update, "penalty": penalty, "transform": transform}
    numbers = _distinct({key: _numbers(part) for key, part in parts.items() if part})

    def step(**given: Any) -> dict[str, Any]:
        params, states, X, y = (given[name] for name in _DATA)
        hyper = {key: {name: given[name] for name in own} for key, own in numbers.items()}

        def objective(params: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
            extras = {name: given[name] for name in ("keep", "weight") if name in given}
            output = functional_call(net, params, (X,), extras)
            value = loss(output, y, *([given["weight"]] if masked else []))
            return value + penalty(params, **hyper["penalty"]) if penalty else value, value

        grads, (_, value) = grad_and_value(objective, has_aux=True)(params)
        if transform:
            grads = transform(grads, **hyper["transform"])
        params, states = moved(rule, grads, states, params, **hyper["rule"])
        return {"params": params, "states": states, "loss": value}

    shapes = _shapes(net, rule, batch_size, targets, masked)
    step.__signature__ = _signature(shapes, numbers)
    return Live(step, shapes)


def prediction(
    net: nn.Module,
    *,
    examples: int,
    batch_size: int | None = None,
    of: Callable[[Tensor], Tensor] | None = None,
) -> Live:
    """The net's output at points, such as a grid under a picture; nothing is dropped.

    The program `predict(params, X)` gives the outputs row by row. A net with batch norm takes
    its statistics from a batch and needs it as a third argument, `batch`.

    Args:
        net: such as `MLP`.
        examples: rows of X.
        batch_size: rows of `batch`, for a net with batch norm.
        of: of the output, such as a softmax; `None` gives the scores.

    Raises:
        ValueError: for batch norm without `batch_size`.
    """
    whole("examples", examples)
    finish, width = of or (lambda output: output), _features(net)
    shapes = {"params": _params(net), "X": (examples, width)}
    if getattr(net, "norm", None) != "batch":
        return Live(lambda params, X: finish(functional_call(net, params, (X,))), shapes)
    if batch_size is None:
        raise ValueError(
            "`batch_size` must be given for a net with batch norm, got None; its statistics are"
            " those of a batch."
        )
    counts = torch.cat([torch.ones(batch_size), torch.zeros(examples)]).double()

    def predict(params: dict[str, Tensor], X: Tensor, batch: Tensor) -> Tensor:
        together = torch.cat([batch, X])
        return finish(functional_call(net, params, (together,), {"weight": counts})[batch_size:])

    return Live(predict, {**shapes, "batch": (batch_size, width)})


def _shapes(net: nn.Module, rule: Rule, batch_size: int, targets: tuple, masked: bool) -> dict:
    params = _params(net)
    like = {name: torch.zeros(shape, dtype=torch.float64) for name, shape in params.items()}
    shapes = {"params": params, "states": {name: rule.init(like[name]) for name in params}}
    shapes |= {"X": (batch_size, _features(net)), "y": (batch_size, *targets)}
    if getattr(net, "dropout", 0):
        shapes["keep"] = [(batch_size, width) for width in net.sizes[1:-1]]
    return shapes | ({"weight": (batch_size,)} if masked else {})


def _params(net: nn.Module) -> dict[str, tuple[int, ...]]:
    return {name: tuple(param.shape) for name, param in net.named_parameters()}


def _features(net: nn.Module) -> int:
    return next(iter(net.parameters())).shape[1]


def _numbers(function: Callable) -> dict[str, inspect.Parameter]:
    """The arguments of a function that are numbers: those with a float default or none.

    Whole numbers count loops and stay as they are.
    """
    first, *rest = inspect.signature(function).parameters.items()
    return {
        name: parameter
        for name, parameter in rest
        if name not in (first, "state", "param")
        and (parameter.default is parameter.empty or type(parameter.default) is float)
    }


def _distinct(numbers: dict[str, dict]) -> dict[str, dict]:
    """Each name once; who comes later keeps its default under a name that is taken."""
    taken: set[str] = set()
    kept = {}
    for key, own in numbers.items():
        for name in taken & own.keys():
            if own[name].default is inspect.Parameter.empty:
                raise ValueError(
                    f"`{key}` must name its numbers unlike rule and penalty, got {name!r};"
                    " give it a default, or another name."
                )
        kept[key] = {name: own[name] for name in own if name not in taken}
        taken |= own.keys()
    return kept


def _signature(shapes: dict, numbers: dict[str, dict]) -> inspect.Signature:
    keyword = inspect.Parameter.KEYWORD_ONLY
    listed = [inspect.Parameter(name, keyword) for name in shapes]
    for own in numbers.values():
        listed += [inspect.Parameter(p.name, keyword, default=p.default) for p in own.values()]
    return inspect.Signature(listed)
