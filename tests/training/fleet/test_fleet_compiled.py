"""Compiled fleets give the same numbers; where nothing can be compiled, they run all the same."""

import logging
from functools import partial

import pytest
import torch

from dlnotes.gradients import clipping
from dlnotes.optimizers import adam, momentum, nadam
from dlnotes.regularization import penalties
from dlnotes.training.compiling import functions
from dlnotes.training.data.datasets import curve, moons
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.losses import mean_squared_error
from dlnotes.training.nets.mlp import MLP

DOUBLE = torch.float64
DATA = moons(50, noise=0.2, dtype=DOUBLE)
pytestmark = pytest.mark.slow


def assert_same(mine, theirs, tolerance=1e-9):
    assert mine.losses.dtype == theirs.losses.dtype
    torch.testing.assert_close(mine.losses, theirs.losses, rtol=0, atol=tolerance, equal_nan=True)
    torch.testing.assert_close(mine.test_loss, theirs.test_loss, rtol=0, atol=tolerance)
    for name, param in theirs.params.items():
        torch.testing.assert_close(mine.params[name], param, rtol=0, atol=tolerance)


def both(net, data, rule, **settings):
    """Compiled, and as it is written, through `vmap`."""
    written = fleet(net, data, rule, **settings | {"by_hand": False})
    return fleet(net, data, rule, compiled=True, **settings), written


@pytest.mark.parametrize(
    "rule, options, settings",
    [
        (adam, {}, {"batch_size": [16, 9, 50, 1, 7], "beta1": [0.9, 0.5, 0.9, 0.8, 0.7]}),
        pytest.param(nadam, {"activation": "gelu"}, {"batch_size": 16}, marks=pytest.mark.long),
        (
            momentum,
            {"activation": "relu"},
            {
                "transform": partial(clipping.by_norm, max_norm=0.1),
                "penalty": partial(penalties.l2, strength=0.05),
                "batch_size": 16,
            },
        ),
    ],
    ids=["adam, own batches", "nadam", "clipping and penalty"],
)
def test_by_hand(rule, options, settings):
    net = MLP((2, 8, 8, 2), dtype=DOUBLE, **options)
    lr = [0.01, 0.02, 0.03, 0.04, 0.05]
    assert_same(*both(net, DATA, rule, lr=lr, seeds=range(5), steps=40, chunk=3, **settings))


def test_by_vmap_with_dropout_norm_and_masks():
    net = MLP((2, 8, 8, 2), norm="layer", residual=True, dropout=0.3, dtype=DOUBLE)
    settings = {"lr": [0.01, 0.02, 0.03], "steps": 20, "batch_size": [16, 5, 16], "chunk": 2}
    assert_same(*both(net, DATA, momentum, seeds=[1, 2, 3], **settings))


def test_single_precision_and_parameters_that_overflow():
    """The last run's first step is not finite: it is not taken, and the run ends with NaN."""
    net, data = MLP((2, 8, 8, 2)), moons(50, noise=0.2)
    settings = {"lr": [0.01, 0.02, 1e39], "steps": 20, "batch_size": 16}
    compiled, written = both(net, data, adam, **settings)
    assert_same(compiled, written, tolerance=1e-5)
    assert compiled.losses[2, 0].isfinite() and compiled.losses[2, 1:].isnan().all()
    for name, param in net.named_parameters():
        assert torch.equal(compiled.params[name][2], param)


def test_a_run_that_diverges_ends_and_no_other_notices():
    data = curve(40, dtype=DOUBLE)
    net = MLP((data.X.shape[1], 6, data.y.shape[1]), activation="identity", dtype=DOUBLE)
    settings = {"steps": 300, "loss": mean_squared_error, "lr": [0.01, 9.0, 0.02]}
    mine, written = both(net, data, momentum, **settings)
    assert torch.equal(mine.losses.isfinite(), written.losses.isfinite())
    assert not mine.losses[1].isfinite().all() and mine.losses[::2].isfinite().all()
    torch.testing.assert_close(mine.losses[::2], written.losses[::2], rtol=0, atol=1e-9)
    assert all(param.isfinite().all() for param in mine.params.values())


def test_compiling_happens_once_for_equal_fleets():
    net = MLP((2, 4, 2), dtype=DOUBLE)
    settings = {"lr": 0.01, "steps": 2, "compiled": True, "chunk": 2}
    fleet(net, DATA, adam, seeds=range(5), **settings)
    before = functions._compiled.cache_info()
    fleet(net, DATA, adam, seeds=range(7), beta1=0.5, **settings | {"lr": 0.5})
    fleet(net, DATA, adam, seeds=range(7), beta1=0.7, **settings | {"lr": 0.5})
    after = functions._compiled.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits) == (1, 7)


def test_without_a_compiler_it_runs_as_written(monkeypatch, caplog):
    def missing(*args, **kwargs):
        raise RuntimeError("No C++ compiler was found.")

    monkeypatch.setattr(functions.torch._inductor, "compile", missing)
    functions._note.cache_clear()
    net = MLP((2, 5, 2), dtype=DOUBLE)
    settings = {"lr": 0.01, "steps": 3, "seeds": [1, 2]}
    with caplog.at_level(logging.WARNING, logger="dlnotes"):
        runs = fleet(net, DATA, adam, compiled=True, **settings)
    functions._compiled.cache_clear()
    assert "No C++ compiler was found." in caplog.text
    assert torch.equal(runs.losses, fleet(net, DATA, adam, **settings).losses)
