"""The one table of rules, which every test of rules reads; a new rule is one more row.

A row says what the rule must equal, settings under which every term of it shows, the ranges to
search, and the bugs that the comparison must see.
"""

from typing import NamedTuple

import torch
import torch_optimizer
from hypothesis import strategies as st

from dlnotes.core.protocols import Rule, is_elementwise
from dlnotes.learning_rates import schedule_free
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
from tests.contracts import papers
from tests.contracts.oracles import DOUBLE, Paper, Torch, TorchMuon, TorchNesterov

BOTH = (DOUBLE, torch.float32)
Bug = tuple[str, str]  # what stands in the code, and what a bug puts there


class Row(NamedTuple):
    """What is known of a rule.

    Attributes:
        rule: a module or class with `init` and `update`.
        reference: makes from `(start, **settings)` what has `step(grads) -> params`.
        settings: every hyperparameter, so that every term of the formula shows.
        ranges: where to search for settings, and shapes of gradients, that make a difference.
        bugs: each seen by the comparison with the reference.
        dtypes: in which one can compare; signs and switches hang on the last digit of float32.
        matrix: it takes matrices alone.
        overflows: gradients of 1e150 are too much for it, as for torch.
        promotes: hyperparameters that, many in float64, make a float32 step float64.
    """

    rule: Rule
    reference: Torch | Paper
    settings: dict[str, float]
    ranges: dict[str, st.SearchStrategy]
    bugs: tuple[Bug, ...] = ()
    dtypes: tuple[torch.dtype, ...] = BOTH
    matrix: bool = False
    overflows: bool = False
    promotes: tuple[str, ...] = ()


# the same slip in many rules
ROOT = ("v_hat.sqrt() + eps", "(v_hat + eps).sqrt()")  # eps on the wrong side of the root
STEP = ("t = state.t + 1", "t = state.t")  # t from 0
LATE = ("torch.zeros(()", "torch.ones(()")  # t one ahead
FIRST = ("m / (1 - beta1**t)", "m")  # no bias correction
SECOND = ("v / (1 - beta2**t)", "v")
SIGN = ("delta - lr * weight_decay", "delta + lr * weight_decay")

LR, BETA, DECAY = st.floats(1e-5, 1), st.floats(0, 0.999), st.floats(0, 0.5)
EPS = st.floats(-12, -2).map(lambda exponent: 10**exponent)
MOMENTUM = {"lr": LR, "momentum": BETA}
MEMORY = {"lr": LR, "decay": BETA, "eps": EPS}
MOMENTS = {"lr": LR, "beta1": BETA, "beta2": BETA, "eps": EPS}
ADAM = {"lr": 0.05, "beta1": 0.85, "beta2": 0.95, "eps": 1e-3}

