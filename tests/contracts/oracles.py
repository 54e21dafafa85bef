"""What a rule is compared with: an optimizer of torch's, or the formula of a paper in NumPy."""

from collections.abc import Callable, Iterable
from contextlib import contextmanager
from typing import NamedTuple

import pytest
import torch
from torch import Tensor

from dlnotes.core.protocols import Rule

DOUBLE = torch.float64
PAIRS = {"betas": ("beta1", "beta2"), "eps": ("eps1", "eps2")}


class Torch:
    """A class of torch's making.

    Args:
        kind: the class.
        **renamed: ours="theirs" for a hyperparameter of another name; what is no text is fixed.
    """

    def __init__(self, kind: Callable, **renamed):
        self.kind = kind
        self.names = {ours: theirs for ours, theirs in renamed.items() if isinstance(theirs, str)}
        self.fixed = {name: value for name, value in renamed.items() if name not in self.names}

    def arguments(self, settings: dict) -> dict:
        """Our settings in its words."""
        given = {self.names.get(name, name): value for name, value in settings.items()}
        for pair, (first, second) in PAIRS.items():
            if first in given:
                given[pair] = (given.pop(first), given.pop(second))
        return given | self.fixed

    def optimizer(self, params: list[Tensor], **settings):
        """One for these parameters, with our settings."""
        return self.kind(params, **self.arguments(settings))

    def __call__(self, start: list[Tensor], **settings):
        params = [param.clone().requires_grad_(True) for param in start]
        return Stepped(params, self.optimizer(params, **settings))


class TorchNesterov(Torch):
    """torch refuses nesterov=True without momentum, where both rules are one."""

    def arguments(self, settings: dict) -> dict:
        given = {"momentum": 0.9} | settings
        return given | {"nesterov": given["momentum"] > 0}


class TorchMuon(Torch):
    """Muon of torch's in the dtype of the parameter."""

    def __call__(self, start: list[Tensor], **settings):
        stepped = super().__call__(start, **settings)
        stepped.around = without_the_cast
        return stepped


@contextmanager
def without_the_cast():
    """Nothing becomes bfloat16."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Tensor, "bfloat16", lambda tensor: tensor.clone())
        yield


@contextmanager
def as_it_is():
    """Nothing is changed."""
    yield


class Stepped:
    """An optimizer, stepped with given gradients."""

    around = staticmethod(as_it_is)

    def __init__(self, params: list[Tensor], optimizer):
        self.params, self.optimizer = params, optimizer

    def step(self, grads: list[Tensor]) -> list[Tensor]:
        for param, grad in zip(self.params, grads, strict=True):
            param.grad = grad.clone()
        with self.around():
            self.optimizer.step()
        return [param.detach().clone() for param in self.params]


class Paper:
    """A formula, one parameter at a time.

    Args:
        formula: takes a parameter, its gradient and a dict to remember things in, where `t` is
            1, 2, …, and our settings; gives the parameter after the step.
    """

    def __init__(self, formula: Callable):
        self.formula = formula

    def __call__(self, start: list[Tensor], **settings):
        return Computed(self.formula, start, settings)


class Computed:
    """A run of a paper's formula."""

    def __init__(self, formula: Callable, start: list[Tensor], settings: dict):
        self.formula, self.settings = formula, settings
        self.params = [param.double().numpy() for param in start]
        self.memories = [{"t": 0} for _ in start]
        self.dtype = start[0].dtype

    def step(self, grads: list[Tensor]) -> list[Tensor]:
        for i, grad in enumerate(grads):
            self.memories[i]["t"] += 1
            arguments = self.params[i], grad.double().numpy(), self.memories[i]
            self.params[i] = self.formula(*arguments, **self.settings)
        return [torch.as_tensor(param).to(self.dtype) for param in self.params]


class Run(NamedTuple):
    """A reference's run: every parameter's gradients and places, one a step."""

    grads: list[list[Tensor]]
    paths: list[list[Tensor]]


def theirs(
    reference: Callable, start: list[Tensor], gradient: Callable, steps: int, settings: dict
) -> Run:
    """The reference's run from `start`, with `gradient(step, params)` at its own parameters."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(start[0].dtype)  # torch's NAdam keeps a product in the default dtype
    try:
        stepped, params, grads, paths = reference(start, **settings), start, [], []
        for step in range(steps):
            grads.append(gradient(step, params))
            params = stepped.step(grads[-1])
            paths.append(params)
    finally:
        torch.set_default_dtype(before)
    return Run([*zip(*grads, strict=True)], [*zip(*paths, strict=True)])


def one_step(rule: Rule, grad: Tensor, state, param: Tensor, settings: dict):
    """A step as the optimizer class makes it: what comes out has the parameter's dtype."""
    delta, state = rule.update(grad, state, param, **settings)
    return param + delta.to(param.dtype), state


def ours(rule: Rule, param: Tensor, grads: Iterable[Tensor], settings: dict) -> list[Tensor]:
    """The parameter after every step."""
    state, path = rule.init(param), []
    for grad in grads:
        param, state = one_step(rule, grad, state, param, settings)
        path.append(param)
    return path


def assert_parity(rule: Rule, start: list[Tensor], run: Run, settings: dict, tolerance=1e-12):
    """With the same gradients both are at the same place after every step.

    The error is measured against the largest entry so far.
    """
    for param, grads, path in zip(start, run.grads, run.paths, strict=True):
        scale = 1.0
        for step, (mine, other) in enumerate(
            zip(ours(rule, param, grads, settings), path, strict=True)
        ):
            assert mine.dtype == other.dtype and mine.shape == other.shape
            scale = max(scale, other.abs().max().item())
            error = (mine - other).abs().max().item() / scale
            assert error <= tolerance, f"step {step}: {error:.1e}"
