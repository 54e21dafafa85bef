"""A fleet's step without autograd, for plain multilayer perceptrons and elementwise rules.

Gradients come from `backward`; all parameters of a run lie in one row, so that the rule is one
pass over `(R, P)`; and what the rule makes of single numbers alone (t, learning rate, betas) is
worked out beforehand, for all steps at once.
"""

import math
from functools import lru_cache, partial

import torch
from torch import Tensor
from torch.func import grad, vmap

from dlnotes.core.protocols import Rule, is_elementwise
from dlnotes.training.compiling.functions import compiled_function
from dlnotes.training.compiling.programs import Fields, fields
from dlnotes.training.compiling.scalars import Hoisted, hoist
from dlnotes.training.fleet import backward
from dlnotes.training.fleet.method import Batch, Lives, Method, Params, born, judged, kept, taken
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.requirements import transformed

Shapes = tuple[tuple[str, torch.Size], ...]


class ByHand:
    """Steps of many plain multilayer perceptrons.

    Args:
        method: what to do; `can_go_by_hand` must hold.
        params: of all runs, `(R, …)` each.
        numbers: hyperparameters, name -> `(T, R)`, float64.
    """

    def __init__(self, method: Method, params: Params, numbers: Params) -> None:
        self.shapes = tuple((name, x.shape[1:]) for name, x in params.items())
        self.flat, self.lives = _joined(params.values()), born(params)
        like = self.flat.shape[1:], self.flat.dtype, self.flat.device
        self.made, self.parts = split(method.rule, *like, tuple(numbers), method.fixed)
        state = vmap(method.rule.init)(self.flat)
        self.held = [getattr(state, name).clone() for name in self.made.tensors]
        self.table = _table(method.rule, self.parts, self.made, numbers).to(self.flat)
        self.method, self.move = method, None

    def step(self, step: int, batch: Batch) -> Tensor:
        """Makes one update; gives the losses before it, `(R,)`."""
        examples = batch.X, batch.y, *([] if batch.weight is None else [batch.weight])
        given = batch.rows, self.table[step], self.flat, *self.held, *self.lives, *examples
        if self.move is None:
            self.move = self._prepared(given)
        self.move(*given)
        return self.lives.last

    @property
    def params(self) -> Params:
        """The parameters of all runs, `(R, …)` each."""
        return _parts(self.flat, self.shapes)

    @property
    def answers(self) -> Params:
        """What to evaluate and to keep of all runs, `(R, …)` each."""
        singles = dict.fromkeys(self.made.singles)
        state = self.made.kind(**dict(zip(self.made.tensors, self.held, strict=True)), **singles)
        flat = kept(self.method.rule, {"": self.flat}, {"": state})[""]
        return _parts(flat, self.shapes)

    def _prepared(self, given: tuple):
        first = self.method, self.parts, self.shapes, len(self.held)
        if self.method.compiled:
            terms = backward.SHORT if self.flat.device.type == "cpu" else backward.TINY
            program = compiled_function(_all_runs, (*first, terms), given)
            if program:
                return program
        return lambda *given: _all_runs((*first, backward.TINY), *given)


def can_go_by_hand(method: Method) -> bool:
    """Whether `ByHand` knows the net, the loss and the rule."""
    net = method.net
    plain = type(net) is MLP and not (net.norm or net.residual or net.dropout)
    known = plain and net.activation in backward.SLOPES and method.loss in backward.LOSSES
    return known and is_elementwise(method.rule)


def _all_runs(first: tuple, rows: Tensor, numbers: Tensor, flat: Tensor, *rest: Tensor) -> tuple:
    """One step of all runs, in place."""
    method, parts, shapes, states, terms = first
    held, (alive, last, X, y, *weight) = rest[:states], rest[states:]
    params, lives = _parts(flat, shapes), Lives(alive, last)
    value, grads = _slopes(method, params, terms, _chosen(X, rows), y[rows], *weight)
    if method.transform:
        grads = vmap(partial(transformed, method.transform))(grads)
    delta, *after = vmap(parts.vectors.forward)(_joined(grads.values()), flat, *held, *numbers)
    moved = flat + delta
    now = taken(lives, value, moved, flat), *after, *judged(lives, value, [moved])
    for old, new in zip((flat, *held, *lives), now, strict=True):
        old.copy_(new)
    return ()