RULES = {
    "sgd": Row(
        sgd, Torch(torch.optim.SGD), {"lr": 0.1}, {"lr": LR}, bugs=(("-lr * grad", "lr * grad"),)
    ),
    "momentum": Row(
        momentum,
        Torch(torch.optim.SGD),
        {"lr": 0.05, "momentum": 0.85},
        MOMENTUM,
        bugs=(("-lr * velocity", "-lr * (1 - momentum) * velocity"),),
    ),
    "nesterov": Row(
        nesterov,
        TorchNesterov(torch.optim.SGD),
        {"lr": 0.05, "momentum": 0.85},
        MOMENTUM,
        bugs=(("(grad + momentum * velocity)", "velocity"),),
    ),
    "adagrad": Row(
        adagrad,
        Torch(torch.optim.Adagrad),
        {"lr": 0.1, "eps": 1e-3},
        {"lr": LR, "eps": EPS},
        bugs=(
            ("total.sqrt() + eps", "(total + eps).sqrt()"),
            ("state.total + ", "0.9 * state.total + "),
        ),
    ),
    "adadelta": Row(
        adadelta,
        Torch(torch.optim.Adadelta, decay="rho"),
        {"lr": 0.8, "decay": 0.85, "eps": 1e-5},
        MEMORY,
        bugs=(
            ("(v + eps).sqrt()", "(v.sqrt() + eps)"),
            ("change.square()", "(lr * change).square()"),
        ),
    ),
    "rmsprop": Row(
        rmsprop,
        Torch(torch.optim.RMSprop, decay="alpha"),
        {"lr": 0.003, "decay": 0.95, "eps": 1e-3},
        MEMORY,
        bugs=(("v.sqrt() + eps", "(v + eps).sqrt()"),),  # as in d2l
    ),
    "adam": Row(
        adam,
        Torch(torch.optim.Adam),
        ADAM,
        MOMENTS,
        # the first as in d2l: eps added to the parameter
        bugs=(("(v_hat.sqrt() + eps)", "v_hat.sqrt() + eps"), ROOT, STEP, LATE, FIRST, SECOND),
    ),
    "adam_uncorrected": Row(
        adam_uncorrected,
        Paper(papers.adam_uncorrected),
        ADAM,
        MOMENTS,
        bugs=(
            ("v.sqrt() + eps", "(v + eps).sqrt()"),
            ("-lr * m", "-lr / (1 - beta1 ** (state.t + 1)) * m"),
        ),
    ),
    "adamax": Row(
        adamax,
        Torch(torch.optim.Adamax),
        ADAM,
        MOMENTS,
        bugs=(
            ("grad.abs() + eps", "grad.abs()"),
            ("torch.maximum", "torch.add"),
            *(STEP, LATE, FIRST),
        ),
    ),
    "nadam": Row(
        nadam,
        Torch(torch.optim.NAdam),
        ADAM | {"momentum_decay": 0.01},
        MOMENTS | {"momentum_decay": st.floats(0, 0.5)},
        bugs=(
            ("following / (1 - product * following)", "now / (1 - product)"),
            *(ROOT, STEP, LATE, SECOND),
        ),
    ),
    "amsgrad": Row(
        amsgrad,
        Torch(torch.optim.Adam, amsgrad=True),
        ADAM,
        MOMENTS,
        bugs=(
            ("torch.maximum(state.v_max, v)", "v"),
            ("v_max / (1 - beta2**t)", "v_max"),
            *(ROOT, STEP, LATE, FIRST),
        ),
    ),
    "adamw": Row(
        adamw,
        Torch(torch.optim.AdamW),
        ADAM | {"weight_decay": 0.3},
        MOMENTS | {"weight_decay": DECAY},
        bugs=(
            *(SIGN, ROOT, STEP, FIRST, SECOND),
            (  # the decay through the gradient
                "    t = state.t + 1",
                "    grad, weight_decay = grad + weight_decay * param, 0\n    t = state.t + 1",
            ),
        ),
    ),
    "adabound": Row(
        adabound,
        Torch(torch_optimizer.AdaBound),
        ADAM | {"final_lr": 0.2, "gamma": 0.02},
        MOMENTS | {"final_lr": LR, "gamma": st.floats(1e-5, 0.9)},
        bugs=(
            ("v.sqrt() + eps", "(v + eps).sqrt()"),
            ("(1 - beta2**t).sqrt() / (1 - beta1**t)", "1"),
            ("torch.minimum(torch.maximum(size, low), high)", "size"),
            STEP,
        ),
    ),
    "adafactor": Row(
        adafactor,
        Torch(torch.optim.Adafactor),
        {"lr": 0.1, "beta2_decay": -0.7, "eps1": 1e-4, "eps2": 0.01, "d": 1.1},
        {
            "lr": LR,
            "beta2_decay": st.floats(-1, -0.3),
            "eps1": EPS,
            "eps2": EPS,
            "d": st.floats(1, 3),
        },
        bugs=(
            ("/ (_rms(u) / d).clamp(min=1)", ""),
            ("columns / rows.mean(-2, keepdim=True).clamp(min=eps1)", "columns"),
            ("_rms(param).clamp(min=eps2)", "1"),
            *(STEP, LATE),
        ),
        overflows=True,
        promotes=("eps1",),
    ),
    "lion": Row(
        lion,
        Paper(papers.lion),
        {"lr": 0.003, "beta1": 0.8, "beta2": 0.95, "weight_decay": 0.3},
        {"lr": LR, "beta1": BETA, "beta2": BETA, "weight_decay": DECAY},
        bugs=(
            ("direction + weight_decay", "direction - weight_decay"),
            ("m = beta2 * state.m + (1 - beta2)", "m = beta1 * state.m + (1 - beta1)"),
        ),
        dtypes=(DOUBLE,),
    ),
    "swats": Row(
        swats,
        Paper(papers.swats),
        ADAM | {"tolerance": 0.01},
        MOMENTS | {"tolerance": EPS},
        bugs=(
            ("v.sqrt() + eps", "(v + eps).sqrt()"),
            ("(1 - beta1) * state.sgd_lr", "state.sgd_lr"),
            ("& (mean > 0)", "& (mean < 0)"),
            *(STEP, LATE),
        ),
        dtypes=(DOUBLE,),
    ),
    "muon": Row(
        muon,
        Paper(papers.muon),
        {"lr": 0.02, "momentum": 0.9, "eps": 1e-7},
        MOMENTUM | {"eps": EPS},
        bugs=(
            ("-4.7750", "-4.7751"),
            ("momentum * m + (1 - momentum) * grad", "m"),
            ("max(1, param.shape[-2] / param.shape[-1]) ** 0.5", "1"),
        ),
        matrix=True,
    ),
    "schedule_free.SGD": Row(
        schedule_free.SGD,
        Paper(papers.schedule_free_sgd),
        {"lr": 0.05, "beta1": 0.8},
        {"lr": LR, "beta1": st.floats(0, 1)},
        bugs=(
            ("(1 - beta1) * z + beta1 * x", "beta1 * z + (1 - beta1) * x"),
            ("c = lr**2 / weight", "c = lr / weight"),
        ),
    ),
    "schedule_free.AdamW": Row(
        schedule_free.AdamW,
        Paper(papers.schedule_free_adamw),
        ADAM | {"weight_decay": 0.3},
        MOMENTS | {"beta1": st.floats(0, 1), "weight_decay": DECAY},
        bugs=(
            ("- lr * weight_decay * param", "+ lr * weight_decay * param"),
            *(ROOT, STEP, SECOND),
        ),
    ),
}


