"""What the tests of the optimizer share: its two forms, and the default dtype that NAdam needs."""

from functools import lru_cache

import pytest
import torch

from dlnotes.training.compiling import programs

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
