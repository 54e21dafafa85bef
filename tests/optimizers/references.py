"""What every rule is compared with: torch's optimizers, or the paper written down once more.

`CASES` is the one table over all rules; a new rule is one more row.
"""

from collections.abc import Callable, Iterable
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import pytest
import torch
import torch_optimizer
from hypothesis import strategies as st
from torch import Tensor

from dlnotes.core.protocols import Rule
from dlnotes.optimizers import (
    adabound,
    adadelta,
    adafactor,
    adagrad,
    adam,
    adam_uncorrected,
    adamax,
    adamw,
    amsgrad,
    lion,
    momentum,
    muon,
    nadam,
    nesterov,
    rmsprop,
    sgd,
    swats,
)
from dlnotes.regularization.weight_decay import coupled, decoupled

DOUBLE = torch.float64


class Case(NamedTuple):
    """A rule, its reference, settings under which every term shows, and the ranges to search."""

    rule: Rule
    reference: Callable  # (start, **settings) -> an object with `step(grads) -> params`
    settings: dict
    ranges: dict


class TorchReference:
    """An optimizer of torch's making."""

    def __init__(self, make: Callable, start: list[Tensor]):
        self.params = [param.clone().requires_grad_(True) for param in start]
        self.optimizer = make(self.params)

    def step(self, grads: list[Tensor]) -> list[Tensor]:
        for param, grad in zip(self.params, grads, strict=True):
            param.grad = grad.clone()
        self.optimizer.step()
        return [param.detach().clone() for param in self.params]


class PaperReference:
    """A formula of a paper in NumPy's float64, one parameter at a time.

    It is given a parameter, its gradient and a dict to remember things in, where `t` is 1, 2, ….
    """

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


def paper(formula: Callable) -> Callable:
    return lambda start, **settings: PaperReference(formula, start, settings)


def torchs(optimizer: type, **renamed: str) -> Callable:
    """A class of torch's; `renamed` says ours=theirs, fixed arguments are not strings."""
    names = {ours: theirs for ours, theirs in renamed.items() if isinstance(theirs, str)}
    fixed = {name: value for name, value in renamed.items() if not isinstance(value, str)}

    def reference(start: list[Tensor], **settings):
        arguments = {names.get(name, name): value for name, value in settings.items()} | fixed
        for pair, first, second in (("betas", "beta1", "beta2"), ("eps", "eps1", "eps2")):
            if first in arguments:
                arguments[pair] = (arguments.pop(first), arguments.pop(second))
        return TorchReference(lambda params: optimizer(params, **arguments), start)

    return reference


def sgd_with_nesterov(start, *, momentum, **settings):
    # torch refuses nesterov=True without momentum, where both rules are one
    ahead = {"momentum": momentum, "nesterov": momentum > 0}
    return TorchReference(lambda params: torch.optim.SGD(params, **ahead, **settings), start)