def _wrapped(wrapper, name: str, reference=None, bugs: tuple[Bug, ...] = ()) -> Row:
    """A rule with a weight decay around it."""
    row = RULES[name]
    return row._replace(
        rule=wrapper(row.rule),
        reference=reference or row.reference,
        settings=row.settings | {"weight_decay": 0.1},
        ranges=row.ranges | {"weight_decay": DECAY},
        bugs=bugs,
    )


COUPLED = {
    f"coupled({name})": _wrapped(
        coupled, name, bugs=(("grad + weight_decay", "grad - weight_decay"),) * (name == "adam")
    )
    for name in (
        *("sgd", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop"),
        *("adam", "adamax", "nadam", "amsgrad", "adabound"),
    )
}
DECOUPLED = {
    f"decoupled({name})": _wrapped(decoupled, name, reference, bugs=(SIGN,) * (name == "adam"))
    for name, reference in {
        "adam": Torch(torch.optim.AdamW),
        "nadam": Torch(torch.optim.NAdam, decoupled_weight_decay=True),
        "amsgrad": Torch(torch.optim.AdamW, amsgrad=True),
        "adafactor": Torch(torch.optim.Adafactor),
        "muon": TorchMuon(torch.optim.Muon),
    }.items()
}
EVERY = RULES | COUPLED | DECOUPLED
# those that torch has itself, in the same form
IN_TORCH = {
    name: row
    for name, row in EVERY.items()
    if isinstance(row.reference, Torch)
    and row.reference.kind.__module__.startswith("torch.optim")
    and not row.matrix
}
ELEMENTWISE = {name: row for name, row in EVERY.items() if is_elementwise(row.rule)}
