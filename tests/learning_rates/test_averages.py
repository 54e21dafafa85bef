"""Averages of parameters: torch's AveragedModel is the oracle."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from dlnotes.core.device import best_device
from dlnotes.learning_rates import averages
from dlnotes.learning_rates.averages import ema, init, swa

DEVICES = sorted({"cpu", best_device().type} - {"mps"})
DOUBLE = torch.float64


def way(seed=0, length=200, dtype=DOUBLE):
    """A net whose parameters wander, and where they have been."""
    rng = torch.Generator().manual_seed(seed)
    net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 2)).to(dtype)
    places = []
    for _ in range(length):
        for param in net.parameters():
            noise = torch.randn(param.shape, generator=rng, dtype=dtype)
            param.data += noise
        places.append({name: param.detach().clone() for name, param in net.named_parameters()})
    return net, places


def torchs(net, places, **setting):
    averaged, seen = AveragedModel(net, **setting), []
    for place in places:
        net.load_state_dict(place)
        averaged.update_parameters(net)
        params = averaged.module.named_parameters()
        seen.append({name: param.detach().clone() for name, param in params})
    return seen


def ours(average, places, **setting):
    state, seen = init(places[0]), []
    for place in places:
        state = average(place, state, **setting)
        seen.append(state.average)
    return seen


def gap(mine, theirs):
    """The largest difference, over all names and all times."""
    assert mine[-1].keys() == theirs[-1].keys()
    return max(
        (one[name] - other[name]).abs().max().item()
        for one, other in zip(mine, theirs, strict=True)
        for name in other
    )


def test_swa_equals_torch():
    net, places = way()
    assert gap(ours(swa, places), torchs(net, places)) < 1e-12


@settings(max_examples=15, deadline=None)
@given(decay=st.floats(0, 1), seed=st.integers(0, 2**31))
def test_ema_equals_torch(decay, seed):
    net, places = way(seed)
    theirs = torchs(net, places, multi_avg_fn=get_ema_multi_avg_fn(decay))
    assert gap(ours(ema, places, decay=decay), theirs) < 1e-12


def test_swa_is_the_mean():
    _, places = way(length=50)
    mean = {name: torch.stack([of[name] for of in places]).mean(0) for name in places[0]}
    assert gap(ours(swa, places)[-1:], [mean]) < 1e-14


@settings(max_examples=15, deadline=None)
@given(decay=st.floats(0, 0.999), seed=st.integers(0, 2**31))
def test_the_correction_equals_adams(decay, seed):
    """A memory that starts at zero, divided by 1 - decayᵗ (Kingma & Ba, 2015, section 3)."""
    _, places = way(seed, length=60)
    memory, expected = {name: torch.zeros_like(of) for name, of in places[0].items()}, []
    for t, place in enumerate(places, 1):
        memory = {name: decay * memory[name] + (1 - decay) * place[name] for name in place}
        expected.append({name: memory[name] / (1 - decay**t) for name in place})
    assert gap(ours(ema, places, decay=decay, corrected=True), expected) < 1e-11


def test_a_corrected_mean_without_forgetting_is_the_mean():
    _, places = way(length=30)
    corrected = ours(ema, places, decay=1 - 1e-9, corrected=True)
    assert gap(corrected, ours(swa, places)) < 1e-5


def test_a_rising_decay_forgets_the_start_sooner():
    """Parameters that jump from 1 to 0 after the first step: what is left of the 1."""
    places = [{"w": torch.ones(1, dtype=DOUBLE)}] + [{"w": torch.zeros(1, dtype=DOUBLE)}] * 99
    state = init(places[0])
    for step, place in enumerate(places):
        state = ema(place, state, decay=averages.rising_decay(step, decay=0.999))
    left = math.prod((1 + step) / (10 + step) for step in range(1, 100))
    assert state.average["w"].item() == pytest.approx(left, rel=1e-12)
    slow = ours(ema, places, decay=0.999)[-1]["w"].item()
    assert slow == pytest.approx(0.999**99, rel=1e-12) and left < slow / 1e6


@pytest.mark.parametrize("average", [swa, ema])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(), (3,), (2, 0), (2, 3)])
def test_shapes_and_dtypes_stay(average, dtype, shape):
    params = {"w": torch.ones(shape, dtype=dtype)}
    state = average(params, average(params, init(params)))
    assert torch.equal(state.average["w"], params["w"])
    assert state.average["w"].dtype == dtype and state.t.dtype == DOUBLE and state.t == 2


def test_runs_side_by_side_equal_one_at_a_time():
    runs = torch.randn(5, 3, 2, generator=torch.Generator().manual_seed(0), dtype=DOUBLE)
    decays = torch.tensor([0.0, 0.5, 0.9], dtype=DOUBLE)

    def last(average, places, **setting):
        return ours(average, [{"w": place} for place in places], **setting)[-1]["w"]

    for average, settings_ in ((swa, {}), (ema, {"corrected": True})):
        mapped = torch.func.vmap(lambda w, a=average, s=settings_: last(a, w, **s), in_dims=1)
        alone = [last(average, runs[:, run], **settings_) for run in range(3)]
        assert torch.equal(mapped(runs), torch.stack(alone))
    mapped = torch.func.vmap(lambda w, decay: last(ema, w, decay=decay), in_dims=(1, 0))
    alone = [last(ema, runs[:, run], decay=decay) for run, decay in enumerate(decays)]
    assert torch.equal(mapped(runs, decays), torch.stack(alone))


def test_an_average_changes_nothing_it_was_given():
    params = {"w": torch.ones(2)}
    before = init(params)
    after = swa(params, before)
    assert (before.average["w"] == 0).all() and (after.average["w"] == 1).all()
    params["w"] += 1
    assert (after.average["w"] == 1).all()


@pytest.mark.parametrize("device", DEVICES)
def test_an_average_lives_with_its_parameters(device):
    _, places = way(length=20)
    there = [{name: of.to(device) for name, of in place.items()} for place in places]
    mine = ours(ema, there, decay=0.9)
    assert {of.device.type for of in mine[-1].values()} == {device}
    back = [{name: of.cpu() for name, of in place.items()} for place in mine]
    assert gap(back, ours(ema, places, decay=0.9)) < 1e-14


def test_a_wrong_weight_would_be_seen():
    net, places = way(length=20)
    late = init(places[0])._replace(t=torch.ones((), dtype=DOUBLE))
    wrong = []
    for place in places:
        late = swa(place, late)
        wrong.append(late.average)
    assert gap(wrong, torchs(net, places)) > 1e-3
    theirs = torchs(net, places, multi_avg_fn=get_ema_multi_avg_fn(0.9))
    assert gap(ours(ema, places, decay=0.9, corrected=True), theirs) > 1e-3


@pytest.mark.parametrize("decay", [-0.1, 1.1, math.nan])
def test_a_decay_is_a_share(decay):
    params = {"w": torch.ones(2)}
    with pytest.raises(ValueError, match=f"`decay` must be between 0 and 1, got {decay}"):
        ema(params, init(params), decay=decay)


def test_a_corrected_decay_is_smaller_than_one():
    params = {"w": torch.ones(2)}
    with pytest.raises(ValueError, match="`decay` must be smaller than 1 where `corrected` is set"):
        ema(params, init(params), decay=1.0, corrected=True)
    assert (ema(params, init(params), decay=1.0).average["w"] == 1).all()


def test_the_parameters_of_a_net_in_training_leave_no_graph_behind():
    net = torch.nn.Linear(2, 1)
    params = dict(net.named_parameters())
    for average in (swa, ema):
        state = average(params, init(params))
        assert not any(of.requires_grad for of in state.average.values())


@pytest.mark.parametrize("wrong", [torch.ones(2), torch.nn.Linear(2, 1), [torch.ones(2)]])
def test_parameters_come_by_name(wrong):
    with pytest.raises(TypeError, match=r"^`params` must be a dict, name → tensor, got "):
        init(wrong)


def test_there_must_be_parameters_and_they_must_stay_the_same():
    with pytest.raises(ValueError, match="`params` must hold at least one tensor, got none"):
        init({})
    state = init({"w": torch.ones(2)})
    for other in ({"v": torch.ones(2)}, {"w": torch.ones(3)}):
        with pytest.raises(ValueError, match=r"`params` must have the names and shapes given to"):
            swa(other, state)
