"""A run that does not come to its end: it diverges, or somebody interrupts it."""

import math

import pytest
import torch

from dlnotes.core import language
from dlnotes.optimizers import momentum, sgd
from dlnotes.training.data.datasets import curve, moons
from dlnotes.training.loop import train
from dlnotes.training.nets import losses
from dlnotes.training.nets.mlp import MLP

DOUBLE = torch.float64

DATA = moons(60, noise=0.2, dtype=DOUBLE)


def small(**options):
    return MLP((2, 8, 8, 2), **{"activation": "tanh", "dtype": DOUBLE, "seed": 3} | options)


def test_a_diverging_run_returns_its_curve():
    data = curve(40, dtype=DOUBLE)
    net = MLP((1, 8, 1), activation="identity", dtype=DOUBLE)
    run = train(net, data, sgd, lr=1e3, steps=60, loss=losses.mean_squared_error)
    assert run.losses.shape == (60,) and run.losses[0].isfinite()
    assert run.losses[-1].isnan() and run.train_loss[-1].isnan() and not run.interrupted


def test_a_nan_loss_after_the_first_step_is_data_even_if_it_comes_at_once():
    run = train(small(), DATA, sgd, lr=1e308, steps=3)
    assert run.losses[0].isfinite() and not run.losses[2].isfinite()


def test_data_that_are_not_numbers_are_an_error_before_the_first_update():
    X = DATA.X.clone()
    X[3, 0], X[5] = math.nan, math.inf
    with pytest.raises(ValueError, match=r"The loss is nan before the first update; 3 entries of"):
        train(small(), DATA._replace(X=X), sgd, lr=0.1, steps=5)
    wide = small()
    with torch.no_grad():
        wide.layers[2].weight.fill_(math.inf)
    with pytest.raises(ValueError, match="before the first update; the data are finite: scale"):
        train(wide, DATA, sgd, lr=0.1, steps=5)


@pytest.mark.parametrize(("lang", "words"), [("en", "Interrupted after 4 of 9"), ("zh", "第 4 步")])
def test_an_interrupt_returns_what_is_done(monkeypatch, capsys, lang, words):
    monkeypatch.setattr(language, "_chosen", lang)
    calls = []

    def stop(grads):
        calls.append(1)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return grads

    settings = {"lr": 0.1, "batch_size": 8, "every": 2}
    run = train(small(), DATA, momentum, steps=9, transform=stop, **settings)
    assert words in capsys.readouterr().out
    whole = train(small(), DATA, momentum, steps=4, **settings)
    assert run.interrupted and not whole.interrupted
    assert torch.equal(run.losses, whole.losses) and run.updates.tolist() == [0, 2, 4]
    assert torch.equal(run.test_loss, whole.test_loss)
    assert all(torch.equal(run.params[name], param) for name, param in whole.params.items())


def test_an_interrupt_in_the_first_step_returns_the_start():
    def stop(grads):
        raise KeyboardInterrupt

    run = train(small(), DATA, sgd, lr=0.1, steps=9, transform=stop)
    assert run.losses.shape == (0,) and run.updates.tolist() == [0] and run.interrupted