@contextmanager
def without_the_cast():
    """Muon of torch's in the dtype of the parameter."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Tensor, "bfloat16", lambda tensor: tensor.clone())
        yield


class TorchMuon(TorchReference):
    def __init__(self, start, **settings):
        super().__init__(lambda params: torch.optim.Muon(params, **settings), start)

    def step(self, grads):
        with without_the_cast():
            return super().step(grads)


def muon_of_torch(start, *, weight_decay=0.0, **settings):
    return TorchMuon(start, weight_decay=weight_decay, **settings)


# The papers


def lion_paper(x, g, memory, *, lr, beta1, beta2, weight_decay):
    """Chen et al. (2023), algorithm 2."""
    m = memory.get("m", 0 * g)
    c = beta1 * m + (1 - beta1) * g
    memory["m"] = beta2 * m + (1 - beta2) * g
    return x - lr * (np.sign(c) + weight_decay * x)


def adam_uncorrected_paper(x, g, memory, *, lr, beta1, beta2, eps):
    """Kingma & Ba (2015), algorithm 1 without its two lines of correction."""
    m = memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
    v = memory["v"] = beta2 * memory.get("v", 0) + (1 - beta2) * g * g
    return x - lr * m / (np.sqrt(v) + eps)


def swats_paper(w, g, memory, *, lr, beta1, beta2, eps, tolerance):
    """Keskar & Socher (2017), algorithm 1, with branches."""
    k = memory["t"]
    if "Lambda" in memory:
        memory["v"] = beta1 * memory["v"] + g
        return w - (1 - beta1) * memory["Lambda"] * memory["v"]
    m = memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
    a = memory["a"] = beta2 * memory.get("a", 0) + (1 - beta2) * g * g
    p = -lr * np.sqrt(1 - beta2**k) / (1 - beta1**k) * m / (np.sqrt(a) + eps)
    along = float(np.sum(p * g))
    if along != 0:
        gamma = float(np.sum(p * p)) / -along
        memory["lambda"] = beta2 * memory.get("lambda", 0) + (1 - beta2) * gamma
        corrected = memory["lambda"] / (1 - beta2**k)
        if k > 1 and abs(corrected - gamma) < tolerance and corrected > 0:
            memory["Lambda"], memory["v"] = corrected, 0
    return w + p


def muon_paper(x, g, memory, *, lr, momentum, eps):
    """Jordan et al. (2024): Nesterov's momentum, five Newton-Schulz steps."""
    memory["m"] = momentum * memory.get("m", 0) + (1 - momentum) * g
    ahead = (1 - momentum) * g + momentum * memory["m"]
    wide = ahead.T if ahead.shape[0] > ahead.shape[1] else ahead
    wide = wide / max(np.sqrt((wide**2).sum()), eps)
    for _ in range(5):
        A = wide @ wide.T
        wide = 3.4445 * wide + (-4.7750 * A + 2.0315 * A @ A) @ wide
    step = wide.T if ahead.shape[0] > ahead.shape[1] else wide
    return x - lr * max(1, x.shape[0] / x.shape[1]) ** 0.5 * step


# The table

LR = st.floats(1e-5, 1)
BETA = st.floats(0, 0.999)
EPS = st.floats(-12, -2).map(lambda exponent: 10**exponent)
DECAY = st.floats(0, 0.5)
RATE = {"lr": LR}
MOMENTUM = {"lr": LR, "momentum": BETA}
MEMORY = {"lr": LR, "decay": BETA, "eps": EPS}
MOMENTS = {"lr": LR, "beta1": BETA, "beta2": BETA, "eps": EPS}

ADAM = {"lr": 0.05, "beta1": 0.85, "beta2": 0.95, "eps": 1e-3}
BOUND = {"final_lr": 0.2, "gamma": 0.02}
FACTOR = {"lr": 0.1, "beta2_decay": -0.7, "eps1": 1e-4, "eps2": 0.01, "d": 1.1}
BOUND_RANGES = {"final_lr": LR, "gamma": st.floats(1e-5, 0.9)}
FACTOR_RANGES = {
    "lr": LR,
    "beta2_decay": st.floats(-1, -0.3),
    "eps1": EPS,
    "eps2": EPS,
    "d": st.floats(1, 3),
}

