"""Bugs planted into the rules: the comparison with the reference sees every one of them."""

import importlib.util
import inspect
from types import ModuleType

import pytest
import torch

from dlnotes.regularization import weight_decay
from tests.optimizers.references import ALL, DOUBLE, assert_parity, theirs

ROOT = ("v_hat.sqrt() + eps", "(v_hat + eps).sqrt()")
STEP = ("t = state.t + 1", "t = state.t")
LATE = ("torch.zeros(()", "torch.ones(()")
FIRST = ("m / (1 - beta1**t)", "m")
SECOND = ("v / (1 - beta2**t)", "v")
BUGS = [
    # d2l: eps under RMSprop's root, and added to the parameter
    ("rmsprop", "v.sqrt() + eps", "(v + eps).sqrt()"),
    ("adam", "(v_hat.sqrt() + eps)", "v_hat.sqrt() + eps"),
    # eps on the wrong side of the root
    *((name, *ROOT) for name in ("adam", "adamw", "nadam", "amsgrad")),
    ("adagrad", "total.sqrt() + eps", "(total + eps).sqrt()"),
    ("adabound", "v.sqrt() + eps", "(v + eps).sqrt()"),
    ("swats", "v.sqrt() + eps", "(v + eps).sqrt()"),
    ("adadelta", "(v + eps).sqrt()", "(v.sqrt() + eps)"),
    ("adamax", "grad.abs() + eps", "grad.abs()"),
    # a decay of the wrong sign, or through the gradient
    ("adamw", "delta - lr * weight_decay", "delta + lr * weight_decay"),
    ("lion", "direction + weight_decay", "direction - weight_decay"),
    ("coupled(adam)", "grad + weight_decay", "grad - weight_decay"),
    ("decoupled(adam)", "delta - lr * weight_decay", "delta + lr * weight_decay"),
    (
        "adamw",
        "    t = state.t + 1",
        "    grad, weight_decay = grad + weight_decay * param, 0\n    t = state.t + 1",
    ),
    # t from 0, or one ahead
    *((name, *STEP) for name in ("adam", "adamw", "adamax", "nadam", "amsgrad", "adabound")),
    *((name, *STEP) for name in ("adafactor", "swats")),
    *((name, *LATE) for name in ("adam", "adamax", "nadam", "amsgrad", "adafactor", "swats")),
    # no bias correction
    *((name, *FIRST) for name in ("adam", "adamw", "adamax", "amsgrad")),
    *((name, *SECOND) for name in ("adam", "adamw", "nadam")),
    ("amsgrad", "v_max / (1 - beta2**t)", "v_max"),
    ("adabound", "(1 - beta2**t).sqrt() / (1 - beta1**t)", "1"),
    # each rule's own idea gone
    ("sgd", "-lr * grad", "lr * grad"),
    ("momentum", "-lr * velocity", "-lr * (1 - momentum) * velocity"),
    ("nesterov", "(grad + momentum * velocity)", "velocity"),
    ("adagrad", "state.total + ", "0.9 * state.total + "),
    ("adadelta", "change.square()", "(lr * change).square()"),
    ("adamax", "torch.maximum", "torch.add"),
    ("nadam", "following / (1 - product * following)", "now / (1 - product)"),
    ("amsgrad", "torch.maximum(state.v_max, v)", "v"),
    ("lion", "m = beta2 * state.m + (1 - beta2)", "m = beta1 * state.m + (1 - beta1)"),
    ("adabound", "torch.minimum(torch.maximum(size, low), high)", "size"),
    ("adafactor", "/ (_rms(u) / d).clamp(min=1)", ""),
    ("adafactor", "columns / rows.mean(-2, keepdim=True).clamp(min=eps1)", "columns"),
    ("adafactor", "_rms(param).clamp(min=eps2)", "1"),
    ("swats", "(1 - beta1) * state.sgd_lr", "state.sgd_lr"),
    ("swats", "& (mean > 0)", "& (mean < 0)"),
    ("muon", "-4.7750", "-4.7751"),
    ("muon", "momentum * m + (1 - momentum) * grad", "m"),
    ("muon", "max(1, param.shape[-2] / param.shape[-1]) ** 0.5", "1"),
]


def planted(module: ModuleType, right: str, wrong: str) -> ModuleType:
    """A copy of `module` in which `right`, in the code below the docstrings, reads `wrong`."""
    source = inspect.getsource(module)
    place = source.rindex(right)
    copy = ModuleType(module.__name__)
    spec = importlib.util.spec_from_loader(module.__name__, loader=None)
    copy.__spec__ = spec
    exec(source[:place] + wrong + source[place + len(right) :], copy.__dict__)
    return copy


def with_bug(name: str, right: str, wrong: str):
    """The rule of that name with a bug; a wrapped rule has it in the wrapper."""
    if "(" not in name:
        return planted(ALL[name].rule, right, wrong)
    wrapper, inner = name.rstrip(")").split("(")
    return getattr(planted(weight_decay, right, wrong), wrapper)(ALL[inner].rule)


def scene(name: str):
    """A start and 30 gradients with a drift; one entry's are as small as eps."""
    source = torch.Generator().manual_seed(0)
    grads = 1 + torch.randn(30, 4, 3, generator=source, dtype=DOUBLE)
    grads[:, 0, 0] *= 1e-3
    start = [torch.randn(4, 3, generator=source, dtype=DOUBLE)]
    run = theirs(ALL[name], start, lambda step, params: [grads[step]], 30, ALL[name].settings)
    return start, run


@pytest.mark.parametrize(("name", "right", "wrong"), BUGS)
def test_a_planted_bug_is_seen(name, right, wrong):
    case, (start, run) = ALL[name], scene(name)
    with pytest.raises(AssertionError, match=r"^step \d+: "):
        bad = case._replace(rule=with_bug(name, right, wrong))
        assert_parity(bad, start, run, case.settings)


@pytest.mark.parametrize("name", sorted({bug[0] for bug in BUGS}))
def test_the_same_comparison_passes_without_a_bug(name):
    case, (start, run) = ALL[name], scene(name)
    copy = case._replace(rule=with_bug(name, "t", "t") if "(" in name else case.rule)
    assert_parity(copy, start, run, case.settings)
