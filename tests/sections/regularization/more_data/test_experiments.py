"""What the page reads off its nets: how they are trained, and how an arm is chosen."""

import pytest
import torch
from torch.nn.functional import cross_entropy

from dlnotes.core.seeds import seeded
from dlnotes.sections.regularization.more_data import experiments, limits
from dlnotes.sections.regularization.more_data.experiments import Arm, name
from dlnotes.sections.regularization.more_data.nets import (
    NOTHING,
    Made,
    Nets,
    digits,
    moved_away,
    seen,
    trained,
)
from dlnotes.training.data.mislabeled import few_digits
from dlnotes.training.nets.mlp import MLP


def test_nets_side_by_side_are_nets_one_by_one():
    data = [digits(seed, 30) for seed in (0, 1)]
    found = trained(data, seeds=[0, 1], hidden=16, lr=0.01, steps=15)
    for run, one in enumerate(data):
        net = MLP((64, 16, 10), seed=run)
        rule, X = torch.optim.Adam(net.parameters(), lr=0.01), one.scaled(one.X)
        for _ in range(15):
            rule.zero_grad()
            cross_entropy(net(X), one.y).backward()
            rule.step()
        scores = found.scores(torch.stack([each.scaled(each.X) for each in data]))[run]
        torch.testing.assert_close(scores, net(X).detach(), rtol=1e-4, atol=1e-4)


def test_all_pixels_share_one_scale():
    one, raw = digits(0), few_digits(0, standardized=False)
    X = one.scaled(one.X)
    assert X.mean().item() == pytest.approx(0, abs=1e-5)
    assert X.std().item() == pytest.approx(1, abs=1e-5)
    torch.testing.assert_close(X * one.std + one.mean, raw.X)


def test_what_is_made_is_new_at_every_step_and_its_strength_is_kept():
    one, source = digits(0), seeded(5)
    assert torch.equal(seen(one, NOTHING, source), one.scaled(one.X))
    first, second = (seen(one, Made(noise=0.5), source) for _ in range(2))
    assert not torch.equal(first, second)
    assert (first - one.scaled(one.X)).std().item() == pytest.approx(0.5, rel=0.03)
    half = seen(one, Made(flip="mirror"), source)
    stays = (half == one.scaled(one.X)).all(1).double().mean().item()
    assert 0.35 < stays < 0.65


def test_a_test_image_is_moved_in_every_direction():
    point = torch.zeros(1, 8, 8)
    point[0, 4, 4] = 1
    places = {tuple(image[0].nonzero()[0].tolist()) for image in moved_away(point)}
    assert places == {(4, 5), (4, 3), (5, 4), (3, 4)}


def test_validation_chooses_and_moved_validation_where_that_is_asked(monkeypatch):
    strong, weak = Made(shift=1.0), Made(shift=0.25)
    low, high = torch.tensor([0.5, 0.6]), torch.tensor([0.7, 0.6])
    arms = {strong: Arm(low, low, high, high, high, low), weak: Arm(low, high, low, low, low, low)}
    monkeypatch.setattr(experiments, "recorded", lambda labels, made, examples: arms[made])
    assert experiments.chosen("clean", [strong, weak]) == weak
    assert experiments.chosen("clean", [strong, weak], moved=True) == strong


def test_every_arm_has_a_name_of_its_own():
    assert name(Made(noise=1.0, shift=0.5)) == "noise 1 shift 0.5" and name(NOTHING) == "none"
    every = [(labels, name(made), examples) for labels, made, examples in experiments.arms()]
    assert len(set(every)) == len(every)


def test_the_formula_of_the_rise_is_half_the_trace_of_the_hessian():
    one = digits(2, 40)
    nets = trained([one], seeds=[2], hidden=12, lr=0.01, steps=20)
    nets = Nets(*(param.double() for param in nets))
    X = one.scaled(one.X).double()

    def loss(x, label):
        return cross_entropy(nets.scores(x[None, None])[0], label[None])

    traces = [torch.func.hessian(loss)(x, label).trace() for x, label in zip(X, one.y, strict=True)]
    expected = 0.3**2 / 2 * torch.stack(traces).mean().item()
    assert limits.predicted(nets, X, 0.3) == pytest.approx(expected, rel=1e-9)


def test_without_kinks_the_formula_is_what_small_noise_does():
    one = digits(2, 40)
    W, b, V, c = (
        param.double() for param in trained([one], seeds=[2], hidden=12, lr=0.01, steps=20)
    )
    nets, X = Nets(W, b + 20, V / 10, c), one.scaled(one.X).double()  # every unit stays on
    expected = limits.predicted(nets, X, 0.05)
    assert limits.drawn(nets, X, one.y, 0.05, draws=100) == pytest.approx(expected, rel=0.05)