CASES = {
    "sgd": Case(sgd, torchs(torch.optim.SGD), {"lr": 0.1}, RATE),
    "momentum": Case(momentum, torchs(torch.optim.SGD), {"lr": 0.05, "momentum": 0.85}, MOMENTUM),
    "nesterov": Case(nesterov, sgd_with_nesterov, {"lr": 0.05, "momentum": 0.85}, MOMENTUM),
    "adagrad": Case(
        adagrad, torchs(torch.optim.Adagrad), {"lr": 0.1, "eps": 1e-3}, {"lr": LR, "eps": EPS}
    ),
    "adadelta": Case(
        adadelta,
        torchs(torch.optim.Adadelta, decay="rho"),
        {"lr": 0.8, "decay": 0.85, "eps": 1e-5},
        MEMORY,
    ),
    "rmsprop": Case(
        rmsprop,
        torchs(torch.optim.RMSprop, decay="alpha"),
        {"lr": 0.003, "decay": 0.95, "eps": 1e-3},
        MEMORY,
    ),
    "adam": Case(adam, torchs(torch.optim.Adam), ADAM, MOMENTS),
    "adam_uncorrected": Case(adam_uncorrected, paper(adam_uncorrected_paper), ADAM, MOMENTS),
    "adamax": Case(adamax, torchs(torch.optim.Adamax), ADAM, MOMENTS),
    "nadam": Case(
        nadam,
        torchs(torch.optim.NAdam),
        ADAM | {"momentum_decay": 0.01},
        MOMENTS | {"momentum_decay": st.floats(0, 0.5)},
    ),
    "amsgrad": Case(amsgrad, torchs(torch.optim.Adam, amsgrad=True), ADAM, MOMENTS),
    "adamw": Case(
        adamw,
        torchs(torch.optim.AdamW),
        ADAM | {"weight_decay": 0.3},
        MOMENTS | {"weight_decay": DECAY},
    ),
    "adabound": Case(
        adabound,
        torchs(torch_optimizer.AdaBound),
        ADAM | BOUND,
        MOMENTS | BOUND_RANGES,
    ),
    "adafactor": Case(adafactor, torchs(torch.optim.Adafactor), FACTOR, FACTOR_RANGES),
    "lion": Case(
        lion,
        paper(lion_paper),
        {"lr": 0.003, "beta1": 0.8, "beta2": 0.95, "weight_decay": 0.3},
        {"lr": LR, "beta1": BETA, "beta2": BETA, "weight_decay": DECAY},
    ),
    "swats": Case(
        swats,
        paper(swats_paper),
        ADAM | {"tolerance": 0.01},
        MOMENTS | {"tolerance": EPS},
    ),
    "muon": Case(
        muon,
        paper(muon_paper),
        {"lr": 0.02, "momentum": 0.9, "eps": 1e-7},
        MOMENTUM | {"eps": EPS},
    ),
}

L2 = {
    f"coupled({name})": Case(
        coupled(CASES[name].rule),
        CASES[name].reference,
        CASES[name].settings | {"weight_decay": 0.1},
        CASES[name].ranges | {"weight_decay": DECAY},
    )
    for name in (
        *("sgd", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop"),
        *("adam", "adamax", "nadam", "amsgrad", "adabound"),
    )
}

DECOUPLED = {
    f"decoupled({name})": Case(
        decoupled(CASES[name].rule),
        reference,
        CASES[name].settings | {"weight_decay": 0.1},
        CASES[name].ranges | {"weight_decay": DECAY},
    )
    for name, reference in {
        "adam": torchs(torch.optim.AdamW),
        "nadam": torchs(torch.optim.NAdam, decoupled_weight_decay=True),
        "amsgrad": torchs(torch.optim.AdamW, amsgrad=True),
        "adafactor": torchs(torch.optim.Adafactor),
        "muon": muon_of_torch,
    }.items()
}

ALL = CASES | L2 | DECOUPLED


# Running a rule, and its reference beside it


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


class Run(NamedTuple):
    """A reference's run: every parameter's gradients and places, one a step."""

    grads: list[list[Tensor]]
    paths: list[list[Tensor]]


def theirs(case: Case, start: list[Tensor], gradient: Callable, steps: int, settings: dict) -> Run:
    """The reference's run from `start`, with `gradient(step, params)` at its own parameters."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(start[0].dtype)  # torch's NAdam keeps a product in the default dtype
    try:
        reference, params, grads, paths = case.reference(start, **settings), start, [], []
        for step in range(steps):
            grads.append(gradient(step, params))
            params = reference.step(grads[-1])
            paths.append(params)
    finally:
        torch.set_default_dtype(before)
    return Run([*zip(*grads, strict=True)], [*zip(*paths, strict=True)])


def assert_parity(case: Case, start: list[Tensor], run: Run, settings: dict, tolerance=1e-12):
    """With the same gradients both are at the same place after every step.

    The error is measured against the largest entry so far.
    """
    for param, grads, path in zip(start, run.grads, run.paths, strict=True):
        scale = 1.0
        for step, (mine, other) in enumerate(
            zip(ours(case.rule, param, grads, settings), path, strict=True)
        ):
            assert mine.dtype == other.dtype and mine.shape == other.shape
            scale = max(scale, other.abs().max().item())
            error = (mine - other).abs().max().item() / scale
            assert error <= tolerance, f"step {step}: {error:.1e}"
