"""What the tests of the optimizer share: its two forms, every rule in them, and the default dtype
that NAdam needs."""

from functools import lru_cache

import pytest
import torch

from dlnotes.training.compiling import programs
from dlnotes.training.optimizer import Optimizer
from tests.contracts.rules import EVERY

# the programs of all tests here, each put together once
PROGRAMS = lru_cache(maxsize=None)(programs._program.__wrapped__)


@pytest.fixture(params=["as written", "in two parts"])
def compiled(request, monkeypatch):
    """Off, or on with the loop of the compiled form left to PyTorch as it is."""
    monkeypatch.setattr(programs, "straight", lambda function, *_, **__: function)
    monkeypatch.setattr(programs, "_program", PROGRAMS)
    return request.param == "in two parts"


@pytest.fixture
def double():
    """torch's NAdam keeps a product in the default dtype."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.fixture
def rule(name, compiled):
    """What makes an optimizer of a rule, with settings under which it learns quickly."""
    row = EVERY[name]
    mild = row.settings | {"lr": min(row.settings["lr"], 0.05)}

    def make(params, **others):
        return Optimizer(params, row.rule, compiled=compiled, **mild | others)

    make.row, make.settings = row, mild
    return make


@pytest.fixture
def written(name, monkeypatch):
    """As `rule`, never compiled: for what compiling has no part in."""
    row = EVERY[name]

    def make(params, **others):
        return Optimizer(params, row.rule, **row.settings | others)

    make.row, make.settings = row, row.settings
    return make
