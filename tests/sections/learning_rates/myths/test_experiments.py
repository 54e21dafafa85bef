"""The runs of the page: equal losses, wells, schedules, frozen nets, rates that rise."""

import pytest
import torch

from dlnotes.learning_rates import decay
from dlnotes.sections.learning_rates.myths import experiments, frozen, growing, matched, wells

FEW = (0, 1)


def test_a_run_is_stopped_at_the_first_look_below_the_level():
    arm = matched.ARMS["clean"]._replace(level=0.8)
    found = matched.stopped(arm, 0.3, FEW)
    assert (found.train <= 0.8).all() and (found.train > 0.4).all()
    nets = matched.Nets(arm, 0.3, FEW)
    for _ in range(int(found.steps[0])):
        nets.step()
    assert nets.look()[0][0].item() == pytest.approx(found.train[0].item())
    assert nets.look()[1][0].item() == pytest.approx(found.test[0].item())


def test_every_seed_has_its_own_split_and_the_part_of_wrong_labels():
    right, wrong = matched.digits(3, 0.0), matched.digits(3, 0.15)
    assert (right.y != wrong.y).double().mean().item() == pytest.approx(0.15, abs=0.001)
    assert torch.equal(right.y_test, wrong.y_test)
    assert not torch.equal(right.y_test, matched.digits(4, 0.0).y_test)


def test_a_longer_run_draws_new_orders(monkeypatch):
    monkeypatch.setattr(matched, "PART", 2)
    arm = matched.ARMS["adam"]
    nets, orders = matched.Nets(arm, 0.003, FEW), []
    for _ in range(4):
        nets.step()
        orders.append(nets.orders)
    assert torch.equal(orders[0], orders[1]) and not torch.equal(orders[1], orders[2])
    assert nets.look()[0].isfinite().all()


def test_an_interval_is_students():
    values = torch.arange(20, dtype=torch.float64)
    mean, half = matched.interval(values)
    assert mean == 9.5
    assert half == pytest.approx(2.093 * (35 / 20) ** 0.5)


def test_after_so_many_steps():
    found = matched.after(matched.ARMS["wrong"], 0.1, 3, FEW)
    assert found.steps.tolist() == [3, 3] and found.test.shape == (2,)


@pytest.mark.parametrize("shape", ["linear", "exponential", "inverse"])
def test_the_shapes_are_the_chapters(shape):
    now = torch.arange(50)
    library = {
        "linear": decay.linear(now, lr=1.0, steps=50, final=0.0),
        "exponential": decay.exponential(now, lr=1.0, gamma=1e-3, every=50),
        "inverse": 1 / (1 + 99 * now / 50),
    }[shape]
    mine = torch.tensor([wells.SHAPES[shape](step / 50) for step in range(50)])
    torch.testing.assert_close(mine, library.to(mine.dtype), atol=1e-6, rtol=1e-5)


def test_a_schedule_that_does_not_fall_is_the_constant_rate():
    peaks = torch.tensor([[0.05], [0.4]], dtype=torch.float64)
    both = wells.deepest(-1.0, peaks, steps=80, count=200)
    each = [wells.deepest(-1.0, rate, steps=80, count=200).item() for rate in (0.05, 0.4)]
    assert both.tolist() == each and each[1] == 0 < each[0]


def test_a_cosine_finds_the_middle_of_the_ripples():
    cosine, constant = (
        wells.on_ripples(1.0, [0.12], shape, steps=300, count=100).item()
        for shape in ("cosine", "constant")
    )
    assert cosine > 0.95 and constant < 0.5


def test_without_heat_cooling_is_plain_descent():
    cold = wells.cooled(-1.0, 60, lr=0.05, heat=0.0, seeds=2, count=100)
    assert cold.tolist() == [wells.deepest(-1.0, 0.05, steps=60, count=100).item()] * 2


def test_the_pass_lies_where_both_parabolas_meet():
    x = torch.linspace(-1, 2.5, 100_001, dtype=torch.float64)
    top = wells.terrain(x, -1.0).max().item()
    narrow, wide = wells.climbs(-1.0, 0.0)
    assert (wide, narrow) == pytest.approx((top, top + 1), abs=1e-3)
    assert wells.climbs(-1.0, 0.1)[0] == pytest.approx(narrow * 0.6)


def test_heat_in_a_well_is_as_much_more_as_it_says():
    """One well alone, no pass: the mean square of long runs."""
    lr, source, x = 0.1, torch.Generator().manual_seed(0), torch.zeros(20_000, dtype=torch.float64)
    for _ in range(100):
        noise = torch.randn(len(x), generator=source, dtype=torch.float64)
        x = x - lr * wells.NARROW * x + (2 * lr) ** 0.5 * noise
    hotter = x.square().mean().item() * wells.NARROW
    assert hotter == pytest.approx(2 / (2 - lr * wells.NARROW), rel=0.03)


@pytest.mark.parametrize("tiny", frozen.TINY)
@pytest.mark.parametrize("name", frozen.RULES)
def test_a_halved_rate_is_tiny_when_the_flat_part_begins(name, tiny):
    usual = frozen.RULES[name][1]
    rates = [frozen.rate(usual, tiny)(step) for step in range(frozen.STEPS)]
    assert rates[:21] == [usual] * 20 + [usual / 2]
    assert rates[frozen.FLAT :] == [tiny] * (frozen.STEPS - frozen.FLAT) and min(rates) == tiny


def test_a_frozen_net_hardly_moves_in_the_flat_part_and_one_on_a_cosine_does():
    steps = frozen.FLAT + 50
    fast, cosine = (frozen.dropped("adam", rate, FEW, steps=steps) for rate in (1e-6, None))
    assert fast.curve.shape == cosine.curve.shape == (2, 2)
    assert (fast.moved < 1e-3).all() and (cosine.moved > 0.01).all()


def test_the_weights_differ_by_what_decay_has_left():
    keep = 1 - growing.RATE * growing.DECAY
    short = {"steps": 20}
    _, level = growing.trained(lambda step: growing.RATE, growing.DECAY, **short)
    _, rising = growing.trained(lambda t: growing.RATE * keep ** (-2 * t - 1), 0.0, **short)
    for one, other in zip(level, rising, strict=True):
        torch.testing.assert_close(one, keep**20 * other)


def test_without_one_norm_they_part():
    level, rising, rates = experiments.grown(norms=1, steps=40)
    assert max(abs(a - b) for a, b in zip(level, rising, strict=True)) > 1e-3
    assert rates[1] / rates[0] == pytest.approx((1 - growing.RATE * growing.DECAY) ** -2)


def test_the_record_says_what_the_page_says():
    assert experiments.farthest() < 1
    assert experiments.points("clean", 0.01).shape == (len(matched.SEEDS),)
    assert (experiments.drop("adam", 1e-5) > 0.1).all()
    assert experiments.recorded("cooled")["0.02"].shape == (3, 5)
