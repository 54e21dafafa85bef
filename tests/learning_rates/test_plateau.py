"""Plateau annealing: torch's ReduceLROnPlateau is the oracle, over 200 losses of any kind."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.optim.lr_scheduler import ReduceLROnPlateau

from dlnotes.core.device import best_device
from dlnotes.learning_rates import plateau

DEVICES = sorted({"cpu", best_device().type} - {"mps"})
LOSSES = 200


def losses(seed, kind):
    """A curve that falls, with flat parts, noise, or values that are no numbers."""
    rng = torch.Generator().manual_seed(seed)
    steps = torch.arange(LOSSES, dtype=torch.float64)
    noise = torch.randn(LOSSES, generator=rng, dtype=torch.float64)
    if kind == "stairs":
        return 5 - torch.floor(steps / 23)
    if kind == "noise":
        return noise
    falling = torch.exp(-steps / 40) + 0.02 * noise
    if kind == "broken":
        falling[60:64] = torch.tensor([math.nan, math.inf, -math.inf, math.nan])
    return falling


def torchs(curve, lr, **hyper):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    scheduler, rates = ReduceLROnPlateau(optimizer, **hyper), []
    for loss in curve:
        scheduler.step(loss)
        rates.append(optimizer.param_groups[0]["lr"])
    return torch.tensor(rates, dtype=torch.float64)


def ours(curve, lr, *, mode="min", update=plateau.update, **hyper):
    state, rates = plateau.init(lr, mode=mode), []
    for loss in curve:
        state = update(loss, state, mode=mode, **hyper)
        rates.append(state.lr)
    return torch.stack(rates)


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    kind=st.sampled_from(["falling", "stairs", "noise", "broken"]),
    lr=st.floats(1e-4, 10),
    mode=st.sampled_from(["min", "max"]),
    factor=st.floats(0, 0.99),
    patience=st.integers(0, 20),
    threshold=st.sampled_from([0, 1e-4, 0.01, 0.5]),
    threshold_mode=st.sampled_from(["rel", "abs"]),
    cooldown=st.integers(0, 10),
    min_lr=st.sampled_from([0, 1e-5, 0.01]),
)
def test_any_setting_equals_torch(seed, kind, lr, **hyper):
    curve = losses(seed, kind)
    mine, theirs = ours(curve, lr, **hyper), torchs(curve, lr, **hyper)
    assert torch.allclose(mine, theirs, rtol=1e-12, atol=0)


def test_runs_side_by_side_equal_one_at_a_time():
    curves = torch.stack([losses(seed, "falling") for seed in range(4)], 1)
    lr = torch.tensor([0.1, 0.2, 0.3, 0.4], dtype=torch.float64)
    patience, factor = torch.tensor([1, 3, 5, 9]), torch.tensor([0.9, 0.5, 0.3, 0.1]).double()
    cooldown = torch.tensor([0, 1, 2, 3])
    alone = [
        ours(curves[:, run], lr[run].item(), patience=wait, factor=cut, cooldown=rest)
        for run, (wait, cut, rest) in enumerate(
            zip(patience.tolist(), factor.tolist(), cooldown.tolist(), strict=True)
        )
    ]
    together = ours(curves, lr, patience=patience, factor=factor, cooldown=cooldown)
    assert torch.equal(together, torch.stack(alone, 1))

    def run(curve, lr, patience, factor, cooldown):
        return ours(curve, lr, patience=patience, factor=factor, cooldown=cooldown)

    mapped = torch.func.vmap(run, in_dims=(1, 0, 0, 0, 0), out_dims=1)
    assert torch.equal(mapped(curves, lr, patience, factor, cooldown), together)


def test_it_waits_cuts_and_rests():
    hyper = {"patience": 2, "factor": 0.5, "cooldown": 3}
    rates = ours([1.0] * 14, 0.8, **hyper)
    # the first look is a best; three more are one too many; then three in which nothing counts
    assert rates.tolist() == [0.8] * 3 + [0.4] * 6 + [0.2] * 5
    assert ours([1.0 - 0.1 * look for look in range(14)], 0.8, **hyper).tolist() == [0.8] * 14


def test_it_never_goes_below_the_lowest():
    assert ours([1.0] * 60, 1.0, patience=0, min_lr=0.3).tolist()[-1] == 0.3


def test_a_state_changes_nothing_it_was_given():
    before = plateau.init(0.1)
    after = plateau.update(1.0, before, patience=0)
    assert before.best == math.inf and after.best == 1.0 and before.lr == after.lr


@pytest.mark.parametrize("device", DEVICES)
def test_a_loss_from_the_device(device):
    curves = torch.stack([losses(seed, "falling") for seed in range(2)], 1)
    lr = torch.tensor([0.1, 0.2], dtype=torch.float64)
    there = ours(curves.to(device), lr.to(device), patience=2)
    assert there.device.type == device
    assert torch.equal(there.cpu(), ours(curves, lr, patience=2))


def too_patient(loss, state, *, patience, **hyper):
    return plateau.update(loss, state, patience=patience + 1, **hyper)


def restless(loss, state, **hyper):
    return plateau.update(loss, state._replace(rest=torch.zeros_like(state.rest)), **hyper)


@pytest.mark.parametrize("wrong", [too_patient, restless])
def test_a_wrong_count_would_be_seen(wrong):
    hyper = {"patience": 3, "factor": 0.5, "cooldown": 4}
    theirs = torchs([1.0] * LOSSES, 1.0, **hyper)
    assert torch.allclose(ours([1.0] * LOSSES, 1.0, **hyper), theirs, rtol=1e-12, atol=0)
    mine = ours([1.0] * LOSSES, 1.0, update=wrong, **hyper)
    assert not torch.allclose(mine, theirs, rtol=1e-12, atol=0)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"mode": "least"}, "`mode` must be one of min, max, got 'least'."),
        ({"factor": 1.0}, "`factor` must be smaller than 1, got 1."),
        ({"factor": -0.1}, "`factor` must be at least 0, got -0.1."),
        ({"patience": -1}, "`patience` must be at least 0, got -1."),
        ({"threshold": math.nan}, "`threshold` must be at least 0, got nan."),
        ({"threshold_mode": "log"}, "`threshold_mode` must be one of rel, abs, got 'log'."),
        ({"cooldown": -2}, "`cooldown` must be at least 0, got -2."),
        ({"min_lr": -0.1}, "`min_lr` must be at least 0, got -0.1."),
    ],
)
def test_what_is_refused_and_why(change, message):
    with pytest.raises(ValueError) as error:
        plateau.update(1.0, plateau.init(0.1), **change)
    assert str(error.value) == message


def test_a_loss_leaves_no_graph_behind():
    state = plateau.update(torch.tensor(1.0, requires_grad=True), plateau.init(0.1))
    assert state.best == 1 and not any(part.requires_grad for part in state)


@pytest.mark.parametrize("lr", [0, -0.1, math.nan])
def test_it_begins_with_a_learning_rate(lr):
    with pytest.raises(ValueError, match="`lr` must be greater than 0, got"):
        plateau.init(lr)
    with pytest.raises(ValueError, match="`mode` must be one of min, max, got 'least'"):
        plateau.init(0.1, mode="least")
