"""A fleet's step by `vmap(grad(functional_call))`: any net, any rule."""

import inspect
from functools import cache, partial

from torch import Tensor
from torch.func import functional_call, grad_and_value, vmap
from torch.utils._pytree import tree_map

from dlnotes.core.protocols import moved
from dlnotes.training.compiling.functions import compiled_function
from dlnotes.training.fleet.method import Batch, Lives, Method, Params, born, judged, kept, taken
from dlnotes.training.requirements import transformed


class Mapped:
    """Steps by `vmap` over one run written out.

    Args:
        method: what to do.
        params: of all runs, `(R, …)` each.
        numbers: hyperparameters, name -> `(T, R)`, float64.
    """

    def __init__(self, method: Method, params: Params, numbers: Params) -> None:
        self.params, self.lives, self.numbers = params, born(params), numbers
        states = {name: vmap(method.rule.init)(param) for name, param in params.items()}
        self.states = tree_map(Tensor.contiguous, states)  # t comes out of vmap without a stride
        self.move, self.method = partial(_all_runs, method), method
        self.ready = not method.compiled

    def step(self, step: int, batch: Batch) -> Tensor:
        """Makes one update; gives the losses before it, `(R,)`."""
        hyper = {name: values[step] for name, values in self.numbers.items()}
        given = self.params, self.states, self.lives, batch, hyper
        if not self.ready:
            self.move, self.ready = (
                compiled_function(_all_runs, self.method, given) or self.move,
                True,
            )
        self.params, self.states, self.lives = self.move(*given)
        return self.lives.last

    @property
    def answers(self) -> Params:
        """What to evaluate and to keep of all runs, `(R, …)` each."""
        return kept(self.method.rule, self.params, self.states)


def _all_runs(
    method: Method, params: Params, states: dict, lives: Lives, batch: Batch, hyper: Params
) -> tuple[Params, dict, Lives]:
    chosen = batch._replace(X=batch.X[batch.rows], y=batch.y[batch.rows], rows=None)._asdict()
    chosen = {name: value for name, value in chosen.items() if value is not None}
    after, states, value = vmap(partial(_one_run, method))(params, states, chosen, hyper)
    now = {name: taken(lives, value, after[name], old) for name, old in params.items()}
    return now, states, judged(lives, value, after.values())


def _one_run(method: Method, params: Params, states: dict, batch: dict, hyper: Params) -> tuple:
    grads, (_, value) = grad_and_value(partial(_objective, method), has_aux=True)(params, batch)
    if method.transform:
        grads = transformed(method.transform, grads)
    hyper = hyper | dict(method.fixed)
    return *moved(method.rule, grads, states, params, **hyper), value


def _objective(method: Method, params: Params, batch: dict) -> tuple[Tensor, Tensor]:
    """What is descended on, and the loss alone."""
    extras = {name: batch[name] for name in _extras(type(method.net)) if name in batch}
    output = functional_call(method.net, params, (batch["X"],), extras)
    value = method.loss(output, batch["y"], *([batch["weight"]] if "weight" in batch else []))
    return (value + method.penalty(params) if method.penalty else value), value


@cache
def _extras(kind: type) -> tuple[str, ...]:
    """Which of `keep` and `weight` a net of this kind takes."""
    known = inspect.signature(kind.forward).parameters
    return tuple(name for name in ("keep", "weight") if name in known)
