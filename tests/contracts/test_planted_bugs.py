"""Bugs planted into the rules: the comparison with the reference sees every one of them."""

import importlib.util
import inspect
from types import ModuleType

import pytest
import torch

from dlnotes.core.protocols import Rule
from dlnotes.regularization import weight_decay
from tests.contracts.oracles import DOUBLE, assert_parity, theirs
from tests.contracts.rules import EVERY, RULES

BUGS = [(name, *bug) for name, row in EVERY.items() for bug in row.bugs]


def planted(module: ModuleType, right: str, wrong: str, within: str = "") -> ModuleType:
    """A copy of `module` in which `right`, in the code below the docstrings, reads `wrong`.

    Args:
        module: what to copy.
        right: what stands there.
        wrong: what shall stand there.
        within: a piece of the source to look in first, such as a class.
    """
    source = inspect.getsource(module)
    within = within if right in within else source
    place = source.index(within) + within.rindex(right)
    copy = ModuleType(module.__name__)
    copy.__spec__ = importlib.util.spec_from_loader(module.__name__, loader=None)
    exec(source[:place] + wrong + source[place + len(right) :], copy.__dict__)
    return copy


def with_bug(name: str, right: str, wrong: str) -> Rule:
    """The rule of that name with a bug; a wrapped rule has it in the wrapper."""
    rule = EVERY[name].rule
    if isinstance(rule, ModuleType):
        return planted(rule, right, wrong)
    if inspect.isclass(rule):
        copy = planted(inspect.getmodule(rule), right, wrong, inspect.getsource(rule))
        return getattr(copy, rule.__name__)
    wrapper, inner = name.rstrip(")").split("(")
    return getattr(planted(weight_decay, right, wrong), wrapper)(EVERY[inner].rule)


def scene(name: str):
    """A start and 30 gradients with a drift; one entry's are as small as eps."""
    source = torch.Generator().manual_seed(0)
    grads = 1 + torch.randn(30, 4, 3, generator=source, dtype=DOUBLE)
    grads[:, 0, 0] *= 1e-3
    start = [torch.randn(4, 3, generator=source, dtype=DOUBLE)]
    row = EVERY[name]
    run = theirs(row.reference, start, lambda step, params: [grads[step]], 30, row.settings)
    return start, run


@pytest.mark.parametrize(("name", "right", "wrong"), BUGS)
def test_a_planted_bug_is_seen(name, right, wrong):
    start, run = scene(name)
    with pytest.raises(AssertionError, match=r"^step \d+: "):
        assert_parity(with_bug(name, right, wrong), start, run, EVERY[name].settings)


@pytest.mark.parametrize("name", sorted({bug[0] for bug in BUGS}))
def test_the_same_comparison_passes_without_a_bug(name):
    start, run = scene(name)
    assert_parity(with_bug(name, "t", "t"), start, run, EVERY[name].settings)


def test_every_rule_has_its_bugs():
    assert [name for name, row in RULES.items() if not row.bugs] == []
