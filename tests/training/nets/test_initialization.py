"""Initializations: torch's own draw for draw, and the variance each promises."""

import pytest
import torch
from torch import nn

from dlnotes.training.nets.initialization import INITS

SHAPES = [(40, 30), (30, 40), (32, 32)]
DRAWS = {  # the same generator gives torch the same numbers
    "he": lambda w, g: nn.init.kaiming_normal_(w, nonlinearity="relu", generator=g),
    "lecun": lambda w, g: nn.init.kaiming_normal_(w, nonlinearity="linear", generator=g),
    "glorot": lambda w, g: nn.init.xavier_normal_(w, generator=g),
    "he_uniform": lambda w, g: nn.init.kaiming_uniform_(w, nonlinearity="relu", generator=g),
    "glorot_uniform": lambda w, g: nn.init.xavier_uniform_(w, generator=g),
    "torch_linear": lambda w, g: nn.init.kaiming_uniform_(w, a=5**0.5, generator=g),
    "orthogonal": lambda w, g: nn.init.orthogonal_(w, generator=g),
    "small": lambda w, g: nn.init.normal_(w, std=0.01, generator=g),
    "large": lambda w, g: nn.init.normal_(w, generator=g),
    "zeros": lambda w, g: nn.init.zeros_(w),
}


def source(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("name", INITS)
@pytest.mark.parametrize("shape", SHAPES)
def test_draws_equal_torchs(name, shape):
    theirs = DRAWS[name](torch.empty(shape, dtype=torch.float64), source(5))
    mine = INITS[name](*shape, source(5))
    assert torch.allclose(mine, theirs, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    ("name", "variance"),
    [
        ("he", 2 / 300),
        ("he_uniform", 2 / 300),
        ("lecun", 1 / 300),
        ("glorot", 2 / 700),
        ("glorot_uniform", 2 / 700),
        ("torch_linear", 1 / 900),
        ("small", 1e-4),
        ("large", 1.0),
        ("zeros", 0.0),
    ],
)
def test_mean_and_variance_are_those_of_the_paper(name, variance):
    weight = INITS[name](400, 300, source())
    assert weight.var().item() == pytest.approx(variance, rel=0.02)
    assert abs(weight.mean().item()) <= 4 * (variance / weight.numel()) ** 0.5


@pytest.mark.parametrize("shape", SHAPES)
def test_orthogonal_weights_turn_without_stretching(shape):
    weight = INITS["orthogonal"](*shape, source())
    small = weight @ weight.T if shape[0] <= shape[1] else weight.T @ weight
    assert torch.allclose(small, torch.eye(len(small), dtype=torch.float64), atol=1e-12)


def test_torchs_linear_layer_starts_from_these():
    torch.manual_seed(5)
    theirs = nn.Linear(30, 40, dtype=torch.float64).weight
    assert torch.allclose(INITS["torch_linear"](40, 30, source(5)), theirs, rtol=1e-12)
