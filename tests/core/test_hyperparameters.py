"""Names and numbers given to a rule: what makes no sense is said in one line."""

import inspect
import math

import pytest
import torch

from dlnotes.core.hyperparameters import checked, defaults, rule_name
from dlnotes.learning_rates import averages
from dlnotes.learning_rates.schedule_free import SGD
from dlnotes.optimizers import adabound, adafactor, adam, muon, sgd
from dlnotes.regularization.weight_decay import decoupled


class Wrapper:
    """A rule that passes its hyperparameters on."""

    init = adam.init

    @staticmethod
    def update(grad, state, param, *, weight_decay, **hyper):
        return adam.update(grad + weight_decay * param, state, param, **hyper)


def test_names_and_defaults_are_those_of_update():
    assert defaults(adam) == {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    assert defaults(sgd) == {"lr": inspect.Parameter.empty}
    assert defaults(Wrapper) is None
    names = [rule_name(rule) for rule in (adam, Wrapper, Wrapper())]
    assert names == ["adam", "Wrapper", "Wrapper"]


@pytest.mark.parametrize(
    "rule, given",
    [
        (adam, {}),
        (adam, {"lr": 0.0, "beta1": torch.tensor([0.0, 0.9])}),
        (adafactor, {"beta2_decay": -0.5, "eps1": None}),
        (adafactor, {"beta2_decay": torch.tensor([-0.5, -0.8])}),
        (adam, {"lr": math.inf}),
        (Wrapper, {"weight_decay": 0.1, "beta3": 1.0}),
    ],
)
def test_what_makes_sense_is_handed_back(rule, given):
    found = checked(rule, given)
    assert found.keys() == given.keys() and all(found[name] is given[name] for name in given)


@pytest.mark.parametrize(
    "rule, given, error, message",
    [
        (
            adam,
            {"beta3": 0.9},
            TypeError,
            "`beta3` must be a hyperparameter of adam, which has lr, ",
        ),
        (sgd, {}, TypeError, "`lr` of sgd must be given, for example lr=0.1."),
        (adam, {"lr": -0.1}, ValueError, "`lr` of adam must be at least 0, got -0.1."),
        (adam, {"lr": math.nan}, ValueError, "`lr` of adam must be at least 0, got nan."),
        (adam, {"beta1": -1}, ValueError, "`beta1` of adam must be at least 0, got -1."),
        (
            adam,
            {"lr": torch.tensor([1, -0.5])},
            ValueError,
            "`lr` of adam .* at least 0, got -0.5.",
        ),
        (
            adam,
            {"eps": torch.tensor(math.nan)},
            ValueError,
            "`eps` of adam .* at least 0, got nan.",
        ),
        (adafactor, {"beta2_decay": math.nan}, ValueError, "must be at most 0, got nan."),
        (adafactor, {"beta2_decay": 0.8}, ValueError, "`beta2_decay` of .* at most 0, got 0.8."),
        (adafactor, {"d": 0.0}, ValueError, "`d` of adafactor must be at least 1, got 0."),
        (adabound, {"final_lr": 0}, ValueError, "must be greater than 0, got 0."),
        (muon, {"ns_steps": 2.5}, ValueError, "must be whole and at least 0, got 2.5."),
        (
            decoupled(muon),
            {"lr": 0.1, "weight_decay": 0, "ns_steps": -1},
            ValueError,
            "whole and at least 0",
        ),
        (SGD, {"lr": 0.1, "beta1": 1.1}, ValueError, "must be between 0 and 1, got 1.1."),
        (Wrapper, {"lr": -1}, ValueError, "`lr` of Wrapper must be at least 0, got -1."),
    ],
)
def test_what_makes_no_sense_is_named_in_one_line(rule, given, error, message):
    with pytest.raises(error, match=message) as raised:
        checked(rule, given)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("value", ["0.1", None, True, [0.1, 0.2], (0.1,), 1j, lambda step: 0.1])
def test_a_number_is_a_number_or_a_tensor(value):
    for rule, name in ((sgd, "lr"), (adam, "beta1")):
        message = rf"^`{name}` of {rule_name(rule)} must be a number or a tensor, got .*\.$"
        with pytest.raises(TypeError, match=message):
            checked(rule, {"lr": 0.1, name: value})


@pytest.mark.parametrize("rule", ["adam", None, torch.optim.Adam, adam.update, averages])
def test_what_is_no_rule_is_named(rule):
    with pytest.raises(TypeError, match=r"^`rule` must be a module with init and update, got .*;"):
        checked(rule, {"lr": 0.1})
