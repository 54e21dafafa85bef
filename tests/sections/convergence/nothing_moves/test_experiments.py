"""The broken cases: one thing differs, and it is the thing that is said."""

import math

import pytest
import torch

from dlnotes.sections.convergence.nothing_moves import cases, experiments, looks
from dlnotes.sections.convergence.nothing_moves.cases import FAULTS, MILD, NAMED, broken, sound

SAME = ("net", "data", "fresh", "lr", "batch_size", "loss", "transform")
CHANGED = {
    "none": set(), "inputs": {"data", "fresh"}, "dead": {"net"}, "equal": {"net"}, "slow": {"lr"},
    "fast": {"lr"}, "single": {"batch_size"}, "labels": {"data"}, "mirror": {"data"},
    "part": {"data"}, "leak": {"data"}, "frozen": {"transform"}, "sum": {"loss", "lr"},
}  # fmt: skip


def parts(case):
    net = torch.cat([param.flatten() for param in case.net.parameters()])
    return {"net": (net,), "data": tuple(case.data), "fresh": case.fresh}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_thing_is_broken_and_nothing_else(fault):
    usual, other = sound(3), broken(fault, 3)
    changed = {name for name in SAME[3:] if getattr(usual, name) is not getattr(other, name)}
    changed = {name for name in changed if getattr(usual, name) != getattr(other, name)}
    for name, tensors in parts(usual).items():
        if not all(map(torch.equal, tensors, parts(other)[name])):
            changed.add(name)
    assert changed == CHANGED[fault]


def test_labels_are_dealt_anew_and_not_drawn():
    usual = sound(0)
    for fault, share in (("labels", 1.0), ("part", 0.15)):
        case = broken(fault, 0)
        assert torch.equal(case.data.y.bincount(), usual.data.y.bincount())
        assert 0.8 * share < case.wrong.double().mean() < share
        assert torch.equal(case.wrong, case.data.y != usual.data.y)


def test_pixels_are_what_they_are_said_to_be():
    assert broken("inputs", 0).data.X.max() == 255
    assert MILD["inputs"](sound(0), 0).data.X.max() == pytest.approx(16)


def test_a_mirror_keeps_each_row_of_pixels():
    one, other = sound(0).data.X[0].reshape(8, 8), broken("mirror", 0).data.X[0].reshape(8, 8)
    assert torch.equal(one, other.flip(1)) and not torch.equal(one, other)


def test_what_leaks_is_the_validation_set():
    assert looks.shared(broken("leak", 0).data) == cases.HELD
    assert looks.shared(sound(0).data) == 0


def test_a_sum_is_undone_by_its_rate_and_told_by_doubling():
    plain, summed = sound(1), broken("sum", 1)
    a, b = (looks.run_of(case, 20).params for case in (plain, summed))
    for name in a:
        torch.testing.assert_close(a[name], b[name], rtol=1e-4, atol=1e-5)
    assert looks.doubled(plain) == pytest.approx(1, abs=1e-4)
    assert looks.doubled(summed) == pytest.approx(2, abs=1e-4)


def test_a_frozen_layer_does_not_move():
    case = broken("frozen", 1)
    after, before = looks.run_of(case, 5).params, dict(case.net.named_parameters())
    still = [name for name in after if torch.equal(after[name], before[name])]
    assert still == ["layers.0.weight", "layers.0.bias"]


def test_the_record_has_every_case_on_every_seed():
    for group, kinds in experiments.GROUPS.items():
        found = experiments.recorded(group)
        assert [*found] == [*kinds]
        for look in found.values():
            assert look.measured.shape == (10, 7)
            assert look.curve.shape == (10, len(experiments.MARKS))
    assert experiments.rates().shape == (7, 5) and experiments.batches().shape == (3, 5)


def test_the_words_of_the_checklist_are_counted_by_seed():
    found = {fault: experiments.recorded()[fault] for fault in ("dead", "part")}
    assert experiments.tally(found, experiments.alarmed) == [1] * 10
    assert NAMED["dead"] == "dead units"
    assert experiments.tally({"dead": found["dead"]}, experiments.recognized) == [1] * 10
    assert experiments.stopped(found) == [1] * 10
    fast = experiments.stopped({"fast": experiments.recorded()["fast"]})
    assert sum(fast) > 5  # a loss that is no number was not learned
    assert experiments.caught(experiments.recorded()) == [4] * 10


def test_a_blindfolded_net_learns_the_shares():
    loss, entropy = experiments.unseeing(7)
    assert loss == pytest.approx(entropy, rel=2e-3) and entropy < math.log(10) - 0.2
