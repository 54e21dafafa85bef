"""The runs of the page: what is sent back, which rates and which batches nets bear."""

import pytest
import torch
from torch import nn

from dlnotes.gradients.flow import growth
from dlnotes.sections.gradients.normalization import experiments


def test_the_signal_sent_back_is_torchs():
    *layers, last = experiments.fresh("batch", 0, depth=3)
    X, y = experiments.task(0)
    signals = [X.requires_grad_()]
    for layer in layers:
        z = signals[-1] @ layer.linear.weight.T
        signals.append(nn.functional.batch_norm(z, None, None, training=True).relu())
        signals[-1].retain_grad()
    loss = nn.functional.cross_entropy(signals[-1] @ last.weight.T, y)
    loss.backward()
    theirs = torch.stack([signal.grad.square().mean().sqrt() for signal in signals[1:]])
    assert theirs.shape == (3,)
    mine = experiments.sent("batch", 0)
    assert mine.shape == (experiments.DEPTH,)
    ours = experiments.signals_back([*layers, last], X.detach(), y)
    torch.testing.assert_close(ours, theirs)


def test_only_batch_norm_grows_and_a_step_lowers_it():
    batch, stepped, layer, none = (
        growth(experiments.sent(norm, 0, steps).flip(0))
        for norm, steps in (("batch", 0), ("batch", 1), ("layer", 0), (None, 0))
    )
    assert batch == pytest.approx(1.205, abs=0.01)
    assert stepped < batch - 0.03
    assert layer == pytest.approx(1, abs=0.02) and none == pytest.approx(1, abs=0.02)


def test_the_best_rate_is_that_of_the_best_mean():
    values = torch.tensor([[0.1, 0.9], [0.6, 0.6], [0.58, 0.58]])
    test = values.flip(0)
    assert experiments.best(torch.stack([values, test])).tolist() == test[1].tolist()
    assert experiments.borne(values) == 2


def test_the_record_holds_what_the_page_says():
    assert all(experiments.recorded(arm).shape == (2, 7, 5, 3) for arm in experiments.ARMS)
    plain, batch = (experiments.recorded(f"he {norm}")[1, ..., 1] for norm in ("none", "batch"))
    assert (experiments.borne(plain), experiments.borne(batch)) == (2, 4)
    assert experiments.freed().shape == experiments.few_recorded("layer", 4).shape == (5,)