def _chosen(X: Tensor, rows: Tensor) -> Tensor:
    """The features of each run's batch, `(R, B, D)`; where D is tiny, examples side by side."""
    return X.T[:, rows].permute(1, 2, 0) if X.shape[1] <= backward.TINY else X[rows]


def _slopes(
    method: Method,
    params: Params,
    terms: int,
    X: Tensor,
    y: Tensor,
    weight: Tensor | None = None,
) -> tuple[Tensor, Params]:
    """Losses `(R,)`, and gradients shaped like `params`."""
    counts = torch.ones_like(X[:1, :, 0]) if weight is None else weight
    values = list(params.values())
    share = counts / counts.sum(1, keepdim=True)
    layers = [backward.Layer(*pair) for pair in zip(values[::2], values[1::2], strict=True)]
    given = layers, method.net.activation, method.loss, X, y, share
    value, slopes = backward.gradient(*given, terms)
    grads = dict(zip(params, (part for layer in slopes for part in layer), strict=True))
    if method.penalty:
        more = vmap(grad(method.penalty))(params)
        grads = {name: one + more[name] for name, one in grads.items()}
    return value, grads


def _joined(parts) -> Tensor:
    """Tensors `(R, …)` side by side, `(R, P)`."""
    return torch.cat([part.flatten(1) for part in parts], dim=1)


def _parts(flat: Tensor, shapes: Shapes) -> Params:
    """The other way: views of `(R, P)`."""
    parts = flat.split([math.prod(shape) for _, shape in shapes], dim=1)
    return {
        name: part.unflatten(1, shape) for (name, shape), part in zip(shapes, parts, strict=True)
    }


@lru_cache(maxsize=64)
def split(
    rule: Rule,
    size: torch.Size,
    dtype: torch.dtype,
    device: torch.device,
    names: tuple[str, ...],
    fixed: tuple,
) -> tuple[Fields, Hoisted]:
    """A rule for one row of parameters, cut into what it does to single numbers and the rest.

    Args:
        rule: a module with `init` and `update`, elementwise.
        size: `(P,)`.
        dtype: of the parameters.
        device: where they are.
        names: of the hyperparameters that are numbers.
        fixed: the others, as pairs.
    """
    made, param = fields(rule, size), torch.zeros(size, dtype=dtype, device=device)
    state = rule.init(param)._asdict()
    singles = [state[name] for name in made.singles]
    singles += [torch.ones((), dtype=torch.float64, device=device) for _ in names]

    def update(grad: Tensor, param: Tensor, *rest: Tensor) -> tuple[Tensor, ...]:
        state = dict(zip((*made.tensors, *made.singles), rest, strict=False))
        hyper = dict(zip(names, rest[len(state) :], strict=True)) | dict(fixed)
        delta, after = rule.update(grad, made.kind(**state), param, **hyper)
        return delta, *(getattr(after, name) for name in (*made.tensors, *made.singles))

    tensors = [param, param, *(state[name] for name in made.tensors)]
    return made, hoist(update, *tensors, *singles, mode="fake")


def _table(rule: Rule, parts: Hoisted, made: Fields, numbers: Params) -> Tensor:
    """The single numbers that each step needs, `(T, K, R)`."""
    columns, count = list(numbers.values()), len(made.singles)
    steps, R = columns[0].shape
    t = torch.arange(steps, dtype=torch.float64, device=columns[0].device)
    if made.singles == ("t",):
        each_run = vmap(parts.scalars.forward, (None,) + (0,) * len(columns))
        return torch.stack(vmap(each_run)(t, *columns)[count:], dim=1)
    rows, singles = [], [x.expand(R) for x in _first_singles(rule, made, t.device)]
    for hyper in zip(*columns, strict=True):
        found = vmap(parts.scalars.forward)(*singles, *hyper)
        singles = found[:count]
        rows.append(torch.stack(found[count:]))
    return torch.stack(rows)


def _first_singles(rule: Rule, made: Fields, device: torch.device) -> list[Tensor]:
    state = rule.init(torch.zeros(1, device=device))
    return [getattr(state, name) for name in made.singles]
